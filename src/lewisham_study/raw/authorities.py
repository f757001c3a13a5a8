"""Find the authority or region that a published label means."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.files import read_csv
from lewisham_study.raw.figures import refuse_first

LABEL_COLUMNS = ["label", "source_id", "row", "areas", "note"]
AUTHORITY_COLUMNS = ["la_code", "new_la_code", "la_name", "region", "subregion", "authority_type"]
AUTHORITY_COLUMNS += ["valid_from", "valid_to", "successor_la_codes", "predecessor_la_codes"]
AUTHORITY_COLUMNS += ["ofsted_urn", "spoken_name"]
DISTRICT_COLUMNS = ["district_code", "district_name", "la_code", "e_code"]
DISTRICT_COLUMNS += ["income_deprived", "income_share", "source_id"]
REGION_COLUMNS = ["region_code", "region_name", "geographic_level", "ofsted_region"]


def read_authorities(coding: Path) -> pd.DataFrame:
    """Read the authorities of England since 2012, including abolished ones: one row each, keyed by `la_code`."""
    return read_csv(coding / "authorities.csv", AUTHORITY_COLUMNS, ["la_code"])


def read_regions(coding: Path) -> pd.DataFrame:
    """Read England, its nine regions, and Inner and Outer London, each with the region Ofsted counts it in."""
    return read_csv(coding / "regions.csv", REGION_COLUMNS, ["region_code"])


def read_districts(coding: Path) -> pd.DataFrame:
    """Read the districts of counties, which have no children's services, and what their people are counted from."""
    return read_csv(coding / "county_districts.csv", DISTRICT_COLUMNS, ["district_code"])


def resolve_areas(figures: pd.DataFrame, coding: Path) -> pd.Series:
    """Return each figure's area: a `la_code`, an ONS region code, or two codes for a joint return ("314 318").

    A label that `area_labels.csv` ties to one place in one release comes first, then the published code, then the
    published name. A district of a county has no area (""). An unknown label, or a code and a name of two areas,
    needs a decision: a row in that file.
    """
    labels = read_csv(coding / "area_labels.csv", LABEL_COLUMNS, ["label", "source_id", "row"])
    general = labels[labels["source_id"] == ""].set_index("label")["areas"]
    general = pd.concat([general, pd.Series("", read_districts(coding)["district_code"])])
    placed = labels[labels["source_id"] != ""].set_index(["source_id", "row", "label"])["areas"]
    code, name = figures["area_code"].str.strip(), figures["area_name"].str.strip()
    by_code, by_name = code.map(general), name.map(general)
    keys = pd.MultiIndex.from_arrays([figures["source_id"], figures["row"], name])
    special = keys.isin(placed.index)
    areas = by_code.fillna(by_name)
    areas = areas.mask(special, pd.Series(placed.reindex(keys).to_numpy(), index=figures.index))
    label = "code {area_code!r}, name {area_name!r}"
    hint = "if it is a new spelling or a new authority, add a row to data/coding/area_labels.csv"
    refuse_first(figures[areas.isna()], "a known authority or region", hint, label)
    # Dorset is the name of the county that ended in 2019 and of the council that replaced it.
    names = read_authorities(coding).set_index("la_code")["la_name"]
    differ = by_code.notna() & by_name.notna() & (by_code != by_name) & (by_code.map(names) != name) & ~special
    hint = "if the release is wrong, add the area that this row means to data/coding/area_labels.csv"
    refuse_first(figures[differ], "a code and a name of the same area", hint, label)
    return areas
