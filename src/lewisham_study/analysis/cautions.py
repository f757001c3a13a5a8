"""Figures to treat with caution: inspections and medians that use them, outliers and level shifts that need one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from lewisham_study.analysis.caseload import CASELOAD, CASES, COMPARABLE, RETURNED, WORKERS
from lewisham_study.analysis.rates import mark_listed
from lewisham_study.analysis.spend import SAME_SCOPE, name_year
from lewisham_study.errors import DataError

IN_POST, IN_NEED, IN_CARE = "inpost_fte", "children_in_need", "looked_after"
MEASURES = {
    "spend": ["total_gross", "ro3_gross"],
    "workforce": [*RETURNED, IN_POST],
    "need": [IN_NEED, IN_CARE],
}
BEYOND, FAR = 1.5, 2.0
"""A figure is an outlier beyond 1.5 times (or the inverse of) both neighbouring years, or twice one year or account."""
FEW = {IN_POST: 50, IN_NEED: 50, IN_CARE: 50}
"""Below this number before and after, people who come or go move a level by themselves."""
KEPT = {"total_gross": 4 / 3, "ro3_gross": 4 / 3, CASELOAD: 4 / 3, CASES: 1.5, WORKERS: 1.5}
KEPT |= dict.fromkeys(FEW, 4 / 3)
"""A level shifts if this year and the next are this many times (or the inverse of) both years before."""
EDGE = {"total_gross": (1.15, 0.95), "ro3_gross": (4 / 3, 0.99), CASELOAD: (4 / 3, 0.99), CASES: (4 / 3, 0.99)}
EDGE |= dict.fromkeys([WORKERS, *FEW], (4 / 3, 0.99))
"""At the edges of a series a change counts beyond this ratio and this quantile of all authorities' changes."""
STARTS = {"total_gross": ["2013-14"]}
"""Further first changes: the study's window begins in 2012-13, a year after the series."""
UNSURE = ["figure", "small"]
"""Kinds of caution that make a single figure unsure; one of a level or of two accounts is about a comparison."""
COLUMNS = ["table", "la_code", "la_name", "time_period", "measure", "value", "before", "after", "rule"]


def select_cautions(cautions: pd.DataFrame, table: str) -> pd.DataFrame:
    """Select the cautions that make a published figure of one authority unsure, in a table."""
    unsure = (cautions["status"] == "published") & cautions["kind"].isin(UNSURE)
    return cautions[(cautions["table"] == table) & unsure & cautions["la_code"].notna()]


def mark_cautioned(inspections: pd.DataFrame, cautions: pd.DataFrame) -> pd.Series:
    """Mark the inspections whose section 251 return (same authority, financial year ending in `year`) has a caution.

    A caution on any line of the return counts; one on the other account, RO3, does not.
    """
    own = select_cautions(cautions, "spend")
    own = own[~own["measure"].str.startswith("ro3").fillna(False).astype(bool)]
    own = own.assign(year=own["time_period"].str[:4].astype(int) + 1)
    return mark_listed(inspections, own, ["la_code", "year"])


def find_lead(cautions: pd.DataFrame, la_code: str, years: Sequence[str]) -> str:
    """Find the first year of which the growth of spend to the last crosses no level shift, and that is not unsure."""
    return [*list_sound(cautions, la_code, years, ["total_gross"]), years[-1]][0]


def list_sound(cautions: pd.DataFrame, la_code: str, years: Sequence[str], measures: Sequence[str]) -> list[str]:
    """List the years since the last level shift that are not unsure."""
    own = select_published(cautions, la_code, measures)
    levels = set(own.loc[own["kind"] == "level", "time_period"]) & set(years[1:])
    unsure = set(own.loc[own["kind"].isin(UNSURE), "time_period"])
    return [year for year in years if year >= max(levels, default=years[0]) and year not in unsure]


def select_sound(
    cautions: pd.DataFrame, la_code: str, figures: pd.DataFrame, measures: Sequence[str] = ("total_gross",)
) -> pd.DataFrame:
    """Select the figures from the first to the last year that can be led with: no level shift between, both ends sure.

    Rows without a value are left out. Where no two such years are left, it is the last figure alone.
    """
    known = figures.dropna(subset="value").sort_values("time_period", kind="stable")
    sound = list_sound(cautions, la_code, known["time_period"].tolist(), measures) if len(known) else []
    return known[known["time_period"].between(sound[0], sound[-1])] if len(sound) > 1 else known.tail(1)


