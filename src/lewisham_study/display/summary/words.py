"""The sentences of a summary: the position, what changed, and what to be careful of."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.analysis.ratings import date_judgements
from lewisham_study.analysis.statements import list_points
from lewisham_study.analysis.summary import SPEND, Measure, Standing, find_ends, gather_measures, place_measure
from lewisham_study.display.common import phrases
from lewisham_study.display.common.cautions import bracket_joint
from lewisham_study.display.common.exhibit import Prose
from lewisham_study.display.common.phrases import begin_sentence, format_count, format_day, list_words, lower_first
from lewisham_study.display.spend.amounts import format_more
from lewisham_study.display.summary.grades import find_latest, list_steps
from lewisham_study.display.summary.numbers import LOOKS
from lewisham_study.vocabulary import GOOD_OR_BETTER, GRADE_NAMES, GRADES, NO_OVERALL

LONGEST = 100
"""Letters of a caution in the summary; a longer one is cut at a sentence or clause and explained in its chapter."""
MOST, MOST_POINTS = 2, 3
"""Cautions of its own figures, and points to improve, that a summary shows."""


def summarise_position(case: Case) -> Prose:
    """Give the position at the latest day held, in three sentences: grade, caseload, spend."""
    measures = {one.name: one for one in gather_measures(case)}
    sentences = [
        f"**Position at {format_day(find_latest(case))}.** {describe_grade(case)}",
        describe_others(case),
        describe_caseload(case, measures[CASELOAD]),
        describe_spend(case, measures[SPEND]),
    ]
    return Prose(" ".join(sentence for sentence in sentences if sentence))


def describe_grade(case: Case) -> str:
    """Describe the latest inspection held and the grades before it."""
    steps = list_steps(case)
    overall = steps[steps["strand"] == "overall"]
    if overall.empty:
        return f"The releases held have no overall grade of {case.spoken}."
    last = overall.iloc[-1]
    given = overall[overall["grade"] != NO_OVERALL]
    when = f"inspected in {last['date']:%B %Y}"
    if last["grade"] == NO_OVERALL:
        text = (
            f"When {when}, {case.spoken} was given no overall grade: none has been since April 2026. "
            f"Its leadership was judged **{GRADE_NAMES[last['leadership']]}**."
        )
        if given.empty:
            return text
        final = given.iloc[-1]
        return f"{text} The last overall grade, of {final['date']:%B %Y}, was {GRADE_NAMES[final['grade']]}."
    earlier = f"; before that, it was {phrases.list_grades(given.iloc[:-1], ', then ')}" if len(given) > 1 else ""
    return f"{case.opening} was judged **{GRADE_NAMES[last['grade']]}** overall when {when}{earlier}."


def describe_others(case: Case) -> str:
    """Describe how many comparators were good or outstanding at their latest overall grade."""
    grades = list_latest(case, list_comparators(case))
    if grades.empty:
        return ""
    good, total = int(grades.isin(GOOD_OR_BETTER).sum()), len(grades)
    count = "all" if good == total > 1 else f"{format_count(good).lower()} of"
    who = f"{count} {format_count(total).lower()} comparator{'s' if total > 1 else ''}"
    return (
        f"{begin_sentence(who)} {'was' if good == 1 else 'were'} good or outstanding when last given an overall grade."
    )


def list_latest(case: Case, codes: list[str]) -> pd.Series:
    """List the latest overall grade held of each authority that has one."""
    judgements = case.tables["judgements"]
    overall = judgements[(judgements["strand"] == "overall") & judgements["la_code"].isin(codes)]
    dated = date_judgements(overall[overall["grade"].isin(GRADES)], case.basis).sort_values("date", kind="stable")
    grades: pd.Series = dated.groupby("la_code")["grade"].last()
    return grades


def summarise_asked(case: Case) -> Prose:
    """Quote what the latest report held asks to be improved; the themes of further points are named."""
    points = list_points(case, 1)
    if points.empty:
        return Prose(f"No inspection of {case.spoken} under ILACS is held, so no list of points to improve.")
    shown, rest = points.head(MOST_POINTS), points["theme"].iloc[MOST_POINTS:]
    day, count = format_day(points["published_date"].iloc[0]), format_count(len(points)).lower()
    noun, whose = ("point", "its") if len(points) == 1 else ("points", "their")
    lines = [f"The report of {day} lists {count} {noun} to improve, quoted here by {whose} first words:"]
    lines += ["", *[f"- {row['theme']}: “{row['quote']}…”" for row in shown.to_dict("records")]]
    if len(rest):
        themes = rest.unique()
        named = list_words(["other matters" if theme == "Other" else lower_first(theme) for theme in themes])
        lines.append(f"- {format_count(len(rest))} more, on {named}.")
    return Prose("\n".join(lines))


def describe_caseload(case: Case, measure: Measure) -> str:
    """Describe the latest caseload, its change and the comparators."""
    standing = place_measure(case, measure)
    if standing is None:
        return ""
    value, ends = LOOKS[CASELOAD].write(standing.value), find_ends(case, measure)
    change = f", {describe_difference(*ends)}" if ends else ""
    return (
        f"{case.opening}’s social workers held **{value}** cases each{bracket_joint(case, measure.own)} in September "
        f"{standing.period}{change}; {describe_compared(standing, 'had', 'fewer')}."
    )


def describe_difference(first: pd.Series, last: pd.Series) -> str:
    """Describe a caseload compared with the first year's."""
    write = LOOKS[CASELOAD].write
    if write(first["value"]) == write(last["value"]):
        return f"as in {first['time_period']}"
    return (
        f"{'up' if last['value'] > first['value'] else 'down'} from {write(first['value'])} in {first['time_period']}"
    )


