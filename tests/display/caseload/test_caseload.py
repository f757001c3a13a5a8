"""What a reader sees of caseload, for authorities of every kind and windows of every length."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from lewisham_study.analysis.case import Case, open_case
from lewisham_study.display import caseload
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.lines import spread_apart
from lewisham_study.display.common.style import HERE, MUTED
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
# Long-lived, tiny, joint, abolished (with and without children), new, with a missing year; by DfE number.
KINDS = ["209", "420", "314", "928", "837", "943", "921"]
FIGURES = [caseload.draw_caseload, caseload.draw_spread, caseload.draw_split, caseload.draw_workforce]
MISSING = re.compile(r"\b(nan|NaN|None|NaT|inf)\b|  |\.\.")
CAUSAL = re.compile(r"\b(caused|drove|led to|due to)\b")
Draw = Callable[[Case], FigureExhibit | TableExhibit | Prose]


def read_texts(exhibit: FigureExhibit | TableExhibit | Prose) -> list[str]:
    if isinstance(exhibit, Prose):
        return [exhibit.markdown]
    return [exhibit.title, exhibit.caption, *([exhibit.alt] if isinstance(exhibit, FigureExhibit) else [])]


@pytest.mark.parametrize("la_code", KINDS)
@pytest.mark.parametrize("draw", FIGURES)
def test_figures_say_what_they_show(la_code: str, draw: Draw) -> None:
    exhibit = draw(open_case(TABLES, la_code))
    for text in read_texts(exhibit):
        assert text
        assert not MISSING.search(text)
        assert not CAUSAL.search(text)
    if isinstance(exhibit, FigureExhibit):
        assert not exhibit.table.empty
        assert exhibit.figure.get_figheight() <= 4.5


@pytest.mark.parametrize("la_code", KINDS)
@pytest.mark.parametrize(
    "tell", [caseload.summarise_caseload, caseload.summarise_returns, caseload.show_revisions, caseload.show_words]
)
def test_sentences_read_whole(la_code: str, tell: Draw) -> None:
    for text in read_texts(tell(open_case(TABLES, la_code))):
        assert not MISSING.search(text)
        assert text.count("**") % 2 == 0


@pytest.mark.parametrize(
    "draw", [*FIGURES, caseload.summarise_caseload, caseload.summarise_returns, caseload.show_revisions]
)
@pytest.mark.parametrize("window", [(2012, 2014), (2016, 2016), (2017, 2017)])
def test_short_and_empty_windows_are_told(draw: Draw, window: tuple[int, int]) -> None:
    for text in read_texts(draw(open_case(TABLES, "Lewisham", *window))):
        assert not MISSING.search(text)


def test_lewisham_in_words_and_figure() -> None:
    case = open_case(TABLES, "Lewisham")
    exhibit = caseload.draw_caseload(case)
    assert isinstance(exhibit, FigureExhibit)
    assert exhibit.title == (
        "Lewisham’s average caseload went from 15.9 in 2017 to 14.8 in 2022, England’s from 17.7 to 16.6"
    )
    own = exhibit.table.set_index("30 September")["Lewisham"]
    assert own.loc["2017":"2022"].tolist() == [15.9, 14.4, 14.5, 15.3, 15.1, 14.8]
    assert "2,082 cases held by 141.1" in caseload.summarise_caseload(case).markdown


def test_no_line_joins_2016_to_2017() -> None:
    exhibit = caseload.draw_caseload(open_case(TABLES, "Lewisham"))
    assert isinstance(exhibit, FigureExhibit)
    for line in exhibit.figure.axes[0].get_lines():
        years = list(line.get_xdata())
        assert not (2016 in years and 2017 in years)


def test_an_impossible_turnover_is_a_mark_with_its_reason() -> None:
    exhibit = caseload.draw_workforce(open_case(TABLES, "Lewisham"))
    assert isinstance(exhibit, FigureExhibit)
    assert "turnover 2022: published but implausible" in exhibit.caption
    assert exhibit.table.set_index("30 September")["Turnover, Lewisham"].isna()["2022"]


def test_words_stand_beside_numbers_for_lewisham_alone() -> None:
    shown = caseload.show_words(open_case(TABLES, "Lewisham"))
    assert isinstance(shown, TableExhibit)
    assert shown.table[["Words", "Whose", "Of when"]].to_numpy().tolist() == [
        ["“manageable”", "the letter", "September 2018"],
        ["“too big”", "Ofsted", "July 2019"],
        ["“reduced”", "the report", "July 2019"],
        ["“too high in some areas”", "the report", "July 2019"],
        ["“manageable”", "staff", "July 2021"],
    ]
    for place in ("news-shopper-2020, p6", "ofsted-letter-2018, l122", "ofsted-letter-2021, l126"):
        assert f"@{place}" in shown.caption
    assert "@ofsted-lewisham-2019, l345" in shown.caption
    assert shown.caption.count("Nothing can be chosen") == 1
    other = caseload.show_words(open_case(TABLES, "Lambeth"))
    assert isinstance(other, Prose)
    assert "coded for Lewisham alone" in other.markdown


def test_a_joint_return_is_told_and_its_partner_is_no_comparator() -> None:
    case = open_case(TABLES, "Kingston upon Thames")
    assert "one return with Richmond upon Thames" in caseload.summarise_returns(case).markdown
    spread = caseload.draw_spread(case)
    assert isinstance(spread, FigureExhibit)
    marked = spread.table[spread.table["Marked as"] == "under study"]
    assert marked["Authority"].tolist() == ["Kingston upon Thames and Richmond upon Thames"]
    for draw in FIGURES:
        told = " ".join(read_texts(draw(case)))
        assert "one return with Richmond upon Thames" in told, draw.__name__


def test_a_caseload_under_a_caution_is_hollow_and_told() -> None:
    cumbria = open_case(TABLES, "Cumbria")
    drawn, split = caseload.draw_caseload(cumbria), caseload.draw_split(cumbria)
    assert isinstance(drawn, FigureExhibit)
    assert isinstance(split, FigureExhibit)
    assert "Hollow: a figure to treat with caution (2018)" in drawn.caption
    assert "Lean lightly on 2018" in split.caption
    assert "2018: the return gives cases to 29.2 of 243.9" in caseload.summarise_returns(cumbria).markdown
    hollow = [line for line in drawn.figure.axes[0].lines if line.get_markerfacecolor() == "white"]
    own = [line for line in hollow if line.get_markeredgecolor() == HERE]
    assert [list(line.get_xdata()) for line in own] == [[2018]]


def test_a_comparator_under_a_caution_is_hollow_and_told() -> None:
    case = open_case(TABLES, "Lewisham", comparators="Norfolk, Lambeth")
    drawn = caseload.draw_caseload(case)
    assert isinstance(drawn, FigureExhibit)
    assert "Hollow and grey: a comparator’s figure to treat with caution (Norfolk 2018)" in drawn.caption
    light = [
        line for line in drawn.figure.axes[0].lines if line.get_markeredgecolor() == MUTED and line.get_marker() == "o"
    ]
    assert [(list(line.get_xdata()), list(line.get_ydata())) for line in light] == [([2018], [19.0])]
    assert "Norfolk, 2018: the return gives cases to 122.6 of 320.3" in caseload.summarise_returns(case).markdown
    both = (
        TABLES["workforce"].query("measure == 'caseload_fte' and time_period == '2018'").set_index("la_code")["value"]
    )
    median, lambeth = (both["926"] + both["208"]) / 2, both["208"]
    assert f"as published; without it the 2018 median is {lambeth:.1f}, not {median:.1f}." in drawn.caption
    alone = caseload.draw_caseload(open_case(TABLES, "Lewisham", comparators="Lambeth, Leeds"))
    assert isinstance(alone, FigureExhibit)
    assert "Hollow" not in alone.caption


def test_a_table_and_its_caption_round_alike() -> None:
    drawn = caseload.draw_caseload(open_case(TABLES, "Bolton"))
    assert isinstance(drawn, FigureExhibit)
    medians = drawn.table.set_index("30 September")["Median of comparators"]
    assert (
        f"the 2018 median is 16.8, not {medians['2018']}; the 2019 median is 15.5, not {medians['2019']}."
        in drawn.caption
    )


def test_a_spread_names_the_returns_to_lean_on_lightly() -> None:
    drawn = caseload.draw_spread(open_case(TABLES, "Lewisham", 2012, 2021, comparators="Medway, Kent"))
    assert isinstance(drawn, FigureExhibit)
    assert "To lean on lightly, for the returns cannot all count alike: Medway, Redbridge" in drawn.caption
    assert "; the median takes them as published, and without them the 2021 median " in drawn.caption
    marked = drawn.table.set_index("Authority")["Caution"]
    assert (marked["Medway"], marked["Kent"]) == ("lean lightly", "")


def test_a_path_between_its_ends_is_told() -> None:
    case = open_case(TABLES, "Telford and Wrekin", 2017, 2025)
    drawn = caseload.draw_caseload(case)
    assert isinstance(drawn, FigureExhibit)
    assert "(lowest 13.7 in 2021; highest 22.3 in 2018, under a caution)" in drawn.title
    assert "from 13.7 in 2021 to 22.3 in 2018" in caseload.summarise_caseload(case).markdown


def test_a_year_in_which_cases_and_workers_jump_is_named() -> None:
    drawn = caseload.draw_split(open_case(TABLES, "Cambridgeshire"))
    assert isinstance(drawn, FigureExhibit)
    assert "From 2019 to 2020 cases fell by 57% and workers by 37%" in drawn.caption
    still = caseload.draw_split(open_case(TABLES, "Leeds"))
    assert isinstance(still, FigureExhibit)
    assert "drawn otherwise" not in still.caption


def test_rates_of_a_handful_are_whole_and_an_early_last_value_has_its_year() -> None:
    drawn = caseload.draw_workforce(open_case(TABLES, "Isles of Scilly"))
    assert isinstance(drawn, FigureExhibit)
    assert "100% (" in drawn.title
    assert "100.0%" not in drawn.title
    assert any(text.get_text() == "0.0 (2020)" for axes in drawn.figure.axes for text in axes.texts)


def test_ranks_and_changes_read_as_sentences() -> None:
    assert (
        "of the ten with a figure, all had more cases per worker"
        in caseload.summarise_caseload(open_case(TABLES, "Isles of Scilly")).markdown
    )
    split = caseload.draw_split(open_case(TABLES, "Isles of Scilly"))
    assert isinstance(split, FigureExhibit)
    assert "2017 to 2018: −1.00, of which cases −1.00 and workers 0.00" in split.alt
    level = caseload.draw_caseload(open_case(TABLES, "Northamptonshire"))
    assert isinstance(level, FigureExhibit)
    assert "was 17.7 in 2017 and in 2020; England’s went from 17.7 to 16.3" in level.title


@pytest.mark.parametrize("comparators", ["neighbours 2025", "London", "region", "Lambeth, Southwark"])
def test_any_comparators_will_do(comparators: str) -> None:
    exhibit = caseload.draw_caseload(open_case(TABLES, "Lewisham", comparators=comparators))
    assert isinstance(exhibit, FigureExhibit)
    assert exhibit.table["Median of comparators"].notna().all()


def test_labels_are_moved_apart_as_little_as_may_be() -> None:
    placed = spread_apart([1.0, 1.1, 1.2, 9.0], 1.0)
    assert placed[3] == 9.0
    assert all(b - a >= 1 - 1e-9 for a, b in pairwise(placed))
    assert sum(placed[:3]) == pytest.approx(3.3)
