"""What is said about caseloads: by inspectors of the authority and in all reports next to the counts; in documents."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis import statements
from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD, FIRST_CASELOADS, select_measure
from lewisham_study.analysis.statements import BAND_NAMES, COUNTED, SAID, describe_documents, share_by_count
from lewisham_study.display.common.citations import credit_releases, link
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.phrases import format_day, name_region
from lewisham_study.display.common.style import FAINT, HERE, INK, MUTED, PAGE_WIDTH, SMALLEST, drawing, set_margins
from lewisham_study.vocabulary import FEWEST, GRADE_NAMES

MOST = 6
"""Documents of one authority that are quoted."""
LEVEL_NAMES = {level: level for level in SAID} | {"uneven": "high for some", "none": "no level given"}
VOICES = {"inspectors": "", "staff": ", staff say", "leaders": ", leaders say"}
KIND_NAMES = {"focused_visit": "visit", "joint_targeted": "joint inspection"}
NAMED = r"\b(?:case|work)[ -]?loads?\b"
SOURCE_NAMES = {"news": "the article", "letter": "the letter", "inspection_report": "the report"}
SPREAD = 0.32
"""Half the height over which the dots of a level are spread."""


def summarise_said(case: Case) -> Prose:
    """Quote what inspectors said about the authority's caseloads, with the count of the last 30 September before."""
    chosen = choose_lines(case)
    if chosen.empty:
        return Prose(
            f"No inspection report or letter held on {case.spoken} says how high the caseloads of social workers were. "
            f"Reports do not have to mention them, so this says nothing either way."
        )
    lines = [write_line(row, case) for row in chosen.to_dict("records")]
    sources = credit_releases([*chosen["source_id"], *list_count_sources(case.own("workforce"), chosen)])
    head = f"What inspectors wrote about caseloads in {case.spoken}, newest first:"
    return Prose("\n".join([head, "", *lines, "", sources]))


def choose_lines(case: Case) -> pd.DataFrame:
    """Choose the sentence that stands for each of the last documents: of its level, in inspectors' words if any."""
    said = statements.statements(case.la_code, who="social_workers", tables=case.tables).dropna(subset="inspection_id")
    documents = describe_documents(case.tables).set_index("inspection_id")[["level", "counted", "year"]]
    said = said.join(documents.rename(columns={"level": "level_said"}), on="inspection_id")
    given = said[said["level_said"] != "none"]
    named = given["quote"].str.contains(NAMED, case=False)
    order = given.assign(
        rank=(given["level"] != given["level_said"]) * 8
        + (given["level"] == "none") * 4
        + ~named * 2
        + (given["voice"] != "inspectors")
    ).sort_values(["rank", "statement_id"])
    first = order.drop_duplicates("inspection_id").set_index("inspection_id")
    other = order[order["level"].ne(order["inspection_id"].map(first["level"])) & order["level"].ne("none")]
    mixed = other.drop_duplicates("inspection_id").set_index("inspection_id")["quote"]
    # A document is high for some where one sentence says so, or where two sentences give different levels.
    first["second"] = mixed.reindex(first.index).where(first["level"] != first["level_said"], "").fillna("")
    return first.reset_index().sort_values("published_date", ascending=False, kind="stable").head(MOST)


def write_line(row: Mapping[Hashable, Any], case: Case) -> str:
    """Write one line: day, kind, quote, page with a link, whose word it is, and the count."""
    kind = KIND_NAMES.get(row["kind"], "inspection")
    on_site = row["start_date"] if pd.notna(row["start_date"]) else row["published_date"]
    after = ", after the window" if on_site > case.window_end else ""
    place = link(f"p. {row['page']} of the text published {format_day(row['published_date'])}", row["report_url"])
    level = LEVEL_NAMES[row["level_said"]]
    number = "no count to compare"
    if pd.notna(row["counted"]):
        number = f"counted on 30 September {int(row['year'])}: {row['counted']:.1f} per worker"
    said = quote(row["quote"]) + (f" and {quote(row['second'])}" if row["second"] else "") + VOICES[row["voice"]]
    return f"- **{on_site:%B %Y}** ({kind}{after}): {said} ({place}); we read it as *{level}*; {number}."


