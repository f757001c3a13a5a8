"""The data package: what the tidy tables are, for machines (Frictionless Data Package, version 2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable
from typing import Any

import pandas as pd

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


def describe_package(tables: dict[str, Table], frames: dict[str, pd.DataFrame], texts: dict[str, str]) -> str:
    """Describe the tidy tables as a data package.

    Parameters
    ----------
    tables : what each table is.
    frames : the tables, typed; `sources` among them.
    texts : the same tables as the CSV text that is written.

    Returns
    -------
    str
        JSON. The same tables always give the same text.
    """
    package = {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": "lewisham-study",
        "title": "Children’s services in England: ratings, caseload and spend, by authority",
        "description": "Tidy tables on every English authority with children’s services, and the coded evidence on "
        f"Lewisham, 2012 to 2025. Missing values are empty cells and never zero. {ATTRIBUTION}",
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
    """Give the title of a source and, where it has one, its address."""
    title = {"title": f"{source['publisher']}: {source['title']}"}
    return title if pd.isna(source["url"]) else {**title, "path": source["url"]}


def describe_schema(table: Table) -> dict[str, Any]:
    """Give the Table Schema of a table: fields, missing values, primary and foreign keys."""
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
    """Give one field of a Table Schema.

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
