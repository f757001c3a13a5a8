"""Read the outturn of children's services: DfE's section 251 and LAIT, and MHCLG's revenue outturn RO3."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import (
    FETCH,
    NEW_LAYOUT,
    find_columns,
    gather_cells,
    read_columns,
    read_delimited,
    read_heads,
)
from lewisham_study.releases.spreadsheets import read_sheet


class Headings(NamedTuple):
    """What Table A1 calls its columns: the authority, gross and net spend, and who provided the service."""

    code: str
    name: str
    measures: tuple[str, str]
    providers: tuple[str, ...]


class Layout(NamedTuple):
    """One year of Table A1: the sheet, the lines to read, those of them to split by provider, and the headings.

    The lines total a category (or are one); the last is the overall total without capital from revenue (CERA).
    """

    sheet: str
    lines: str
    provided: str
    headings: Headings


NUMBERS, DESCRIPTIONS = ("LineNumber", "Line"), ("CYPServiceDescription", "Description", "S52 Line Reference")
PROVIDERS_2010 = ("Own Provision (y)", "Private (z(i))", "Other Public (z(ii))", "Voluntary (z(iii))")
AMOUNTS_2010 = ("Total Expenditure (k)", "NET Current Expenditure (m)")
HEADINGS_2009 = Headings(
    "LEA Number:",
    "LA Name:",
    ("TOTAL EXPENDITURE (k)", AMOUNTS_2010[1]),
    ("PRIVATE (x)", "VOLUNTARY (y)", "PUBLIC (z)"),
)
HEADINGS_2010 = Headings("LEA", "LEA Name", AMOUNTS_2010, PROVIDERS_2010)
HEADINGS_2011 = Headings("LA", "LA Name", AMOUNTS_2010, PROVIDERS_2010)
HEADINGS_2012 = Headings(
    "LA",
    "LA Name",
    ("TotalExpenditure", "NetCurrentExpenditure"),
    ("OwnProvision", "PrivateProvision", "OtherPublic", "Voluntary"),
)
LINES_2013 = "5 16 17 21 27 30 31 33"
LINES_2016 = "3.0.5 3.1.11 3.2.1 3.3.4 3.4.6 3.5.3 3.6.1 5.0.2"
PROVIDED_2013, PROVIDED_2016 = "16 21", "3.1.11 3.3.4"
REPORT = "Table A1 Detailed Report"
SECTION_251_LAYOUTS = {
    "2008-09": Layout("Table A1", "4 14 19 28 33 37 43 44 46", "14 19", HEADINGS_2009),
    "2009-10": Layout(REPORT, "4 17 22 31 35 40 41 44", "17 22", HEADINGS_2010),
    "2010-11": Layout(REPORT, "4 8 19 23 30 34 38 39 40 47 50", "19 23", HEADINGS_2011),
    "2011-12": Layout("TA1_AllData_1112_180113", "3 12 16 23 27 28 34 35 38", "12 16", HEADINGS_2012),
    "2012-13": Layout("Sheet1", "4 15 16 20 26 29 30 33", "15 20", HEADINGS_2012),
    "2013-14": Layout("TA1AllData_13112014", LINES_2013, PROVIDED_2013, HEADINGS_2012),
    "2014-15": Layout("Sheet1", LINES_2013, PROVIDED_2013, HEADINGS_2012),
    "2015-16": Layout("Table_A1", LINES_2013, PROVIDED_2013, HEADINGS_2012),
    "2016-17": Layout("Table_A1", LINES_2016, PROVIDED_2016, HEADINGS_2012),
    "2017-18": Layout("Table A1", LINES_2016, PROVIDED_2016, HEADINGS_2012),
    "2018-19": Layout("Table A1", LINES_2016, PROVIDED_2016, HEADINGS_2012),
}
MOST_RECORDS = 5_000_000
"""The most held is 641,070; a small compressed file can hold billions."""
LAIT_COLUMNS = ["Short Desc", "Years", "LA and Regions", "Values", "LA Number"]
LAIT_MEASURES = ["C&YPExpenditure", "TotalLACFinance", "SafeguardingFinance", "FamilySupportFinance"]
LAIT_MEASURES += ["YoungPeopleFinance", "YouthJusticeFinance", "SureStartFinance", "OtherChildren&FamilyFinance"]
RO3_LINE = "TOTAL CHILDREN SOCIAL CARE"
RO3_LINES = {
    "2010-11": [
        "Social care strategy - children",
        "Children's and families' services - asylum seekers",
        "Children's and families' services - other",
    ],
    "2011-12": [RO3_LINE],
}
"""The lines of children's social care in RO3 as a workbook; there is no total in 2010-11."""
RSX_TOTAL = "Total Service Expenditure"
E_CODE = r"E\d{4}"
CLASSES = ["UA", "MD", "L", "LB", "SC"]
"""Classes of authority with children's services: unitary, metropolitan, London (in two forms) and county."""
RO3_MEASURES = ["Total Expenditure (C3 = C1 + C2)", "Net Current Expenditure (C7 = C3 - C6)"]


