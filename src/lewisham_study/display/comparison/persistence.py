"""How far grades last: types of path, what followed the lowest and highest grades, and how much is lasting."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models.persistence import (
    STAGES,
    TYPES,
    Persistence,
    count_reinspected,
    count_types,
    list_stages,
    measure_persistence,
    name_types,
)
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import write_near
from lewisham_study.display.common.phrases import begin_sentence, list_words
from lewisham_study.display.common.style import FAINT, HERE, INK, PAGE_WIDTH, SMALLEST, THIRD, drawing, set_margins
from lewisham_study.display.comparison.series import Subject, bracket
from lewisham_study.vocabulary import FEWEST, GRADE_NAMES

MOVES = {"inadequate": "improved", "outstanding": "fell"}
STAGE_NAMES = {"SIF": "first SIF", "ILACS 1": "first ILACS", "ILACS 2": "second ILACS"}


def summarise_persistence(subject: Subject) -> Prose:
    """State how far grades last: what was found, how sure that is, and what it does not show."""
    tables = subject.tables
    found, types = measure_persistence(tables), count_types(list_stages(tables)).set_index("type")
    share, low, high = found.fit.shares()
    returns = {(row["step"], row["grade"]): row for row in found.returns.to_dict("records")}
    lowest, highest = returns["SIF to ILACS 1", "inadequate"], returns["ILACS 1 to ILACS 2", "outstanding"]
    improved, every, *_ = count_reinspected(tables)
    total = int(types["of"].iloc[0])
    good, below = types.loc["steadily good"], types.loc["steadily below"]
    return Prose(
        f"**What was found.** {describe_types(subject)} Of {total} authorities graded at all three inspections, "
        f"{good['authorities']:.0f} were good or better each time and {below['authorities']:.0f} below each time; "
        f"{total * good['unrelated']:.0f} and {total * below['unrelated']:.0f} would be expected if one grade said "
        f"nothing about the next. **About {share:.0%} of the differences between grades last**; the rest changes from "
        f"one inspection to the next. So most would leave the lowest grade even if no authority ever changed "
        f"({lowest['expected']:.0%}); {lowest['moved']} of {lowest['inspections']} did after the first SIF, and "
        f"{improved} of {every} by the SIF re-inspection, the two thirds that Ofsted reported in 2018. Outstanding "
        f"lasted longer than that: {highest['moved']} of {highest['inspections']} lost it, where "
        f"{highest['expected']:.0%} would be expected.\n\n"
        f"**How sure.** The counts are complete. The share that lasts is estimated from {found.authorities} "
        f"authorities: its 95% interval is {low:.0%} to {high:.0%}.\n\n"
        "**What it does not show.** What any intervention added: that needs more than a return towards the middle."
    )


def describe_types(subject: Subject) -> str:
    """State the path of an authority and its type, or how many of a group's councils have each type."""
    if len(subject.members) == 1:
        return describe_own_type(subject.members[0])
    if not subject.members:
        return "Every council of England is counted."
    labels = {case.la_code: case.label for case in subject.members}
    named = name_types(list_stages(subject.tables).reindex(list(labels)))
    parts = []
    for kind, codes in named.groupby(named):
        some = [labels[str(code)] for code in codes.index]
        parts.append(f"{len(some)} {kind}{bracket(some)}")
    lacking = len(labels) - len(named)
    parts += [f"{lacking} without a grade at each"] if lacking else []
    return f"Of the {len(labels)} councils compared: {'; '.join(parts)}."


def describe_own_type(case: Case) -> str:
    """State the authority's own path and its type, or which stages it lacks."""
    stages = list_stages(case.tables).reindex([case.la_code])
    own, kind = stages.iloc[0].dropna(), name_types(stages)
    if own.empty:
        return f"{case.opening} has no overall grade at any of the three inspections."
    grades = [f"{GRADE_NAMES[str(grade)]} at the {STAGE_NAMES[str(stage)]}" for stage, grade in own.items()]
    if kind.empty:
        lacking = [STAGE_NAMES[stage] for stage in STAGES if stage not in own.index]
        return f"{case.opening} was {list_words(grades)}; without a grade at the {list_words(lacking)} it has no type."
    name = kind.iloc[0]
    return f"{case.opening} was {list_words(grades)}. Its path is of the type **{name}**: {TYPES[name]}."


def draw_persistence(subject: Subject) -> FigureExhibit:
    """Draw the count of each type of path, and the share that left the lowest and the highest grade."""
    stages = list_stages(subject.tables)
    types, found = count_types(stages), measure_persistence(subject.tables)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.75))
        left, right = figure.subplots(1, 2, width_ratios=[1.25, 1])
        set_margins(figure, left=0.9, right=0.22, bottom=0.45, top=0.28, between=(0.58, 0))
        draw_types(left, types, subject)
        draw_returns(right, found.returns)
    return FigureExhibit(
        figure,
        "fig-comparison-persistence",
        title_persistence(found),
        caption_persistence(subject, found),
        describe_persistence(subject, types, found),
        tabulate_persistence(types, found),
    )


