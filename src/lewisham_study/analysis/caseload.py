"""Caseload: of authorities, regions and England, its spread, and what its change is made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

CASELOAD, CASES, WORKERS = "caseload_fte", "cases", "case_holders_fte"
FIRST_CASELOADS, SPLICE = 2016, 2016.5
"""The year of the first caseloads by authority, and the break between them and the census of each worker."""
RATES = ["agency_rate_fte", "turnover_rate_fte", "vacancy_rate_fte", "absence_rate_fte"]
COMPARABLE = "2017_on"
"""How a series ends that is drawn from the census of each worker, first held in 2017."""
SPREAD = ["low", "lower_quartile", "median", "upper_quartile", "high"]


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
    once = authorities.assign(returned_by=returned_by).drop_duplicates(["year", "returned_by"])
    return once.drop(columns="returned_by")


def measure_place(workforce: pd.DataFrame, place: str, start_year: int, end_year: int) -> pd.DataFrame:
    """Give the average caseload of a region or of England: the sum of cases over the sum of workers.

    Parameters
    ----------
    workforce : the tidy table.
    place : a region's name, or England.
    start_year, end_year : the window.

    Returns
    -------
    pandas.DataFrame
        year, series, cases, workers (full-time equivalents), value (cases per worker). In 2016 the average
        was counted otherwise (over case holders and all agency workers), so the published one stands.
    """
    rows = workforce[(workforce["la_name"] == place) & (workforce["geographic_level"] != "local_authority")]
    parts = {name: select_measure(rows, name, start_year, end_year) for name in (CASES, WORKERS, CASELOAD)}
    wide = parts[CASELOAD][["year", "series", "value", "source_id", "locator"]].rename(columns={"value": "published"})
    wide["cases"], wide["workers"] = (wide["year"].map(parts[n].set_index("year")["value"]) for n in (CASES, WORKERS))
    ratio = wide["cases"] / wide["workers"]
    return wide.assign(value=ratio.where(wide["series"].str.endswith(COMPARABLE), wide["published"]))


def compute_caseload_quartiles(figures: pd.DataFrame) -> pd.DataFrame:
    """Give the spread of the authorities' values in each year.

    Parameters
    ----------
    figures : rows of one measure, from `select_authorities`.

    Returns
    -------
    pandas.DataFrame
        year, series, `SPREAD`, authorities (those with a value). Quartiles by linear interpolation.

    Examples
    --------
    >>> rows = pd.DataFrame({"year": 2022, "series": "caseload_2017_on", "value": [10.0, 12.0, 20.0]})
    >>> compute_caseload_quartiles(rows)[["low", "median", "high", "authorities"]].to_dict("records")
    [{'low': 10.0, 'median': 12.0, 'high': 20.0, 'authorities': 3}]
    """
    known = figures.dropna(subset="value")
    if known.empty:
        return pd.DataFrame(columns=["year", "series", *SPREAD, "authorities"])
    grouped = known.groupby(["year", "series"])["value"]
    spread = grouped.quantile(np.array([0, 0.25, 0.5, 0.75, 1])).unstack().set_axis(SPREAD, axis="columns")
    return spread.assign(authorities=grouped.count()).reset_index()


def count_workers(workforce: pd.DataFrame, la_code: str, start_year: int, end_year: int) -> pd.DataFrame:
    """Give an authority's cases and the workers who held them, since both are counted worker by worker.

    Returns
    -------
    pandas.DataFrame
        year, cases, workers (full-time equivalents with a case, agency workers too), caseload (their
        quotient, unrounded); only years that have both.
    """
    own = workforce[(workforce["la_code"] == la_code) & workforce["series"].str.endswith(COMPARABLE)]
    parts = [select_measure(own, name, start_year, end_year).set_index("year")["value"] for name in (CASES, WORKERS)]
    counts = pd.concat(parts, axis="columns", keys=["cases", "workers"]).dropna().reset_index()
    return counts.assign(caseload=counts["cases"] / counts["workers"])


def split_change(counts: pd.DataFrame) -> pd.DataFrame:
    """Split each change of the average caseload into a part for the cases and one for the workers.

    Parameters
    ----------
    counts : year, cases, workers, caseload, from `count_workers`, in order.

    Returns
    -------
    pandas.DataFrame
        year_from, year_to, change (cases per worker), from_cases, from_workers. The parts add up to the
        change exactly; more workers lower the caseload, so their part is then negative.

    Notes
    -----
    The logarithmic mean Divisia index, additive (Ang 2005, Energy Policy 33: 867-871): with c = n / f and
    L = (c1 - c0) / ln(c1 / c0), the change is L ln(n1 / n0) - L ln(f1 / f0). It leaves no residual, and the
    way back gives the same parts with the opposite sign.

    Examples
    --------
    >>> counts = pd.DataFrame({"year": [2020, 2021], "cases": [1556, 2399], "workers": [101.5, 158.5]})
    >>> parts = split_change(counts.assign(caseload=counts["cases"] / counts["workers"]))
    >>> parts[["change", "from_cases", "from_workers"]].round(2).to_dict("records")
    [{'change': -0.19, 'from_cases': 6.59, 'from_workers': -6.79}]
    """
    before, after = counts.iloc[:-1].reset_index(drop=True), counts.iloc[1:].reset_index(drop=True)
    weight = average_logarithmic(before["caseload"], after["caseload"])
    return pd.DataFrame(
        {
            "year_from": before["year"],
            "year_to": after["year"],
            "change": after["caseload"] - before["caseload"],
            "from_cases": weight * np.log(after["cases"] / before["cases"]),
            "from_workers": -weight * np.log(after["workers"] / before["workers"]),
        }
    )


def average_logarithmic(first: pd.Series, second: pd.Series) -> pd.Series:
    """Give the logarithmic means of pairs of positive numbers.

    Examples
    --------
    >>> average_logarithmic(pd.Series([15.0, 10.0]), pd.Series([15.0, 20.0])).round(2).tolist()
    [15.0, 14.43]
    """
    same = np.isclose(first, second)
    apart = second.mask(same, first * np.e)
    return ((apart - first) / np.log(apart / first)).mask(same, first)


def rank_value(values: pd.Series, value: float) -> tuple[int, int, int]:
    """Count the values below a value, equal to it, and above it.

    Examples
    --------
    >>> rank_value(pd.Series([10.0, 12.0, 12.0, 20.0]), 12.0)
    (1, 2, 1)
    """
    known = values.dropna()
    return int((known < value).sum()), int((known == value).sum()), int((known > value).sum())


def compare_editions(revisions: pd.DataFrame, la_codes: Sequence[str], start_year: int, end_year: int) -> pd.DataFrame:
    """Take the revised workforce figures of some authorities, and of England's caseload, within a window.

    Returns
    -------
    pandas.DataFrame
        Rows of `revisions` with `year`, authorities before England, ordered by measure and year.
    """
    year = revisions["time_period"].str[:4].astype(int)
    national = (revisions["geographic_level"] == "national") & revisions["measure"].isin([CASELOAD, CASES, WORKERS])
    theirs = revisions["la_code"].isin(list(la_codes)) | national
    chosen = (revisions["topic"] == "workforce") & theirs & year.between(start_year, end_year)
    taken = revisions[chosen].assign(year=year[chosen])
    return taken.sort_values(["geographic_level", "measure", "year"], ignore_index=True)
