"""No part, slide or exercise knows anything later than its day: change all later data, and nothing moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import nbformat
import pytest

from lewisham_study.paths import find_project
from lewisham_study.report.run.parameters import read_parameters
from lewisham_study.teaching.forecasts import PARTS
from lewisham_study.teaching.nbgrader import list_exercises

TEACHING = find_project().notebooks / "teaching"
Rerun = Callable[..., tuple[list[str], list[str]]]


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
def test_a_change_before_the_day_does_move_a_part(rerun: Rerun) -> None:
    before, after = rerun(TEACHING / "part-c.ipynb", PARTS["B"])
    assert after != before
