"""What inspectors asked to be improved, of an authority and of all."""

from __future__ import annotations

import pytest

import lewisham_study as study
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.ratings import asked


@pytest.fixture(scope="module")
def case() -> study.Case:
    return study.open_case(study.Tables(), "Lewisham", 2012, 2022)


def test_the_last_inspections_points_come_first(case: study.Case) -> None:
    shown = asked.show_asked(case)
    assert isinstance(shown, TableExhibit)
    assert shown.table["Published"].tolist() == ["31 January 2024"] * 4 + ["19 August 2019"] * 7
    assert "more than once: care leavers and permanence" in shown.title


def test_without_an_inspection_there_is_no_list() -> None:
    case = study.open_case(study.Tables(), "Poole")
    assert isinstance(asked.show_asked(case), Prose)


def test_themes_have_shares_by_grade_with_intervals(case: study.Case) -> None:
    figure = asked.draw_themes(case)
    assert (figure.table["Low (%)"] <= figure.table["Share (%)"]).all()
    assert (figure.table["Share (%)"] <= figure.table["High (%)"]).all()
    assert figure.table["Overall grade"].nunique() == 4


def test_sentences_name_counts_and_limits(case: study.Case) -> None:
    text = asked.summarise_themes(case).markdown
    assert "may differ by chance" in text
    assert "because" not in text
