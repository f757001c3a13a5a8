"use strict";
// Finds councils by any of their names, and pages of the documentation by their words. Works from a folder: nothing is
// fetched but scripts of this site. `names.js` sets COUNCILS; Sphinx's own index is loaded when somebody types.
const MOST = 12;
const form = document.getElementById("search");
const field = document.getElementById("words");
const councils = COUNCILS.map(([title, place, page, words]) => ({ title, place, page, words: plain(words) }));
let index = null;
var Search = { setIndex: (loaded) => { index = loaded; show(); } }; // what Sphinx's searchindex.js calls

function findCouncils(text) {
  const asked = distinctive(plain(text).split(" ").filter(Boolean));
  const starts = (one) => ` ${one.words}`.includes(` ${asked[0]}`);
  const found = councils.filter((one) => asked.every((word) => one.words.includes(word)));
  return found.sort((a, b) => starts(b) - starts(a));
}

// A page counts once for each asked word in its text and five times for one in a title. Sphinx keeps stems: cases is case.
function findPages(text) {
  const asked = plain(text).split(" ").filter((word) => word.length > 2);
  if (!index || !asked.length) return [];
  const fits = (term, word) => term.startsWith(word) || (term.length > 3 && word.startsWith(term) && word.length < term.length + 4);
  const scores = asked.map((word) => {
    const score = {};
    for (const [terms, weight] of [[index.terms, 1], [index.titleterms, 5]]) {
      for (const [term, pages] of Object.entries(terms)) {
        if (fits(term, word)) for (const page of [pages].flat()) score[page] = Math.max(score[page] || 0, weight);
      }
    }
    return score;
  });
  return index.docnames
    .map((name, page) => ({ name, title: index.titles[page], score: scores.reduce((sum, one) => (one[page] ? sum + one[page] : NaN), 0) }))
    .filter((one) => one.score > 0)
    // Generated lists of modules come after the pages for readers.
    .sort((a, b) => a.name.startsWith("reference/api/") - b.name.startsWith("reference/api/") || b.score - a.score);
}

function list(id, rows) {
  document.getElementById(id).replaceChildren(...rows.map(({ title, place, page }) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = page;
    link.textContent = title;
    item.append(link, place ? ` · ${place}` : "");
    return item;
  }));
}

function show() {
  const text = field.value.trim();
  const places = text ? findCouncils(text) : [];
  const pages = text ? findPages(text).map((one) => ({ ...one, place: "documentation", page: `docs/${one.name}.html` })) : [];
  list("councils", places.slice(0, MOST));
  list("pages", pages.slice(0, MOST));
  document.getElementById("found").hidden = !text;
  const count = (number, name) => `${number} ${name}${number === 1 ? "" : "s"}${number > MOST ? ` (the first ${MOST} are listed)` : ""}`;
  const hint = places.length || pages.length ? "" : ". Try part of a name, or the list of all councils";
  document.getElementById("count").textContent = text ? `${count(places.length, "council")}, ${count(pages.length, "page")} of the documentation${hint}` : "";
}

function load() {
  field.removeEventListener("input", load);
  const script = document.createElement("script");
  script.src = "docs/searchindex.js";
  document.body.append(script);
}

form.hidden = false;
field.addEventListener("input", load);
field.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