def quote(words: str) -> str:
    """Put words in quotation marks, with an ellipsis where they begin within a sentence."""
    return f"“{words}”" if words[0].isupper() else f"“… {words}”"


def list_count_sources(workforce: pd.DataFrame, documents: pd.DataFrame) -> set[str]:
    """List the releases of the counts that stand beside some documents."""
    years = documents.dropna(subset="counted")["year"].astype(int).astype(str)
    return set(workforce.loc[(workforce["measure"] == CASELOAD) & workforce["time_period"].isin(years), "source_id"])


def summarise_words_and_counts(case: Case) -> Prose:
    """Say in three sentences what words and counts have to do with each other, and what that does not show."""
    documents = describe_documents(case.tables)
    median, bands = statements.summarise_levels(documents)["median"], share_by_count(documents)
    first, last = bands.iloc[0], bands.iloc[-1]
    directions = statements.cross_directions(documents)
    fell, rose = directions.loc["falling"], directions.loc["rising"]
    return Prose(
        f"Where a report called social workers’ caseloads high, half of the councils had counted "
        f"**{median['high']:.1f}** cases per worker or more on the last 30 September; where it called "
        f"them manageable, half had counted {median['manageable']:.1f} or more, so the words follow "
        f"the counts, but no number marks where “high” begins. Of the reports on councils with {BAND_NAMES[0]} cases "
        f"{write_share(first)} speak of high caseloads, for all or for some; of those with {BAND_NAMES[-1]} "
        f"{write_share(last)}. Where a report says that caseloads had fallen, the count had fallen since the year "
        f"before in {fell['fell']} of {fell.sum()}; where it says they had risen, the count had risen in "
        f"{rose['rose']} of {rose.sum()}.\n\n"
        f"What this does not show: staff talk to inspectors and inspectors look at some teams, while the count is an "
        f"average of all on one day up to a year before; reports follow a template; and no sentence is no statement."
    )


def write_share(row: pd.Series) -> str:
    """Write a share with its count and interval."""
    count = f"{row['heavy']:.0f} of {row['of']:.0f}"
    if row["of"] < FEWEST:
        return count
    return f"{row['share']:.0%} ({count}; 95% interval {row['low']:.0%} to {row['high']:.0%})"


def draw_levels(case: Case) -> FigureExhibit:
    """Draw the counted caseload of each document by the level it gives, and the share that says high by count."""
    documents = describe_documents(case.tables)
    known = documents[documents["level"].isin(SAID)].dropna(subset="counted")
    levels, bands = statements.summarise_levels(documents), share_by_count(documents)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.9))
        left, right = figure.subplots(1, 2, width_ratios=[1.5, 1])
        set_margins(figure, left=1.15, right=0.06, bottom=0.41, top=0.21, gaps=(0.52, 0))
        draw_dots(left, known, case)
        draw_medians(left, levels)
        draw_shares(right, bands)
    title = (
        f"Councils whose caseloads inspectors called high had counted {levels['median']['high']:.1f} cases per "
        f"worker at the median, those called manageable {levels['median']['manageable']:.1f}"
    )
    caption = (
        f"Dots: {len(known)} reports and letters; dark: {case.label}. Bars: middle half. Right: high for all or "
        f"some, 95% Jeffreys intervals. {credit_releases(list_country_sources(case))}"
    )
    names = {"la_code": "Authority (DfE number)", "published_date": "Published", "level": "Level said"}
    names |= {"year": "Counted on 30 September", "counted": "Cases per worker"}
    table = known[list(names)].rename(columns=names).reset_index(drop=True)
    return FigureExhibit(figure, "fig-caseload-said", title, caption, describe_levels(levels, bands), table)


