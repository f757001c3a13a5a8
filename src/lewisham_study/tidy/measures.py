"""Make the tables of official figures: workforce, spend, need, deprivation, population, prices and neighbours."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.authorities import read_authorities, read_districts, resolve_areas
from lewisham_study.raw.figures import locate, read_figures, read_status_codes, refuse_first
from lewisham_study.tidy.figures import (
    attach_areas,
    attach_measures,
    correct_figures,
    list_areas,
    parse_periods,
    parse_values,
    settle_figures,
    type_figures,
)

INDEX_COLUMNS = ["source_id", "published", "index_name", "unit"]
FORECAST = "is_forecast"
ABSENT = "no row"
"""What stands for a cell that the release does not have."""
HEADING = r"SN_?(?P<rank>\d+)(?P<closeness>P| \| SNP)?"


def tidy_measures(topic: str, raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `workforce`, `spend` or `need`: one row for each area, period, measure and series."""
    figures = type_figures(read_figures(raw, topic), topic, coding)
    return settle_figures(figures, topic, coding)


def tidy_deprivation(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `deprivation`: one row for each area, year and measure.

    Each release is on the boundaries of its own day. That of low incomes gives every year: authorities created since
    have figures for the years before, and abolished ones have none. The index of 2025 is held for districts, so the
    scores of counties are weighted from theirs.
    """
    figures = type_figures(read_figures(raw, "deprivation"), "deprivation", coding)
    corrected = correct_figures(figures, "deprivation", coding)
    return pd.concat([corrected, weigh_counties(raw, coding)], ignore_index=True)


def weigh_counties(raw: Path, coding: Path) -> pd.DataFrame:
    """Weigh each county's scores from those of its districts, by people; a rank among districts it cannot have.

    The scores of children are weighted by people of all ages, because children are not held by district. A row names
    the heading of the column that lacks the county.
    """
    districts = list_district_scores(raw, coding)
    shared = districts.drop_duplicates("measure").assign(locator=lambda rows: rows["column"] + "1")
    shared = shared[["measure", "unit", "series", "period_kind", "time_period", "source_id", "locator"]]
    scores = districts.assign(part=districts["value"] * districts["weight"]).groupby(["la_code", "measure"])
    counties = scores.agg(value=("part", "sum"), districts=("part", "size")).round(3).reset_index()
    counties = counties.merge(shared, on="measure").merge(list_areas(coding), on="la_code")
    ranked = counties["unit"] == "rank"
    return counties.assign(
        value=counties["value"].mask(ranked),
        status=ranked.map({True: "not_available", False: "weighted"}),
        value_as_published=(counties["districts"].astype(str) + " districts").mask(ranked, ABSENT),
    )


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
    wide = scores.pivot(index=["district_code", "people", "weight"], columns="measure", values="value").reset_index()
    names = read_authorities(coding).set_index("la_code")["la_name"]
    table = wide.merge(read_districts(coding), on="district_code")
    rounded = {"people": wide["people"].round(), "weight": wide["weight"].round(4)}
    return table.assign(**rounded, la_name=table["la_code"].map(names))


def tidy_population(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `population`: one row for each area and year; mid-2012 is `2012`."""
    figures = read_figures(raw, "population")
    parsed = parse_values(figures, read_status_codes(coding))
    figures = figures.assign(time_period=parse_periods(figures), unit="children", locator=locate(figures))
    return attach_areas(figures.join(parsed), coding)


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
    return named.assign(time_period=parse_periods(named), value=value, forecast=forecast, locator=locate(named))


def tidy_neighbours(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `neighbours`: ten rows for each authority and model, rank 1 the nearest."""
    figures = read_figures(raw, "neighbours")
    figures = figures.assign(la_code=resolve_areas(figures, coding), locator=locate(figures))
    figures = figures.join(figures["measure"].str.extract(f"^{HEADING}$"))
    place, is_word = ["source_id", "row", "rank"], figures["closeness"].notna()
    words = figures[is_word].set_index(place)["value_as_published"].str.strip()
    neighbours = figures[~is_word].drop(columns="closeness")
    neighbours = neighbours.join(words.rename("closeness"), on=place, validate="one_to_one")
    codes = neighbours["value_as_published"].str.strip()
    known = resolve_areas(neighbours.assign(area_code=codes, area_name=""), coding)
    rank = neighbours["rank"].astype(int)
    tidy = neighbours.assign(neighbour_la_code=known, model=neighbours["time_period"], rank=rank)
    check_ten(tidy)
    return tidy


def check_ten(neighbours: pd.DataFrame) -> None:
    """Refuse an authority that does not have ten different neighbours other than itself, ranked 1 to 10."""
    for (model, la_code), group in neighbours.groupby(["model", "la_code"]):
        others = set(group["neighbour_la_code"]) - {la_code}
        if sorted(group["rank"]) != list(range(1, 11)) or len(others) != 10 or group["closeness"].isna().any():
            found = f"{len(others)} for {la_code} in the model of {model}"
            source, row = group["source_id"].iloc[0], group["row"].iloc[0]
            raise DataError(source, "ten neighbours, ranked 1 to 10, and how close each is", found, row=row)
