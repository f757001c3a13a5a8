"""Statistical neighbours as small multiples (grades as a strip, spend per child as a line), and both models."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case, list_comparators, list_neighbours
from lewisham_study.analysis.cautions import select_cautions
from lewisham_study.analysis.spend import list_rate_sources
from lewisham_study.analysis.trajectories import GONE
from lewisham_study.display.common.cautions import mark_cautions
from lewisham_study.display.common.citations import credit_releases, list_rating_sources
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit, paint_widths
from lewisham_study.display.common.lines import write_near
from lewisham_study.display.common.phrases import (
    begin_sentence,
    format_count,
    format_day,
    format_no_comparators,
    name_comparators,
    name_end,
    reaches_ungraded,
    shorten_name,
    summarise_last_year,
)
from lewisham_study.display.common.style import HERE, INK, PAGE_WIDTH, REFERENCE, SMALLEST, set_margins
from lewisham_study.display.comparison.series import (
    describe_grades,
    draw_strip,
    format_state,
    gather_states,
    has_grades,
    split_state,
    trace_real_spend,
)
from lewisham_study.vocabulary import GOOD_OR_BETTER, GRADE_NAMES, NO_OVERALL

COLUMNS, PHONE_COLUMNS = 4, 2
HEIGHT = 1.3
"""Inches from one row of panels to the next."""
LETTERS, PHONE_LETTERS, SECOND_LINE = 22, 26, 0.12
"""Letters in a line above a panel on a page, and on a phone; inches for a second line above the first row."""
MOST = 11
"""Small multiples on a page; of a region or London the first ten by name are drawn with the authority."""
MODELS = ["rank_2021", "rank_2025"]


def draw_neighbours(case: Case) -> FigureExhibit | Prose:
    """Draw a small multiple for the authority and for each comparator, all on one scale."""
    codes = [case.la_code, *list_comparators(case)][:MOST]
    if len(codes) == 1:
        return Prose(format_no_comparators(case))
    states, spend = gather_states(case, codes), trace_real_spend(case, codes).dropna(subset="value")
    spend = spend.assign(year=spend["date"].dt.year)
    spend = spend[spend["year"] <= case.end_year]
    if spend.empty and not has_grades(states):
        return Prose(f"No grades or spend per child of {case.spoken} and its comparators are held.")
    cautions = select_cautions(case.tables["cautions"], "spend")
    total = cautions[cautions["measure"].isna() | (cautions["measure"] == "total_gross")]
    cautioned = spend.merge(total[["la_code", "time_period"]].drop_duplicates())
    figure, narrow = paint_widths(lambda width: paint_neighbours(case, states, spend, cautioned, width))
    return FigureExhibit(
        figure,
        "fig-comparison-neighbours",
        title_neighbours(case, states, codes),
        caption_neighbours(case, codes, spend, cautioned),
        describe_neighbours(case, states, spend, codes),
        tabulate_neighbours(case, states, spend, cautioned),
        narrow=narrow,
    )


def paint_neighbours(
    case: Case, states: pd.DataFrame, spend: pd.DataFrame, cautioned: pd.DataFrame, width: float
) -> Figure:
    """Paint the small multiples at a width in inches: four in a row, or two on a phone."""
    codes, columns = list(states.index), COLUMNS if width == PAGE_WIDTH else PHONE_COLUMNS
    rows, top = -(-len(codes) // columns), float(spend["value"].max()) * 1.08 if len(spend) else 1.0
    letters = LETTERS if columns == COLUMNS else PHONE_LETTERS
    names = [fill(shorten_name(name), letters) for name in case.labels[codes]]
    above = SECOND_LINE * any("\n" in name for name in names[:columns])
    figure = Figure(figsize=(width, 0.35 + above + HEIGHT * rows))
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    set_margins(figure, left=0.47, right=0.03, bottom=0.27, top=0.2 + above, between=(0.1, 0.24))
    for axes, code, name in zip(panels, codes, names, strict=False):
        draw_strip(axes, states, code, top, 0.26 * top)
        line, ink = (HERE, HERE) if code == case.la_code else (REFERENCE, INK)
        draw_spend(axes, spend[spend["la_code"] == code], cautioned, top, line)
        axes.set_title(name, loc="left", fontsize=SMALLEST, pad=2, color=ink)
    for place, axes in enumerate(panels):
        axes.set(visible=place < len(codes))
        # Ticks elsewhere than at the left and the foot of the panels would cost time.
        axes.yaxis.set_visible(place % columns == 0)
        axes.xaxis.set_visible(place + columns >= len(codes))
    finish_multiples(panels, case, top)
    return figure


def draw_spend(axes: Axes, own: pd.DataFrame, cautioned: pd.DataFrame, top: float, colour: str) -> None:
    """Draw the spend per child of one authority as a line, broken at missing years, and write its last value."""
    if own.empty:
        axes.text(0.5, 0.3, "no spend per child held", transform=axes.transAxes, ha="center", fontsize=SMALLEST)
        return
    width = 1.7 if colour == HERE else 1.2
    for _, part in own.groupby((own["year"].diff() > 1).cumsum()):
        axes.plot(part["year"], part["value"], color=colour, lw=width, marker="" if len(part) > 1 else "o")
    years = cautioned.loc[cautioned["la_code"].isin(own["la_code"]), "time_period"]
    mark_cautions(axes, own, "value", list(years), colour)
    last, end = own.iloc[-1], own["value"].tail(4)
    below = end.max() > 0.8 * top
    place = (last["year"] + 0.5, end.min() if below else end.max())
    shift = (0, -9 if below else 3.5 if len(own) > 1 else 5.5)
    write_near(axes, f"£{last['value']:,.0f}", place, shift, ha="right", color=colour)


def finish_multiples(panels: Any, case: Case, top: float) -> None:
    """Set one scale and few ticks for all panels; the strip lies above the scale of pounds."""
    panels[0].set_xlim(case.start_year - 0.6, case.end_year + 0.6)
    panels[0].set_ylim(0, top * 1.27)
    step = 10 ** (len(str(int(top))) - 1)
    step = next(part for part in (step / 2, step, 2 * step, 5 * step) if top / part < 5)
    ticks = [number * step for number in range(5) if number * step <= top]
    panels[0].set_yticks(ticks, [f"£{tick:,.0f}" for tick in ticks])
    years = sorted({case.start_year, case.end_year})
    panels[0].set_xticks(years, [str(year) for year in years])
    for axes in panels:
        axes.tick_params(labelsize=SMALLEST, length=2, labelbottom=True)
        if len(years) > 1 and axes.xaxis.get_visible():  # inwards, clear of the next panel
            for label, side in zip(axes.get_xticklabels(), ("left", "right"), strict=False):
                label.set_horizontalalignment(side)


def title_neighbours(case: Case, states: pd.DataFrame, codes: list[str]) -> str:
    """State how many of the comparators drawn were good or outstanding at the window's end."""
    last = states[case.end_year].map(split_state)
    grades = [last[code][1] for code in codes[1:] if last[code]]
    good = sum(grade in GOOD_OR_BETTER for grade in grades)
    ended = int((states.loc[codes[1:], case.end_year] == NO_OVERALL).sum())
    without = f", {ended} had no overall grade any more" if ended else ""
    own, state = "", states.loc[case.la_code, case.end_year]
    if last[case.la_code]:
        own = f"; {case.spoken} was rated {GRADE_NAMES[last[case.la_code][1]]}"
    elif state == NO_OVERALL:
        own = f"; nor had {case.spoken}" if ended else f"; {case.spoken} had {GRADE_NAMES[NO_OVERALL]}"
    elif state == GONE and case.valid_to is not None:
        own = f"; {case.spoken} was abolished on {format_day(case.valid_to)}"
    every = "all" if good == len(grades) > 1 else f"{good} of"
    noun, verb = ("comparator", "was") if len(grades) == 1 else ("comparators", "were")
    compared = f"{every} {len(grades)} {noun} with a grade" if grades else "no comparator had a grade, so none"
    return f"{begin_sentence(name_end(case))}, {compared} {verb} good or outstanding{without}{own}"


