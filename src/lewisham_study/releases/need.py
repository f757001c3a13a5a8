"""Read statistics of need: children looked after, in need, on plans, in low-income families; population; deprivation.

They are DfE's, and any tidy file of it, the ONS's estimates of population, and MHCLG's Indices of Deprivation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import (
    NEW_LAYOUT,
    find_columns,
    gather_cells,
    list_row_areas,
    read_columns,
    read_delimited,
    read_heads,
)
from lewisham_study.releases.spend import read_lait_measures
from lewisham_study.releases.spreadsheets import read_sheets

AREA_HEADINGS = ["old_la_code", "la_name", "region_code", "region_name", "country_code", "country_name"]
LOOKED_AFTER = {
    "population_count": {"Children looked after at 31 March each year": ["number"]},
    "population_type": {"Children looked after on 31 March each year": ["children_count"]},
}
"""The column of categories, up to the 2022 edition and since; the category, and the column of the count."""
CHILDREN_IN_NEED = {
    "Children in Need": ["At31_episodes"],
    "Referrals and Re-referrals": ["referral_count", "rereferral_count"],
    "Section 47s and Initial Child Protection Conferences": ["Section47", "ICPC"],
    "Child Protection Plans which are a second or subsequent plan": ["CPP_start", "CPP_subsequent"],
    "Child Protection Plans by length of time": ["CPP_At31"],
}
CHILDREN_IN_NEED_2012 = ["CINAt310312", "Referrals1112", "ReferralsWithin12mths1112", "S471112", "ICPC1112"]
CHILDREN_IN_NEED_2012 += ["CPPStart1112", "CPPStart1112SecondTime", "CPPAt310312"]
POPULATION = {"Children aged 0 to 17 years": ["population_estimate"]}
PLACING = re.compile(r"time_\w+|geographic_level|\w+_(?:code|name)")
"""Headings of the columns that say where and when."""
CELL = r"-?[\d,]*\.?\d+(?:[eE][+-]?\d+)?|[a-z:~.-]|\.\.|low|\[[a-z]+\]|"
"""A number, or a code in place of one."""
LOW_INCOME = "ChildPov"
SHEETS = {"IMD": ["Average score", "Rank of average score"], "IDACI": ["Average score"]}
"""What is read of each sheet of the upper-tier summaries: the ends of headings."""
DOMAINS = {
    "Index of Multiple Deprivation": ["average_score", "rank_average_score"],
    "Income Deprivation Affecting Children": ["average_score"],
}
"""What is read of each domain of the summary for districts."""


def read_looked_after(path: Path, source_id: str) -> pd.DataFrame:
    """Read children looked after at 31 March from an edition that holds several years, in either layout."""
    heads = set(read_delimited(path).loc[0])
    column = "population_count" if "population_count" in heads else "population_type"
    return read_categories(path, column, LOOKED_AFTER[column])


def read_looked_after_sfr(path: Path, source_id: str) -> pd.DataFrame:
    """Read children looked after at 31 March from one year's file of 2012 to 2017; `source_id` ends in the year.

    Regions have letters for codes, because the files give London's ONS code to Inner and Outer London too.
    """
    year = source_id[-4:]
    return read_columns(read_delimited(path, "latin-1"), path, ["geog_c", "geog_n"], [f"CLA_Mar{year}"], year)


def read_children_in_need(path: Path, source_id: str) -> pd.DataFrame:
    """Read the counts of children in need, referrals, enquiries, conferences or plans (tables b1, c1, c4, d3, d5)."""
    return read_categories(path, "category", CHILDREN_IN_NEED)


def read_children_in_need_sfr(path: Path, source_id: str) -> pd.DataFrame:
    """Read the same counts of 2011-12, from a file that numbers England 921, which is the Isle of Wight's number."""
    return read_columns(read_delimited(path, "latin-1"), path, ["geog_c", "geog_n"], CHILDREN_IN_NEED_2012, "2012")


def read_population(path: Path, source_id: str) -> pd.DataFrame:
    """Read the children aged 0 to 17 of each authority, region and England in the middle of each year."""
    return read_categories(path, "age_group", POPULATION)


