"""How many authorities had each grade over time: England, the region and London."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models.headlines import compare_measure
from lewisham_study.analysis.trajectories import trace_region
from lewisham_study.display.common.citations import cite_ratings, credit, link
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.phrases import format_day, name_region, note_ungraded, reaches_ungraded
from lewisham_study.display.common.style import (
    GRADE_COLOURS,
    INK,
    PAGE_WIDTH,
    SMALLEST,
    UNJUDGED,
    choose_ink,
    draw_key,
    drawing,
    set_margins,
)
from lewisham_study.vocabulary import (
    FEWEST,
    GOOD_OR_BETTER,
    GRADE_LETTERS,
    GRADE_NAMES,
    GRADES,
    NO_OVERALL,
    NOT_YET_JUDGED,
)

STACK = ["inadequate", "requires_improvement", "good", "outstanding"]


def draw_shares(case: Case) -> FigureExhibit:
    """Draw the shares of authorities in each overall grade at 31 March of each year of the window."""
    shares = list_shares(case)
    places = list(dict.fromkeys(shares["place"]))
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 1.65 * len(places) + 0.5))
        panels = figure.subplots(len(places), 1, squeeze=False, sharex=True)[:, 0]
        for axes, place in zip(panels, places, strict=True):
            draw_place(axes, shares[shares["place"] == place], place)
        panels[0].set_title("bold: good or outstanding, of those judged", loc="right", fontsize=SMALLEST, pad=14)
        key = draw_key(figure, list_stack(shares))
        set_margins(figure, left=0.46, right=0.06, bottom=0.2, top=key + 0.29, gaps=(0, 0.44))
    return FigureExhibit(
        figure,
        "fig-rating-shares",
        title_shares(shares, places),
        caption_shares(case),
        describe_shares(shares, places),
        tabulate_shares(shares),
    )


def list_shares(case: Case) -> pd.DataFrame:
    """Count the overall grades in England, the region and London at 31 March, from the first year with any."""
    chosen = {"England": None, case.region: case.region, "London": "London"}
    parts = [
        trace_region(case.tables, region, case.start_year, case.end_year, case.basis).assign(place=place)
        for place, region in chosen.items()
    ]
    shares = pd.concat(parts, ignore_index=True)
    judged = shares[shares["grade"].isin(GRADES) & (shares["authorities"] > 0)]
    counted: pd.DataFrame = shares[shares["date"] >= judged["date"].min()]
    return counted.reset_index(drop=True)


def list_stack(shares: pd.DataFrame) -> list[str]:
    """List the grades of a bar from the bottom up; the end of the overall grade only where it shows."""
    ended = (shares["authorities"] > 0) & (shares["grade"] == NO_OVERALL)
    return [*STACK, *([NO_OVERALL] if ended.any() else []), NOT_YET_JUDGED]


def draw_place(axes: Axes, shares: pd.DataFrame, place: str) -> None:
    """Draw a place's bar for each year, worst grade at the bottom, under the share good or outstanding."""
    wide = shares.pivot(index="date", columns="grade", values="share")
    counts = shares.pivot(index="date", columns="grade", values="authorities")
    years = [day.year for day in wide.index]
    floor = pd.Series(0.0, index=wide.index)
    look: dict[str, Any] = {"ha": "center", "fontsize": SMALLEST}
    for grade in list_stack(shares):
        height, colour = wide[grade], GRADE_COLOURS[grade]
        edge: dict[str, Any] = UNJUDGED.get(grade, {"edgecolor": "white"})
        axes.bar(years, height, bottom=floor, width=0.86, color=colour, lw=0.6, **edge)
        for year, base, tall, count in zip(years, floor, height, counts[grade], strict=True):
            if tall > 0.085 and grade not in UNJUDGED:
                text = f"{GRADE_LETTERS[grade]} {count}"
                axes.text(year, base + tall / 2, text, color=choose_ink(colour), va="center_baseline", **look)
        floor = floor + height
    for year, day in zip(years, wide.index, strict=True):
        axes.text(year, 1.03, format_good(shares, place, day), weight="bold", color=INK, **look)
    total = int(counts.iloc[-1].sum())
    axes.set_title(f"{place} ({total} authorities in {years[-1]})", loc="left", pad=14)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    axes.set_xticks(years, [str(year) for year in years])
    axes.tick_params(axis="x", length=0)


