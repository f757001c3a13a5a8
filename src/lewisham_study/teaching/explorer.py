"""An interactive page: choose authority, strand, basis and day to see grades, spend, need, caseload, and questions."""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from lewisham_study.analysis.case import FIRST_YEAR, Case, find_last_year, list_comparators, open_case
from lewisham_study.analysis.ratings import date_judgements, state_at, trace_path
from lewisham_study.display.common.exhibit import FigureExhibit, draw_svg, format_cells, render_html_table
from lewisham_study.display.common.phrases import format_day, name_comparators
from lewisham_study.errors import StudyError, UsageError
from lewisham_study.files import write_text
from lewisham_study.paths import HOME_VARIABLE, Project
from lewisham_study.teaching.handouts import draw_known
from lewisham_study.teaching.questions import IDEAS, ask_figures
from lewisham_study.teaching.resources import draw_resources, gather_resources
from lewisham_study.vocabulary import (
    FRAMEWORK_NAMES,
    GRADE_NAMES,
    NO_OVERALL,
    NO_OVERALL_SINCE,
    STRAND_NAMES,
    UNGRADED,
    Basis,
)

if TYPE_CHECKING:
    from ipywidgets import VBox
BASES: dict[str, Basis] = {"as inspected by the day": "inspected", "as published by the day": "published"}
FIRST_DAY = date(2009, 6, 1)
PAGE = "explore.ipynb"
"""The notebook that holds the page."""
TEMPLATE = "offline"
POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; object-src 'none'; base-uri 'none'"
"""Load nothing from other servers. Jupyter's widgets are scripts that create scripts, hence the two `unsafe-`."""
STYLE = """<style>
.explorer { max-width: 52rem; line-height: 1.5; }
.explorer #state { font-size: 1.15em; }
.explorer svg { width: 100%; max-width: 46rem; height: auto; }
.explorer table { border-collapse: collapse; }
.explorer caption { text-align: left; font-weight: bold; padding-bottom: 0.4em; }
.explorer th, .explorer td { text-align: left; padding: 0.2em 1.5em 0.2em 0; border-bottom: 1px solid #d0d0d0; }
</style>"""
"""Style of the page: a widget gets neither a report's style nor that of a notebook's tables."""


