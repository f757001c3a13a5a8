"""Rival editions of one figure: the latest stands, and what it revised can be listed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.csvfiles import read_csv
from lewisham_study.errors import DataError

FIGURE_KEY = ["new_la_code", "time_period", "measure", "series"]
PRECEDENCE_COLUMNS = ["topic", "rank", "source_id", "reason"]


def rank_editions(figures: pd.DataFrame, coding: Path, topic: str) -> pd.DataFrame:
    """Order rival figures of one area, period, measure and series by edition, the one that stands first.

    Raises
    ------
    DataError
        Where `precedence.csv` does not say which of two releases gives way.
    """
    precedence = read_csv(coding / "precedence.csv", PRECEDENCE_COLUMNS, ["topic", "source_id"])
    ranks = precedence[precedence["topic"] == topic].set_index("source_id")["rank"].astype(int)
    ranked = figures.assign(rank=figures["source_id"].map(ranks)).sort_values([*FIGURE_KEY, "rank"], kind="stable")
    rivals = ranked.duplicated(FIGURE_KEY, keep=False)
    undecided = rivals & (ranked["rank"].isna() | ranked.duplicated([*FIGURE_KEY, "rank"], keep=False))
    if undecided.any():
        odd = ranked[undecided].iloc[0]
        got = f"{odd['la_name']} {odd['time_period']} {odd['measure']} twice, at {odd['source_id']} {odd['locator']}"
        mend = "say in data/coding/precedence.csv which release stands"
        raise DataError(f"figures of {topic}", "one figure, or an order of editions", got, mend=mend)
    return ranked.reset_index(drop=True)


def keep_latest(figures: pd.DataFrame, coding: Path, topic: str) -> pd.DataFrame:
    """Keep one figure for each area, period, measure and series: the one in the latest edition held.

    Parameters
    ----------
    figures : as `type_figures` gives them.
    coding : the folder `data/coding`; `precedence.csv` orders the editions, rank 1 first.
    topic : the topic in `precedence.csv`.
    """
    ranked = rank_editions(figures, coding, topic)
    return ranked.drop_duplicates(FIGURE_KEY).drop(columns="rank").reset_index(drop=True)


def list_revisions(figures: pd.DataFrame, coding: Path, topic: str) -> pd.DataFrame:
    """List the figures that a later edition gives otherwise.

    Returns
    -------
    pandas.DataFrame
        la_code, new_la_code, la_name, geographic_level, time_period, measure, series, then the superseded
        and the latest edition's source_id, value_as_published, status and value, and change (latest less
        superseded; NA where either is missing). One row for each superseded figure that differs.
    """
    ranked = rank_editions(figures, coding, topic)
    latest = ranked.drop_duplicates(FIGURE_KEY)
    edition = ["source_id", "value_as_published", "status", "value"]
    names = ["la_code", "la_name", "geographic_level"]
    pairs = ranked[ranked.duplicated(FIGURE_KEY)][[*names, *FIGURE_KEY, *edition]].merge(
        latest[[*FIGURE_KEY, *edition]], on=FIGURE_KEY, suffixes=("_superseded", "_latest"), validate="many_to_one"
    )
    old, new = pairs["value_superseded"], pairs["value_latest"]
    differs = (old != new) & (old.notna() | new.notna())
    return pairs.assign(change=new - old)[differs].reset_index(drop=True)
