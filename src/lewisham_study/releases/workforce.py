"""DfE's statistics of children's social workers: caseload, turnover, vacancies and agency staff."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import find_columns, gather_cells
from lewisham_study.releases.csv import read_delimited
from lewisham_study.releases.education import AREA_HEADINGS, list_row_areas

SHARED_HEADINGS = ["agency_fte", "vacancy_fte", "case_holders_fte", "cases", "caseload_fte"]
HEADINGS_TO_2022 = [
    "social_worker_fte",
    "leaver_fte",
    "turnover_rate_fte_%",
    "absence_rate_fte_%",
    "agency_worker_rate_fte_%",
    "vacancy_rate_fte_%",
]
HEADINGS_SINCE_2023 = [
    "inpost_fte",
    "starters_fte",
    "leavers_fte",
    "turnover_rate_fte",
    "absence_rate_fte",
    "agency_rate_fte",
    "vacancy_rate_fte",
]
SFR_AREA_HEADINGS = ["LA_code (3 digit)", "LA_name", "Region_code", "Region_name", "Country_code", "Country_name"]
SFR_HEADINGS = [
    "A1_FTE_ChildrensSocialWorkers_{year}",
    "B1_FTE_Starters_{year}",
    "B2_FTE_Leavers_{year}",
    "B3_FTE_TurnoverRate_{year}",
    "D1_FTE_AgencyWorkers_{year}",
    "D2_FTE_AgencyWorkerRate_{year}",
    "A2_FTE_Vacancies_{year}",
    "A3_FTE_VacancyRate_{year}",
    "C2_FTE_AbsenceRate_{year}",
]
SFR_CASE_HEADINGS = {
    "2015": ["CiNperCSW_FTE_2015"],
    "2016": ["A1e_FTE_Case_Holder_2016", "Number_of_cases", "Average_caseload"],
}


def read_workforce(path: Path, source_id: str) -> pd.DataFrame:
    """Read a release of the individual-level collection, from 30 September 2017 on.

    Parameters
    ----------
    path : the CSV file as published.
    source_id : the release; its layout is known by the headings alone.

    Returns
    -------
    pandas.DataFrame
        `cells.CELL_COLUMNS`: a row for each authority, region and England, year and measure.

    Raises
    ------
    DataError
        Where a heading of either layout is missing.
    """
    table = read_delimited(path)
    earlier = "social_worker_fte" in set(table.loc[0])
    headings = [*SHARED_HEADINGS, *(HEADINGS_TO_2022 if earlier else HEADINGS_SINCE_2023)]
    places = find_columns(table, ["time_period", *AREA_HEADINGS, *headings], path)
    rows = table.loc[1:]
    areas = list_row_areas(rows, [places[heading] for heading in AREA_HEADINGS])
    return gather_cells(rows, areas, {heading: places[heading] for heading in headings}, rows[places["time_period"]])


def read_workforce_sfr(path: Path, source_id: str) -> pd.DataFrame:
    """Read a release of the aggregate collection of 2015 or 2016, a file a year.

    Parameters
    ----------
    path : the CSV file as published, in Latin-1.
    source_id : the release; it ends in the year of the headings.

    Returns
    -------
    pandas.DataFrame
        `cells.CELL_COLUMNS`; the empty lines at the end of the file are left out.

    Raises
    ------
    DataError
        Where the year is not one of the two, or a heading is missing.
    """
    year = source_id[-4:]
    if year not in SFR_CASE_HEADINGS:
        raise DataError(shorten(path), f"a release of {' or '.join(SFR_CASE_HEADINGS)}", source_id)
    table = read_delimited(path, encoding="latin-1")
    headings = [*(heading.format(year=year) for heading in SFR_HEADINGS), *SFR_CASE_HEADINGS[year]]
    places = find_columns(table, [*SFR_AREA_HEADINGS, *headings], path)
    rows = table.loc[1:]
    rows = rows[rows[places["Country_code"]] != ""]
    areas = list_row_areas(rows, [places[heading] for heading in SFR_AREA_HEADINGS])
    return gather_cells(rows, areas, {heading: places[heading] for heading in headings}, year)
