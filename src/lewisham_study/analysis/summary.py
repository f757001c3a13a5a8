"""The figures of a summary: each with the latest sound year, what it is compared with, and its place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from lewisham_study.analysis.case import Case, find_last_year, forget_authority, list_comparators
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
from lewisham_study.analysis.rates import look_up, measure_need
from lewisham_study.analysis.spend import express_every, gather_amounts, sum_area
from lewisham_study.tidy.tables import once
from lewisham_study.vocabulary import FEWEST

AGENCY, IN_CARE, SPEND = "agency_rate_fte", "looked_after", "total_gross"
TABLES = {CASELOAD: "workforce", AGENCY: "workforce", IN_CARE: "need", SPEND: "spend"}
"""The measures of a summary in their order, and the table of each."""


@dataclass(frozen=True)
class Measure:
    """One measure over all years held: a row a year of the authority, of every return (its own too) and of England.

    Columns are la_code, time_period, year, series and value. `few` lists the periods with too few cases or workers,
    `unsure` those whose own figure has a caution, `provisional` those whose figure every authority's first edition has.
    """

    name: str
    own: pd.DataFrame
    every: pd.DataFrame
    england: pd.DataFrame
    few: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    provisional: tuple[str, ...] = ()

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
    return [gather_measure(today, name, case) for name in TABLES]


def gather_measure(today: Case, name: str, case: Case) -> Measure:
    """Gather one measure of a case from the figures of a window, whose case names a joint return."""
    figures, england = select_figures(today, name)
    own = figures[figures["la_code"] == case.la_code]
    every = figures[~figures["few"]]
    every = assign_roles(today, every) if TABLES[name] == "workforce" else every.dropna(subset="value")
    return Measure(name, own, every, england, *list_doubts(case, own, name))


def list_doubts(case: Case, own: pd.DataFrame, name: str) -> tuple[tuple[str, ...], ...]:
    """List the periods of an authority's own figures with too few cases or workers, with a caution, and provisional."""
    cautions = case.tables["cautions"]
    here = (cautions["table"] == TABLES[name]) & (cautions["measure"].isna() | (cautions["measure"] == name))
    here &= (cautions["status"] == "published") & cautions["kind"].isin(UNSURE)
    here &= cautions["time_period"].isin(own.loc[own["value"].notna(), "time_period"])
    every = cautions["la_code"].isna() & (cautions["geographic_level"] == "local_authority")
    unsure, provisional = (
        cautions.loc[here & of, "time_period"] for of in (cautions["la_code"] == case.la_code, every)
    )
    return tuple(own.loc[own["few"], "time_period"]), tuple(unsure), tuple(provisional)


def select_figures(case: Case, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Select a measure of all authorities and of England; `few` marks, and blanks, rates of too few."""
    return select_everywhere(forget_authority(case), name)


@once
def select_everywhere(case: Case, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Select a measure of all authorities and of England, whatever the authority of the case."""
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
    bases = counts.sum(min_count=len(parts))
    figures = figures.assign(base=look_up(bases, figures["la_name"], figures["time_period"]))
    return figures[figures["geographic_level"] == "local_authority"], trace_place(case, name, "England")


def select_in_care(case: Case, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Select children looked after per 10,000 children; the base is how many there are."""
    need = measure_need(case.tables)
    rows = need[(need["measure"] == name) & need["year"].between(case.start_year, case.end_year)]
    rates = rows.assign(base=rows["value"], value=rows["rate"])
    level = rates["geographic_level"]
    return rates[level == "local_authority"], rates[level == "national"]


def select_spend(case: Case, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Select real gross spend per child; the base is the children."""
    every, england = (
        frame.assign(value=frame["real_per_child"], base=frame["children"])
        for frame in (express_every(case), sum_area(case, "England"))
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


def trace_place(case: Case, name: str, place: str) -> pd.DataFrame:
    """Return one measure of a region or of England over the years."""
    tables = case.tables
    if name == SPEND:
        amounts = gather_amounts(replace(case, region=place) if place != "England" else case)
        found = amounts.england if place == "England" else amounts.region
        return found.assign(value=found["real_per_child"], source_id=None)
    if name == IN_CARE:
        need = measure_need(tables)
        rows = need[(need["measure"] == IN_CARE) & (need["la_name"] == place)]
        return rows.assign(value=rows["rate"])
    if name == CASELOAD:
        rows = measure_place(tables["workforce"], place, case.start_year, case.end_year)
    else:
        rows = select_measure(tables["workforce"], name, case.start_year, case.end_year)
        rows = rows[(rows["la_name"] == place) & (rows["geographic_level"] != "local_authority")]
    return rows[rows["series"].str.endswith(COMPARABLE)]
