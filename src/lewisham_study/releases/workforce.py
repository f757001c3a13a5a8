"""Read DfE's statistics of children's social workers: caseload, turnover, vacancies and agency staff."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import find_columns, read_columns, read_delimited
from lewisham_study.releases.need import AREA_HEADINGS

SHARED_HEADINGS = ["agency_fte", "vacancy_fte", "case_holders_fte", "cases", "caseload_fte"]
HEADINGS_TO_2022 = ["social_worker_fte", "leaver_fte", "turnover_rate_fte_%", "absence_rate_fte_%"]
HEADINGS_TO_2022 += ["agency_worker_rate_fte_%", "vacancy_rate_fte_%"]
HEADINGS_SINCE_2023 = ["inpost_fte", "starters_fte", "leavers_fte", "turnover_rate_fte", "absence_rate_fte"]
HEADINGS_SINCE_2023 += ["agency_rate_fte", "vacancy_rate_fte"]
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
    """Read a release of the individual-level collection (30 September 2017 on); its headings show its layout."""
    table = read_delimited(path)
    earlier = "social_worker_fte" in set(table.loc[0])
    headings = [*SHARED_HEADINGS, *(HEADINGS_TO_2022 if earlier else HEADINGS_SINCE_2023)]
    period = table[find_columns(table, ["time_period"], path)["time_period"]]
    return read_columns(table, path, AREA_HEADINGS, headings, period)


def read_workforce_sfr(path: Path, source_id: str) -> pd.DataFrame:
    """Read a release of the aggregate collection of 2015 or 2016; `source_id` ends in the year of the headings."""
    year = source_id[-4:]
    if year not in SFR_CASE_HEADINGS:
        raise DataError(shorten(path), f"a release of {' or '.join(SFR_CASE_HEADINGS)}", source_id)
    table = read_delimited(path, encoding="latin-1")
    headings = [*(heading.format(year=year) for heading in SFR_HEADINGS), *SFR_CASE_HEADINGS[year]]
    cells = read_columns(table, path, SFR_AREA_HEADINGS, headings, year)
    # The file ends in empty lines.
    return cells[cells["area_code"] != ""].reset_index(drop=True)
