"""Average caseloads of authorities, regions and England, their spread, and the parts of their change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import exprel

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.rates import compute_quartiles
from lewisham_study.tidy.tables import once
from lewisham_study.vocabulary import FEWEST

CASELOAD, CASES, WORKERS = "caseload_fte", "cases", "case_holders_fte"
RETURNED = [CASELOAD, CASES, WORKERS]
"""What a caseload is made from: a caution on any of them is one on the return."""
FIRST_CASELOADS, SPLICE = 2016, 2016.5
"""The year of the first caseloads by authority, and the break between them and the census of each worker."""
RATES = ["agency_rate_fte", "turnover_rate_fte", "vacancy_rate_fte", "absence_rate_fte"]
COMPARABLE = "2017_on"
"""How the name of a series ends that comes from the census of each worker, first held in 2017."""
JUMP = 0.25
"""The share by which both cases and workers must rise, or both fall, in a year to count as a jump."""


@dataclass(frozen=True)
class Caseloads:
    """The caseloads of an authority and of all it is compared with: a row a year, with its series and value."""

    own: pd.DataFrame
    others: pd.DataFrame
    median: pd.DataFrame
    region: pd.DataFrame
    england: pd.DataFrame
    few: pd.DataFrame
    """The authority's own years with fewer than `FEWEST` workers: counts, and no average."""

    @property
    def known(self) -> pd.DataFrame:
        """The authority's own years that have a value."""
        return self.own.dropna(subset="value")

    @property
    def comparable(self) -> pd.DataFrame:
        """The authority's own values since the break."""
        return self.known[self.known["series"].str.endswith(COMPARABLE)]


@once
def gather_caseloads(case: Case) -> Caseloads:
    """Select the caseloads of a case; a joint return counts once, and never among its own authority's comparators."""
    caseload = select_window(case, CASELOAD)
    few = find_few(case)
    few = few[few["la_code"] == case.la_code]
    own = caseload[caseload["la_code"] == case.la_code]
    own = own.assign(value=own["value"].mask(own["year"].isin(few["year"])))
    shared = set(own["joint_la_codes"].dropna().str.split().sum() or [])
    codes = [code for code in list_comparators(case) if code not in shared]
    others = select_authorities(caseload[caseload["la_code"].isin(codes)])
    median = compute_quartiles(others).rename(columns={"median": "value"})
    region, england = (
        average_place(case.tables, place, case.start_year, case.end_year) for place in (case.region, "England")
    )
    return Caseloads(own, others, median, region, england, few)


def select_window(case: Case, measure: str) -> pd.DataFrame:
    """Select one measure of the workforce within the window of a case."""
    return select_span(case.tables, measure, case.start_year, case.end_year)


@once
def select_span(tables: Mapping[str, pd.DataFrame], measure: str, start_year: int, end_year: int) -> pd.DataFrame:
    """Select one measure of the workforce within a window, see `select_measure`; all authorities share it."""
    return select_measure(tables["workforce"], measure, start_year, end_year)


@once
def spread_measure(tables: Mapping[str, pd.DataFrame], measure: str, start_year: int, end_year: int) -> pd.DataFrame:
    """Compute the quartiles of all authorities in one measure of the workforce, by year of a window."""
    return compute_quartiles(select_authorities(select_span(tables, measure, start_year, end_year)))


def select_own_measure(case: Case, measure: str) -> pd.DataFrame:
    """Select the authority's own rows of a measure of the workforce within the window."""
    rows = select_window(case, measure)
    return rows[rows["la_code"] == case.la_code]


