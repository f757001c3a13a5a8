"""Figures under a caution: which inspections rest on them, and what medians are without them."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.caseload import CASELOAD, CASES, COMPARABLE, WORKERS
from lewisham_study.analysis.spend import name_year


def select_cautions(cautions: pd.DataFrame, table: str) -> pd.DataFrame:
    """Take the cautions on published figures of a table that are of one authority alone."""
    return cautions[(cautions["table"] == table) & (cautions["status"] == "published") & cautions["la_code"].notna()]


def mark_cautioned(inspections: pd.DataFrame, cautions: pd.DataFrame) -> pd.Series:
    """Tell of each inspection whether the section 251 return of its authority and year stands under a caution.

    Parameters
    ----------
    inspections : la_code and year (the one that the financial year ends in).
    cautions : the tidy table; one on any line of the return counts, one on the other account, RO3, does not.

    Examples
    --------
    >>> caution = {"table": "spend", "status": "published", "la_code": "210", "time_period": "2012-13"}
    >>> cautions = pd.DataFrame([caution | {"measure": "total_gross"}])
    >>> mark_cautioned(pd.DataFrame({"la_code": ["210", "210"], "year": [2013, 2018]}), cautions).tolist()
    [True, False]
    """
    told = select_cautions(cautions, "spend")
    told = told[~told["measure"].str.startswith("ro3").fillna(False).astype(bool)]
    years = told["time_period"].str[:4].astype(int) + 1
    marked = pd.MultiIndex.from_arrays([told["la_code"], years])
    return pd.Series(pd.MultiIndex.from_frame(inspections[["la_code", "year"]]).isin(marked), index=inspections.index)


def compare_medians(figures: pd.DataFrame, light: pd.DataFrame, value: str) -> pd.DataFrame:
    """Give the medians of some years with figures to lean on lightly, and without them.

    Parameters
    ----------
    figures : la_code, time_period and the value, a row a figure; the light ones are among them.
    light : la_code and time_period of those.
    value : the column to take the median of.

    Returns
    -------
    pandas.DataFrame
        time_period (those of `light`), published, without (missing where no other figure is left).

    Examples
    --------
    >>> figures = pd.DataFrame({"la_code": list("abc"), "time_period": "2018", "value": [10.0, 12.0, 20.0]})
    >>> compare_medians(figures, figures[figures["la_code"] == "c"], "value").to_dict("records")
    [{'time_period': '2018', 'published': 12.0, 'without': 11.0}]
    """
    there, keys = figures[figures["time_period"].isin(light["time_period"])], ["la_code", "time_period"]
    marked = pd.MultiIndex.from_frame(there[keys]).isin(pd.MultiIndex.from_frame(light[keys]))
    both = there.assign(published=there[value], without=there[value].mask(marked))
    return both.groupby("time_period")[["published", "without"]].median().reset_index()


MEASURES = {"spend": ["total_gross", "ro3_gross"], "workforce": [CASELOAD, CASES, WORKERS]}
BEYOND, FAR = 1.5, 2.0
"""A figure stands out at so many times both years beside it or the inverse; or at so many times a year or account."""
SAME_SCOPE = "2014-15"
"""RO3 covers what section 251 does from this year on."""
COLUMNS = ["table", "la_code", "la_name", "time_period", "measure", "value", "before", "after", "rule"]


def list_spikes(spend: pd.DataFrame, workforce: pd.DataFrame) -> pd.DataFrame:
    """List the figures of authorities that stand out; each asks whether the service moved or the return did.

    Parameters
    ----------
    spend, workforce : the tidy tables.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, a row a figure. `rule` is 'both years' where it is over 1.5 times, or under two thirds of,
        both the year before and the year after; 'year before' where it is at least twice or at most half the
        year before, which itself does not stand out; 'other account' where the total of section 251 is over
        twice, or under half, RO3 of the same scope.
    """
    parts = [find_jumps(pick_measure(table, measure)) for table, measure in list_measures(spend, workforce)]
    parts.append(find_rifts(spend))
    found = pd.concat(parts, ignore_index=True).drop_duplicates(["la_code", "time_period", "measure"])
    topic = found["measure"].map({measure: topic for topic, names in MEASURES.items() for measure in names})
    ordered = found.assign(table=topic).sort_values(["table", "la_code", "time_period", "measure"], kind="stable")
    return ordered[COLUMNS].reset_index(drop=True)


def list_measures(spend: pd.DataFrame, workforce: pd.DataFrame) -> list[tuple[pd.DataFrame, str]]:
    """List each measure looked at with the rows that may be compared over years."""
    comparable = workforce[workforce["series"].str.endswith(COMPARABLE)]
    tables = {"spend": spend, "workforce": comparable}
    return [(tables[topic], measure) for topic, names in MEASURES.items() for measure in names]


def pick_measure(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Take a measure of authorities, with the values of the years before and after; never across a break."""
    chosen = table[(table["geographic_level"] == "local_authority") & (table["measure"] == measure)]
    chosen = chosen.dropna(subset="value").assign(year=chosen["time_period"].str[:4].astype(int))
    chosen = chosen.sort_values(["la_code", "series", "year"], kind="stable", ignore_index=True)
    grouped = chosen.groupby(["la_code", "series"])
    for name, step in (("before", 1), ("after", -1)):
        beside = grouped["value"].shift(step)
        chosen[name] = beside.where((grouped["year"].shift(step) - chosen["year"]) == -step)
    return chosen


