"""How far grades last: types by the rule, the variance between authorities, and what followed extremes."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.models.persistence import (
    STAGES,
    TYPES,
    count_reinspected,
    count_types,
    list_stages,
    measure_persistence,
    name_types,
)
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
SIDES = {"G": "good", "B": "requires_improvement"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("GGG", "steadily good"), ("BBB", "steadily below"), ("BGG", "improved"), ("BBG", "improved"),
        ("GBB", "fell"), ("GGB", "fell"), ("GBG", "up and down"), ("BGB", "up and down"),
    ],
)  # fmt: skip
def test_every_path_has_one_type(path: str, kind: str) -> None:
    stages = pd.DataFrame([[SIDES[side] for side in path]], columns=list(STAGES))
    assert name_types(stages).tolist() == [kind]


def test_a_path_with_a_missing_stage_has_no_type() -> None:
    stages = pd.DataFrame([["good", None, "good"]], columns=list(STAGES), index=["209"])
    assert name_types(stages).empty


def test_unrelated_grades_are_expected_as_often_as_they_were_made() -> None:
    """All eight paths once: half are good at each stage, so one in eight is expected of each path."""
    paths = [
        [first, second, third] for first in SIDES.values() for second in SIDES.values() for third in SIDES.values()
    ]
    table = count_types(pd.DataFrame(paths, columns=list(STAGES))).set_index("type")
    assert table["authorities"].to_dict() == dict(zip(TYPES, [1, 2, 2, 1, 2], strict=True))
    assert table["unrelated"].tolist() == pytest.approx([1 / 8, 2 / 8, 2 / 8, 1 / 8, 2 / 8])


def test_counts_over_the_three_inspections() -> None:
    table = count_types(list_stages(TABLES)).set_index("type")
    assert table["authorities"].to_dict() == dict(zip(TYPES, [36, 57, 9, 28, 14], strict=True))
    assert table["unrelated"].sum() == pytest.approx(1)
    assert name_types(list_stages(TABLES))["209"] == "improved"


def test_two_fifths_of_the_differences_last() -> None:
    found = measure_persistence(TABLES)
    assert found.authorities == 158
    assert found.fit.shares() == pytest.approx((0.41, 0.29, 0.52), abs=0.01)
    returns = found.returns.set_index(["step", "grade"])
    first = returns.loc[("SIF to ILACS 1", "inadequate")]
    assert (first["moved"], first["inspections"]) == (33, 33)
    assert first["expected"] == pytest.approx(0.73, abs=0.01)


def test_two_thirds_improved_at_re_inspection_as_ofsted_said() -> None:
    improved, every, low, high = count_reinspected(TABLES)
    assert (improved, every) == (14, 21)
    assert improved / every == pytest.approx(2 / 3)
    assert low < 2 / 3 < high
