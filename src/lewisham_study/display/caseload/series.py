"""The average caseload over time, compared with comparators, the region and England: figure and sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis import caseload
from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD, FIRST_CASELOADS, SPLICE, Caseloads
from lewisham_study.analysis.cautions import select_sound
from lewisham_study.display.common import cautions, charts, phrases
from lewisham_study.display.common.citations import cite_releases, credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, paint_widths
from lewisham_study.display.common.lines import mark_break, write_near
from lewisham_study.display.common.phrases import format_count, list_words
from lewisham_study.display.common.phrases import format_tenth as write
from lewisham_study.display.common.style import HERE, PAGE_WIDTH, measure_ticks, set_margins
from lewisham_study.vocabulary import FEWEST

UNIT = "cases per worker"


def draw_caseload(case: Case) -> FigureExhibit | None:
    """Draw the authority's average caseload, its comparators', its region's and England's, with a break after 2016."""
    series = caseload.gather_caseloads(case)
    if series.known.empty:
        return None
    years = cautions.list_cautioned_years(case, "workforce", CASELOAD, series.own)
    peers = cautions.list_cautioned_peers(case, "workforce", CASELOAD, series.others)
    lines = [
        charts.NamedLine(case.label, "own", series.own),
        charts.NamedLine(phrases.name_median(case), "median", series.median),
        charts.NamedLine(case.region, "region", series.region),
        charts.NamedLine("England", "England", series.england),
    ]
    others = [charts.NamedLine(case.labels[code], "other", other) for code, other in series.others.groupby("la_code")]

    def paint(width: float) -> Figure:
        figure = Figure(figsize=(width, 2.6))
        axes = figure.subplots()
        charts.draw_named_lines(axes, [*lines, *others])
        cautions.mark_cautioned_values(axes, peers, "value")
        cautions.mark_cautions(axes, series.own, "value", years)
        label_values(axes, series.known)
        arrange_axes(axes, sorted({*series.own["year"], *series.england["year"]}), phone=width < PAGE_WIDTH)
        set_margins(figure, left=measure_ticks(axes) + 0.22, right=1.2, bottom=0.25, top=0.14)
        charts.label_lines(axes, lines, write, fit=True)
        return figure

    figure, narrow = paint_widths(paint)
    title, caption = title_caseload(case, series, years), caption_caseload(case, series, bool(years or len(peers)))
    table = tabulate_caseload(case, lines, others, years)
    described = charts.describe_table(table.iloc[:, :5], UNIT)
    alt = f"Average caseload by year, with a break between 2016 and 2017. {described}"
    return FigureExhibit(figure, "fig-caseload", title, caption, alt, table, narrow=narrow)


def arrange_axes(axes: Axes, years: list[int], *, phone: bool) -> None:
    """Set the axes' limits and ticks, and mark the break before 2017."""
    axes.set_xlim(years[0] - 0.35, years[-1] + 0.25)
    axes.set_xticks(years, [f"{year % 100:02d}" if phone else str(year) for year in years])
    axes.set_ylabel("Cases per full-time equivalent worker")
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom - 0.06 * (top - bottom), top + 0.05 * (top - bottom))
    if years[0] < SPLICE < years[-1]:
        mark_break(axes, SPLICE, "totals" if phone else "different count", "each worker counted")


def label_values(axes: Axes, known: pd.DataFrame) -> None:
    """Write the authority's values at their points, clear of its line; the last one is written with its name."""
    rows = known.to_dict("records")
    look: dict[str, Any] = {"color": HERE, "weight": "bold", "zorder": 5}
    patch = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}
    for number, row in enumerate(rows[:-1]):
        at, text = (row["year"], row["value"]), write(row["value"])
        if row["year"] < SPLICE:
            write_near(axes, text, at, (5, 0), va="center", **look)
            continue
        near = [other["value"] for other in rows[max(number - 1, 0) : number + 2] if other["year"] > SPLICE]
        place = (0, -13) if row["value"] < sum(near) / len(near) else (0, 5.5)
        write_near(axes, text, at, place, ha="center", bbox=patch, **look)


