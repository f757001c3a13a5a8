"""Where editions of the official figures differ from the one that stands."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.raw.figures import read_figures
from lewisham_study.tidy.editions import list_revisions
from lewisham_study.tidy.figures import type_figures

ROUNDING = {"workforce": 0.0, "spend": 1.0, "need": 0.0}
"""Differences up to this are rounding: LAIT gives section 251 in whole pounds."""
COLUMNS = [
    "topic",
    "la_code",
    "new_la_code",
    "la_name",
    "geographic_level",
    "time_period",
    "measure",
    "series",
    "joint_la_codes",
    "source_id_superseded",
    "value_as_published_superseded",
    "status_superseded",
    "value_superseded",
    "source_id_standing",
    "value_as_published_standing",
    "status_standing",
    "value_standing",
    "change",
]


def tidy_revisions(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `revisions`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        One row for each figure that another edition gives otherwise than the one that stands; `change` is
        standing less superseded. Editions as published: corrections of our own are not in it.
    """
    revised = [
        list_revisions(type_figures(read_figures(raw, topic), topic, coding), topic, coding, rounding).assign(
            topic=topic
        )
        for topic, rounding in ROUNDING.items()
    ]
    return pd.concat(revised, ignore_index=True)[COLUMNS]