def describe_spend(case: Case, measure: Measure) -> str:
    """Describe the latest sound spend per child, its change in real terms and the comparators."""
    standing = place_measure(case, measure)
    if standing is None:
        return ""
    ends, change = find_ends(case, measure), ""
    if ends:
        first, last = ends
        more = format_more(last["value"] / first["value"] - 1)
        national = measure.england.set_index("time_period")["value"]
        there = format_more(national[last["time_period"]] / national[first["time_period"]] - 1, alone=True)
        change = f", in real terms {more} in {first['time_period']} (England: {there})"
    when = f"{standing.period} (provisional)" if standing.period in measure.provisional else standing.period
    text = f"The council spent **{LOOKS[SPEND].write(standing.value)}** per child in {when}{change}"
    return f"{text}; {describe_compared(standing, 'spent', 'less')}."


def describe_compared(standing: Standing, verb: str, lower: str) -> str:
    """Describe how many comparators are lower and higher, to follow a semicolon.

    Examples
    --------
    >>> standing = Standing("caseload_fte", "2025", 14.2, 13.5, 15.2, 40, 2, 106, (6, 1, 3))
    >>> describe_compared(standing, "had", "fewer")
    'six of ten comparators had fewer, three more and one as many'
    """
    low, same, high = standing.compared
    total = low + same + high
    if not total:
        return "no comparator has a figure"
    counts = [(low, lower), (high, "more"), (same, "as many" if lower == "fewer" else "as much")]
    (count, word), *rest = [(count, word) for count, word in counts if count]
    number, every = format_count(count).lower(), format_count(total).lower()
    who = f"{number} of {every} comparators" if count < total else phrases.name_share(count, total, "comparators")
    return f"{who} {verb} {list_words([word, *[f'{format_count(n).lower()} {what}' for n, what in rest]])}"


def list_cautions(case: Case) -> Prose:
    """List what to be careful of, and name the councils compared with."""
    measures = gather_measures(case)
    lines = [
        *explain_own(case, measures),
        "Grades are not ranked: councils are inspected in different years, and frameworks are not one scale.",
        "An average hides light and heavy caseloads, and nothing here shows why a figure or a grade changed.",
        explain_comparators(case),
    ]
    return Prose("\n".join(f"- {line}" for line in lines))


def explain_own(case: Case, measures: list[Measure]) -> list[str]:
    """Describe the cautions on figures of the latest years and of the years compared, in few words."""
    cautions = case.own("cautions").sort_values("time_period", kind="stable")
    cautions = cautions[(cautions["status"] == "published") & (cautions["kind"] != "accounts")]
    lines = []
    for measure in measures:
        periods = {row["time_period"] for row in find_ends(case, measure) or ()}
        periods |= set(measure.known["time_period"].tail(1))
        rows = cautions[(cautions["measure"] == measure.name) & cautions["time_period"].isin(periods)]
        name = begin_sentence(LOOKS[measure.name].short)
        for row in rows.to_dict("records"):
            lines.append(f"{name}, {row['time_period']}: {shorten_caution(str(row['caution']))}.")
    if any(measure.few for measure in measures):
        lines.append("No rate is given for fewer than five cases or workers.")
    return lines[:MOST]


def shorten_caution(text: str) -> str:
    """Cut a caution at the end of a clause if it is too long for a summary."""
    if len(text) <= LONGEST:
        return text
    cut = max(text.rfind(mark, 0, LONGEST) for mark in ("; ", ": ", ", "))
    return text[: cut if cut > 0 else LONGEST].rstrip(" ,;:")


def explain_comparators(case: Case) -> str:
    """Name the councils compared with."""
    codes = list_comparators(case)
    if not codes:
        return "There are no comparators of this kind."
    named, group = list_words(phrases.list_names(case, codes)), phrases.name_comparators(case, model=True)
    return f"Compared with {group}." if group == named else f"Compared with {group}: {named}."
