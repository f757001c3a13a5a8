"""The overspend that the documents name."""

from lewisham_study.display.common.style import PHONE_WIDTH
from lewisham_study.display.spend.overspend import draw_overspend, summarise_overspend


def test_the_overspend_and_its_rest(show):
    exhibit = show(draw_overspend)
    assert exhibit.title.startswith("£14.5m of the £15.6m")
    assert exhibit.narrow.get_figwidth() == PHONE_WIDTH
    rest = exhibit.table[exhibit.table["Basis"] == "derived"].iloc[0]
    assert (rest["Amount, £ million"], rest["At least, £ million"], rest["At most, £ million"]) == (1.1, 0.85, 1.35)
    assert "financial year" in show(summarise_overspend).markdown


def test_no_document_names_an_overspend_of_another_authority(show):
    assert show(draw_overspend, "Lambeth") is None
    assert show(summarise_overspend, "Lambeth") is None
