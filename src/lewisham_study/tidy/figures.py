"""Type figures as published, and make their tables: workforce, spend, need, revisions, population and prices."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.authorities import read_authorities, read_regions, resolve_areas
from lewisham_study.raw.figures import (
    MEASURE_COLUMNS,
    NUMBER,
    locate,
    parse_years,
    read_figures,
    read_status_codes,
    refuse_first,
    refuse_negatives,
    refuse_unknown_codes,
)
from lewisham_study.raw.sources import refuse_row
from lewisham_study.tidy.coding import apply_corrections

TABLE_COLUMNS = ["la_code", "new_la_code", "la_name", "geographic_level", "time_period", "period_kind", "measure"]
TABLE_COLUMNS += ["value", "unit", "status", "value_as_published", "series", "source_id", "locator"]
"""The columns that the tables workforce, spend and need share."""
FIGURE_KEY = ["new_la_code", "time_period", "measure", "series"]
PRECEDENCE_COLUMNS = ["topic", "rank", "source_id", "reason"]
WITH_VALUE = ["published", "joint_return"]
INDEX_COLUMNS = ["source_id", "published", "index_name", "unit"]
FORECAST = "is_forecast"
ROUNDING = {"workforce": 0.0, "spend": 1.0, "need": 0.0}
"""Differences up to this are rounding: LAIT gives section 251 in whole pounds."""
AREA_COLUMNS = ["la_code", "la_name", "geographic_level", "joint_la_codes"]
EDITION_COLUMNS = ["source_id", "value_as_published", "status", "value"]


def tidy_measures(topic: str, raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `workforce`, `spend` or `need`: one row for each area, period, measure and series."""
    return settle_figures(type_figures(read_figures(raw, topic), topic, coding), topic, coding)


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
    wrong = measures.loc[(measures["measure"] != "") & ~measures["factor"].str.fullmatch(NUMBER), "factor"]
    refuse_row(wrong, f"data/coding/{name}", "a number in factor")
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
    regions = read_regions(coding).rename(columns={"region_name": "la_name", "region_code": "area"})
    regions["new_la_code"] = regions["area"]
    columns = ["area", "la_code", "new_la_code", "la_name", "geographic_level"]
    return pd.concat([authorities, regions], ignore_index=True)[columns]


def settle_figures(figures: pd.DataFrame, topic: str, coding: Path) -> pd.DataFrame:
    """Select one figure for each area, period, measure and series: the latest edition, corrected, in key order."""
    return correct_figures(keep_latest(drop_not_existing(figures, coding), topic, coding), topic, coding)


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


def tidy_population(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `population`: one row for each area and year; mid-2012 is `2012`."""
    figures = read_figures(raw, "population")
    parsed = parse_values(figures, read_status_codes(coding))
    figures = figures.assign(time_period=parse_periods(figures), unit="children", locator=locate(figures))
    return attach_areas(figures.join(parsed), coding)


def tidy_prices(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `prices`: one row for each index of `price_indices.csv` and year."""
    figures = read_figures(raw, "prices").rename(columns={"measure": "published"})
    is_mark = figures["published"] == FORECAST
    marks = figures[is_mark].set_index(["source_id", "row"])["value_as_published"]
    indices = read_csv(coding / "price_indices.csv", INDEX_COLUMNS, ["source_id", "published"])
    named = figures[~is_mark].merge(indices, how="left", on=["source_id", "published"])
    value = pd.to_numeric(named["value_as_published"], errors="coerce")
    hint = "add the column to data/coding/price_indices.csv, or import the release again"
    wrong, found = named["index_name"].isna() | value.isna(), "{published} {value_as_published!r}"
    refuse_first(named[wrong], "a number in a known column", hint, found)
    forecast = marks.reindex(pd.MultiIndex.from_frame(named[["source_id", "row"]])).eq("true").to_numpy()
    return named.assign(time_period=parse_periods(named), value=value, forecast=forecast, locator=locate(named))
