"""Phrases shared by titles, captions and sentences: days, counts, lists, extremes, comparators."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pandas as pd

from lewisham_study.analysis.case import Case, find_comparators, list_comparators
from lewisham_study.analysis.ratings import date_judgements, list_existing
from lewisham_study.vocabulary import GRADE_NAMES, NO_OVERALL, NO_OVERALL_FRAMEWORKS, NO_OVERALL_SINCE, STRAND_NAMES

HALF_UP = 1e-9
"""Added before rounding: 16.45 is held as a little less."""
CLEAR = 0.1
"""A value is clearly outside its end points if it is beyond the nearer one by this share."""
LONGEST = 26
"""Letters in the longest name above a small panel."""
COUNTS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"]


def format_day(day: pd.Timestamp) -> str:
    """Format a day as 20 January 2016."""
    return f"{day.day} {day:%B %Y}"


def format_start(start: pd.Timestamp, precision: str) -> str:
    """Format a first day on site as precisely as it is known; empty if it is not."""
    if pd.isna(start):
        return ""
    return f"{start:%B %Y}" if precision == "month" else format_day(start)


def format_month(day: pd.Timestamp) -> str:
    """Format a month as Jan 2016."""
    return f"{day:%b %Y}"


def begin_sentence(text: str) -> str:
    """Capitalise the first letter and leave the others unchanged."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Write the first letter of a text small, to go on within a sentence."""
    return text[:1].lower() + text[1:]


def format_count(count: int) -> str:
    """Format a number up to ten as a capitalised word, larger ones in digits."""
    return COUNTS[count] if count < len(COUNTS) else str(count)


def name_share(part: int, whole: int, things: str) -> str:
    """Name how many of some things, in the plural; up to one of them is singular.

    Examples
    --------
    >>> [name_share(part, 4, "rates of staff") for part in (0, 2, 4)]
    ['no rate of staff', 'two of the four rates of staff', 'all four rates of staff']
    >>> name_share(1, 1, "rates"), name_share(2, 2, "rates")
    ('the one rate', 'both rates')
    """
    count = format_count(whole).lower()
    if not part or whole == 1:
        one = re.sub(r"s\b", "", things, count=1)
        return f"the one {one}" if part else f"no {one}"
    if part == whole:
        return f"both {things}" if whole == 2 else f"all {count} {things}"
    return f"{format_count(part).lower()} of the {count} {things}"


def name_region(region: str) -> str:
    """Name a region within a sentence."""
    return f"the {region}" if region.split()[0] in ("North", "South", "East", "West") else region


def format_tenth(value: float) -> str:
    """Format a value with one decimal, halves upwards.

    Examples
    --------
    >>> format_tenth(16.45), format_tenth(16.44), format_tenth(-1.2)
    ('16.5', '16.4', '-1.2')
    """
    return f"{value + HALF_UP:.1f}"


def format_change(share: float) -> str:
    """Write a relative change as a verb with a whole percentage.

    Examples
    --------
    >>> format_change(0.206), format_change(-0.041), format_change(0.001)
    ('rose by 21%', 'fell by 4%', 'did not change')
    """
    return f"{'rose' if share > 0 else 'fell'} by {abs(share):.0%}" if abs(share) >= 0.005 else "did not change"


def list_words(words: Sequence[str]) -> str:
    """Join words as a sentence does."""
    last = ", and " if any(" and " in word for word in words) else " and "
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + last + words[-1]


def name_extremes(values: pd.Series, write: Callable[[float], str], cautioned_years: Sequence[str] = ()) -> str:
    """Describe in brackets the lowest and highest value (by period) if clearly outside the first and last."""
    if len(values) < 3:
        return ""
    ends = values.iloc[[0, -1]]
    parts = []
    for word, value, outside in (
        ("lowest", values.min(), values.min() < (1 - CLEAR) * ends.min()),
        ("highest", values.max(), values.max() > (1 + CLEAR) * ends.max()),
    ):
        when = str(values.index[values == value][0])
        caution = ", under a caution" if when in cautioned_years else ""
        parts += [f"{word} {write(float(value))} in {when}{caution}"] if outside else []
    return f" ({'; '.join(parts)})" if parts else ""


def name_end(case: Case) -> str:
    """Name the day of the window's final grades: its end, or the last inspection in the data if earlier."""
    if case.graded_to == case.window_end:
        return f"at the end of {case.end_year}"
    return f"on {format_day(case.graded_to)} (the last inspection in the data)"


def summarise_last_year(case: Case) -> str:
    """State the day of a figure’s last grades if it is not the end of the year."""
    return "" if case.graded_to == case.window_end else f"{case.end_year}: on {format_day(case.graded_to)}. "


