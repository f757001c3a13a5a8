"""Describe the tidy tables: a data package for machines, a data dictionary for readers, references to cite."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable
from typing import Any

import pandas as pd

from lewisham_study import __data_version__
from lewisham_study.tidy.schemas import Column, Table

PROFILES = "https://datapackage.org/profiles/2.0"
LICENCES = {
    "OGL-UK-3.0": {
        "name": "OGL-UK-3.0",
        "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        "title": "Open Government Licence v3.0",
    },
    "CC-BY-4.0": {
        "name": "CC-BY-4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
        "title": "Creative Commons Attribution 4.0 International",
    },
}
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."
CSL_TYPES = {"news": "article-newspaper", "statistics": "dataset"}
"""The CSL type of a kind of source; others are reports."""
DATED_BY = ["time_period", "published_date", "start_date", "date_start", "period_start"]
"""The columns that date a row: the first of these that its table has and that is filled."""
INTRODUCTION = """# Data dictionary

Made by `lewisham-study build` from `data/coding/tables.csv` and `columns.csv`; do not edit it. The same
rows make the schemas that the build enforces and `data/processed/datapackage.json`.

Every table is a CSV file in `data/processed`: UTF-8, sorted by key, dates as 2019-08-19, an empty cell
where a value is missing. Missing is never zero. Official figures: Open Government Licence v3.0; what we
coded from documents: CC BY 4.0.
"""

COMPUTED = """## Computed tables

`lewisham_study.panel()` and `lewisham_study.changes()` compute these from the tables above, and
`lewisham-study export` writes them with the others. They have no file in `data/processed`.
"""


def describe_package(tables: dict[str, Table], frames: dict[str, pd.DataFrame], texts: dict[str, str]) -> str:
    """Describe the typed tables and their CSV texts as JSON (Frictionless Data Package, version 2)."""
    package = {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": "lewisham-study",
        "version": __data_version__,
        "title": "Children’s services in England: ratings, caseload and spend, by authority",
        "description": "Tidy tables on every English authority with children’s services, and the coded evidence on "
        f"Lewisham. Missing values are empty cells and never zero. {ATTRIBUTION}",
        "licenses": list(LICENCES.values()),
        "sources": [describe_source(row) for row in frames["sources"].to_dict("records")],
        "resources": [describe_resource(tables[name], frames, texts[name]) for name in frames],
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def describe_resource(table: Table, frames: dict[str, pd.DataFrame], text: str) -> dict[str, Any]:
    """Describe one table: its file, checksum, licence, sources and schema."""
    data, frame, sources = text.encode(), frames[table.name], frames["sources"]
    used = sources["source_id"].isin(set(frame["source_id"])) if "source_id" in frame else sources["source_id"] == ""
    resource: dict[str, Any] = {
        "name": table.name,
        "type": "table",
        "title": table.title,
        "description": table.description,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "licenses": [LICENCES[table.licence]],
    }
    if table.name != "sources" and used.any():
        resource["sources"] = [describe_source(row) for row in sources[used].to_dict("records")]
    return {**resource, "schema": describe_schema(table)}


def describe_source(source: dict[Hashable, Any]) -> dict[str, str]:
    """Return the title of a source and its address, if it has one."""
    title = {"title": f"{source['publisher']}: {source['title']}"}
    return title if pd.isna(source["url"]) else {**title, "path": source["url"]}


def describe_schema(table: Table) -> dict[str, Any]:
    """Return the Table Schema of a table: fields, missing values, primary and foreign keys."""
    keys = [
        {"fields": [column.name], "reference": {"resource": column.target[0], "fields": [column.target[1]]}}
        for column in table.columns
        if column.target and not column.is_list and column.target[0] != table.name
    ]
    return {
        "$schema": f"{PROFILES}/tableschema.json",
        "fields": [describe_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
        **({"foreignKeys": keys} if keys else {}),
    }


def describe_field(column: Column) -> dict[str, Any]:
    """Return one field of a Table Schema.

    Examples
    --------
    >>> describe_field(Column("rank", "integer", "", True, (), 1.0, "", "", "1 is the nearest."))["constraints"]
    {'required': True, 'minimum': 1}
    """
    constraints: dict[str, Any] = {"required": column.required}
    if column.values:
        constraints["enum"] = list(column.values)
    if column.minimum is not None:
        constraints["minimum"] = int(column.minimum) if column.minimum.is_integer() else column.minimum
    if column.pattern:
        constraints["pattern"] = column.pattern
    field: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.description}
    if column.type == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    if column.unit:
        field["unit"] = column.unit
    return {**field, "constraints": constraints}


def render_dictionary(tables: dict[str, Table], frames: dict[str, pd.DataFrame], computed: dict[str, Table]) -> str:
    """Render the data dictionary as Markdown: each table's columns, its measures and what each year holds.

    The tables that the library computes from them follow, with their columns.
    """
    contents = pd.DataFrame(
        {
            "Table": [f"[{name}](#{name})" for name in frames],
            "What it holds": [tables[name].description for name in frames],
            "Rows": [f"{len(frame):,}" for frame in frames.values()],
        }
    )
    sections = [render_section(tables[name], frame) for name, frame in frames.items()]
    columns = [render_columns(table) for table in computed.values()]
    return "\n".join([INTRODUCTION, render_grid(contents), *sections, COMPUTED, *columns])


def render_columns(table: Table) -> str:
    """Render the heading and the columns of one table."""
    head = f"## {table.name}\n\n{table.title}. {table.description} Key: `{'`, `'.join(table.key)}`. "
    head += f"Licence: {table.licence}.\n\n"
    return head + render_grid(pd.DataFrame([describe_column(column) for column in table.columns]))


def render_section(table: Table, frame: pd.DataFrame) -> str:
    """Render the section of one table."""
    parts = [render_columns(table)]
    if {"measure", "unit", "value_as_published"} <= set(frame):
        parts += ["Measures:\n", render_grid(count_measures(frame))]
    if any(column in frame for column in DATED_BY):
        parts += ["By year:\n", render_grid(count_years(frame))]
    return "\n".join(parts)


def describe_column(column: Column) -> dict[str, str]:
    """Return what a column holds as one row of a table."""
    allowed = ", ".join(f"`{value}`" for value in column.values)
    if column.pattern and not allowed:
        allowed = f"like `{column.pattern}`".replace("|", "\\|")
    if column.minimum is not None:
        allowed = f"at least {column.minimum:g}"
    if column.target:
        allowed = f"{'several ' if column.is_list else ''}`{'.'.join(column.target)}`"
    return {
        "Column": f"`{column.name}`",
        "What it is": column.description,
        "Type": column.type,
        "Unit": column.unit,
        "Always there": "yes" if column.required else "no",
        "Values": allowed,
    }


def count_measures(frame: pd.DataFrame) -> pd.DataFrame:
    """Count each measure's and series' rows and values, with the periods covered and the authorities in each year."""
    key = ["measure", "series", "unit"] if "series" in frame else ["measure", "unit"]
    counts = frame.groupby(key).agg(
        From=("time_period", "min"), To=("time_period", "max"), Rows=("measure", "size"), valued=("value", "count")
    )
    yearly = frame[frame["value"].notna()].groupby([*key, "time_period"])["la_code"].nunique().groupby(key)
    counts["Authorities a year"] = yearly.min().astype(str) + " to " + yearly.max().astype(str)
    names = {"valued": "With a value"} | {name: name.capitalize() for name in key}
    return counts.reset_index().rename(columns=names)


def count_years(frame: pd.DataFrame) -> pd.DataFrame:
    """Count each year's rows and authorities, in all and with a value."""
    dated_by = [column for column in DATED_BY if column in frame]
    days = frame[dated_by].bfill(axis="columns")[dated_by[0]]
    years = days if dated_by[0] == "time_period" else days.dt.year.astype("Int64").astype("str")
    grouped = frame.groupby(years.fillna("no date"), sort=True)
    counts = pd.DataFrame({"Rows": grouped.size()})
    if "la_code" in frame:
        counts["Authorities"] = grouped["la_code"].nunique()
    if "value_as_published" in frame and "la_code" in frame:
        valued = frame[frame["value"].notna()]
        counts["Rows with a value"] = grouped["value"].count()
        counts["Authorities with a value"] = valued.groupby(years[valued.index])["la_code"].nunique()
    return counts.fillna(0).astype(int).rename_axis(" or ".join(f"`{column}`" for column in dated_by)).reset_index()


