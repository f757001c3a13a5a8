"""The grade for leaders next to the overall grade: a series that goes on, under its own name."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.ratings import compare_leadership
from lewisham_study.analysis.trajectories import trace_country
from lewisham_study.display.common.citations import cite_ratings, cite_releases, credit
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import (
    begin_sentence,
    list_words,
    name_end,
    note_ungraded,
    reaches_ungraded,
    summarise_last_year,
)
from lewisham_study.vocabulary import GOOD_OR_BETTER, GRADE_NAMES, GRADES, NO_OVERALL

STRANDS = {"overall": "Overall", "leadership": "Leadership"}


def summarise_leadership(case: Case) -> Prose:
    """Summarise in how many reports leaders and the whole service got different grades, and both grades at the end."""
    judgements = case.tables["judgements"]
    both = compare_leadership(judgements)
    apart = both[both["differ"]]
    better = int((apart["leadership"].map(GRADES.index) < apart["overall"].map(GRADES.index)).sum())
    cited = cite_releases(judgements.loc[judgements["inspection_id"].isin(both["inspection_id"]), "source_id"])
    ends = [describe_end(case, strand) for strand in STRANDS]
    return Prose(
        f"The grade for leaders is not the overall grade under another name: in **{len(apart)} of {len(both)}** ILACS "
        f"reports that gave both "
        f"({both['date'].min():%B %Y} to {both['date'].max():%B %Y}) the two differed; leaders had the better grade in "
        f"{better} and the worse in {len(apart) - better}. {begin_sentence(name_end(case))}: {'; '.join(ends)}. "
        f"{credit(cited)}."
    )


def describe_end(case: Case, strand: str) -> str:
    """Describe how many authorities had each grade of a strand at the end of the window."""
    last = list_states(case, strand)[case.end_year].value_counts()
    counts = [f"{last[grade]} {GRADE_NAMES[grade]}" for grade in GRADES if grade in last.index]
    counts += [f"{last[NO_OVERALL]} with no overall grade any more"] if NO_OVERALL in last.index else []
    return f"{STRANDS[strand].lower()} {list_words(counts) if counts else 'no grade yet'}"


def list_states(case: Case, strand: str) -> pd.DataFrame:
    """List the grades of a strand in every authority at the end of each year of the window."""
    return trace_country(case.tables, case.start_year, case.end_year, case.basis, strand)


def show_leadership(case: Case) -> TableExhibit:
    """Show how many authorities were good or outstanding overall, and for leadership, at the end of each year."""
    table = pd.DataFrame({"End of": [str(year) for year in range(case.start_year, case.end_year + 1)]})
    for strand, name in STRANDS.items():
        states = list_states(case, strand)
        table[f"{name}: good or outstanding"] = states.isin(GOOD_OR_BETTER).sum().to_numpy()
        table[f"{name}: with a grade"] = states.isin(GRADES).sum().to_numpy()
    ended = (list_states(case, "overall") == NO_OVERALL).sum().to_numpy()
    if ended.any():
        table["No overall grade any more"] = ended
    judged = table[table["Overall: with a grade"] > 0]
    shown = table if judged.empty else table.loc[judged.index[0] :]
    last = shown.iloc[-1]
    counts = [f"{last[f'{name}: good or outstanding']} of {last[f'{name}: with a grade']}" for name in STRANDS.values()]
    return TableExhibit(
        shown.astype(str).reset_index(drop=True),
        "tbl-rating-leadership",
        f"Good or outstanding {name_end(case)}: {counts[0]} authorities overall, {counts[1]} for leadership",
        f"Counts of all authorities; two strands, not one series. {summarise_last_year(case)}"
        f"{note_ungraded(shown=reaches_ungraded(case))}{credit(cite_ratings(case))}.",
    )
