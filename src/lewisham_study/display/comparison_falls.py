"""What became of the authorities that were good, or outstanding, under the framework of 2009 to 2012."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.authorities import label_authorities
from lewisham_study.analysis.case import Case
from lewisham_study.analysis.trajectories import STAGES, count_falls, list_all_patterns
from lewisham_study.display.exhibits import Prose, TableExhibit
from lewisham_study.display.sources import RATING_SOURCES, cite_releases, credit
from lewisham_study.display.style import list_words, write_count


def show_falls(case: Case) -> TableExhibit:
    """Show how many fell from good safeguarding under SLAC, by who is counted."""
    authorities = case.tables["authorities"]
    present = authorities.loc[authorities["valid_to"].isna(), "la_code"]
    patterns, joined = list_all_patterns(case.tables), list_all_patterns(case.tables, joined=True)
    counted = {
        "All, those abolished since too": patterns,
        "Those that exist today": patterns[patterns.index.isin(present)],
        "The same, old and new Dorset taken as one": joined[joined.index.isin(present)],
    }
    rows = []
    for who, some in counted.items():
        falls = count_falls(some)
        rows.append([who, *(str(n) for n in (falls.judged, falls.good, falls.fell, falls.stayed))])
    heads = ["Authorities", "Judged at all three", "Good or better under SLAC", "Below good at first SIF"]
    return TableExhibit(
        pd.DataFrame(rows, columns=[*heads, "Still below at first ILACS"]),
        "tbl-comparison-falls",
        f"Of {rows[0][2]} authorities good or outstanding for safeguarding under SLAC, {rows[0][3]} were below good at "
        f"their first SIF and {rows[0][4]} still at their first ILACS",
        "The stages are other standards, so a fall is not by itself a decline. A successor starts unjudged here; "
        f"joined by name, as the third row has it, Dorset counts once more. {credit(cite_releases(RATING_SOURCES))}.",
    )


def tell_best(case: Case) -> Prose:
    """Tell what became of the authorities that were outstanding for safeguarding under SLAC."""
    patterns = list_all_patterns(case.tables).dropna()
    names = label_authorities(case.tables["authorities"])
    best = patterns[patterns["SLAC"] == "outstanding"]
    stayed = int((best["SIF"] == "outstanding").sum())
    fell = int((~best["SIF"].isin(["outstanding", "good"])).sum())
    which = list_words(sorted(str(names[code]) for code in best.index))
    return Prose(
        f"Of {write_count(len(best)).lower()} authorities outstanding for safeguarding under SLAC and judged at all "
        f"{write_count(len(STAGES)).lower()} stages since ({which}), "
        f"**{write_count(stayed).lower().replace('no', 'none')}** was outstanding at its first SIF, "
        f"and **{write_count(fell).lower().replace('no', 'none')}** fell below good {cite_releases(RATING_SOURCES)}."
    )
