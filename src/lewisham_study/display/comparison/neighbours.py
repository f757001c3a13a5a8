"""Statistical neighbours as small multiples: grades as a strip, spend per child as a line."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.comparison import list_neighbours, trace_spend
from lewisham_study.analysis.spend import list_years
from lewisham_study.analysis.trajectories import GONE
from lewisham_study.display.common.cautions import mark_cautions
from lewisham_study.display.common.citations import cite_releases, credit, list_rating_sources
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.phrases import (
    begin_sentence,
    format_count,
    format_no_comparators,
    list_words,
    name_comparators,
    name_end,
    shorten_name,
    summarise_last_year,
)
from lewisham_study.display.common.style import (
    GRADE_COLOURS,
    HERE,
    INK,
    PAGE_WIDTH,
    REFERENCE,
    SMALLEST,
    choose_ink,
    drawing,
)
from lewisham_study.display.comparison.states import gather_states, has_grades, list_runs, select_states, split_state
from lewisham_study.vocabulary import GRADE_LETTERS, GRADE_NAMES

COLUMNS = 4
MOST = 11
"""Small multiples on a page; of a region or London the first ten by name are drawn beside the authority."""


def draw_neighbours(case: Case) -> FigureExhibit | Prose:
    """Draw a small multiple for the authority and for each comparator: grades as a strip, spend as a line.

    Returns
    -------
    FigureExhibit or Prose
        All panels have one scale. Its table has a row for each authority and year.
    """
    codes = [case.la_code, *list_comparators(case)][:MOST]
    if len(codes) == 1:
        return Prose(format_no_comparators(case))
    states, spend = gather_states(case, codes), gather_spend(case, codes)
    if spend.empty and not has_grades(states):
        return Prose(f"Neither grades nor spend per child of {case.spoken} and its comparators are held.")
    names = case.labels
    rows = -(-len(codes) // COLUMNS)
    with drawing():
        height = 0.35 + 1.3 * rows
        figure = Figure(figsize=(PAGE_WIDTH, height))
        figure.subplots_adjust(0.075, 0.27 / height, 0.995, 1 - 0.2 / height, 0.1, 0.24)
        panels = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False).ravel()
        top = float(spend["value"].max()) * 1.08 if len(spend) else 1.0
        for axes, code in zip(panels, codes, strict=False):
            own = spend[spend["la_code"] == code]
            draw_multiple(axes, select_states(states, code), own, top, here=code == case.la_code)
            mark_cautions(
                axes, own, "value", list_cautioned_years(case, own), HERE if code == case.la_code else REFERENCE
            )
            name = shorten_name(str(names[code]))
            axes.set_title(name, loc="left", fontsize=SMALLEST, pad=2, color=HERE if code == case.la_code else INK)
        for place, axes in enumerate(panels[len(codes) :], start=len(codes)):
            axes.set_axis_off()
            if place >= COLUMNS:
                panels[place - COLUMNS].tick_params(labelbottom=True)
        finish_multiples(panels, case, top)
    return FigureExhibit(
        figure,
        "fig-comparison-neighbours",
        title_neighbours(case, states, codes),
        caption_neighbours(case, codes, spend),
        describe_neighbours(case, states, spend, codes),
        tabulate_neighbours(case, states, spend, codes),
    )


def gather_spend(case: Case, codes: list[str]) -> pd.DataFrame:
    """Give the real spend per child in the window’s financial years; the year is the one in which each ends."""
    tables = case.tables
    spend = trace_spend(
        tables["spend"], tables["population"], tables["prices"], codes, base=case.price_base, index=case.deflator
    )
    spend = spend.assign(year=spend["date"].dt.year).dropna(subset="value")
    return spend[spend["time_period"].isin(list_years(case.start_year, case.end_year))]


def list_cautioned_years(case: Case, own: pd.DataFrame) -> list[str]:
    """List the financial years in which an authority's total carries a caution of its own."""
    cautions = case.tables["cautions"]
    here = cautions[cautions["la_code"].isin(own["la_code"]) & (cautions["table"] == "spend")]
    light = here["time_period"][(here["measure"] == "total_gross") & (here["status"] == "published")]
    return sorted(set(light) & set(own["time_period"]))