def draw_dots(axes: Axes, known: pd.DataFrame, case: Case) -> None:
    """Draw a dot for each document, spread evenly in the height of its level; the authority's own dark."""
    for place, level in enumerate(SAID):
        rows = known[known["level"] == level].sort_values(["counted", "inspection_id"])
        height = place + SPREAD * (np.arange(len(rows)) * 0.618 % 1 * 2 - 1)
        own = (rows["la_code"] == case.la_code).to_numpy()
        axes.scatter(rows["counted"], height, s=7, color="#A9A9A9", linewidth=0, zorder=1)
        axes.scatter(rows["counted"][own], height[own], s=26, color=HERE, linewidth=0, zorder=5)
    counts = known["level"].value_counts()
    names = [f"{LEVEL_NAMES[level]} ({counts.get(level, 0)})" for level in SAID]
    axes.set_yticks(range(len(SAID)), names)
    axes.set_ylim(len(SAID) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Counted cases per worker, 30 September before")
    axes.set_title("What the report says", loc="left", fontsize=8, color=INK)


def draw_medians(axes: Axes, levels: pd.DataFrame) -> None:
    """Draw the middle half and the median of each level that has enough documents."""
    for place, level in enumerate(SAID):
        row = levels.loc[level]
        if row["documents"] >= FEWEST:
            axes.plot([row["lower"], row["upper"]], [place, place], color=MUTED, lw=4, solid_capstyle="butt", zorder=3)
            axes.plot([row["median"]], [place], "|", color="white", markersize=7, mew=1.6, zorder=4)
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}
            look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": SMALLEST, "bbox": box, "zorder": 6}
            axes.text(levels["median"].tolist()[place], place - 0.3, f"{row['median']:.1f}", **look)


def draw_shares(axes: Axes, bands: pd.DataFrame) -> None:
    """Draw the share of documents that speak of high caseloads by the count, with intervals."""
    for place, (_, row) in enumerate(bands.iterrows()):
        if row["of"] >= FEWEST:
            axes.plot([place, place], [row["low"], row["high"]], color=MUTED, lw=1.2)
            axes.plot([place], [row["share"]], "o", color=INK, markersize=4)
        axes.text(place, 0.015, f"of {row['of']:.0f}", ha="center", va="bottom", fontsize=SMALLEST, color=MUTED)
    axes.axhline(0.5, color=FAINT, lw=0.7, zorder=0)
    axes.set_xticks(range(len(bands)), [name.replace(" to ", "–").replace(" or more", "+") for name in BAND_NAMES])
    axes.tick_params(axis="x", labelsize=SMALLEST)
    axes.set_xlim(-0.5, len(bands) - 0.5)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.set_xlabel("Counted cases per worker")
    axes.set_title("Share that says high", loc="left", fontsize=8, color=INK)


def describe_levels(levels: pd.DataFrame, bands: pd.DataFrame) -> str:
    """Describe both panels in words."""
    middles = "; ".join(
        f"{LEVEL_NAMES[str(level)]}: median {row['median']:.1f}, middle half {row['lower']:.1f} to {row['upper']:.1f}, "
        f"{row['documents']:.0f} documents"
        for level, row in levels.dropna().iterrows()
    )
    shares = "; ".join(f"{band} {write_share(row)}" for band, row in bands.iterrows())
    return f"Left, counted cases per worker by what the report says: {middles}. Right, share that says high: {shares}."


def list_country_sources(case: Case) -> set[str]:
    """List the sources of all statements, and of the counts beside them."""
    counts = statements.list_counts(case.tables).rename("counted").reset_index()
    return {*case.tables["statements"]["source_id"], *list_count_sources(case.tables["workforce"], counts)}


def show_levels_by_grade(case: Case) -> TableExhibit:
    """Show what ILACS reports say of caseloads by the grade they give."""
    graded = statements.grade_documents(case.tables)
    table = statements.count_levels_by_grade(graded)
    heavy, given = table["high"] + table["uneven"], table[SAID].sum(axis=1)
    shown = table.rename(index=GRADE_NAMES, columns=LEVEL_NAMES).rename_axis("Overall grade")
    shown["high or high for some, of those with a level"] = [
        f"{some} of {all_}" for some, all_ in zip(heavy, given, strict=True)
    ]
    best, worst = heavy.iloc[0] / given.iloc[0], heavy.iloc[-1] / given.iloc[-1]
    return TableExhibit(
        shown.reset_index(),
        "tbl-caseload-said-grades",
        f"High caseloads are named in {best:.0%} of outstanding reports that give a level, and in {worst:.0%} of "
        f"inadequate ones",
        f"All {len(graded)} ILACS inspections with an overall grade. A report explains its own grade, so this is no "
        f"independent evidence. {credit_releases(case.tables['statements']['source_id'])}",
    )


