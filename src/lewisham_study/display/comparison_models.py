"""Who the statistical neighbours are under both models."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.authorities import label_authorities
from lewisham_study.analysis.case import Case
from lewisham_study.analysis.comparison import list_neighbours
from lewisham_study.display.comparison_states import gather_states, split_state
from lewisham_study.display.exhibits import Prose, TableExhibit
from lewisham_study.display.sources import cite_releases, credit
from lewisham_study.display.style import GRADE_NAMES, write_count
from lewisham_study.display.window import name_end


def show_models(case: Case) -> TableExhibit | Prose:
    """Show the statistical neighbours under both models, with the grade of each at the window's end."""
    both = list_neighbours(case.tables["neighbours"], case.la_code)
    if both.empty:
        return Prose(f"Neither model of statistical neighbours knows {case.spoken}.")
    names = label_authorities(case.tables["authorities"])
    codes = list(both["neighbour_la_code"])
    last = gather_states(case, codes)[case.end_year].map(split_state)
    grades = [f"{GRADE_NAMES[parts[1]]} ({parts[0]})" if parts else None for parts in last]
    table = pd.DataFrame(
        {
            "Neighbour": list(names[codes]),
            "Rank, model of 2021": both["rank_2021"],
            "Rank, model of 2025": both["rank_2025"],
            f"Grade {name_end(case)}": grades,
        }
    )
    return TableExhibit(
        table,
        "tbl-comparison-models",
        f"Statistical neighbours of {case.spoken} under both models: {count_common(both)}",
        f"Rank 1 is the nearest. {credit(cite_releases(['dfe-neighbours-2021', 'dfe-neighbours-2025']))}.",
    )


def count_common(both: pd.DataFrame) -> str:
    """Say how many neighbours both models name.

    Examples
    --------
    >>> count_common(pd.DataFrame({"rank_2021": [1, 2], "rank_2025": [1, None]}))
    '1 of 2 in common'
    """
    known = [int(both[column].notna().sum()) for column in ("rank_2021", "rank_2025")]
    if 0 in known:
        return f"only that of {'2025' if known[0] == 0 else '2021'} has any"
    return f"{int(both[['rank_2021', 'rank_2025']].notna().all(axis=1).sum())} of {max(known)} in common"


def tell_neighbours(case: Case) -> Prose:
    """Tell how far the two models agree on the neighbours, and why the choice is not neutral."""
    both = list_neighbours(case.tables["neighbours"], case.la_code)
    if both.empty:
        return Prose(f"Neither model of statistical neighbours knows {case.spoken}; other comparators can be chosen.")
    common = both[["rank_2021", "rank_2025"]].notna().all(axis=1).sum()
    if both["rank_2021"].isna().all() or both["rank_2025"].isna().all():
        known = "2025" if both["rank_2021"].isna().all() else "2021"
        told = f"Only the model of {known} names neighbours of {case.spoken}."
    else:
        noun = "neighbour" if common == 1 else "neighbours"
        told = f"The two models name **{write_count(int(common)).lower()} {noun} in common** of ten."
    return Prose(
        f"{told} Neighbours are chosen by DfE from the make-up of the population, after the event: the model of 2021 "
        "stands nearer to the years 2012 to 2022, that of 2025 is there to see what turns on the choice."
    )