def format_good(shares: pd.DataFrame, place: str, day: pd.Timestamp) -> str:
    """Format the share of judged authorities that were good or outstanding; with fewer than five, the counts."""
    here = shares[(shares["place"] == place) & (shares["date"] == day)].set_index("grade")["authorities"]
    judged, good = int(here[GRADES].sum()), int(here[GOOD_OR_BETTER].sum())
    if not judged:
        return "–"
    return f"{good} of {judged}" if judged < FEWEST else f"{good / judged:.0%}"


def title_shares(shares: pd.DataFrame, places: list[str]) -> str:
    """State the share good or outstanding in the last year, place by place."""
    last = shares["date"].max()
    parts = [f"{format_good(shares, place, last)} in {name_region(place)}" for place in places]
    return f"Good or outstanding in March {last.year}: {', '.join(parts)}"


def caption_shares(case: Case) -> str:
    """Explain the bars and which day a grade counts from, and cite the sources."""
    basis = "first day on site" if case.basis == "inspected" else "day of the report"
    return (
        f"Overall grades in force at 31 March, from the {basis}. The framework changed in 2018. "
        f"{note_ungraded(shown=reaches_ungraded(case))}{credit(cite_ratings(case))}."
    )


def describe_shares(shares: pd.DataFrame, places: list[str]) -> str:
    """Describe the share good or outstanding in the first and last year."""
    first, last = shares["date"].min(), shares["date"].max()
    parts = [
        f"{place}: of judged authorities {start} in {first.year}, {end} in {last.year}"
        for place in places
        for start, end in [(format_good(shares, place, first), format_good(shares, place, last))]
        if start != "–"
    ]
    return f"Stacked bars of overall grades at 31 March. Good or outstanding: {'; '.join(parts)}."


def tabulate_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """Arrange the counts as a table of places and years by grade."""
    wide = shares.pivot(index=["place", "date"], columns="grade", values="authorities").reset_index()
    grades = [grade for grade in [*reversed(STACK), *list_stack(shares)[len(STACK) :]] if grade in wide.columns]
    table = wide[["place", "date", *grades]].rename(columns={**GRADE_NAMES, "place": "Place", "date": "31 March"})
    named = table.rename(columns=lambda name: name if name in ("Place", "31 March") else f"{name}, authorities")
    return named.assign(**{"31 March": table["31 March"].dt.year.astype(str)})


def summarise_headlines(case: Case, measure: str) -> Prose:
    """State how many published headlines of a measure the study reproduces, and why the others differ."""
    compared = compare_measure(case.tables, measure)
    matching = int((compared["verdict"] == "matches").sum())
    count = f"All {matching}" if matching == len(compared) else f"{matching} of {len(compared)}"
    text = (
        f"{count} figures computed here for “{measure.lower()}” match the published headlines; `lewisham-study check` "
        "compares every published number that the data can reproduce."
    )
    differing = [
        f"- {row['scope']}, {format_as_at(row['as_at'])}: published {row['published']}, computed {row['computed']}; "
        f"{row['reason']}."
        for row in compared[compared["verdict"] == "differs"].to_dict("records")
    ]
    return Prose("\n".join([text, "", *differing]) if differing else text)


def show_headlines(case: Case, measure: str, label: str, title: str) -> TableExhibit:
    """Show the published headlines of a measure with the computed values, oldest first."""
    compared = compare_measure(case.tables, measure).sort_values(["as_at", "scope"])
    table = compared[["scope", "as_at", "unit", "published", "computed"]]
    table = table.assign(unit=table["unit"].str.replace("per_cent", "%"), as_at=table["as_at"].map(format_as_at))
    names = {"scope": "Where", "as_at": "As at", "unit": "Unit"}
    table = table.rename(columns={**names, "published": "Published", "computed": "Computed"})
    headlines = case.tables["headlines"]
    sources = headlines[headlines["measure"] == measure].drop_duplicates("source_title")
    named = [link(title, url) for title, url in zip(sources["source_title"], sources["url"], strict=True)]
    caption = f"Computed from the tables of this study, rounded as published. Sources: {'; '.join(named)}."
    return TableExhibit(table.reset_index(drop=True), label, title, caption)


def format_as_at(as_at: str) -> str:
    """Format the day, month or year of a headline."""
    return format_day(pd.Timestamp(as_at)) if re.fullmatch(r"\d{4}-\d\d-\d\d", as_at) else as_at
