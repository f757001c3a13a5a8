"""The table `need`: children looked after, in need and on protection plans, of every authority: counts alone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.authorities import resolve_areas
from lewisham_study.raw.codes import read_status_codes
from lewisham_study.raw.figures import locate, name_cell, read_figures
from lewisham_study.tidy.coding import apply_corrections
from lewisham_study.tidy.editions import WITH_VALUE, settle_figures
from lewisham_study.tidy.figures import TABLE_COLUMNS, attach_areas, parse_periods, parse_values, type_figures


def tidy_need(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `need`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        One row for each area, year and measure, as `columns.csv` describes them. Rates are left to
        `analysis.population`, for those published with one edition rest on populations since rebased.
        The file of 2012 says that it counts the children of enquiries and conferences, later ones count
        the enquiries and conferences: no series crosses that line.
    """
    return settle_figures(type_figures(read_figures(raw, "need"), "need", coding), "need", coding)[TABLE_COLUMNS]


def tidy_spend(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `spend`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        One row for each area, financial year, measure and series, as `columns.csv` describes them. Section
        251 comes from its outturn to 2018-19, gross and net, and from LAIT, gross alone, since 2019-20;
        its categories of 2011-12 are drawn otherwise than those since. RO3 is a series apart.
    """
    return settle_figures(type_figures(read_figures(raw, "spend"), "spend", coding), "spend", coding)[TABLE_COLUMNS]


COLUMNS = [*TABLE_COLUMNS[:-2], "joint_la_codes", *TABLE_COLUMNS[-2:]]


def tidy_workforce(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `workforce`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        One row for each area, year, measure and series, as `columns.csv` describes them. Rates are in per
        cent. To 2016 councils sent totals, from 2017 a row for each worker: no series crosses that line.
        Two authorities with one return have the joint value each, with the status `joint_return`.
    """
    return settle_figures(type_figures(read_figures(raw, "workforce"), "workforce", coding), "workforce", coding)[
        COLUMNS
    ]


def tidy_deprivation(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `deprivation`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        One row for each area, year and measure. The release gives every year on the boundaries of its
        own day: authorities created since have figures for the years before, abolished ones have none.
    """
    figures = type_figures(read_figures(raw, "deprivation"), "deprivation", coding)
    figures = apply_corrections(figures, "deprivation", coding)
    figures["value"] = figures["value"].where(figures["status"].isin(WITH_VALUE))
    return figures[TABLE_COLUMNS].sort_values(["new_la_code", "time_period", "measure"], ignore_index=True)


POPULATION_COLUMNS = [
    "la_code",
    "new_la_code",
    "la_name",
    "geographic_level",
    "time_period",
    "value",
    "unit",
    "status",
    "value_as_published",
    "source_id",
    "locator",
]


def tidy_population(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `population`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        One row for each area and year; mid-2012 is `2012`. Estimates are rebased to the Census of 2021.
        Bournemouth, Poole and Dorset have none on the boundaries abolished in 2019.
    """
    figures = read_figures(raw, "population")
    parsed = parse_values(figures, read_status_codes(coding))
    typed = figures.assign(
        time_period=parse_periods(figures),
        value=parsed["value"],
        unit="children",
        status=parsed["status"],
        locator=locate(figures),
    )
    return attach_areas(typed, coding)[POPULATION_COLUMNS].sort_values(
        ["new_la_code", "time_period"], ignore_index=True
    )


INDEX_COLUMNS = ["source_id", "published", "index_name", "unit"]
PRICE_COLUMNS = ["index_name", "time_period", "value", "unit", "forecast", "source_id", "locator"]
FORECAST = "is_forecast"


def tidy_prices(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `prices`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`; `price_indices.csv` names the published columns.

    Returns
    -------
    pandas.DataFrame
        One row for each index and year; `forecast` is true where the release says so, false where it does not.

    Raises
    ------
    DataError
        Where a column is not named, or an index is not a number.
    """
    figures = read_figures(raw, "prices").rename(columns={"measure": "published"})
    marks = figures[figures["published"] == FORECAST].set_index(["source_id", "row"])["value_as_published"]
    indices = read_csv(coding / "price_indices.csv", INDEX_COLUMNS, ["source_id", "published"])
    named = figures[figures["published"] != FORECAST].merge(indices, how="left", on=["source_id", "published"])
    value = pd.to_numeric(named["value_as_published"], errors="coerce")
    wrong = named["index_name"].isna() | value.isna()
    if wrong.any():
        odd = named[wrong].iloc[0]
        got = f"{odd['published']} {odd['value_as_published']!r}"
        hint = "name the column in data/coding/price_indices.csv, or import the release again"
        raise DataError(odd["source_id"], "a number in a known column", got, row=name_cell(odd), hint=hint)
    mark = marks.reindex(pd.MultiIndex.from_frame(named[["source_id", "row"]]))
    tidy = named.assign(
        time_period=parse_periods(named), value=value, forecast=(mark == "true").to_numpy(), locator=locate(named)
    )
    return tidy[PRICE_COLUMNS].sort_values(["index_name", "time_period"], ignore_index=True)


NEIGHBOUR_COLUMNS = ["la_code", "model", "rank", "neighbour_la_code", "closeness", "source_id", "locator"]
HEADING = r"SN_?(?P<rank>\d+)(?P<closeness>P| \| SNP)?"


def tidy_neighbours(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `neighbours`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        Ten rows for each authority and model; rank 1 is the nearest. The words for closeness are the
        model's own. An authority that was abolished may be a neighbour.

    Raises
    ------
    DataError
        Where an authority has not ten neighbours, or a neighbour is not a known authority.
    """
    figures = read_figures(raw, "neighbours")
    figures = figures.assign(la_code=resolve_areas(figures, coding), locator=locate(figures))
    figures = figures.join(figures["measure"].str.extract(f"^{HEADING}$"))
    figures["text"] = figures["value_as_published"].str.strip()
    place = ["source_id", "row", "rank"]
    closeness = figures[figures["closeness"].notna()].set_index(place)["text"].rename("how_close")
    neighbours = figures[figures["closeness"].isna()].join(closeness, on=place, validate="one_to_one")
    known = resolve_areas(neighbours.assign(area_code=neighbours["text"], area_name=""), coding)
    tidy = neighbours.assign(
        neighbour_la_code=known, model=neighbours["time_period"], closeness=neighbours["how_close"]
    )
    tidy["rank"] = tidy["rank"].astype(int)
    check_ten(tidy)
    return tidy[NEIGHBOUR_COLUMNS].sort_values(["la_code", "model", "rank"], ignore_index=True)


def check_ten(neighbours: pd.DataFrame) -> None:
    """Refuse an authority that has not ten different neighbours other than itself, ranked 1 to 10."""
    for (model, la_code), group in neighbours.groupby(["model", "la_code"]):
        others = set(group["neighbour_la_code"]) - {la_code}
        if sorted(group["rank"]) != list(range(1, 11)) or len(others) != 10 or group["closeness"].isna().any():
            got = f"{len(others)} for {la_code} in the model of {model}"
            source, row = group["source_id"].iloc[0], group["row"].iloc[0]
            raise DataError(source, "ten neighbours, ranked 1 to 10, and how close each is", got, row=row)
