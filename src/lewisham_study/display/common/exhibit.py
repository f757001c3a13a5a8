"""Figures, tables and prose that carry all a report needs in the ``exhibit`` metadata of a notebook's output."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from lewisham_study.display.common.style import PAGE_WIDTH, PHONE_WIDTH, drawing
from lewisham_study.display.common.svg import shrink_svg
from lewisham_study.files import escape_markdown, guard

Bundle = tuple[dict[str, Any], dict[str, Any]]
NUMBERS = "biufmM"
"""Kinds of columns that hold no text."""
MISSING = ["", "–", "—"]
"""Cells without a value."""
NUMBER = r"[-+−]?£?(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*|0)(?:\.\d+)?(?:%| cases| points)?"
SIGN = "£|%|cases|points"
INTERVAL = rf"({NUMBER})(?:–| to )({NUMBER})"
WRITTEN = [
    (rf"({NUMBER})", ["{0}"]),
    (INTERVAL, ["{1}, low", "{1}, high"]),
    (rf"({NUMBER}) \({INTERVAL}\)", ["{0}", "{1}, low", "{1}, high"]),
]
"""How a cell writes numbers, and the columns of the file that hold them: `{0}` is the heading without its brackets."""
YEARS = r"(?:19|20)\d\d–(?:19|20)\d\d"


@dataclass(frozen=True)
class TableExhibit:
    """A table whose column names are the headings a reader sees, with a label unique in the report (tbl-…).

    `file` is what its CSV file holds, if that is more than `separate_numbers` makes of the table.
    """

    table: pd.DataFrame
    label: str
    title: str
    caption: str = ""
    file: pd.DataFrame | None = field(default=None, repr=False)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        details = {"kind": "table", "label": self.label, "title": self.title, "caption": self.caption}
        shown = format_cells(self.table)
        data = {
            "text/html": render_html_table(shown, self.title, self.caption),
            "text/markdown": render_pipe_table(shown),
            "text/csv": render_harmless_csv(self.table if self.file is None else self.file),
            "text/plain": render_plain(details),
        }
        return data, {"exhibit": details}


@dataclass(frozen=True)
class FigureExhibit:
    """A figure titled by its finding, with alternative text, the numbers behind it and a label (fig-…).

    `narrow` is the same figure drawn for a phone, see `paint_widths`.
    """

    figure: Figure = field(repr=False)
    label: str
    title: str
    caption: str
    alt: str
    table: pd.DataFrame = field(repr=False)
    narrow: Figure | None = field(default=None, repr=False)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        details = {"kind": "figure", "label": self.label, "title": self.title, "caption": self.caption, "alt": self.alt}
        with drawing():
            settle_layout(self.figure)
            svg = draw_svg(self.figure)
            if self.narrow is not None:
                settle_layout(self.narrow)
                details["narrow"] = draw_svg(self.narrow)
        data = {
            "image/svg+xml": svg,
            "text/csv": render_harmless_csv(self.table),
            "text/plain": render_plain({name: text for name, text in details.items() if name != "narrow"}),
        }
        return data, {"exhibit": details}


def paint_widths(paint: Callable[[float], Figure]) -> tuple[Figure, Figure]:
    """Draw a figure at the width of a page and at that of a phone."""
    with drawing():
        return paint(PAGE_WIDTH), paint(PHONE_WIDTH)


@dataclass(frozen=True)
class Prose:
    """Sentences computed from the data, as Markdown."""

    markdown: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        return {"text/markdown": self.markdown, "text/plain": self.markdown}, {"exhibit": {"kind": "prose"}}


def render_plain(details: Mapping[str, str]) -> str:
    """Write an exhibit's texts as plain text, which nbval compares (it ignores metadata)."""
    kind, label, title, *others = details.values()
    return "\n".join([f"{kind} {label}: {title}", *[text for text in others if text]])


def settle_layout(figure: Figure) -> None:
    """Lay a figure out once, so that every format shows the same and the same figure gives the same bytes.

    Matplotlib's solver sums in an order that changes from run to run; the floating-point noise, which would
    change the ids in an SVG, is rounded away.
    """
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) if not axis.get_label_text()):
        # Else matplotlib measures all tick labels once more to place a label without text.
        axis.set_label_coords(0, 0)
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
        # Not `savefig`, which would draw a figure that once had a layout engine twice.
        FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None, "Creator": None})
    return shrink_svg(stream.getvalue())