def select_measure(workforce: pd.DataFrame, measure: str, start_year: int, end_year: int) -> pd.DataFrame:
    """Select one measure of the workforce within a window.

    Parameters
    ----------
    workforce : pandas.DataFrame
        The table `workforce`.
    measure : str
        The measure, such as `caseload_fte`.
    start_year : int
        First year of the window.
    end_year : int
        Last year of the window.

    Returns
    -------
    pandas.DataFrame
        Rows of `workforce`, sorted by a new column `year` (of the count on 30 September); missing values stay, with
        their status.

    Examples
    --------
    >>> import lewisham_study as study
    >>> rows = study.select_measure(study.load_table("workforce"), "caseload_fte", 2021, 2022)
    >>> rows.query("la_name == 'Lewisham'")[["year", "value"]].to_numpy().tolist()
    [[2021.0, 15.1], [2022.0, 14.8]]
    """
    year = workforce["time_period"].astype(int)
    chosen = (workforce["measure"] == measure) & year.between(start_year, end_year)
    return workforce[chosen].assign(year=year[chosen]).sort_values("year", kind="stable", ignore_index=True)


def find_count_year(days: pd.Series) -> pd.Series:
    """Find the year of the last count, on 30 September, before each day.

    Examples
    --------
    >>> find_count_year(pd.Series(pd.to_datetime(["2019-09-30", "2019-10-01"]))).tolist()
    [2018, 2019]
    """
    counted = pd.to_datetime(days.dt.year.astype(str) + "-09-30") < days
    return pd.Series(days.dt.year - (~counted).astype(int))


def select_authorities(figures: pd.DataFrame) -> pd.DataFrame:
    """Select the rows of authorities, each joint return once: for the first authority that it covers.

    Parameters
    ----------
    figures : pandas.DataFrame
        Rows of the workforce with `year`, as `select_measure` returns them.

    Returns
    -------
    pandas.DataFrame
        The rows kept.

    Examples
    --------
    >>> rows = pd.DataFrame({"la_code": ["314", "318"], "geographic_level": "local_authority", "year": 2022,
    ...                      "joint_la_codes": "314 318", "value": 13.1})
    >>> select_authorities(rows)["la_code"].tolist()
    ['314']
    """
    authorities = figures[figures["geographic_level"] == "local_authority"]
    returned_by = authorities["joint_la_codes"].fillna(authorities["la_code"])
    returns = authorities.assign(returned_by=returned_by).drop_duplicates(["year", "returned_by"])
    return returns.drop(columns="returned_by")


