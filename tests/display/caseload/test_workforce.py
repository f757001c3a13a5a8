"""Agency workers, turnover, vacancies and absence."""

from lewisham_study.display.caseload.workforce import draw_workforce, summarise_missing_rates, summarise_workforce


def test_an_implausible_turnover_is_a_cross_with_its_reason(show):
    exhibit = show(draw_workforce)
    assert "turnover 2022: published but implausible" in show(summarise_missing_rates).markdown
    assert exhibit.table.set_index("30 September")["Turnover, Lewisham, %"].isna()["2022"]


def test_every_line_and_the_band_are_in_the_table(show):
    names = set(show(draw_workforce).table)
    for line in ("Lewisham", "England", "median of comparators", "lower quartile", "upper quartile"):
        assert f"Turnover, {line}, %" in names


def test_the_answer_counts_rates_above_england_and_comparators(show):
    text = show(summarise_workforce).markdown
    assert "two of the four rates were higher than in England, and three higher than the median of its ten" in text


def test_no_tick_has_the_label_of_another(show):
    for axes in show(draw_workforce, "Slough").figure.axes:
        labels = [axes.yaxis.get_major_formatter()(tick) for tick in axes.get_yticks()]
        assert len(labels) == len(set(labels))


def test_a_last_value_of_an_earlier_year_has_its_year(show):
    assert show(draw_workforce).title.endswith("latest known turnover 10.6% (15.4%), in 2021")
    axes = show(draw_workforce).figure.axes
    assert any(text.get_text() == "10.6 (2021)" for panel in axes for text in panel.texts)


def test_fewer_than_five_in_post_give_counts_and_no_rates(show, read):
    assert show(draw_workforce, "Isles of Scilly") is None
    (text,) = read(show(summarise_workforce, "Isles of Scilly"))
    assert "in 2022, 0 in post, 1.8 agency, 0 left, 2 vacant" in text
    assert "%" not in text


def test_rates_of_few_workers_have_no_decimals(show):
    title = show(draw_workforce, "City of London").title
    assert "agency workers 20% (" in title