def separate_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table for a file: numbers without signs and commas, an interval in columns, units in the headings.

    Examples
    --------
    >>> written = pd.DataFrame({"Change (95% interval)": ["+5.0% (−1.2 to 11.3)"], "Spend": ["£1,267"]})
    >>> for heading, values in separate_numbers(written).items():
    ...     print(heading, list(values))
    Change (%) ['5.0']
    Change (95% interval), low (%) ['-1.2']
    Change (95% interval), high (%) ['11.3']
    Spend (£) ['1267']
    """
    if not table.columns.is_unique:
        return table
    parts: list[pd.Series] = []
    units: pd.Series | None = None
    for _, column in table.items():
        found, signs = split_column(column)
        parts += found
        if signs is not None:
            units = signs if units is None else units.mask(units == "", signs)
    made = pd.concat(parts, axis=1) if parts else table
    if units is not None and "Unit" not in made:
        made.insert(1, "Unit", units)
    return made


def split_column(column: pd.Series) -> tuple[list[pd.Series], pd.Series | None]:
    """Return the columns of numbers that a column writes, else itself; and the units of the rows if these differ."""
    if column.dtype.kind in NUMBERS:
        return [column], None
    name, cells = str(column.name), zip(column.tolist(), column.notna().tolist(), strict=True)
    texts = [str(cell) if known and cell not in MISSING else "" for cell, known in cells]
    pattern, heads = find_numbers([text for text in texts if text])
    if not heads:
        return [column], None
    signs = [next(iter(re.findall(SIGN, text)), "") for text in texts]
    written = {sign for text, sign in zip(texts, signs, strict=True) if text}
    sign = "" if len(written) > 1 else written.pop()
    unit = f" ({sign})" if sign and sign not in re.sub(r"\(.*?\)", "", name) else ""
    found = [re.fullmatch(pattern, text) for text in texts]
    rows = [[clean_number(part) for part in one.groups()] if one else [None] * len(heads) for one in found]
    names = [head.format(name.partition(" (95%")[0], name) + unit for head in heads]
    parts = [pd.Series([row[place] for row in rows], column.index, name=one) for place, one in enumerate(names)]
    return parts, None if sign or not any(signs) else pd.Series(signs, column.index)


def clean_number(text: str) -> str:
    """Return a written number without signs of units, commas and words."""
    return re.sub("[+£,%]| .*", "", text).replace("−", "-")


def find_numbers(texts: Sequence[str]) -> tuple[str, list[str]]:
    """Return how all cells write numbers, and the columns that hold them; none if some cell says something else."""
    if not texts or any(re.fullmatch(YEARS, text) for text in texts):
        return "", []
    return next((way for way in WRITTEN if all(re.fullmatch(way[0], text) for text in texts)), ("", []))


def part_numbers(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return a table for a file, in which the cells of some columns that write one number are in columns of their own.

    The columns keep the other cells: words, or several numbers.

    Examples
    --------
    >>> table = pd.DataFrame({"Here": ["−16% (−25% to −6%)", "two thirds"]})
    >>> for heading, values in part_numbers(table, ["Here"]).items():
    ...     print(heading, list(values))
    Here, words [None, 'two thirds']
    Here, number [-16.0, nan]
    Here, low [-25.0, nan]
    Here, high [-6.0, nan]
    Here, unit ['%', None]
    """
    made = table.copy()
    for name in names:
        parts = table[name].astype("string").str.extract(rf"^({NUMBER})(?: \({INTERVAL}\))?( a point)?$")
        one, place = parts[0].notna(), list(made.columns).index(name)
        heads = [f"{name}, {head}" for head in ("number", "low", "high")]
        numbers = parts[[0, 1, 2]].map(clean_number, na_action="ignore").astype(float)
        unit = parts[0].str.extract(f"({SIGN})")[0].fillna(parts[3].str.strip())
        made = made.rename(columns={name: f"{name}, words"})
        made[f"{name}, words"] = table[name].astype(object).where(~one, None)
        for offset, (head, values) in enumerate(zip(heads, numbers.to_numpy().T, strict=True), start=1):
            made.insert(place + offset, head, values)
        made.insert(place + 4, f"{name}, unit", unit.astype(object).where(unit.notna(), None))
    return made


def render_harmless_csv(table: pd.DataFrame) -> str:
    """Write a table as CSV with numbers as numbers and an apostrophe before text that a spreadsheet would run."""
    table = separate_numbers(table)
    guarded = table.copy(deep=False)
    for place, (_, column) in enumerate(table.items()):
        if column.dtype.kind not in NUMBERS:
            guarded.isetitem(place, column.map(guard).array)
    guarded.columns = [guard(name) for name in table.columns]
    return str(guarded.to_csv(index=False, lineterminator="\n"))


def format_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Format cells as text: a missing value is an en dash (never zero), negative numbers use a minus sign."""
    texts = table.astype(object).where(table.notna(), "–").astype(str)
    return texts.replace(r"^-(?=[\d.])", "−", regex=True)


def render_html_table(shown: pd.DataFrame, title: str, caption: str) -> str:
    """Write a table as accessible HTML with a caption and a scope for every heading."""
    heads = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in shown.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in shown.itertuples(index=False, name=None)
    )
    note = f"<p>{html.escape(caption)}</p>" if caption else ""
    name = f"<caption>{html.escape(title)}</caption>"
    return f"<table>{name}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{note}"


def render_pipe_table(shown: pd.DataFrame) -> str:
    """Write a table as a pandoc pipe table with columns of numbers aligned right."""
    aligned = [":---" if is_wordy(shown.iloc[:, i]) else "---:" for i in range(shown.shape[1])]
    rows = [list(map(str, shown.columns)), *shown.to_numpy().tolist()]
    lines = ["| " + " | ".join(escape_markdown(cell) for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join(aligned) + "|", *lines[1:]])


def is_wordy(column: pd.Series) -> bool:
    """Return True if a column of text holds words rather than numbers."""
    return not bool(column.astype(str).str.fullmatch(r"[-−+£–]?[\d,.]*%?( \([\d-]+\))?|–").all())