def draw_multiple(axes: Axes, states: pd.Series, spend: pd.DataFrame, top: float, *, here: bool) -> None:
    """Draw one authority: a strip of grades above its line of spend per child."""
    height = top * 0.26
    for run, years in list_runs(states):
        parts = split_state(run)
        if run == GONE:
            continue
        colour = GRADE_COLOURS[parts[1]] if parts else "#FFFFFF"
        edge: dict[str, Any] = {"edgecolor": "white"} if parts else {"edgecolor": "#BBBBBB", "hatch": "////"}
        axes.add_patch(Rectangle((years[0] - 0.5, top), len(years), height, facecolor=colour, lw=0.6, **edge))
        if parts:
            letter = GRADE_LETTERS[parts[1]].lower() if parts[0] == "safeguarding" else GRADE_LETTERS[parts[1]]
            centred: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": SMALLEST}
            axes.text(years[0] - 0.5 + len(years) / 2, top + height / 2, letter, color=choose_ink(colour), **centred)
    colour = HERE if here else REFERENCE
    gaps = (spend["year"].diff() > 1).cumsum()
    for _, part in spend.groupby(gaps):
        axes.plot(
            part["year"], part["value"], color=colour, lw=1.7 if here else 1.2, marker="" if len(part) > 1 else "o"
        )
    if len(spend):
        last, near = spend.iloc[-1], spend["value"].tail(4)
        beside: dict[str, Any] = {"textcoords": "offset points", "ha": "right", "fontsize": SMALLEST, "color": colour}
        high = near.max() > 0.8 * top
        place = (last["year"] + 0.5, near.min() if high else near.max())
        axes.annotate(f"£{last['value']:,.0f}", place, (0, -9 if high else 3.5), **beside)
    else:
        axes.text(0.5, 0.3, "no spend per child held", transform=axes.transAxes, ha="center", fontsize=SMALLEST)


def finish_multiples(panels: Any, case: Case, top: float) -> None:
    """Give all panels one scale and few ticks; the strip lies above the scale of pounds."""
    panels[0].set_xlim(case.start_year - 0.6, case.end_year + 0.6)
    panels[0].set_ylim(0, top * 1.27)
    step = 10 ** (len(str(int(top))) - 1)
    step = next(part for part in (step / 2, step, 2 * step, 5 * step) if top / part < 5)
    ticks = [number * step for number in range(5) if number * step <= top]
    panels[0].set_yticks(ticks, [f"£{tick:,.0f}" for tick in ticks])
    years = sorted({case.start_year, case.end_year})
    panels[0].set_xticks(years, [str(year) for year in years])
    for axes in panels:
        axes.tick_params(labelsize=SMALLEST, length=2)
        if len(years) > 1:  # inwards, clear of the panel beside it
            for label, side in zip(axes.get_xticklabels(), ("left", "right"), strict=False):
                label.set_horizontalalignment(side)


def title_neighbours(case: Case, states: pd.DataFrame, codes: list[str]) -> str:
    """State the finding: how many of the comparators drawn were good or outstanding at the window's end."""
    last = states.loc[codes[1:], case.end_year].map(split_state)
    judged = [parts[1] for parts in last if parts]
    good = sum(grade in ("outstanding", "good") for grade in judged)
    own = split_state(str(states.loc[case.la_code, case.end_year]))
    tail = f"; {case.spoken} was rated {GRADE_NAMES[own[1]]}" if own else ""
    every = "all" if good == len(judged) > 1 else f"{good} of"
    noun, verb = ("comparator", "was") if len(judged) == 1 else ("comparators", "were")
    compared = f"{every} {len(judged)} {noun} with a grade" if judged else "no comparator had a grade, so none"
    return f"{begin_sentence(name_end(case))}, {compared} {verb} good or outstanding{tail}"


def caption_neighbours(case: Case, codes: list[str], spend: pd.DataFrame) -> str:
    """Say how to read the panels."""
    every = len(list_comparators(case))
    some = f" The first {len(codes) - 1} of {every} are drawn." if every > len(codes) - 1 else ""
    sources = {*list_rating_sources(case), *spend["source_id"]}
    sources |= {"ons-population-2024", "hmt-deflator-2026-03"} if len(spend) else set()
    if case.comparators.startswith("neighbours"):
        sources |= {f"dfe-neighbours-{case.comparators.removeprefix('neighbours').strip()}"}
    names = case.labels
    hollow = [
        f"{names[code]} {year}" for code, own in spend.groupby("la_code") for year in list_cautioned_years(case, own)
    ]
    lean = f" Hollow: figures to lean on lightly ({list_words(hollow)})." if hollow else ""
    return (
        f"{case.opening} and {name_comparators(case)}.{some} Strip: grade in force at the end of each year, capital "
        "letters overall (O, G, RI, I), small letters safeguarding under the framework before (o, g, a, i); hatched: "
        f"none yet. Line: gross spend per child aged 0 to 17 in {case.price_base} prices, one scale for all, from "
        "zero; its last value is written. A year is that in which the financial year ends."
        f"{lean} {summarise_last_year(case)}{credit(cite_releases(sources))}."
    )


