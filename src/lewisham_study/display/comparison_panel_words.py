"""Words for the panels of one authority on one time axis: title, caption, description, table and sentence."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.display.cautions import find_light, list_cautioned
from lewisham_study.display.comparators import name_comparators
from lewisham_study.display.comparison_series import (
    ENTRIES,
    Panel,
    find_ends,
    gather_panel,
    take_within,
    write_period,
    write_value,
)
from lewisham_study.display.exhibits import Prose
from lewisham_study.display.extremes import name_extremes
from lewisham_study.display.sources import cite_releases, credit
from lewisham_study.display.statuses import bracket_joint, note_joint
from lewisham_study.display.style import (
    FRAMEWORK_NAMES,
    GRADE_NAMES,
    STRAND_NAMES,
    begin_sentence,
    list_words,
    write_day,
    write_start,
)

SOURCES = {"caseload": ("workforce", CASELOAD), "spend": ("spend", "total_gross")}
"""The table and measure of each series."""


def title_panel(case: Case, panel: Panel) -> str:
    """State what stood side by side over the window."""
    told = []
    overall = panel.steps[(panel.steps["strand"] == "overall") & (panel.steps["date"] <= case.window_end)]
    if len(overall):
        told.append(list_grades(overall))
    caseload = f"caseload{bracket_joint(case, panel.own['caseload'])}"
    for name, words in (("caseload", caseload), ("spend", "real spend per child")):
        ends = find_ends(panel.own[name], case)
        if ends:
            first, last = (write_value(end["value"], name) for end in ends)
            path = f"{words} {first} to {last}" if first != last else f"{words} {first} at both ends"
            told.append(path + write_extremes(case, panel, name))
    if told:
        return f"{case.label}: {'; '.join(told)}"
    return f"{case.label}: no overall grade, and no series of two years, from {case.start_year} to {case.end_year}"


def write_extremes(case: Case, panel: Panel, name: str) -> str:
    """Write the lowest and highest value of a series in the window where its ends hide them."""
    within = take_within(panel.own[name], case)
    periods = [write_period(point, name) for _, point in within.iterrows()]
    table, measure = SOURCES[name]
    light = list_cautioned(case, table, measure, pd.Series(periods, dtype=str))
    return name_extremes(within["value"].set_axis(periods), lambda value: write_value(value, name), light)


def list_grades(steps: pd.DataFrame) -> str:
    """List grades in the order of time, one that was given again only once, each with its years.

    Examples
    --------
    >>> days = pd.to_datetime(["2015-10-26", "2019-07-08"])
    >>> list_grades(pd.DataFrame({"grade": ["good", "good"], "date": days}))
    'good in 2015 and 2019'
    """
    ordered = steps.sort_values("date", kind="stable")
    runs = (ordered["grade"] != ordered["grade"].shift()).cumsum()
    told = []
    for _, run in ordered.groupby(runs):
        years = list_words([str(year) for year in run["date"].dt.year.unique()])
        told.append(f"{GRADE_NAMES[str(run['grade'].iloc[0])]} in {years}")
    return ", ".join(told)


def caption_panel(case: Case, panel: Panel) -> str:
    """Say how to read the panels, and what is missing from them."""
    missing = [words.lower() for name, words in ENTRIES.items() if panel.own[name].empty]
    gap = f"No figure held: {' or '.join(missing)}. " if missing else ""
    compared = any(len(frame) for frame in panel.others.values())
    against = f"Dashed: median of {name_comparators(case)}. " if compared else ""
    sources = {*panel.steps["source_id"], *(s for frame in panel.own.values() for s in frame["source_id"])}
    sources |= {"ons-population-2024", "hmt-deflator-2026-03"} if len(panel.own["spend"]) else set()
    caseload = panel.own["caseload"]
    light = [*list_light(case, panel, "caseload"), *list_light(case, panel, "spend")]
    lean = f" To lean on lightly, and taken as published: {list_words(light)}." if light else ""
    return (
        f"{gap}{against}Hollow marks and hatching: after the window. Caseload is that of 30 September; that of 2016 "
        f"was collected otherwise and is not joined to the next.{note_joint(case, caseload)} Spend is gross section "
        "251 outturn per child aged 0 to 17; its mark stands at the end of the financial year. Scales do not begin "
        f"at zero.{lean} That lines lie above one another does not make one the reason of another. "
        f"{credit(cite_releases(sources))}."
    )


def list_light(case: Case, panel: Panel, name: str) -> list[str]:
    """List the figures of one series that carry a caution, the comparators' too."""
    own, (table, measure) = panel.own[name], SOURCES[name]
    periods = pd.Series([write_period(point, name) for _, point in own.iterrows()], dtype=str)
    told = [f"the {name} of {period}" for period in list_cautioned(case, table, measure, periods)]
    drawn = {write_period(point, name) for _, point in panel.others[name].iterrows()}
    compared = case.tables["cautions"][["la_code", "time_period"]].drop_duplicates()
    compared = compared[compared["la_code"].isin(list_comparators(case)) & compared["time_period"].isin(drawn)]
    light = find_light(case, table, measure, compared)
    return [*told, *(f"the {name} of {row['la_name']} in {row['time_period']}" for row in light.to_dict("records"))]


