"""Comparable text: normalising changes the typesetting and never the words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lewisham_study.raw.wording import count_words, drop_quotes, normalise_text, plain_words, strip_quotes

words = st.lists(st.from_regex(r"[a-z£]{1,6}[0-9]{0,3}", fullmatch=True), min_size=1, max_size=8)
gaps = st.sampled_from([" ", "\u00a0", "\n", " \n ", "\u2009", "\u202f", "\t", "\u00a0 \u00a0"])


@given(words, st.lists(gaps, min_size=8, max_size=8), st.sampled_from(["", "◼ ", "\u00a0", "\n\n"]))
def test_spaces_line_wraps_and_bullets_make_no_difference(parts: list[str], between: list[str], before: str) -> None:
    text = before + "".join(part + gap for part, gap in zip(parts, between, strict=False))
    assert normalise_text(text) == " ".join(parts)
    assert count_words(text) == len(parts)


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    for normalise in (normalise_text, strip_quotes, drop_quotes, plain_words):
        assert normalise(normalise(text)) == normalise(text)


@given(words)
def test_quotation_marks_at_the_ends_are_stripped(parts: list[str]) -> None:
    text = " ".join(parts)
    for quoted in (f"‘{text}’", f"“{text},”", f'"{text}".', f"'{text}'"):
        assert strip_quotes(quoted) == plain_words(quoted) == text


def test_an_apostrophe_is_not_a_quotation_mark() -> None:
    assert plain_words("the council’s ‘better’ children’s services") == "the council's better children's services"
    assert count_words("social workers’\u00a0caseloads too big") == 5
