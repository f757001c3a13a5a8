"""What a reader sees of the evidence, for Lewisham and for authorities on which no document is coded."""

from __future__ import annotations

import itertools
import re

import pytest

from lewisham_study.analysis.case import Case, open_case
from lewisham_study.display import evidence
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.evidence.timeline import LANES
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
# Long-lived, county, tiny, joint, abolished, new, in intervention; by DfE number, for two are called Dorset.
KINDS = ["209", "886", "420", "201", "314", "928", "835", "940", "838", "943", "330", "941"]
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


def ask(name: str, case: Case) -> FigureExhibit | TableExhibit | Prose | None:
    show = getattr(evidence, name)
    return show(case, "2022-12-31") if name == "show_known" else show(case)


@pytest.fixture(scope="module")
def lewisham() -> Case:
    return open_case(TABLES, "Lewisham")


@pytest.mark.parametrize("la_code", KINDS)
def test_whatever_is_shown_is_whole(la_code):
    case = open_case(TABLES, la_code)
    for name in evidence.__all__:
        shown = ask(name, case)
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
def test_nothing_of_lewisham_is_shown_for_another(la_code):
    case = open_case(TABLES, la_code)
    assert [name for name in LEWISHAM_ONLY if ask(name, case) is not None] == []
    assert "speak of Lewisham alone" in evidence.summarise_evidence(case).markdown
    timeline = evidence.draw_timeline(case)
    assert "Lewisham" not in timeline.title + timeline.alt + timeline.caption
    assert not timeline.table["Source"].str.contains("news").any()


def test_every_conflict_has_its_heading_rivals_and_confidence(lewisham):
    text = evidence.summarise_conflicts(lewisham).markdown
    conflicts, facts = TABLES["conflicts"], TABLES["facts"].set_index("fact_id")
    headings = re.findall(r"^### (C\d+)\. ", text, re.MULTILINE)
    assert headings == [f"C{number}" for number in range(1, len(conflicts) + 1)]
    assert text.count("*Confidence: ") == len(conflicts)
    for conflict in conflicts.to_dict("records"):
        section = text.partition(f"### {conflict['conflict_id']}. ")[2].partition("### ")[0]
        for fact in facts.loc[conflict["fact_ids"].split()].to_dict("records"):
            assert re.search(rf"@{fact['source_id']}, [^@\]]*\b{fact['locator']}\b", section)
            assert section.count("**(disputed)**") <= len(conflict["fact_ids"].split())


def test_the_article_of_2018_is_disputed_and_ofsted_chosen(lewisham):
    section = evidence.summarise_conflicts(lewisham).markdown.partition("### C1. ")[2].partition("### ")[0]
    assert "| ‘good’ **(disputed)** | grade, overall; ‘currently’ | [@news-shopper-2018, p2] |" in section
    assert "**Chosen:** @ofsted-2023." in section


def test_nothing_is_chosen_between_two_wordings_of_caseload(lewisham):
    section = evidence.summarise_conflicts(lewisham).markdown.partition("### C12. ")[2].partition("### ")[0]
    assert "**Chosen" not in section
    assert "[@news-shopper-2020, p6]" in section
    assert "[@ofsted-letter-2021, l126]" in section


def test_the_overspend_leaves_what_it_leaves(lewisham):
    exhibit = evidence.show_overspend(lewisham)
    assert exhibit.title == "The printed parts leave £1.1m of the £15.6m over: £0.85m to £1.35m with rounding"
    table = exhibit.table.set_index("Part")
    assert table.loc["Left over", ["£m", "At least", "At most", "Share"]].tolist() == ["1.1", "0.85", "1.35", "7.1%"]
    assert table.loc["Other placements", "Basis"] == "no amount printed"
    assert table.loc["Other placements", ["£m", "Share"]].isna().all()
    assert "£7.0m (44.9%) on named placements and £7.5m (48.1%)" in evidence.summarise_overspend(lewisham).markdown


