"""The figures of a summary: each with the latest sound year, what it is compared with, and its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from lewisham_study.analysis.case import Case, find_last_year, list_comparators, open_case
from lewisham_study.analysis.caseload import (
    CASELOAD,
    COMPARABLE,
    WORKERS,
    assign_roles,
    measure_place,
    rank_value,
    select_measure,
)
from lewisham_study.analysis.cautions import UNSURE, find_lead
from lewisham_study.analysis.rates import rate_per_10000
from lewisham_study.analysis.ratings import state_at
from lewisham_study.analysis.spend import gather_amounts
from lewisham_study.authorities import find_authorities, label_authorities
from lewisham_study.errors import UsageError, suggest
from lewisham_study.tidy.tables import once
from lewisham_study.vocabulary import FEWEST

AGENCY, IN_CARE, SPEND = "agency_rate_fte", "looked_after", "total_gross"
TABLES = {CASELOAD: "workforce", AGENCY: "workforce", IN_CARE: "need", SPEND: "spend"}
"""The measures of a summary in their order, and the table of each."""


@dataclass(frozen=True)
class Measure:
    """One measure over all years held: a row a year of the authority, of every return (its own too) and of England.

    Columns are la_code, time_period, year, series and value. `few` lists the periods with too few cases or workers,
    `unsure` those whose own figure has a caution.
    """

    name: str
    own: pd.DataFrame
    every: pd.DataFrame
    england: pd.DataFrame
    few: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()

    @property
    def known(self) -> pd.DataFrame:
        """The authority's own values of the last series."""
        known = self.own.dropna(subset="value")
        return known[known["series"] == known["series"].iloc[-1]] if len(known) else known

    @property
    def sound(self) -> pd.DataFrame:
        """The authority's own values without a caution; all of them if each has one."""
        sound = self.known[~self.known["time_period"].isin(self.unsure)]
        return sound if len(sound) else self.known


@dataclass(frozen=True)
class Standing:
    """A measure in its latest sound year: the value, the comparators' median, England, and its place among all."""

    name: str
    period: str
    value: float
    median: float
    england: float
    lower: int
    same: int
    higher: int
    compared: tuple[int, int, int]

    @property
    def count(self) -> int:
        """How many returns have a value."""
        return self.lower + self.same + self.higher


def reach_today(case: Case) -> Case:
    """Return the case with its window open to the last year held."""
    return replace(case, start_year=min(case.start_year, 2012), end_year=find_last_year(case.tables))


@once
def gather_measures(case: Case) -> list[Measure]:
    """Gather the measures of a summary, to the last year held whatever the window."""
    today = reach_today(case)
    return [gather_measure(today, name) for name in TABLES]


def gather_measure(case: Case, name: str) -> Measure:
    """Gather one measure of a case over its window."""
    figures, england = select_figures(case, name)
    own = figures[figures["la_code"] == case.la_code]
    every = figures[~figures["few"]]
    every = assign_roles(case, every) if TABLES[name] == "workforce" else every.dropna(subset="value")
    return Measure(name, own, every, england, *list_doubts(case, own, name))