def trace_caseload(workforce: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """Return the average caseload of some authorities, year by year.

    Parameters
    ----------
    workforce : pandas.DataFrame
        The table `workforce`.
    codes : list of str
        The `la_code` of each authority.

    Returns
    -------
    pandas.DataFrame
        Columns la_code, date (30 September), value (cases per full-time social worker with cases), series, status,
        joint_la_codes, source_id and locator. Values of two series are not comparable; missing values stay.

    Examples
    --------
    >>> import lewisham_study as study
    >>> caseload = study.trace_caseload(study.load_table("workforce"), ["209"])
    >>> caseload.set_index("date").loc["2022-09-30", "value"]
    np.float64(14.8)
    """
    chosen = workforce[(workforce["measure"] == CASELOAD) & workforce["la_code"].isin(codes)]
    columns = ["la_code", "date", "value", "series", "status", "joint_la_codes", "source_id", "locator"]
    dated = chosen.assign(date=pd.to_datetime(chosen["time_period"] + "-09-30"))
    return dated[columns].sort_values(["la_code", "date"], ignore_index=True)


def select_others(caseload: pd.DataFrame, la_code: str) -> pd.DataFrame:
    """Select the caseloads of other authorities: each joint return once, and none that includes the authority.

    Parameters
    ----------
    caseload : pandas.DataFrame
        Caseloads by year, as `trace_caseload` returns them.
    la_code : str
        DfE number of the authority that the others are compared with.

    Returns
    -------
    pandas.DataFrame
        The rows kept.

    Examples
    --------
    >>> joint = ["314 318", "314 318", None]
    >>> rows = pd.DataFrame({"la_code": ["314", "318", "319"], "date": "2022", "joint_la_codes": joint})
    >>> select_others(rows, "209")["la_code"].tolist(), select_others(rows, "314")["la_code"].tolist()
    (['314', '319'], ['319'])
    """
    returned_by = caseload["joint_la_codes"].fillna(caseload["la_code"])
    shared = returned_by.str.split().map(lambda codes: la_code in codes).astype(bool)
    return caseload[~shared & ~caseload.assign(returned_by=returned_by).duplicated(["date", "returned_by"])]


def list_partners(own: pd.DataFrame, la_code: str) -> list[str]:
    """List the codes of the authorities that send a joint return with this one; empty if it sends its own.

    Examples
    --------
    >>> list_partners(pd.DataFrame({"joint_la_codes": [None, "314 318"]}), "314")
    ['318']
    """
    joint = own["joint_la_codes"].dropna()
    return [code for code in joint.iloc[0].split() if code != la_code] if len(joint) else []


def compute_median(series: pd.DataFrame) -> pd.DataFrame:
    """Return the median of several authorities' values at each date of each series, and how many there are."""
    known = series.dropna(subset="value")
    keys = [key for key in ("date", "time_period", "series") if key in known]
    return known.groupby(keys)["value"].agg(value="median", authorities="count").reset_index()


def measure_place(workforce: pd.DataFrame, place: str, start_year: int, end_year: int) -> pd.DataFrame:
    """Return the average caseload of a region or of England: the sum of cases over the sum of workers.

    For 2016 it is the published average, which was counted differently (over case holders and all agency workers).
    """
    rows = workforce[(workforce["la_name"] == place) & (workforce["geographic_level"] != "local_authority")]
    parts = {name: select_measure(rows, name, start_year, end_year) for name in (CASES, WORKERS, CASELOAD)}
    columns = ["time_period", "year", "series", "value", "source_id", "locator"]
    wide = parts[CASELOAD][columns].rename(columns={"value": "published"})
    wide["cases"], wide["workers"] = (wide["year"].map(parts[n].set_index("year")["value"]) for n in (CASES, WORKERS))
    ratio = wide["cases"] / wide["workers"]
    return wide.assign(value=ratio.where(wide["series"].str.endswith(COMPARABLE), wide["published"]))


@once
def average_place(tables: Mapping[str, pd.DataFrame], place: str, start_year: int, end_year: int) -> pd.DataFrame:
    """Return the average caseload of a region or of England, see `measure_place`; all authorities share it."""
    return measure_place(tables["workforce"], place, start_year, end_year)


def assign_roles(case: Case, figures: pd.DataFrame) -> pd.DataFrame:
    """Return the returns with a value, each with its role: the authority's own, a comparator's, or another's."""
    own = figures.loc[figures["la_code"] == case.la_code, "joint_la_codes"].dropna()
    mine = {case.la_code, *(own.iloc[0].split() if len(own) else [])}
    # The authority goes first, so that a joint return is kept in its name.
    returns = select_authorities(figures.sort_values("la_code", key=lambda codes: codes != case.la_code, kind="stable"))
    code = returns["la_code"]
    role = pd.Series("other", index=returns.index).mask(code.isin(list_comparators(case)), "comparator")
    return returns.assign(role=role.mask(code.isin(mine), "own")).dropna(subset="value")


def count_few(workforce: pd.DataFrame, start_year: int, end_year: int) -> pd.DataFrame:
    """Return the cases and workers of returns with fewer than `FEWEST` workers: la_code, year, cases, workers."""
    keys = ["la_code", "year"]
    local = workforce[workforce["geographic_level"] == "local_authority"]
    workers, cases = (
        select_measure(local, name, start_year, end_year)[[*keys, "value"]].dropna() for name in (WORKERS, CASES)
    )
    few = workers[workers["value"] < FEWEST].rename(columns={"value": "workers"})
    return few.merge(cases.rename(columns={"value": "cases"}), "left", on=keys)


def find_few(case: Case) -> pd.DataFrame:
    """Return the returns with too few workers in the window of a case, see `count_few`."""
    return count_span(case.tables, case.start_year, case.end_year)


@once
def count_span(tables: Mapping[str, pd.DataFrame], start_year: int, end_year: int) -> pd.DataFrame:
    """Return the returns with too few workers in a window; all authorities share them."""
    return count_few(tables["workforce"], start_year, end_year)


@once
def list_few(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """List the returns with fewer than `FEWEST` workers in any year, see `count_few`."""
    return count_few(tables["workforce"], FIRST_CASELOADS, pd.Timestamp.max.year)


def count_need(need: pd.DataFrame, la_codes: Sequence[str]) -> pd.Series:
    """Return the children in need of some authorities together at 31 March, by year; missing where one has no count."""
    rows = need[(need["measure"] == "children_in_need") & need["la_code"].isin(list(la_codes))]
    summed = rows.groupby("time_period")["value"].sum(min_count=len(la_codes))
    return pd.Series(summed.to_numpy(), index=summed.index.astype(int))


def count_workers(workforce: pd.DataFrame, la_code: str, start_year: int, end_year: int) -> pd.DataFrame:
    """Return an authority's cases, the workers who held them and their unrounded quotient, in years that have both."""
    own = workforce[(workforce["la_code"] == la_code) & workforce["series"].str.endswith(COMPARABLE)]
    parts = [select_measure(own, name, start_year, end_year).set_index("year")["value"] for name in (CASES, WORKERS)]
    counts = pd.concat(parts, axis="columns", keys=["cases", "workers"]).dropna().reset_index()
    return counts.assign(caseload=counts["cases"] / counts["workers"])


def split_change(counts: pd.DataFrame) -> pd.DataFrame:
    """Split each change of the average caseload into a part from cases and a part from workers.

    The additive logarithmic mean Divisia index (Ang 2005, Energy Policy 33: 867-871): with c = n / f and
    L = (c1 - c0) / ln(c1 / c0), the change is L ln(n1 / n0) - L ln(f1 / f0). It leaves no residual, and the
    reverse change has the same parts with opposite signs. More workers lower the caseload: their part is negative.
    """
    before, after = counts.iloc[:-1].reset_index(drop=True), counts.iloc[1:].reset_index(drop=True)
    # The logarithmic mean; exprel(x) is (e^x - 1) / x, and 1 where the caseload did not change.
    weight = before["caseload"] * exprel(np.log(after["caseload"] / before["caseload"]))
    return pd.DataFrame(
        {
            "year_from": before["year"],
            "year_to": after["year"],
            "change": after["caseload"] - before["caseload"],
            "from_cases": weight * np.log(after["cases"] / before["cases"]),
            "from_workers": -weight * np.log(after["workers"] / before["workers"]),
        }
    )


def find_parallel_jumps(counts: pd.DataFrame) -> pd.DataFrame:
    """Find the years in which cases and workers both rose, or both fell, by at least `JUMP`: year and both shares."""
    change = counts[["cases", "workers"]].pct_change()
    jumped = ((change >= JUMP).all(axis=1) | (change <= -JUMP).all(axis=1)) & (counts["year"].diff() == 1)
    return change.assign(year=counts["year"])[jumped]


def rank_value(values: pd.Series, value: float) -> tuple[int, int, int]:
    """Count the known values below a value, equal to it, and above it."""
    return int((values < value).sum()), int((values == value).sum()), int((values > value).sum())


def compare_editions(revisions: pd.DataFrame, la_codes: Sequence[str], start_year: int, end_year: int) -> pd.DataFrame:
    """Select the revised workforce figures of some authorities, then those of England's caseload, within a window."""
    year = revisions["time_period"].str[:4].astype(int)
    national = (revisions["geographic_level"] == "national") & revisions["measure"].isin([CASELOAD, CASES, WORKERS])
    theirs = revisions["la_code"].isin(list(la_codes)) | national
    chosen = (revisions["topic"] == "workforce") & theirs & year.between(start_year, end_year)
    taken = revisions[chosen].assign(year=year[chosen])
    return taken.sort_values(["geographic_level", "measure", "year"], ignore_index=True)
