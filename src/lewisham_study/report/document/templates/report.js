"use strict";
// Makes tables sortable by their headings; every third press restores the original order.
// Adds the link to download a figure as SVG.
const FEWEST_ROWS = 5;
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

// Convert a number or a date to a number; other text to NaN, and a missing value to null.
function rank(text) {
  if (!text || text === "–") return null;
  const day = /(?:(\d{1,2}) )?([A-Z][a-z]{2})[a-z]* (\d{4})$/.exec(text);
  if (day && MONTHS.includes(day[2].toLowerCase())) {
    return day[3] * 372 + MONTHS.indexOf(day[2].toLowerCase()) * 31 + Number(day[1] || 1);
  }
  const number = /^([−+-]?)£?([\d,]*\.?\d+)(?=$|[%m ])/.exec(text.replace(/^£([−+-])/, "$1£"));
  const size = number ? Number(number[2].replaceAll(",", "")) : NaN;
  return number && /[−-]/.test(number[1]) ? -size : size;
}

function sort(table, column, order) {
  const heads = table.tHead.rows[0].cells;
  const keyed = table.original.map((row) => {
    const text = row.cells[column].textContent.trim();
    return { row, text, rank: rank(text), whole: row.cells[0].textContent.trim() === "All" };
  });
  const words = keyed.some((key) => Number.isNaN(key.rank));
  const compare = (a, b) => words ? a.text.localeCompare(b.text, "en-GB", { numeric: true }) : a.rank - b.rank;
  const sign = order === "descending" ? -1 : 1;
  if (order !== "none") {
    keyed.sort((a, b) => a.whole - b.whole || (a.rank === null) - (b.rank === null) || sign * compare(a, b));
  }
  table.tBodies[0].append(...keyed.map((key) => key.row));
  for (const head of heads) head.removeAttribute("aria-sort");
  if (order !== "none") heads[column].setAttribute("aria-sort", order);
}

for (const table of document.querySelectorAll("figure.exhibit table")) {
  if (!table.tHead || table.tBodies[0].rows.length < FEWEST_ROWS) continue;
  table.original = [...table.tBodies[0].rows];
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const next = { ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")] || "ascending";
      sort(table, column, next);
    });
  });
}

for (const link of document.querySelectorAll("a[download]:not([href])")) {
  link.href = link.closest("figure").querySelector("img").src;
  link.parentElement.hidden = false;
}
