"""Forecasts that can be scored, and what a forecast can rest on: the grades of others, as public on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.ratings import share_good, state_at
from lewisham_study.analysis.trajectories import list_patterns
from lewisham_study.authorities import find_authority
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count, format_day, list_words, name_region
from lewisham_study.errors import UsageError
from lewisham_study.vocabulary import ERA, FRAMEWORK_NAMES, GOOD_OR_BETTER, GRADE_NAMES, GRADES


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
RULES_OF = {"SIF": "under the single inspection", "SIF_REINSPECTION": "under the single inspection"}
RULES_OF |= {"ILACS": "under the rules of 2018", "ILACS_2026": "under the rules of 2026"}
"""How a framework is named in a hand-out."""
OFSTED = "Source: Ofsted’s reports published by that day."


def state_forecast(forecast: Forecast) -> str:
    """State the event of a forecast with its last day.

    Examples
    --------
    >>> state_forecast(FORECASTS[0])
    'Ofsted publishes a new overall grade by 31 December 2019'
    """
    return RULES[forecast.rule].format(due=format_day(pd.Timestamp(forecast.due)))


def select_overall(judgements: pd.DataFrame) -> pd.DataFrame:
    """Select the judgements that gave an overall grade, by publication."""
    overall = judgements[(judgements["strand"] == "overall") & judgements["grade"].isin(GRADES)]
    return overall.sort_values("published_date", kind="stable")


def settle(forecast: Forecast, judgements: pd.DataFrame, la_code: str, day: date) -> bool | None:
    """Return whether the event of a forecast happened; None if that was not yet known on a day."""
    own = select_overall(judgements[judgements["la_code"] == la_code])
    last = pd.Timestamp(min(forecast.due, day))
    reports = own[(own["published_date"] > pd.Timestamp(forecast.made)) & (own["published_date"] <= last)]
    good = reports["grade"].isin(GOOD_OR_BETTER)
    happened = {"any": not reports.empty, "good": bool(good.any()), "next_good": bool(good.head(1).any())}
    settled = happened[forecast.rule] or (forecast.rule == "next_good" and not reports.empty)
    return happened[forecast.rule] if settled or day >= forecast.due else None


def show_sheet(forecasts: Sequence[Forecast], advice: str = "") -> TableExhibit:
    """Show the sheet on which readers write a chance for each event."""
    rows = [[one.name, state_forecast(one), "______ %"] for one in forecasts]
    return TableExhibit(
        pd.DataFrame(rows, columns=["No.", "What may happen", "Chance"]),
        "tbl-forecast",
        "Your forecast: write a chance from 0 to 100 per cent for each",
        f"A report counts from the day it is published. {advice}Keep the sheet: it will be scored.",
    )


def show_scores(
    forecasts: Sequence[Forecast], case: Case, day: date, label: str, *, unknown: str = "", advice: str = ""
) -> TableExhibit:
    """Show what became of forecasts, as known on a day, and how to score them."""
    words = {True: "yes", False: "no", None: f"not yet known{unknown}"}
    settled = [settle(one, case.tables["judgements"], case.la_code, day) for one in forecasts]
    rows = [
        [one.name, state_forecast(one), words[happened], "____", "____"]
        for one, happened in zip(forecasts, settled, strict=True)
    ]
    return TableExhibit(
        pd.DataFrame(rows, columns=["No.", "What was forecast", "Happened?", "Chance", "Penalty"]),
        label,
        "Score your forecasts",
        "Penalty: the distance between your chance and what happened (1 for yes, 0 for no), multiplied by itself. "
        f"{advice}Source: Ofsted’s reports.",
    )


def show_forecast(part: str) -> TableExhibit:
    """Show the sheet on which readers of a part write a chance for each event."""
    made = [one for one in FORECASTS if one.name.startswith(part)]
    if not made:
        raise UsageError(f"no forecast is made in part {part!r}; choose A, B or C")
    return show_sheet(made, "50 per cent says that you do not know. ")


def show_outcomes(case: Case, day: date) -> TableExhibit:
    """Show what became of each forecast of the case, and how to score it."""
    advice = "Always saying 50 per cent costs 0.25 each time. "
    return show_scores(FORECASTS, case, day, "tbl-outcomes", advice=advice)


def summarise_position(case: Case, day: date) -> Prose:
    """Say how many authorities of England and the region had an overall grade, and what share was good or better."""
    today, parts = pd.Timestamp(day), []
    country = state_at(case.tables["judgements"], case.tables["authorities"], today, basis="published")
    for place, states in (("England", country), (case.region, country[country["region"] == case.region])):
        judged = int(states["grade"].isin(GRADES).sum())
        share = f"{share_good(states):.0%} of them good or better"
        parts.append(f"{judged} of {len(states)} in {name_region(place)}, {share}")
    return Prose(f"These authorities had an overall grade on {format_day(today)}: {'; '.join(parts)}.")


def show_best(case: Case) -> TableExhibit:
    """Show the later grades of the authorities once judged outstanding for safeguarding, as far as was public."""
    patterns = list_patterns(case.tables["judgements"])
    names = case.labels
    best = patterns[(patterns["SLAC"] == "outstanding") & patterns.index.isin(names.index)]
    heads = {"SLAC": "Safeguarding, to 2013", "SIF": "First single inspection", "ILACS": "First inspection from 2018"}
    shown = {
        head: best[name].map(GRADE_NAMES).fillna("not yet") for name, head in heads.items() if best[name].notna().any()
    }
    table = pd.DataFrame({"Authority": names.reindex(best.index), **shown})
    table = table.sort_values("Authority", ignore_index=True, kind="stable")
    title = f"{format_count(len(table))} authorities were once judged outstanding for safeguarding; what came next"
    caption = f"Each column is a framework with its own criteria; a lower grade may be a harder test. {OFSTED}"
    return TableExhibit(table, "tbl-best", title, caption)


def show_companions(case: Case, names: list[str]) -> TableExhibit:
    """Show the overall and safeguarding grades of the case and some other authorities, inspection by inspection."""
    authorities, judgements = case.tables["authorities"], case.tables["judgements"]
    found = [find_authority(authorities, name) for name in [case.la_name, *names]]
    chosen = {str(one["la_code"]): str(one["la_name"]) for one in found}
    rows = judgements[judgements["la_code"].isin(chosen) & judgements["strand"].isin(["overall", "safeguarding"])]
    rows = rows.assign(name=rows["la_code"].map(chosen)).sort_values(["name", "published_date"])
    table = pd.DataFrame(
        {
            "Authority": rows["name"],
            "Report of": rows["published_date"].map(format_day),
            "Framework": rows["framework"].map(FRAMEWORK_NAMES),
            "Judged": rows["strand"],
            "Grade": rows["grade"].map(GRADE_NAMES),
        }
    ).reset_index(drop=True)
    return TableExhibit(table, "tbl-companions", f"{case.label} compared with {list_words(names)}", OFSTED)


def show_next(case: Case, day: date, since: date | None = None) -> TableExhibit:
    """Show what came next for all authorities judged under the same rules, and with the same grade, as the case.

    The grade compared is the case's own on a day (`since`), or the one it had under the rules until 2017.
    """
    overall = select_overall(case.tables["judgements"])
    overall = overall.assign(era=overall["framework"].map(ERA))
    own = overall[(overall["la_code"] == case.la_code) & (overall["published_date"] <= pd.Timestamp(since or day))]
    mine = own.iloc[-1] if since else own[own["era"] == ERA["SIF"]].iloc[-1]
    alike, after = find_next(overall, mine)
    before = alike["published_date"]
    years = (after["published_date"] - before.reindex(after.index)).dt.days / 365.25
    rows = [
        [GRADE_NAMES[grade].capitalize(), str(len(found)), format_range(found)]
        for grade in GRADES
        if len(found := years[after["grade"] == grade])
    ]
    waiting = len(before) - len(after)
    rows += [["Not inspected again yet", str(waiting), "–"]] if waiting else []
    name, rules = GRADE_NAMES[mine["grade"]], RULES_OF[alike.iloc[0]["framework"]]
    return TableExhibit(
        pd.DataFrame(rows, columns=["Next grade", "Authorities", "Years between the reports"]),
        "tbl-next",
        f"{len(before)} authorities were once judged {name} {rules}; what came next",
        f"As public on {format_day(pd.Timestamp(day))}. The next grade may be under another framework, with other "
        f"criteria. {OFSTED}",
    )


def find_next(overall: pd.DataFrame, mine: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find each authority's first judgement like one, and the judgement after it.

    The rules are those of the judgement or, if nobody has been judged again under these, the older ones.
    """
    found = []
    for era in dict.fromkeys([mine["era"], ERA["SIF"]]):
        same = overall[(overall["era"] == era) & (overall["grade"] == mine["grade"])]
        if same.empty:
            continue
        alike = same.drop_duplicates("la_code").set_index("la_code")
        later = overall[overall["published_date"] > overall["la_code"].map(alike["published_date"])]
        found.append((alike, later.drop_duplicates("la_code").set_index("la_code")))
    return next((one for one in found if len(one[1])), found[0])


def format_range(years: pd.Series) -> str:
    """Format the shortest and the longest of some times; one alone if they are the same.

    Examples
    --------
    >>> format_range(pd.Series([2.71, 5.3])), format_range(pd.Series([4.2]))
    ('2.7 to 5.3', '4.2')
    """
    return " to ".join(dict.fromkeys(f"{value:.1f}" for value in (years.min(), years.max())))