def select_published(cautions: pd.DataFrame, la_code: str, measures: Sequence[str]) -> pd.DataFrame:
    """Select the cautions on an authority's published figures of some measures, those on every authority's too."""
    tables = {topic for topic, names in MEASURES.items() if set(names) & set(measures)}
    own = cautions[cautions["table"].isin(tables) & (cautions["status"] == "published")]
    here = (own["la_code"] == la_code) | (own["la_code"].isna() & (own.get("geographic_level") == "local_authority"))
    return own[here & (own["measure"].isna() | own["measure"].isin(list(measures)))]


def compare_medians(figures: pd.DataFrame, cautioned: pd.DataFrame, value: str) -> pd.DataFrame:
    """Compute the medians of the years with cautioned figures: as published, and without those figures.

    Examples
    --------
    >>> figures = pd.DataFrame({"la_code": list("abc"), "time_period": "2018", "value": [10.0, 12.0, 20.0]})
    >>> compare_medians(figures, figures[figures["la_code"] == "c"], "value").to_dict("records")
    [{'time_period': '2018', 'published': 12.0, 'without': 11.0}]
    """
    some = figures[figures["time_period"].isin(cautioned["time_period"])]
    marked = mark_listed(some, cautioned, ["la_code", "time_period"])
    both = some.assign(published=some[value], without=some[value].mask(marked))
    return both.groupby("time_period")[["published", "without"]].median().reset_index()


