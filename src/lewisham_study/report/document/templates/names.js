"use strict";
// Compares names as people type them; shared by the list of reports and the search of the site.
const KINDS = new Set("the of and council borough london royal metropolitan county city district authority mbc mdc lbc".split(" "));
// A name in small letters without accents and punctuation: St. Helens is st helens, King’s is kings.
const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f'’]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, " ");
// The words that tell councils apart; all of them if there are no others.
const distinctive = (words) => {
  const chosen = words.filter((word) => !KINDS.has(word));
  return chosen.length ? chosen : words;
};
