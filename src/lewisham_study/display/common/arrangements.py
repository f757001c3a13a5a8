"""Sentences about who runs an authority's services: trusts, companies and partnerships."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.display.common.citations import cite

FORMS = {4: "%Y", 7: "%B %Y", 10: "%d %B %Y"}


def describe_arrangements(case: Case) -> list[str]:
    """Describe each trust, company or partnership that ran the authority's services in the window, with its source."""
    own = case.own("arrangements")
    begun = own["start"].isna() | (own["start"].str[:4].astype(float) <= case.end_year)
    lasting = own["end"].isna() | (own["end"].str[:4].astype(float) >= case.start_year)
    rows = own[begun & lasting].sort_values("start", na_position="first", kind="stable")
    return [describe_arrangement(case, row, rows.loc[[index]]) for index, row in rows.iterrows()]


def describe_arrangement(case: Case, row: Mapping[Hashable, Any] | pd.Series, rows: pd.DataFrame) -> str:
    """Describe one arrangement, with the days that the report states."""
    how = f"in partnership with {row['name']}"
    if row["arrangement"] != "partnership":
        named = str(row["arrangement"]) in str(row["name"]).casefold()
        how = f"by {row['name']}" if named else f"by {row['name']} (a {row['arrangement']})"
    start = "" if pd.isna(row["start"]) else f" since {format_time(row['start'])}"
    end = "" if pd.isna(row["end"]) else f" until {format_time(row['end'])} or before"
    verb = "are run" if pd.isna(row["end"]) else "were run"
    start = start.replace("since", "from") if end else start
    when = start + end or "; no report held states since when"
    return f"According to inspection reports, children’s services in {case.spoken} {verb} {how}{when} {cite(rows)}."


def format_time(text: str) -> str:
    """Write a day, month or year in words.

    Examples
    --------
    >>> format_time("2015-10-01"), format_time("2021-04"), format_time("2017")
    ('1 October 2015', 'April 2021', '2017')
    """
    return pd.Timestamp(text).strftime(FORMS[len(text)]).lstrip("0")
