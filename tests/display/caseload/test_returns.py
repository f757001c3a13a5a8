"""Joint returns, missing figures and revisions."""

from lewisham_study.display.caseload.returns import show_revisions, summarise_returns


def test_a_joint_return_is_explained(show):
    assert "one return with Richmond upon Thames" in show(summarise_returns, "Kingston upon Thames").markdown


def test_cautions_of_the_authority_and_of_comparators_are_explained(show):
    assert "2018: the return gives cases to 29.2 of 243.9" in show(summarise_returns, "Cumbria").markdown
    norfolk = show(summarise_returns, comparators="Norfolk, Lambeth").markdown
    assert "Norfolk, 2018: the return gives cases to 122.6 of 320.3" in norfolk


def test_revisions_name_their_editions_and_keep_every_decimal(show):
    exhibit = show(show_revisions)
    assert {"Edition of 2022", "Edition of 2025"} <= set(exhibit.table.columns)
    assert exhibit.table["Change"].tolist()[:2] == ["−2", "−1"]
