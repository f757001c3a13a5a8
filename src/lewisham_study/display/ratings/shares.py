"""How many authorities had each grade over time: in England, the region and London, overall and for leadership."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models.headlines import compare_measure
from lewisham_study.analysis.ratings import compare_leadership
from lewisham_study.analysis.trajectories import trace_country, trace_region
from lewisham_study.display.common.citations import cite_ratings, credit, credit_releases, link
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.phrases import (
    begin_sentence,
    format_day,
    list_words,
    name_end,
    name_region,
    note_ungraded,
    reaches_ungraded,
    summarise_last_year,
)
from lewisham_study.display.common.style import (
    GRADE_COLOURS,
    INK,
    PAGE_WIDTH,
    SMALLEST,
    UNJUDGED,
    choose_ink,
    draw_key,
    drawing,
    set_margins,
)
from lewisham_study.vocabulary import (
    FEWEST,
    GOOD_OR_BETTER,
    GRADE_LETTERS,
    GRADE_NAMES,
    GRADES,
    NO_OVERALL,
    NOT_YET_JUDGED,
)

STACK = ["inadequate", "requires_improvement", "good", "outstanding"]
STRANDS = {"overall": "Overall", "leadership": "Leadership"}


def draw_shares(case: Case) -> FigureExhibit:
    """Draw the shares of authorities in each overall grade at 31 March of each year of the window."""
    shares = list_shares(case)
    places = list(dict.fromkeys(shares["place"]))
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 1.65 * len(places) + 0.5))
        panels = figure.subplots(len(places), 1, squeeze=False, sharex=True)[:, 0]
        for axes, place in zip(panels, places, strict=True):
            draw_place(axes, shares[shares["place"] == place], place)
        panels[0].set_title("bold: good or outstanding, of those judged", loc="right", fontsize=SMALLEST, pad=14)
        key = draw_key(figure, list_stack(shares))
        set_margins(figure, left=0.46, right=0.06, bottom=0.2, top=key + 0.29, gaps=(0, 0.44))
    return FigureExhibit(
        figure,
        "fig-rating-shares",
        title_shares(shares, places),
        caption_shares(case),
        describe_shares(shares, places),
        tabulate_shares(shares),
    )


def list_shares(case: Case) -> pd.DataFrame:
    """Count the overall grades in England, the region and London at 31 March, from the first year with any."""
    chosen = {"England": None, case.region: case.region, "London": "London"}
    parts = [
        trace_region(case.tables, region, case.start_year, case.end_year, case.basis).assign(place=place)
        for place, region in chosen.items()
    ]
    shares = pd.concat(parts, ignore_index=True)
    judged = shares[shares["grade"].isin(GRADES) & (shares["authorities"] > 0)]
    counted: pd.DataFrame = shares[shares["date"] >= judged["date"].min()]
    return counted.reset_index(drop=True)


def list_stack(shares: pd.DataFrame) -> list[str]:
    """List the grades of a bar from the bottom up; the end of the overall grade only where it shows."""
    ended = (shares["authorities"] > 0) & (shares["grade"] == NO_OVERALL)
    return [*STACK, *([NO_OVERALL] if ended.any() else []), NOT_YET_JUDGED]


def draw_place(axes: Axes, shares: pd.DataFrame, place: str) -> None:
    """Draw a place's bar for each year, worst grade at the bottom, under the share good or outstanding."""
    wide, counts = (shares.pivot(index="date", columns="grade", values=name) for name in ("share", "authorities"))
    years = [day.year for day in wide.index]
    texts = counts[STACK].apply(lambda column: GRADE_LETTERS[str(column.name)] + " " + column.astype(str))
    stack_bars(axes, wide[list_stack(shares)].set_axis(years), texts.where(wide[STACK] > 0.085, ""))
    for year, day in zip(years, wide.index, strict=True):
        look: dict[str, Any] = {"ha": "center", "fontsize": SMALLEST, "weight": "bold", "color": INK}
        axes.text(year, 1.03, format_good(shares, place, day), **look)
    axes.set_title(f"{place} ({counts.iloc[-1].sum():.0f} authorities in {years[-1]})", loc="left", pad=14)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    axes.set_xticks(years, [str(year) for year in years])
    axes.tick_params(axis="x", length=0)