def draw_types(axes: Axes, types: pd.DataFrame, subject: Subject) -> None:
    """Draw a bar for each type, dark for those concerned, with its interval and the count if grades were unrelated."""
    total, alone = int(types["of"].iloc[0]), len(subject.members) == 1
    own = name_types(list_stages(subject.tables).reindex([case.la_code for case in subject.members])).value_counts()
    for place, row in enumerate(types.to_dict("records")):
        mine = own.get(row["type"], 0)
        axes.barh(-place, row["authorities"], height=0.62, color=FAINT, lw=0)
        if mine:
            axes.barh(-place, row["authorities"] if alone else mine, height=0.62, color=HERE, lw=0)
        interval = [total * row["low"], total * row["high"]]
        for colour, wide in (("white", 2.6), (INK, 1)):
            axes.plot(interval, [-place] * 2, color=colour, lw=wide)
        axes.plot([total * row["unrelated"]] * 2, [-place - 0.42, -place + 0.42], color=THIRD, lw=1.8)
        end = max(total * row["high"], total * row["unrelated"])
        words = f"{row['authorities']}{f' ({mine})' if mine and not alone else ''}"
        write_near(axes, words, (end, -place), (4, 0), va="center", fontsize=7.5)
    axes.set_yticks([-place for place in range(len(types))], list(types["type"].map(begin_sentence)))
    for label, name in zip(axes.get_yticklabels(), types["type"], strict=True):
        label.set_fontweight("bold" if alone and name in own.index else "normal")
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, 82)
    who = "; dark and in brackets: compared" if len(own) else ""
    if alone:
        name = subject.members[0].label
        who = f" (dark: {name})" if len(own) else f" ({name}: no path)"
    axes.set_xlabel(f"Authorities of {total}{who}")
    axes.set_title("Paths over SIF, first and second ILACS", loc="left")
    text = "purple: expected if\ngrades were unrelated"
    axes.text(81, -len(types) + 1.15, text, fontsize=SMALLEST, color=THIRD, ha="right", va="top")


def draw_returns(axes: Axes, returns: pd.DataFrame) -> None:
    """Draw the share that left the lowest and the highest grade, and the share expected without any change."""
    names = []
    for place, row in enumerate(returns.to_dict("records")):
        start = begin_sentence(name_start(row)).replace(" at the ", " at\n")
        names.append(f"{start}: {row['moved']} of {row['inspections']}")
        if row["inspections"] < FEWEST:
            continue
        axes.plot([row["low"], row["high"]], [-place] * 2, color=HERE, lw=1.4)
        axes.plot([row["share"]], [-place], marker="o", ls="", color=HERE, markersize=5)
        axes.plot([row["expected"]] * 2, [-place - 0.3, -place + 0.3], color=THIRD, lw=1.8)
    axes.set_yticks([-place for place in range(len(returns))], names)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-len(returns) + 0.3, 0.6)
    axes.set_xlim(-0.03, 1.03)
    axes.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
    axes.set_xlabel("Share that left the grade")
    axes.set_title("Regression to the mean", loc="left")


def name_start(row: dict[Any, Any]) -> str:
    """Name the extreme grade of a step and its stage: `inadequate at the first SIF`."""
    return f"{GRADE_NAMES[row['grade']]} at the {STAGE_NAMES[row['step'].partition(' to ')[0]]}"


def title_persistence(found: Persistence) -> str:
    """State how much of the differences in grades is lasting."""
    share, low, high = found.fit.shares()
    row = found.returns.iloc[0]
    return (
        f"About {share:.0%} ({low:.0%} to {high:.0%}) of the differences between grades last from one inspection to "
        f"the next: {row['expected']:.0%} would leave inadequate without any change, and {row['moved']} of "
        f"{row['inspections']} did"
    )


def caption_persistence(subject: Subject, found: Persistence) -> str:
    """State what the marks are, and cite the sources."""
    judged = subject.tables["judgements"]
    used = judged[(judged["strand"] == "overall") & judged["framework"].isin(["SIF", "ILACS"])]
    return (
        "Counted; lines: 95% Jeffreys intervals. Purple at the right: expected if no authority changed (ordinal "
        f"model, {found.authorities} authorities). {credit_releases(used['source_id'])}"
    )


def describe_persistence(subject: Subject, types: pd.DataFrame, found: Persistence) -> str:
    """Describe the types and the returns."""
    parts = [f"{row['type']} {row['authorities']}" for row in types.to_dict("records")]
    returns = [
        f"{name_start(row)}: {row['moved']} of {row['inspections']} {MOVES[row['grade']]}, "
        f"expected {row['expected']:.0%}"
        for row in found.returns.to_dict("records")
    ]
    own = describe_types(subject).replace("**", "")
    return f"Types of path: {', '.join(parts)}. {own} {begin_sentence('; '.join(returns))}."


def tabulate_persistence(types: pd.DataFrame, found: Persistence) -> pd.DataFrame:
    """Return both panels as one table."""
    returns = found.returns
    paths = types.rename(columns={"unrelated": "expected"})
    paths = paths.assign(name=paths["type"].map(begin_sentence), rule=paths["type"].map(TYPES))
    left = returns.assign(
        name=[begin_sentence(name_start(row)) for row in returns.to_dict("records")],
        rule=returns["grade"].map(MOVES) + " by the next",
        authorities=returns["moved"],
        of=returns["inspections"],
    )
    table = pd.concat([paths, left], ignore_index=True)
    shares = table[["share", "low", "high"]].where(table["of"] >= FEWEST).join(table["expected"])
    heads = ["Share", "95% interval, low", "95% interval, high", "Expected by chance"]
    percent = (100 * shares).round().set_axis([f"{head} (per cent)" for head in heads], axis=1)
    first = {"name": "Path or grade", "rule": "Rule", "authorities": "Authorities", "of": "Of"}
    return table[list(first)].rename(columns=first).join(percent)
