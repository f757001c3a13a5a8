"""What inspectors asked to be improved: the authority's own lists, and the themes in all reports."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.statements import compare_next, list_asked, list_points, share_asked, share_themes
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count, format_day, list_words, lower_first
from lewisham_study.display.common.style import (
    FAINT,
    GRADE_COLOURS,
    INK,
    PAGE_WIDTH,
    SMALLEST,
    choose_edge,
    drawing,
    set_margins,
)
from lewisham_study.vocabulary import FEWEST, GRADE_NAMES, GRADES

OTHER = "Other"


def show_asked(case: Case) -> TableExhibit | Prose:
    """Show the points to improve of the authority's last three inspections, newest first."""
    points = list_points(case)
    if points.empty:
        return Prose(f"No inspection of {case.spoken} under ILACS is held, so no list of points to improve.")
    table = pd.DataFrame(
        {
            "Published": points["published_date"].map(format_day),
            "Theme": points["theme"],
            "Words of the report": "“" + points["quote"] + "”",
            "Page": points["page"].astype(str),
        }
    )
    counts = points.groupby(points["published_date"].dt.year, sort=True).size().sort_index(ascending=False)
    listed = list_words([f"{format_count(count).lower()} in {year}" for year, count in counts.items()])
    repeated = find_repeated(points)
    again = f"; more than once: {list_words(repeated)}" if repeated else ""
    return TableExhibit(
        table,
        "tbl-rating-asked",
        f"Points that inspectors asked {case.spoken} to improve: {listed}{again}",
        f"Each point’s first words, at most twelve; themes are ours. {credit_releases(points['source_id'])}",
    )


def find_repeated(points: pd.DataFrame) -> list[str]:
    """Name the themes that more than one of the inspections asked for."""
    times = points.groupby("theme")["published_date"].nunique()
    return [lower_first(str(theme)) for theme, count in times.items() if count > 1 and theme != OTHER]


def summarise_themes(case: Case) -> Prose:
    """Say what poor and good inspections ask for, and how sure that is."""
    asked, shares = list_asked(case.tables), share_themes(case.tables).reset_index()
    lowest = shares[shares["grade"] == "inadequate"].nlargest(3, "share")
    best = shares[shares["grade"] == "good"].nlargest(3, "share")
    compared = compare_next(case.tables)
    apart = compared[(compared["low_rose"] > compared["high_other"]) | (compared["high_rose"] < compared["low_other"])]
    names = [lower_first(str(name)) for name in apart.index]
    differ = f"differs beyond chance in {list_words(names)}" if names else "differs in no theme beyond chance"
    rose, other = int(compared["of_rose"].iloc[0]), int(compared["of_other"].iloc[0])
    return Prose(
        f"Reports that found a service inadequate ask most often for {name_shares(lowest)}; reports that found it "
        f"good, for {name_shares(best)}. What was asked of the {rose} councils below good that rose at their next "
        f"inspection {differ} from what was asked of the {other} that did not rise: the list describes a council "
        f"now, and does not say how it will be graded next. All {len(asked)} ILACS reports with a list and an overall "
        "grade are counted; twenty themes are compared, so one may differ by chance, and worse reports have longer "
        "lists."
    )


def name_shares(rows: pd.DataFrame) -> str:
    """Name themes with the share of reports that ask for them."""
    return list_words([f"{lower_first(str(row.theme))} ({row.share:.0%})" for row in rows.itertuples()])


