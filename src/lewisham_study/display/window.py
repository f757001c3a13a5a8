"""The window in words: the day at which its grades are told."""

from __future__ import annotations

from lewisham_study.analysis.case import Case
from lewisham_study.display.style import write_day


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
    return f"on {write_day(case.graded_to)} (the last inspection held)"


def tell_last_year(case: Case) -> str:
    """Say of a picture by years at which day its last year stands, where that is not its end; else nothing."""
    if case.graded_to == case.window_end:
        return ""
    return f"{case.end_year} stands as it was {name_end(case)}. "
