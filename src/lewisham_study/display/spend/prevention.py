"""Prevention's share of spend since 2010-11: England, the authority and the quartiles of all."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models.association import FIRST_SPEND, PREVENTATIVE
from lewisham_study.analysis.models.provision import select_prevention, trace_prevention
from lewisham_study.display.common.cautions import list_cautioned_years, mark_cautions, note_open_marks
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import PATCH, End, draw_band, draw_line, label_ends
from lewisham_study.display.common.style import (
    FAINT,
    HERE,
    INK,
    PAGE_WIDTH,
    REFERENCE,
    SMALLEST,
    THIRD,
    drawing,
    set_margins,
)

PRINTED = {"2010-11": 0.41, "2017-18": 0.25}
"""The shares that the National Audit Office printed (Pressures on children's social care, January 2019)."""
READINGS = {"with_justice": "with youth justice", "with_other": "with other services"}


def draw_prevention(case: Case) -> FigureExhibit:
    """Draw prevention's share of gross spend in England and the authority, with the quartiles of all authorities."""
    every, own = trace_prevention(case.tables), select_prevention(case)
    england = every[every["reading"] == "prevention"]
    cautioned = list_cautioned_years(case, "spend", "total_gross", own) if len(own) else []
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.2))
        axes = figure.subplots()
        set_margins(figure, left=0.4, right=1, bottom=0.25, top=0.21)
        draw_band(axes, england, "lower", "upper", color=FAINT, zorder=0.5)
        draw_line(axes, england, color=REFERENCE, lw=1.8, marker="s", markersize=3.5, zorder=3)
        draw_line(axes, own, color=HERE, lw=2, marker="o", markersize=4, zorder=4)
        mark_cautions(axes, own, "value", cautioned)
        draw_printed(axes, england)
        arrange_axes(axes, england)
        ends = [
            End(f"{name} {line['value'].iloc[-1]:.0%}", line["year"].iloc[-1], line["value"].iloc[-1], colour, weight)
            for name, line, colour, weight in (
                ("England", england, REFERENCE, "normal"),
                (case.label, own, HERE, "bold"),
            )
            if len(line)
        ]
        label_ends(axes, ends, fit=True)
    return FigureExhibit(
        figure,
        "fig-spend-prevention",
        title_prevention(case, england, own),
        caption_prevention(case, cautioned),
        describe_prevention(case, england, own),
        tabulate_prevention(case, every, own),
    )


def draw_printed(axes: Axes, england: pd.DataFrame) -> None:
    """Mark the shares that the National Audit Office printed."""
    years = england.set_index("time_period")["year"]
    places = [years[period] for period in PRINTED]
    axes.plot(places, list(PRINTED.values()), "D", color=THIRD, markerfacecolor="white", ms=5.5, zorder=5)
    for place, share in zip(places, PRINTED.values(), strict=True):
        at: Any = (place, share)
        look: dict[str, Any] = {"textcoords": "offset points", "fontsize": SMALLEST, "bbox": PATCH, "zorder": 6}
        axes.annotate(f"NAO {share:.0%}", at, (6, 3) if share > 0.3 else (-4, -13), color=THIRD, **look)


def arrange_axes(axes: Axes, england: pd.DataFrame) -> None:
    """Set the limits and the ticks, and mark where the categories changed."""
    years, names = england["year"].tolist(), england["time_period"].tolist()
    axes.set_xticks(years, [name[2:] if number % 2 == 0 else "" for number, name in enumerate(names)])
    axes.set_xlim(years[0] - 0.5, years[-1] + 0.3)
    axes.set_ylim(0, max(0.5, axes.get_ylim()[1]))
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    breaks = england.loc[england["series"] != england["series"].shift(), "year"].tolist()[1:]
    for place in breaks:
        axes.axvline(place - 0.5, color=INK, lw=0.7, ls=(0, (1, 1.5)), zorder=1)
    axes.set_title("Prevention’s share of gross spend; dotted: the categories change", loc="left")


