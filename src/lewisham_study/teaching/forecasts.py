"""Forecasts that can be scored: an event, a last day, a probability, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.display.common.exhibit import TableExhibit
from lewisham_study.display.common.phrases import format_day
from lewisham_study.errors import UsageError
from lewisham_study.vocabulary import GOOD_OR_BETTER, GRADES


@dataclass(frozen=True)
class Forecast:
    """An event that happens by a last day or does not; `rule` says which reports count."""

    name: str
    rule: str
    made: date
    due: date


RULES = {
    "any": "Ofsted publishes a new overall grade by {due}",
    "good": "An overall grade of good or outstanding is published by {due}",
    "next_good": "The next overall grade, if published by {due}, is good or outstanding",
}
"""What is forecast; a report counts from the day it is published."""
PARTS = {"A": date(2018, 12, 31), "B": date(2020, 1, 24), "C": date(2021, 8, 31), "D": date(2024, 1, 31)}
"""The day of each part of the case: all that it shows was public by then."""
FORECASTS = (
    Forecast("A1", "any", PARTS["A"], date(2019, 12, 31)),
    Forecast("A2", "next_good", PARTS["A"], date(2023, 12, 31)),
    Forecast("A3", "good", PARTS["A"], date(2023, 12, 31)),
    Forecast("B1", "good", PARTS["B"], date(2022, 1, 31)),
    Forecast("B2", "good", PARTS["B"], date(2024, 1, 31)),
    Forecast("C1", "any", PARTS["C"], date(2023, 8, 31)),
    Forecast("C2", "next_good", PARTS["C"], date(2024, 1, 31)),
)


def state_forecast(forecast: Forecast) -> str:
    """State the event of a forecast with its last day.

    Examples
    --------
    >>> state_forecast(FORECASTS[0])
    'Ofsted publishes a new overall grade by 31 December 2019'
    """
    return RULES[forecast.rule].format(due=format_day(pd.Timestamp(forecast.due)))


def settle(forecast: Forecast, judgements: pd.DataFrame, la_code: str, day: date) -> bool | None:
    """Return whether the event of a forecast happened; None if that was not yet known on a day."""
    own = judgements[(judgements["la_code"] == la_code) & (judgements["strand"] == "overall")]
    own = own[own["grade"].isin(GRADES)].sort_values("published_date", kind="stable")
    seen = min(forecast.due, day)
    reports = own[(own["published_date"] > pd.Timestamp(forecast.made)) & (own["published_date"] <= pd.Timestamp(seen))]
    good = reports["grade"].isin(GOOD_OR_BETTER)
    happened = {"any": not reports.empty, "good": bool(good.any()), "next_good": bool(good.head(1).any())}
    settled = happened[forecast.rule] or (forecast.rule == "next_good" and not reports.empty)
    return happened[forecast.rule] if settled or day >= forecast.due else None


def show_forecast(part: str) -> TableExhibit:
    """Show the sheet on which readers of a part write a chance for each event."""
    rows = [[one.name, state_forecast(one), "______ %"] for one in FORECASTS if one.name.startswith(part)]
    if not rows:
        raise UsageError(f"no forecast is made in part {part!r}; choose A, B or C")
    return TableExhibit(
        pd.DataFrame(rows, columns=["No.", "What may happen", "Chance"]),
        "tbl-forecast",
        "Your forecast: write a chance from 0 to 100 per cent for each",
        "A report counts from the day it is published. 50 per cent says that you do not know. Keep the sheet: it will "
        "be scored.",
    )


def show_outcomes(case: Case, day: date) -> TableExhibit:
    """Show what became of each forecast of the case, and how to score it."""
    judgements = case.tables["judgements"]
    words = {True: "yes", False: "no", None: "not yet known"}
    rows = [
        [one.name, state_forecast(one), words[settle(one, judgements, case.la_code, day)], "____", "____"]
        for one in FORECASTS
    ]
    return TableExhibit(
        pd.DataFrame(rows, columns=["No.", "What was forecast", "Happened?", "Chance", "Penalty"]),
        "tbl-outcomes",
        "Score your forecasts",
        "Penalty: the distance between your chance and what happened (1 for yes, 0 for no), multiplied by itself. "
        "Always saying 50 per cent costs 0.25 each time. Source: Ofsted’s reports.",
    )
