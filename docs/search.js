// Sphinx's weights for the search (searchtools.js); the generated lists of modules come after the pages for readers.
var Scorer = {
  score: ([page, , , , score]) => (page.startsWith("reference/api/") ? score - 200 : page === "glossary" ? score + 10 : score),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