def test_the_article_of_2024_is_not_known_within_the_window(lewisham):
    table = evidence.show_known(lewisham, "2022-12-31").table.set_index("Document")
    assert table.loc["London News Online 2024", ["Known", "Status"]].tolist() == [0, "not yet out"]
    assert (table["Known"] == table["Claims"]).sum() == len(table) - 1
    assert "requires improvement, for Jul 2019" in evidence.show_known(lewisham, "2022-12-31").caption
    assert "is good, for Dec 2023" in evidence.show_known(lewisham, "2024-01-31").caption
    assert "No claim known by then" in evidence.show_known(lewisham, "2012-01-01").caption


@pytest.mark.parametrize("day", ["2022", "31 December 2022", "2022-13-01"])
@pytest.mark.parametrize("authority", ["Lewisham", "Barnet"])
def test_a_day_that_does_not_exist_is_refused(day, authority):
    with pytest.raises(UsageError, match="known_by is a day"):
        evidence.show_known(open_case(TABLES, authority), day)


def test_good_stands_after_the_window(lewisham):
    table = evidence.draw_timeline(lewisham).table
    later = table[table["Window"] == "after"]
    assert later["What"].str.contains("good in all five").any()
    assert not table.loc[table["Window"] == "within", "What"].str.contains("good in all five").any()
    wider = evidence.draw_timeline(open_case(TABLES, "Lewisham", end_year=2024)).table
    assert (wider["Window"] == "within").all()


def test_no_forecast_and_no_uncertain_day_is_drawn_as_a_day(lewisham):
    table = evidence.draw_timeline(lewisham).table
    assert not table["What"].str.contains("early 2019").any()
    start = table[table["What"].str.contains("programme begins")]
    assert start[["When", "Known to"]].to_numpy().tolist() == [["Jul 2018 – Jul 2019", "a year or less"]]


def test_every_kind_of_event_has_a_lane():
    assert set(TABLES["events"]["kind"]) <= set(LANES)


@pytest.mark.parametrize(("start", "end"), [(2012, 2012), (2013, 2014), (2018, 2020), (2024, 2025)])
@pytest.mark.parametrize("la_code", ["209", "943", "420"])
def test_labels_stay_within_the_drawing(la_code, start, end):
    shown = evidence.draw_timeline(open_case(TABLES, la_code, start, end))
    if isinstance(shown, Prose):
        assert shown.markdown.startswith("Nothing dated is held on")
        return
    figure = shown.figure
    figure.canvas.draw()
    frame = figure.bbox
    for label in figure.axes[0].texts:
        box = label.get_window_extent()
        assert box.x0 >= frame.x0 - 1, label.get_text()
        assert box.x1 <= frame.x1 + 1, label.get_text()


def test_labels_of_events_do_not_meet(lewisham):
    figure = evidence.draw_timeline(lewisham).figure
    figure.canvas.draw()
    boxes = [text.get_window_extent().shrunk(0.98, 0.9) for text in figure.axes[0].texts]
    assert [pair for pair in itertools.combinations(boxes, 2) if pair[0].overlaps(pair[1])] == []


def test_the_ledger_counts_every_claim(lewisham):
    table = evidence.draw_ledger(lewisham).table
    assert table["Claims"].sum() == len(TABLES["facts"])
    assert (table["Accepted"] + table["Repeats"] + table["Disputed"] == table["Claims"]).all()
    standing = evidence.show_standing(lewisham).table
    assert standing["Claims"].iloc[-1] == standing["Claims"].iloc[:-1].sum() == len(TABLES["facts"])


def test_the_same_figure_gives_the_same_bytes(lewisham):
    for draw in (evidence.draw_ledger, evidence.draw_timeline, evidence.draw_holdings):
        first, second = (draw(lewisham)._repr_mimebundle_() for _ in range(2))
        assert first == second


def test_releases_and_figure_count_the_same(lewisham):
    behind, releases = evidence.draw_holdings(lewisham).table, evidence.show_releases(lewisham).table
    assert behind["Rows"].sum() == releases["Rows"].sum()
    assert releases["Editions"].sum() >= behind["Release"].nunique()
