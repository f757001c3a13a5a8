"""Published headlines beside what the data here gives for them."""

from __future__ import annotations

import re

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.headlines import compare_measure
from lewisham_study.display.exhibits import Prose, TableExhibit
from lewisham_study.display.style import write_day


def tell_headlines(case: Case, measure: str) -> Prose:
    """Tell how many published headlines of a measure come out as published, and why the others do not."""
    compared = compare_measure(case.tables, measure)
    matching, what = int((compared["verdict"] == "matches").sum()), f"published headlines on “{measure.lower()}”"
    found = f"All {matching} {what}" if matching == len(compared) else f"Of {len(compared)} {what} {matching}"
    check = "`lewisham-study check` compares every published number that the data can reach"
    text = f"{found} come out as published; {check}."
    told = [
        f"- {row['scope']}, {write_as_at(row['as_at'])}: published {row['published']}, computed {row['computed']}; "
        f"{row['reason']}."
        for row in compared[compared["verdict"] == "differs"].to_dict("records")
    ]
    return Prose("\n".join([text, "", *told]) if told else text)


def show_headlines(case: Case, measure: str, label: str, title: str) -> TableExhibit:
    """Show the published headlines of a measure beside the computed ones, oldest first.

    Parameters
    ----------
    case : the case under study.
    measure : as the table `headlines` names it.
    label, title : of the table.
    """
    compared = compare_measure(case.tables, measure).sort_values(["as_at", "scope"])
    table = compared[["scope", "as_at", "unit", "published", "computed"]]
    table = table.assign(unit=table["unit"].str.replace("per_cent", "%"), as_at=table["as_at"].map(write_as_at))
    names = {"scope": "Where", "as_at": "As at", "unit": "Unit"}
    table = table.rename(columns={**names, "published": "Published", "computed": "Computed"})
    caption = "Computed from the tables here, to the precision of the publication, which the table `headlines` names."
    return TableExhibit(table.reset_index(drop=True), label, title, caption)


def write_as_at(as_at: str) -> str:
    """Write the day, month or year of which a headline speaks.

    Examples
    --------
    >>> write_as_at("2016-03-31"), write_as_at("2021-22")
    ('31 March 2016', '2021-22')
    """
    return write_day(pd.Timestamp(as_at)) if re.fullmatch(r"\d{4}-\d\d-\d\d", as_at) else as_at
