"""What may stand in a cell of figures."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.codes import COUNTED_TOPICS, read_status_codes, refuse_unknown_codes
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


def test_a_code_of_one_release_is_none_of_another() -> None:
    with pytest.raises(DataError, match="other, row 7"):
        refuse_unknown_codes(make_figures("other", ".."), CODES)


@pytest.mark.parametrize("topic", COUNTED_TOPICS)
def test_every_cell_held_is_known_and_every_status_is_one_of_the_model(topic: str) -> None:
    codes = read_status_codes(PROJECT.coding)
    refuse_unknown_codes(read_figures(PROJECT.raw, topic), codes)
    assert set(codes["status"]) <= {"published", "suppressed", "not_available", "not_applicable", "low_reliability"}
