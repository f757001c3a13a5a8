"""The table `authorities`: every authority with children's services since 2012, and what became of each."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.raw.authorities import AUTHORITY_COLUMNS, read_authorities, read_regions, resolve_areas
from lewisham_study.raw.figures import read_figures

FILE = "data/coding/authorities.csv"
CODE_BEGINNINGS = {
    "london_borough": "E09",
    "metropolitan_district": "E08",
    "unitary_authority": "E06",
    "county": "E10",
}
"""How the ONS code of each kind of council begins."""


def tidy_authorities(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `authorities`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`; the table is our own coding, held in the latter
        and held against the official lists of numbers in the former.

    Returns
    -------
    pandas.DataFrame
        One row for each authority, with `valid_from` and `valid_to` as text, empty where open; `spoken_name` is
        `la_name` where no other is coded.

    Raises
    ------
    DataError
        Where a region is unknown, a code is not of the kind of council, dates are out of order, a successor
        does not begin on the day after its predecessor ends and name it in turn, or an official list gives
        another region or provider number.
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
    """Refuse a region, subregion or provider number that is not the one an official list gives."""
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
            row = authorities.index[authorities["la_code"] == la_code][0] + 2
            got = f"{held[la_code]!r} for {la_code}"
            hint = "see data/raw/figures/authorities.csv"
            raise DataError(FILE, f"the {measure} {wrong.iloc[0]!r} of the official list", got, row=int(row), hint=hint)


def find_wrong_value(row: dict[str, str], regions: set[str]) -> tuple[str, str] | None:
    """Give what was expected and what stands in an authority's row where its code, region or dates are wrong."""
    beginning = CODE_BEGINNINGS.get(row["authority_type"])
    if not beginning or not row["new_la_code"].startswith(beginning):
        return f"a code that begins with {beginning} for a {row['authority_type']}", repr(row["new_la_code"])
    if row["region"] not in regions:
        return "a region of regions.csv", repr(row["region"])
    if row["subregion"] not in regions | {""}:
        return "a subregion of regions.csv", repr(row["subregion"])
    if row["valid_to"] and row["valid_from"] > row["valid_to"]:
        return f"valid_to after {row['valid_from']}", row["valid_to"]
    if bool(row["successor_la_codes"]) != bool(row["valid_to"]):
        return "successors of an authority that has ended, and of no other", repr(row["successor_la_codes"])
    return None


def find_wrong_link(row: dict[str, str], rows: dict[str, dict[str, str]]) -> tuple[str, str] | None:
    """Give what was expected and what stands there where successor and predecessor do not fit each other."""
    for code in row["predecessor_la_codes"].split():
        if code not in rows or row["la_code"] not in rows[code]["successor_la_codes"].split():
            return f"a predecessor that names {row['la_code']} as its successor", repr(code)
    for code in row["successor_la_codes"].split():
        if code not in rows or row["la_code"] not in rows[code]["predecessor_la_codes"].split():
            return f"a successor that names {row['la_code']} as its predecessor", repr(code)
        next_day = (date.fromisoformat(row["valid_to"]) + timedelta(days=1)).isoformat()
        if rows[code]["valid_from"] != next_day:
            return f"a successor from {next_day}", f"{code} from {rows[code]['valid_from'] or 'the beginning'}"
    return None
