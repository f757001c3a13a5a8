"""Prevention's share of spend since 2010-11, and the share that private providers receive, next to grades."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models import provision
from lewisham_study.analysis.models.association import FIRST_SPEND, PREVENTATIVE
from lewisham_study.display.common import style
from lewisham_study.display.common.cautions import list_cautioned_years, mark_cautions, note_open_marks
from lewisham_study.display.common.charts import NamedLine, draw_named_lines, label_lines
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.lines import PATCH, draw_band, write_near
from lewisham_study.display.common.phrases import list_words
from lewisham_study.display.common.shared_exhibits import make_once
from lewisham_study.display.common.style import HERE, INK, PAGE_WIDTH, SMALLEST
from lewisham_study.vocabulary import FEWEST, GRADE_NAMES, GRADES

PRINTED = {"2010-11": 0.41, "2017-18": 0.25}
"""The shares that the National Audit Office printed (Pressures on children's social care, January 2019)."""
LOOKS: dict[str, dict[str, Any]] = {
    "own": {"color": HERE, "lw": 2, "marker": "o", "markersize": 4, "zorder": 4},
    "England": {"color": style.REFERENCE, "lw": 1.8, "marker": "s", "markersize": 3.5, "zorder": 3},
}
READINGS = {"with_justice": "with youth justice", "with_other": "with other services"}
LABELS = {"looked_after": "looked-after children", "safeguarding": "safeguarding"}
SPANS = {"SIF": "First SIF, 2013-14 to 2017-18", "ILACS": "First ILACS, 2018-19 and 2019-20"}


def draw_prevention(case: Case) -> FigureExhibit:
    """Draw prevention's share of gross spend in England and the authority, with the quartiles of all authorities."""
    every, own = provision.trace_prevention(case.tables), provision.select_prevention(case)
    england = every[every["reading"] == "prevention"]
    cautioned = list_cautioned_years(case, "spend", "total_gross", own) if len(own) else []
    lines = [NamedLine(case.label, "own", own), NamedLine("England", "England", england)]
    lines = [line for line in lines if len(line.figures)]
    with style.drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.2))
        axes = figure.subplots()
        style.set_margins(figure, left=0.4, right=1, bottom=0.25, top=0.21)
        draw_band(axes, england, "lower", "upper", color=style.FAINT, zorder=0.5)
        draw_named_lines(axes, lines, LOOKS)
        mark_cautions(axes, own, "value", cautioned)
        draw_printed(axes, england)
        arrange_axes(axes, england)
        label_lines(axes, lines, "{:.0%}".format, looks=LOOKS, fit=True)
    texts = [
        f"{line.name}: {', '.join(f'{row.time_period} {row.value:.0%}' for row in line.figures.itertuples())}"
        for line in reversed(lines)
    ]
    alt = f"Prevention’s share of gross spend by year. {'; '.join(texts)}."
    title, caption = title_prevention(case, england, own), caption_prevention(case, cautioned)
    return FigureExhibit(figure, "fig-spend-prevention", title, caption, alt, tabulate_prevention(case, every, own))


def draw_printed(axes: Axes, england: pd.DataFrame) -> None:
    """Mark the shares that the National Audit Office printed."""
    places = england.set_index("time_period")["year"].loc[list(PRINTED)].tolist()
    axes.plot(places, list(PRINTED.values()), "D", color=style.THIRD, markerfacecolor="white", ms=5.5, zorder=5)
    for place, share in zip(places, PRINTED.values(), strict=True):
        shift = (6, 3) if share > 0.3 else (-4, -13)
        write_near(axes, f"NAO {share:.0%}", (place, share), shift, color=style.THIRD, bbox=PATCH, zorder=6)


def arrange_axes(axes: Axes, england: pd.DataFrame) -> None:
    """Set the limits and the ticks, and mark where the categories changed."""
    years, names = england["year"].tolist(), england["time_period"].tolist()
    axes.set_xticks(years, [name[2:] if number % 2 == 0 else "" for number, name in enumerate(names)])
    axes.set_xlim(years[0] - 0.5, years[-1] + 0.3)
    axes.set_ylim(0, max(0.5, axes.get_ylim()[1]))
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    for place in england.loc[england["series"] != england["series"].shift(), "year"].tolist()[1:]:
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
        f"authorities. NAO: National Audit Office.{note_open_marks(cautioned)} {credit_releases(sources)}"
    )


