"""A page to work with: choose authority, strand, basis and day, and see state, history and comparators."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.dates import date2num

from lewisham_study.analysis.case import Case, list_comparators, open_case
from lewisham_study.analysis.ratings import state_at
from lewisham_study.display.common.exhibit import draw_svg, format_cells, render_html_table
from lewisham_study.display.common.phrases import format_day, name_comparators
from lewisham_study.display.common.style import INK
from lewisham_study.display.ratings.path import draw_path
from lewisham_study.errors import UsageError
from lewisham_study.vocabulary import (
    FRAMEWORK_NAMES,
    GRADE_NAMES,
    NO_LONGER_JUDGED,
    NOT_YET_JUDGED,
    STRAND_NAMES,
    Basis,
)

if TYPE_CHECKING:
    from ipywidgets import VBox
BASES: dict[str, Basis] = {"what was true (inspected)": "inspected", "what was known (published)": "published"}
FIRST, LAST = date(2009, 6, 1), date(2025, 12, 31)
STYLE = """<style>
.explorer { max-width: 52rem; line-height: 1.5; }
.explorer #state { font-size: 1.15em; }
.explorer svg { width: 100%; max-width: 46rem; height: auto; }
.explorer table { border-collapse: collapse; }
.explorer caption { text-align: left; font-weight: bold; padding-bottom: 0.4em; }
.explorer th, .explorer td { text-align: left; padding: 0.2em 1.5em 0.2em 0; border-bottom: 1px solid #d0d0d0; }
</style>"""
"""How the page looks: a widget has neither the style of a report nor that of a notebook's tables."""


def explore(tables: Mapping[str, pd.DataFrame], authority: str = "Lewisham") -> VBox:
    """Give the page as a widget, for JupyterLab or voila.

    Parameters
    ----------
    tables : the tidy tables.
    authority : whom the page begins with.
    """
    import ipywidgets as widgets

    layout = widgets.Layout(width="24rem", max_width="100%")
    wide: Any = {"layout": layout, "style": {"description_width": "5rem"}}
    names = name_authorities(tables["authorities"])
    start = str(open_case(tables, authority).la_code)
    strands = [(name, strand) for strand, name in STRAND_NAMES.items()]
    controls = {
        "authority": widgets.Dropdown(options=names, value=start, description="Authority", **wide),
        "strand": widgets.Dropdown(options=strands, value="overall", description="Strand", **wide),
        "basis": widgets.Dropdown(options=list(BASES.items()), value="inspected", description="Basis", **wide),
        "day": widgets.DatePicker(value=date(2022, 12, 31), min=FIRST, max=LAST, description="Day", **wide),
    }
    page = widgets.HTML()

    def show(_: object = None) -> None:
        page.value = render_page(tables, *(control.value for control in controls.values()))

    for control in controls.values():
        control.observe(show, names="value")
    show()
    two_by_two = widgets.Layout(flex_flow="row wrap", max_width="52rem")
    return widgets.VBox([widgets.Box([*controls.values()], layout=two_by_two), page])


def name_authorities(authorities: pd.DataFrame) -> list[tuple[str, str]]:
    """Give each authority's name and code, by name; one that is gone says so.

    Examples
    --------
    >>> authorities = pd.DataFrame({"la_code": ["835"], "la_name": ["Dorset"],
    ...                             "valid_to": pd.to_datetime(["2019-03-31"])})
    >>> name_authorities(authorities)
    [('Dorset (until 2019)', '835')]
    """
    rows = authorities.sort_values("la_name", kind="stable").to_dict("records")
    gone = [f" (until {row['valid_to'].year})" if pd.notna(row["valid_to"]) else "" for row in rows]
    return [(f"{row['la_name']}{end}", str(row["la_code"])) for row, end in zip(rows, gone, strict=True)]


def render_page(tables: Mapping[str, pd.DataFrame], la_code: str, strand: str, basis: Basis, day: date | None) -> str:
    """Write state, history and comparators as HTML; what cannot be shown is said instead."""
    if day is None:
        return "<p>Choose a day.</p>"
    try:
        case = open_case(tables, la_code, 2012, 2025, basis=basis)
        states = state_at(tables["judgements"], tables["authorities"], pd.Timestamp(day), strand=strand, basis=basis)
    except UsageError as error:
        return f"<p>{html.escape(str(error))}</p>"
    parts = [render_state(case, states, strand, day), render_history(case, day), render_others(case, states, strand)]
    return f'{STYLE}<div class="explorer">{"".join(parts)}</div>'


def render_state(case: Case, states: pd.DataFrame, strand: str, day: date) -> str:
    """Write the grade in force, where it comes from, and on which basis."""
    own = states[states["la_code"] == case.la_code]
    when, name, of = format_day(pd.Timestamp(day)), html.escape(case.label), STRAND_NAMES[strand].lower()
    if own.empty:
        return f"<p>{name} did not exist on {when}.</p>"
    row = own.iloc[0]
    grade = GRADE_NAMES[row["grade"]]
    told = f'<p id="state">On {when}, {name}, {of}: <strong>{grade}</strong>.'
    if row["grade"] in (NOT_YET_JUDGED, NO_LONGER_JUDGED):
        return told + "</p>"
    began = f"inspected from {format_day(row['start_date'])}, " if pd.notna(row["start_date"]) else ""
    framework = FRAMEWORK_NAMES[row["framework"]]
    return f"{told} Framework {framework}; {began}published {format_day(row['published_date'])}.</p>"


def render_history(case: Case, day: date) -> str:
    """Write the drawing of the authority's grades, with a line at the day."""
    exhibit = draw_path(case)
    axes = exhibit.figure.axes[0]
    axes.axvline(date2num(pd.Timestamp(day)), color=INK, lw=1.2, zorder=6)
    drawing = draw_svg(exhibit.figure).partition("<svg")
    named = f'<svg role="img" aria-label="{html.escape(exhibit.alt)}"{drawing[2]}'
    note = "The upright line is the chosen day. Grades of two frameworks are not one scale."
    return f"<h3>History</h3>{named}<p>{note}</p>"


def render_others(case: Case, states: pd.DataFrame, strand: str) -> str:
    """Write the grades that the comparators held on the same day."""
    codes = list_comparators(case)
    others = states.set_index("la_code").reindex(codes).dropna(subset="la_name")
    if others.empty:
        return f"<p>There is nobody to compare {html.escape(case.spoken)} with on that day.</p>"
    table = pd.DataFrame(
        {
            "Authority": others["la_name"],
            "Grade": others["grade"].map(GRADE_NAMES),
            "Framework": others["framework"].map(FRAMEWORK_NAMES),
            "Published": others["published_date"].map(format_day, na_action="ignore"),
        }
    )
    title = f"{STRAND_NAMES[strand]}: {name_comparators(case)} on the same day"
    return f"<h3>Comparators</h3>{render_html_table(format_cells(table), title, '')}"
