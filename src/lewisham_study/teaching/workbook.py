"""A thirty-minute exercise in a spreadsheet: a council's spend, prices, children and caseload, checked by formulas."""

from __future__ import annotations

import datetime
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.teaching.answers import (
    express_spend,
    list_caseload,
    measure_change,
    measure_growths,
)
from lewisham_study.teaching.questions import STAMP

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

STEPS = (
    (3, "Read the sheet Figures. What does each column count, and is any cell empty?"),
    (12, "Answer questions 1 to 4 on the sheet Questions: by how much did spend grow?"),
    (8, "Answer questions 5 to 7: what happened to caseloads?"),
    (5, "Write one sentence (question 8) that a careful reader would not cross out."),
    (2, "Swap sentences with your neighbour, and cross out what the figures do not show."),
)
"""The minutes of the exercise, and what to do in them."""
TOP = 4
"""The first row of a list, below its title, note and heads."""
GREY, YELLOW, FONT = "D9D9D9", "FFF2CC", "Calibri"
HIGH = 34
"""The height of a row with two lines of text."""


@dataclass(frozen=True)
class Task:
    """A question, its answer as a formula on the figures and as a value, the form of the answer, and a hint."""

    text: str
    formula: str
    value: float | str
    form: str
    hint: str


def list_tasks(case: Case) -> list[Task]:
    """List the questions about a council, each with its answer."""
    spend, growths = express_spend(case).dropna(subset="real_per_child"), measure_growths(case)
    first, last = spend["time_period"].iloc[[0, -1]]
    top, end = TOP, TOP + len(spend) - 1
    cells = list_caseload_cells(case)
    change = measure_change(case) or 0.0
    real = f"Figures!B{end}/Figures!B{top}*Figures!C{top}/Figures!C{end}"
    missing = int(tabulate_caseload(case)["value"].isna().sum())
    lines = tabulate_caseload(case)
    column = f"Figures!G{TOP}:G{TOP + len(lines) - 1}"
    return [
        Task(
            f"By how much did gross spend grow from {first} to {last}, in cash? Write 10% for a tenth.",
            f"Figures!B{end}/Figures!B{top}-1",
            growths["cash"],
            "0.0%",
            "Last divided by first, less 1.",
        ),
        Task(
            "And in real terms: as if prices had not changed?",
            f"{real}-1",
            growths["real"],
            "0.0%",
            "Multiply the growth factor by the first price index, divided by the last.",
        ),
        Task(
            "And in real terms for each child?",
            f"{real}*Figures!D{top}/Figures!D{end}-1",
            growths["real_per_child"],
            "0.0%",
            "Now also multiply by the first number of children, divided by the last.",
        ),
        Task(
            f"How many pounds were spent for each child in {last}?",
            f"Figures!B{end}/Figures!D{end}",
            float(spend["value"].iloc[-1] / spend["children"].iloc[-1]),
            "#,##0",
            "Spend divided by children, both of the last year.",
        ),
        Task(
            "By how many cases per worker did the caseload change, from the first to the last year counted as now?",
            f"Figures!G{cells[1]}-Figures!G{cells[0]}",
            change,
            "0.0",
            "Column H says how each year was counted. Last minus first; a fall is negative.",
        ),
        Task(
            "Can that change start in 2016? Write yes or no.",
            '"no"',
            "no",
            "@",
            "Look at column H: how was 2016 counted?",
        ),
        Task(
            "How many years of the list of caseloads have no figure?",
            f"COUNTBLANK({column})",
            float(missing),
            "0",
            "Count the empty cells. An empty cell is not zero.",
        ),
    ]


def tabulate_caseload(case: Case) -> Any:
    """Return the council's caseloads to the end of the window, with how each was counted."""
    rows = case.own("workforce")
    rows = rows[(rows["measure"] == CASELOAD) & (rows["time_period"] <= str(case.end_year))]
    return rows.sort_values("time_period", kind="stable").reset_index(drop=True)


