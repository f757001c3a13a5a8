"use strict";
// Filters the list of authorities; without this script all are shown.
const form = document.querySelector("form");
const fields = ["words", "region", "grade"].map((name) => document.getElementById(name));
const items = [...document.querySelectorAll(".authorities > li")];
const names = items.map((item) => plain(item.dataset.words));

function show() {
  const [words, region, grade] = fields.map((field) => field.value);
  const asked = distinctive(plain(words).split(" ").filter(Boolean));
  let count = 0;
  items.forEach((item, place) => {
    const fits = asked.every((word) => names[place].includes(word));
    item.hidden = !(fits && (!region || item.dataset.region === region) && (!grade || item.dataset.grade === grade));
    count += !item.hidden;
  });
  const hint = count ? "" : ": try part of a name, a DfE or ONS code, or fewer filters";
  document.getElementById("count").textContent = `${count} of ${items.length} authorities${hint}`;
}

form.hidden = false;
form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
show();
