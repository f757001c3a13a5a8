"""Which authority or region a published name or code means."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.csvfiles import read_csv
from lewisham_study.errors import DataError

LABEL_COLUMNS = ["label", "source_id", "row", "areas", "note"]
AUTHORITY_COLUMNS = [
    "la_code",
    "new_la_code",
    "la_name",
    "region",
    "subregion",
    "authority_type",
    "valid_from",
    "valid_to",
    "successor_la_codes",
    "predecessor_la_codes",
    "ofsted_urn",
]
REGION_COLUMNS = ["region_code", "region_name", "geographic_level", "ofsted_region"]


def read_authorities(coding: Path) -> pd.DataFrame:
    """Read the authorities of England since 2012, abolished ones too: one row each, keyed by `la_code`."""
    return read_csv(coding / "authorities.csv", AUTHORITY_COLUMNS, ["la_code"])


def read_regions(coding: Path) -> pd.DataFrame:
    """Read England, its nine regions and London's two halves, with the region Ofsted counts each in."""
    return read_csv(coding / "regions.csv", REGION_COLUMNS, ["region_code"])


def resolve_areas(figures: pd.DataFrame, coding: Path) -> pd.Series:
    """Give the area that each figure speaks of.

    A label that `area_labels.csv` ties to one place in one release comes first, then the published
    code, then the published name.

    Parameters
    ----------
    figures : rows with source_id, row, area_code and area_name as published.
    coding : the folder `data/coding`.

    Returns
    -------
    pandas.Series
        A `la_code`, an ONS region code, or two `la_code` with a space between them for a joint return.

    Raises
    ------
    DataError
        Where a label is unknown: a new name or code needs a decision, a row in `area_labels.csv`.
    """
    labels = read_csv(coding / "area_labels.csv", LABEL_COLUMNS, ["label", "source_id", "row"])
    general = labels[labels["source_id"] == ""].set_index("label")["areas"]
    placed = labels[labels["source_id"] != ""].set_index(["source_id", "row", "label"])["areas"]
    code, name = figures["area_code"].str.strip(), figures["area_name"].str.strip()
    areas = code.map(general).fillna(name.map(general))
    keys = pd.MultiIndex.from_arrays([figures["source_id"], figures["row"], name])
    special = keys.isin(placed.index)
    areas = areas.mask(special, pd.Series(placed.reindex(keys).to_numpy(), index=figures.index))
    if areas.isna().any():
        odd = figures[areas.isna()].iloc[0]
        got = f"code {odd['area_code']!r}, name {odd['area_name']!r}"
        mend = "if it is a new spelling or a new authority, add a row to data/coding/area_labels.csv"
        raise DataError(str(odd["source_id"]), "a known authority or region", got, row=odd["row"], mend=mend)
    return areas