def describe_neighbours(case: Case, states: pd.DataFrame, spend: pd.DataFrame, codes: list[str]) -> str:
    """Describe the panels: each authority’s grades and its first and last spend per child."""
    names = case.labels
    told = []
    for code in codes:
        own = spend[spend["la_code"] == code]
        money = f", £{own['value'].iloc[0]:,.0f} to £{own['value'].iloc[-1]:,.0f} per child" if len(own) else ""
        runs = [(split_state(run), years[0]) for run, years in list_runs(select_states(states, code))]
        grades = [f"{GRADE_NAMES[parts[1]]} ({parts[0]}) from {year}" for parts, year in runs if parts]
        told.append(f"{names[code]}: {', '.join(grades) if grades else 'no grade'}{money}")
    return f"Small multiples, {case.start_year} to {case.end_year}. {'; '.join(told)}."


def tabulate_neighbours(case: Case, states: pd.DataFrame, spend: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """Give every value drawn: a row for each authority, its grade at the end of each year, its spend."""
    names = case.labels
    money = spend.set_index(["la_code", "year"])["value"].map("£{:,.0f}".format)
    rows = [
        {
            "Authority": str(names[code]),
            "Year": str(year),
            "Grade at its end": GRADE_NAMES[parts[1]] if parts else "none",
            "Of": parts[0] if parts else "",
            "Spend per child": money.get((code, year)),
        }
        for code in codes
        for year in states.columns
        if states.loc[code, year] != GONE
        for parts in [split_state(str(states.loc[code, year]))]
    ]
    return pd.DataFrame(rows)


def show_models(case: Case) -> TableExhibit | Prose:
    """Show the statistical neighbours under both models, with the grade of each at the window's end."""
    both = list_neighbours(case.tables["neighbours"], case.la_code)
    if both.empty:
        return Prose(f"Neither model of statistical neighbours knows {case.spoken}.")
    names = case.labels
    codes = list(both["neighbour_la_code"])
    last = gather_states(case, codes)[case.end_year].map(split_state)
    grades = [f"{GRADE_NAMES[parts[1]]} ({parts[0]})" if parts else None for parts in last]
    table = pd.DataFrame(
        {
            "Neighbour": list(names[codes]),
            "Rank, model of 2021": both["rank_2021"],
            "Rank, model of 2025": both["rank_2025"],
            f"Grade {name_end(case)}": grades,
        }
    )
    return TableExhibit(
        table,
        "tbl-comparison-models",
        f"Statistical neighbours of {case.spoken} under both models: {count_common(both)}",
        f"Rank 1 is the nearest. {credit(cite_releases(['dfe-neighbours-2021', 'dfe-neighbours-2025']))}.",
    )


def count_common(both: pd.DataFrame) -> str:
    """Say how many neighbours both models name.

    Examples
    --------
    >>> count_common(pd.DataFrame({"rank_2021": [1, 2], "rank_2025": [1, None]}))
    '1 of 2 in common'
    """
    known = [int(both[column].notna().sum()) for column in ("rank_2021", "rank_2025")]
    if 0 in known:
        return f"only that of {'2025' if known[0] == 0 else '2021'} has any"
    return f"{int(both[['rank_2021', 'rank_2025']].notna().all(axis=1).sum())} of {max(known)} in common"


def summarise_neighbours(case: Case) -> Prose:
    """Tell how far the two models agree on the neighbours, and why the choice is not neutral."""
    both = list_neighbours(case.tables["neighbours"], case.la_code)
    if both.empty:
        return Prose(f"Neither model of statistical neighbours knows {case.spoken}; other comparators can be chosen.")
    common = both[["rank_2021", "rank_2025"]].notna().all(axis=1).sum()
    if both["rank_2021"].isna().all() or both["rank_2025"].isna().all():
        known = "2025" if both["rank_2021"].isna().all() else "2021"
        told = f"Only the model of {known} names neighbours of {case.spoken}."
    else:
        noun = "neighbour" if common == 1 else "neighbours"
        told = f"The two models name **{format_count(int(common)).lower()} {noun} in common** of ten."
    return Prose(
        f"{told} Neighbours are chosen by DfE from the make-up of the population, after the event: the model of 2021 "
        "stands nearer to the years 2012 to 2022, that of 2025 is there to see what turns on the choice."
    )
