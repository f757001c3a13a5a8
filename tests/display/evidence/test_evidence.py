"""Every exhibit of the evidence notebook, for Lewisham and for authorities on which no document is coded."""

from __future__ import annotations

import re

import pytest

from lewisham_study.analysis.case import Case, open_case
from lewisham_study.display import evidence
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
# Tiny, long-lived, abolished; county, joint, new, in intervention; by DfE number, because two are called Dorset.
KINDS = ["420", "209", "835", "886", "314", "940", "330"]
MISSING = re.compile(r"\b(nan|NaN|None|NaT)\b")
LEWISHAM_ONLY = [
    "draw_ledger",
    "show_coverage",
    "show_dates",
    "show_known",
    "show_overspend",
    "show_silences",
    "show_standing",
    "summarise_conflicts",
    "summarise_independence",
    "summarise_overspend",
    "summarise_silences",
]


def call(name: str, case: Case) -> FigureExhibit | TableExhibit | Prose | None:
    show = getattr(evidence, name)
    return show(case, "2022-12-31") if name == "show_known" else show(case)


@pytest.mark.parametrize("la_code", KINDS)
def test_texts_and_tables_are_complete(la_code):
    case = open_case(TABLES, la_code)
    for name in evidence.__all__:
        shown = call(name, case)
        if shown is None:
            continue
        texts = [getattr(shown, part) for part in ("title", "caption", "alt", "markdown") if hasattr(shown, part)]
        for text in texts:
            assert text, name
            assert not MISSING.search(text), name
            assert "  " not in text, name
        if hasattr(shown, "table"):
            assert not shown.table.empty, name


@pytest.mark.parametrize("la_code", [code for code in KINDS if code != "209"])
def test_nothing_about_lewisham_is_shown_for_another_authority(la_code):
    case = open_case(TABLES, la_code)
    assert [name for name in LEWISHAM_ONLY if call(name, case) is not None] == []
    assert "are about Lewisham only" in evidence.summarise_evidence(case).markdown
    timeline = evidence.draw_timeline(case)
    assert "Lewisham" not in timeline.title + timeline.alt + timeline.caption
    assert not timeline.table["Source"].str.contains("news").any()


@pytest.mark.slow
def test_the_same_figure_gives_the_same_bytes():
    case = open_case(TABLES, "Lewisham")
    for draw in (evidence.draw_ledger, evidence.draw_timeline, evidence.draw_holdings):
        first, second = (draw(case)._repr_mimebundle_() for _ in range(2))
        assert first == second
