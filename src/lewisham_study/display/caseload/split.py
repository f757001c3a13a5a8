"""What a change of the average caseload is made of: cases, and workers who hold them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD, COMPARABLE, count_workers, split_change
from lewisham_study.display.common.cautions import list_cautioned, note_joint
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import End, draw_line, label_ends
from lewisham_study.display.common.phrases import begin_sentence, list_words
from lewisham_study.display.common.style import HERE, INK, PAGE_WIDTH, SECOND, SMALLEST, THIRD, drawing

JUMP = 0.25
"""Cases and workers that both rise, or both fall, by so large a share in a year have jumped."""


def draw_split(case: Case) -> FigureExhibit | Prose:
    """Draw cases and workers as they grew, and the part of each in every change of the caseload.

    Returns
    -------
    FigureExhibit or Prose
        Left: cases and workers, first year = 100. Right: the parts of each change, which add up exactly.
        Prose where fewer than two comparable years are known.
    """
    counts = count_workers(case.tables["workforce"], case.la_code, case.start_year, case.end_year)
    if len(counts) < 2:
        return Prose(format_too_few(case, counts))
    parts = split_change(counts)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.9), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=[1, 1.15])
        draw_growth(left, counts)
        draw_parts(right, parts)
        label_growth(left, counts)
    return FigureExhibit(
        figure,
        "fig-caseload-split",
        title_split(case, counts),
        caption_split(case, counts),
        describe_split(case, counts, parts),
        tabulate_split(counts, parts),
    )


def format_too_few(case: Case, counts: pd.DataFrame) -> str:
    """Say that there is no change to split."""
    held = f"only {counts['year'].iloc[0]} has" if len(counts) else "no year has"
    return (
        f"A change needs two years since 2017 with both cases and workers; of {case.spoken}, between "
        f"{case.start_year} and {case.end_year}, {held}, so there is no change to split."
    )


def draw_growth(axes: Axes, counts: pd.DataFrame) -> None:
    """Draw cases and workers, first year = 100."""
    for name, colour, marker in (("cases", THIRD, "o"), ("workers", SECOND, "s")):
        line = pd.DataFrame({"year": counts["year"], "series": name, "value": index_first(counts[name])})
        draw_line(axes, line, color=colour, marker=marker, markersize=3.5, ls="-" if name == "cases" else (0, (4, 1.5)))
    years = counts["year"].tolist()
    every = 1 if len(years) < 6 else 2
    axes.set_xticks(years, [str(year) if number % every == 0 else "" for number, year in enumerate(years)])
    axes.set_xlim(years[0] - 0.2, years[-1] + 0.2)
    axes.set_title(f"Cases and workers, {years[0]} = 100", loc="left")
    axes.axhline(100, color=INK, lw=0.5, zorder=0.5)


def label_growth(axes: Axes, counts: pd.DataFrame) -> None:
    """Name the two lines, with the counts at their ends."""
    last = counts.iloc[-1]
    year, cases, workers = float(last["year"]), index_first(counts["cases"]), index_first(counts["workers"])
    named = [
        End(f"{last['cases']:,.0f} cases", year, float(cases.iloc[-1]), THIRD),
        End(
            f"{last['workers']:,.1f} {'worker' if last['workers'] == 1 else 'workers'}",
            year,
            float(workers.iloc[-1]),
            SECOND,
        ),
    ]
    label_ends(axes, named)


def index_first(values: pd.Series) -> pd.Series:
    """Give values with the first as 100."""
    return values.div(float(values.iloc[0])).mul(100)


def draw_parts(axes: Axes, parts: pd.DataFrame) -> None:
    """Draw the parts of each change as bars either way from nought, and the change as a mark; below, its value."""
    places = range(len(parts))
    looks: list[tuple[str, dict[str, Any]]] = [
        ("from_cases", {"color": THIRD, "label": "from cases"}),
        ("from_workers", {"facecolor": "white", "edgecolor": SECOND, "hatch": "////", "label": "from workers"}),
    ]
    for (column, look), shift in zip(looks, (-0.19, 0.19), strict=True):
        axes.bar([place + shift for place in places], parts[column], width=0.36, lw=1, **look)
    axes.plot(places, parts["change"], "D", color=HERE, markeredgecolor="white", ms=5.5, zorder=4, label="net")
    under: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points"}
    under |= {"fontsize": SMALLEST, "color": HERE, "weight": "bold"}
    for place, change in zip(places, parts["change"], strict=True):
        axes.annotate(format_signed(change), (place, 0), (0, -31), ha="center", **under)
    axes.annotate("net", (-0.75, 0), (0, -31), ha="right", **under)
    reach = float(parts[["from_cases", "from_workers", "change"]].abs().to_numpy().max()) or 1.0
    axes.axhline(0, color=INK, lw=0.7)
    years = zip(parts["year_from"], parts["year_to"], strict=True)
    axes.set_xticks(list(places), [f"{before}\nto {after % 100}" for before, after in years])
    axes.tick_params(axis="x", length=0, labelsize=SMALLEST)
    axes.set_xlim(-0.7, max(len(parts), 3) - 0.3)
    axes.set_ylim(-reach * 1.15, reach * 1.4)
    axes.set_title("Change of cases per worker, in its parts", loc="left")
    axes.legend(loc="upper center", ncols=3, fontsize=SMALLEST, handlelength=1.1, columnspacing=0.8, borderpad=0)


def format_signed(value: float, digits: int = 1) -> str:
    """Write a change with its sign; none where it rounds to nought.

    Examples
    --------
    >>> format_signed(-1.56), format_signed(-0.001)
    ('−1.6', '0.0')
    """
    text = f"{value:+.{digits}f}"
    return (text if float(text) else text[1:]).replace("-", "−")


def title_split(case: Case, counts: pd.DataFrame) -> str:
    """State the finding: how cases and workers moved between the first and the last year."""
    first, last = counts.iloc[0], counts.iloc[-1]
    cases, workers = last["cases"] / first["cases"] - 1, last["workers"] / first["workers"] - 1
    return (
        f"From {first['year']:.0f} to {last['year']:.0f} {case.spoken}’s cases {format_move(cases)} and the workers "
        f"who held them {format_move(workers)}"
    )


def format_move(share: float) -> str:
    """Write a relative change.

    Examples
    --------
    >>> format_move(0.277), format_move(-0.02), format_move(0.001)
    ('rose by 28%', 'fell by 2%', 'stayed as they were')
    """
    if abs(share) < 0.005:
        return "stayed as they were"
    return f"{'rose' if share > 0 else 'fell'} by {abs(share):.0%}"


def caption_split(case: Case, counts: pd.DataFrame) -> str:
    """Say how the change is split."""
    workforce = case.tables["workforce"]
    rows = workforce[(workforce["la_code"] == case.la_code) & workforce["series"].str.endswith(COMPARABLE)]
    light = list_cautioned(case, "workforce", CASELOAD, counts["year"].astype(str))
    lean = f" Lean lightly on {list_words(light)}, as told below." if light else ""
    return (
        "Workers are full-time equivalents with a case, agency workers included. The parts are those of the "
        "logarithmic mean Divisia index (Ang 2005), which leaves no residual: more cases raise the average, more "
        f"workers lower it. It is arithmetic on two counts and explains neither.{lean}{summarise_jumps(counts)}"
        f"{note_joint(case, rows)} {credit(cite_releases(rows['source_id']))}."
    )


def summarise_jumps(counts: pd.DataFrame) -> str:
    """Tell, with a space before, of each year in which cases and workers both jumped the same way.

    Examples
    --------
    >>> summarise_jumps(pd.DataFrame({"year": [2019, 2020, 2021], "cases": [2605, 1114, 1200],
    ...                          "workers": [182.6, 115.2, 120.0]}))
    ' From 2019 to 2020 cases fell by 57% and workers by 37%: the return may have been drawn otherwise.'
    """
    change = counts[["cases", "workers"]].pct_change().assign(year=counts["year"])
    pair = change[["cases", "workers"]]
    jumped = ((pair >= JUMP).all(axis=1) | (pair <= -JUMP).all(axis=1)) & (counts["year"].diff() == 1)
    told = [
        f"from {row['year'] - 1:.0f} to {row['year']:.0f} cases {format_move(row['cases'])} and workers by "
        f"{abs(row['workers']):.0%}"
        for row in change[jumped].to_dict("records")
    ]
    if not told:
        return ""
    return f" {begin_sentence('; '.join(told))}: the return may have been drawn otherwise."


def describe_split(case: Case, counts: pd.DataFrame, parts: pd.DataFrame) -> str:
    """Describe both panels: counts in each year, and the parts of each change."""
    held = [f"{row['year']:.0f} {row['cases']:,.0f} on {row['workers']:,.1f}" for row in counts.to_dict("records")]
    split = [
        f"{row['year_from']} to {row['year_to']}: {format_signed(row['change'], 2)}, of which cases "
        f"{format_signed(row['from_cases'], 2)} and workers {format_signed(row['from_workers'], 2)}"
        for row in parts.to_dict("records")
    ]
    return f"Cases of {case.spoken} on workers: {', '.join(held)}. Change of cases per worker: {'; '.join(split)}."


def tabulate_split(counts: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Give the counts and the parts as a table: a row a year."""
    by_year = parts.set_index("year_to")
    columns = {"change": "Change", "from_cases": "Part of cases", "from_workers": "Part of workers"}
    table = pd.DataFrame(
        {
            "30 September": counts["year"].astype(str),
            "Cases": counts["cases"].astype(int),
            "Workers (FTE)": counts["workers"].round(1),
            "Cases per worker": counts["caseload"].round(2),
        }
    )
    for column, name in columns.items():
        table[name] = counts["year"].map(by_year[column]).round(2)
    return table
