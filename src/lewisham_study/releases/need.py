"""Read DfE's statistics of need: children looked after, in need, referred, on plans; and any tidy file of DfE."""

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
    read_heads,
)
from lewisham_study.releases.csv import read_delimited

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
    return read_year(path, [f"CLA_Mar{year}"], year)


def read_children_in_need(path: Path, source_id: str) -> pd.DataFrame:
    """Read the counts of children in need, referrals, enquiries, conferences or plans (tables b1, c1, c4, d3, d5)."""
    return read_categories(path, "category", CHILDREN_IN_NEED)


def read_children_in_need_sfr(path: Path, source_id: str) -> pd.DataFrame:
    """Read the same counts of 2011-12, from a file that numbers England 921, which is the Isle of Wight's number."""
    return read_year(path, CHILDREN_IN_NEED_2012, "2012")


def read_year(path: Path, headings: list[str], year: str) -> pd.DataFrame:
    """Read some columns of a file that holds one year."""
    return read_columns(read_delimited(path, encoding="latin-1"), path, ["geog_c", "geog_n"], headings, year)


PLACING = re.compile(r"time_\w+|geographic_level|\w+_(?:code|name)")
"""Headings of the columns that say where and when."""
CELL = r"-?[\d,]*\.?\d+(?:[eE][+-]?\d+)?|[a-z:~.-]|\.\.|low|\[[a-z]+\]|"
"""A number, or a code in place of one."""


def read_tidy(path: Path, source_id: str) -> pd.DataFrame:
    """Read every number of a tidy file, in the layout of DfE's open data: a row for each area, period and category.

    The measure is the categories of the row and the heading, as in `CLA on 31 March | Total children | children_count`.
    A column that holds only numbers and codes has figures; any other column that is not about area or time, categories.
    """
    table = read_delimited(path)
    places = find_columns(table, ["time_period", *AREA_HEADINGS], path)
    rows = table.loc[1:]
    heads = {head: place for place, head in enumerate(read_heads(table)) if not PLACING.fullmatch(head)}
    counted = {head: place for head, place in heads.items() if rows[place].str.strip().str.fullmatch(CELL).all()}
    categories = rows[[place for head, place in heads.items() if head not in counted]].agg(" | ".join, axis=1)
    if rows.empty or not counted:
        raise DataError(shorten(path), "a column of numbers", "none", hint=NEW_LAYOUT)
    areas = list_row_areas(rows, [places[heading] for heading in AREA_HEADINGS])
    cells = gather_cells(rows, areas, counted, rows[places["time_period"]])
    named = pd.concat([categories] * len(counted), ignore_index=True)
    return cells.assign(measure=(named + " | " + cells["measure"]).str.removeprefix(" | "))


AREA_HEADINGS = ["old_la_code", "la_name", "region_code", "region_name", "country_code", "country_name"]


def read_categories(path: Path, column: str, headings: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Read some columns of some categories; `column` is the heading above the categories.

    The measure is category and heading, as in `Children in Need | At31_episodes`.
    """
    table = read_delimited(path)
    places = find_columns(table, ["time_period", *AREA_HEADINGS, column], path)
    rows = table.loc[1:]
    category = rows[places[column]]
    known = [name for name in headings if (category == name).any()]
    if not known:
        found = ", ".join(repr(name) for name in category.unique()[:5]) or "no rows"
        raise DataError(shorten(path), f"{column} {' or '.join(map(repr, headings))}", found, hint=NEW_LAYOUT)
    areas = list_row_areas(rows, [places[heading] for heading in AREA_HEADINGS])
    blocks = []
    for name in known:
        chosen, columns = category == name, find_columns(table, headings[name], path)
        measures = {f"{name} | {heading}": place for heading, place in columns.items()}
        blocks.append(gather_cells(rows[chosen], areas[chosen], measures, rows[places["time_period"]]))
    return pd.concat(blocks, ignore_index=True)
