"""Nothing in the case knows anything later than its day: change all later data, and nothing moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pytest

from lewisham_study.paths import find_project
from lewisham_study.report.run.parameters import read_parameters
from lewisham_study.teaching.answers import load_exercise, open_exercise
from lewisham_study.teaching.explorer import render_page
from lewisham_study.teaching.forecasts import PARTS
from lewisham_study.teaching.nbgrader import list_exercises
from lewisham_study.teaching.papers import make_questions
from lewisham_study.teaching.workbook import render_exercise
from lewisham_study.tidy.tables import Tables

TEACHING = find_project().notebooks / "teaching"
Rerun = Callable[..., tuple[list[str], list[str]]]
Compare = Callable[..., tuple[Any, Any]]


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_a_part_shows_the_same_whatever_came_later(rerun: Rerun, part: str) -> None:
    before, after = rerun(TEACHING / f"part-{part.lower()}.ipynb", PARTS[part])
    assert len(before) > 8
    assert after == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("situation", {"authority": "Leeds", "known_by": "2022-05-09"}),
        ("ending", {"authority": "Medway", "made": "2019-08-27", "known_by": "2023-09-11"}),
    ],
)
def test_a_councils_case_shows_the_same_whatever_came_later(rerun: Rerun, name: str, chosen: dict[str, str]) -> None:
    day = date.fromisoformat(chosen["known_by"])
    before, after = rerun(TEACHING / "council" / f"{name}.ipynb", day, **chosen)
    assert chosen["authority"] in "".join(before)
    assert after == before


@pytest.mark.slow
@pytest.mark.parametrize("path", list_exercises(find_project()), ids=lambda path: path.stem)
def test_an_exercise_shows_the_same_whatever_came_later(rerun: Rerun, path: Path) -> None:
    day = date.fromisoformat(read_parameters(path)["known_by"].default)
    assert day == PARTS["D"]
    before, after = rerun(path, day)
    assert after == before


def test_the_slides_of_a_part_use_its_day_or_an_earlier_one() -> None:
    at, days = -1, [0] * len(PARTS)
    for cell in nbformat.read(TEACHING / "slides.ipynb", as_version=4).cells:
        if cell.cell_type == "markdown":
            at += f"## Part {'ABCD'[at + 1 : at + 2] or 'none'}." in cell.source
            continue
        used = [int(number) for number in re.findall(r"(?:cases|days)\[(\d)\]", cell.source)]
        assert all(number <= at for number in used), cell.source
        days[at] += len(used)
    assert min(days) > 0
    assert f"days = [{', '.join(f'date({day:%Y}, {day.month}, {day.day})' for day in PARTS.values())}]" in read_code()


def read_code() -> str:
    """Read the code of the slides."""
    cells = nbformat.read(TEACHING / "slides.ipynb", as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_the_slides_of_a_part_show_the_same_whatever_came_later(rerun: Rerun, part: str) -> None:
    before, after = rerun(TEACHING / "slides.ipynb", PARTS[part], count_cells(part))
    assert len(before) == {"A": 4, "B": 6, "C": 7, "D": 9}[part]
    assert after == before


def count_cells(part: str) -> int:
    """Count the code cells of the slides up to the end of a part."""
    cells = nbformat.read(TEACHING / "slides.ipynb", as_version=4).cells
    ends = [at for at, cell in enumerate(cells) if cell.source.startswith("## Part ") and cell.source[8] > part]
    return sum(cell.cell_type == "code" for cell in cells[: min(ends, default=len(cells))])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "day"), [("209", PARTS["C"]), ("Leeds", date(2022, 5, 9))])
def test_questions_are_the_same_whatever_came_later(compare: Compare, name: str, day: date) -> None:
    before, after = compare(lambda: make_questions(name, day), day)
    assert set(before) == {"questions.gift.txt", "questions-qti.zip"}
    assert after == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Lewisham", "Leeds"])
def test_the_exercise_in_a_spreadsheet_is_the_same_whatever_came_later(compare: Compare, name: str) -> None:
    def make() -> bytes:
        case = open_exercise(load_exercise(PARTS["D"].isoformat()), name)
        return render_exercise(case, PARTS["D"], solved=True)

    before, after = compare(make, PARTS["D"])
    assert after == before


@pytest.mark.slow
def test_the_page_to_explore_shows_the_same_whatever_came_later(compare: Compare) -> None:
    # On the other basis, inspected, a grade of that day may be published later.
    day, later = date(2022, 12, 31), date(2024, 12, 31)
    # A strand that goes on, and one that had ended before the day and began again after it.
    pages = [("overall", day), ("care_leavers", day), ("overall", later)]

    def make() -> list[str]:
        return [render_page(Tables(), "209", strand, "published", one) for strand, one in pages]

    before, after = compare(make, day)
    assert after[:-1] == before[:-1]
    assert after[-1] != before[-1]


@pytest.mark.slow
def test_a_change_before_the_day_does_move_a_part(rerun: Rerun) -> None:
    before, after = rerun(TEACHING / "part-c.ipynb", PARTS["B"])
    assert after != before
