"""Make the tables of coded sentences: what inspectors say of caseloads, and what they ask to be improved."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.files import read_csv
from lewisham_study.raw.statements import CODES, DOCUMENT, KEYS, THEME_COLUMNS, read_codes, refuse_outside_codebook
from lewisham_study.tidy.evidence import refuse_long_quotes
from lewisham_study.tidy.reports import KINDS, NEAR


def tidy_codes(kind: str, raw: Path, coding: Path, inspections: pd.DataFrame) -> pd.DataFrame:
    """Make the table `statements` or `improvements`: each coded sentence with the inspection whose report has it."""
    rows = read_codes(raw, kind)
    file = f"data/raw/{kind}.csv"
    refuse_outside_codebook(rows, kind, coding, file)
    refuse_long_quotes(rows["quote"], file)
    named = rows["document"].str.extract(DOCUMENT.pattern)
    joined = link_inspections(rows.join(named), inspections)
    paragraph = joined["paragraph"].where(joined["paragraph"] == "", ", paragraph " + joined["paragraph"])
    place = joined["document"] + ", p. " + joined["page"]
    named_place = ", point " + joined["paragraph"] if kind == "improvements" else paragraph
    joined["locator"] = place + named_place
    if kind == "improvements":
        titles = read_csv(coding / "improvement_themes.csv", THEME_COLUMNS, ["theme"]).set_index("theme")["title"]
        joined["theme"] = joined["theme"].map(titles)
    columns = ["la_code", "inspection_id", "published_date", "quote", *CODES[kind], "page", "line", "paragraph"]
    return joined[[KEYS[kind], *columns, "source_id", "locator"]]


def link_inspections(rows: pd.DataFrame, inspections: pd.DataFrame) -> pd.DataFrame:
    """Add the inspection of each document: the one of its authority and kind whose publication is nearest."""
    held = inspections.assign(
        _day=pd.to_datetime(inspections["published_date"]).astype("datetime64[us]"),
        _kind=inspections["kind"].where(~inspections["graded"].astype(bool), "graded"),
    )
    held = held.dropna(subset="_day").sort_values("_day", kind="stable")
    left = rows.assign(
        _day=pd.to_datetime(rows["published"]).astype("datetime64[us]"),
        _kind=rows["kind"].map(KINDS).fillna("graded"),
        _order=range(len(rows)),
    )
    near = pd.merge_asof(
        left.sort_values("_day", kind="stable"),
        held[["la_code", "_kind", "_day", "inspection_id"]],
        on="_day",
        by=["la_code", "_kind"],
        tolerance=NEAR,
        direction="nearest",
    )
    linked = near.sort_values("_order", kind="stable").reset_index(drop=True)
    return linked.rename(columns={"published": "published_date"}).fillna({"inspection_id": ""})
