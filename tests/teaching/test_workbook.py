"""The exercise in a spreadsheet: its formulas give the library's answers, and it takes thirty minutes."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from lewisham_study.teaching.answers import load_exercise, open_exercise
from lewisham_study.teaching.workbook import STEPS, TOP, list_tasks, render_exercise, tabulate_caseload

DAY = date(2024, 1, 31)
TABLES = load_exercise("2024-01-31")


def work_out(formula: str, figures: Any) -> Any:
    """Work out a formula of the exercise, of cells, the four operations and COUNTBLANK."""
    if formula.startswith("COUNTBLANK"):
        area = formula.partition("!")[2].rstrip(")")
        return sum(cell.value is None for (cell,) in figures[area])
    plain = re.sub(r"Figures!([A-Z]\d+)", lambda cell: f"({figures[cell[1]].value!r})", formula)
    return eval(plain)


@pytest.mark.parametrize("name", ["Lewisham", "Leeds", "Isles of Scilly", "Kingston upon Thames"])
def test_each_formula_gives_the_answer_of_the_library(name: str) -> None:
    case = open_exercise(TABLES, name)
    book = load_workbook(io.BytesIO(render_exercise(case, DAY)))
    figures, questions = book["Figures"], book["Questions"]
    for row, task in enumerate(list_tasks(case), start=TOP):
        found = work_out(task.formula, figures)
        assert found == (task.value if isinstance(task.value, str) else pytest.approx(task.value, abs=0.001)), task.text
        assert questions.cell(row, 3).value is None
        assert task.formula in questions.cell(row, 4).value
    years = [figures.cell(row, 6).value for row in range(TOP, TOP + len(tabulate_caseload(case)))]
    assert max(years) <= "2022"


def test_the_solved_exercise_has_every_answer_and_the_same_bytes_each_time() -> None:
    case = open_exercise(TABLES, "Lewisham")
    data = render_exercise(case, DAY, solved=True)
    assert data == render_exercise(case, DAY, solved=True)
    sheet = load_workbook(io.BytesIO(data))["Questions"]
    for row, task in enumerate(list_tasks(case), start=TOP):
        value = sheet.cell(row, 3).value
        assert value == (task.value if isinstance(task.value, str) else pytest.approx(task.value))


def test_the_exercise_takes_thirty_minutes_and_only_answers_can_be_written() -> None:
    assert sum(minutes for minutes, _ in STEPS) == 30
    sheet = load_workbook(io.BytesIO(render_exercise(open_exercise(TABLES, "Leeds"), DAY)))["Questions"]
    assert sheet.protection.sheet
    free = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert free == {f"C{row}" for row in range(TOP, TOP + 8)}