def title_caseload(case: Case, series: Caseloads, cautioned: list[str]) -> str:
    """State how the comparable caseload moved, and England's."""
    rows = series.known if series.comparable.empty else select_lead(case, series.comparable)
    first, last = rows.iloc[0], rows.iloc[-1]
    england = series.england.set_index("year")["value"]
    before, after = england[first["year"]], england[last["year"]]
    text = f"{case.opening}’s average caseload{cautions.bracket_joint(case, series.own)}"
    if first["year"] == last["year"]:
        return f"{text} was {write(last['value'])} in {last['year']}; England’s was {write(after)}"
    extremes = phrases.name_extremes(rows.set_index("time_period")["value"], write, cautioned)
    own = format_move(first["value"], last["value"], f" in {first['year']}", f" in {last['year']}")
    return f"{text} {own}{extremes}; England’s {format_move(before, after)}"


def select_lead(case: Case, comparable: pd.DataFrame) -> pd.DataFrame:
    """Select the caseloads that a title may compare: no level shift between them, both ends sure."""
    return select_sound(case.tables["cautions"], case.la_code, comparable, caseload.RETURNED)


def note_shift(case: Case, comparable: pd.DataFrame) -> str:
    """Say, after a space, which years a caution sets apart from those of the title; empty where there are none."""
    if comparable.empty:
        return ""
    lead = select_lead(case, comparable)["time_period"].tolist()
    apart = [year for year in comparable["time_period"] if not lead[0] <= year <= lead[-1]]
    span = f"{apart[0]} to {apart[-1]}" if len(apart) > 2 and apart[-1] < lead[0] else list_words(apart or [""])
    return f" A caution sets {span} apart: no change from or to then is given." if apart else ""


def format_move(before: float, after: float, start: str = "", end: str = "") -> str:
    """Write how a caseload moved, each value with its time."""
    if write(before) == write(after):
        return f"was {write(after)}{start} and{end}" if start else f"stayed at {write(after)}"
    return f"{'rose' if after > before else 'fell'} from {write(before)}{start} to {write(after)}{end}"


def caption_caseload(case: Case, series: Caseloads, hollow: bool) -> str:
    """Explain the lines and cite their sources."""
    grey = f"Grey: {phrases.name_comparators(case, model=True)}; green: their median."
    compared = "No comparators." if series.others.empty else grey
    marks = " Hollow: treat with caution." if hollow else ""
    sources = credit_releases([*series.known["source_id"], *series.england["source_id"]])
    return f"{compared} The axis starts above zero.{marks} {sources}"


def tabulate_caseload(
    case: Case, lines: list[charts.NamedLine], others: list[charts.NamedLine], cautioned: list[str]
) -> pd.DataFrame:
    """Return every line drawn as a table: a row a year."""
    table = charts.tabulate_lines([*lines, *others], "30 September", UNIT)
    for line in lines:
        # As the words write them.
        name = f"{line.name}, {UNIT}"
        table[name] = table[name].map(write).astype(float)
    after = table["30 September"].astype(int) > SPLICE
    table[f"Caution, {case.label}"] = cautions.mark_years_unsure(table["30 September"], cautioned)
    return table.assign(Series=after.map({True: "since 2017", False: "2016, not comparable"}))


def summarise_caseload(case: Case) -> Prose:
    """Summarise the authority's caseload in the window and compare it with others."""
    if case.end_year < FIRST_CASELOADS:
        return Prose(
            f"The window ends in {case.end_year}; no caseload of any authority was published before "
            f"{FIRST_CASELOADS}, and no other published figure is close to one, so none is shown."
        )
    series = caseload.gather_caseloads(case)
    if series.known.empty:
        if len(series.few):
            return Prose(f"{case.opening} had too few workers for an average.{describe_few(series)}")
        why = phrases.summarise_absence(case, f"{case.end_year}-09-30")
        text = f"No caseload of {case.spoken} was published for the years {case.start_year} to {case.end_year}"
        return Prose(f"{text}." if why == "has no figure" else f"{text}: it {why}.")
    own = summarise_own(case, series) + cautions.note_joint(case, series.own)
    return Prose("\n\n".join(part for part in (own, summarise_others(case, series)) if part))


