"""Make the table `authorities`: every authority with children's services since 2012, and its successors."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.raw.authorities import AUTHORITY_COLUMNS, read_authorities, read_regions, resolve_areas
from lewisham_study.raw.figures import read_figures

FILE = "data/coding/authorities.csv"
CODE_PREFIXES = {"london_borough": "E09", "metropolitan_district": "E08", "unitary_authority": "E06", "county": "E10"}
"""The start of the ONS code of each type of council."""


def tidy_authorities(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `authorities` from `authorities.csv`, checked against the official lists; `la_name` fills gaps.

    Regions, codes and dates must be valid, a successor must begin on the day after its predecessor ends and the
    two must name each other, and the official lists must give the same region and provider number.
    """
    authorities = read_authorities(coding)
    regions = set(read_regions(coding)["region_name"])
    values = authorities[AUTHORITY_COLUMNS].itertuples(index=False, name=None)
    rows = {str(row[0]): dict(zip(AUTHORITY_COLUMNS, row, strict=True)) for row in values}
    for number, row in enumerate(rows.values(), start=2):
        problem = find_wrong_value(row, regions) or find_wrong_link(row, rows)
        if problem:
            raise DataError(FILE, *problem, row=number)
    refuse_other_lists(authorities, raw, coding)
    spoken = authorities["spoken_name"].where(authorities["spoken_name"] != "", authorities["la_name"])
    return authorities[AUTHORITY_COLUMNS].assign(spoken_name=spoken)


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


def find_wrong_value(row: dict[str, str], regions: set[str]) -> tuple[str, str] | None:
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


def find_wrong_link(row: dict[str, str], rows: dict[str, dict[str, str]]) -> tuple[str, str] | None:
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
