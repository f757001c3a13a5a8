"""The parts of each change of the average caseload."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.display.caseload.returns import summarise_returns
from lewisham_study.display.caseload.series import draw_caseload, summarise_caseload
from lewisham_study.display.caseload.split import draw_split, format_signed, summarise_jumps, summarise_split
from lewisham_study.display.common.phrases import format_change
from lewisham_study.tidy.tables import load_table


def test_a_year_with_a_caution_is_named(show):
    assert "Some years: treat with caution." in show(draw_split, "Cumbria").caption
    assert "caution" not in show(draw_split, "Leeds").caption


def test_a_year_in_which_cases_and_workers_jump_is_named(show):
    said = show(summarise_split, "Cambridgeshire").markdown
    assert "From 2019 to 2020 cases fell by 57% and workers by 37%" in said
    assert "compiled differently" not in show(summarise_split, "Leeds").markdown


def test_only_a_jump_in_one_year_is_a_jump():
    counts = pd.DataFrame({"year": [2019, 2020, 2022], "cases": [2605, 1114, 2200], "workers": [182.6, 115.2, 220.0]})
    assert summarise_jumps(counts) == (
        " From 2019 to 2020 cases fell by 57% and workers by 37%: the return may have been compiled differently."
    )


def test_parts_of_zero_have_no_sign():
    assert (format_signed(-1.56), format_signed(-0.001)) == ("−1.6", "0.0")


def test_children_in_need_stand_beside_the_cases(show):
    exhibit = show(draw_split)
    assert exhibit.title == (
        "From 2017 to 2022 Lewisham’s cases rose by 28% and the workers who held them by 38%; children in need "
        "rose by 4%"
    )
    need = exhibit.table.set_index("30 September")["Children in need, 31 March"]
    assert (need["2017"], need["2022"]) == (2681, 2776)
    assert round(need["2022"] / need["2017"] - 1, 3) == 0.035
    assert "2,776 in need" in [text.get_text() for text in exhibit.figure.axes[0].texts]


def test_a_joint_return_counts_the_children_of_all_its_authorities(show):
    need = load_table("need").query("measure == 'children_in_need' and time_period == '2022'").set_index("la_code")
    both = need.loc[["314", "318"], "value"].sum()
    table = show(draw_split, "Kingston upon Thames").table.set_index("30 September")
    assert table.loc["2022", "Children in need, 31 March"] == both


def test_no_change_is_led_with_across_a_level_shift(show):
    title = show(draw_split, "Kingston upon Thames").title
    assert title.startswith("Kingston upon Thames had 1,491 cases and 114.1 workers in 2022; its return of that year")
    shifted = show(draw_split, "Staffordshire")
    assert shifted.title.startswith("From 2018 to 2022 ")
    returns = show(summarise_returns, "Staffordshire").markdown
    assert "A caution sets 2017 apart: no change from or to then is given." in returns


def test_below_five_workers_there_are_counts_alone(show, read):
    exhibit = show(draw_split, "Isles of Scilly")
    (text,) = read(exhibit)
    assert "no year from 2012 to 2022 has them" in text
    assert "%" not in text
    few = show(summarise_caseload, "Isles of Scilly").markdown
    assert "2022, 9 cases and 1 worker." in few
    assert "%" not in few
    city = show(summarise_caseload, "City of London").markdown
    assert "2016, 67 cases and 4 workers; 2017, 70 cases and 4.3 workers; 2018, 62 cases and 4 workers" in city
    assert show(draw_caseload, "Isles of Scilly") is None
    assert show(summarise_split, "Isles of Scilly") is None
    table = show(draw_caseload, "City of London").table.set_index("30 September")
    assert table.loc["2016":"2018", "City of London, cases per worker"].isna().all()


@pytest.mark.parametrize(("share", "text"), [(0.277, "rose by 28%"), (-0.02, "fell by 2%"), (0.001, "did not change")])
def test_relative_changes_in_words(share, text):
    assert format_change(share) == text


def test_cases_and_workers_in_one_sentence(show):
    text = show(summarise_split).markdown
    assert text.startswith("From 2017 to 2022 Lewisham’s cases rose by 28% and the workers who held them by 38%;")
    assert "the return may have been compiled differently" in text
    assert show(summarise_split, "Isles of Scilly") is None
    assert show(summarise_split, "Lewisham", 2012, 2016) is None
