"""DfE's statistics of need: children looked after, in need, referred, and on child protection plans."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.releases.cells import find_columns, gather_cells
from lewisham_study.releases.csv import read_delimited
from lewisham_study.releases.education import read_categories

LOOKED_AFTER = {
    "population_count": {"Children looked after at 31 March each year": ["number"]},
    "population_type": {"Children looked after on 31 March each year": ["children_count"]},
}
"""The column that names the category, to the 2022 edition and since; the category, and the column of the count."""
CHILDREN_IN_NEED = {
    "Children in Need": ["At31_episodes"],
    "Referrals and Re-referrals": ["referral_count", "rereferral_count"],
    "Section 47s and Initial Child Protection Conferences": ["Section47", "ICPC"],
    "Child Protection Plans which are a second or subsequent plan": ["CPP_start", "CPP_subsequent"],
    "Child Protection Plans by length of time": ["CPP_At31"],
}
CHILDREN_IN_NEED_2012 = [
    "CINAt310312",
    "Referrals1112",
    "ReferralsWithin12mths1112",
    "S471112",
    "ICPC1112",
    "CPPStart1112",
    "CPPStart1112SecondTime",
    "CPPAt310312",
]


def read_looked_after(path: Path, source_id: str) -> pd.DataFrame:
    """Read children looked after at 31 March from an edition that holds several years.

    Parameters
    ----------
    path : the CSV file as published.
    source_id : the release; its layout is known by the headings alone.

    Returns
    -------
    pandas.DataFrame
        `cells.CELL_COLUMNS`: a row for each authority, region and England, and year.

    Raises
    ------
    DataError
        Where a heading of either layout, or the category, is missing.
    """
    heads = set(read_delimited(path).loc[0])
    column = "population_count" if "population_count" in heads else "population_type"
    return read_categories(path, column, LOOKED_AFTER[column])


def read_looked_after_sfr(path: Path, source_id: str) -> pd.DataFrame:
    """Read children looked after at 31 March from the underlying data of 2012 to 2017, a file a year.

    Parameters
    ----------
    path : the CSV file as published.
    source_id : the release; it ends in the year that the heading of the count must name.

    Returns
    -------
    pandas.DataFrame
        `cells.CELL_COLUMNS`. Regions have letters for codes: the files give London's ONS code to its halves too.

    Raises
    ------
    DataError
        Where a heading is missing, as it is in the file of another year.
    """
    year = source_id[-4:]
    return read_year(path, "geog_c", "geog_n", [f"CLA_Mar{year}"], year)


def read_children_in_need(path: Path, source_id: str) -> pd.DataFrame:
    """Read children in need, referrals, enquiries, conferences or plans from an edition that holds several years.

    Parameters
    ----------
    path : the CSV file as published: any of the tables b1, c1, c4, d3, d5, which `category` tells apart.
    source_id : the release.

    Returns
    -------
    pandas.DataFrame
        `cells.CELL_COLUMNS`: counts alone, a row for each authority, region and England, year and measure.

    Raises
    ------
    DataError
        Where a heading, or every known category, is missing.
    """
    return read_categories(path, "category", CHILDREN_IN_NEED)


def read_children_in_need_sfr(path: Path, source_id: str) -> pd.DataFrame:
    """Read the same counts from the underlying data of 2011-12, the year before those editions begin.

    Returns
    -------
    pandas.DataFrame
        `cells.CELL_COLUMNS`, for 2012. The file numbers England 921, which is the Isle of Wight's number.
    """
    return read_year(path, "geog_c", "geog_n", CHILDREN_IN_NEED_2012, "2012")


def read_year(path: Path, code: str, name: str, headings: list[str], year: str) -> pd.DataFrame:
    """Read some columns of a file that holds one year, a row an area."""
    table = read_delimited(path, encoding="latin-1")
    places = find_columns(table, [code, name, *headings], path)
    rows = table.loc[1:]
    areas = pd.DataFrame({"area_code": rows[places[code]], "area_name": rows[places[name]]})
    return gather_cells(rows, areas, {heading: places[heading] for heading in headings}, year)
