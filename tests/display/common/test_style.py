"""The key names the grades drawn, and letters on a colour can be read."""

from matplotlib.figure import Figure

from lewisham_study.display.common.style import choose_ink, draw_key


def test_ink_contrasts_with_its_colour():
    assert (choose_ink("#0B2559"), choose_ink("#DB8A2B")) == ("white", "black")


def test_the_key_lists_grades_best_first():
    figure = Figure(layout="constrained")
    draw_key(figure, ["not_yet_judged", "adequate", "good"])
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["G good", "A adequate", "not yet judged"]
