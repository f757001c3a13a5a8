"""Make the tables of authorities since 2012, of their neighbours and their deprivation, and of counties' districts."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.raw.authorities import read_authorities, read_districts, read_regions, resolve_areas
from lewisham_study.raw.figures import locate, read_figures, read_status_codes
from lewisham_study.tidy.figures import (
    attach_measures,
    correct_figures,
    list_areas,
    parse_periods,
    parse_values,
    type_figures,
)

FILE = "data/coding/authorities.csv"
CODE_PREFIXES = {"london_borough": "E09", "metropolitan_district": "E08", "unitary_authority": "E06", "county": "E10"}
"""The start of the ONS code of each type of council."""
ABSENT = "no row"
"""What stands for a cell that the release does not have."""
Row = dict[Hashable, str]
HEADING = r"SN_?(?P<rank>\d+)(?P<closeness>P| \| SNP)?"


def tidy_authorities(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `authorities` from `authorities.csv`, checked against the official lists; `la_name` fills gaps.

    Regions, codes and dates must be valid, a successor must begin on the day after its predecessor ends and the
    two must name each other, and the official lists must give the same region and provider number.
    """
    authorities = read_authorities(coding)
    regions = set(read_regions(coding)["region_name"])
    rows = {str(row["la_code"]): row for row in authorities.to_dict("records")}
    for number, row in enumerate(rows.values(), start=2):
        problem = find_wrong_value(row, regions) or find_wrong_link(row, rows)
        if problem:
            raise DataError(FILE, *problem, row=number)
    refuse_other_lists(authorities, raw, coding)
    spoken = authorities["spoken_name"].where(authorities["spoken_name"] != "", authorities["la_name"])
    return authorities.assign(spoken_name=spoken)


def refuse_other_lists(authorities: pd.DataFrame, raw: Path, coding: Path) -> None:
    """Refuse a region, subregion or provider number that differs from the one in an official list."""
    figures = read_figures(raw, "authorities")
    figures = figures.assign(la_code=resolve_areas(figures, coding))
    own = authorities.set_index("la_code")
    place = own["subregion"].where(own["subregion"] != "", own["region"])
    for measure, held in (("Region", place), ("urn", own["ofsted_urn"])):
        listed = figures[(figures["measure"] == measure) & figures["la_code"].isin(own.index)]
        given = listed.set_index("la_code")["value_as_published"]
        wrong = given[given.ne(held.reindex(given.index))]
        if len(wrong):
            la_code = str(wrong.index[0])
            row = int(authorities.index[authorities["la_code"] == la_code][0]) + 2
            expected = f"the {measure} {wrong.iloc[0]!r} of the official list"
            found, hint = f"{held[la_code]!r} for {la_code}", "see data/raw/figures/authorities.csv"
            raise DataError(FILE, expected, found, row=row, hint=hint)


def find_wrong_value(row: Row, regions: set[str]) -> tuple[str, str] | None:
    """Return what was expected and found if an authority's code, region or dates are wrong."""
    prefix = CODE_PREFIXES.get(row["authority_type"])
    if not prefix or not row["new_la_code"].startswith(prefix):
        return f"a code that begins with {prefix} for a {row['authority_type']}", repr(row["new_la_code"])
    if row["region"] not in regions:
        return "a region of regions.csv", repr(row["region"])
    if row["subregion"] not in regions | {""}:
        return "a subregion of regions.csv", repr(row["subregion"])
    if row["valid_to"] and row["valid_from"] > row["valid_to"]:
        return f"valid_to after {row['valid_from']}", row["valid_to"]
    if bool(row["successor_la_codes"]) != bool(row["valid_to"]):
        return "successors for an authority that has ended, and for no other", repr(row["successor_la_codes"])
    return None


def find_wrong_link(row: Row, rows: dict[str, Row]) -> tuple[str, str] | None:
    """Return what was expected and found if an authority and its predecessors or successors do not match."""
    own = row["la_code"]
    for code in row["predecessor_la_codes"].split():
        if code not in rows or own not in rows[code]["successor_la_codes"].split():
            return f"a predecessor that names {own} as its successor", repr(code)
    for code in row["successor_la_codes"].split():
        if code not in rows or own not in rows[code]["predecessor_la_codes"].split():
            return f"a successor that names {own} as its predecessor", repr(code)
        next_day = (date.fromisoformat(row["valid_to"]) + timedelta(days=1)).isoformat()
        if rows[code]["valid_from"] != next_day:
            return f"a successor from {next_day}", f"{code} from {rows[code]['valid_from'] or 'the beginning'}"
    return None


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
