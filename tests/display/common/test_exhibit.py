"""Tables show a cell as it stands; the same figure gives the same bytes."""

import pandas as pd
import pytest
from matplotlib.figure import Figure

from lewisham_study.display.common.exhibit import TableExhibit, draw_svg, settle_layout

HOSTILE = '<script>alert("x")</script> | a\\b'


def test_a_cell_cannot_leave_its_table():
    data, _ = TableExhibit(pd.DataFrame({"A": [HOSTILE]}), "tbl-x", "A title <b>", "A caption")._repr_mimebundle_()
    assert "<script>" not in data["text/html"]
    assert "<b>" not in data["text/html"]
    assert data["text/markdown"].splitlines()[2] == '| \\<script\\>alert("x")\\</script\\> \\| a\\\\b |'


def test_missing_is_a_dash_never_zero():
    data, _ = TableExhibit(pd.DataFrame({"Cases": [None, 3.0]}), "tbl-x", "T")._repr_mimebundle_()
    assert data["text/markdown"].splitlines()[2] == "| – |"
    assert data["text/csv"] == "Cases\n\n3.0\n" or '""' in data["text/csv"]


@pytest.mark.parametrize("kind", ["object", "str", "category"])
def test_no_text_of_a_csv_is_a_formula(kind):
    table = pd.DataFrame({"=head": pd.Series(["=1", "-2.5", None], dtype=kind), "n": [-1, -2, -3]})
    data, _ = TableExhibit(table, "tbl-x", "T")._repr_mimebundle_()
    assert data["text/csv"] == "'=head,n\n'=1,-1\n-2.5,-2\n,-3\n"
    empty, _ = TableExhibit(table.head(0), "tbl-x", "T")._repr_mimebundle_()
    assert empty["text/csv"] == "'=head,n\n"


def test_the_last_digits_of_a_layout_do_not_show():
    drawings = []
    for left in (0.1, 0.1 + 1e-15):
        figure = Figure(figsize=(3, 2))
        axes = figure.add_axes((left, 0.1, 0.8, 0.8))
        axes.plot([0, 1], [0, 1], marker="o")
        axes.bar([0], [1], hatch="//")
        settle_layout(figure)
        drawings.append(draw_svg(figure))
    assert drawings[0] == drawings[1]