def stack_bars(axes: Axes, heights: pd.DataFrame, texts: pd.DataFrame) -> None:
    """Draw a bar for each row, a part for each grade (column) from the bottom up, with its text if it has one."""
    floor = 0 * heights.iloc[:, 0]
    for grade in heights.columns:
        colour, edge = GRADE_COLOURS[grade], UNJUDGED.get(grade, {"edgecolor": "white"})
        axes.bar(heights.index, heights[grade], bottom=floor, width=0.86, color=colour, lw=0.6, **edge)
        look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": SMALLEST}
        look |= {"bbox": {"facecolor": "white", "lw": 0, "pad": 0.6}} if grade in UNJUDGED else {}
        for year, middle, text in zip(heights.index, floor + heights[grade] / 2, texts.get(grade, []), strict=False):
            if text:
                axes.text(year, middle, text, color=choose_ink(colour), **look)
        floor = floor + heights[grade]


def format_good(shares: pd.DataFrame, place: str, day: pd.Timestamp) -> str:
    """Format the share of judged authorities that were good or outstanding; with fewer than five, the counts."""
    here = shares[(shares["place"] == place) & (shares["date"] == day)].set_index("grade")["authorities"]
    judged, good = int(here[GRADES].sum()), int(here[GOOD_OR_BETTER].sum())
    if not judged:
        return "–"
    return f"{good} of {judged}" if judged < FEWEST else f"{good / judged:.0%}"


def title_shares(shares: pd.DataFrame, places: list[str]) -> str:
    """State the share good or outstanding in the last year, place by place."""
    last = shares["date"].max()
    parts = [f"{format_good(shares, place, last)} in {name_region(place)}" for place in places]
    return f"Good or outstanding in March {last.year}: {', '.join(parts)}"


def caption_shares(case: Case) -> str:
    """Explain the bars and which day a grade counts from, and cite the sources."""
    basis = "first day on site" if case.basis == "inspected" else "day of the report"
    return (
        f"Overall grades in force at 31 March, from the {basis}. The framework changed in 2018. "
        f"{note_ungraded(shown=reaches_ungraded(case))}{credit(cite_ratings(case))}."
    )


def describe_shares(shares: pd.DataFrame, places: list[str]) -> str:
    """Describe the share good or outstanding in the first and last year."""
    first, last = shares["date"].min(), shares["date"].max()
    parts = [
        f"{place}: of judged authorities {start} in {first.year}, {end} in {last.year}"
        for place in places
        for start, end in [(format_good(shares, place, first), format_good(shares, place, last))]
        if start != "–"
    ]
    return f"Stacked bars of overall grades at 31 March. Good or outstanding: {'; '.join(parts)}."


def tabulate_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """Arrange the counts as a table of places and years by grade."""
    wide = shares.pivot(index=["place", "date"], columns="grade", values="authorities").reset_index()
    grades = [grade for grade in [*reversed(STACK), *list_stack(shares)[len(STACK) :]] if grade in wide.columns]
    table = wide[["place", "date", *grades]].rename(columns={**GRADE_NAMES, "place": "Place", "date": "31 March"})
    named = table.rename(columns=lambda name: name if name in ("Place", "31 March") else f"{name}, authorities")
    return named.assign(**{"31 March": table["31 March"].dt.year.astype(str)})


def summarise_headlines(case: Case, measure: str) -> Prose:
    """State how many published headlines of a measure the study reproduces, and why the others differ."""
    compared = compare_measure(case.tables, measure)
    matching = int((compared["verdict"] == "matches").sum())
    count = f"All {matching}" if matching == len(compared) else f"{matching} of {len(compared)}"
    text = (
        f"{count} figures computed here for “{measure.lower()}” match the published headlines; `lewisham-study check` "
        "compares every published number that the data can reproduce."
    )
    differing = [
        f"- {row['scope']}, {format_as_at(row['as_at'])}: published {row['published']}, computed {row['computed']}; "
        f"{row['reason']}."
        for row in compared[compared["verdict"] == "differs"].to_dict("records")
    ]
    return Prose("\n".join([text, "", *differing]) if differing else text)


