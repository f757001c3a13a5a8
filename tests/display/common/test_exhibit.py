"""Tables show each cell unchanged; the same figure gives the same bytes."""

import pandas as pd
import pytest
from matplotlib.figure import Figure

from lewisham_study.display.common.exhibit import (
    FigureExhibit,
    Prose,
    TableExhibit,
    draw_svg,
    format_cells,
    paint_widths,
    render_pipe_table,
    separate_numbers,
    settle_layout,
)

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


def test_negative_numbers_use_a_minus_sign():
    assert format_cells(pd.DataFrame({"Change": [-1.5, None], "Text": ["-x", "a-1"]})).to_numpy().tolist() == [
        ["−1.5", "-x"],
        ["–", "a-1"],
    ]


def test_columns_of_numbers_are_aligned_right():
    table = render_pipe_table(pd.DataFrame({"Strand": ["overall"], "Cases": ["462"]}))
    assert table == "| Strand | Cases |\n|:---|---:|\n| overall | 462 |"


@pytest.mark.parametrize("kind", ["object", "str", "category"])
def test_no_text_of_a_csv_is_a_formula(kind):
    texts = ["=1", "-2.5", None, "+2.1%", "-1+cmd|x"]
    table = pd.DataFrame({"=head": pd.Series(texts, dtype=kind), "n": [-1, -2, -3, -4, -5]})
    data, _ = TableExhibit(table, "tbl-x", "T")._repr_mimebundle_()
    assert data["text/csv"] == "'=head,n\n'=1,-1\n-2.5,-2\n,-3\n+2.1%,-4\n'-1+cmd|x,-5\n"
    empty, _ = TableExhibit(table.head(0), "tbl-x", "T")._repr_mimebundle_()
    assert empty["text/csv"] == "'=head,n\n"


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        (["1,223", "68.7", None], {"Spend": ["1223", "68.7", None]}),
        (["£1,223", "–"], {"Spend (£)": ["1223", None]}),
        (["49–76"], {"Spend, low": ["49"], "Spend, high": ["76"]}),
        (
            ["−0.8 cases (−2.2 to +0.5)"],
            {"Spend (cases)": ["-0.8"], "Spend, low (cases)": ["-2.2"], "Spend, high (cases)": ["0.5"]},
        ),
        (["2012–2024"], {"Spend": ["2012–2024"]}),
        (["007"], {"Spend": ["007"]}),
        (["2012-13"], {"Spend": ["2012-13"]}),
        (["14.2", "33%"], {"Spend": ["14.2", "33"], "Unit": ["", "%"]}),
        (["5", "many"], {"Spend": ["5", "many"]}),
    ],
)
def test_a_file_has_numbers_as_numbers_with_the_unit_in_the_heading(cells, columns):
    made = separate_numbers(pd.DataFrame({"Spend": cells}))
    assert {name: [None if pd.isna(one) else one for one in column] for name, column in made.items()} == columns


def test_a_figure_carries_its_texts():
    figure = FigureExhibit(Figure(), "fig-x", "T", "C", "A", pd.DataFrame())
    data, metadata = figure._repr_mimebundle_()
    texts = {"kind": "figure", "label": "fig-x", "title": "T", "caption": "C", "alt": "A"}
    assert metadata["exhibit"] == texts
    assert data["text/plain"] == "figure fig-x: T\nC\nA"


def test_prose_is_its_markdown():
    data, metadata = Prose("Lewisham was judged **good**.")._repr_mimebundle_()
    assert data["text/markdown"] == "Lewisham was judged **good**."
    assert metadata == {"exhibit": {"kind": "prose"}}


def test_floating_point_noise_of_a_layout_does_not_show():
    drawings = []
    for left in (0.1, 0.1 + 1e-15):
        figure = Figure(figsize=(3, 2))
        axes = figure.add_axes((left, 0.1, 0.8, 0.8))
        axes.plot([0, 1], [0, 1], marker="o")
        axes.bar([0], [1], hatch="//")
        settle_layout(figure)
        drawings.append(draw_svg(figure))
    assert drawings[0] == drawings[1]


def test_a_figure_drawn_for_a_phone_is_in_the_metadata_alone():
    def paint(width: float) -> Figure:
        figure = Figure(figsize=(width, 2))
        figure.text(0, 0, f"{width:.1f} inches")
        return figure

    figure, narrow = paint_widths(paint)
    data, metadata = FigureExhibit(figure, "fig-x", "T", "C", "A", pd.DataFrame(), narrow=narrow)._repr_mimebundle_()
    assert "6.3 inches" in data["image/svg+xml"]
    assert "3.7 inches" in metadata["exhibit"]["narrow"]
    assert data["text/plain"] == "figure fig-x: T\nC\nA"
