"""Questions: every row has its rule, every rule a row, and questions arise for some councils and not for others."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.analysis.questions import RULES, choose_questions, fill_in, join_words
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
# Long-lived, tiny, joint, new, trust, county, without an overall grade, large.
SOME = ["209", "420", "314", "942", "871", "886", "940", "330", "383", "304", "213", "815", "881"]
ADVICE = re.compile(r"\b(should|must|need to|ought|because|due to|caused|led to|why did|reason for)\b", re.IGNORECASE)


def list_chosen() -> pd.DataFrame:
    parts = [choose_questions(open_case(TABLES, code)).assign(la_code=code) for code in SOME]
    return pd.concat(parts, ignore_index=True)


def test_every_question_has_its_rule_and_every_rule_a_question() -> None:
    conditions = TABLES["questions"]["condition"]
    assert conditions.is_unique
    assert set(conditions) == set(RULES)


def test_no_question_gives_advice_or_names_a_cause() -> None:
    questions = TABLES["questions"]
    assert questions["wording"].str.endswith("?").all()
    assert not [text for text in [*questions["wording"], *questions["reason"]] if ADVICE.search(text)]


@pytest.mark.slow
def test_questions_differ_between_councils_and_each_has_its_figure() -> None:
    chosen = list_chosen()
    counts = chosen["question_id"].value_counts()
    assert len(counts) >= 20
    assert set(counts[counts == len(SOME)].index) == {"Q24"}
    assert chosen["reason"].str.contains(r"\d|no overall grade|caution|published return|fewer than five").all()
    assert not chosen["question"].str.contains("[{}]").any()
    assert chosen.groupby("la_code").size().between(3, 14).all()


def test_lewisham_is_asked_about_agency_workers_and_not_about_its_caseload() -> None:
    chosen = choose_questions(open_case(TABLES, "Lewisham")).set_index("question_id")
    assert chosen.loc["Q10", "reason"] == "In 2022 agency workers were 32% of social workers; in England 18%."
    assert not {"Q06", "Q07", "Q08"} & set(chosen.index)


def test_an_abolished_authority_is_asked_nothing() -> None:
    assert choose_questions(open_case(TABLES, "837")).empty


def test_few_workers_have_no_rates_to_ask_about() -> None:
    chosen = set(choose_questions(open_case(TABLES, "Isles of Scilly"))["question_id"])
    assert "Q14" in chosen
    assert not {"Q06", "Q07", "Q08", "Q10", "Q11", "Q12", "Q13"} & chosen


@pytest.mark.parametrize(("words", "joined"), [(["a"], "a"), (["a", "b", "c"], "a, b and c"), ([], "")])
def test_words_are_joined(words: list[str], joined: str) -> None:
    assert join_words(words) == joined


def test_a_range_of_years_keeps_its_hyphen() -> None:
    assert fill_in("{change:+.0%} since {start}", {"change": -0.1, "start": "2014-15"}) == "−10% since 2014-15"