def list_caseload_cells(case: Case) -> tuple[int, int]:
    """Return the rows on the sheet of the first and the last caseload counted as now."""
    years = list(tabulate_caseload(case)["time_period"])
    ends = list_caseload(case)["date"].dt.year.astype(str).iloc[[0, -1]]
    first, last = (TOP + years.index(year) for year in ends)
    return first, last


def render_exercise(case: Case, day: datetime.date, *, solved: bool = False) -> bytes:
    """Write the exercise about a council as an XLSX file, blank or with the answers filled in."""
    from openpyxl import Workbook

    book = Workbook()
    start = book.worksheets[0]
    start.title = "Start"
    write_start(start, case)
    write_figures(book.create_sheet("Figures"), case)
    write_tasks(book.create_sheet("Questions"), case, solved=solved)
    book.properties.title = f"Spend and caseload of {case.spoken}"
    book.properties.creator = "lewisham-study"
    book.properties.language = "en-GB"
    book.properties.created = book.properties.modified = datetime.datetime.combine(day, datetime.time())
    return save(book)


def write_start(sheet: Worksheet, case: Case) -> None:
    """Write what to do, with the minutes for each step."""
    from openpyxl.styles import Alignment, Font

    sheet["A1"] = f"Spend and caseload of {case.spoken}: an exercise of {sum(minutes for minutes, _ in STEPS)} minutes"
    sheet["A1"].font = Font(name=FONT, bold=True, size=14)
    sheet["A2"] = "You need a spreadsheet and nothing else. Begin when you have read how the case ended."
    sheet.append(["Minutes", "What to do"])
    for step in STEPS:
        sheet.append(list(step))
    sheet.append([])
    sheet.append([None, "Write into the yellow cells only. The column Check says at once whether an answer is right."])
    sheet.append([None, "Figures are from the latest editions: later corrections are in them."])
    sheet.append([None, "Contains public sector information licensed under the Open Government Licence v3.0."])
    for cell in sheet[3]:
        cell.font = Font(name=FONT, bold=True)
    for minutes, what in sheet.iter_rows(min_row=3, max_col=2):
        minutes.alignment = Alignment(horizontal="center", vertical="top")
        what.alignment = Alignment(wrap_text=True, vertical="top")
    finish(sheet, {"A": 9, "B": 95})


def write_figures(sheet: Worksheet, case: Case) -> None:
    """Write spend, prices and children by financial year, and caseload by year; what is missing stays empty."""
    from openpyxl.styles import Alignment, Font, PatternFill

    spend, caseload = express_spend(case).dropna(subset="real_per_child"), tabulate_caseload(case)
    indices = case.tables["prices"]
    prices = indices[indices["index_name"] == case.deflator].set_index("time_period")["value"]
    sheet["A1"] = f"Figures of {case.spoken}"
    sheet["A1"].font = Font(name=FONT, bold=True, size=14)
    sheet["A2"] = "Spend: section 251 outturn, gross, in cash"
    sheet["F2"] = "Caseload: on 30 September"
    heads = [
        "Year",
        "Gross spend, £",
        "Price index (GDP deflator)",
        "Children aged 0 to 17",
        None,
        "Year",
        "Cases per worker",
        "How counted",
    ]
    for column, head in enumerate(heads, start=1):
        if head:
            cell = sheet.cell(TOP - 1, column, head)
            cell.font, cell.fill = Font(name=FONT, bold=True), PatternFill("solid", fgColor=GREY)
            cell.alignment = Alignment(wrap_text=True)
    sheet.row_dimensions[TOP - 1].height = HIGH
    for row, one in enumerate(spend.to_dict("records"), start=TOP):
        values = [one["time_period"], one["value"], float(prices[one["time_period"]]), one["children"]]
        for column, (value, form) in enumerate(zip(values, ("@", "#,##0", "0.00", "#,##0"), strict=True), start=1):
            sheet.cell(row, column, value).number_format = form
    for row, one in enumerate(caseload.to_dict("records"), start=TOP):
        sheet.cell(row, 6, one["time_period"])
        if one["value"] == one["value"]:
            sheet.cell(row, 7, one["value"]).number_format = "0.0"
        counted = sheet.cell(row, 8, "as now" if str(one["series"]).endswith("2017_on") else "differently")
        counted.alignment = Alignment(horizontal="left", indent=1)
    finish(sheet, {"A": 10, "B": 16, "C": 16, "D": 14, "E": 3, "F": 8, "G": 12, "H": 14})


