"""Caseload and spend of several authorities over time, and their statistical neighbours."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.rates import per_child, to_real_terms
from lewisham_study.tidy.tables import Frames


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
    """List the codes of the authorities that send a joint return with this one; empty if it sends its own.

    Examples
    --------
    >>> list_partners(pd.DataFrame({"joint_la_codes": [None, "314 318"]}), "314")
    ['318']
    """
    joint = own["joint_la_codes"].dropna()
    return [code for code in joint.iloc[0].split() if code != la_code] if len(joint) else []


def trace_spend(
    tables: Frames, codes: list[str], *, base: str = "2021-22", index: str = "gdp_deflator"
) -> pd.DataFrame:
    """Return the real gross spend on children's services per child of some authorities.

    Columns are la_code, time_period, date (31 March, the end of the financial year), value (pounds per child aged 0 to
    17), children, status, source_id and locator. No population is held before mid-2012, so 2011-12 has no value.
    """
    spend = tables["spend"]
    chosen = spend[(spend["measure"] == "total_gross") & spend["la_code"].isin(codes)]
    columns = ["la_code", "time_period", "date", "value", "children", "status", "source_id", "locator"]
    if chosen.empty:
        return pd.DataFrame(columns=columns).astype({"date": "datetime64[us]", "value": float})
    real = per_child(to_real_terms(chosen, tables["prices"], base, index), tables["population"], "real_value")
    ends = pd.to_datetime((real["time_period"].str[:4].astype(int) + 1).astype(str) + "-03-31")
    dated = real.assign(date=ends, value=real["real_value_per_child"])
    return dated[columns].sort_values(["la_code", "date"], ignore_index=True)


def compute_median(series: pd.DataFrame) -> pd.DataFrame:
    """Return the median of several authorities' values at each date of each series, and how many there are."""
    known = series.dropna(subset="value")
    keys = [key for key in ("date", "time_period", "series") if key in known]
    return known.groupby(keys)["value"].agg(value="median", authorities="count").reset_index()


def list_neighbours(neighbours: pd.DataFrame, la_code: str) -> pd.DataFrame:
    """List an authority's statistical neighbours in both models, by rank: neighbour_la_code, rank_2021, rank_2025.

    A rank is missing where a model does not name the neighbour; no rows where neither model includes the authority.
    """
    own = neighbours[neighbours["la_code"] == la_code]
    wide = own.assign(model="rank_" + own["model"].astype(str))
    wide = wide.pivot(index="neighbour_la_code", columns="model", values="rank")
    wide = wide.reindex(columns=["rank_2021", "rank_2025"]).astype("Int64")
    return wide.sort_values(["rank_2021", "rank_2025"]).rename_axis(columns=None).reset_index()


def list_rate_sources(tables: Frames, index: str) -> set[str]:
    """List the sources of the children and prices behind real spend per child."""
    prices = tables["prices"]
    return {*tables["population"]["source_id"], *prices.loc[prices["index_name"] == index, "source_id"]}
