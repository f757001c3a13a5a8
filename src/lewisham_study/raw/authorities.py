"""Which authority or region a published name or code means."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.figures import name_cell

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
    "spoken_name",
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
        Where a label is unknown, or code and name mean two areas: that needs a decision, a row in `area_labels.csv`.
    """
    labels = read_csv(coding / "area_labels.csv", LABEL_COLUMNS, ["label", "source_id", "row"])
    general = labels[labels["source_id"] == ""].set_index("label")["areas"]
    placed = labels[labels["source_id"] != ""].set_index(["source_id", "row", "label"])["areas"]
    code, name = figures["area_code"].str.strip(), figures["area_name"].str.strip()
    by_code, by_name = code.map(general), name.map(general)
    keys = pd.MultiIndex.from_arrays([figures["source_id"], figures["row"], name])
    special = keys.isin(placed.index)
    areas = by_code.fillna(by_name)
    areas = areas.mask(special, pd.Series(placed.reindex(keys).to_numpy(), index=figures.index))
    hint = "if it is a new spelling or a new authority, add a row to data/coding/area_labels.csv"
    refuse_area(figures[areas.isna()], "a known authority or region", hint)
    # Dorset is the name of the county that ended in 2019 and of the council that followed it.
    names = read_csv(coding / "authorities.csv", AUTHORITY_COLUMNS).set_index("la_code")["la_name"]
    differ = by_code.notna() & by_name.notna() & (by_code != by_name) & (by_code.map(names) != name) & ~special
    hint = "if the release errs, say in data/coding/area_labels.csv which area that row means"
    refuse_area(figures[differ], "a code and a name of the same area", hint)
    return areas


def refuse_area(wrong: pd.DataFrame, expected: str, hint: str) -> None:
    """Raise for the first of the figures whose area is wrong, if there is one."""
    if len(wrong):
        odd = wrong.iloc[0]
        got = f"code {odd['area_code']!r}, name {odd['area_name']!r}"
        raise DataError(str(odd["source_id"]), expected, got, row=name_cell(odd), hint=hint)