def show_levels_by_place(case: Case) -> TableExhibit:
    """Show the share of documents that speak of high caseloads by region and by year on site."""
    documents = describe_documents(case.tables)
    year = documents["start_date"].fillna(documents["published_date"]).dt.year
    period = pd.cut(year, [2011, 2015, 2018, 2021, 2026], labels=["2012–2015", "2016–2018", "2019–2021", "2022–2026"])
    by_region = statements.share_heavy(documents, "region").sort_index()
    rows = pd.concat([by_region, statements.share_heavy(documents, period)])
    table = pd.DataFrame(
        {
            "Region or years on site": rows.index.astype(str),
            "Reports and letters that give a level": rows["of"].astype(int),
            "of which high, for all or some": rows["heavy"].astype(int),
            "Share (%)": (rows["share"] * 100).round(),
            "95% from (%)": (rows["low"] * 100).round(),
            "95% to (%)": (rows["high"] * 100).round(),
        }
    )
    share = by_region["share"]
    most, least = (name_region(str(place)) for place in (share.idxmax(), share.idxmin()))
    return TableExhibit(
        table,
        "tbl-caseload-said-places",
        f"Caseloads are called high most often in {most} ({share.max():.0%}) and least in {least} ({share.min():.0%})",
        f"Jeffreys intervals; nine regions are compared, so one may differ by chance. "
        f"{credit_releases(case.tables['statements']['source_id'])}",
    )


def show_directions(case: Case) -> TableExhibit:
    """Show what reports say of the change of caseloads against what the count did."""
    table = statements.cross_directions(describe_documents(case.tables))
    shown = table.rename_axis("The report says they were").rename(
        index={"none": "no change named"}, columns={name: f"count {name}" for name in COUNTED}
    )
    rising, falling = table.loc["rising"], table.loc["falling"]
    agree, total = rising["rose"] + falling["fell"], rising.sum() + falling.sum()
    return TableExhibit(
        shown.reset_index(),
        "tbl-caseload-said-directions",
        f"Where a report names a change, the count had moved the same way in {agree} of {total}",
        f"The count’s change is that of the year to the last 30 September; under half a case is about the same. "
        f"{credit_releases(list_country_sources(case))}",
    )


def summarise_words(case: Case) -> Prose | None:
    """Introduce what the coded documents say about caseloads; None where none of them is about the authority."""
    if list_said(case).empty:
        return None
    return Prose(
        "## What the documents say\n\nNo document gives a count, and each speaks of another part of the service, so "
        "their words are neither a rise nor a fall."
    )


def list_said(case: Case) -> pd.DataFrame:
    """List what the coded documents say about the authority's caseloads within the window."""
    facts = case.tables["facts"]
    said = facts[(facts["measure"] == "caseload_description") & (facts["status"] != "repeat")]
    within = said["period_start"].dt.year.between(case.start_year, case.end_year) & bool(len(case.own("events")))
    chosen: pd.DataFrame = said[within].sort_values("period_start", kind="stable")
    return chosen


def show_words(case: Case) -> TableExhibit | None:
    """Show what the coded documents say about caseloads, with the published figures nearest in time."""
    said = list_said(case)
    if said.empty:
        return None
    own = select_measure(case.own("workforce"), CASELOAD, FIRST_CASELOADS, case.end_year).set_index("year")["value"]
    kinds = case.tables["sources"].set_index("source_id")["kind"].map(SOURCE_NAMES)
    days = said["period_start"]
    table = pd.DataFrame(
        {
            "Words": "“" + said["value_as_stated"] + "”",
            "Speaker": said["speaker"].fillna(said["source_id"].map(kinds)),
            "Period": days.dt.strftime("%B %Y"),
            "30 September before": [format_figure(own, day.year - 1) for day in days],
            "30 September after": [format_figure(own, day.year) for day in days],
            "Note": said["note"],
        }
    )
    return TableExhibit(
        table,
        "tbl-caseload-words",
        "What the documents say about caseloads, and the published figures nearest in time",
        f"Caseloads are cases per worker on 30 September. {credit_releases(said['source_id'])}",
    )


def format_figure(values: pd.Series, year: int) -> str:
    """Format the caseload of a year with its year."""
    value = values.get(year)
    return f"{year}: no figure" if value is None or pd.isna(value) else f"{year}: {value:.1f}"
