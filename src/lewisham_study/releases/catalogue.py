"""Find the reader of a family of releases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from lewisham_study.errors import UsageError
from lewisham_study.releases import (
    authorities,
    deprivation,
    need,
    ofsted,
    reports,
    spend,
    workforce,
)

Reader = Callable[[Path, str], pd.DataFrame]
TIDY = "tidy_csv"
"""The family of tidy files, of which only declared measures are kept."""
READERS: dict[str, Reader] = {
    TIDY: need.read_tidy,
    "ofsted_2023": ofsted.read_ofsted_2023,
    "ofsted_2024": ofsted.read_ofsted_2024,
    "ofsted_2025": ofsted.read_ofsted_2025,
    "ofsted_report_dates": ofsted.read_ofsted_report_dates,
    "report_index": reports.read_report_index,
    "d2i_jtai": reports.read_joint_addresses,
    "workforce": workforce.read_workforce,
    "workforce_sfr": workforce.read_workforce_sfr,
    "section_251": spend.read_section_251,
    "lait": spend.read_lait,
    "lait_low_income": deprivation.read_low_income,
    "iod_upper_tier": deprivation.read_upper_tier,
    "iod_districts": deprivation.read_districts,
    "ro3": spend.read_ro3,
    "ro3_workbook": spend.read_ro3_workbook,
    "rsx": spend.read_rsx,
    "looked_after": need.read_looked_after,
    "looked_after_sfr": need.read_looked_after_sfr,
    "children_in_need": need.read_children_in_need,
    "children_in_need_sfr": need.read_children_in_need_sfr,
    "population": authorities.read_population,
    "deflator": spend.read_deflator,
    "deflator_calendar": spend.read_deflator_calendar,
    "neighbours_2021": authorities.read_neighbours_2021,
    "neighbours_2025": authorities.read_neighbours_2025,
    "authority_codes": authorities.read_authority_codes,
    "provider_numbers": authorities.read_provider_numbers,
}
"""Families as `data/coding/releases.csv` names them. A reader takes a file and its `source_id`, and returns cells."""


def find_reader(family: str) -> Reader:
    """Return the reader of a family of releases."""
    if family not in READERS:
        raise UsageError(f"no reader is called {family!r}; there are: {', '.join(sorted(READERS))}")
    return READERS[family]