def title_prevention(case: Case, england: pd.DataFrame, own: pd.DataFrame) -> str:
    """State England's share and the authority's, at the first and last year of today's categories."""
    last = england[england["series"] == england["series"].iloc[-1]]["value"]
    word = "fell" if last.iloc[-1] < last.iloc[0] else "rose"
    text = f"Prevention’s share of spend {word} {describe_move(england)} in England"
    return f"{text}; in {case.spoken} it went {describe_move(own)}" if len(own) > 1 else text


def describe_move(line: pd.DataFrame) -> str:
    """Describe the share at the sure ends of the last series: from 34% in 2012-13 to 18% in 2024-25."""
    rows = line[line["series"] == line["series"].iloc[-1]]
    sure = rows[~rows["unsure"]] if "unsure" in rows else rows
    rows = sure if len(sure) > 1 else rows
    first, last = rows.iloc[0], rows.iloc[-1]
    return f"from {first['value']:.0%} in {first['time_period']} to {last['value']:.0%} in {last['time_period']}"


def caption_prevention(case: Case, cautioned: list[str]) -> str:
    """Define prevention, explain the band, and cite the sources."""
    spend = case.tables["spend"]
    used = spend["measure"].isin([*PREVENTATIVE, "total_gross"]) & (spend["time_period"] >= FIRST_SPEND)
    sources = spend.loc[used & (spend["geographic_level"] == "local_authority"), "source_id"]
    return (
        "Prevention: family support, Sure Start and early years, services for young people. Grey: middle half of "
        f"authorities. NAO: National Audit Office.{note_open_marks(cautioned)} {credit(cite_releases(sources))}."
    )


def describe_prevention(case: Case, england: pd.DataFrame, own: pd.DataFrame) -> str:
    """Describe both lines, year by year."""
    lines = [("England", england), (case.label, own)]
    texts = [
        f"{name}: {', '.join(f'{row.time_period} {row.value:.0%}' for row in line.itertuples())}"
        for name, line in lines
        if len(line)
    ]
    return f"Prevention’s share of gross spend by year. {'; '.join(texts)}."


def tabulate_prevention(case: Case, every: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Return England's share by each reading, the quartiles and the authority's share: a row a year."""
    wide = every.pivot(index="time_period", columns="reading", values="value")
    main = every[every["reading"] == "prevention"].set_index("time_period")
    mine = own.set_index("time_period")["value"].reindex(main.index)
    columns = {
        "England": main["value"],
        **{f"England, {name}": wide[reading] for reading, name in READINGS.items()},
        "Lower quartile": main["lower"],
        "Upper quartile": main["upper"],
        case.label: mine,
    }
    table = pd.DataFrame({name: (100 * values).round(1) for name, values in columns.items()})
    return table.assign(Authorities=main["authorities"]).rename_axis("Per cent of gross spend").reset_index()


def summarise_prevention(case: Case) -> Prose:
    """Summarise what was found, how sure it is, what it does not show, and the authority's own share."""
    every, own = trace_prevention(case.tables), select_prevention(case)
    share = every.pivot(index="reading", columns="time_period", values="value")
    texts = {name: [f"{share.loc[name, period]:.0%}" for period in PRINTED] for name in share.index}
    printed = [f"{value:.0%}" for value in PRINTED.values()]
    years = list(PRINTED)
    mine = (
        f"In {case.spoken} it went {describe_move(own)}."
        if len(own) > 1
        else (f"{case.opening} has no two years with such a share.")
    )
    return Prose(
        f"**What was found.** From {years[0]} to {years[1]} prevention’s share of England’s gross spend fell from "
        f"**{texts['prevention'][0]}** to **{texts['prevention'][1]}**; the National Audit Office printed {printed[0]} "
        f"and {printed[1]}. Counting youth justice as well gives {' and '.join(texts['with_justice'])}, counting other "
        f"services {' and '.join(texts['with_other'])}. {mine}\n\n"
        "**How sure.** These are sums over all authorities, so there is no sampling error; what varies is what counts "
        "as prevention. The categories changed in 2011-12 and 2012-13, so no line crosses those years.\n\n"
        "**What it does not show.** A share can fall because other spend grew: the pounds are in the mix of spend. "
        "Money can also move between categories on paper only."
    )