def write_tasks(sheet: Worksheet, case: Case, *, solved: bool) -> None:
    """Write the questions with a cell for each answer and a formula that checks it."""
    from openpyxl.styles import Alignment, Font, PatternFill, Protection

    sheet["A1"] = f"Questions about {case.spoken}"
    sheet["A1"].font = Font(name=FONT, bold=True, size=14)
    for column, head in enumerate(("No.", "Question", "Your answer", "Check", "Hint"), start=1):
        cell = sheet.cell(TOP - 1, column, head)
        cell.font, cell.fill = Font(name=FONT, bold=True), PatternFill("solid", fgColor=GREY)
    tasks, plain = list_tasks(case), Alignment(wrap_text=True, vertical="top", horizontal="left", indent=1)
    for number, task in enumerate(tasks, start=1):
        row = TOP + number - 1
        answer = f"C{row}"
        same = f"LOWER(TRIM({answer}))={task.formula}" if task.form == "@" else near(answer, task)
        check = f'=IF(ISBLANK({answer}),"",IF({same},"right","look again"))'
        values: list[Any] = [number, task.text, task.value if solved else None, check, task.hint]
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column, value).alignment = plain
        sheet[answer].number_format = task.form
        sheet.row_dimensions[row].height = HIGH
    last = TOP + len(tasks)
    sheet.cell(last, 1, len(tasks) + 1)
    sheet.cell(last, 2, "Write one sentence on spend and caseload, with years and figures, and without a cause.")
    sheet.cell(last, 5, "Say what was counted. “This does not show that” is useful.")
    for column in range(1, 6):
        sheet.cell(last, column).alignment = plain
    sheet.row_dimensions[last].height = 75
    for row in range(TOP, last + 1):
        sheet.cell(row, 3).fill = PatternFill("solid", fgColor=YELLOW)
        sheet.cell(row, 3).protection = Protection(locked=False)
    sheet.freeze_panes = f"A{TOP}"
    finish(sheet, {"A": 5, "B": 52, "C": 24, "D": 13, "E": 46})
    sheet.protection.enable()


def near(answer: str, task: Task) -> str:
    """Write a formula: is an answer within half a unit of the last place shown?"""
    half = {"0.0%": 0.0006, "#,##0": 0.6, "0.0": 0.06, "0": 0.01}[task.form]
    return f"IF(ISNUMBER({answer}),ABS({answer}-({task.formula}))<={half},FALSE)"


def finish(sheet: Worksheet, widths: dict[str, float]) -> None:
    """Set the widths of columns, and print a sheet on one page across."""
    from openpyxl.worksheet.properties import PageSetupProperties

    for column, width in widths.items():
        sheet.column_dimensions[column].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_view.showGridLines = False


def save(book: Workbook) -> bytes:
    """Return the bytes of a workbook; the same content gives the same bytes."""
    packed, stream = io.BytesIO(), io.BytesIO()
    modified = book.properties.modified
    book.save(packed)
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml" and modified is not None:
                now = book.properties.modified
                data = data.replace(f"{now:%Y-%m-%dT%H:%M:%SZ}".encode(), f"{modified:%Y-%m-%dT%H:%M:%SZ}".encode())
            target.writestr(zipfile.ZipInfo(name, STAMP), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