def explore(tables: Mapping[str, pd.DataFrame], authority: str = "Lewisham") -> VBox:
    """Show the interactive page as a widget, in JupyterLab or through voila.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        The tidy tables by name, such as `Tables()`.
    authority : str, optional
        Name or code of the authority that the page starts with.

    Returns
    -------
    ipywidgets.VBox
        The controls above the answer.

    Raises
    ------
    UsageError
        If there is no such authority.

    Examples
    --------
    >>> import lewisham_study as study
    >>> controls, answer = study.explore(study.Tables(), "Leeds").children
    >>> "On 31 December 2022, Leeds, overall" in answer.value
    True
    """
    import ipywidgets as widgets

    layout = widgets.Layout(width="24rem", max_width="100%")
    wide: Any = {"layout": layout, "style": {"description_width": "5rem"}}
    names, last = name_authorities(tables["authorities"]), date(find_last_year(tables), 12, 31)
    strands = [(name, strand) for strand, name in STRAND_NAMES.items()]
    controls = {
        "authority": widgets.Dropdown(
            options=names, value=open_case(tables, authority).la_code, description="Authority", **wide
        ),
        "strand": widgets.Dropdown(options=strands, value="overall", description="Strand", **wide),
        "basis": widgets.Dropdown(options=list(BASES.items()), value="inspected", description="Basis", **wide),
        "day": widgets.DatePicker(value=date(2022, 12, 31), min=FIRST_DAY, max=last, description="Day", **wide),
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
    """List each authority's name and code, sorted by name; an abolished one with its last year.

    Examples
    --------
    >>> authorities = pd.DataFrame({"la_code": ["835"], "la_name": ["Dorset"],
    ...                             "valid_to": pd.to_datetime(["2019-03-31"])})
    >>> name_authorities(authorities)
    [('Dorset (until 2019)', '835')]
    """
    rows = authorities.sort_values("la_name", kind="stable").to_dict("records")
    ends = [f" (until {row['valid_to'].year})" if pd.notna(row["valid_to"]) else "" for row in rows]
    return [(f"{row['la_name']}{end}", str(row["la_code"])) for row, end in zip(rows, ends, strict=True)]


def render_page(tables: Mapping[str, pd.DataFrame], la_code: str, strand: str, basis: Basis, day: date | None) -> str:
    """Write the grade, history and comparators as HTML, or the reason why they cannot be shown."""
    if day is None:
        return "<p>Choose a day.</p>"
    try:
        last = max(FIRST_YEAR, min(day.year, find_last_year(tables)))
        case = open_case(tables, la_code, FIRST_YEAR, last, basis=basis)
        case = replace(case, tables=cut_tables(tables, day, basis))
        judgements, authorities = case.tables["judgements"], case.tables["authorities"]
        states = state_at(judgements, authorities, pd.Timestamp(day), strand=strand, basis=basis)
    except UsageError as error:
        return f"<p>{html.escape(str(error))}</p>"
    parts = [render_state(case, states, strand, day), render_history(case, day), render_others(case, states, strand)]
    parts += [render_resources(case, day), render_questions(case, day)]
    return f'{STYLE}<div class="explorer">{"".join(parts)}</div>'


def cut_tables(tables: Mapping[str, pd.DataFrame], day: date, basis: Basis) -> dict[str, pd.DataFrame]:
    """Cut the tables at a day: no later judgement or visit, by the basis chosen, and no period that ended later."""
    today = pd.Timestamp(day)
    judgements, inspections = tables["judgements"], tables["inspections"]
    dated = date_judgements(judgements, basis)
    seen = dated.loc[dated["date"] <= today, "inspection_id"]
    begun = inspections["start_date"].fillna(inspections["published_date"])
    counted = begun if basis == "inspected" else inspections["published_date"]
    return {
        "judgements": judgements[judgements["inspection_id"].isin(seen)],
        "inspections": inspections[counted <= today],
        "workforce": cut_periods(tables["workforce"], day, date(1, 9, 30)),
        "need": cut_periods(tables["need"], day, date(1, 3, 31)),
        "spend": cut_periods(tables["spend"], day, date(2, 3, 31)),
        **{name: tables[name] for name in ("authorities", "neighbours", "arrangements", "population", "prices")},
    }


def cut_periods(figures: pd.DataFrame, day: date, end: date) -> pd.DataFrame:
    """Select the figures of periods that ended by a day; `end` is the last day of a period that begins in year 1."""
    last = day.year - end.year + (1 if (day.month, day.day) >= (end.month, end.day) else 0)
    return figures[figures["time_period"].str[:4].astype(int) <= last]


def render_state(case: Case, states: pd.DataFrame, strand: str, day: date) -> str:
    """Write the grade in force, its framework and its dates."""
    own = states[states["la_code"] == case.la_code]
    when, name, of = format_day(pd.Timestamp(day)), html.escape(case.label), STRAND_NAMES[strand].lower()
    if own.empty:
        return f"<p>{name} did not exist on {when}.</p>"
    row = own.iloc[0]
    grade = GRADE_NAMES[row["grade"]]
    state = f'<p id="state">On {when}, {name}, {of}: <strong>{grade}</strong>.'
    if row["grade"] == NO_OVERALL:
        return f"{state} {html.escape(render_ended(case, strand, row))}</p>"
    if row["grade"] in UNGRADED:
        return state + "</p>"
    began = f"inspected from {format_day(row['start_date'])}, " if pd.notna(row["start_date"]) else ""
    framework = FRAMEWORK_NAMES[row["framework"]]
    return f"{state} Framework {framework}; {began}published {format_day(row['published_date'])}.</p>"


def render_ended(case: Case, strand: str, row: pd.Series) -> str:
    """Write why there is no overall grade any more, and the last one with the day up to which it can be stated."""
    since = row["start_date"] if case.basis == "inspected" else row["published_date"]
    text = f"Inspections that begin from {NO_OVERALL_SINCE:%B %Y} give no overall grade."
    given = trace_path(case.tables["judgements"], case.la_code, basis=case.basis, strand=strand)
    if given.empty:
        return text
    last, until = given.iloc[-1], format_day(since - pd.Timedelta(days=1))
    return f"{text} The last was {GRADE_NAMES[last['grade']]}, from {format_day(last['date'])} up to {until}."


def render_history(case: Case, day: date) -> str:
    """Write the timeline of the authority's grades up to the day, with a line at it."""
    if case.own("judgements").empty:
        return "<h3>History</h3><p>No grade is known for that day.</p>"
    note = "The broken line is the chosen day; nothing later is shown. Grades of two frameworks are not on one scale."
    return f"<h3>History</h3>{render_figure(draw_known(case, max(day, date(FIRST_YEAR, 1, 2))), note)}"


def render_figure(exhibit: FigureExhibit, note: str) -> str:
    """Write a figure with its description for readers who do not see it, and a note below it."""
    drawing = draw_svg(exhibit.figure).partition("<svg")[2]
    return f'<svg role="img" aria-label="{html.escape(exhibit.alt)}"{drawing}<p>{note}</p>'


def render_others(case: Case, states: pd.DataFrame, strand: str) -> str:
    """Write the grades of the comparators on the same day."""
    codes = list_comparators(case)
    others = states.set_index("la_code").reindex(codes).dropna(subset="la_name")
    if others.empty:
        return f"<p>No comparator of {html.escape(case.spoken)} existed on that day.</p>"
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


def render_resources(case: Case, day: date) -> str:
    """Write spend, children looked after and caseload of the periods that ended by the day."""
    if gather_resources(case).empty:
        return "<h3>Spend, need and caseload</h3><p>No figures are held for periods that ended by that day.</p>"
    note = "Periods that had ended by the day, in cash, from the latest editions: they were published months later."
    return f"<h3>Spend, need and caseload</h3>{render_figure(draw_resources(case, day), note)}"


def render_questions(case: Case, day: date) -> str:
    """Write questions on the page, each with its answer to open."""
    parts = []
    for one in [*ask_figures(case, day), *IDEAS[:2]]:
        right = f"{one.number:g}." if one.number is not None else f"{one.choices[0].text}. {one.choices[0].feedback}"
        parts.append(f"<details><summary>{html.escape(one.text)}</summary><p>{html.escape(right)}</p></details>")
    return f"<h3>Questions</h3>{''.join(parts)}"


def serve_page(project: Project, port: int, *, browser: bool = True) -> None:
    """Serve the page on this machine alone, until it is stopped."""
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as folder:
        command, environment = describe_server(project, port, Path(folder), browser=browser)
        # In its own folder, because voila runs any voila.py of the folder it is started in.
        done = subprocess.run(command, env=environment, cwd=folder, check=False)
    if done.returncode:
        raise StudyError(f"the page could not be served ({done.returncode}); is port {port} taken? try --port")


def describe_server(project: Project, port: int, folder: Path, *, browser: bool) -> tuple[list[str], dict[str, str]]:
    """Return the command that serves the page and its environment, with our template laid out in a folder."""
    from lewisham_study.report.document.pandoc import read_part

    place = folder / "voila" / "templates" / TEMPLATE
    write_text(json.dumps({"base_template": "lab"}), place / "conf.json")
    write_text(read_part("voila.html.j2"), place / "index.html.j2")
    settings = {"Voila": {"tornado_settings": {"headers": {"Content-Security-Policy": POLICY}}}}
    write_text(json.dumps(settings), folder / "voila.json")
    command = [sys.executable, "-m", "voila", str(project.notebooks / "teaching" / PAGE)]
    command += [f"--port={port}", "--Voila.ip=127.0.0.1", f"--template={TEMPLATE}", "--Voila.mathjax_url="]
    # Without a token any user of this machine could open the page, and any web page could start its kernels.
    command += ["--Voila.auto_token=True", "--KernelManager.transport_encryption=auto"]
    command += [] if browser else ["--no-browser"]
    paths = os.pathsep.join([str(folder), *filter(None, [os.environ.get("JUPYTER_PATH")])])
    return command, {**os.environ, "JUPYTER_PATH": paths, HOME_VARIABLE: str(project.root)}
