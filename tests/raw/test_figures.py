"""Figures as published: each is in the cell of the official file that its locator names."""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.figures import (
    COUNTED_TOPICS,
    MEASURE_COLUMNS,
    find_line,
    keep_declared,
    locate,
    map_inspections,
    read_figures,
    read_status_codes,
    refuse_unknown_codes,
)
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


CODES = pd.DataFrame({"source_id": ["sfr"], "code": [".."]})


def make_figures(source_id: str, text: str) -> pd.DataFrame:
    return pd.DataFrame({"source_id": source_id, "row": ["2", "7"], "value_as_published": ["1", text]})


@pytest.mark.parametrize("text", ["0", "1,741", "-855316", "15.9", " 12 ", "1.5E+02", ".."])
def test_numbers_and_codes_are_known(text: str) -> None:
    refuse_unknown_codes(make_figures("sfr", text), CODES)


@pytest.mark.parametrize("text", ["", "..x", "1,74", "12%", "£5", "nan", "n/a", "1.2.3"])
def test_anything_else_is_refused_with_its_row(text: str) -> None:
    with pytest.raises(DataError, match="sfr, row 7: expected a number or a known code"):
        refuse_unknown_codes(make_figures("sfr", text), CODES)


def test_a_code_of_one_release_is_unknown_in_another() -> None:
    with pytest.raises(DataError, match="other, row 7"):
        refuse_unknown_codes(make_figures("other", ".."), CODES)


@pytest.mark.slow
@pytest.mark.parametrize("topic", COUNTED_TOPICS)
def test_every_cell_in_the_project_is_known_and_has_a_declared_status(topic: str) -> None:
    codes = read_status_codes(PROJECT.coding)
    refuse_unknown_codes(read_figures(PROJECT.raw, topic), codes)
    assert set(codes["status"]) <= {"published", "suppressed", "not_available", "not_applicable", "low_reliability"}


def make_inspection(measure: str, text: str) -> pd.DataFrame:
    sheet = {"source_id": "ofsted-2025", "sheet": "ILACS_inspection_history", "row": "4", "column": "I"}
    return pd.DataFrame({**sheet, "measure": measure, "value_as_published": [text]})


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        ("Overall effectiveness", "Good"),
        ("Inspection type", "ILACS Short Inspection"),
        ("Inspection date", "2019-07-08"),
    ],
)
def test_known_words_of_an_inspection_are_mapped(measure: str, text: str) -> None:
    mapped = map_inspections(make_inspection(measure, text), PROJECT.coding)
    assert mapped["framework"].tolist() == ["ILACS"]


@pytest.mark.parametrize(
    ("measure", "text", "expected"),
    [
        ("Overall effectiveness", "Brilliant", "a known grade, found 'Brilliant'"),
        ("Overall effectiveness", "Adequate", "a known grade, found 'Adequate'"),
        ("Inspection type", "ILACS Mini Inspection", "a known kind of inspection, found 'ILACS Mini Inspection'"),
        ("Inspection date", "2019-13-08", "a date such as 2019-08-19, found '2019-13-08'"),
        ("Publication date", "to follow", "a date such as 2019-08-19, found 'to follow'"),
        ("Morale", "Good", "a known heading, found 'Morale'"),
    ],
)
def test_unknown_words_of_an_inspection_are_refused_with_their_cell(measure: str, text: str, expected: str) -> None:
    with pytest.raises(DataError, match=f"ofsted-2025, cell ILACS_inspection_history!I4: expected {expected}"):
        map_inspections(make_inspection(measure, text), PROJECT.coding)


def test_a_date_taken_from_a_report_must_be_a_date() -> None:
    figure = make_inspection("inspection_start", "soon").assign(source_id="ofsted-report-dates", sheet="")
    with pytest.raises(DataError, match="ofsted-report-dates, cell I4: expected a date"):
        map_inspections(figure, PROJECT.coding)


TIDY = pd.DataFrame({"measure": ["CLA | count", "CLA | percent", "CLA | count"], "row": ["2", "2", "3"]})


def declare(coding: Path, *headings: str) -> None:
    rows = [",".join(MEASURE_COLUMNS), "other,CLA | count,looked_after,children,1,cla,31_march"]
    rows += [f"sfr,{heading},looked_after,children,1,cla,31_march" for heading in headings]
    (coding / "need_measures.csv").write_text("\n".join(rows) + "\n")


def test_only_declared_measures_of_a_tidy_file_are_kept(tmp_path: Path) -> None:
    declare(tmp_path, "CLA | count")
    assert keep_declared(TIDY, "sfr", "need", tmp_path)["row"].tolist() == ["2", "3"]


@pytest.mark.parametrize(
    ("headings", "place", "found"),
    [
        ([], "", "expected a row for each measure wanted of sfr, with its heading in `published`, found none"),
        (["CLA | number"], ", row 3", "expected in `published` a heading of sfr, found 'CLA | number'"),
    ],
)
def test_an_undeclared_or_misspelt_measure_names_the_file_to_edit_and_the_headings_there_are(
    tmp_path: Path, headings: list[str], place: str, found: str
) -> None:
    declare(tmp_path, *headings)
    with pytest.raises(DataError) as refused:
        keep_declared(TIDY, "sfr", "need", tmp_path)
    hint = "copy one from the file: 'CLA | count'; 'CLA | percent'"
    assert str(refused.value) == f"data/coding/need_measures.csv{place}: {found}; {hint}"