def caption_neighbours(case: Case, codes: list[str], spend: pd.DataFrame, cautioned: pd.DataFrame) -> str:
    """Explain the strip and the line, and cite the sources."""
    every = len(list_comparators(case))
    some = f"{len(codes) - 1} of {every} are drawn. " if every > len(codes) - 1 else ""
    sources = {*list_rating_sources(case), *spend["source_id"]}
    sources |= list_rate_sources(case.tables, case.deflator) if len(spend) else set()
    if case.comparators.startswith("neighbours"):
        sources |= list_model_sources(case, case.comparators.removeprefix("neighbours").strip())
    caution = " Hollow: treat with caution." if len(cautioned) else ""
    dashed = "; dashed: no overall grade any more" if reaches_ungraded(case) else ""
    return (
        f"{some}Strip: grade at year ends (capitals: overall; small: safeguarding; hatched: none{dashed}). "
        f"Line: spend per child, {case.price_base} prices.{caution} {summarise_last_year(case)}"
        f"{credit_releases(sources)}"
    )


def list_model_sources(case: Case, *models: str) -> set[str]:
    """List the sources of some models of statistical neighbours."""
    neighbours = case.tables["neighbours"]
    return set(neighbours.loc[neighbours["model"].astype(str).isin(models), "source_id"])


