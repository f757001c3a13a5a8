"""The first page of the comparison notebook: each question with its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lewisham_study.display.comparison.answers import ANSWERS, answer_starts, answer_unusual, show_answers


def test_every_question_has_an_answer_and_how_sure_it_is(show: Callable[..., Any], read: Callable[..., Any]) -> None:
    table = show(show_answers).table
    assert len(table) == len(ANSWERS)
    assert table["Question"].str.endswith("?").all()
    assert table["Answer"].str.endswith(".").all()
    assert table["How sure"].str.startswith(("Counted", "Estimated", "–")).all()
    assert (
        "once more since: 10 were then good or outstanding. Lewisham was judged good 4.4 years after"
        in table["Answer"].iloc[1]
    )
    assert "0.84 times the odds" in table["Answer"].iloc[2]
    assert all(read(show(show_answers)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Lewisham", "not unusual: 14.8 cases per worker in 2022 (median 14.9) and £1,284 spent per child"),
        ("City of London", "unusual: "),
        ("Isles of Scilly", "No caseload is given: it has fewer than five social workers."),
        ("Richmond upon Thames", "13.1 cases per worker (one return with Kingston upon Thames) in 2022 (median 15.9)"),
        ("West Northamptonshire", "£898 spent per child in 2021-22"),
        ("835", "No spend per child from 2012 to 2022 is held."),
        (
            "Cumberland",
            "Nothing can be compared. Cumberland was created on 1 April 2023, after the window of 2012 to 2022.",
        ),
    ],
)
def test_a_value_far_from_the_median_is_unusual(show: Callable[..., Any], name: str, text: str) -> None:
    assert text in show(answer_unusual, name)[1]


def test_a_start_shared_by_few_has_no_share(show: Callable[..., Any]) -> None:
    assert show(answer_starts, "Trafford")[2] == "Counted; too few for a share."


def test_without_a_start_of_its_own_lewishams_is_shown_and_said_to_be(show: Callable[..., Any]) -> None:
    answer = show(answer_starts, "Cumberland")[1]
    assert answer.startswith(
        "Cumberland was created on 1 April 2023 and has no overall grade under the SIF. For Lewisham’s start instead: "
    )
    old = show(answer_starts, "835")[1]
    assert old.startswith("Dorset was abolished on 31 March 2019 and has no overall grade under ILACS.")
