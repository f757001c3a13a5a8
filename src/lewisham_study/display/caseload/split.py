"""The parts of each change of the average caseload, cases and workers, next to children in need."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis import caseload
from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD, COMPARABLE, RETURNED
from lewisham_study.analysis.cautions import select_sound
from lewisham_study.display.common.cautions import list_cautioned
from lewisham_study.display.common.charts import describe_table
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import End, draw_line, label_ends, write_near
from lewisham_study.display.common.phrases import begin_sentence, format_change, format_count
from lewisham_study.display.common.style import (
    HERE,
    INK,
    MUTED,
    PAGE_WIDTH,
    SECOND,
    SMALLEST,
    THIRD,
    drawing,
    set_margins,
)
from lewisham_study.vocabulary import FEWEST

DASHED: dict[str, Any] = {"marker": "s", "ls": (0, (4, 1.5))}


def draw_split(case: Case) -> FigureExhibit | Prose:
    """Draw the growth of cases, workers and children in need, and the parts of each change of the caseload.

    At least two comparable years with enough workers are needed.
    """
    counts = count_window(case)
    if len(counts) < 2:
        held = f"only {counts['year'].iloc[0]}" if len(counts) else "no year"
        return Prose(
            f"A change needs two years since 2017 with both cases and at least {format_count(FEWEST).lower()} workers. "
            f"For {case.spoken} {held} from {case.start_year} to {case.end_year} has them, so no change can be split."
        )
    parts = caseload.split_change(counts)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.9))
        left, right = figure.subplots(1, 2, width_ratios=[1, 1.15])
        set_margins(figure, left=0.46, right=0.06, bottom=0.5, top=0.21, gaps=(1.2, 0))
        draw_growth(left, counts, int(select_ends(case, counts)["year"].iloc[0]))
        draw_parts(right, parts)
        label_parts(right, parts)
    title, caption, table = title_split(case, counts), caption_split(case, counts), tabulate_split(counts, parts)
    alt = f"Cases, workers and children in need of {case.spoken}, and the parts of each change. {describe_table(table)}"
    return FigureExhibit(figure, "fig-caseload-split", title, caption, alt, table)


def count_window(case: Case) -> pd.DataFrame:
    """Count cases, workers and the children in need of all in its return, in years with enough workers."""
    counts = caseload.count_workers(case.tables["workforce"], case.la_code, case.start_year, case.end_year)
    counts = counts[counts["workers"] >= FEWEST].reset_index(drop=True)
    codes = [case.la_code, *caseload.list_partners(case.own("workforce"), case.la_code)]
    return counts.assign(need=counts["year"].map(caseload.count_need(case.tables["need"], codes)))


def select_ends(case: Case, counts: pd.DataFrame) -> pd.DataFrame:
    """Select the years that a title may compare: no level shift between them, both ends sure; at least the last."""
    figures = counts.assign(time_period=counts["year"].astype(str), value=counts["caseload"])
    return select_sound(case.tables["cautions"], case.la_code, figures, RETURNED)


def draw_growth(axes: Axes, counts: pd.DataFrame, base: int) -> None:
    """Draw cases, workers and children in need, a base year = 100, each named with its last count."""
    last = counts.iloc[-1]
    workers = "worker" if last["workers"] == 1 else "workers"
    names = [
        ("cases", f"{last['cases']:,.0f} cases", THIRD, {"marker": "o"}),
        ("workers", f"{last['workers']:,.1f} {workers}", SECOND, DASHED),
        ("need", f"{last['need']:,.0f} in need", MUTED, {"marker": "^", "ls": (0, (1, 1.2))}),
    ]
    ends = []
    for column, name, colour, look in names:
        start = counts.loc[counts["year"] == base, column].iloc[0]
        index = counts[column] / float(start) * 100
        line = pd.DataFrame({"year": counts["year"], "series": column, "value": index})
        draw_line(axes, line, color=colour, markersize=3.5, **look)
        if pd.notna(index.iloc[-1]):
            ends.append(End(name, float(last["year"]), float(index.iloc[-1]), colour))
    years = counts["year"].tolist()
    every = 1 if len(years) < 6 else 2
    axes.set_xticks(years, [str(year) if number % every == 0 else "" for number, year in enumerate(years)])
    axes.set_xlim(years[0] - 0.2, years[-1] + 0.2)
    axes.set_title(f"Cases, workers, children in need, {base} = 100", loc="left")
    axes.axhline(100, color=INK, lw=0.5, zorder=0.5)
    label_ends(axes, ends)


def draw_parts(axes: Axes, parts: pd.DataFrame) -> None:
    """Draw the parts of each change as bars up or down from zero, and the change as a mark."""
    looks: list[tuple[str, dict[str, Any]]] = [
        ("from_cases", {"color": THIRD, "label": "from cases"}),
        ("from_workers", {"facecolor": "white", "edgecolor": SECOND, "hatch": "////", "label": "from workers"}),
    ]
    for (column, look), shift in zip(looks, (-0.19, 0.19), strict=True):
        axes.bar(parts.index + shift, parts[column], width=0.36, lw=1, **look)
    axes.plot(parts.index, parts["change"], "D", color=HERE, markeredgecolor="white", ms=5.5, zorder=4, label="net")
    reach = float(parts[["from_cases", "from_workers", "change"]].abs().to_numpy().max()) or 1.0
    axes.axhline(0, color=INK, lw=0.7)
    axes.set_xlim(-0.7, max(len(parts), 3) - 0.3)
    axes.set_ylim(-reach * 1.15, reach * 1.4)
    axes.set_title("Change of cases per worker, in its parts", loc="left")
    axes.legend(loc="upper center", ncols=3, fontsize=SMALLEST, handlelength=1.1, columnspacing=0.8, borderpad=0)


def label_parts(axes: Axes, parts: pd.DataFrame) -> None:
    """Write the years of each change below the bars, and the change itself."""
    under: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "color": HERE, "weight": "bold"}
    for place, change in enumerate(parts["change"]):
        write_near(axes, format_signed(change), (place, 0), (0, -31), ha="center", **under)
    write_near(axes, "net", (-0.75, 0), (0, -31), ha="right", **under)
    years = zip(parts["year_from"], parts["year_to"], strict=True)
    axes.set_xticks(parts.index, [f"{before}\nto {after % 100}" for before, after in years])
    axes.tick_params(axis="x", length=0, labelsize=SMALLEST)


def format_signed(value: float, digits: int = 1) -> str:
    """Format a change with its sign; none where it rounds to zero."""
    text = f"{value:+.{digits}f}"
    return (text if float(text) else text[1:]).replace("-", "−")


def title_split(case: Case, counts: pd.DataFrame) -> str:
    """State how cases, workers and children in need moved between the years that can be compared."""
    ends = select_ends(case, counts)
    first, last = ends.iloc[0], ends.iloc[-1]
    if len(ends) < 2:
        return (
            f"{case.opening} had {last['cases']:,.0f} cases and {last['workers']:,.1f} workers in {last['year']:.0f}; "
            "its return of that year cannot be compared with those before"
        )
    cases, workers, need = (format_change(last[name] / first[name] - 1) for name in ("cases", "workers", "need"))
    verb = cases.partition(" by ")[0]
    workers = workers.removeprefix(f"{verb} ") if verb in ("rose", "fell") else workers
    text = (
        f"From {first['year']:.0f} to {last['year']:.0f} {case.spoken}’s cases {cases} and the workers who held them "
        f"{workers}"
    )
    return f"{text}; children in need {need}" if pd.notna(last["need"] / first["need"]) else text


def caption_split(case: Case, counts: pd.DataFrame) -> str:
    """Explain the split and cite its sources."""
    own = case.own("workforce")
    own = own[own["series"].str.endswith(COMPARABLE)]
    need = case.own("need")
    need = need[(need["measure"] == "children_in_need") & need["time_period"].isin(counts["year"].astype(str))]
    cautioned = list_cautioned(case, "workforce", CASELOAD, counts["year"].astype(str))
    unsure = " Some years: treat with caution." if cautioned else ""
    return (
        "More cases raise the average, more workers lower it: arithmetic, not an explanation. In need: 31 March."
        f"{unsure} {credit_releases({*own['source_id'], *need['source_id']})}"
    )


def summarise_split(case: Case) -> Prose | None:
    """Say in one sentence how cases and workers moved; None without two years of both."""
    counts = count_window(case)
    if len(counts) < 2:
        return None
    return Prose(
        f"{title_split(case, counts)}; the average is cases divided by workers. Children in need are counted on 31 "
        "March by a national rule, cases by each authority’s own, so they need not move together."
        f"{summarise_jumps(counts)}"
    )


def summarise_jumps(counts: pd.DataFrame) -> str:
    """Name, after a space, each year in which cases and workers both jumped in the same direction."""
    jumps = [
        f"from {row['year'] - 1:.0f} to {row['year']:.0f} cases {format_change(row['cases'])} and workers by "
        f"{abs(row['workers']):.0%}"
        for row in caseload.find_parallel_jumps(counts).to_dict("records")
    ]
    text = begin_sentence("; ".join(jumps))
    return f" {text}: the return may have been compiled differently." if jumps else ""


def tabulate_split(counts: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Return the counts and the parts as a table: a row a year."""
    by_year = parts.set_index("year_to").round(2)
    return pd.DataFrame(
        {
            "30 September": counts["year"].astype(str),
            "Cases": counts["cases"].astype(int),
            "Workers (FTE)": counts["workers"].round(1),
            "Children in need, 31 March": counts["need"].astype("Int64"),
            "Cases per worker": counts["caseload"].round(2),
            "Change": counts["year"].map(by_year["change"]),
            "Part of cases": counts["year"].map(by_year["from_cases"]),
            "Part of workers": counts["year"].map(by_year["from_workers"]),
        }
    )
