"""Gross spend in cash and in real terms on one axis."""

from lewisham_study.display.spend.cash import draw_cash


def test_lewisham_to_the_digit(show):
    table = show(draw_cash).table
    assert table["In cash, £ million"].round(1).tolist() == [
        57.5, 68.7, 64.4, 67.9, 62.4, 67.4, 79.4, 88.0, 81.9, 82.8
    ]  # fmt: skip
    last = table.iloc[-1]
    assert last["In cash, £ million"] == last["Real terms, £ million"]


def test_the_title_leads_from_behind_a_break(show):
    exhibit = show(draw_cash)
    assert exhibit.title == (
        "Lewisham’s gross spend rose by 21% in cash and by 3% in real terms from 2013-14 to 2021-22"
    )
    assert "Growth is from 2013-14, after a caution." in exhibit.caption
    assert "from 2013-14" in show(draw_cash, "Southwark").title
    assert "from 2012-13" in show(draw_cash, "Leeds").title
    assert "fell by 6% in real terms" in show(draw_cash, "Kent").title


def test_without_a_year_behind_the_break_no_growth_is_led_with(show):
    assert show(draw_cash, "Lewisham", 2012, 2014).title == "Lewisham spent £68.7m gross in 2013-14"


def test_the_axis_starts_at_zero_and_no_label_is_small(show):
    axes = show(draw_cash).figure.axes[0]
    assert axes.get_ylim()[0] == 0
    assert min(text.get_fontsize() for text in axes.texts) >= 7


def test_one_year_is_labelled_once(show):
    axes = show(draw_cash, "North Northamptonshire").figure.axes[0]
    assert sum("64.9" in text.get_text() for text in axes.texts) == 2
