"""The forest of odds ratios: ours and others', and the returns with a caution."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.case import Case, open_case
from lewisham_study.display.comparison.estimates import (
    draw_forest,
    format_change,
    format_odds,
    gather_estimates,
    select_estimate,
    summarise_forest,
)
from lewisham_study.tidy.tables import Tables


@pytest.fixture(scope="module")
def case() -> Case:
    return open_case(Tables(), "209")


@pytest.fixture(scope="module")
def estimates(case: Case) -> pd.DataFrame:
    return gather_estimates(case)


def test_the_summary_gives_the_published_and_our_odds_ratio(estimates: pd.DataFrame) -> None:
    text = summarise_forest(estimates).markdown
    assert "1.69 (1.28–2.24)" in text
    assert "1.84 (1.32–2.55)" in text
    assert "each estimate lies within the other’s interval" in text
    assert "give 1.18 (0.67–2.06), which is compatible with no association" in text


def test_the_table_has_every_estimate_of_both(case: Case) -> None:
    exhibit = draw_forest(case)
    assert len(exhibit.table) == 39
    assert (exhibit.table["Estimate"] == "as published").sum() == 2
    numbers = ["Odds ratio", "95% interval, low", "95% interval, high"]
    assert exhibit.table.loc[0, numbers].tolist() == [0.84, 0.75, 0.94]
    assert "an association, not an effect" in exhibit.caption
    assert "Caution: spend of Southwark 2012-13." in exhibit.caption


def test_every_source_of_the_estimates_is_cited_from_the_rows(case: Case) -> None:
    caption = draw_forest(case).caption
    assert caption.endswith(
        "Sources: [@dfe-lait-2025-low-income; @dfe-lait-2026; @hmt-deflator-2026-03; @mhclg-iod-2019; @ofsted-2023; "
        "@ofsted-2025; @ons-population-2024], each edition from [@dfe-s251-2010-11] to [-@dfe-s251-2018-19]."
    )


def test_the_summary_says_which_returns_to_treat_with_caution(estimates: pd.DataFrame) -> None:
    text = summarise_forest(estimates).markdown
    assert "One of the 373 uses a spend return to treat with caution" in text
    assert text.endswith("without it the estimate is 1.83 (1.31–2.55).")
    every = estimates[estimates["specification"] == "published"].assign(specification="uncautioned")
    sound = pd.concat([estimates[estimates["specification"] != "uncautioned"], every])
    assert summarise_forest(sound).markdown.endswith("None of them uses a spend return with a caution.")


def test_one_estimate_is_selected_and_formatted(estimates: pd.DataFrame) -> None:
    assert format_odds(select_estimate(estimates, "no_year", "logit")) == "1.38 (1.13–1.68)"
    assert (format_change(0.84), format_change(1.2)) == ("−16%", "+20%")
