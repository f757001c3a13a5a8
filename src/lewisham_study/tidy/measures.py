"""Make the tables of official figures: workforce, spend, need, deprivation, population, prices and neighbours."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.authorities import resolve_areas
from lewisham_study.raw.codes import read_status_codes
from lewisham_study.raw.figures import locate, read_figures, refuse_first
from lewisham_study.tidy.editions import correct_figures, settle_figures
from lewisham_study.tidy.figures import TABLE_COLUMNS, attach_areas, parse_periods, parse_values, type_figures

WORKFORCE_COLUMNS = [*TABLE_COLUMNS[:-2], "joint_la_codes", *TABLE_COLUMNS[-2:]]
POPULATION_COLUMNS = [name for name in TABLE_COLUMNS if name not in ("period_kind", "measure", "series")]
INDEX_COLUMNS = ["source_id", "published", "index_name", "unit"]
PRICE_COLUMNS = ["index_name", "time_period", "value", "unit", "forecast", "source_id", "locator"]
FORECAST = "is_forecast"
NEIGHBOUR_COLUMNS = ["la_code", "model", "rank", "neighbour_la_code", "closeness", "source_id", "locator"]
HEADING = r"SN_?(?P<rank>\d+)(?P<closeness>P| \| SNP)?"


def tidy_measures(topic: str, raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `workforce`, `spend` or `need`: one row for each area, period, measure and series."""
    figures = type_figures(read_figures(raw, topic), topic, coding)
    columns = WORKFORCE_COLUMNS if topic == "workforce" else TABLE_COLUMNS
    return settle_figures(figures, topic, coding)[columns]


def tidy_deprivation(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `deprivation`: one row for each area, year and measure.

    The release gives every year on the boundaries of its own day: authorities created since have figures for the
    years before, and abolished ones have none.
    """
    figures = type_figures(read_figures(raw, "deprivation"), "deprivation", coding)
    corrected = correct_figures(figures, "deprivation", coding)[TABLE_COLUMNS]
    return corrected.sort_values(["new_la_code", "time_period", "measure"], ignore_index=True)


def tidy_population(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `population`: one row for each area and year; mid-2012 is `2012`."""
    figures = read_figures(raw, "population")
    parsed = parse_values(figures, read_status_codes(coding))
    figures = figures.assign(time_period=parse_periods(figures), unit="children", locator=locate(figures))
    typed = attach_areas(figures.join(parsed), coding)[POPULATION_COLUMNS]
    return typed.sort_values(["new_la_code", "time_period"], ignore_index=True)


def tidy_prices(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `prices`: one row for each index of `price_indices.csv` and year."""
    figures = read_figures(raw, "prices").rename(columns={"measure": "published"})
    is_mark = figures["published"] == FORECAST
    marks = figures[is_mark].set_index(["source_id", "row"])["value_as_published"]
    indices = read_csv(coding / "price_indices.csv", INDEX_COLUMNS, ["source_id", "published"])
    named = figures[~is_mark].merge(indices, how="left", on=["source_id", "published"])
    value = pd.to_numeric(named["value_as_published"], errors="coerce")
    hint = "add the column to data/coding/price_indices.csv, or import the release again"
    wrong, found = named["index_name"].isna() | value.isna(), "{published} {value_as_published!r}"
    refuse_first(named[wrong], "a number in a known column", hint, found)
    forecast = marks.reindex(pd.MultiIndex.from_frame(named[["source_id", "row"]])).eq("true").to_numpy()
    tidy = named.assign(time_period=parse_periods(named), value=value, forecast=forecast, locator=locate(named))
    return tidy[PRICE_COLUMNS].sort_values(["index_name", "time_period"], ignore_index=True)


def tidy_neighbours(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `neighbours`: ten rows for each authority and model, rank 1 the nearest."""
    figures = read_figures(raw, "neighbours")
    figures = figures.assign(la_code=resolve_areas(figures, coding), locator=locate(figures))
    figures = figures.join(figures["measure"].str.extract(f"^{HEADING}$"))
    figures["text"] = figures["value_as_published"].str.strip()
    place = ["source_id", "row", "rank"]
    words = figures[figures["closeness"].notna()].set_index(place)["text"]
    neighbours = figures[figures["closeness"].isna()].drop(columns="closeness")
    neighbours = neighbours.join(words.rename("closeness"), on=place, validate="one_to_one")
    known = resolve_areas(neighbours.assign(area_code=neighbours["text"], area_name=""), coding)
    tidy = neighbours.assign(neighbour_la_code=known, model=neighbours["time_period"])
    tidy["rank"] = tidy["rank"].astype(int)
    check_ten(tidy)
    return tidy[NEIGHBOUR_COLUMNS].sort_values(["la_code", "model", "rank"], ignore_index=True)


def check_ten(neighbours: pd.DataFrame) -> None:
    """Refuse an authority that does not have ten different neighbours other than itself, ranked 1 to 10."""
    for (model, la_code), group in neighbours.groupby(["model", "la_code"]):
        others = set(group["neighbour_la_code"]) - {la_code}
        if sorted(group["rank"]) != list(range(1, 11)) or len(others) != 10 or group["closeness"].isna().any():
            found = f"{len(others)} for {la_code} in the model of {model}"
            source, row = group["source_id"].iloc[0], group["row"].iloc[0]
            raise DataError(source, "ten neighbours, ranked 1 to 10, and how close each is", found, row=row)
