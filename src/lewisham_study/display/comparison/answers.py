"""The questions of the comparison notebook with their answers in one line each."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models.event_study import estimate_events, list_event_sources
from lewisham_study.analysis.models.persistence import count_good
from lewisham_study.analysis.models.prediction import estimate_prediction
from lewisham_study.analysis.models.specification import trace_curve
from lewisham_study.display.common.cautions import bracket_joint
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import TableExhibit
from lewisham_study.display.common.phrases import begin_sentence, format_count, list_words, name_comparators
from lewisham_study.display.comparison.curve import count_clear
from lewisham_study.display.comparison.estimates import (
    format_change,
    format_odds,
    gather_estimates,
    is_clear,
    select_estimate,
)
from lewisham_study.display.comparison.events import format_difference, select_average
from lewisham_study.display.comparison.prediction import find_row
from lewisham_study.display.comparison.series import explain_lack, format_value, gather_panel
from lewisham_study.display.comparison.starts import describe_end, describe_lack, find_same, format_interval
from lewisham_study.vocabulary import FEWEST

Answer = tuple[str, str, str]
"""A question, its answer, and how sure that is."""
NO_MEDIAN = "No comparator has a figure of that year."
UNUSUAL = 0.2
"""A value is called unusual if it is further than this share from the comparators' median."""


def answer_unusual(case: Case) -> Answer:
    """Compare the last caseload and spend in the window with the comparators' median."""
    question, sure = "Is this council unusual?", f"Counted. Unusual: more than {UNUSUAL:.0%} from the median."
    panel = gather_panel(case)
    far: list[str] = []
    near: list[str] = []
    lacking: list[str] = []
    cases = f"cases per worker{bracket_joint(case, panel.own['caseload'])}"
    for name, words in (("caseload", cases), ("spend", "spent per child")):
        last = panel.lead[name].tail(1).to_dict("records")
        medians = panel.others[name].set_index("date")["value"]
        if not last or last[0]["date"] not in medians.index:
            lacking.append(NO_MEDIAN if last else explain_lack(case, name))
            continue
        value, median = float(last[0]["value"]), float(medians[last[0]["date"]])
        text = f"{format_value(value, name)} {words} in {last[0]['time_period']} (median {format_value(median, name)})"
        (far if abs(value / median - 1) > UNUSUAL else near).append(text)
    rest = " ".join(dict.fromkeys(lacking))
    if not far and not near:
        return question, f"Nothing can be compared. {rest}", "–"
    whose = f"Compared with {name_comparators(case)}"
    parts = [f"unusual: {list_words(far)}"] if far else []
    parts += [f"not unusual: {list_words(near)}"] if near else []
    return question, f"{whose}, {'; '.join(parts)}.{f' {rest}' if rest else ''}", sure


def answer_starts(case: Case) -> Answer:
    """Count what those with the same start were given next."""
    found = find_same(case)
    good, total, low, high = count_good(found.same)
    graded = (
        f"{total} council{' was' if total == 1 else 's were'} graded {found.pair}, and graded once more since: {good} "
        f"{'was' if good == 1 else 'were'} then good or outstanding."
    )
    if found.own_start:
        graded = f"{graded} {case.opening} {describe_end(case, found)}."
    else:
        graded = f"{case.opening} {describe_lack(case)}. For Lewisham’s start instead: {graded}"
    sure = f"95% interval {format_interval(low, high)}" if total >= FEWEST else "too few for a share"
    return "What happened to councils that started where it did?", graded, f"Counted; {sure}."


def answer_prediction(case: Case) -> Answer:
    """State the odds of a higher grade by caseload."""
    row = find_row(estimate_prediction(case.tables), "caseload_fte", "region")
    clear = "Yes" if is_clear(row) else "Not clearly"
    return (
        "Does caseload predict the grade?",
        f"{clear}: one more case per worker goes with {row['odds_ratio']:.2f} times the odds of a higher grade "
        f"({format_change(row['odds_ratio'])}), among authorities alike in previous grade, year, deprivation and "
        "region. An association, not an effect.",
        f"Estimated; 95% interval {row['low']:.2f} to {row['high']:.2f}, {row['inspections']} inspections.",
    )


def answer_events(case: Case) -> Answer:
    """State the difference of spend and agency work in the years after an inadequate judgement."""
    found = estimate_events(case.tables)
    spend, agency = (select_average(found, outcome, "inadequate") for outcome in ("spend", "agency"))
    before = ", which differed already before" if agency["p_before"] < 0.05 else ""
    other = select_average(found, "spend", "requires_improvement")
    return (
        "What happens to spend and workforce before and after a judgement?",
        f"In the three years after an inadequate judgement, compared with authorities judged good, spend per child "
        f"changed by {format_difference(spend, 'spend')} and the share of agency workers by "
        f"{format_difference(agency, 'agency')}{before}; after requires improvement, spend changed by "
        f"{format_difference(other, 'spend')}.",
        "Estimated; 95% intervals in brackets. Judgements are not given at random.",
    )


def answer_choices(case: Case) -> Answer:
    """Count the versions of the model that find a clear association."""
    curve = trace_curve(case.tables)
    (above, ilacs, few), versions = count_clear(curve), curve.versions
    depends = "A lot. " if ilacs["clear"].mean() < 0.5 * versions["clear"].mean() else ""
    return (
        "How much does the answer depend on choices?",
        f"{depends}{above} of {len(versions)} versions of a model of preventative spend (the next question) find "
        f"clearly better grades where such spend is higher; of the {len(ilacs)} with ILACS inspections alone, "
        f"{few} do.",
        f"Estimated; by chance alone, as many clear versions arise in {curve.p_clear:.1%} of cases.",
    )


def answer_prevention(case: Case) -> Answer:
    """State the odds of good by preventative spend, and what they depend on."""
    estimates = gather_estimates(case)
    ours, alone = (select_estimate(estimates, *key) for key in (("published", "mixed logit"), ("ilacs", "logit")))
    clear = "Yes" if ours["low"] > 1 else "Not clearly"
    return (
        "Is preventative spend associated with grades?",
        f"{clear}, at first inspections from 2010 to 2019: £100 more preventative spend per child goes with "
        f"{ours['odds_ratio']:.2f} times the odds of good or outstanding; first ILACS inspections alone give "
        f"{format_odds(alone)}. An association, not an effect.",
        f"Estimated; 95% interval {ours['low']:.2f} to {ours['high']:.2f}, {ours['inspections']:.0f} inspections.",
    )


ANSWERS: tuple[Callable[[Case], Answer], ...] = (
    answer_unusual,
    answer_starts,
    answer_prediction,
    answer_events,
    answer_choices,
    answer_prevention,
)


def show_answers(case: Case) -> TableExhibit:
    """Show every question with its answer."""
    rows = [answer(case) for answer in ANSWERS]
    return TableExhibit(
        pd.DataFrame(rows, columns=["Question", "Answer", "How sure"]),
        "tbl-comparison-answers",
        f"{begin_sentence(case.spoken)}: {format_count(len(rows)).lower()} questions, each answered in a line",
        "Each is explained, with its other sources, in the section of that name. "
        f"{credit_releases(list_event_sources(case.tables))}",
    )