def list_spikes(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """List the outliers among the figures of authorities: either the service changed, or the return did.

    The column `rule` is 'both years' for a figure over 1.5 times, or under two thirds of, both neighbouring years;
    'year before' for one at least twice or at most half the year before, which is itself no outlier; 'other account'
    for a section 251 total over twice, or under half, the RO3 of the same scope.
    """
    parts = [find_jumps(pick_measure(table, measure)) for table, measure in list_measures(tables)]
    return arrange_found([*parts, find_rifts(tables["spend"])])


def list_shifts(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """List the level shifts among the figures of authorities, in the columns of `list_spikes`.

    The column `rule` is 'kept' for a change beyond `KEPT` that the next year keeps; 'edge' for one at the start or
    end of a series beyond both limits of `EDGE`, of which the next year, if there is one, keeps half.
    """
    return arrange_found([find_shifts(pick_measure(table, measure)) for table, measure in list_measures(tables)])


def list_unusual(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """List the outliers and the level shifts; a figure that is both counts as an outlier."""
    return arrange_found([list_spikes(tables), list_shifts(tables)])


def list_uncautioned(tables: Mapping[str, pd.DataFrame], cautions: pd.DataFrame) -> list[DataError]:
    """List, as problems, the outliers and level shifts that no caution explains."""
    unusual = list_unusual(tables)
    lacking = unusual[~mark_explained(unusual, cautions)]
    return [report_uncautioned(row) for row in lacking.to_dict("records")]


def report_uncautioned(row: Mapping[Hashable, Any]) -> DataError:
    """Report a figure without a caution, with the figures beside it."""
    figures = (row["value"], row["before"], row["after"])
    value, before, after = ("none" if pd.isna(number) else f"{number:,.10g}" for number in figures)
    expected = f"a caution on {row['la_name']} {row['time_period']} {row['measure']}"
    hint = "look whether the return or the service changed, and add a row that says what is visible"
    return DataError(
        "data/coding/cautions.csv", expected, f"{value}, before {before}, after {after} ({row['rule']})", hint=hint
    )


def arrange_found(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return found figures once each, in order, with the table they are in."""
    found = pd.concat(parts, ignore_index=True).drop_duplicates(["la_code", "time_period", "measure"])
    topic = found["measure"].map({measure: topic for topic, names in MEASURES.items() for measure in names})
    ordered = found.assign(table=topic).sort_values(["table", "la_code", "time_period", "measure"], kind="stable")
    return ordered[COLUMNS].reset_index(drop=True)


def list_measures(tables: Mapping[str, pd.DataFrame]) -> list[tuple[pd.DataFrame, str]]:
    """List each measure checked for outliers, with the rows that can be compared over years."""
    workforce = tables["workforce"]
    rows = {topic: tables[topic] for topic in MEASURES}
    rows["workforce"] = workforce[workforce["series"].str.endswith(COMPARABLE)]
    return [(rows[topic], measure) for topic, names in MEASURES.items() for measure in names]


def pick_measure(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Select a measure of authorities, with the values of the years before and after; never across a break."""
    chosen = table[(table["geographic_level"] == "local_authority") & (table["measure"] == measure)]
    chosen = chosen.dropna(subset="value").assign(year=chosen["time_period"].str[:4].astype(int))
    chosen = chosen.sort_values(["la_code", "series", "year"], kind="stable", ignore_index=True)
    grouped = chosen.groupby(["la_code", "series"])
    for name, step in (("before", 1), ("after", -1)):
        adjacent = grouped["year"].shift(step) - chosen["year"] == -step
        chosen[name] = grouped["value"].shift(step).where(adjacent)
    return chosen


def find_jumps(figures: pd.DataFrame) -> pd.DataFrame:
    """Find the outliers compared with both neighbouring years, or with the year before."""
    value, before = figures["value"], figures["before"]
    around = figures[["before", "after"]]
    both = (value > BEYOND * around.max(axis=1, skipna=False)) | (value * BEYOND < around.min(axis=1, skipna=False))
    known = both.groupby([figures["la_code"], figures["series"]]).shift(1, fill_value=False)
    step = ((value >= FAR * before) | (value * FAR <= before)) & ~known & ~both
    rule = pd.Series("year before", index=figures.index).mask(both, "both years")
    return figures.assign(rule=rule)[(both | step) & ~mark_few(figures)]


def find_shifts(figures: pd.DataFrame) -> pd.DataFrame:
    """Find the years in which the level of a measure shifts, within a series and at its edges."""
    value, before, after = (figures[name] for name in ("value", "before", "after"))
    measure = figures["measure"].iloc[0] if len(figures) else "total_gross"
    earlier = before.groupby([figures["la_code"], figures["series"]]).shift(1)
    olds, news = pd.concat([before, earlier], axis=1), pd.concat([value, after], axis=1)
    factor = KEPT[measure]
    kept = (news.min(axis=1) > factor * olds.max(axis=1)) | (news.max(axis=1) * factor < olds.min(axis=1))
    kept &= before.notna() & after.notna()
    edge = mark_edges(figures, measure) & ((after - before) / (value - before)).fillna(1).ge(0.5)
    rule = pd.Series("edge", index=figures.index).mask(kept, "kept")
    return figures.assign(rule=rule)[(kept | edge) & ~mark_few(figures)]


def mark_few(figures: pd.DataFrame) -> pd.Series:
    """Mark the counts of so few people, this year and the year before, that no change says much."""
    return figures[["value", "before"]].max(axis=1) < figures["measure"].map(FEW).fillna(0)


def mark_edges(figures: pd.DataFrame, measure: str) -> pd.Series:
    """Mark the changes at the start or end of a series that are large, also beside those of all authorities."""
    limit, quantile = EDGE[measure]
    ratio = figures["value"] / figures["before"]
    changes = ratio.groupby(figures["time_period"])
    high, low = (figures["time_period"].map(changes.quantile(part)) for part in (quantile, 1 - quantile))
    first = figures.groupby("series")["year"].transform("min") + 1
    edge = (figures["year"] == first) | (figures["year"] == figures["year"].max())
    edge |= figures["time_period"].isin(STARTS.get(measure, []))
    large: pd.Series = edge & (((ratio > limit) & (ratio >= high)) | ((ratio * limit < 1) & (ratio <= low)))
    return large


def find_rifts(spend: pd.DataFrame) -> pd.DataFrame:
    """Find the section 251 totals far from RO3; `before` and `after` are those of the total."""
    total, other = pick_measure(spend, "total_gross"), pick_measure(spend, "ro3_gross")
    keys = ["la_code", "time_period"]
    ratio = total["value"] / total[keys].merge(other[[*keys, "value"]], "left", on=keys)["value"]
    far = ((ratio > FAR) | (ratio * FAR < 1)) & (total["time_period"] >= SAME_SCOPE)
    return total.assign(rule="other account")[far]


def mark_explained(spikes: pd.DataFrame, cautions: pd.DataFrame) -> pd.Series:
    """Mark the outliers and level shifts that a caution explains.

    A caution on the average caseload covers its cases and workers. For two accounts that differ, one on either is
    enough; for a figure far from the year before, or a new level, so is one on that year.
    """
    own = cautions[cautions["la_code"].notna() & (cautions["kind"] != "accounts")]
    keys = ["table", "la_code", "time_period", "measure"]
    covered = {
        (*key, measure)
        for *key, name in own[keys].itertuples(index=False, name=None)
        for measure in (RETURNED if name == CASELOAD else [name])
    }
    explained = []
    for topic, code, period, measure, rule in spikes[[*keys, "rule"]].itertuples(index=False, name=None):
        measures = MEASURES["spend"] if rule == "other account" else [measure]
        periods = [period, step_back(period)] if rule in ("year before", "kept", "edge") else [period]
        explained.append(any((topic, code, when, which) in covered for when in periods for which in measures))
    return pd.Series(explained, index=spikes.index, dtype=bool)


def step_back(period: str) -> str:
    """Return the year before, written in the same way.

    Examples
    --------
    >>> step_back("2019"), step_back("2012-13")
    ('2018', '2011-12')
    """
    year = int(period[:4]) - 1
    return name_year(year) if "-" in period else str(year)