def tabulate_prevention(case: Case, every: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Return England's share by each reading, the quartiles and the authority's share: a row a year."""
    wide = every.pivot(index="time_period", columns="reading", values="value")
    main = every[every["reading"] == "prevention"].set_index("time_period")
    columns = {"England": main["value"], **{f"England, {name}": wide[reading] for reading, name in READINGS.items()}}
    columns |= {"Lower quartile": main["lower"], "Upper quartile": main["upper"]}
    columns[case.label] = own.set_index("time_period")["value"].reindex(main.index)
    table = pd.DataFrame({name: (100 * values).round(1) for name, values in columns.items()})
    return table.assign(Authorities=main["authorities"]).rename_axis("Per cent of gross spend").reset_index()


def summarise_prevention(case: Case) -> Prose:
    """Summarise what was found, how sure it is, what it does not show, and the authority's own share."""
    every, own = provision.trace_prevention(case.tables), provision.select_prevention(case)
    share = every.pivot(index="reading", columns="time_period", values="value")
    texts = {name: [f"{share.loc[name, period]:.0%}" for period in PRINTED] for name in share.index}
    printed, years = [f"{value:.0%}" for value in PRINTED.values()], list(PRINTED)
    mine = f"{case.opening} has no two years with such a share."
    mine = f"In {case.spoken} it went {describe_move(own)}." if len(own) > 1 else mine
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


def draw_providers(case: Case) -> FigureExhibit:
    """Draw the private share of looked-after spend of each authority by the grade that followed, with medians."""
    every = provision.list_provision(case.tables)
    with style.drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.1))
        panels = figure.subplots(1, 2, sharex=True, sharey=True)
        panels[1].yaxis.set_visible(False)
        style.set_margins(figure, left=1.27, right=0.22, bottom=0.45, top=0.26, between=(0.14, 0))
        for axes, framework in zip(panels, provision.INSPECTED, strict=True):
            draw_grades(axes, every[every["framework"] == framework], case)
            axes.set_title(SPANS[framework], loc="left")
        figure.supxlabel(
            "Share of looked-after spend paid to private providers, in the year before the report", fontsize=8, y=0.012
        )
    return FigureExhibit(
        figure,
        "fig-spend-providers",
        "Ten points more of looked-after spend paid to private providers goes with "
        f"{format_odds(find_main(provision.compare_provision(case.tables)), ' times the odds of good')}",
        "Counted; bars are medians, numbers count authorities; fewer than five have no median. Odds estimated, "
        f"controlling for year and deprivation. {credit_releases(provision.list_provision_sources(case.tables))}",
        describe_providers(every),
        tabulate_providers(case, every),
    )


def draw_grades(axes: Axes, rows: pd.DataFrame, case: Case) -> None:
    """Draw one dot for each authority, in a row for its grade, with the median of a row that has enough."""
    grades = [grade for grade in GRADES if grade != "adequate"]
    random = np.random.default_rng(1)
    for height, grade in enumerate(reversed(grades)):
        own = rows[rows["grade"] == grade]
        spread = height + random.uniform(-0.26, 0.26, len(own))
        mine = (own["la_code"] == case.la_code).to_numpy()
        share = own["looked_after"]
        axes.plot(share[~mine], spread[~mine], ".", color=style.GRADE_COLOURS[grade], ms=4, alpha=0.75, zorder=2)
        axes.plot(share[mine], spread[mine], "D", color=HERE, ms=6, markeredgecolor="white", zorder=5)
        for place in share[mine]:
            # Above the dots of its row, inwards at either end.
            side = "left" if place < 0.25 else "right" if place > 0.75 else "center"
            look: dict[str, Any] = {"va": "bottom", "ha": side, "bbox": PATCH, "zorder": 6}
            axes.text(place, height + 0.28, case.label, fontsize=SMALLEST, color=HERE, weight="bold", **look)
        if len(own) >= FEWEST:
            axes.plot([share.median()] * 2, [height - 0.36, height + 0.36], color=INK, lw=2, zorder=4)
        write_near(axes, f"{len(own)}", (1.0, height), (-2, 0), ha="right", va="center", color=style.MUTED)
    axes.set_yticks(range(len(grades)), [GRADE_NAMES[grade].capitalize() for grade in reversed(grades)])
    axes.set_ylim(-0.5, len(grades) - 0.5)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.tick_params(axis="y", length=0)


