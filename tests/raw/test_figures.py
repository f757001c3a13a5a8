"""Figures as published: each is in the cell of the official file that its locator names."""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.figures import find_line, locate, read_figures
from lewisham_study.raw.sources import read_sources
from lewisham_study.releases.pdf import read_pdf_pages

PROJECT = find_project()
TOPICS = sorted(path.stem for path in (PROJECT.raw / "figures").glob("*.csv"))
SAMPLE = 400
Look = Callable[[str, int, int], object]


def open_release(path: Path) -> Look:
    """Return a function that looks up a cell of an official file by sheet, row and column, from 0."""
    if path.suffix == ".parquet":
        from pyarrow import parquet

        columns = parquet.read_table(path).columns
        return lambda _, row, column: columns[column][row].as_py()
    if path.suffix == ".csv":
        data = path.read_bytes()
        latin = path.name.startswith("SFR")
        rows = list(csv.reader(data.decode("latin-1" if latin else "utf-8-sig").splitlines(keepends=True)))
        return lambda _, row, column: rows[row][column]
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    return lambda sheet, row, column: sheets[sheet][row][column]


def count_column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def is_same(cell: object, text: str) -> bool:
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() == text
    if str(cell).strip() == text.strip():
        return True
    try:
        return float(str(cell)) == float(text)
    except ValueError:
        return False


@pytest.mark.shared
def test_the_place_of_a_judgement_is_the_line_of_its_report(official: Path) -> None:
    files = read_sources(PROJECT.raw).set_index("source_id")["file"]
    figures = read_figures(PROJECT.raw, "reports")
    judged = figures[figures["measure"].str.match("The |Overall") & figures["sheet"].str.startswith("p. ")]
    for row in judged.sample(12, random_state=209).to_dict("records"):
        pages = read_pdf_pages(official / "inspections" / "reports_2025-06_to_2026-08" / files[row["source_id"]])
        line = pages[int(row["sheet"].removeprefix("p. ")) - 1].split("\n")[int(row["row"]) - 1]
        assert line.strip().startswith(" ".join(row["measure"].split()[:2])), (row["source_id"], line)


@pytest.mark.shared
@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic != "reports"])
def test_every_locator_is_the_cell_of_its_figure(official: Path, topic: str) -> None:
    files = read_sources(PROJECT.raw).set_index("source_id")["file"]
    for source_id, figures in read_figures(PROJECT.raw, topic).groupby("source_id"):
        look = open_release(official / files[source_id])
        some = figures.sample(min(SAMPLE, len(figures)), random_state=209)
        for locator, text in zip(locate(some), some["value_as_published"], strict=True):
            sheet, letters, row = re.fullmatch(r"(?:(.+)!)?([A-Z]+)(\d+)", locator).groups(default="")
            cell = look(sheet, int(row) - 1, count_column(letters))
            assert is_same(cell, text), f"{source_id} {locator}: {cell!r}, not {text!r}"


@pytest.mark.parametrize("topic", TOPICS)
def test_every_figure_has_the_checksum_of_the_registered_file(topic: str) -> None:
    sums = read_sources(PROJECT.raw).set_index("source_id")["sha256"].str[:12]
    figures = read_figures(PROJECT.raw, topic)
    assert (figures["source_id"].map(sums) == figures["sha256"]).all()


@pytest.mark.slow
def test_an_error_in_a_cell_is_traced_to_its_line_of_figures() -> None:
    figures = read_figures(PROJECT.raw, "population")
    cell = str(locate(figures).iloc[7])
    found = find_line(DataError(figures["source_id"].iloc[7], "a number", "'q'", row=cell), PROJECT.raw)
    assert str(found).endswith(f"population.csv, row 9: expected a number, found 'q' from ons-population-2024 {cell}")
    other = DataError("data/coding/grades.csv", "a grade", "'q'", row=3)
    assert find_line(other, PROJECT.raw) is other
