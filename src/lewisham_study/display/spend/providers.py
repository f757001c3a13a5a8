"""The share of spend that private providers receive, next to grades."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models.provision import (
    INSPECTED,
    compare_provision,
    list_provision,
    list_provision_sources,
)
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.lines import PATCH
from lewisham_study.display.common.phrases import list_words
from lewisham_study.display.common.shared_exhibits import make_once
from lewisham_study.display.common.style import GRADE_COLOURS, HERE, INK, MUTED, PAGE_WIDTH, SMALLEST, drawing
from lewisham_study.display.comparison.series import set_margins
from lewisham_study.vocabulary import FEWEST, GRADE_NAMES, GRADES

LABELS = {"looked_after": "looked-after children", "safeguarding": "safeguarding"}
SPANS = {"SIF": "First SIF, 2013-14 to 2017-18", "ILACS": "First ILACS, 2018-19 and 2019-20"}
BOTH = {"SIF": "SIF", "ILACS": "ILACS", "both": "both"}


def draw_providers(case: Case) -> FigureExhibit:
    """Draw the private share of looked-after spend of each authority by the grade that followed, with medians."""
    every = list_provision(case.tables)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.1))
        panels = figure.subplots(1, 2, sharex=True, sharey=True)
        panels[1].yaxis.set_visible(False)
        set_margins(figure, left=1.27, right=0.22, bottom=0.45, top=0.26, between=(0.14, 0))
        for axes, framework in zip(panels, INSPECTED, strict=True):
            draw_grades(axes, every[every["framework"] == framework], case)
            axes.set_title(SPANS[framework], loc="left")
        figure.supxlabel(
            "Share of looked-after spend paid to private providers, in the year before the report", fontsize=8, y=0.012
        )
    table = tabulate_providers(case, every)
    return FigureExhibit(
        figure,
        "fig-spend-providers",
        title_providers(case),
        caption_providers(case),
        describe_providers(every),
        table,
    )


def draw_grades(axes: Axes, rows: pd.DataFrame, case: Case) -> None:
    """Draw one dot for each authority, in a row for its grade, with the median of a row that has enough."""
    grades = [grade for grade in GRADES if grade != "adequate"]
    random = np.random.default_rng(1)
    for height, grade in enumerate(reversed(grades)):
        own = rows[rows["grade"] == grade]
        spread = height + random.uniform(-0.26, 0.26, len(own))
        mine = (own["la_code"] == case.la_code).to_numpy()
        axes.plot(
            own["looked_after"][~mine], spread[~mine], ".", color=GRADE_COLOURS[grade], ms=4, alpha=0.75, zorder=2
        )
        axes.plot(own["looked_after"][mine], spread[mine], "D", color=HERE, ms=6, markeredgecolor="white", zorder=5)
        for share in own["looked_after"][mine]:
            # Above the dots of its row, inwards at either end.
            side = "left" if share < 0.25 else "right" if share > 0.75 else "center"
            look: dict[str, Any] = {"va": "bottom", "ha": side, "bbox": PATCH, "zorder": 6}
            axes.text(share, height + 0.28, case.label, fontsize=SMALLEST, color=HERE, weight="bold", **look)
        if len(own) >= FEWEST:
            median = float(own["looked_after"].median())
            axes.plot([median] * 2, [height - 0.36, height + 0.36], color=INK, lw=2, zorder=4)
        axes.annotate(
            f"{len(own)}",
            (1.0, height),
            (-2, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=SMALLEST,
            color=MUTED,
        )
    axes.set_yticks(range(len(grades)), [GRADE_NAMES[grade].capitalize() for grade in reversed(grades)])
    axes.set_ylim(-0.5, len(grades) - 0.5)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.tick_params(axis="y", length=0)


def pick_odds(case: Case, service: str, framework: str) -> dict[str, Any]:
    """Select one estimate as a record."""
    rows = compare_provision(case.tables)
    row = rows[(rows["service"] == service) & (rows["framework"] == framework)].iloc[0]
    return {str(name): value for name, value in row.items()}


def title_providers(case: Case) -> str:
    """State how the odds of good go with private provision."""
    row = pick_odds(case, "looked_after", "both")
    return (
        f"Ten points more of looked-after spend paid to private providers goes with {row['odds_ratio']:.2f} times the "
        f"odds of good ({row['low']:.2f}–{row['high']:.2f})"
    )


def caption_providers(case: Case) -> str:
    """Explain the marks and cite the sources."""
    return (
        "Counted; bars are medians, numbers count authorities; fewer than five have no median. Odds estimated, "
        f"controlling for year and deprivation. {credit(cite_releases(list_provision_sources(case.tables)))}."
    )


def describe_providers(every: pd.DataFrame) -> str:
    """Describe both panels: authorities and median share of each grade."""
    texts = []
    for framework in INSPECTED:
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
    rows = compare_provision(case.tables)
    table = pd.DataFrame(
        {
            "Private share of spend on": rows["service"].map(LABELS),
            "Inspections": rows["framework"].map(BOTH) + " (" + rows["inspections"].astype(str) + ")",
            "Ten points more: odds of good": [
                f"{row['odds_ratio']:.2f} ({row['low']:.2f}–{row['high']:.2f})" for row in rows.to_dict("records")
            ],
            "Holm p": [f"{value:.2f}" if value >= 0.01 else "<0.01" for value in rows["adjusted"]],
        }
    )
    clear = int((rows["adjusted"] < 0.05).sum())
    return TableExhibit(
        table,
        "tbl-spend-providers",
        f"Of {len(rows)} estimates, {clear or 'none'} {'is' if clear == 1 else 'are'} clear of 1 when corrected for "
        "their number",
        "Logit with a constant for each year and the decile of deprivation, clustered by authority. Few authorities "
        f"pay private providers for safeguarding. {credit(cite_releases(list_provision_sources(case.tables)))}.",
    )


def summarise_providers(case: Case) -> Prose:
    """Summarise what was found, how sure it is, what it does not show, and the authority's own place."""
    row, rows = pick_odds(case, "looked_after", "both"), compare_provision(case.tables)
    clear = int((rows["adjusted"] < 0.05).sum())
    same = "the same direction" if row["odds_ratio"] < 1 else "another direction"
    return Prose(
        "**What was found.** Authorities that paid more of their looked-after spend to private providers were judged "
        f"good less often: ten points more go with **{row['odds_ratio']:.2f}** times the odds of good or outstanding "
        f"({row['low']:.2f}–{row['high']:.2f}), among authorities equally deprived and judged in the same year. "
        "Bach-Mortensen, Goodair and Barlow (2022) counted children placed with for-profit providers, another measure, "
        f"and found an odds ratio of 0.925 per point: {same}.\n\n"
        f"**How sure.** Of {len(rows)} estimates, {clear or 'none'} {'is' if clear == 1 else 'are'} clear when "
        "corrected for their number. Spend by provider was published up to 2018-19 only.\n\n"
        "**What it does not show.** Why: councils buy placements where they have none of their own, and the grade is "
        f"about the whole service, not about a home. {place_providers(case)}"
    )


def place_providers(case: Case) -> str:
    """State the authority's own shares and grades."""
    every = list_provision(case.tables)
    own = every[every["la_code"] == case.la_code]
    if own.empty:
        return f"{case.opening} has no graded first inspection with spend by provider in the year before."
    parts = [
        f"{row['looked_after']:.0%} before the {row['framework']} report ({GRADE_NAMES[row['grade']]})"
        for row in own.to_dict("records")
    ]
    return f"In {case.spoken} the share was {list_words(parts)}."