def render_grid(frame: pd.DataFrame) -> str:
    """Render a frame as a Markdown table."""
    lines = [list(map(str, frame.columns)), ["---"] * len(frame.columns)]
    lines += [[str(cell) for cell in row] for row in frame.itertuples(index=False)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def render_references(sources: pd.DataFrame) -> str:
    """Render the register of sources as CSL JSON, keyed by `source_id`, which notebooks cite as `[@ofsted-2025]`."""
    entries = [describe_reference(row) for row in sources.fillna("").to_dict("records")]
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


def describe_reference(row: dict[Any, str]) -> dict[str, Any]:
    """Describe one source as a CSL entry; an uncertain date is a range.

    Examples
    --------
    >>> row = {"source_id": "ns", "kind": "news", "publisher": "News Shopper", "title": "T", "url": "", "vintage": ""}
    >>> describe_reference({**row, "published": "2018-10/2018-12"})["issued"]
    {'date-parts': [[2018, 10], [2018, 12]], 'circa': True}
    """
    parts = [[int(part) for part in day.split("-")] for day in row["published"].split("/")]
    entry: dict[str, Any] = {
        "id": row["source_id"],
        "type": CSL_TYPES.get(row["kind"], "report"),
        "author": [{"literal": row["publisher"]}],
        "title": row["title"],
        "issued": {"date-parts": parts, **({"circa": True} if len(parts) > 1 else {})},
    }
    if row["url"]:
        entry["URL"] = row["url"]
    if row["vintage"] and row["kind"] == "statistics":
        entry["version"] = row["vintage"]
    if row.get("licence"):
        entry["license"] = row["licence"]
    return entry
