"""Make the tables of official figures: workforce, spend, need, deprivation, population, prices and neighbours."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.authorities import read_authorities, read_districts, resolve_areas
from lewisham_study.raw.codes import read_status_codes
from lewisham_study.raw.figures import locate, read_figures, refuse_first
from lewisham_study.tidy.figures import (
    TABLE_COLUMNS,
    attach_areas,
    attach_measures,
    correct_figures,
    list_areas,
    parse_periods,
    parse_values,
    settle_figures,
    type_figures,
)

WORKFORCE_COLUMNS = [*TABLE_COLUMNS[:-2], "joint_la_codes", *TABLE_COLUMNS[-2:]]
POPULATION_COLUMNS = [name for name in TABLE_COLUMNS if name not in ("period_kind", "measure", "series")]
INDEX_COLUMNS = ["source_id", "published", "index_name", "unit"]
PRICE_COLUMNS = ["index_name", "time_period", "value", "unit", "forecast", "source_id", "locator"]
FORECAST = "is_forecast"
DISTRICT_COLUMNS = ["la_code", "la_name", "district_code", "district_name", "e_code", "income_deprived", "income_share"]
DISTRICT_COLUMNS += ["people", "weight", "imd_average_score", "idaci_average_score", "source_id"]
ABSENT = "no row"
"""What stands for a cell that the release does not have."""
NEIGHBOUR_COLUMNS = ["la_code", "model", "rank", "neighbour_la_code", "closeness", "source_id", "locator"]
HEADING = r"SN_?(?P<rank>\d+)(?P<closeness>P| \| SNP)?"


def tidy_measures(topic: str, raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `workforce`, `spend` or `need`: one row for each area, period, measure and series."""
    figures = type_figures(read_figures(raw, topic), topic, coding)
    columns = WORKFORCE_COLUMNS if topic == "workforce" else TABLE_COLUMNS
    return settle_figures(figures, topic, coding)[columns]


def tidy_deprivation(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `deprivation`: one row for each area, year and measure.

    Each release is on the boundaries of its own day. That of low incomes gives every year: authorities created since
    have figures for the years before, and abolished ones have none. The index of 2025 is held for districts, so the
    scores of counties are weighted from theirs.
    """
    figures = type_figures(read_figures(raw, "deprivation"), "deprivation", coding)
    corrected = correct_figures(figures, "deprivation", coding)[TABLE_COLUMNS]
    complete = pd.concat([corrected, weigh_counties(raw, coding)], ignore_index=True)
    return complete.sort_values(["new_la_code", "time_period", "measure"], ignore_index=True)


def weigh_counties(raw: Path, coding: Path) -> pd.DataFrame:
    """Weigh each county's scores from those of its districts, by people; a rank among districts it cannot have.

    The scores of children are weighted by people of all ages, because children are not held by district. A row names
    the heading of the column that lacks the county.
    """
    districts = list_district_scores(raw, coding)
    shared = districts.drop_duplicates("measure")[
        ["measure", "unit", "series", "period_kind", "time_period", "source_id"]
    ]
    shared["locator"] = districts.drop_duplicates("measure")["column"] + "1"
    scores = districts.assign(part=districts["value"] * districts["weight"]).groupby(["la_code", "measure"])
    counties = scores.agg(value=("part", "sum"), districts=("part", "size")).round(3).reset_index()
    counties = counties.merge(shared, on="measure").merge(list_areas(coding).drop(columns="area"), on="la_code")
    ranked = counties["unit"] == "rank"
    return counties.assign(
        value=counties["value"].mask(ranked),
        status=ranked.map({True: "not_available", False: "weighted"}),
        value_as_published=(counties["districts"].astype(str) + " districts").mask(ranked, ABSENT),
    )[TABLE_COLUMNS]


def list_district_scores(raw: Path, coding: Path) -> pd.DataFrame:
    """List the index of each district of a county, with its people and its weight: its share of the county's people."""
    districts = read_districts(coding)
    figures = read_figures(raw, "deprivation").rename(columns={"area_code": "district_code"})
    own = figures[figures["district_code"].isin(districts["district_code"])]
    measured = attach_measures(own, "deprivation", coding)
    measured = measured.join(parse_values(measured, read_status_codes(coding))["value"])
    missing = set(districts["district_code"]) ^ set(measured["district_code"])
    if missing or measured["value"].isna().any():
        expected, found = "a score of each district", ", ".join(sorted(missing)) or "an empty one"
        raise DataError("data/coding/county_districts.csv", expected, found, hint="import the index again")
    people = districts["income_deprived"].astype(float) / districts["income_share"].astype(float)
    weight = people / people.groupby(districts["la_code"]).transform("sum")
    weighed = districts.drop(columns="source_id").assign(people=people, weight=weight)
    return measured.assign(time_period=parse_periods(measured)).merge(weighed, on="district_code")


def tidy_county_districts(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `county_districts`: people, weight and scores of each district of a county."""
    scores = list_district_scores(raw, coding)
    key = ["la_code", "district_code", "district_name", "e_code", "income_deprived", "income_share", "people", "weight"]
    wide = scores.pivot(index=key, columns="measure", values="value").reset_index()
    names = read_authorities(coding).set_index("la_code")["la_name"]
    sources = read_districts(coding).set_index("district_code")["source_id"]
    rounded = {"people": wide["people"].round(), "weight": wide["weight"].round(4)}
    placed = {"la_name": wide["la_code"].map(names), "source_id": wide["district_code"].map(sources)}
    return wide.assign(**rounded, **placed)[DISTRICT_COLUMNS]


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
