"""Exhibits that are the same for every authority are made once, and no reader changes them for another."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from lewisham_study.analysis.case import open_case
from lewisham_study.display.common.exhibit import TableExhibit
from lewisham_study.display.common.shared_exhibits import make_once
from lewisham_study.tidy.tables import Tables


def test_an_exhibit_is_made_once_for_the_same_tables_and_its_table_is_the_readers_own() -> None:
    made = []

    @make_once
    def show(case, choice="a"):
        made.append(choice)
        return TableExhibit(pd.DataFrame({"Year": [2012]}), "tbl-kept", "Title", "Caption.")

    first = show(open_case(Tables(), "Leeds"))
    first.table["Year"] = 0
    again = show(open_case(Tables(), "Lewisham"))
    assert (made, again.table["Year"].tolist()) == (["a"], [2012])
    assert isinstance(again, TableExhibit)
    first._repr_mimebundle_()[1]["exhibit"] = "changed"
    assert again._repr_mimebundle_()[1]["exhibit"]["title"] == "Title"
    show(open_case(Tables(), "Leeds"), "b")
    show(open_case(Tables(), "Leeds", basis="published"))
    show(replace(open_case(Tables(), "Leeds"), tables=dict(Tables())))
    assert made == ["a", "b", "a", "a"]
