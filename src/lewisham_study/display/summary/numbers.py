"""Four numbers of one authority, each with its comparison and its place among all councils."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.analysis.summary import AGENCY, IN_CARE, SPEND, Measure, Standing, gather_measures, place_measure
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import TableExhibit
from lewisham_study.display.common.phrases import name_group


@dataclass(frozen=True)
class Look:
    """How a measure is named and written: `name` has a place for its period."""

    name: str
    short: str
    write: Callable[[float], str]


LOOKS = {
    CASELOAD: Look("Cases per worker, Sep {}", "cases per worker", "{:.1f}".format),
    AGENCY: Look("Agency workers, Sep {}", "agency workers", "{:.0f}%".format),
    IN_CARE: Look("In care per 10,000, Mar {}", "children looked after", "{:.0f}".format),
    SPEND: Look("Spend per child, {}", "spend per child", "£{:,.0f}".format),
}


def show_numbers(case: Case) -> TableExhibit:
    """Show the latest sound value of each measure, next to the comparators, England and all councils."""
    measures = gather_measures(case)
    placed = [place_measure(case, measure) for measure in measures]
    rows = [format_row(case, measure, standing) for measure, standing in zip(measures, placed, strict=True)]
    heads = ["Latest figure", case.label, name_group(case), "England", "Among all councils", "Quarter"]
    table = pd.DataFrame(rows, columns=heads)
    return TableExhibit(table, "tbl-numbers", title_numbers(case, placed), caption_numbers(case, measures))


def format_row(case: Case, measure: Measure, standing: Standing | None) -> list[str | None]:
    """Write a measure with what it is compared with; a missing value has its reason instead of a place."""
    look = LOOKS[measure.name]
    if standing is None:
        last = measure.england.iloc[-1]
        every = measure.every[measure.every["time_period"] == last["time_period"]]
        median = every.loc[every["la_code"].isin(list_comparators(case)), "value"].median()
        period, values, place = last["time_period"], [None, median, last["value"]], [explain_missing(measure), None]
    else:
        values = [standing.value, standing.median, standing.england]
        period, place = standing.period, [format_place(standing), name_quarter(standing)]
    return [look.name.format(period), *[None if pd.isna(value) else look.write(value) for value in values], *place]


def explain_missing(measure: Measure) -> str:
    """Say why a measure has no value."""
    return "fewer than five: no rate" if measure.few else "no figure published"


def format_place(standing: Standing) -> str:
    """Format the place among all councils, counted from the nearer end.

    Examples
    --------
    >>> format_place(Standing("caseload_fte", "2025", 14.2, 13.5, 15.2, 40, 2, 106, (6, 0, 4)))
    'joint 41st lowest of 148'
    >>> format_place(Standing("caseload_fte", "2025", 14.2, 13.5, 15.2, 117, 1, 33, (6, 0, 4)))
    '34th highest of 151'
    """
    low = standing.lower <= standing.higher
    rank = 1 + (standing.lower if low else standing.higher)
    joint = "joint " if standing.same > 1 else ""
    which = "lowest" if low else "highest"
    place = which if rank == 1 else f"{format_ordinal(rank)} {which}"
    return f"{joint}{place} of {standing.count}"


def name_quarter(standing: Standing) -> str:
    """Name the quarter of all councils that a value is in: lowest, second lowest, second highest or highest."""
    low = standing.lower <= standing.higher
    second = min(standing.lower, standing.higher) >= standing.count / 4
    return f"{'second ' if second else ''}{'lowest' if low else 'highest'}"


def format_ordinal(number: int) -> str:
    """Format a place: 1st, 12th, 23rd.

    Examples
    --------
    >>> [format_ordinal(number) for number in (1, 2, 3, 4, 11, 22, 113)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd', '113th']
    """
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def title_numbers(case: Case, placed: list[Standing | None]) -> str:
    """Say in which measures the authority is above and below its comparators' median."""
    sides: dict[str, list[str]] = {"above": [], "below": []}
    for one in placed:
        if one is not None and pd.notna(one.median):
            look = LOOKS[one.name]
            if look.write(one.value) != look.write(one.median):
                sides["above" if one.value > one.median else "below"].append(look.short)
    found = {word: names for word, names in sides.items() if names}
    if not found:
        return f"Four numbers of {case.spoken}, with all councils"
    if len(found) == 1 and len(sides["above"] + sides["below"]) == len(LOOKS):
        return f"{case.opening} is {next(iter(found))} its comparators’ median in all four measures"
    whose = iter(["its comparators’ median", "it"])
    return f"{case.opening} is {' and '.join(f'{word} {next(whose)} in {join(n)}' for word, n in found.items())}"


def join(names: list[str]) -> str:
    """Join names with commas and "and"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def caption_numbers(case: Case, measures: list[Measure]) -> str:
    """Say what is counted, why grades are not ranked, and cite the sources."""
    sources = {
        str(row["source_id"])
        for one in measures
        for row in one.known.tail(1).to_dict("records")
        if row.get("source_id")
    }
    source = f" {credit(cite_releases(sources))}." if sources else ""
    group = f"{name_group(case)}: median. " if list_comparators(case) else ""
    return (
        f"{group}Spend in {case.price_base} prices. Joint returns count once. "
        f"A high or low place is neither good nor bad in itself.{source}"
    )


def list_sources(measures: list[Measure]) -> set[str]:
    """List the sources of the latest values."""
    return {str(source) for one in measures for source in one.known["source_id"].tail(1)}
