"""Which typed figures stand: of authorities that existed, from the latest edition, corrected; and what was revised."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.authorities import read_authorities
from lewisham_study.raw.figures import read_figures
from lewisham_study.tidy.coding import apply_corrections
from lewisham_study.tidy.figures import type_figures

FIGURE_KEY = ["new_la_code", "time_period", "measure", "series"]
PRECEDENCE_COLUMNS = ["topic", "rank", "source_id", "reason"]
WITH_VALUE = ["published", "joint_return"]


def settle_figures(figures: pd.DataFrame, topic: str, coding: Path) -> pd.DataFrame:
    """Give the figures that stand, one for each area, period, measure and series, in the order of their key.

    Parameters
    ----------
    figures : every edition, as `figures.type_figures` gives them.
    topic : the topic, and the table, in `precedence.csv` and `corrections.csv`.
    coding : the folder `data/coding`.

    Returns
    -------
    pandas.DataFrame
        The figures of authorities that existed, from the latest edition, corrected. A figure corrected
        to a status that has no value (implausible, withheld) keeps its text and loses its value.
    """
    latest = keep_latest(drop_not_existing(figures, coding), topic, coding)
    corrected = apply_corrections(latest, topic, coding)
    corrected["value"] = corrected["value"].where(corrected["status"].isin(WITH_VALUE))
    return corrected.sort_values(FIGURE_KEY, ignore_index=True)


def drop_not_existing(figures: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """Leave out the empty rows of authorities in periods in which they did not exist.

    A period is judged by its last day: 31 March for a financial year, else the day its kind names.

    Raises
    ------
    DataError
        Where such a row has a value: a figure for an authority that did not exist needs a decision.
    """
    authorities = read_authorities(coding).set_index("la_code")
    year = figures["time_period"].str[:4].astype(int) + figures["time_period"].str.contains("-").astype(int)
    day = year.astype(str) + figures["period_kind"].map({"30_september": "-09-30"}).fillna("-03-31")
    born = figures["la_code"].map(authorities["valid_from"]).fillna("")
    ended = figures["la_code"].map(authorities["valid_to"]).replace("", None).fillna("9999")
    absent = (day < born) | (day > ended)
    wrong = absent & figures["value"].notna()
    if wrong.any():
        odd = figures[wrong].iloc[0]
        got = f"{odd['value_as_published']} for {odd['la_name']} {odd['time_period']} ({odd['measure']})"
        hint = "look at valid_from and valid_to in data/coding/authorities.csv"
        raise DataError(odd["source_id"], "no figure where there was no authority", got, row=odd["locator"], hint=hint)
    return figures[~absent].reset_index(drop=True)


def rank_editions(figures: pd.DataFrame, topic: str, coding: Path) -> pd.DataFrame:
    """Job rival figures of one area, period, measure and series, the one that stands first.

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
        hint = "say in data/coding/precedence.csv which release stands"
        raise DataError(f"figures of {topic}", "one figure, or an order of editions", got, hint=hint)
    return ranked.reset_index(drop=True)


def keep_latest(figures: pd.DataFrame, topic: str, coding: Path) -> pd.DataFrame:
    """Keep one figure for each area, period, measure and series: the one in the latest edition held.

    Parameters
    ----------
    figures : every edition, as `figures.type_figures` gives them.
    topic : the topic in `precedence.csv`, which orders the editions, rank 1 first.
    coding : the folder `data/coding`.
    """
    ranked = rank_editions(figures, topic, coding)
    return ranked.drop_duplicates(FIGURE_KEY).drop(columns="rank").reset_index(drop=True)


def list_revisions(figures: pd.DataFrame, topic: str, coding: Path, tolerance: float = 0.0) -> pd.DataFrame:
    """List the figures that another edition gives otherwise than the one that stands.

    Parameters
    ----------
    figures : every edition, as `figures.type_figures` gives them.
    topic : the topic in `precedence.csv`, which says what stands.
    coding : the folder `data/coding`.
    tolerance : differences up to this are rounding (LAIT gives section 251 in whole pounds).

    Returns
    -------
    pandas.DataFrame
        la_code, la_name, geographic_level, joint_la_codes and the figure's key; then source_id,
        value_as_published, status and value, each `_superseded` and `_standing`; and change, the value
        that stands less the superseded one (NaN where either is missing). One row for each superseded
        figure that differs.
    """
    ranked = rank_editions(figures, topic, coding)
    edition = ["source_id", "value_as_published", "status", "value"]
    standing = ranked.drop_duplicates(FIGURE_KEY)[[*FIGURE_KEY, *edition]]
    area = ["la_code", "la_name", "geographic_level", "joint_la_codes"]
    superseded = ranked[ranked.duplicated(FIGURE_KEY)][[*area, *FIGURE_KEY, *edition]]
    pairs = superseded.merge(standing, on=FIGURE_KEY, suffixes=("_superseded", "_standing"), validate="many_to_one")
    change = pairs["value_standing"] - pairs["value_superseded"]
    one_missing = pairs["value_standing"].isna() != pairs["value_superseded"].isna()
    return pairs.assign(change=change)[one_missing | (change.abs() > tolerance)].reset_index(drop=True)


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
