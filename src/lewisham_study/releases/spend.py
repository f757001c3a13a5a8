"""Read the outturn of children's services: DfE's section 251 and LAIT, and MHCLG's revenue outturn RO3."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import find_columns, gather_cells, list_row_areas, read_columns
from lewisham_study.releases.csv import FETCH, read_delimited
from lewisham_study.releases.spreadsheets import read_sheet

# The lines that total a category (or are one); the last is the overall total without capital from revenue (CERA).
LINES_2013 = "5 16 17 21 27 30 31 33"
LINES_2016 = "3.0.5 3.1.11 3.2.1 3.3.4 3.4.6 3.5.3 3.6.1 5.0.2"
SECTION_251_LAYOUTS = {
    "2011-12": ("TA1_AllData_1112_180113", "3 12 16 23 27 28 34 35 38"),
    "2012-13": ("Sheet1", "4 15 16 20 26 29 30 33"),
    "2013-14": ("TA1AllData_13112014", LINES_2013),
    "2014-15": ("Sheet1", LINES_2013),
    "2015-16": ("Table_A1", LINES_2013),
    "2016-17": ("Table_A1", LINES_2016),
    "2017-18": ("Table A1", LINES_2016),
    "2018-19": ("Table A1", LINES_2016),
}
SECTION_251_MEASURES = ["TotalExpenditure", "NetCurrentExpenditure"]
MOST_RECORDS = 5_000_000
"""The most held is 641,070; a small compressed file can hold billions."""
LAIT_COLUMNS = ["Short Desc", "Years", "LA and Regions", "Values", "LA Number"]
LAIT_MEASURES = ["C&YPExpenditure", "TotalLACFinance", "SafeguardingFinance", "FamilySupportFinance"]
LAIT_MEASURES += ["YoungPeopleFinance", "YouthJusticeFinance", "SureStartFinance", "OtherChildren&FamilyFinance"]
RO3_LINE = "TOTAL CHILDREN SOCIAL CARE"
RO3_MEASURES = ["Total Expenditure (C3 = C1 + C2)", "Net Current Expenditure (C7 = C3 - C6)"]


def read_section_251(path: Path, source_id: str) -> pd.DataFrame:
    """Read Table A1 of a section 251 outturn: each category's total and the overall total, gross and net, in pounds.

    `source_id` ends in the financial year; the measure is `line | heading`.
    """
    year = source_id[-7:]
    if year not in SECTION_251_LAYOUTS:
        hint = "later years are in the Local Authority Interactive Tool"
        raise DataError(shorten(path), f"an outturn of {', '.join(SECTION_251_LAYOUTS)}", source_id, hint=hint)
    sheet, lines = SECTION_251_LAYOUTS[year]
    table = read_sheet(path, sheet)
    heading = find_heading(table, "LA Name", path)
    numbered = "LineNumber" in set(table.loc[heading])
    description = "CYPServiceDescription" if numbered else "Description"
    headings = ["LA", "LA Name", description, *SECTION_251_MEASURES, *(["LineNumber"] if numbered else [])]
    places = find_columns(table, headings, path, heading)
    rows = table.loc[heading + 1 :]
    text = rows[places[description]].str.split().str.join(" ")
    number = rows[places["LineNumber"]] if numbered else text.str.extract(r"^(\d+(?:\.\d+)*)", expand=False)
    chosen = number.isin(lines.split())
    check_lines(number[chosen], rows.loc[chosen, places["LA"]], lines, path)
    areas = list_row_areas(rows[chosen], [places["LA"], places["LA Name"]])
    columns = {heading: places[heading] for heading in SECTION_251_MEASURES}
    cells = gather_cells(rows[chosen], areas, columns, year, sheet)
    line = pd.concat([text[chosen]] * len(columns), ignore_index=True)
    return cells.assign(measure=line + " | " + cells["measure"])


def find_heading(table: pd.DataFrame, name: str, path: Path) -> int:
    """Return the row of headings, which follows up to five rows of title."""
    rows = table.index[:6][(table.iloc[:6] == name).any(axis=1)]
    if len(rows) != 1:
        hint = "is this the release that was named?"
        raise DataError(shorten(path), f"a heading {name!r} in the first six rows", f"{len(rows)} of them", hint=hint)
    return int(rows[0])


def check_lines(numbers: pd.Series, authorities: pd.Series, lines: str, path: Path) -> None:
    """Refuse a table in which an authority lacks a line or has one twice."""
    counts = pd.crosstab(authorities, numbers).reindex(columns=lines.split(), fill_value=0)
    wrong = counts.ne(1).any(axis=1)
    if wrong.any() or counts.empty:
        found = f"{counts.index[wrong][0]} has {counts[wrong].iloc[0].to_dict()}" if wrong.any() else "none"
        raise DataError(shorten(path), f"each of the lines {lines} once for each authority", found)


def read_lait(path: Path, source_id: str) -> pd.DataFrame:
    """Read the finance measures of the Local Authority Interactive Tool: section 251 outturn, gross, in pounds."""
    return read_lait_measures(path, LAIT_MEASURES)


def read_lait_measures(path: Path, measures: list[str]) -> pd.DataFrame:
    """Read some measures of the Local Authority Interactive Tool; `row` counts the parquet file's records from 1."""
    from pyarrow import ArrowException, array, compute, parquet

    try:
        described = parquet.read_metadata(path)
        if described.num_rows > MOST_RECORDS:
            expected, found = f"at most {MOST_RECORDS:,} records", f"{described.num_rows:,}"
            raise DataError(shorten(path), expected, found, hint=FETCH)
        places = find_columns(pd.DataFrame([described.schema.names]), LAIT_COLUMNS, path)
        table = parquet.read_table(path, columns=LAIT_COLUMNS)
    except (ArrowException, OSError) as error:
        raise DataError(shorten(path), "a parquet file", str(error), hint=FETCH) from None
    chosen = compute.is_in(table["Short Desc"], array(measures))
    rows = table.filter(chosen).select(LAIT_COLUMNS).to_pandas().set_axis(chosen.to_numpy().nonzero()[0])
    missing = set(measures) - set(rows["Short Desc"])
    if missing:
        raise DataError(shorten(path), f"the measures {', '.join(sorted(missing))}", "none of that name")
    code = rows["LA Number"].astype(int).astype(str)
    areas = pd.DataFrame({"area_code": code, "area_name": rows["LA and Regions"].str.strip()})
    values = rows.rename(columns={"Values": places["Values"]})
    cells = gather_cells(values, areas, {"": places["Values"]}, rows["Years"])
    return cells.assign(measure=rows["Short Desc"].to_numpy())


def read_ro3(path: Path, source_id: str) -> pd.DataFrame:
    """Read the total of children's social care in RO3: gross and net, in thousands of pounds.

    `source_id` ends in the financial year; the area code is the ONS code, to 2013-14 the E-code.
    """
    table = read_delimited(path)
    heads = set(table.loc[0])
    separator = " - " if f"{RO3_LINE} - {RO3_MEASURES[0]}" in heads else " | "
    measures = [f"{RO3_LINE}{separator}{measure}" for measure in RO3_MEASURES]
    code = "ONS Code" if "ONS Code" in heads else "E-code"
    return read_columns(table, path, [code, "Local authority"], measures, source_id[-7:])
