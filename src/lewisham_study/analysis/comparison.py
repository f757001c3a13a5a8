"""Ratings, caseload and spend of authorities side by side: the series that a comparison draws on."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.rates import per_child, to_real_terms


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
    chosen = workforce[(workforce["measure"] == "caseload_fte") & workforce["la_code"].isin(codes)]
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
    """List the authorities with which one sent a joint return, by their la_code; none where it sent its own.

    Parameters
    ----------
    own : the authority's rows of a tidy table, with joint_la_codes.
    la_code : the authority.

    Examples
    --------
    >>> list_partners(pd.DataFrame({"joint_la_codes": [None, "314 318"]}), "314")
    ['318']
    """
    joint = own["joint_la_codes"].dropna()
    return [code for code in joint.iloc[0].split() if code != la_code] if len(joint) else []


def trace_spend(
    spend: pd.DataFrame,
    population: pd.DataFrame,
    prices: pd.DataFrame,
    codes: list[str],
    *,
    base: str = "2021-22",
    index: str = "gdp_deflator",
) -> pd.DataFrame:
    """Give the gross spend on children's services per child of some authorities, in real terms.

    Parameters
    ----------
    spend, population, prices : the tidy tables.
    codes : la_code of the authorities.
    base, index : prices and price index, as `analysis.prices.to_real_terms` takes them.

    Returns
    -------
    pandas.DataFrame
        la_code, time_period, date (31 March, the end of the financial year), value (pounds per child aged 0
        to 17), children, status, source_id, locator. No population is held before mid-2012, so 2011-12 has
        no value.
    """
    chosen = spend[(spend["measure"] == "total_gross") & spend["la_code"].isin(codes)]
    columns = ["la_code", "time_period", "date", "value", "children", "status", "source_id", "locator"]
    if chosen.empty:
        return pd.DataFrame(columns=columns).astype({"date": "datetime64[us]", "value": float})
    real = per_child(to_real_terms(chosen, prices, base, index), population, "real_value")
    ends = pd.to_datetime((real["time_period"].str[:4].astype(int) + 1).astype(str) + "-03-31")
    dated = real.assign(date=ends, value=real["real_value_per_child"])
    return dated[columns].sort_values(["la_code", "date"], ignore_index=True)


def compute_median(series: pd.DataFrame) -> pd.DataFrame:
    """Give the median of several authorities' values at each date, apart for each series, and how many there are.

    Examples
    --------
    >>> series = pd.DataFrame({"date": ["2017", "2017", "2018"], "value": [14.0, 16.0, 15.0]})
    >>> compute_median(series).to_dict("list")
    {'date': ['2017', '2018'], 'value': [15.0, 15.0], 'authorities': [2, 1]}
    """
    known = series.dropna(subset="value")
    keys = ["date", "series"] if "series" in series else ["date"]
    return known.groupby(keys)["value"].agg(value="median", authorities="count").reset_index()


def list_neighbours(neighbours: pd.DataFrame, la_code: str) -> pd.DataFrame:
    """List an authority's statistical neighbours under both models.

    Returns
    -------
    pandas.DataFrame
        neighbour_la_code, rank_2021 and rank_2025 (missing where a model does not name it), by rank; empty
        where neither model knows the authority.
    """
    own = neighbours[neighbours["la_code"] == la_code]
    wide = own.assign(model="rank_" + own["model"].astype(str))
    wide = wide.pivot(index="neighbour_la_code", columns="model", values="rank")
    wide = wide.reindex(columns=["rank_2021", "rank_2025"]).astype("Int64")
    return wide.sort_values(["rank_2021", "rank_2025"]).rename_axis(columns=None).reset_index()
