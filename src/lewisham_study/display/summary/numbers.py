"""Four numbers of one authority with their place among all councils, and two of them as a chart over the years."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.analysis.spend import name_year
from lewisham_study.analysis.summary import (
    AGENCY,
    IN_CARE,
    SPEND,
    Measure,
    Standing,
    find_ends,
    gather_measures,
    place_measure,
)
from lewisham_study.display.common.cautions import mark_cautions
from lewisham_study.display.common.charts import NamedLine, describe_table, draw_named_lines, label_lines, name_ends
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit, paint_widths
from lewisham_study.display.common.lines import measure_end, write_near
from lewisham_study.display.common.phrases import list_words, name_group
from lewisham_study.display.common.style import FAINT, HERE, INK, PAGE_WIDTH, SMALLEST, set_margins
from lewisham_study.display.summary.grades import list_steps
from lewisham_study.vocabulary import GRADE_LETTERS

NAME = 18
"""Letters in a line of a name, so that a long one leaves room for the years."""
STILL = 0.005
"""A smaller change than this share is none."""
START = 2
"""Years after the first that its label reaches over."""
AFTER = 0.25
"""From 30 September, where a year is drawn, to the end of the year."""
HOLLOW = {"provisional": "provisional", "treat with caution": "unsure"}
"""What hollow marks mean, and which periods of a measure they mark."""
PANELS = {CASELOAD: "Cases per social worker, 30 September", SPEND: "Real spend per child, financial years"}


@dataclass(frozen=True)
class Look:
    """How a measure is named and written: `name` has a place for its period."""

    name: str
    short: str
    write: Callable[[float], str]


LOOKS = {
    CASELOAD: Look("Cases per worker, Sep {}", "cases per worker", "{:.1f}".format),
    AGENCY: Look("Agency workers, Sep {}", "agency workers", "{:.0f}%".format),
    IN_CARE: Look("In care per 10,000, Mar {}", "children looked after", "{:.0f}".format),
    SPEND: Look("Spend per child, {}", "spend per child", "£{:,.0f}".format),
}


def show_numbers(case: Case) -> TableExhibit:
    """Show the latest sound value of each measure, next to the comparators, England and all councils."""
    measures = gather_measures(case)
    placed = [place_measure(case, measure) for measure in measures]
    rows = [format_row(case, measure, standing) for measure, standing in zip(measures, placed, strict=True)]
    heads = ["Latest figure", case.label, name_group(case), "England", "Among all councils", "Quarter"]
    group = f"{name_group(case)}: median. " if list_comparators(case) else ""
    return TableExhibit(
        pd.DataFrame(rows, columns=heads),
        "tbl-numbers",
        title_numbers(case, placed),
        f"{group}Spend in {case.price_base} prices. Joint returns count once. A high or low place is neither good nor "
        f"bad in itself.{credit_latest(measures)}",
    )


def format_row(case: Case, measure: Measure, standing: Standing | None) -> list[str | None]:
    """Write a measure with what it is compared with; a missing value has its reason instead of a place."""
    if standing is None:
        last = measure.england.iloc[-1]
        every = measure.every[measure.every["time_period"] == last["time_period"]]
        median = every.loc[every["la_code"].isin(list_comparators(case)), "value"].median()
        period, values = last["time_period"], [None, median, last["value"]]
        place = ["fewer than five: no rate" if measure.few else "no figure published", None]
    else:
        period, values = standing.period, [standing.value, standing.median, standing.england]
        place = [format_place(standing), name_quarter(standing)]
    look = LOOKS[measure.name]
    return [look.name.format(period), *[None if pd.isna(value) else look.write(value) for value in values], *place]


def format_place(standing: Standing) -> str:
    """Format the place among all councils, counted from the nearer end.

    Examples
    --------
    >>> format_place(Standing("caseload_fte", "2025", 14.2, 13.5, 15.2, 40, 2, 106, (6, 0, 4)))
    'joint 41st lowest of 148'
    >>> format_place(Standing("caseload_fte", "2025", 14.2, 13.5, 15.2, 117, 1, 33, (6, 0, 4)))
    '34th highest of 151'
    """
    low = standing.lower <= standing.higher
    rank = 1 + (standing.lower if low else standing.higher)
    joint = "joint " if standing.same > 1 else ""
    which = "lowest" if low else "highest"
    place = which if rank == 1 else f"{format_ordinal(rank)} {which}"
    return f"{joint}{place} of {standing.count}"


def name_quarter(standing: Standing) -> str:
    """Name the quarter of all councils that a value is in: lowest, second lowest, second highest or highest."""
    low = standing.lower <= standing.higher
    second = min(standing.lower, standing.higher) >= standing.count / 4
    return f"{'second ' if second else ''}{'lowest' if low else 'highest'}"


def format_ordinal(number: int) -> str:
    """Format a place: 1st, 12th, 23rd.

    Examples
    --------
    >>> [format_ordinal(number) for number in (1, 2, 3, 4, 11, 22, 113)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd', '113th']
    """
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def title_numbers(case: Case, placed: list[Standing | None]) -> str:
    """Say in which measures the authority is above and below its comparators' median."""
    sides: dict[str, list[str]] = {"above": [], "below": []}
    for one in placed:
        if one is not None and pd.notna(one.median):
            look = LOOKS[one.name]
            if look.write(one.value) != look.write(one.median):
                sides["above" if one.value > one.median else "below"].append(look.short)
    found = {side: names for side, names in sides.items() if names}
    if not found:
        return f"Four numbers of {case.spoken}, with all councils"
    for side, names in found.items():
        if len(names) == len(LOOKS):
            return f"{case.opening} is {side} its comparators’ median in all four measures"
    whose = iter(["its comparators’ median", "it"])
    parts = [f"{side} {next(whose)} in {list_words(names)}" for side, names in found.items()]
    return f"{case.opening} is {' and '.join(parts)}"


def credit_latest(measures: list[Measure]) -> str:
    """Cite, after a space, the releases of the authority's latest values; empty without any."""
    sources = {str(source) for one in measures for source in one.known["source_id"].tail(1)}
    return f" {credit_releases(sources)}" if sources else ""


def draw_changes(case: Case) -> FigureExhibit | Prose:
    """Draw caseload and spend with comparators and England, and each inspection as a line with its grade."""
    shown = [one for one in gather_measures(case) if one.name in PANELS and len(one.own.dropna(subset="value"))]
    if not shown:
        return Prose(f"Neither caseload nor spend per child of {case.spoken} is held.")
    lines = {one.name: list_lines(case, one) for one in shown}
    ends = [end for one in shown for end in name_ends(lines[one.name], LOOKS[one.name].write)]
    reach = max(measure_end(end, letters=NAME) for end in ends)

    def paint(width: float) -> Figure:
        """Paint the panels side by side, or on a phone one above the other."""
        rows, columns = (1, len(shown)) if width == PAGE_WIDTH else (len(shown), 1)
        figure = Figure(figsize=(width, (1.8 if width == PAGE_WIDTH else 2.05) * rows))
        panels = figure.subplots(rows, columns, squeeze=False).ravel()
        # The ticks of caseloads, which come first, are narrower than those of pounds.
        left = 0.3 if columns > 1 else 0.5
        set_margins(figure, left=left, right=reach + 0.06, bottom=0.25, top=0.22, gaps=(reach + 0.45, 0.46))
        for axes, measure in zip(panels, shown, strict=True):
            draw_panel(axes, case, measure, lines[measure.name])
        return figure

    figure, narrow = paint_widths(paint)
    tables = {one.name: tabulate_panel(lines[one.name]) for one in shown}
    units = {CASELOAD: "cases", SPEND: f"£, {case.price_base} prices"}
    keys = pd.MultiIndex.from_tuples([(PANELS[name], units[name]) for name in tables], names=["Measure", "Unit"])
    table = pd.concat(list(tables.values()), keys=keys).reset_index(["Measure", "Unit"]).reset_index(drop=True)
    alt = " ".join(f"{PANELS[name]}. {describe_table(part.drop(columns='Source'))}" for name, part in tables.items())
    title, caption = title_changes(case, shown), caption_changes(case, shown)
    return FigureExhibit(figure, "fig-changes", title, caption, alt, table, narrow=narrow)


def list_lines(case: Case, measure: Measure) -> list[NamedLine]:
    """List the lines of a panel: the authority, its comparators' median and England."""
    others = measure.every[measure.every["la_code"].isin(list_comparators(case))]
    median = others.groupby(["time_period", "year", "series"])["value"].median().reset_index()
    return [
        NamedLine(case.label, "own", measure.own),
        NamedLine(name_group(case), "median", median),
        NamedLine("England", "England", measure.england),
    ]


def tabulate_panel(lines: list[NamedLine]) -> pd.DataFrame:
    """Return the lines of a panel as a table: a row a period, and where the authority's own value is printed."""
    columns = {line.name: line.figures.set_index("time_period")["value"] for line in lines}
    own = lines[0].figures.set_index("time_period")
    columns["Source"] = own["source_id"] + ", " + own["locator"]
    return pd.DataFrame(columns).sort_index().rename_axis("Period").reset_index().round(1)


def draw_panel(axes: Axes, case: Case, measure: Measure, lines: list[NamedLine]) -> None:
    """Draw one measure from zero, with hollow marks for figures with a caution."""
    write = LOOKS[measure.name].write
    draw_named_lines(axes, lines)
    mark_cautions(axes, measure.own, "value", [*measure.unsure, *measure.provisional])
    years = measure.england["year"]
    first, last = int(years.min()), int(years.max())
    axes.set_xlim(first - 0.4, last + 0.2)
    axes.set_ylim(0, 1.22 * max(line.figures["value"].max() for line in lines if len(line.figures)))
    ticks = list(range(first, last + 1, 2 if last - first < 10 else 3))
    axes.set_xticks(ticks, [name_year(year)[2:] if measure.name == SPEND else str(year) for year in ticks])
    axes.tick_params(labelsize=SMALLEST)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(lambda value, _: write(value).removesuffix(".0"))
    axes.set_title(PANELS[measure.name], loc="left")
    if is_hatched(case, measure):
        look: dict[str, Any] = {"facecolor": "none", "edgecolor": FAINT, "hatch": "////", "lw": 0, "zorder": 0.4}
        axes.axvspan(case.end_year + AFTER, last + 0.2, **look)
    mark_inspections(axes, case)
    label_lines(axes, lines, write, NAME)
    ends = find_ends(case, measure)
    if ends is not None:
        label_start(axes, lines, ends[0], write(ends[0]["value"]))


def is_hatched(case: Case, measure: Measure) -> bool:
    """Whether years after the window are drawn."""
    years = measure.england["year"]
    return bool(years.min() < case.end_year + AFTER < years.max())


def label_start(axes: Axes, lines: list[NamedLine], start: pd.Series, text: str) -> None:
    """Write the authority's first value above or below all lines near it, whichever is nearer."""
    near = [line.figures[line.figures["year"].between(start["year"], start["year"] + START)] for line in lines]
    values = pd.concat([rows["value"].dropna() for rows in near])
    below = start["value"] - values.min() < values.max() - start["value"]
    look: dict[str, Any] = {"bbox": {"facecolor": "white", "lw": 0, "pad": 0.4}, "color": HERE, "weight": "bold"}
    place = (start["year"], values.min() if below else values.max())
    write_near(axes, text, place, (-2, -11 if below else 5), ha="left", zorder=5, **look)


def mark_inspections(axes: Axes, case: Case) -> None:
    """Mark each graded inspection by a line with the letters of its grade, on the axis of the measure's dates."""
    low, high = axes.get_xlim()
    for step in list_steps(case).to_dict("records"):
        # A caseload is of 30 September, which is also the middle of the financial year drawn there.
        place = step["date"].year + (step["date"].day_of_year - 273) / 365
        if low < place < high and step["strand"] == "overall":
            letter = GRADE_LETTERS[step["grade"]]
            axes.axvline(place, ymax=0.92, color=INK, lw=0.8, ls=(0, (1, 1.5)), zorder=1)
            look: dict[str, Any] = {"ha": "center", "va": "top", "fontsize": SMALLEST, "weight": "bold", "color": INK}
            patch = {"facecolor": "white", "lw": 0, "pad": 0.6}
            axes.text(place, 0.99, letter, transform=axes.get_xaxis_transform(), bbox=patch, **look)


def title_changes(case: Case, shown: list[Measure]) -> str:
    """State how each series moved between its first and last sound year."""
    parts = [describe_move(case, one) for one in shown]
    return f"{case.label}: {'; '.join(part for part in parts if part) or 'no two comparable years'}"


def describe_move(case: Case, measure: Measure) -> str:
    """Describe the move of a measure between two sound years, to follow a name; empty without two."""
    ends = find_ends(case, measure)
    if ends is None:
        return ""
    write, what = LOOKS[measure.name].write, "caseload" if measure.name == CASELOAD else "real spend per child"
    first, last = (f"{write(end['value'])} in {end['time_period']}" for end in ends)
    change = ends[1]["value"] / ends[0]["value"] - 1
    if abs(change) < STILL:
        return f"{what} was {first} and {last}"
    return f"{what} {'rose' if change > 0 else 'fell'} from {first} to {last}"


def caption_changes(case: Case, shown: list[Measure]) -> str:
    """Explain the marks, and cite the sources."""
    doubts = [text for text, name in HOLLOW.items() if any(getattr(one, name) for one in shown)]
    hollow = f" Hollow: {' or '.join(doubts)}." if doubts else ""
    group = f" {name_group(case)}: median." if list_comparators(case) else ""
    hatched = " Hatched: after the window." if any(is_hatched(case, one) for one in shown) else ""
    prices = f"Spend in {case.price_base} prices."
    return f"Dotted: graded inspections.{hatched} {prices}{group}{hollow}{credit_latest(shown)}"
