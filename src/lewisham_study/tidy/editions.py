"""Choose between editions of a figure: the latest for authorities that existed, corrected; and list revisions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.authorities import read_authorities
from lewisham_study.raw.figures import read_figures, refuse_first
from lewisham_study.tidy.coding import apply_corrections
from lewisham_study.tidy.figures import type_figures

FIGURE_KEY = ["new_la_code", "time_period", "measure", "series"]
PRECEDENCE_COLUMNS = ["topic", "rank", "source_id", "reason"]
WITH_VALUE = ["published", "joint_return"]
ROUNDING = {"workforce": 0.0, "spend": 1.0, "need": 0.0}
"""Differences up to this are rounding: LAIT gives section 251 in whole pounds."""
AREA_COLUMNS = ["la_code", "la_name", "geographic_level", "joint_la_codes"]
EDITION_COLUMNS = ["source_id", "value_as_published", "status", "value"]


def settle_figures(figures: pd.DataFrame, topic: str, coding: Path) -> pd.DataFrame:
    """Select one figure for each area, period, measure and series: the latest edition, corrected, in key order."""
    latest = keep_latest(drop_not_existing(figures, coding), topic, coding)
    return correct_figures(latest, topic, coding).sort_values(FIGURE_KEY, ignore_index=True)


def correct_figures(figures: pd.DataFrame, topic: str, coding: Path) -> pd.DataFrame:
    """Apply the corrections of a topic; one whose status has no value (implausible, withheld) loses its value."""
    corrected = apply_corrections(figures, topic, coding)
    return corrected.assign(value=corrected["value"].where(corrected["status"].isin(WITH_VALUE)))


def drop_not_existing(figures: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """Drop the empty rows of authorities in periods when they did not exist; one with a value needs a decision.

    A period counts by its last day: 31 March for a financial year, else the day that its kind names.
    """
    authorities = read_authorities(coding).set_index("la_code")
    year = figures["time_period"].str[:4].astype(int) + figures["time_period"].str.contains("-").astype(int)
    day = year.astype(str) + figures["period_kind"].map({"30_september": "-09-30"}).fillna("-03-31")
    begun = figures["la_code"].map(authorities["valid_from"]).fillna("")
    ended = figures["la_code"].map(authorities["valid_to"]).replace("", None).fillna("9999")
    absent = (day < begun) | (day > ended)
    hint = "look at valid_from and valid_to in data/coding/authorities.csv"
    found = "{value_as_published} for {la_name} {time_period} ({measure})"
    wrong = figures[absent & figures["value"].notna()]
    refuse_first(wrong, "no figure for an authority that did not exist", hint, found)
    return figures[~absent].reset_index(drop=True)


def rank_editions(figures: pd.DataFrame, topic: str, coding: Path) -> pd.DataFrame:
    """Rank the editions of each area, period, measure and series by `precedence.csv`, the preferred one first."""
    precedence = read_csv(coding / "precedence.csv", PRECEDENCE_COLUMNS, ["topic", "source_id"])
    ranks = precedence[precedence["topic"] == topic].set_index("source_id")["rank"].astype(int)
    ranked = figures.assign(rank=figures["source_id"].map(ranks)).sort_values([*FIGURE_KEY, "rank"], kind="stable")
    rivals = ranked.duplicated(FIGURE_KEY, keep=False)
    undecided = ranked[rivals & (ranked["rank"].isna() | ranked.duplicated([*FIGURE_KEY, "rank"], keep=False))]
    if len(undecided):
        odd, hint = undecided.iloc[0], "add the release that takes precedence to data/coding/precedence.csv"
        found = f"{odd['la_name']} {odd['time_period']} {odd['measure']} twice, at {odd['source_id']} {odd['locator']}"
        raise DataError(f"figures of {topic}", "one figure, or an order of editions", found, hint=hint)
    return ranked.reset_index(drop=True)


def keep_latest(figures: pd.DataFrame, topic: str, coding: Path) -> pd.DataFrame:
    """Keep one figure for each area, period, measure and series: that of the latest edition held."""
    ranked = rank_editions(figures, topic, coding)
    return ranked.drop_duplicates(FIGURE_KEY).drop(columns="rank").reset_index(drop=True)


def list_revisions(figures: pd.DataFrame, topic: str, coding: Path, tolerance: float = 0.0) -> pd.DataFrame:
    """List the superseded figures that differ by more than `tolerance` from the one in use.

    Columns: area and key; `EDITION_COLUMNS`, each `_superseded` and `_standing` (in use); and change, the value in
    use less the superseded one (NaN if either is missing).
    """
    ranked = rank_editions(figures, topic, coding)
    current = ranked.drop_duplicates(FIGURE_KEY)[[*FIGURE_KEY, *EDITION_COLUMNS]]
    superseded = ranked[ranked.duplicated(FIGURE_KEY)][[*AREA_COLUMNS, *FIGURE_KEY, *EDITION_COLUMNS]]
    pairs = superseded.merge(current, on=FIGURE_KEY, suffixes=("_superseded", "_standing"), validate="many_to_one")
    change = pairs["value_standing"] - pairs["value_superseded"]
    one_missing = pairs["value_standing"].isna() != pairs["value_superseded"].isna()
    return pairs.assign(change=change)[one_missing | (change.abs() > tolerance)].reset_index(drop=True)


def tidy_revisions(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `revisions`: one row for each figure as published that a later edition changed."""
    revised = []
    for topic, rounding in ROUNDING.items():
        figures = type_figures(read_figures(raw, topic), topic, coding)
        revised.append(list_revisions(figures, topic, coding, rounding).assign(topic=topic))
    return pd.concat(revised, ignore_index=True)
