"""Which reader reads which family of releases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from lewisham_study.errors import UsageError

Reader = Callable[[Path, str], pd.DataFrame]


def find_reader(family: str) -> Reader:
    """Give the reader of a family of releases.

    Parameters
    ----------
    family : as `data/coding/releases.csv` names it.

    Returns
    -------
    callable
        Takes the file and the release's `source_id`; gives `cells.CELL_COLUMNS`, all text.

    Raises
    ------
    UsageError
        Where no reader has that name.
    """
    # Imported here, for a reader's libraries are slow to load and one run needs one of them.
    from lewisham_study.releases import (
        authorities,
        deprivation,
        need,
        ofsted,
        population,
        prices,
        reports,
        spend,
        workforce,
    )
    from lewisham_study.releases import authorities as neighbours

    readers: dict[str, Reader] = {
        "ofsted_2023": ofsted.read_ofsted_2023,
        "ofsted_2024": ofsted.read_ofsted_2024,
        "ofsted_2025": ofsted.read_ofsted_2025,
        "ofsted_report_dates": ofsted.read_ofsted_report_dates,
        "report_index": reports.read_report_index,
        "workforce": workforce.read_workforce,
        "workforce_sfr": workforce.read_workforce_sfr,
        "section_251": spend.read_section_251,
        "lait": spend.read_lait,
        "lait_low_income": deprivation.read_low_income,
        "ro3": spend.read_ro3,
        "looked_after": need.read_looked_after,
        "looked_after_sfr": need.read_looked_after_sfr,
        "children_in_need": need.read_children_in_need,
        "children_in_need_sfr": need.read_children_in_need_sfr,
        "population": population.read_population,
        "deflator": prices.read_deflator,
        "deflator_calendar": prices.read_deflator_calendar,
        "neighbours_2021": neighbours.read_neighbours_2021,
        "neighbours_2025": neighbours.read_neighbours_2025,
        "authority_codes": authorities.read_authority_codes,
        "provider_numbers": authorities.read_provider_numbers,
    }
    if family not in readers:
        raise UsageError(f"no reader is called {family!r}; there are: {', '.join(sorted(readers))}")
    return readers[family]
