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
from lewisham_study.teaching.forecasts import Forecast, settle, state_forecast
from lewisham_study.tidy.as_of import load_known_tables
from lewisham_study.vocabulary import GRADE_NAMES, GRADES

YEARS = (3, 5, 10)
"""Years after the day by which the three forecasts are due."""
OPTIONS = {
    "inadequate": "The government can send somebody to oversee a service judged inadequate. You have six months.",
    "requires_improvement": "The list of points is long, and money is short. You have one year.",
    "good": "Other services of the council want money too. You have one year.",
    "outstanding": "There is no better grade. You have one year, to keep the service as it is or to try something.",
}
"""The situation in which the reader decides, by the grade in force."""


def choose_days(tables: Mapping[str, pd.DataFrame], authority: str) -> tuple[date, date]:
    """Return the days of a council's case: of the last report but one with an overall grade, and of the last."""
    row = find_authority(tables["authorities"], authority)
    judgements = tables["judgements"]
    own = judgements[(judgements["la_code"] == row["la_code"]) & (judgements["strand"] == "overall")]
    days = own.loc[own["grade"].isin(GRADES), "published_date"].dropna().drop_duplicates().sort_values(kind="stable")
    if len(days) < 2:
        raise UsageError(f"{row['la_name']} has {len(days)} reports with an overall grade; the case needs two")
    known, ending = days.iloc[-2], days.iloc[-1]
    return known.date(), ending.date()


def open_known(authority: str, known_by: str) -> Case:
    """Open a council's case as known on a day, compared with its region."""
    day = date.fromisoformat(known_by)
    return open_case(load_known_tables(day), authority, 2012, day.year, comparators="region", basis="published")


def read_grade(case: Case) -> str:
    """Return the latest overall grade in the tables of a case."""
    own = case.own("judgements")
    overall = own[(own["strand"] == "overall") & own["grade"].isin(GRADES)]
    return str(overall.sort_values("published_date", kind="stable")["grade"].iloc[-1])


def introduce(case: Case, known_by: str) -> Prose:
    """Introduce the reader's part in the case: the council, the day, the grade."""
    when, grade = format_day(pd.Timestamp(known_by)), GRADE_NAMES[read_grade(case)]
    return Prose(
        f"You are the director of children’s services of **{case.spoken}**, in {name_region(case.region)}. It is the "
        f"evening of {when}. Today Ofsted, the national inspectorate, published its report: **{grade}** overall. "
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
    rules = ("any", "good", "next_good")
    due = [(pd.Timestamp(made) + pd.DateOffset(years=years)).date() for years in YEARS]
    return [Forecast(f"F{n}", rule, made, day) for n, (rule, day) in enumerate(zip(rules, due, strict=True), start=1)]


def show_sheet(known_by: str) -> TableExhibit:
    """Show the sheet for the forecasts of a council's case."""
    rows = [[one.name, state_forecast(one), "______ %"] for one in list_forecasts(known_by)]
    return TableExhibit(
        pd.DataFrame(rows, columns=["No.", "What may happen", "Chance"]),
        "tbl-forecast",
        "Your forecast: write a chance from 0 to 100 per cent for each",
        "A report counts from the day it is published. Keep the sheet: it will be scored.",
    )


def show_scores(case: Case, made: str, known_by: str) -> TableExhibit:
    """Show what became of the forecasts made on a day, as known on another."""
    words = {True: "yes", False: "no", None: "not yet known: leave it out"}
    day, judgements = date.fromisoformat(known_by), case.tables["judgements"]
    rows = [
        [one.name, state_forecast(one), words[settle(one, judgements, case.la_code, day)], "____", "____"]
        for one in list_forecasts(made)
    ]
    return TableExhibit(
        pd.DataFrame(rows, columns=["No.", "What was forecast", "Happened?", "Chance", "Penalty"]),
        "tbl-scores",
        "Score your forecasts",
        "Penalty: the distance between your chance and what happened (1 for yes, 0 for no), multiplied by itself. "
        "Source: Ofsted’s reports.",
    )


def state_ending(case: Case, made: str, known_by: str) -> Prose:
    """State the grade of the next report, and how long it took to come."""
    days = [pd.Timestamp(made), pd.Timestamp(known_by)]
    years = (days[1] - days[0]).days / 365.25
    return Prose(
        f"On {format_day(days[1])}, {years:.1f} years after the report of {format_day(days[0])}, Ofsted published the "
        f"next report on {case.spoken}: **{GRADE_NAMES[read_grade(case)]}** overall."
    )
