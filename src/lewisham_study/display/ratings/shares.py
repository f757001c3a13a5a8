"""How many authorities held each grade over time: England, the region and London."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.headlines import compare_measure
from lewisham_study.analysis.moves import trace_region
from lewisham_study.display.common.citations import cite_ratings, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.phrases import format_day
from lewisham_study.display.common.style import (
    GRADE_COLOURS,
    INK,
    PAGE_WIDTH,
    SMALLEST,
    UNJUDGED,
    choose_ink,
    draw_key,
    drawing,
)
from lewisham_study.vocabulary import GRADE_LETTERS, GRADE_NAMES, GRADES, NOT_YET_JUDGED

STACK = ["inadequate", "requires_improvement", "good", "outstanding"]


def draw_shares(case: Case) -> FigureExhibit:
    """Draw the shares of authorities in each overall grade at 31 March of each year of the window."""
    shares = list_shares(case)
    places = list(dict.fromkeys(shares["place"]))
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 1.65 * len(places) + 0.5), layout="constrained")
        panels = figure.subplots(len(places), 1, squeeze=False, sharex=True)[:, 0]
        for axes, place in zip(panels, places, strict=True):
            draw_place(axes, shares[shares["place"] == place], place)
        panels[0].set_title("bold: good or outstanding, of those judged", loc="right", fontsize=SMALLEST, pad=14)
        draw_key(figure, [*STACK, NOT_YET_JUDGED])
    return FigureExhibit(
        figure,
        "fig-rating-shares",
        title_shares(shares, places),
        caption_shares(case),
        describe_shares(shares, places),
        tabulate_shares(shares),
    )


def list_shares(case: Case) -> pd.DataFrame:
    """Count the overall grades in England, the region and London at 31 March, once any was in force."""
    chosen = {"England": None, case.region: case.region, "London": "London"}
    parts = [
        trace_region(case.tables, region, case.start_year, case.end_year, case.basis).assign(place=place)
        for place, region in chosen.items()
    ]
    shares = pd.concat(parts, ignore_index=True)
    judged = shares[shares["grade"].isin(GRADES) & (shares["authorities"] > 0)]
    begun: pd.DataFrame = shares[shares["date"] >= judged["date"].min()]
    return begun.reset_index(drop=True)


def draw_place(axes: Axes, shares: pd.DataFrame, place: str) -> None:
    """Draw one place: a bar a year, worst grade at the bottom, with letters and counts; above, the share of good."""
    wide = shares.pivot(index="date", columns="grade", values="share")
    counts = shares.pivot(index="date", columns="grade", values="authorities")
    years = [day.year for day in wide.index]
    floor = pd.Series(0.0, index=wide.index)
    for grade in [*STACK, NOT_YET_JUDGED]:
        height = wide[grade]
        edge: dict[str, Any] = UNJUDGED if grade == NOT_YET_JUDGED else {"edgecolor": "white"}
        axes.bar(years, height, bottom=floor, width=0.86, color=GRADE_COLOURS[grade], lw=0.6, **edge)
        for year, base, tall, count in zip(years, floor, height, counts[grade], strict=True):
            if tall > 0.085 and grade != NOT_YET_JUDGED:
                ink: dict[str, Any] = {
                    "color": choose_ink(GRADE_COLOURS[grade]),
                    "ha": "center",
                    "va": "center_baseline",
                }
                axes.text(year, base + tall / 2, f"{GRADE_LETTERS[grade]} {count}", fontsize=SMALLEST, **ink)
        floor = floor + height
    for year, day in zip(years, wide.index, strict=True):
        good = find_good(shares, place, day)
        text = "–" if pd.isna(good) else f"{good:.0%}"
        axes.text(year, 1.03, text, ha="center", fontsize=SMALLEST, weight="bold", color=INK)
    total = int(counts.iloc[-1].sum())
    axes.set_title(f"{place} ({total} authorities in {years[-1]})", loc="left", pad=14)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    axes.set_xticks(years, [str(year) for year in years])
    axes.tick_params(axis="x", length=0)


def find_good(shares: pd.DataFrame, place: str, day: pd.Timestamp) -> float:
    """Give the share of judged authorities of a place that were good or outstanding on a day; NaN if none was."""
    here = shares[(shares["place"] == place) & (shares["date"] == day)].set_index("grade")["authorities"]
    judged = here[GRADES].sum()
    return float(here[["good", "outstanding"]].sum() / judged) if judged else float("nan")


def name_region(region: str) -> str:
    """Name a region as a sentence does.

    Examples
    --------
    >>> name_region("South West"), name_region("London")
    ('the South West', 'London')
    """
    return f"the {region}" if region.split()[0] in ("North", "South", "East", "West") else region


def title_shares(shares: pd.DataFrame, places: list[str]) -> str:
    """State the finding: the share good or outstanding at the end, place by place."""
    last = shares["date"].max()
    told = [f"{find_good(shares, place, last):.0%} in {name_region(place)}" for place in places]
    return f"Good or outstanding in March {last.year}: {', '.join(told)}"


def caption_shares(case: Case) -> str:
    """Say how to read the bars."""
    counted = (
        "A grade counts from the first day on site; Ofsted’s own counts below wait for the report and may differ. "
        if case.basis == "inspected"
        else "A grade counts from the day of its report. "
    )
    return (
        "Overall effectiveness in force at 31 March; bars are shares of all authorities that existed, the numbers in "
        "them count authorities; percentages above the bars and in the title are good or outstanding, of those judged. "
        f"{counted}A census, so no sampling interval. From "
        "2018 on the framework is another (ILACS): a change of shares is not by itself a change of quality. "
        f"{credit(cite_ratings(case))}."
    )


def describe_shares(shares: pd.DataFrame, places: list[str]) -> str:
    """Describe the bars: the share good or outstanding in the first and last year."""
    first, last = shares["date"].min(), shares["date"].max()
    told = [
        f"{place}: {find_good(shares, place, first):.0%} of judged authorities in {first.year}, "
        f"{find_good(shares, place, last):.0%} in {last.year}"
        for place in places
        if shares.loc[
            (shares["place"] == place) & (shares["date"] == first) & shares["grade"].isin(GRADES), "authorities"
        ].sum()
    ]
    return f"Stacked bars of overall grades at 31 March. Good or outstanding: {'; '.join(told)}."


def tabulate_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """Give the counts as a table: a row a place and year, a column a grade."""
    wide = shares.pivot(index=["place", "date"], columns="grade", values="authorities").reset_index()
    grades = [grade for grade in [*reversed(STACK), NOT_YET_JUDGED] if grade in wide.columns]
    table = wide[["place", "date", *grades]].rename(columns={**GRADE_NAMES, "place": "Place", "date": "31 March"})
    return table.assign(**{"31 March": table["31 March"].dt.year.astype(str)})


def summarise_headlines(case: Case, measure: str) -> Prose:
    """Tell how many published headlines of a measure come out as published, and why the others do not."""
    compared = compare_measure(case.tables, measure)
    matching, what = int((compared["verdict"] == "matches").sum()), f"published headlines on “{measure.lower()}”"
    found = f"All {matching} {what}" if matching == len(compared) else f"Of {len(compared)} {what} {matching}"
    check = "`lewisham-study check` compares every published number that the data can reach"
    text = f"{found} come out as published; {check}."
    told = [
        f"- {row['scope']}, {format_as_at(row['as_at'])}: published {row['published']}, computed {row['computed']}; "
        f"{row['reason']}."
        for row in compared[compared["verdict"] == "differs"].to_dict("records")
    ]
    return Prose("\n".join([text, "", *told]) if told else text)


def show_headlines(case: Case, measure: str, label: str, title: str) -> TableExhibit:
    """Show the published headlines of a measure beside the computed ones, oldest first.

    Parameters
    ----------
    case : the case under study.
    measure : as the table `headlines` names it.
    label, title : of the table.
    """
    compared = compare_measure(case.tables, measure).sort_values(["as_at", "scope"])
    table = compared[["scope", "as_at", "unit", "published", "computed"]]
    table = table.assign(unit=table["unit"].str.replace("per_cent", "%"), as_at=table["as_at"].map(format_as_at))
    names = {"scope": "Where", "as_at": "As at", "unit": "Unit"}
    table = table.rename(columns={**names, "published": "Published", "computed": "Computed"})
    caption = "Computed from the tables here, to the precision of the publication, which the table `headlines` names."
    return TableExhibit(table.reset_index(drop=True), label, title, caption)


def format_as_at(as_at: str) -> str:
    """Write the day, month or year of which a headline speaks.

    Examples
    --------
    >>> format_as_at("2016-03-31"), format_as_at("2021-22")
    ('31 March 2016', '2021-22')
    """
    return format_day(pd.Timestamp(as_at)) if re.fullmatch(r"\d{4}-\d\d-\d\d", as_at) else as_at
