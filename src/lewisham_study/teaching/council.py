"""A case from data alone for any council: what was known after one report, a decision, and the next report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from lewisham_study.analysis.case import Case, open_case
from lewisham_study.authorities import find_authority
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import format_day, name_region
from lewisham_study.errors import UsageError
from lewisham_study.teaching import forecasts
from lewisham_study.teaching.forecasts import Forecast, select_overall
from lewisham_study.tidy.known_tables import load_known_tables
from lewisham_study.vocabulary import GRADE_NAMES

YEARS = {"any": 3, "good": 5, "next_good": 10}
"""Years after the day by which the three forecasts are due, by rule."""
OPTIONS = {
    "inadequate": "The government can send somebody to oversee a service judged inadequate. You have six months.",
    "requires_improvement": "The list of points is long, and money is short. You have one year.",
    "good": "Other services of the council want money too. You have one year.",
    "outstanding": "There is no better grade. You have one year, to keep the service as it is or to try something.",
}
"""The situation in which the reader decides, by the grade in force."""


def choose_days(tables: Mapping[str, pd.DataFrame], authority: str) -> tuple[date, date]:
    """Return the days of a council's case: of the last report but one with an overall grade, and of the last."""
    row, judgements = find_authority(tables["authorities"], authority), tables["judgements"]
    own = select_overall(judgements[judgements["la_code"] == row["la_code"]])
    days = own["published_date"].dropna().drop_duplicates().dt.date.tolist()
    if len(days) < 2:
        raise UsageError(f"{row['la_name']} has {len(days)} reports with an overall grade; the case needs two")
    return days[-2], days[-1]


def open_known(authority: str, known_by: str) -> Case:
    """Open a council's case as known on a day, compared with its region."""
    day = date.fromisoformat(known_by)
    return open_case(load_known_tables(day), authority, 2012, day.year, comparators="region", basis="published")


def read_grade(case: Case) -> str:
    """Return the latest overall grade in the tables of a case."""
    return str(select_overall(case.own("judgements"))["grade"].iloc[-1])


def introduce(case: Case, known_by: str) -> Prose:
    """Introduce the reader's part in the case: the council, the day, the grade."""
    return Prose(
        f"You are the director of children’s services of **{case.spoken}**, in {name_region(case.region)}. It is the "
        f"evening of {format_day(pd.Timestamp(known_by))}. Today Ofsted, the national inspectorate, published its "
        f"report: **{GRADE_NAMES[read_grade(case)]}** overall. "
        "Everything on these pages was public by tonight, and nothing is later. They hold data alone: no names and "
        "no opinions. Your task is at the end."
    )


def state_task(case: Case) -> Prose:
    """State the decision, by the grade in force."""
    return Prose(
        f"{OPTIONS[read_grade(case)]} What do you do first? Choose one, and say what has to wait.\n\n"
        "1. **People.** Fill posts for good, and bring caseloads down.\n"
        "2. **Practice.** The points on which the inspectors asked for better work, one after the other.\n"
        "3. **Systems.** Records and figures that can be relied on.\n"
        "4. **Need.** Earlier help, so that fewer children come into care."
    )


def list_forecasts(known_by: str) -> list[Forecast]:
    """List the three forecasts of a council's case, due after three, five and ten years."""
    made = date.fromisoformat(known_by)
    due = {rule: (pd.Timestamp(made) + pd.DateOffset(years=years)).date() for rule, years in YEARS.items()}
    return [Forecast(f"F{n}", rule, made, day) for n, (rule, day) in enumerate(due.items(), start=1)]


def show_sheet(known_by: str) -> TableExhibit:
    """Show the sheet for the forecasts of a council's case."""
    return forecasts.show_sheet(list_forecasts(known_by))


def show_scores(case: Case, made: str, known_by: str) -> TableExhibit:
    """Show what became of the forecasts made on a day, as known on another."""
    day = date.fromisoformat(known_by)
    return forecasts.show_scores(list_forecasts(made), case, day, "tbl-scores", unknown=": leave it out")


def state_ending(case: Case, made: str, known_by: str) -> Prose:
    """State the grade of the next report, and how long it took to come."""
    before, now = pd.Timestamp(made), pd.Timestamp(known_by)
    return Prose(
        f"On {format_day(now)}, {(now - before).days / 365.25:.1f} years after the report of {format_day(before)}, "
        f"Ofsted published the next report on {case.spoken}: **{GRADE_NAMES[read_grade(case)]}** overall."
    )
