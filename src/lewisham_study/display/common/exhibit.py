"""What a notebook shows: figures, tables and sentences that carry all a report needs to know of them.

An exhibit leaves its label, title, caption and alternative text in the metadata of the notebook's
output, under the key ``exhibit``; `lewisham_study.report` reads them there.
"""

from __future__ import annotations

import base64
import html
import io
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lewisham_study.display.common.style import drawing
from lewisham_study.files import guard

PNG_DPI, PNG_LEVEL = 110, 3

Bundle = tuple[dict[str, Any], dict[str, Any]]
NUMBERS = "biufmM"
"""Kinds of columns that hold no text."""


@dataclass(frozen=True)
class TableExhibit:
    """A table with its caption.

    Parameters
    ----------
    table : what to show, in the order to show it; column names are the headings a reader sees.
    label : a name that is unique in the report, such as ``tbl-judgements``.
    title : what the table is; with `caption` it stands above the table.
    caption : sources with vintage, locator and notes, as Markdown.
    """

    table: pd.DataFrame
    label: str
    title: str
    caption: str = ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        details = {"kind": "table", "label": self.label, "title": self.title, "caption": self.caption}
        shown = format_cells(self.table)
        data = {
            "text/html": render_html_table(shown, self.title, self.caption),
            "text/markdown": render_pipe_table(shown),
            "text/csv": render_harmless_csv(self.table),
            "text/plain": render_plain(details),
        }
        return data, {"exhibit": details}


@dataclass(frozen=True)
class FigureExhibit:
    """A figure with everything a reader who cannot see it, or wants its numbers, needs.

    Parameters
    ----------
    figure : the drawing; it is saved as it is, without a tight bounding box.
    label : a name that is unique in the report, such as ``fig-rating-steps``.
    title : the finding, in a sentence.
    caption : sources with vintage, locator and notes, as Markdown.
    alt : what the figure shows, computed from the data, for those who cannot see it.
    table : the numbers behind the figure.
    """

    figure: Figure = field(repr=False)
    label: str
    title: str
    caption: str
    alt: str
    table: pd.DataFrame = field(repr=False)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        details = {"kind": "figure", "label": self.label, "title": self.title, "caption": self.caption, "alt": self.alt}
        with drawing():
            settle_layout(self.figure)
            svg, png = draw_svg(self.figure), draw_png(self.figure)
        data = {
            "image/svg+xml": svg,
            "image/png": png,
            "text/csv": render_harmless_csv(self.table),
            "text/plain": render_plain(details),
        }
        return data, {"exhibit": details}


@dataclass(frozen=True)
class Prose:
    """Sentences computed from the data, as Markdown.

    Examples
    --------
    >>> Prose("Lewisham was judged **good**.")._repr_mimebundle_()[0]["text/markdown"]
    'Lewisham was judged **good**.'
    """

    markdown: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        return {"text/markdown": self.markdown, "text/plain": self.markdown}, {"exhibit": {"kind": "prose"}}


def render_plain(details: dict[str, str]) -> str:
    """Write an exhibit's texts plainly; nbval compares them here, for it passes over metadata.

    Examples
    --------
    >>> print(render_plain({"kind": "figure", "label": "fig-steps", "title": "Two steps", "alt": "Up, then down."}))
    figure fig-steps: Two steps
    Up, then down.
    """
    kind, label, title, *others = details.values()
    return "\n".join([f"{kind} {label}: {title}", *[text for text in others if text]])


def settle_layout(figure: Figure) -> None:
    """Lay a figure out once and for all, so that each format shows the same and the same figure gives the same bytes.

    The solver of matplotlib's layout sums in an order that changes from run to run; its last digits,
    which would change the ids in an SVG, are rounded away.
    """
    engine = figure.get_layout_engine()
    if engine is not None:
        # Less than half the cost of a draw.
        engine.execute(figure)
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(float(edge), 5) for edge in axes.get_position(original=True).bounds)
        axes.set_position((left, bottom, width, height))


def draw_svg(figure: Figure) -> str:
    """Draw a figure as SVG with searchable text; the same figure gives the same bytes."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    stream = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "lewisham-study", "svg.fonttype": "none"}):
        # The canvas itself: `savefig` would draw a figure that once had a layout engine twice.
        FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def draw_png(figure: Figure) -> str:
    """Draw a figure as PNG, base64 encoded; without transparency, and packed lightly, it is smaller and made sooner."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    stream = io.BytesIO()
    figure.set_dpi(PNG_DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    image.save(stream, "png", dpi=(PNG_DPI, PNG_DPI), compress_level=PNG_LEVEL)
    return base64.b64encode(stream.getvalue()).decode("ascii")


def render_harmless_csv(table: pd.DataFrame) -> str:
    """Write a table as CSV; text that a spreadsheet would run as a formula gets an apostrophe before it.

    Examples
    --------
    >>> print(render_harmless_csv(pd.DataFrame({"Change": ["+2.1%", "-£3m", "=1+1", "-1+cmd|x"]})), end="")
    Change
    +2.1%
    -£3m
    '=1+1
    '-1+cmd|x
    """
    guarded = table.apply(lambda column: column if column.dtype.kind in NUMBERS else column.map(guard))
    heads = [guard(name) for name in table.columns]
    return str(guarded.set_axis(heads, axis=1).to_csv(index=False, lineterminator="\n"))


def format_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table's cells as text: a missing value is an en dash, never a zero or "nan"; less than nought has a minus.

    Examples
    --------
    >>> format_cells(pd.DataFrame({"Change": [-1.5, None]}))["Change"].tolist()
    ['−1.5', '–']
    """
    texts = table.astype(object).where(table.notna(), "–").astype(str)
    return texts.replace(r"^-(?=[\d.])", "−", regex=True)


def render_html_table(shown: pd.DataFrame, title: str, caption: str) -> str:
    """Write a table as accessible HTML: a caption, and a scope for every heading."""
    heads = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in shown.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in shown.itertuples(index=False, name=None)
    )
    note = f"<p>{html.escape(caption)}</p>" if caption else ""
    name = f"<caption>{html.escape(title)}</caption>"
    return f"<table>{name}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{note}"


def render_pipe_table(shown: pd.DataFrame) -> str:
    """Write a table as a pandoc pipe table; columns of numbers stand flush right.

    Examples
    --------
    >>> print(render_pipe_table(pd.DataFrame({"Strand": ["overall"], "Cases": ["462"]})))
    | Strand | Cases |
    |:---|---:|
    | overall | 462 |
    """
    aligned = [":---" if is_wordy(shown.iloc[:, i]) else "---:" for i in range(shown.shape[1])]
    rows = [list(map(str, shown.columns)), *shown.to_numpy().tolist()]
    lines = ["| " + " | ".join(escape(cell) for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join(aligned) + "|", *lines[1:]])


def is_wordy(column: pd.Series) -> bool:
    """Tell whether a column of text holds words rather than numbers."""
    values = column.astype(str)
    numbers = values.str.fullmatch(r"[-−+£–]?[\d,.]*%?|–")
    return not bool(numbers.all())


def escape(text: str) -> str:
    r"""Keep words from being read as Markdown: whatever they hold, they stand as they are, on one line.

    Examples
    --------
    >>> print(escape("a *price* tag for <b>Q&A</b>"))
    a \*price\* tag for \<b\>Q\&A\</b\>
    """
    return re.sub(r"([\\`*_\[\]<>#|$@^~&])", r"\\\1", " ".join(text.splitlines()))