def draw_themes(case: Case) -> FigureExhibit:
    """Draw for each theme the share of reports that ask for it, by overall grade; the authority's own themes named."""
    shares = share_themes(case.tables).reset_index()
    asked = list_asked(case.tables)
    everything = share_asked(asked, asked)["share"].drop(OTHER, errors="ignore").sort_values(kind="stable")
    grades = [grade for grade in GRADES if grade in set(shares["grade"])]
    mine = set(list_points(case, 1)["theme"])
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 4.6))
        axes = figure.subplots()
        set_margins(figure, left=1.74, right=0.22, bottom=0.41, top=0.05)
        for grade in grades:
            draw_grade(axes, shares[shares["grade"] == grade].set_index("theme").loc[everything.index], grade)
        arrange_axes(axes, list(everything.index), mine)
        axes.legend(loc="lower right", fontsize=SMALLEST, handletextpad=0.3)
    table = shares.assign(grade=shares["grade"].map(GRADE_NAMES))
    table[["share", "low", "high"]] = (table[["share", "low", "high"]] * 100).round(1)
    heads = {"theme": "Theme", "grade": "Overall grade", "asked": "Reports that ask", "of": "Reports"}
    heads |= {"share": "Share (%)", "low": "Low (%)", "high": "High (%)"}
    named = f" Bold: asked of {case.label} at its last inspection." if mine else ""
    return FigureExhibit(
        figure,
        "fig-rating-themes",
        title_themes(shares),
        f"Share of reports with the theme, by overall grade; lines: 95% Jeffreys intervals.{named} "
        f"{credit_releases(case.tables['improvements']['source_id'])}",
        describe_themes(shares, grades),
        table[list(heads)].rename(columns=heads),
    )


def title_themes(shares: pd.DataFrame) -> str:
    """Name the theme that inadequate reports ask for most, and how seldom outstanding ones do."""
    wide = shares.pivot(index="theme", columns="grade", values="share")
    top = str(wide["inadequate"].idxmax())
    return (
        f"{top} are asked of {float(wide['inadequate'].max()):.0%} of councils graded inadequate and of "
        f"{float(wide['outstanding'][top]):.0%} of those graded outstanding"
    )


def draw_grade(axes: Axes, rows: pd.DataFrame, grade: str) -> None:
    """Draw the shares of one grade with their intervals, each grade a little lower than the one before."""
    if rows["of"].max() < FEWEST:
        return
    step = 0.17 * (1.5 - GRADES.index(grade) if grade != "inadequate" else -1.5)
    places = [place + step for place in range(len(rows))]
    axes.hlines(places, rows["low"], rows["high"], color=choose_edge(grade), lw=0.8, alpha=0.55)
    name = f"{GRADE_NAMES[grade]} ({rows['of'].max():.0f} reports)"
    axes.plot(rows["share"], places, "o", color=GRADE_COLOURS[grade], markersize=3.6, label=name)


def arrange_axes(axes: Axes, themes: list[str], mine: set[str]) -> None:
    """Name the themes, in bold those of the authority's last inspection."""
    axes.set_yticks(range(len(themes)), themes)
    for label, theme in zip(axes.get_yticklabels(), themes, strict=True):
        label.set_fontweight("bold" if theme in mine else "normal")
        label.set_color(INK)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.6, len(themes) - 0.4)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.grid(axis="x", color=FAINT, lw=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("Share of reports that ask for it")


def describe_themes(shares: pd.DataFrame, grades: list[str]) -> str:
    """Describe for each grade the three themes asked for most."""
    most = {grade: shares[shares["grade"] == grade].nlargest(3, "share") for grade in grades}
    parts = [f"{GRADE_NAMES[grade]}: {name_shares(rows)}" for grade, rows in most.items()]
    return f"Dot plot of twenty themes by overall grade. Most asked for: {'; '.join(parts)}."


def show_next(case: Case) -> TableExhibit:
    """Show what was asked of councils below good that rose at their next inspection, and of those that did not."""
    compared = compare_next(case.tables)
    rose, other = int(compared["of_rose"].iloc[0]), int(compared["of_other"].iloc[0])
    table = pd.DataFrame({"Theme": compared.index})
    for name, words in (("rose", f"Rose next ({rose}): asked"), ("other", f"Did not rise ({other}): asked")):
        table[words] = compared[f"asked_{name}"].to_numpy()
        low, high = (compared[f"{end}_{name}"].map(lambda share: f"{100 * share:.0f}") for end in ("low", "high"))
        table[f"{words.split(':')[0]}: 95% interval (%)"] = (low + "–" + high).to_numpy()
    return TableExhibit(
        table,
        "tbl-rating-asked-next",
        f"What was asked of {rose} councils below good that rose next, and of {other} that did not",
        f"ILACS inspections followed by another. {credit_releases(case.tables['improvements']['source_id'])}",
    )