def summarise_own(case: Case, series: Caseloads) -> str:
    """Describe the first and last comparable year, with the cases and workers of the last."""
    rows = series.comparable
    if rows.empty:
        only = series.known.iloc[0]
        return (
            f"Only one caseload of {case.spoken} is known in this window, that of {only['year']}: "
            f"**{write(only['value'])}** cases per worker {cite_releases(series.known['source_id'])}. It is not "
            "comparable with any since."
        )
    lead = select_lead(case, rows)
    first, last = lead.iloc[0], rows.iloc[-1]
    counts = caseload.count_workers(case.tables["workforce"], case.la_code, int(last["year"]), int(last["year"]))
    held = "".join(f": {format_held(row['cases'], row['workers'])}" for row in counts.to_dict("records"))
    text = (
        f"At 30 September {last['year']} the average caseload in {case.spoken} was "
        f"**{write(last['value'])}**{held} {cite_releases(rows.tail(1)['source_id'])}."
    )
    if len(lead) > 1:
        text += f" In {first['year']} it was **{write(first['value'])}**"
        text += f"{describe_range(rows)}." if len(lead) == len(rows) > 2 else "."
    text += f"{note_shift(case, rows)}{describe_few(series)}"
    ended = case.valid_to is not None and case.valid_to < case.window_end
    return f"{text} {case.opening} {phrases.summarise_absence(case, f'{case.window_end:%Y-%m-%d}')}." if ended else text


def describe_range(rows: pd.DataFrame) -> str:
    """Give, after a semicolon, the lowest and highest of the years that can be compared."""
    low, high = (rows.iloc[place] for place in (rows["value"].argmin(), rows["value"].argmax()))
    return (
        f"; over the {format_count(len(rows)).lower()} years it ranged from {write(low['value'])} in {low['year']} to "
        f"{write(high['value'])} in {high['year']}"
    )


def describe_few(series: Caseloads) -> str:
    """Give, after a space, the counts of years with too few workers for an average; empty where there are none."""
    counts = [
        f"{row['year']}, {row['cases']:.0f} cases and {row['workers']:g} worker{'' if row['workers'] == 1 else 's'}"
        for row in series.few.to_dict("records")
    ]
    few = format_count(FEWEST).lower()
    return f" With fewer than {few} workers only numbers are given: {'; '.join(counts)}." if counts else ""


def format_held(cases: float, workers: float) -> str:
    """Format how many cases were held by how many workers."""
    many = f"{workers:,.1f}"
    return f"{cases:,.0f} cases held by {many} full-time equivalent worker{'' if many == '1.0' else 's'}"


def summarise_others(case: Case, series: Caseloads) -> str:
    """Compare the last comparable year with England, the region and comparators."""
    if series.comparable.empty:
        return ""
    last = series.comparable.iloc[-1]
    year, value = int(last["year"]), float(last["value"])
    england, region = (
        write(line.loc[line["year"] == year, "value"].iloc[0]) for line in (series.england, series.region)
    )
    text = f"In {year} England’s average was {england} and that of the region ({case.region}) {region}"
    compared = series.others.loc[series.others["year"] == year, "value"].dropna()
    if compared.empty:
        return f"{text}. {phrases.format_no_comparators(case)}"
    return (
        f"{text}; the median of {phrases.name_comparators(case)} was {write(compared.median())}. "
        f"{format_ranks(compared, value)} cases per worker."
    )


def format_ranks(compared: pd.Series, value: float) -> str:
    """Say how many of the compared caseloads were lower and how many higher."""
    lower, same, higher = caseload.rank_value(compared, value)
    number = format_count(len(compared)).lower()
    for count, words in ((lower, "fewer"), (higher, "more"), (same, "as many")):
        if count == len(compared):
            who = {1: "The one", 2: "Both"}.get(count, f"All {number}")
            return f"{who} with a figure had {words}"
    counts = [(lower, "fewer"), (higher, "more")]
    texts = [f"{format_count(count).lower()} had {words}" for count, words in counts if count]
    return f"Of the {number} with a figure, {list_words(texts)}"