def list_doubts(case: Case, own: pd.DataFrame, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """List the periods of an authority's own figures with too few cases or workers, and those with a caution."""
    cautions = case.own("cautions")
    here = (cautions["table"] == TABLES[name]) & (cautions["measure"] == name) & (cautions["status"] == "published")
    unsure = cautions.loc[here & cautions["kind"].isin(UNSURE), "time_period"]
    return tuple(own.loc[own["few"], "time_period"]), tuple(unsure)


@once
def select_figures(case: Case, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Select a measure of all authorities and of England; `few` marks, and blanks, rates of too few."""
    select = {SPEND: select_spend, IN_CARE: select_in_care}.get(name, select_workforce)
    local, england = select(case, name)
    few = local["base"] < FEWEST
    return local.assign(few=few, value=local["value"].mask(few)), england


def select_workforce(case: Case, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Select a measure of the workforce since each worker is counted; its base is the workers it is about."""
    workforce = case.tables["workforce"]
    figures = select_measure(workforce, name, case.start_year, case.end_year)
    figures = figures[figures["series"].str.endswith(COMPARABLE)]
    parts = [WORKERS] if name == CASELOAD else ["inpost_fte", "agency_fte"]
    counts = workforce[workforce["measure"].isin(parts)].groupby(["la_name", "time_period"])["value"]
    keys = pd.MultiIndex.from_frame(figures[["la_name", "time_period"]])
    figures = figures.assign(base=counts.sum(min_count=len(parts)).reindex(keys).to_numpy())
    local = figures[figures["geographic_level"] == "local_authority"]
    return local, trace_place(case, name, "England")


def select_in_care(case: Case, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Select children looked after per 10,000 children; the base is how many there are."""
    need = case.tables["need"]
    years = need["time_period"].astype(int)
    rows = need[(need["measure"] == name) & years.between(case.start_year, case.end_year)]
    rates = rate_per_10000(rows, case.tables["population"]).sort_values("time_period", kind="stable")
    rates = rates.assign(year=rates["time_period"].astype(int), base=rates["value"], value=rates["rate_per_10000"])
    level = rates["geographic_level"]
    return rates[level == "local_authority"], rates[level == "national"]


def select_spend(case: Case, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Select real gross spend per child; the base is the children."""
    amounts = gather_amounts(case)
    every, england = (
        frame.assign(value=frame["real_per_child"], base=frame["children"])
        for frame in (amounts.every, amounts.england)
    )
    return every, england


def place_measure(case: Case, measure: Measure) -> Standing | None:
    """Place the authority's latest sound value among all; None where it has no value."""
    if measure.sound.empty:
        return None
    last = measure.sound.iloc[-1]
    period, value = str(last["time_period"]), float(last["value"])
    every = measure.every[measure.every["time_period"] == period]
    compared = every.loc[every["la_code"].isin(list_comparators(case)), "value"]
    england = measure.england.loc[measure.england["time_period"] == period, "value"]
    return Standing(
        measure.name,
        period,
        value,
        float(compared.median()),
        float(england.iloc[0]) if len(england) else float("nan"),
        *rank_value(every["value"], value),
        rank_value(compared, value),
    )


def find_ends(case: Case, measure: Measure) -> tuple[pd.Series, pd.Series] | None:
    """Find the first and last sound year between which no break lies; None where there are no two."""
    sound = measure.sound
    if len(sound) and measure.name == SPEND:
        lead = find_lead(case.tables["cautions"], case.la_code, sound["time_period"].tolist())
        sound = sound[sound["time_period"] >= lead]
    return (sound.iloc[0], sound.iloc[-1]) if len(sound) > 1 else None


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
    cases = tuple(open_case(tables, code, start_year, end_year, **choices) for code in codes)
    regions = tuple(sorted(authorities["region"].unique())) if title == "England" else ()
    return Group(title, cases, regions)


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
    labels = label_authorities(authorities)
    if len(codes) > 1:
        return codes, f"{', '.join(labels[codes[:-1]])} and {labels[codes[-1]]}"
    rows = neighbours[(neighbours["la_code"] == codes[0]) & (neighbours["model"].astype(str) == "2021")]
    near = [str(code) for code in rows.sort_values("rank", kind="stable")["neighbour_la_code"]]
    if not near:
        raise UsageError(f"no neighbours of {labels[codes[0]]} are known; name the councils to compare it with")
    return [*codes, *near], f"{labels[codes[0]]} and its neighbours"


def trace_members(group: Group, name: str) -> pd.DataFrame:
    """Return one measure of each member over the years, and of England.

    Columns are member, time_period, year, series, value, unsure and source_id.
    """
    columns = ["member", "time_period", "year", "series", "value", "unsure", "source_id"]
    parts = []
    today = reach_today(group.cases[0])
    figures = pd.DataFrame() if group.regions else select_figures(today, name)[0]
    for case in () if group.regions else group.cases:
        own = figures[figures["la_code"] == case.la_code]
        parts.append(own.assign(member=case.label, unsure=own["time_period"].isin(list_doubts(case, own, name)[1])))
    for place in (*group.regions, "England"):
        parts.append(trace_place(today, name, place).assign(member=place, unsure=False))
    return pd.concat(parts, ignore_index=True).reindex(columns=columns)


def place_members(group: Group, name: str) -> dict[str, Standing]:
    """Place the latest sound value of each council of a group among all, by its label."""
    today = reach_today(group.cases[0])
    figures, england = select_figures(today, name)
    every = figures[~figures["few"]]
    every = assign_roles(today, every) if TABLES[name] == "workforce" else every.dropna(subset="value")
    placed: dict[str, Standing] = {}
    for case in () if group.regions else group.cases:
        own = figures[figures["la_code"] == case.la_code]
        standing = place_measure(case, Measure(name, own, every, england, *list_doubts(case, own, name)))
        placed |= {case.label: standing} if standing is not None else {}
    return placed


def trace_place(case: Case, name: str, place: str) -> pd.DataFrame:
    """Return one measure of a region or of England over the years."""
    tables = case.tables
    if name == SPEND:
        amounts = gather_amounts(replace(case, region=place) if place != "England" else case)
        found = amounts.england if place == "England" else amounts.region
        return found.assign(value=found["real_per_child"], source_id=None)
    if name == IN_CARE:
        rows = tables["need"][(tables["need"]["measure"] == IN_CARE) & (tables["need"]["la_name"] == place)]
        rates = rate_per_10000(rows, tables["population"])
        return rates.assign(year=rates["time_period"].astype(int), value=rates["rate_per_10000"])
    if name == CASELOAD:
        rows = measure_place(tables["workforce"], place, case.start_year, case.end_year)
    else:
        rows = select_measure(tables["workforce"], name, case.start_year, case.end_year)
        rows = rows[(rows["la_name"] == place) & (rows["geographic_level"] != "local_authority")]
    return rows[rows["series"].str.endswith(COMPARABLE)]


def count_regions(group: Group, day: pd.Timestamp) -> pd.DataFrame:
    """Count the councils of each region by their overall grade on a day: a row a region."""
    tables, basis = group.cases[0].tables, group.cases[0].basis
    state = state_at(tables["judgements"], tables["authorities"], day, basis=basis)
    counts = state.groupby(["region", "grade"]).size().unstack(fill_value=0)
    return counts.reindex(index=list(group.regions)).fillna(0).astype(int)