def read_section_251(path: Path, source_id: str) -> pd.DataFrame:
    """Read Table A1 of a section 251 outturn: each category's total and the overall total, gross and net, in pounds.

    Children looked after and safeguarding are read by provider too. `source_id` ends in the financial year; the
    measure is `line | heading`.
    """
    year = source_id[-7:]
    if year not in SECTION_251_LAYOUTS:
        hint = "later years are in the Local Authority Interactive Tool"
        raise DataError(shorten(path), f"an outturn of {', '.join(SECTION_251_LAYOUTS)}", source_id, hint=hint)
    sheet, lines, provided, headings = SECTION_251_LAYOUTS[year]
    table, area = read_sheet(path, sheet), [headings.code, headings.name]
    heading = find_heading(table, headings.name, path)
    places = find_columns(table, [*headings.measures, *headings.providers, *area], path, heading)
    number, text = number_lines(table, heading, path)
    chosen, split = number.isin(lines.split()), number.isin(provided.split())
    check_lines(number[chosen], table.loc[chosen[chosen].index, places[headings.code]], lines, path)
    parts = [
        read_columns(table, path, area, names, year, sheet, heading=heading, chosen=picked, within=text)
        for picked, names in ((chosen, headings.measures), (split, headings.providers))
    ]
    return pd.concat(parts, ignore_index=True)


def number_lines(table: pd.DataFrame, heading: int, path: Path) -> tuple[pd.Series, pd.Series]:
    """Return the number and the description of each line; some years have the number only in the description."""
    rows = table.loc[heading + 1 :]
    heads = [head.rstrip(":") for head in read_heads(table, heading)]
    described = [heads.index(name) for name in DESCRIPTIONS if name in heads]
    if len(described) != 1:
        expected = f"one heading of {', '.join(DESCRIPTIONS)}"
        raise DataError(shorten(path), expected, f"{len(described)} of them", row=heading + 1, hint=NEW_LAYOUT)
    text = rows[described[0]].str.split().str.join(" ")
    numbered = [heads.index(name) for name in NUMBERS if name in heads]
    number = rows[numbered[0]] if numbered else text.str.extract(r"^(\d+(?:\.\d+)*)", expand=False)
    return number, text


def find_heading(table: pd.DataFrame, name: str, path: Path, within: int = 6) -> int:
    """Return the row of headings, which follows a few rows of title."""
    rows = table.index[:within][(table.iloc[:within] == name).any(axis=1)]
    if len(rows) != 1:
        hint = "is this the release that was named?"
        expected = f"a heading {name!r} in the first {within} rows"
        raise DataError(shorten(path), expected, f"{len(rows)} of them", hint=hint)
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
    cells = gather_cells(values, areas, {places["Values"]: ""}, rows["Years"])
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


def read_ro3_workbook(path: Path, source_id: str) -> pd.DataFrame:
    """Read children's social care in RO3 as a workbook: gross and net, in thousands of pounds, by E-code.

    `source_id` ends in the financial year. The line stands two rows above its columns, over the first of them.
    """
    year = source_id[-7:]
    if year not in RO3_LINES:
        raise DataError(shorten(path), f"an outturn of {', '.join(RO3_LINES)}", source_id)
    sheet = f"RO3 LA Data {year}"
    table = read_sheet(path, sheet)
    heading = find_heading(table, "E-code", path, within=12)
    heads, above = table.iloc[heading], table.iloc[heading - 2]
    line = above.where(above != "").ffill()
    table.loc[heading] = (line + " | " + heads).fillna(heads)
    measures = [f"{name} | {measure}" for name in RO3_LINES[year] for measure in RO3_MEASURES]
    return read_classes(table, path, heading, ["E-code", "Local authority"], measures, year, sheet)


def read_rsx(path: Path, source_id: str) -> pd.DataFrame:
    """Read the total service expenditure of a revenue outturn summary: gross and net, in thousands of pounds."""
    year = source_id[-7:]
    sheet = f"RSX_LA_Data_{year.replace('-', '')}"
    table = read_sheet(path, sheet)
    heading = find_heading(table, "E-code", path, within=12)
    measures = [f"{RSX_TOTAL} - {measure}" for measure in RO3_MEASURES]
    return read_classes(table, path, heading, ["ONS Code", "Local authority"], measures, year, sheet)


def read_classes(
    table: pd.DataFrame, path: Path, heading: int, area: list[str], measures: list[str], year: str, sheet: str
) -> pd.DataFrame:
    """Return the cells of the authorities with children's services in a revenue outturn."""
    names = [*dict.fromkeys(["E-code", "Class", *area]), *measures]
    places = find_columns(table, names, path, heading)
    chosen = table[places["E-code"]].str.fullmatch(E_CODE) & table[places["Class"]].isin(CLASSES)
    return read_columns(table, path, area, measures, year, sheet, heading=heading, chosen=chosen)


def read_deflator(path: Path, source_id: str) -> pd.DataFrame:
    """Read the indices by financial year; whether an index is a forecast is a cell of its own."""
    return read_indices(path, "fiscal_year", ["gdp_deflator", "cpi_index", "cpih_index", "is_forecast"])


def read_deflator_calendar(path: Path, source_id: str) -> pd.DataFrame:
    """Read the deflator by calendar year, which checks the other and is never applied to financial years."""
    return read_indices(path, "year", ["value"])


def read_indices(path: Path, period: str, headings: list[str]) -> pd.DataFrame:
    """Read some columns of a file with a row for each period; empty cells are left out."""
    table = read_delimited(path)
    places = find_columns(table, [period, *headings], path)
    rows = table.loc[1:]
    areas = pd.DataFrame({"area_code": "", "area_name": "United Kingdom"}, index=rows.index)
    cells = gather_cells(rows, areas, {places[heading]: heading for heading in headings}, rows[places[period]])
    return cells[cells["value_as_published"] != ""].reset_index(drop=True)
