"""The coded documents: what was known by a day."""

from __future__ import annotations

import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.evidence.documents import show_known
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
CASE = open_case(TABLES, "Lewisham")


def test_the_article_of_2024_is_not_known_within_the_window():
    table = show_known(CASE, "2022-12-31").table.set_index("Document")
    assert table.loc["London News Online 2024", ["Known", "Status"]].tolist() == [0, "not yet published"]
    assert table.index[table["Known"] == table["Claims"]].tolist() == [
        "Ofsted report 2016",
        "Ofsted letter 2018",
        "News Shopper 2018",
        "News Shopper 2019",
        "Ofsted report 2019",
        "News Shopper 2020",
        "Ofsted letter 2021",
    ]
    assert table["Known"].sum() == table.loc[table["Status"] == "known", "Claims"].sum() == 382
    assert table.loc["Ofsted letter 2018", "Published by"] == "28 September 2018"
    assert "requires improvement, for Jul 2019" in show_known(CASE, "2022-12-31").caption
    assert "is good, for Dec 2023" in show_known(CASE, "2024-01-31").caption
    assert "No claim known by then" in show_known(CASE, "2012-01-01").caption


@pytest.mark.parametrize("day", ["2022", "31 December 2022", "2022-13-01"])
@pytest.mark.parametrize("authority", ["Lewisham", "Barnet"])
def test_a_day_that_does_not_exist_is_refused(day, authority):
    with pytest.raises(UsageError, match="known_by: expected a day such as 2022-12-31, found"):
        show_known(open_case(TABLES, authority), day)
