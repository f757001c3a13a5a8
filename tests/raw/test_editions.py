"""Two editions of a release side by side."""

from __future__ import annotations

import pandas as pd

from lewisham_study.raw.imports import name_places, pair_figures


def test_pairs_keep_the_order_of_a_measure_that_stands_twice() -> None:
    columns = ["area_code", "area_name", "time_period", "measure", "value_as_published"]
    held = pd.DataFrame(
        [["209", "Lewisham", "", "date", "2019"], ["209", "Lewisham", "", "date", "2023"]], columns=columns
    )
    pairs = pair_figures(held, held.assign(value_as_published=["2019", "2024"]))
    assert pairs[["old", "new"]].to_numpy().tolist() == [["2019", "2019"], ["2023", "2024"]]


def test_many_areas_are_counted_and_a_timeless_topic_has_no_period() -> None:
    pairs = pd.DataFrame({"area_name": [f"A{n}" for n in range(6)], "time_period": "", "_merge": "right_only"})
    assert name_places("added", pairs, "right_only") == ["added: 6 areas"]
    assert name_places("added", pairs.head(2), "right_only") == ["added: A0, A1"]