def find_main(rows: pd.DataFrame) -> dict[Any, Any]:
    """Find the main estimate: of spend on looked-after children, over both kinds of inspection."""
    return rows[(rows["service"] == "looked_after") & (rows["framework"] == "both")].to_dict("records")[0]


def format_odds(row: dict[Any, Any], words: str = "") -> str:
    """Format an odds ratio with its interval, and words between them."""
    return f"{row['odds_ratio']:.2f}{words} ({row['low']:.2f}–{row['high']:.2f})"


def describe_providers(every: pd.DataFrame) -> str:
    """Describe both panels: authorities and median share of each grade."""
    texts = []
    for framework in provision.INSPECTED:
        rows = every[every["framework"] == framework]
        parts = []
        for grade in GRADES:
            own = rows.loc[rows["grade"] == grade, "looked_after"]
            if len(own):
                middle = f"median {own.median():.0%}" if len(own) >= FEWEST else "too few for a median"
                parts.append(f"{GRADE_NAMES[grade]} {len(own)}, {middle}")
        texts.append(f"{framework}: {'; '.join(parts)}")
    return f"Dots of the private share of looked-after spend by grade. {'. '.join(texts)}."


def tabulate_providers(case: Case, every: pd.DataFrame) -> pd.DataFrame:
    """Return every dot: authority, framework, grade and share."""
    rows = every.sort_values(["framework", "looked_after"], kind="stable")
    return pd.DataFrame(
        {
            "Authority": rows["la_code"].map(case.labels),
            "Framework": rows["framework"],
            "Grade": rows["grade"].map(GRADE_NAMES),
            "Private share of looked-after spend (per cent)": (100 * rows["looked_after"]).round(1),
        }
    )


@make_once
def show_providers(case: Case) -> TableExhibit:
    """Show the odds ratios of private provision for both services, by framework."""
    rows = provision.compare_provision(case.tables)
    table = pd.DataFrame(
        {
            "Private share of spend on": rows["service"].map(LABELS),
            "Inspections": rows["framework"] + " (" + rows["inspections"].astype(str) + ")",
            "Ten points more: odds of good": [format_odds(row) for row in rows.to_dict("records")],
            "Holm p": [f"{value:.2f}" if value >= 0.01 else "<0.01" for value in rows["adjusted"]],
        }
    )
    return TableExhibit(
        table,
        "tbl-spend-providers",
        f"{count_clear(rows)} clear of 1 when corrected for their number",
        "Logit with a constant for each year and the decile of deprivation, clustered by authority. Few authorities "
        f"pay private providers for safeguarding. {credit_releases(provision.list_provision_sources(case.tables))}",
    )


def count_clear(rows: pd.DataFrame) -> str:
    """Say of how many estimates how many stay clear of 1 when corrected for their number."""
    clear = int((rows["adjusted"] < 0.05).sum())
    return f"Of {len(rows)} estimates, {clear or 'none'} {'is' if clear == 1 else 'are'}"


def summarise_providers(case: Case) -> Prose:
    """Summarise what was found, how sure it is, what it does not show, and the authority's own place."""
    rows = provision.compare_provision(case.tables)
    row = find_main(rows)
    same = "the same direction" if row["odds_ratio"] < 1 else "another direction"
    return Prose(
        "**What was found.** Authorities that paid more of their looked-after spend to private providers were judged "
        f"good less often: ten points more go with **{row['odds_ratio']:.2f}** times the odds of good or outstanding "
        f"({row['low']:.2f}–{row['high']:.2f}), among authorities equally deprived and judged in the same year. "
        "Bach-Mortensen, Goodair and Barlow (2022) counted children placed with for-profit providers, another measure, "
        f"and found an odds ratio of 0.925 per point: {same}.\n\n"
        f"**How sure.** {count_clear(rows)} clear when corrected for their number. Spend by provider was published "
        "up to 2018-19 only.\n\n"
        "**What it does not show.** Why: councils buy placements where they have none of their own, and the grade is "
        f"about the whole service, not about a home. {place_providers(case)}"
    )


def place_providers(case: Case) -> str:
    """State the authority's own shares and grades."""
    every = provision.list_provision(case.tables)
    own = every[every["la_code"] == case.la_code]
    if own.empty:
        return f"{case.opening} has no graded first inspection with spend by provider in the year before."
    parts = [
        f"{row['looked_after']:.0%} before the {row['framework']} report ({GRADE_NAMES[row['grade']]})"
        for row in own.to_dict("records")
    ]
    return f"In {case.spoken} the share was {list_words(parts)}."
