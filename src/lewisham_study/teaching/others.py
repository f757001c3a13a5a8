"""What happened to other authorities, as public on a day: their grades, and what came next for those with the same."""

from __future__ import annotations

from datetime import date

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.ratings import share_good, state_at
from lewisham_study.analysis.trajectories import list_patterns
from lewisham_study.authorities import find_authority
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count, format_day, list_words, name_region
from lewisham_study.vocabulary import ERA, FRAMEWORK_NAMES, GRADE_NAMES, GRADES

RULES_OF = {"SIF": "under the single inspection", "SIF_REINSPECTION": "under the single inspection"}
RULES_OF |= {"ILACS": "under the rules of 2018", "ILACS_2026": "under the rules of 2026"}
"""How a framework is named in a hand-out."""
OFSTED = "Source: Ofsted’s reports published by that day."


def find_states(case: Case, day: date) -> dict[str, pd.DataFrame]:
    """Return the overall grades that were public on a day, for England and for the authority's region."""
    tables = case.tables
    states = state_at(tables["judgements"], tables["authorities"], pd.Timestamp(day), basis="published")
    return {"England": states, case.region: states[states["region"] == case.region]}


def summarise_position(case: Case, day: date) -> Prose:
    """Say how many authorities had an overall grade, and what share was good or better."""
    parts = []
    for place, states in find_states(case, day).items():
        judged = int(states["grade"].isin(GRADES).sum())
        parts.append(
            f"{judged} of {len(states)} in {name_region(place)}, {share_good(states):.0%} of them good or better"
        )
    return Prose(f"These authorities had an overall grade on {format_day(pd.Timestamp(day))}: {'; '.join(parts)}.")


def show_best(case: Case) -> TableExhibit:
    """Show the later grades of the authorities once judged outstanding for safeguarding, as far as was public."""
    patterns = list_patterns(case.tables["judgements"])
    names = case.labels
    best = patterns[(patterns["SLAC"] == "outstanding") & patterns.index.isin(names.index)]
    heads = {"SLAC": "Safeguarding, to 2013", "SIF": "First single inspection", "ILACS": "First inspection from 2018"}
    shown = {
        head: best[name].map(GRADE_NAMES).fillna("not yet") for name, head in heads.items() if best[name].notna().any()
    }
    table = pd.DataFrame({"Authority": names.reindex(best.index), **shown})
    table = table.sort_values("Authority", ignore_index=True, kind="stable")
    title = f"{format_count(len(table))} authorities were once judged outstanding for safeguarding; what came next"
    caption = f"Each column is a framework with its own criteria; a lower grade may be a harder test. {OFSTED}"
    return TableExhibit(table, "tbl-best", title, caption)


def show_companions(case: Case, names: list[str]) -> TableExhibit:
    """Show the overall and safeguarding grades of the case and some other authorities, inspection by inspection."""
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
    return TableExhibit(table, "tbl-companions", f"{case.label} compared with {list_words(names)}", OFSTED)


def show_next(case: Case, day: date, since: date | None = None) -> TableExhibit:
    """Show what came next for all authorities judged under the same rules, and with the same grade, as the case.

    The grade compared is the case's own on a day (`since`), or the one it had under the rules until 2017.
    """
    overall = case.tables["judgements"]
    overall = overall[(overall["strand"] == "overall") & overall["grade"].isin(GRADES)]
    overall = overall.sort_values("published_date", kind="stable").assign(era=overall["framework"].map(ERA))
    own = overall[(overall["la_code"] == case.la_code) & (overall["published_date"] <= pd.Timestamp(since or day))]
    mine = own.iloc[-1] if since else own[own["era"] == ERA["SIF"]].iloc[-1]
    alike, after = find_next(overall, mine)
    before = alike["published_date"]
    years = (after["published_date"] - before.reindex(after.index)).dt.days / 365.25
    rows = [
        [GRADE_NAMES[grade].capitalize(), str(len(found)), format_range(found)]
        for grade in GRADES
        if len(found := years[after["grade"] == grade])
    ]
    waiting = len(before) - len(after)
    rows += [["Not inspected again yet", str(waiting), "–"]] if waiting else []
    name, rules = GRADE_NAMES[mine["grade"]], RULES_OF[alike.iloc[0]["framework"]]
    return TableExhibit(
        pd.DataFrame(rows, columns=["Next grade", "Authorities", "Years between the reports"]),
        "tbl-next",
        f"{len(before)} authorities were once judged {name} {rules}; what came next",
        f"As public on {format_day(pd.Timestamp(day))}. The next grade may be under another framework, with other "
        f"criteria. {OFSTED}",
    )


def find_next(overall: pd.DataFrame, mine: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find each authority's first judgement like one, and the judgement after it.

    The rules are those of the judgement or, if nobody has been judged again under these, the older ones.
    """
    found = []
    for era in dict.fromkeys([mine["era"], ERA["SIF"]]):
        same = overall[(overall["era"] == era) & (overall["grade"] == mine["grade"])]
        if same.empty:
            continue
        alike = same.drop_duplicates("la_code").set_index("la_code")
        later = overall[overall["published_date"] > overall["la_code"].map(alike["published_date"])]
        found.append((alike, later.drop_duplicates("la_code").set_index("la_code")))
    return next((one for one in found if len(one[1])), found[0])


def format_range(years: pd.Series) -> str:
    """Format the shortest and the longest of some times; one alone if they are the same.

    Examples
    --------
    >>> format_range(pd.Series([2.71, 5.3])), format_range(pd.Series([4.2]))
    ('2.7 to 5.3', '4.2')
    """
    return " to ".join(dict.fromkeys(f"{value:.1f}" for value in (years.min(), years.max())))