def read_tidy(path: Path, source_id: str) -> pd.DataFrame:
    """Read every number of a tidy file, in the layout of DfE's open data: a row for each area, period and category.

    The measure is the categories of the row and the heading, as in `CLA on 31 March | Total children | children_count`.
    A column that holds only numbers and codes has figures; any other column that is not about area or time, categories.
    """
    table = read_delimited(path)
    places = find_columns(table, ["time_period", *AREA_HEADINGS], path)
    rows = table.loc[1:]
    heads = {place: head for place, head in enumerate(read_heads(table)) if not PLACING.fullmatch(head)}
    counted = {place: head for place, head in heads.items() if rows[place].str.strip().str.fullmatch(CELL).all()}
    if rows.empty or not counted:
        raise DataError(shorten(path), "a column of numbers", "none", hint=NEW_LAYOUT)
    categories = rows[[place for place in heads if place not in counted]].agg(" | ".join, axis=1)
    areas = list_row_areas(rows, [places[heading] for heading in AREA_HEADINGS])
    return gather_cells(rows, areas, counted, rows[places["time_period"]], within=categories)


def read_categories(path: Path, column: str, headings: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Read some columns of some categories; `column` is the heading above the categories."""
    table = read_delimited(path)
    places = find_columns(table, ["time_period", *AREA_HEADINGS, column], path)
    category, period = (table[places[name]] for name in (column, "time_period"))
    known = [name for name in headings if (category[1:] == name).any()]
    if not known:
        found = ", ".join(repr(name) for name in category[1:].unique()[:5]) or "no rows"
        raise DataError(shorten(path), f"{column} {' or '.join(map(repr, headings))}", found, hint=NEW_LAYOUT)
    parts = [
        read_columns(table, path, AREA_HEADINGS, headings[name], period, chosen=category == name, within=name)
        for name in known
    ]
    return pd.concat(parts, ignore_index=True)


def read_low_income(path: Path, source_id: str) -> pd.DataFrame:
    """Read the percentage of children under 16 in low-income families (before housing costs).

    The table of April 2025 is the last that starts in the year ending March 2015; the next one starts in 2022.
    """
    return read_lait_measures(path, [LOW_INCOME])


def read_upper_tier(path: Path, source_id: str) -> pd.DataFrame:
    """Read average scores, and the rank of the first, from an index's summary for upper-tier authorities.

    `source_id` ends in the year of the index. The code and the name stand in the first two columns.
    """
    parts = []
    for (sheet, ends), table in zip(SHEETS.items(), read_sheets(path, list(SHEETS)), strict=True):
        heads = read_heads(table)
        columns: dict[int, str] = {}
        for end in ends:
            found = {place: head for place, head in enumerate(heads) if head.endswith(f" - {end}")}
            if len(found) != 1:
                expected = f"one heading that ends in {end!r} in sheet {sheet}"
                raise DataError(shorten(path), expected, f"{len(found)} of them", row=1, hint=NEW_LAYOUT)
            columns |= found
        rows = table.loc[1:]
        parts.append(gather_cells(rows, list_row_areas(rows, [0, 1]), columns, source_id[-4:], sheet))
    return pd.concat(parts, ignore_index=True)


def read_districts(path: Path, source_id: str) -> pd.DataFrame:
    """Read average scores, and the rank of the first, from an index's summary for districts.

    `source_id` ends in the year of the index.
    """
    table = read_delimited(path)
    names = [*dict.fromkeys(name for names in DOMAINS.values() for name in names)]
    index = table[find_columns(table, ["area_code", "area_name", "index_domain", *names], path)["index_domain"]]
    parts = []
    for domain, headings in DOMAINS.items():
        if not (index[1:] == domain).any():
            raise DataError(shorten(path), f"rows of {domain!r}", "none", hint=NEW_LAYOUT)
        area, year = ["area_code", "area_name"], source_id[-4:]
        parts.append(read_columns(table, path, area, headings, year, chosen=index == domain, within=domain))
    return pd.concat(parts, ignore_index=True)
