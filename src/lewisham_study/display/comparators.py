"""What an authority is compared with, in words."""

from __future__ import annotations

from lewisham_study.analysis.authorities import label_authorities
from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.ratings import list_existing
from lewisham_study.display.style import list_words, write_day

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
    names = label_authorities(case.tables["authorities"])
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


def write_no_comparators(case: Case) -> str:
    """Say why there is nobody to compare with."""
    if case.comparators.strip().startswith("neighbours"):
        model = case.comparators.strip().removeprefix("neighbours").strip()
        return f"The model of statistical neighbours of {model} does not know {case.spoken}, so none are shown."
    return f"There is no other authority to compare {case.spoken} with in {case.comparators.strip()}."


def tell_absence(case: Case, day: str) -> str:
    """Say, after the authority's name, why it is not among those of a day.

    Examples
    --------
    >>> from lewisham_study.analysis.case import open_case
    >>> from lewisham_study.tidy.tables import Tables
    >>> tell_absence(open_case(Tables(), "Cumberland"), "2022-09-30")
    'did not exist before 1 April 2023'
    """
    authorities = case.tables["authorities"]
    if case.la_code in set(list_existing(authorities, day)["la_code"]):
        return "has no figure"
    if case.valid_to is not None:
        return f"was abolished on {write_day(case.valid_to)}"
    begun = authorities.loc[authorities["la_code"] == case.la_code, "valid_from"].iloc[0]
    return f"did not exist before {write_day(begun)}"
