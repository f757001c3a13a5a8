"""A thirty-minute exercise in a spreadsheet: a council's spend, prices, children and caseload, checked by formulas."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.report.document.office import rewrite_xml
from lewisham_study.teaching.answers import express_spend, list_caseload, measure_change, measure_growths

if TYPE_CHECKING:
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
    real = f"Figures!B{end}/Figures!B{top}*Figures!C{top}/Figures!C{end}"
    caseload = tabulate_caseload(case)
    rows = [TOP + list(caseload["time_period"]).index(str(day.year)) for day in list_caseload(case)["date"]]
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
            f"Figures!G{rows[-1]}-Figures!G{rows[0]}",
            measure_change(case) or 0.0,
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
            f"COUNTBLANK(Figures!G{TOP}:G{TOP + len(caseload) - 1})",
            float(caseload["value"].isna().sum()),
            "0",
            "Count the empty cells. An empty cell is not zero.",
        ),
    ]


def tabulate_caseload(case: Case) -> pd.DataFrame:
    """Return the council's caseloads to the end of the window, with how each was counted."""
    rows = case.own("workforce")
    rows = rows[(rows["measure"] == CASELOAD) & (rows["time_period"] <= str(case.end_year))]
    return rows.sort_values("time_period", kind="stable").reset_index(drop=True)


def render_exercise(case: Case, day: datetime.date, *, solved: bool = False) -> bytes:
    """Write the exercise about a council as an XLSX file, blank or with the answers filled in."""
    from openpyxl import Workbook

    book, stream = Workbook(), io.BytesIO()
    start = book.worksheets[0]
    start.title = "Start"
    write_start(start, case)
    write_figures(book.create_sheet("Figures"), case)
    write_tasks(book.create_sheet("Questions"), case, solved=solved)
    book.properties.title = f"Spend and caseload of {case.spoken}"
    book.properties.creator = "lewisham-study"
    book.properties.language = "en-GB"
    book.properties.created = datetime.datetime.combine(day, datetime.time())
    book.save(stream)
    # openpyxl writes the time of saving; the same content has to give the same bytes.
    dated = rf"\g<1>{day}T00:00:00Z"
    return rewrite_xml(
        stream.getvalue(), lambda _, text: re.sub(r"(<dcterms:modified[^>]*>)[^<]*", dated, text, count=1)
    )


def write_start(sheet: Worksheet, case: Case) -> None:
    """Write what to do, with the minutes for each step."""
    from openpyxl.styles import Alignment, Font

    whole = sum(minutes for minutes, _ in STEPS)
    write_title(sheet, f"Spend and caseload of {case.spoken}: an exercise of {whole} minutes")
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
    from openpyxl.styles import Alignment

    spend, caseload = express_spend(case).dropna(subset="real_per_child"), tabulate_caseload(case)
    indices = case.tables["prices"]
    prices = indices[indices["index_name"] == case.deflator].set_index("time_period")["value"]
    write_title(sheet, f"Figures of {case.spoken}")
    sheet["A2"] = "Spend: section 251 outturn, gross, in cash"
    sheet["F2"] = "Caseload: on 30 September"
    heads = ["Year", "Gross spend, £", "Price index (GDP deflator)", "Children aged 0 to 17"]
    write_heads(sheet, [*heads, "", "Year", "Cases per worker", "How counted"])
    for cell in sheet[TOP - 1]:
        if cell.value:
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
    from openpyxl.styles import Alignment, PatternFill, Protection

    write_title(sheet, f"Questions about {case.spoken}")
    write_heads(sheet, ["No.", "Question", "Your answer", "Check", "Hint"])
    tasks, plain = list_tasks(case), Alignment(wrap_text=True, vertical="top", horizontal="left", indent=1)
    last = (
        "Write one sentence on spend and caseload, with years and figures, and without a cause.",
        *(None, None),
        "Say what was counted. “This does not show that” is useful.",
    )
    rows = [
        (one.text, one.value if solved else None, check_answer(f"C{row}", one), one.hint)
        for row, one in enumerate(tasks, start=TOP)
    ]
    for number, values in enumerate([*rows, last]):
        row = TOP + number
        for column, value in enumerate([number + 1, *values], start=1):
            sheet.cell(row, column, value).alignment = plain
        answer = sheet.cell(row, 3)
        answer.number_format = tasks[number].form if number < len(tasks) else "General"
        answer.fill, answer.protection = PatternFill("solid", fgColor=YELLOW), Protection(locked=False)
        sheet.row_dimensions[row].height = HIGH if number < len(tasks) else 75
    sheet.freeze_panes = f"A{TOP}"
    finish(sheet, {"A": 5, "B": 52, "C": 24, "D": 13, "E": 46})
    sheet.protection.enable()


def check_answer(cell: str, task: Task) -> str:
    """Write the formula that says whether a cell's answer is right: a number, within half a unit of the last place."""
    same = f"LOWER(TRIM({cell}))={task.formula}"
    if half := {"0.0%": 0.0006, "#,##0": 0.6, "0.0": 0.06, "0": 0.01}.get(task.form):
        same = f"IF(ISNUMBER({cell}),ABS({cell}-({task.formula}))<={half},FALSE)"
    return f'=IF(ISBLANK({cell}),"",IF({same},"right","look again"))'


def write_title(sheet: Worksheet, title: str) -> None:
    """Write the title of a sheet."""
    from openpyxl.styles import Font

    sheet["A1"] = title
    sheet["A1"].font = Font(name=FONT, bold=True, size=14)


def write_heads(sheet: Worksheet, heads: Sequence[str]) -> None:
    """Write the heads of columns, of which an empty one is left out."""
    from openpyxl.styles import Font, PatternFill

    for column, head in enumerate(heads, start=1):
        if head:
            cell = sheet.cell(TOP - 1, column, head)
            cell.font, cell.fill = Font(name=FONT, bold=True), PatternFill("solid", fgColor=GREY)


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
