"""Tables for a reader of the day: where others stood, what had happened, what had been printed."""

from __future__ import annotations

from datetime import date

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.ratings import count_grades, share_good, state_at
from lewisham_study.analysis.trajectories import list_patterns
from lewisham_study.authorities import find_authority
from lewisham_study.display.common.citations import cite_releases
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count, format_day, list_words
from lewisham_study.display.evidence.words import format_name, format_span
from lewisham_study.vocabulary import FRAMEWORK_NAMES, GRADE_NAMES, GRADES, NOT_YET_JUDGED

OFSTED = "Source: Ofsted’s reports that were out by that day."


def see_states(case: Case, day: date) -> dict[str, pd.DataFrame]:
    """Give the overall grades that were public on a day, of England and of the authority's region."""
    tables = case.tables
    states = state_at(tables["judgements"], tables["authorities"], pd.Timestamp(day), basis="published")
    return {"England": states, case.region: states[states["region"] == case.region]}


def summarise_position(case: Case, day: date) -> Prose:
    """Tell how many authorities had an overall grade, and what share was good or better."""
    told = []
    for place, states in see_states(case, day).items():
        judged = int(states["grade"].isin(GRADES).sum())
        share = f"{share_good(states):.0%} of them good or better"
        told.append(f"in {place} {judged} of {len(states)} authorities had one, {share}")
    return Prose(f"By {format_day(pd.Timestamp(day))} an overall grade was not public for everyone: {'; '.join(told)}.")


def show_position(case: Case, day: date) -> TableExhibit:
    """Show how many authorities held each overall grade, so far as was public."""
    counts = {place: count_grades(states) for place, states in see_states(case, day).items()}
    grades = [grade for grade in [*GRADES, NOT_YET_JUDGED] if any(count[grade] for count in counts.values())]
    rows = {place: [str(count[grade]) for grade in grades] for place, count in counts.items()}
    table = pd.DataFrame({"Overall grade": [GRADE_NAMES[grade].capitalize() for grade in grades], **rows})
    title = f"Authorities by overall grade, as public on {format_day(pd.Timestamp(day))}"
    return TableExhibit(table, "tbl-position", title, f"Counted, not sampled. {OFSTED}")


def show_best(case: Case) -> TableExhibit:
    """Show what became of the authorities once judged outstanding for safeguarding, so far as was public."""
    patterns = list_patterns(case.tables["judgements"])
    names = case.labels
    best = patterns[patterns["SLAC"] == "outstanding"]
    best = best[best.index.isin(names.index)]
    heads = {"SLAC": "Safeguarding, to 2013", "SIF": "First single inspection", "ILACS": "First inspection from 2018"}
    known = [name for name in heads if best[name].notna().any()]
    shown = {heads[name]: best[name].map(GRADE_NAMES).fillna("not yet") for name in known}
    table = pd.DataFrame({"Authority": names.reindex(best.index), **shown})
    table = table.sort_values("Authority", ignore_index=True, kind="stable")
    title = f"{format_count(len(table))} authorities were once judged outstanding for safeguarding; what came next"
    caption = f"The columns are different frameworks, with other criteria; a lower word may be a higher bar. {OFSTED}"
    return TableExhibit(table, "tbl-best", title, caption)


def show_companions(case: Case, names: list[str]) -> TableExhibit:
    """Show the overall and safeguarding grades of some authorities beside the case's own, inspection by inspection."""
    authorities, judgements = case.tables["authorities"], case.tables["judgements"]
    found = [find_authority(authorities, name) for name in [case.la_name, *names]]
    chosen = {str(one["la_code"]): str(one["la_name"]) for one in found}
    rows = judgements[judgements["la_code"].isin(chosen) & judgements["strand"].isin(["overall", "safeguarding"])]
    rows = rows.assign(name=rows["la_code"].map(chosen)).sort_values(["name", "published_date"])
    table = pd.DataFrame(
        {
            "Authority": rows["name"],
            "Report of": rows["published_date"].map(format_day),
            "Framework": rows["framework"].map(FRAMEWORK_NAMES),
            "Judged": rows["strand"],
            "Grade": rows["grade"].map(GRADE_NAMES),
        }
    ).reset_index(drop=True)
    return TableExhibit(table, "tbl-companions", f"{case.label} beside {list_words(names)}", OFSTED)


def show_events(case: Case, since: int) -> TableExhibit:
    """Show what had happened since a year, so far as documents and reports of the day tell."""
    events = case.tables["events"]
    events = events[(events["la_code"] == case.la_code) & (events["date_end"] >= pd.Timestamp(since, 1, 1))]
    events = events.sort_values(["date_start", "date_end"])
    when = [format_span(start, end) for start, end in zip(events["date_start"], events["date_end"], strict=True)]
    table = pd.DataFrame({"When": when, "What": events["title"]}).reset_index(drop=True)
    caption = "Where a span stands, the event lies somewhere in it. Order in time is no evidence of what brought what."
    return TableExhibit(table, "tbl-events", "What had happened, by documents and reports that were out", caption)


def show_claims(case: Case, measures: list[str]) -> TableExhibit:
    """Show what documents print on some measures, in their own words; nothing is weighed."""
    facts = case.tables["facts"]
    told = facts[facts["measure"].isin(measures) & (facts["status"] == "accepted")]
    names = case.tables["sources"].set_index("source_id")["publisher"]
    table = pd.DataFrame(
        {
            "Document": told["source_id"].map(names) + ", " + told["source_id"].str[-4:],
            "Of what": told["area"].map(format_name).str.cat(told["measure"].map(format_name), ", "),
            "Printed": told["value_as_stated"],
            "Place": told["locator"],
        }
    ).reset_index(drop=True)
    caption = f"As printed; p is the paragraph. Nothing is weighed here. {cite_releases(told['source_id'])}."
    return TableExhibit(table, "tbl-claims", "What the press had printed on grades and inspections", caption)