def find_jumps(figures: pd.DataFrame) -> pd.DataFrame:
    """Find the figures that stand out from both years beside them, or from the year before.

    Examples
    --------
    >>> rows = pd.DataFrame({"la_code": "1", "la_name": "A", "measure": "cases", "series": "s", "value": 1.0,
    ...                      "geographic_level": "local_authority", "time_period": ["2017", "2018", "2019"]})
    >>> rows["value"] = [900.0, 1957.0, 1087.0]
    >>> find_jumps(pick_measure(rows, "cases"))[["time_period", "rule"]].to_dict("records")
    [{'time_period': '2018', 'rule': 'both years'}]
    """
    value, before = figures["value"], figures["before"]
    beside = figures[["before", "after"]]
    both = (value > BEYOND * beside.max(axis=1, skipna=False)) | (value * BEYOND < beside.min(axis=1, skipna=False))
    known = both.groupby([figures["la_code"], figures["series"]]).shift(1, fill_value=False)
    step = ((value >= FAR * before) | (value * FAR <= before)) & ~known & ~both
    rule = pd.Series("year before", index=figures.index).mask(both, "both years")
    return figures.assign(rule=rule)[both | step]


def find_rifts(spend: pd.DataFrame) -> pd.DataFrame:
    """Find the totals of section 251 that lie far from RO3; the years beside are those of the total."""
    total, other = pick_measure(spend, "total_gross"), pick_measure(spend, "ro3_gross")
    keys = ["la_code", "time_period"]
    ratio = total["value"] / total[keys].merge(other[[*keys, "value"]], "left", on=keys)["value"]
    far = ((ratio > FAR) | (ratio * FAR < 1)) & (total["time_period"] >= SAME_SCOPE)
    return total.assign(rule="other account")[far]


def mark_explained(spikes: pd.DataFrame, cautions: pd.DataFrame) -> pd.Series:
    """Tell which figures that stand out have a caution of their own.

    A caution on the average caseload is one on the cases and workers that it is made of. Where two accounts
    lie apart, one on either will do; where a figure stands out from the year before, one on that year.
    """
    own = cautions[cautions["la_code"].notna()]
    keys = ["table", "la_code", "time_period", "measure"]
    told = {
        (*key, measure)
        for *key, name in own[keys].itertuples(index=False, name=None)
        for measure in (MEASURES["workforce"] if name == CASELOAD else [name])
    }
    held = []
    for topic, code, period, measure, rule in spikes[[*keys, "rule"]].itertuples(index=False, name=None):
        measures = MEASURES["spend"] if rule == "other account" else [measure]
        periods = [period, step_back(period)] if rule == "year before" else [period]
        held.append(any((topic, code, when, which) in told for when in periods for which in measures))
    return pd.Series(held, index=spikes.index, dtype=bool)


def step_back(period: str) -> str:
    """Name the year before.

    Examples
    --------
    >>> step_back("2019"), step_back("2012-13")
    ('2018', '2011-12')
    """
    year = int(period[:4]) - 1
    return name_year(year) if "-" in period else str(year)
