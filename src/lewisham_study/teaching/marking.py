"""Mark answers by type and value, and find the faults of rewritten sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import list_partners
from lewisham_study.analysis.ratings import share_good, state_at
from lewisham_study.teaching.answers import express_spend, list_caseload, list_overall, measure_growths
from lewisham_study.vocabulary import GOOD_OR_BETTER


def count_right(answers: object, expected: Mapping[str, object]) -> int:
    """Count the right answers, key by key; see `is_same`."""
    given = answers if isinstance(answers, dict) else {}
    return sum(name in given and is_same(given[name], value) for name, value in expected.items())


def is_same(answer: object, expected: object) -> bool:
    """Compare an answer with the expected one: same type, numbers to a thousandth, and part by part.

    Examples
    --------
    >>> is_same(0.4404, 0.44037), is_same("good", "good"), is_same(None, 0.0), is_same([1, 2], (1.0, 2.0))
    (True, True, False, True)
    """
    if isinstance(expected, tuple | list):
        if not isinstance(answer, tuple | list) or len(answer) != len(expected):
            return False
        return all(is_same(one, other) for one, other in zip(answer, expected, strict=True))
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        number = isinstance(answer, Real) and not isinstance(answer, bool)
        return number and abs(float(str(answer)) - expected) <= max(abs(expected) / 1000, 1e-9)
    return type(answer) is type(expected) and answer == expected


CAUSAL = (
    r"\bcaus\w*|\bdrove\b|\bdriv(?:e|es|en|ing)\b|\bled to\b|\blead(?:s|ing)? to\b|\bdue to\b|\bbecause\b"
    r"|\bthanks to\b|\bas a result\b|\bresult(?:s|ed|ing)? (?:in|from)\b|\bso that\b|\btherefore\b|\bmade\b"
)
"""Words that claim a cause."""
SCALE = r"framework|scale|criteria|not compar|cannot be compared|can’t be compared|can't be compared"
APART = r"not show|no evidence|not evidence|does not mean|do not mean|cannot tell|at the same time|same years|alongside"
JOINT = r"\bjoint|\bone return|\bboth councils"
REAL = r"real terms|in prices of|inflation|deflat"
CHILD = r"per child|for each child|a child"
WORDS = 12
"""The fewest words for a sentence with everything it needs."""


@dataclass(frozen=True)
class Overclaim:
    """A sentence that says more than the data show, a hint at its fault, and patterns a better sentence must match."""

    text: str
    fault: str
    needed: dict[str, str]


def state_overclaims(case: Case) -> list[Overclaim]:
    """Write three overclaims about the authority: across frameworks, about cause, and about money."""
    return [overclaim_grades(case), overclaim_cause(case), overclaim_money(case)]


def overclaim_grades(case: Case) -> Overclaim:
    """Compare two grades, or England's shares, as if all frameworks were on one scale."""
    history = list_overall(case)
    if history["era"].nunique() > 1:
        before, after = history.iloc[0], history.iloc[1]
        years = [str(row["published_date"].year) for row in (before, after)]
        first, second = (str(row["grade"]).replace("_", " ") for row in (before, after))
        stayed = f"stayed {first} from {years[0]} to {years[1]}"
        moved = stayed if first == second else f"went from {first} in {years[0]} to {second} in {years[1]}"
        text = f"{case.opening} {moved}, which shows how its quality changed."
    else:
        years, judgements, authorities = ["2017", "2022"], case.tables["judgements"], case.tables["authorities"]
        shares = [f"{share_good(state_at(judgements, authorities, f'{year}-12-31')):.0%}" for year in years]
        text = f"In England {shares[0]} were good or better in {years[0]} and {shares[1]} in {years[1]}: quality rose."
    fault = "Two frameworks are two scales. Say what was judged and when, and that the two grades do not compare."
    return Overclaim(text, fault, {"the first year": years[0], "the second year": years[1], "the two scales": SCALE})


def overclaim_cause(case: Case) -> Overclaim:
    """Explain the latest grade by caseloads; if those are of a joint return, a better sentence must say so."""
    caseload, last = list_caseload(case), list_overall(case).iloc[-1]
    grade, good = str(last["grade"]).replace("_", " "), last["grade"] in GOOD_OR_BETTER
    fault = "Order in time is not a cause. Keep what was counted and what was judged, and say what does not follow."
    ends = [f"{value:.1f}" for value in caseload["value"].iloc[[0, -1]]]
    years = list(caseload["date"].dt.year.iloc[[0, -1]])
    counted = f"Caseload was {ends[0]} cases per worker in {years[0]} and {ends[1]} in {years[1]}"
    text = (
        f"{counted}, which caused the grade {grade}." if good else f"{counted}, so the grade is {grade} because of it."
    )
    needed = {"the first caseload": re.escape(ends[0]), "the last caseload": re.escape(ends[1])}
    needed |= {"the grade": re.escape(grade), "that no cause is shown": APART}
    for partner in case.labels[list_partners(caseload, case.la_code)]:
        fault += f" The caseload is from one joint return with {partner}: say so."
        needed["that the return is joint"] = rf"{JOINT}|\b{re.escape(partner.split()[0])}\b"
    return Overclaim(text, fault, needed)


def overclaim_money(case: Case) -> Overclaim:
    """Speak of spend in cash as if prices and numbers of children had not changed."""
    growth = measure_growths(case)
    cash, real = (f"{abs(growth[name]):.0%}" for name in ("cash", "real_per_child"))
    more = "more" if growth["cash"] > 0 else "less"
    first, last = express_spend(case)["time_period"].iloc[[0, -1]]
    text = f"{case.opening} did {cash} {more} for children in {last} than in {first}: it spent {cash} {more}."
    fault = "Prices and numbers of children differ between the two years, and spend is not the same as work done."
    needed = {"the real growth per child": rf"\b{real}", "real terms": REAL, "per child": CHILD}
    return Overclaim(text, fault, needed)


def find_causal(text: str) -> list[str]:
    """Find the words of a text that claim a cause."""
    return re.findall(CAUSAL, text.casefold())


def list_faults(text: str, claim: Overclaim) -> list[str]:
    """List the faults of a rewritten sentence: what is missing, and words that claim a cause.

    This checks words, not meaning: a sentence without faults here can still be wrong.
    """
    faults = [f"write at least {WORDS} words"] if len(text.split()) < WORDS else []
    faults += ["it is still the same sentence"] if simplify(text) == simplify(claim.text) else []
    faults += [f"“{word}” claims a cause" for word in find_causal(text)]
    plain = text.casefold().replace("'", "’")
    missing = [name for name, pattern in claim.needed.items() if not re.search(pattern.casefold(), plain)]
    return [*faults, *[f"{name} is missing" for name in missing]]


def simplify(text: str) -> str:
    """Reduce a text to lower-case letters and digits."""
    return re.sub(r"\W", "", text.casefold())