def describe_neighbours(case: Case, states: pd.DataFrame, spend: pd.DataFrame, codes: list[str]) -> str:
    """Describe the panels: each authority's grades, and its first and last spend per child."""
    parts = []
    for code in codes:
        own = spend.loc[spend["la_code"] == code, "value"]
        money = f", £{own.iloc[0]:,.0f} to £{own.iloc[-1]:,.0f} per child" if len(own) else ""
        parts.append(f"{case.labels[code]}: {describe_grades(states, code)}{money}")
    return f"Small multiples, {case.start_year} to {case.end_year}. {'; '.join(parts)}."


def tabulate_neighbours(case: Case, states: pd.DataFrame, spend: pd.DataFrame, cautioned: pd.DataFrame) -> pd.DataFrame:
    """Return every value drawn: a row for each authority and year, with its grade and spend."""
    names, money = case.labels, spend.set_index(["la_code", "year"])["value"].round()
    unsure = set(map(tuple, cautioned[["la_code", "year"]].to_numpy()))
    rows = [
        {
            "Authority": str(names[code]),
            "Year": int(year),
            "Grade at its end": GRADE_NAMES[parts[1]] if parts else format_state(str(states.loc[code, year])),
            "Of": parts[0] if parts else "",
            "Spend per child (£)": money.get((code, year)),
            "Caution": "treat with caution" if (code, year) in unsure else None,
        }
        for code in states.index
        for year in states.columns
        if states.loc[code, year] != GONE
        for parts in [split_state(str(states.loc[code, year]))]
    ]
    return pd.DataFrame(rows)


def show_models(case: Case) -> TableExhibit | Prose:
    """Show the statistical neighbours in both models, or the comparators chosen instead, with the grade of each."""
    if not case.comparators.startswith("neighbours"):
        return show_comparators(case)
    both = list_neighbours(case.tables["neighbours"], case.la_code)
    if both.empty:
        return Prose(f"Neither model of statistical neighbours includes {case.spoken}.")
    codes = list(both["neighbour_la_code"])
    table = pd.DataFrame(
        {
            "Neighbour": list(case.labels[codes]),
            "Rank, model of 2021": both["rank_2021"],
            "Rank, model of 2025": both["rank_2025"],
            f"Grade {name_end(case)}": list_grades(case, codes),
        }
    )
    return TableExhibit(
        table,
        "tbl-comparison-models",
        f"Statistical neighbours of {case.spoken} in both models: {count_common(both)}",
        f"Rank 1 is the nearest. {credit_releases(list_model_sources(case, '2021', '2025'))}",
    )


def show_comparators(case: Case) -> TableExhibit | Prose:
    """Show the comparators that were chosen, with the grade of each at the window's end."""
    codes = list_comparators(case)
    if not codes:
        return Prose(format_no_comparators(case))
    table = pd.DataFrame({"Comparator": list(case.labels[codes]), f"Grade {name_end(case)}": list_grades(case, codes)})
    title = f"Grades of {name_comparators(case, model=True)}"
    return TableExhibit(table, "tbl-comparison-models", title, credit_releases(list_rating_sources(case)))


def list_grades(case: Case, codes: list[str]) -> list[str | None]:
    """List the grades of some authorities at the window's end, in words; None where there is none."""
    states = map(format_state, gather_states(case, codes)[case.end_year])
    return [None if state == "none" else state for state in states]


def count_common(both: pd.DataFrame) -> str:
    """Describe how many neighbours both models name.

    Examples
    --------
    >>> count_common(pd.DataFrame({"rank_2021": [1, 2], "rank_2025": [1, None]}))
    '1 of 2 in common'
    """
    known = [int(both[column].notna().sum()) for column in MODELS]
    if 0 in known:
        return f"only the model of {'2025' if known[0] == 0 else '2021'} has any"
    return f"{int(both[MODELS].notna().all(axis=1).sum())} of {max(known)} in common"


def summarise_neighbours(case: Case) -> Prose:
    """Summarise how far the two models agree, and why the choice matters."""
    both = list_neighbours(case.tables["neighbours"], case.la_code)
    if both.empty:
        return Prose(
            f"Neither model of statistical neighbours includes {case.spoken}; other comparators can be chosen."
        )
    common = int(both[MODELS].notna().all(axis=1).sum())
    count = format_count(common).lower() if common else "none"
    agreement = f"The two models have **{count} of their ten neighbours** in common."
    known = [model.removeprefix("rank_") for model in MODELS if both[model].notna().any()]
    if len(known) == 1:
        agreement = f"Only the model of {known[0]} names neighbours of {case.spoken}."
    return Prose(
        f"{agreement} DfE chose the neighbours by the make-up of the population, after these years. The model of 2021 "
        "is closer in time to 2012 to 2022; that of 2025 shows how much depends on the choice."
    )
