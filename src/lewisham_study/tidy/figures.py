"""Type figures as published: what they measure, their value and status, period and area."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.authorities import read_authorities, read_regions, resolve_areas
from lewisham_study.raw.codes import NUMBER, parse_years, read_status_codes, refuse_negatives, refuse_unknown_codes
from lewisham_study.raw.figures import locate

TABLE_COLUMNS = ["la_code", "new_la_code", "la_name", "geographic_level", "time_period", "period_kind", "measure"]
TABLE_COLUMNS += ["value", "unit", "status", "value_as_published", "series", "source_id", "locator"]
"""The columns that the tables workforce, spend and need share."""
MEASURE_COLUMNS = ["source_id", "published", "measure", "unit", "factor", "series", "period_kind"]


def type_figures(figures: pd.DataFrame, topic: str, coding: Path) -> pd.DataFrame:
    """Type every edition of a topic's figures by `<topic>_measures.csv`: `TABLE_COLUMNS` and joint_la_codes."""
    refuse_negatives(figures)
    measured = attach_measures(figures, topic, coding)
    measured = measured.assign(time_period=parse_periods(measured), locator=locate(measured))
    parsed = parse_values(measured, read_status_codes(coding))
    # Rounded to remove floating-point noise: 1.005 * 1000 is 1004.9999999999999.
    value = (parsed["value"] * measured["factor"].astype(float)).round(6)
    typed = measured.assign(value=value, status=parsed["status"])
    return attach_areas(typed, coding)[[*TABLE_COLUMNS, "joint_la_codes"]]


def attach_measures(figures: pd.DataFrame, topic: str, coding: Path) -> pd.DataFrame:
    """Add what each published heading measures: measure, unit, factor (published to unit), series and period_kind.

    Headings coded as no measure are left out; one that the code list does not have is an error.
    """
    name = f"{topic}_measures.csv"
    measures = read_csv(coding / name, MEASURE_COLUMNS, ["source_id", "published"])
    wrong = measures.index[(measures["measure"] != "") & ~measures["factor"].str.fullmatch(NUMBER)]
    if len(wrong):
        found = repr(measures.loc[wrong[0], "factor"])
        raise DataError(f"data/coding/{name}", "a number in factor", found, row=int(wrong[0]) + 2)
    labelled = figures.rename(columns={"measure": "published"})
    joined = labelled.merge(measures, on=["source_id", "published"], how="left", validate="many_to_one")
    unknown = joined[joined["measure"].isna()]
    if len(unknown):
        odd, hint = unknown.iloc[0], "add a row with its measure"
        raise DataError(f"data/coding/{name}", f"a row for {odd['source_id']}", repr(odd["published"]), hint=hint)
    return joined[joined["measure"] != ""].reset_index(drop=True)


def parse_values(figures: pd.DataFrame, status_codes: pd.DataFrame) -> pd.DataFrame:
    """Parse each cell into a value (NaN if there is none) and a status.

    A cell that is neither a number nor a code of its release is an error; some codes have a value (`low` is 0).

    Examples
    --------
    >>> cells = pd.DataFrame({"source_id": "sfr", "row": ["2", "3"], "value_as_published": ["1,741", ".."]})
    >>> codes = pd.DataFrame({"source_id": ["sfr"], "code": [".."], "status": ["not_available"], "value": [""]})
    >>> parse_values(cells, codes).to_dict("list")
    {'value': [1741.0, nan], 'status': ['published', 'not_available']}
    """
    refuse_unknown_codes(figures, status_codes)
    text = figures["value_as_published"].str.strip()
    numeric = text.str.fullmatch(NUMBER)
    keys = pd.MultiIndex.from_arrays([figures["source_id"], text])
    coded = status_codes.set_index(["source_id", "code"])[["status", "value"]].reindex(keys).set_index(figures.index)
    number = text.where(numeric, coded["value"]).str.replace(",", "")
    value = pd.to_numeric(number.where(number != "")).astype(float)
    return pd.DataFrame({"value": value, "status": coded["status"].mask(numeric, "published")})


def parse_periods(figures: pd.DataFrame) -> pd.Series:
    """Return each figure's period in one form: a year (`2022`) or a financial year (`2021-22`).

    Examples
    --------
    >>> parse_periods(pd.DataFrame({"time_period": ["2022", "2016-17 (OT)", "202425"]})).tolist()
    ['2022', '2016-17', '2024-25']
    """
    parts = parse_years(figures)
    return parts["year"].where(parts["end"].isna(), parts["year"] + "-" + parts["end"])


def attach_areas(figures: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """Add each figure's la_code (NA for regions and England), new_la_code, la_name and geographic_level.

    A joint return becomes a row for each authority, with the status `joint_return` if it was published and both
    codes in joint_la_codes. Rows that `area_labels.csv` gives no area are left out.
    """
    areas = resolve_areas(figures, coding)
    joint = areas.str.contains(" ")
    status = figures["status"].mask(joint & (figures["status"] == "published"), "joint_return")
    members = figures.assign(status=status, joint_la_codes=areas.where(joint), area=areas.str.split())
    members = members.explode("area").dropna(subset="area")
    return members.merge(list_areas(coding), on="area", how="left", validate="many_to_one").drop(columns="area")


def list_areas(coding: Path) -> pd.DataFrame:
    """List the authorities, regions and England: area (the key), la_code, new_la_code, la_name, geographic_level."""
    authorities = read_authorities(coding).assign(geographic_level="local_authority")
    authorities["area"] = authorities["la_code"]
    regions = read_regions(coding).rename(columns={"region_name": "la_name"})
    regions = regions.assign(area=regions["region_code"], new_la_code=regions["region_code"])
    columns = ["area", "la_code", "new_la_code", "la_name", "geographic_level"]
    return pd.concat([authorities, regions], ignore_index=True)[columns]