def show_headlines(case: Case, measure: str, label: str, title: str) -> TableExhibit:
    """Show the published headlines of a measure with the computed values, oldest first."""
    compared = compare_measure(case.tables, measure).sort_values(["as_at", "scope"])
    unit, day = compared["unit"].str.replace("per_cent", "%"), compared["as_at"].map(format_as_at)
    names = {"scope": "Where", "as_at": "As at", "unit": "Unit", "published": "Published", "computed": "Computed"}
    table = compared.assign(unit=unit, as_at=day)[list(names)].rename(columns=names)
    headlines = case.tables["headlines"]
    sources = headlines[headlines["measure"] == measure].drop_duplicates("source_title")
    named = [link(title, url) for title, url in zip(sources["source_title"], sources["url"], strict=True)]
    caption = f"Computed from the tables of this study, rounded as published. Sources: {'; '.join(named)}."
    return TableExhibit(table.reset_index(drop=True), label, title, caption)


def format_as_at(as_at: str) -> str:
    """Format the day, month or year of a headline."""
    return format_day(pd.Timestamp(as_at)) if re.fullmatch(r"\d{4}-\d\d-\d\d", as_at) else as_at


def summarise_leadership(case: Case) -> Prose:
    """Summarise in how many reports leaders and the whole service got different grades, and both grades at the end."""
    judgements = case.tables["judgements"]
    both = compare_leadership(judgements)
    apart = both[both["differ"]]
    better = int((apart["leadership"].map(GRADES.index) < apart["overall"].map(GRADES.index)).sum())
    cited = judgements.loc[judgements["inspection_id"].isin(both["inspection_id"]), "source_id"]
    ends = [describe_end(case, strand) for strand in STRANDS]
    return Prose(
        f"The grade for leaders is not the overall grade under another name: in **{len(apart)} of {len(both)}** ILACS "
        f"reports that gave both ({both['date'].min():%B %Y} to {both['date'].max():%B %Y}) the two differed; leaders "
        f"had the better grade in {better} and the worse in {len(apart) - better}. {begin_sentence(name_end(case))}: "
        f"{'; '.join(ends)}. {credit_releases(cited)}"
    )


def describe_end(case: Case, strand: str) -> str:
    """Describe how many authorities had each grade of a strand at the end of the window."""
    last = list_states(case, strand)[case.end_year].value_counts()
    counts = [f"{last[grade]} {GRADE_NAMES[grade]}" for grade in GRADES if grade in last.index]
    counts += [f"{last[NO_OVERALL]} with no overall grade any more"] if NO_OVERALL in last.index else []
    return f"{STRANDS[strand].lower()} {list_words(counts) if counts else 'no grade yet'}"


def list_states(case: Case, strand: str) -> pd.DataFrame:
    """List the grades of a strand in every authority at the end of each year of the window."""
    return trace_country(case.tables, case.start_year, case.end_year, case.basis, strand)


def show_leadership(case: Case) -> TableExhibit:
    """Show how many authorities were good or outstanding overall, and for leadership, at the end of each year."""
    table = pd.DataFrame({"End of": [str(year) for year in range(case.start_year, case.end_year + 1)]})
    for strand, name in STRANDS.items():
        states = list_states(case, strand)
        table[f"{name}: good or outstanding"] = states.isin(GOOD_OR_BETTER).sum().to_numpy()
        table[f"{name}: with a grade"] = states.isin(GRADES).sum().to_numpy()
    ended = (list_states(case, "overall") == NO_OVERALL).sum().to_numpy()
    if ended.any():
        table["No overall grade any more"] = ended
    judged = table[table["Overall: with a grade"] > 0]
    shown = table if judged.empty else table.loc[judged.index[0] :]
    last = shown.iloc[-1]
    counts = [f"{last[f'{name}: good or outstanding']} of {last[f'{name}: with a grade']}" for name in STRANDS.values()]
    return TableExhibit(
        shown.astype(str).reset_index(drop=True),
        "tbl-rating-leadership",
        f"Good or outstanding {name_end(case)}: {counts[0]} authorities overall, {counts[1]} for leadership",
        f"Counts of all authorities; two strands, not one series. {summarise_last_year(case)}"
        f"{note_ungraded(shown=reaches_ungraded(case))}{credit(cite_ratings(case))}.",
    )
