"""The traps in the five documents, each tested on the real facts.

Their numbers are those of the evidence notes. Facts are found by what they state, and only in these five documents.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.analysis.case import place_in_window
from lewisham_study.analysis.evidence import count_facts, known_by, reconcile_overspend
from lewisham_study.analysis.ratings import state_at
from lewisham_study.paths import find_project
from lewisham_study.raw.documents import find_quote, split_text
from lewisham_study.raw.facts import normalise_text
from lewisham_study.raw.sources import read_sources
from lewisham_study.tidy.evidence import read_choices, tidy_events, tidy_facts
from lewisham_study.tidy.parsing.numbers import TokenError, parse_token
from lewisham_study.tidy.schemas import read_tables
from lewisham_study.tidy.tables import load_table, type_table

PROJECT = find_project()
NEWS_2018, NEWS_2019, NEWS_2020 = "news-shopper-2018", "news-shopper-2019", "news-shopper-2020"
LETTER, NEWS_2024 = "ofsted-letter-2021", "london-news-online-2024"
FIVE = [NEWS_2018, NEWS_2019, NEWS_2020, LETTER, NEWS_2024]
LEWISHAM = "209"


@pytest.fixture(scope="module")
def facts() -> pd.DataFrame:
    coded = type_table(tidy_facts(PROJECT.raw, PROJECT.coding), read_tables(PROJECT.coding)["facts"])
    return coded[coded["source_id"].isin(FIVE)].reset_index(drop=True)


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    return type_table(tidy_events(PROJECT.coding), read_tables(PROJECT.coding)["events"])


@pytest.fixture(scope="module")
def conflicts() -> pd.DataFrame:
    return read_choices(PROJECT.coding).set_index("conflict_id")


@pytest.fixture(scope="module")
def judgements() -> pd.DataFrame:
    return load_table("judgements")


def find(facts: pd.DataFrame, **cells: str) -> pd.DataFrame:
    """Return the facts with these values; there must be some."""
    for column, cell in cells.items():
        facts = facts[facts[column] == cell]
    assert len(facts), cells
    return facts


def find_one(facts: pd.DataFrame, **cells: str) -> pd.Series:
    """Return the only fact with these values."""
    found = find(facts, **cells)
    assert len(found) == 1, found["fact_id"].tolist()
    return found.iloc[0]


def days(facts: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(facts["period_start"].astype(str), facts["period_end"].astype(str), strict=True))


def test_trap_1_m_is_million_and_two_articles_state_one_overspend(facts: pd.DataFrame) -> None:
    overspend = find(facts, measure="overspend")
    assert set(overspend["value"]) == {"15600000"} and set(overspend["value_as_stated"]) == {"£15.6m"}
    assert sorted(overspend["source_id"]) == [NEWS_2018, NEWS_2019]
    assert sorted(overspend["status"]) == ["accepted", "repeat"]
    assert find_one(facts, value_as_stated="£2.0m")["value"] == "2000000"
    assert set(find(facts, unit="pounds")["value_low"]) == {15.6e6, 3.2e6, 2e6, 1.8e6, 7.5e6}


def test_trap_2_components_lie_inside_the_total(facts: pd.DataFrame) -> None:
    parts = reconcile_overspend(facts).set_index("part")
    residual = parts.loc["residual"]
    assert parts.loc["total", "value"] == 15.6e6
    assert parts.loc["component", "value"].sum() == 14.5e6
    assert (residual["value"], residual["low"], residual["high"]) == (1.1e6, 0.85e6, 1.35e6)
    assert residual["share"] == pytest.approx(0.071, abs=0.0005)
    assert residual["basis"] == "derived"


def test_trap_3_other_placements_have_no_amount(facts: pd.DataFrame) -> None:
    other = find_one(facts, measure="overspend_component", area="other_placements")
    assert other[["value", "value_low", "value_high", "value_as_stated"]].isna().all()
    assert other["status"] == "accepted"
    part = reconcile_overspend(facts).set_index("area").loc["other_placements"]
    assert pd.isna(part["value"]) and part["basis"] == "missing"
    assert not facts["value"].isin(["0", "1100000"]).any()


def test_trap_4_early_in_2019_is_a_forecast_without_a_month(facts: pd.DataFrame, events: pd.DataFrame) -> None:
    expected = facts[facts["value_as_stated"].isin(["early 2019", "early in 2019"])]
    assert set(expected["certainty"]) == {"forecast"} and set(expected["qualifier"]) == {"expected"}
    assert days(expected) == {("2019-01-01", "2019-04-30")}
    in_2019 = events[events["date_start"].dt.year.eq(2019) & events["kind"].eq("inspection")]
    assert in_2019["date_start"].astype(str).tolist() == ["2019-07-08"]


def test_trap_5_six_months_date_the_overspend_report(facts: pd.DataFrame) -> None:
    reported = find_one(facts, value_as_stated="six months after")
    assert (reported["measure"], reported["unit"]) == ("overspend_report_date", "date")
    assert (str(reported["period_start"].date()), str(reported["period_end"].date())) == ("2018-07-01", "2018-07-31")
    assert "months" not in set(facts["unit"])


def test_trap_6_the_inspection_expected_within_weeks_was_missed(facts: pd.DataFrame, events: pd.DataFrame) -> None:
    expected = find(facts, source_id=NEWS_2019, measure="inspection_date", certainty="forecast")
    assert set(expected["value_as_stated"]) == {"in the next few weeks", "before the end of the school term"}
    inspection = find_one(events, event_id="2019-07-08-inspection")
    assert expected["period_start"].dt.year.eq(2019).all()
    assert (expected["period_end"] < inspection["date_start"]).all()
    assert not any(set(expected["fact_id"]) & set(str(ids).split()) for ids in events["fact_ids"])


def test_trap_7_last_night_is_the_meeting_not_the_article(facts: pd.DataFrame, events: pd.DataFrame) -> None:
    meeting = find(facts, period_as_stated="last night (January 23)")
    assert days(meeting) == {("2020-01-23", "2020-01-23")}
    assert read_sources(PROJECT.raw).set_index("source_id").loc[NEWS_2020, "published"] == "2020-01-24"
    dated = events[events["date_start"].dt.year == 2020].set_index("kind")["date_start"].astype(str)
    assert (dated["committee"], dated["article"]) == ("2020-01-23", "2020-01-24")


def test_trap_8_july_depends_on_the_document(facts: pd.DataFrame) -> None:
    assert days(find(facts, source_id=NEWS_2020, period_as_stated="in July")) == {("2019-07-01", "2019-07-31")}
    visit = find(facts, source_id=LETTER, period_as_stated="21 and 22 July 2021")
    assert days(visit) == {("2021-07-21", "2021-07-22")}
    assert set(visit["period_basis"]) == {"stated"}


def test_trap_9_december_last_year_is_2023_and_after_the_window(facts: pd.DataFrame, events: pd.DataFrame) -> None:
    december = find(facts, period_as_stated="December last year")
    assert days(december) == {("2023-12-01", "2023-12-31")}
    assert set(place_in_window(december["period_start"], 2012, 2022)) == {"after"}
    assert set(place_in_window(december["period_start"], 2012, 2024)) == {"within"}
    good = facts[(facts["measure"] == "grade") & (facts["area"] == "overall") & (facts["value"] == "good")]
    assert (good["period_start"][good["status"] != "disputed"] > pd.Timestamp("2022-12-31")).all()
    late = events[place_in_window(events["date_start"], 2012, 2022) == "after"]
    assert {"2023-12-04", "2024-01-31"} <= set(late["date_start"].astype(str))


def test_trap_10_may_stays_as_printed_and_is_disputed(
    facts: pd.DataFrame, events: pd.DataFrame, conflicts: pd.DataFrame
) -> None:
    visit = find_one(facts, source_id=NEWS_2018, measure="inspection_date", value_as_stated="in May")
    assert (str(visit["period_start"].date()), visit["status"]) == ("2018-05-01", "disputed")
    decided = conflicts.loc["C11"]
    assert visit["fact_id"] in decided["fact_ids"].split() and decided["chosen_fact_id"] == "ofsted-letter-2018-003"
    before = conflicts.loc["C11a"]
    assert (before["chosen_source_id"], before["superseded_by"]) == ("ofsted-lewisham-2019", "C11")
    held = find_one(events, kind="focused_visit", source_id="ofsted-letter-2018")
    assert (str(held["date_start"].date()), str(held["date_end"].date())) == ("2018-09-05", "2018-09-06")
    findings = find(facts, source_id=NEWS_2018, period_as_stated="in May", claim_type="finding")
    assert days(findings) == {("2018-09-05", "2018-09-06")}


def test_trap_11_at_least_200_is_a_planned_sample_claimed_once(facts: pd.DataFrame) -> None:
    sample = find(facts, value_as_stated="at least 200")
    assert set(sample["measure"]) == {"inspection_sample"} and set(sample["certainty"]) == {"forecast"}
    assert set(sample["qualifier"]) == {"at_least"} and set(sample["value_low"]) == {200}
    assert sample["value_high"].isna().all()
    assert sorted(sample["status"]) == ["accepted", "repeat"]


def test_trap_12_80_per_cent_is_a_share_of_undefined_cases(facts: pd.DataFrame, conflicts: pd.DataFrame) -> None:
    share = find_one(facts, unit="share")
    assert (share["value"], share["value_as_stated"]) == ("0.8", "80 per cent")
    assert share["claim_type"] != "caseload" and pd.isna(share["speaker"])
    undecided = conflicts.loc["C21"]
    assert undecided["fact_ids"] == share["fact_id"]
    assert undecided["chosen_fact_id"] == undecided["chosen_source_id"] == "" and undecided["confidence"] == "low"
    assert set(find(facts, claim_type="caseload")["unit"]) == {"word"}


def test_trap_13_over_600_deaths_are_context_and_not_of_children(facts: pd.DataFrame) -> None:
    deaths = find_one(facts, value_as_stated="over 600")
    assert (deaths["value"], deaths["qualifier"], deaths["value_low"]) == ("600", "more_than", 600)
    assert pd.isna(deaths["value_high"])
    assert (deaths["claim_type"], deaths["area"], deaths["unit"]) == ("context", "community", "deaths")
    assert pd.isna(find_one(facts, measure="deaths", area="council")["value"])


def test_trap_14_every_count_counts_what_it_says(facts: pd.DataFrame) -> None:
    counts = facts[facts["unit"].isin(["cases", "deaths", "roles", "judgements", "number"])]
    assert set(zip(counts["source_id"], counts["unit"], counts["value"], strict=True)) == {
        (NEWS_2019, "cases", "200"),
        (LETTER, "deaths", "600"),
        (NEWS_2020, "roles", "20"),
        (NEWS_2020, "judgements", "4"),
        (NEWS_2024, "judgements", "5"),
    }
    programme = find_one(facts, period_as_stated="2020")
    assert programme["unit"] == "word"
    assert str(programme["period_start"].date()) == "2020-01-01"


def test_trap_15_two_years_are_one_lower_bound_and_one_target(facts: pd.DataFrame) -> None:
    time_to_good = find(facts, measure="time_to_good")
    bounds = time_to_good[time_to_good["qualifier"] == "at_least"]
    assert sorted(bounds["status"]) == ["accepted", "repeat", "repeat"]
    assert set(bounds["value_low"]) == {2} and bounds["value_high"].isna().all()
    target = find_one(time_to_good, qualifier="expected")
    assert (target["status"], target["claim_type"]) == ("accepted", "target")
    assert str(target["period_end"].date()) == "2022-01-24"
    assert not (time_to_good["qualifier"] == "exact").any()


def test_trap_16_praise_is_not_a_grade(facts: pd.DataFrame) -> None:
    for praise in ["good progress", "really good work", "less than good", "clean bill of health", "good support"]:
        assert "grade" not in set(find(facts, value_as_stated=praise)["measure"])
        with pytest.raises(TokenError):
            parse_token(praise, "grade")
    for negated in ["not been adversely affected", "had not “received a high priority”"]:
        assert find_one(facts, value_as_stated=negated)["unit"] == "word"
    grades = find(facts, unit="grade")
    assert set(grades["claim_type"]) == {"rating"} and set(grades["measure"]) == {"grade"}


def test_trap_17_every_wording_of_requires_improvement_is_one_grade(facts: pd.DataFrame) -> None:
    wordings = set(find(facts, value="requires_improvement")["value_as_stated"].map(normalise_text))
    assert wordings == {"requires improvement", "requiring improvement", "the same rating"}
    better = find_one(facts, value_as_stated="a better ‘requires improvement’")
    assert better["measure"] == "rating_expectation" and better["unit"] == "word"
    with pytest.raises(TokenError):
        parse_token("the same rating", "grade")


def test_trap_18_grades_of_2012_are_of_an_earlier_framework(facts: pd.DataFrame, judgements: pd.DataFrame) -> None:
    printed = facts[(facts["measure"] == "grade") & (facts["period_start"].dt.year == 2012)]
    assert dict(zip(printed["area"], printed["value"], strict=True)) == {
        "safeguarding": "outstanding",
        "looked_after": "good",
    }
    official = judgements[(judgements["la_code"] == LEWISHAM) & (judgements["published_date"].dt.year == 2012)]
    assert set(official["framework"]) == {"SLAC"}
    assert set(zip(official["strand"], official["grade"], strict=True)) == set(
        zip(printed["area"], printed["value"], strict=True)
    )
    early = judgements["framework"].isin(["SLAC", "CPI", "CPRI"])
    assert "requires_improvement" not in set(judgements.loc[early, "grade"])
    assert "adequate" not in set(judgements.loc[judgements["framework"].isin(["SIF", "ILACS"]), "grade"])


@pytest.mark.parametrize("year", [2018, 2021])
def test_trap_19_focused_visits_give_no_grade(facts: pd.DataFrame, judgements: pd.DataFrame, year: int) -> None:
    inspections = load_table("inspections")
    visit = inspections[
        (inspections["la_code"] == LEWISHAM)
        & (inspections["kind"] == "focused_visit")
        & (inspections["start_date"].dt.year == year)
    ]
    assert len(visit) == 1 and not visit["graded"].any()
    assert not judgements["inspection_id"].isin(visit["inspection_id"]).any()
    graded = facts[(facts["unit"] == "grade") & (facts["status"] != "disputed")]
    assert not (graded["period_start"].dt.year == year).any()
    in_force = state_at(judgements, load_table("authorities"), f"{year}-12-31").set_index("la_code").loc[LEWISHAM]
    assert in_force["grade"] == "requires_improvement"
    assert in_force["inspection_id"] == {2018: "209-SIF-2016-01-20", 2021: "209-ILACS-2019-08-19"}[year]


def test_trap_20_three_weeks_planned_and_three_weeks_spent_are_two_claims(facts: pd.DataFrame) -> None:
    lengths = find(facts, measure="inspection_length").set_index("source_id")
    assert set(lengths["value"]) == {"3"} and set(lengths["unit"]) == {"weeks"}
    assert lengths["same_as"].isna().all()
    assert lengths.loc[NEWS_2019, ["certainty", "qualifier"]].tolist() == ["forecast", "expected"]
    assert pd.isna(lengths.loc[NEWS_2019, "period_start"])
    assert str(lengths.loc[NEWS_2024, "period_start"].date()) == "2023-12-01"


def test_trap_21_spaces_quotes_bullets_and_wraps_do_not_hide_a_token() -> None:
    printed = "a\u00a0“minimum of\u00a0two\nyears”.\u00a0"
    assert parse_token(printed, "duration").value == 2
    lines = split_text("◼ one\u00a0word and\nmore of\n\n it here", "l")
    assert find_quote("one word and more of it here", lines, run=3) == [1]


@pytest.mark.shared
def test_trap_21_documents_have_such_spaces_and_wraps(facts: pd.DataFrame) -> None:
    folder = PROJECT.root.parent / "shared" / "sources"
    if not folder.is_dir():
        pytest.skip("no documents in ../shared/sources: data/raw/sources.csv says who published each")
    files = read_sources(PROJECT.raw).set_index("source_id")["file"]
    texts = {source: Path(folder / files[source]).read_text(encoding="utf-8") for source in facts["source_id"].unique()}
    assert {source: texts[source].count("\u00a0") for source in (NEWS_2019, NEWS_2018, NEWS_2020)} == {
        NEWS_2019: 5,
        NEWS_2018: 9,
        NEWS_2020: 63,
    }
    letter = split_text(texts[LETTER], "l")
    wrapped = facts[(facts["source_id"] == LETTER) & (facts["locator"] == "l25")]
    assert not any(quote in line for quote in wrapped["quote"].map(normalise_text) for line in letter)
    assert all(25 in find_quote(quote, letter, run=3) for quote in wrapped["quote"])


def test_trap_22_a_claim_that_outlets_share_counts_once(facts: pd.DataFrame) -> None:
    repeats = facts[facts["status"] == "repeat"]
    stated = facts.set_index("fact_id")["source_id"]
    elsewhere = repeats[repeats["same_as"].map(stated).to_numpy() != repeats["source_id"].to_numpy()]
    assert {NEWS_2018, NEWS_2024} <= set(elsewhere["source_id"])
    explained = find(facts, measure="overspend_explanation", area="finance")
    assert sorted(explained["status"]) == ["accepted", "accepted", "repeat", "repeat"]
    counts = count_facts(facts)
    assert counts["facts"].sum() == len(facts)
    assert counts["repeat"].sum() + counts["accepted"].sum() + counts["disputed"].sum() == len(facts)
    claims = facts[(facts["unit"].isin(["grade", "pounds"])) & (facts["status"] == "accepted")]
    assert not claims.duplicated(["measure", "area", "value", "period_start"]).any()


def test_trap_23_no_fact_of_another_borough_is_taken_for_lewishams(
    facts: pd.DataFrame, events: pd.DataFrame, judgements: pd.DataFrame
) -> None:
    authorities = load_table("authorities").set_index("la_code")["la_name"]
    others = authorities.drop(LEWISHAM)
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, others))})\b")
    assert set(events["la_code"]) == {LEWISHAM}
    for text in [*facts["quote"], *events["title"]]:
        assert not named.search(text), text
    lambeth = judgements[judgements["la_code"] == authorities[authorities == "Lambeth"].index[0]]
    ours = judgements[judgements["la_code"] == LEWISHAM]
    assert len(lambeth) and not set(lambeth["inspection_id"]) & set(ours["inspection_id"])
    documents = read_sources(PROJECT.raw).set_index("source_id").loc[facts["source_id"].unique(), "title"]
    assert documents.str.contains("Lewisham").all()


@pytest.mark.parametrize(("day", "grade"), [("2019-08-18", None), ("2024-01-30", None), ("2024-01-31", "good")])
def test_nothing_is_known_before_publication(facts: pd.DataFrame, day: str, grade: str | None) -> None:
    known = known_by(facts, read_sources(PROJECT.raw), pd.Timestamp(day).date())
    overall = known[(known["unit"] == "grade") & (known["area"] == "overall") & (known["status"] == "accepted")]
    assert ("good" in set(overall["value"])) is (grade == "good")