def describe_panel(case: Case, panel: Panel) -> str:
    """Describe the panels: every grade with its date, and each series’ first and last values."""
    told = [
        f"{STRAND_NAMES[step['strand']].lower()} {GRADE_NAMES[step['grade']]} "
        f"({FRAMEWORK_NAMES[step['framework']]}) from {write_first_day(step)}"
        f"{', after the window' if step['window'] == 'after' else ''}"
        for step in panel.steps.sort_values("date", kind="stable").to_dict("records")
    ]
    for name, words in ENTRIES.items():
        series = panel.own[name]
        if len(series):
            points = [
                f"{write_value(point['value'], name)} ({write_period(point, name)})" for _, point in series.iterrows()
            ]
            told.append(f"{words.lower()} {', '.join(points)}")
    return f"Panels of {case.spoken} on one time axis: {'; '.join(told)}."


def tabulate_panel(case: Case, panel: Panel) -> pd.DataFrame:
    """Give every value drawn: a row a date and entry, with the comparators’ median beside."""
    steps = panel.steps
    rows = [
        pd.DataFrame(
            {
                "day": steps["date"],
                "Date": [write_first_day(step) for step in steps.to_dict("records")],
                "Entry": steps["strand"].map(STRAND_NAMES) + ", " + steps["framework"].map(FRAMEWORK_NAMES),
                case.label: steps["grade"].map(GRADE_NAMES),
            }
        )
    ]
    for name, words in ENTRIES.items():
        own = panel.own[name]
        median = own["date"].map(panel.others[name].set_index("date")["value"])
        texts = {
            head: [write_value(value, name) if pd.notna(value) else None for value in values]
            for head, values in ((case.label, own["value"]), ("Median of comparators", median))
        }
        dates = {"day": own["date"], "Date": own["date"].map(write_day)}
        rows.append(pd.DataFrame({**dates, "Entry": words, **texts}))
    table = pd.concat(rows, ignore_index=True).sort_values("day", kind="stable", ignore_index=True)
    return table.reindex(columns=["Date", "Entry", case.label, "Median of comparators"])


def write_first_day(step: dict[Hashable, Any]) -> str:
    """Write the day from which a grade stands, as finely as it is known.

    Examples
    --------
    >>> day = pd.Timestamp("2012-02-01")
    >>> write_first_day({"date": day, "start_date": day, "start_precision": "month"})
    'February 2012'
    """
    known = step["start_precision"] if step["date"] == step["start_date"] else "day"
    return write_start(step["date"], known)


def tell_panel(case: Case) -> Prose:
    """Tell what the panels show, and what they do not."""
    panel = gather_panel(case)
    told: list[str] = []
    lacking: list[str] = []
    whose = f"the median of {name_comparators(case)}"
    for name, words in (("caseload", "the average caseload"), ("spend", "real spend per child")):
        ends = find_ends(panel.own[name], case)
        if ends is None:
            lacking.append(words)
            continue
        first, last = (write_value(end["value"], name) for end in ends)
        median = panel.others[name].set_index("date")["value"].get(ends[1]["date"])
        beside = f"; {whose} was then {write_value(median, name)}" if median else ""
        whose = "their median" if median else whose
        told.append(
            f"{begin_sentence(words)} stood at {first} in {write_period(ends[0], name)} and at **{last}** in "
            f"{write_period(ends[1], name)}{write_extremes(case, panel, name)}{beside}."
        )
    if lacking:
        told.append(f"The window holds no two comparable figures of {' or of '.join(lacking)}.")
    return Prose(" ".join(told))