def name_judgement(strand: str, grade: str) -> str:
    """Name a strand and its grade: `Leadership good`; `no overall grade any more` names its strand already."""
    return GRADE_NAMES[grade] if grade == NO_OVERALL else f"{STRAND_NAMES[strand]} {GRADE_NAMES[grade]}"


def list_grades(steps: pd.DataFrame, between: str) -> str:
    """List grades in order of time, each run of one grade once, with its years.

    Examples
    --------
    >>> days = pd.to_datetime(["2015-10-26", "2019-07-08", "2023-12-04"])
    >>> list_grades(pd.DataFrame({"grade": ["good", "good", "inadequate"], "date": days}), ", then ")
    'good in 2015 and 2019, then inadequate in 2023'
    """
    ordered = steps.sort_values("date", kind="stable")
    runs = (ordered["grade"] != ordered["grade"].shift()).cumsum()
    parts = []
    for _, run in ordered.groupby(runs):
        years = list_words([str(year) for year in run["date"].dt.year.unique()])
        parts.append(f"{GRADE_NAMES[str(run['grade'].iloc[0])].removesuffix(' any more')} in {years}")
    return between.join(parts)


def find_last_overall() -> pd.Timestamp:
    """Return the last day for which the overall grades of all authorities can be stated."""
    return pd.Timestamp(NO_OVERALL_SINCE) - pd.Timedelta(days=1)


def reaches_ungraded(case: Case) -> bool:
    """Return whether any inspection in the window gave no overall grade any more."""
    judgements = case.tables["judgements"]
    since = judgements[judgements["framework"].isin(NO_OVERALL_FRAMEWORKS)]
    return bool((date_judgements(since, case.basis)["date"] <= case.window_end).any())


def note_ungraded(*, shown: bool) -> str:
    """Say in a caption, where it is shown, that inspections give no overall grade any more."""
    return f"Inspections since {NO_OVERALL_SINCE:%B %Y} give no overall grade. " if shown else ""


def name_comparators(case: Case, *, model: bool = False) -> str:
    """Name the comparators and how many there are, to follow "the median of"; of neighbours the model too if asked."""
    codes = list_comparators(case)
    wanted = case.comparators.strip()
    if wanted.startswith("neighbours"):
        year = wanted.removeprefix("neighbours").strip()
        return f"its {format_count(len(codes)).lower()} statistical neighbours{f' (model of {year})' if model else ''}"
    if wanted in ("London", "region"):
        region = "London" if wanted == "London" else f"the region ({case.region})"
        return f"the {len(codes)} other authorities of {region}"
    if is_group(case):
        members = find_comparators(case.tables, wanted)
        return f"the {len(codes)}{' other' if case.la_code in members else ''} {wanted}"
    return list_words(list_names(case, codes))


def is_group(case: Case) -> bool:
    """Return whether the comparators are a group of `data/coding/groups.csv`."""
    return "groups" in case.tables and case.comparators in set(case.tables["groups"]["group"])


def name_group(case: Case) -> str:
    """Name the comparators in a word, for a column or a line."""
    if case.comparators.startswith("neighbours"):
        return "Neighbours"
    if is_group(case):
        return case.comparators.capitalize()
    return {"London": "London", "region": "Region"}.get(case.comparators, "Comparators")


def name_median(case: Case) -> str:
    """Name the line of the comparators' median: Median of neighbours, Median of core cities."""
    group = name_group(case)
    return f"Median of {group if group == 'London' else group.lower()}"


def list_names(case: Case, codes: list[str]) -> list[str]:
    """List the names of authorities in the order of their codes."""
    return [str(name) for name in case.labels.loc[codes]]


def shorten_name(name: str) -> str:
    """Shorten an authority's name to fit above a small panel."""
    short = name.replace(" and ", " & ").replace("County ", "Co. ")
    return short if len(short) <= LONGEST else short[: LONGEST - 1].rstrip(" ,&") + "…"


def format_no_comparators(case: Case) -> str:
    """State why there is no authority to compare with."""
    wanted = case.comparators.strip()
    if wanted.startswith("neighbours"):
        model = wanted.removeprefix("neighbours").strip()
        return f"The {model} model of statistical neighbours does not include {case.spoken}, so none are shown."
    return f"There is no other authority in {wanted} to compare {case.spoken} with."


def summarise_absence(case: Case, day: str) -> str:
    """State, after the authority's name, why it has no value on a day."""
    authorities = case.tables["authorities"]
    if case.la_code in set(list_existing(authorities, day)["la_code"]):
        return "has no figure"
    if case.valid_to is not None:
        return f"was abolished on {format_day(case.valid_to)}"
    start = authorities.loc[authorities["la_code"] == case.la_code, "valid_from"].iloc[0]
    return f"did not exist before {format_day(start)}"
