"""From figures as published to typed ones: what they measure, value and status, period, area."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.authorities import read_authorities, read_regions, resolve_areas
from lewisham_study.raw.codes import (
    NUMBER,
    read_status_codes,
    refuse_negatives,
    refuse_unknown_codes,
    refuse_unknown_periods,
)
from lewisham_study.raw.figures import locate

TABLE_COLUMNS = [
    "la_code",
    "new_la_code",
    "la_name",
    "geographic_level",
    "time_period",
    "period_kind",
    "measure",
    "value",
    "unit",
    "status",
    "value_as_published",
    "series",
    "source_id",
    "locator",
]
"""What the tables workforce, spend and need share."""
MEASURE_COLUMNS = ["source_id", "published", "measure", "unit", "factor", "series", "period_kind"]


def type_figures(figures: pd.DataFrame, topic: str, coding: Path) -> pd.DataFrame:
    """Give every edition of a topic's figures, typed: the steps of this module, one after the other.

    Parameters
    ----------
    figures : `raw.figures.FIGURE_COLUMNS`, all text.
    topic : names the measures' code list, `data/coding/<topic>_measures.csv`.
    coding : the folder `data/coding`.

    Returns
    -------
    pandas.DataFrame
        `TABLE_COLUMNS` and joint_la_codes; `value` is a float, all else `str` with NA where missing.
    """
    refuse_negatives(figures)
    measured = attach_measures(figures, topic, coding)
    measured = measured.assign(time_period=parse_periods(measured), locator=locate(measured))
    parsed = parse_values(measured, read_status_codes(coding))
    # Rounded, for a product of floats strays in its last digits: 1.005 * 1000 is 1004.9999999999999.
    value = (parsed["value"] * measured["factor"].astype(float)).round(6)
    typed = measured.assign(value=value, status=parsed["status"])
    return attach_areas(typed, coding)[[*TABLE_COLUMNS, "joint_la_codes"]]


def attach_measures(figures: pd.DataFrame, topic: str, coding: Path) -> pd.DataFrame:
    """Say what each published heading measures, in which unit and series; headings coded as no measure are left out.

    Returns
    -------
    pandas.DataFrame
        The figures with measure, unit, factor (published value times factor is the value in the unit),
        series and period_kind.

    Raises
    ------
    DataError
        Where a release has a heading that the code list does not name, or a factor is no number.
    """
    name = f"{topic}_measures.csv"
    measures = read_csv(coding / name, MEASURE_COLUMNS, ["source_id", "published"])
    wrong = measures.index[(measures["measure"] != "") & ~measures["factor"].str.fullmatch(NUMBER)]
    if len(wrong):
        got = repr(measures.loc[wrong[0], "factor"])
        raise DataError(f"data/coding/{name}", "a number in factor", got, row=int(wrong[0]) + 2)
    labelled = figures.rename(columns={"measure": "published"})
    joined = labelled.merge(measures, on=["source_id", "published"], how="left", validate="many_to_one")
    unknown = joined["measure"].isna()
    if unknown.any():
        odd = joined[unknown].iloc[0]
        hint = "say what it measures, in a new row"
        raise DataError(f"data/coding/{name}", f"a row for {odd['source_id']}", repr(odd["published"]), hint=hint)
    return joined[joined["measure"] != ""].reset_index(drop=True)


def parse_values(figures: pd.DataFrame, status_codes: pd.DataFrame) -> pd.DataFrame:
    """Turn the text of each cell into a number and a status.

    Parameters
    ----------
    figures : rows with source_id, row and value_as_published.
    status_codes : as `read_status_codes` gives them; a code may stand for a value (`low` rounds to 0).

    Returns
    -------
    pandas.DataFrame
        value (float, NaN where there is none) and status, one row for each of the figures.

    Raises
    ------
    DataError
        Where a cell holds neither a number nor a code of its release.

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
    """Give each figure's period in one form: a year (`2022`) or a financial year (`2021-22`).

    Raises
    ------
    DataError
        Where a period has another form, or a financial year does not end in the next year.

    Examples
    --------
    >>> parse_periods(pd.DataFrame({"time_period": ["2022", "2016-17 (OT)", "202425"]})).tolist()
    ['2022', '2016-17', '2024-25']
    """
    parts = refuse_unknown_periods(figures)
    return parts["year"].where(parts["end"].isna(), parts["year"] + "-" + parts["end"])


def attach_areas(figures: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """Say which authority, region or country each figure is of; a joint return gives one row to each authority.

    Parameters
    ----------
    figures : rows with source_id, row, area_code, area_name, status.
    coding : the folder `data/coding`.

    Returns
    -------
    pandas.DataFrame
        The figures with la_code (NA for regions and England), new_la_code (the latest ONS code), la_name,
        geographic_level and joint_la_codes (NA but for joint returns, whose published figures take the
        status `joint_return`). Rows that `area_labels.csv` gives no area are left out.
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
