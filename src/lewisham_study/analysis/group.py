"""Councils, or the regions of England, set side by side: who they are, and their figures of a summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from lewisham_study.analysis.case import Case, find_comparators, open_case
from lewisham_study.analysis.ratings import state_at
from lewisham_study.analysis.summary import (
    Standing,
    gather_measure,
    list_doubts,
    place_measure,
    reach_today,
    select_figures,
    trace_place,
)
from lewisham_study.authorities import find_authorities, tell_apart
from lewisham_study.errors import UsageError, suggest
from lewisham_study.vocabulary import USUAL_NEIGHBOURS

MOST_COUNCILS = 10
"""Councils that are set side by side by name; a region may have more."""


@dataclass(frozen=True)
class Group:
    """Councils, or the regions of England, set side by side; `open_group` makes one.

    Parameters
    ----------
    title : str
        What the group is called.
    cases : tuple of Case
        A case for each council; of England, one for any council, which holds tables and choices.
    regions : tuple of str
        The regions compared, if the group is England.

    Examples
    --------
    >>> import lewisham_study as study
    >>> group = study.open_group(study.Tables(), "Leeds, Bristol")
    >>> group.title, [case.label for case in group.cases]
    ('Leeds and Bristol', ['Leeds', 'Bristol'])
    """

    title: str
    cases: tuple[Case, ...]
    regions: tuple[str, ...] = ()

    @property
    def labels(self) -> list[str]:
        """The names of what is compared."""
        return list(self.regions) or [case.label for case in self.cases]

    @property
    def members(self) -> tuple[Case, ...]:
        """The councils that a figure of all authorities marks; none of England, where it would mark all."""
        return () if self.regions else self.cases

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables of all authorities."""
        return self.cases[0].tables


def open_group(
    tables: Mapping[str, pd.DataFrame], councils: str, start_year: int = 2012, end_year: int = 2022, **choices: Any
) -> Group:
    """Open the cases of councils to set side by side.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        The tidy tables by name, such as `Tables()`.
    councils : str
        Two to ten names or codes with commas between; one name, for a council and its neighbours; `region London` for
        the councils of a region; or `England` for its regions.
    start_year : int, optional
        First year of the window.
    end_year : int, optional
        Last year of the window.
    **choices : str
        Price base, deflator and basis, see `open_case`.

    Returns
    -------
    Group
        The councils.

    Raises
    ------
    UsageError
        If a council, a region or a choice is unknown, or there are more than ten names.

    Examples
    --------
    >>> import lewisham_study as study
    >>> len(study.open_group(study.Tables(), "region London").cases)
    33
    """
    authorities = tables["authorities"]
    codes, title = find_group(authorities, tables["neighbours"], councils)
    cases = open_apart(tables, codes, start_year, end_year, **choices)
    regions = tuple(sorted(authorities["region"].unique())) if title == "England" else ()
    return Group(title, cases, regions)


def open_apart(
    tables: Mapping[str, pd.DataFrame], codes: Sequence[str], *window: int, **choices: Any
) -> tuple[Case, ...]:
    """Open cases whose labels differ, also where two of them have one name."""
    named = tell_apart(tables["authorities"], codes)
    cases = (open_case(tables, code, *window, **choices) for code in codes)
    return tuple(
        case if case.label == named[case.la_code] else replace(case, apart=named[case.la_code]) for case in cases
    )


def find_group(authorities: pd.DataFrame, neighbours: pd.DataFrame, councils: str) -> tuple[list[str], str]:
    """Find the codes of the councils of a group, and its title."""
    wanted = " ".join(councils.split())
    if wanted.casefold() == "england":
        return [str(authorities["la_code"].iloc[0])], "England"
    today = authorities[authorities["valid_to"].isna()]
    if wanted.casefold().startswith("region "):
        name, regions = wanted[len("region ") :], sorted(authorities["region"].unique())
        region = next((one for one in regions if one.casefold() == name.casefold()), None)
        if region is None:
            raise UsageError(f"no region is called {name!r}; {suggest(name, regions)}")
        return [str(code) for code in today.loc[today["region"] == region, "la_code"]], region
    codes = list(dict.fromkeys(find_authorities(authorities, wanted)))
    if len(codes) > MOST_COUNCILS:
        raise UsageError(f"{len(codes)} councils are too many to set side by side; name {MOST_COUNCILS} at most")
    named = tell_apart(authorities, codes)
    *names, last = named.values()
    if names:
        return codes, f"{', '.join(names)} and {last}"
    near = find_comparators({"authorities": authorities, "neighbours": neighbours}, USUAL_NEIGHBOURS, codes[0])
    if not near:
        raise UsageError(f"no neighbours of {last} are known; name the councils to compare it with")
    return [*codes, *near], f"{last} and its neighbours"


def trace_members(group: Group, name: str) -> pd.DataFrame:
    """Return one measure of each member over the years, and of England.

    Columns are member, time_period, year, series, value, unsure and source_id.
    """
    today, parts = reach_today(group.cases[0]), []
    figures = pd.DataFrame() if group.regions else select_figures(today, name)[0]
    for case in () if group.regions else group.cases:
        own = figures[figures["la_code"] == case.la_code]
        parts.append(own.assign(member=case.label, unsure=own["time_period"].isin(list_doubts(case, own, name)[1])))
    for place in (*group.regions, "England"):
        parts.append(trace_place(today, name, place).assign(member=place, unsure=False))
    columns = ["member", "time_period", "year", "series", "value", "unsure", "source_id"]
    return pd.concat(parts, ignore_index=True).reindex(columns=columns)


def place_members(group: Group, name: str) -> dict[str, Standing]:
    """Place the latest sound value of each council of a group among all, by its label."""
    today, cases = reach_today(group.cases[0]), () if group.regions else group.cases
    placed = {case.label: place_measure(case, gather_measure(today, name, case)) for case in cases}
    return {label: standing for label, standing in placed.items() if standing is not None}


def count_regions(group: Group, day: pd.Timestamp) -> pd.DataFrame:
    """Count the councils of each region by their overall grade on a day: a row a region."""
    tables, basis = group.cases[0].tables, group.cases[0].basis
    state = state_at(tables["judgements"], tables["authorities"], day, basis=basis)
    counts = state.groupby(["region", "grade"]).size().unstack(fill_value=0)
    return counts.reindex(index=list(group.regions)).fillna(0).astype(int)
