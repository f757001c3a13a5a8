"""The content of cells: numbers, codes, grades, kinds and dates."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.codes import (
    COUNTED_TOPICS,
    MEASURE_COLUMNS,
    keep_declared,
    map_inspections,
    read_status_codes,
    refuse_unknown_codes,
)
from lewisham_study.raw.figures import read_figures

PROJECT = find_project()
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
