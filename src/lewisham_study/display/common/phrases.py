"""What two end points hide: a lowest or highest value between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.ratings import list_existing
from lewisham_study.display.common.style import format_day, list_words

CLEAR = 0.1
"""A value lies clearly outside its end points if it is so far, as a share, beyond the nearer of them."""


def name_extremes(values: pd.Series, write: Callable[[float], str], light: Sequence[str] = ()) -> str:
    """Name the lowest and highest value where they lie clearly outside the two ends, in brackets after a space.

    Parameters
    ----------
    values : in the order of time, indexed by the period as it is written; nothing missing.
    write : writes a value.
    light : periods whose value carries a caution, which is said.

    Examples
    --------
    >>> path = pd.Series([970.0, 802.0, 1205.0], index=["2012-13", "2018-19", "2021-22"])
    >>> name_extremes(path, "£{:,.0f}".format)
    ' (lowest £802 in 2018-19)'
    >>> name_extremes(path, "£{:,.0f}".format, ["2018-19"])
    ' (lowest £802 in 2018-19, under a caution)'
    >>> name_extremes(path.drop("2018-19"), "£{:,.0f}".format)
    ''
    """
    if len(values) < 3:
        return ""
    ends = values.iloc[[0, -1]]
    told = []
    for word, value, outside in (
        ("lowest", values.min(), values.min() < (1 - CLEAR) * ends.min()),
        ("highest", values.max(), values.max() > (1 + CLEAR) * ends.max()),
    ):
        when = str(values.index[values == value][0])
        lean = ", under a caution" if when in light else ""
        told += [f"{word} {write(float(value))} in {when}{lean}"] if outside else []
    return f" ({'; '.join(told)})" if told else ""


def name_end(case: Case) -> str:
    """Name the day at which the window's grades are told: its end, or the last inspection held where that is sooner.

    Examples
    --------
    >>> from lewisham_study.analysis.case import open_case
    >>> from lewisham_study.tidy.tables import Tables
    >>> tables = Tables()
    >>> name_end(open_case(tables, "Wigan", 2015, 2020))
    'at the end of 2020'
    >>> name_end(open_case(tables, "Wigan", 2015, 2025))
    'on 24 March 2025 (the last inspection held)'
    """
    if case.graded_to == case.window_end:
        return f"at the end of {case.end_year}"
    return f"on {format_day(case.graded_to)} (the last inspection held)"


def summarise_last_year(case: Case) -> str:
    """Say of a picture by years at which day its last year stands, where that is not its end; else nothing."""
    if case.graded_to == case.window_end:
        return ""
    return f"{case.end_year} stands as it was {name_end(case)}. "


LONGEST = 26
"""Letters of the longest name above a small panel."""


def name_comparators(case: Case) -> str:
    """Name the comparators, as many as there are, to stand after "the median of".

    Examples
    --------
    >>> from lewisham_study.analysis.case import open_case
    >>> from lewisham_study.tidy.tables import Tables
    >>> name_comparators(open_case(Tables(), "Lewisham"))
    'its ten statistical neighbours (model of 2021)'
    """
    codes = list_comparators(case)
    wanted = case.comparators.strip()
    if wanted.startswith("neighbours"):
        model = wanted.removeprefix("neighbours").strip()
        count = "ten" if len(codes) == 10 else str(len(codes))
        return f"its {count} statistical neighbours (model of {model})"
    if wanted in ("London", "region"):
        region = "London" if wanted == "London" else f"the region ({case.region})"
        return f"the {len(codes)} other authorities of {region}"
    return list_words(list_names(case, codes))


def list_names(case: Case, codes: list[str]) -> list[str]:
    """Give the names of authorities, in the order of their codes."""
    names = case.labels
    return [str(names[code]) for code in codes]


def shorten_name(name: str) -> str:
    """Shorten an authority's name to fit above a small panel.

    Examples
    --------
    >>> shorten_name("Hammersmith and Fulham"), shorten_name("County Durham")
    ('Hammersmith & Fulham', 'Co. Durham')
    """
    short = name.replace(" and ", " & ").replace("County ", "Co. ")
    return short if len(short) <= LONGEST else short[: LONGEST - 1].rstrip(" ,&") + "…"


def format_no_comparators(case: Case) -> str:
    """Say why there is nobody to compare with."""
    if case.comparators.strip().startswith("neighbours"):
        model = case.comparators.strip().removeprefix("neighbours").strip()
        return f"The model of statistical neighbours of {model} does not know {case.spoken}, so none are shown."
    return f"There is no other authority to compare {case.spoken} with in {case.comparators.strip()}."


def summarise_absence(case: Case, day: str) -> str:
    """Say, after the authority's name, why it is not among those of a day.

    Examples
    --------
    >>> from lewisham_study.analysis.case import open_case
    >>> from lewisham_study.tidy.tables import Tables
    >>> summarise_absence(open_case(Tables(), "Cumberland"), "2022-09-30")
    'did not exist before 1 April 2023'
    """
    authorities = case.tables["authorities"]
    if case.la_code in set(list_existing(authorities, day)["la_code"]):
        return "has no figure"
    if case.valid_to is not None:
        return f"was abolished on {format_day(case.valid_to)}"
    begun = authorities.loc[authorities["la_code"] == case.la_code, "valid_from"].iloc[0]
    return f"did not exist before {format_day(begun)}"
