"""The data for machines: each table as CSV and Parquet with a data package, and a JSON file for each authority."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from lewisham_study import __data_version__
from lewisham_study.analysis.panel import changes, panel
from lewisham_study.authorities import slug_authorities
from lewisham_study.errors import require_extra
from lewisham_study.files import PACKAGE, lock_folder, read_table, write_bytes, write_text
from lewisham_study.paths import Project, find_project
from lewisham_study.tidy.package import describe_package
from lewisham_study.tidy.schemas import Column, Table, read_tables
from lewisham_study.tidy.tables import Tables, format_table, type_table

SCHEMA_VERSION = "1.0"
"""The version of the files of authorities: the first number rises when a reader of them has to change."""
SCHEMA = "authority.schema.json"
SECTIONS = {
    "inspections": "inspections",
    "judgements": "judgements",
    "changes": "changes",
    "years": "panel",
    "neighbours": "neighbours",
    "cautions": "cautions",
    "arrangements": "arrangements",
    "improvements": "improvements",
}
"""The lists in the file of an authority, and the table that each is from."""
README = """# Data of lewisham-study

Data version {version}. Official figures: Open Government Licence v3.0; what was coded from documents: CC BY 4.0.

- `<table>.csv` and `<table>.parquet`: every table, with the same rows. `datapackage.json` says what each column is.
- `panel`: one row per authority and year, most analyses begin with it. `changes`: from each judgement to the next.
- `authorities/<name>.json`: one authority; `authority.schema.json` describes it (JSON Schema, draft 2020-12).

An empty cell, or `null`, is a missing value and never zero. `la_code` is text: 003 is not 3.

```r
panel <- read.csv("panel.csv", colClasses = c(la_code = "character", workforce_comparable = "logical"), na.strings = "")
tapply(panel$caseload_fte, panel$year, median, na.rm = TRUE)
```

```python
panel = pandas.read_csv("panel.csv", dtype={{"la_code": str}})  # or: pandas.read_parquet("panel.parquet")
```
"""


def write_data(out: Path, project: Project | None = None) -> list[Path]:
    """Write every table, the panel, the changes and a file for each authority to a folder; return the paths."""
    require_extra("import", "pyarrow")
    project = project or find_project()
    held = Tables(project.processed)
    computed = read_tables(project.coding, "library")
    described = read_tables(project.coding) | computed
    frames = {name: held[name] for name in described if name not in computed}
    texts = {name: read_table(project.processed, name)[0].decode("utf-8") for name in frames}
    for name, frame in (("panel", panel(held)), ("changes", changes(held))):
        frames[name] = type_table(frame, computed[name])
        texts[name] = format_table(frames[name], computed[name])
    files = {f"{name}.csv": text for name, text in texts.items()}
    files[PACKAGE] = describe_package(described, frames, texts)
    files[SCHEMA] = format_json(describe_authority(described))
    files["README.md"] = README.format(version=__data_version__)
    files |= {f"authorities/{name}.json": format_json(one) for name, one in list_authorities(frames, described)}
    with lock_folder(out):
        for name, text in files.items():
            write_text(text, out / name)
        for name, frame in frames.items():
            write_bytes(format_parquet(frame, described[name]), out / f"{name}.parquet")
    return sorted(out / name for name in [*files, *(f"{name}.parquet" for name in frames)])


def format_json(value: Any) -> str:
    """Format as JSON text."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def format_parquet(frame: pd.DataFrame, table: Table) -> bytes:
    """Format a typed table as a Parquet file; days are dates without a time."""
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {"string": pa.string(), "number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_()}
    arrays = {
        column.name: pa.array(frame[column.name].dt.date, pa.date32(), from_pandas=True)
        if column.type == "date"
        else pa.array(frame[column.name], kinds[column.type], from_pandas=True)
        for column in table.columns
    }
    buffer = BytesIO()
    parquet.write_table(pa.table(arrays), buffer)
    return buffer.getvalue()


def list_authorities(
    frames: Mapping[str, pd.DataFrame], tables: Mapping[str, Table]
) -> list[tuple[str, dict[str, Any]]]:
    """List each authority's folder name and the content of its file."""
    parts = {
        name: {code: list_records(rows, tables[table]) for code, rows in frames[table].groupby("la_code", sort=False)}
        for name, table in SECTIONS.items()
    }
    authorities = frames["authorities"]
    folders = slug_authorities(authorities)
    head = {"$schema": f"../{SCHEMA}", "schema_version": SCHEMA_VERSION, "data_version": __data_version__}
    return [
        (
            folders[row["la_code"]],
            {**head, "authority": row, **{name: part.get(row["la_code"], []) for name, part in parts.items()}},
        )
        for row in list_records(authorities, tables["authorities"])
    ]


def list_records(frame: pd.DataFrame, table: Table) -> list[dict[str, Any]]:
    """List the rows of a table as JSON: days as 2019-08-19, several keys as a list, None where a value is missing."""
    cells = [[show_cell(value, column) for value in frame[column.name]] for column in table.columns]
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def show_cell(value: Any, column: Column) -> Any:
    """Return a cell as JSON holds it.

    Examples
    --------
    >>> show_cell(462.0, Column("cases", "number", "", False, (), None, "", "", "Cases."))
    462
    >>> show_cell("314 318", Column("joint", "string", "", False, (), None, "", "authorities.la_code[]", "Joint."))
    ['314', '318']
    """
    if column.is_list:
        return [] if pd.isna(value) else str(value).split()
    if pd.isna(value):
        return None
    if column.type == "date":
        return f"{value:%Y-%m-%d}"
    if column.type == "number":
        return int(value) if float(value).is_integer() else float(value)
    return {"integer": int, "boolean": bool}.get(column.type, str)(value)


def describe_authority(tables: Mapping[str, Table]) -> dict[str, Any]:
    """Describe the file of an authority as a JSON Schema, from the columns of its tables."""
    lists = {
        name: {"type": "array", "description": tables[table].description, "items": describe_record(tables[table])}
        for name, table in SECTIONS.items()
    }
    version = {"type": "string", "pattern": rf"^{SCHEMA_VERSION.partition('.')[0]}\.\d+$"}
    properties = {
        "$schema": {"type": "string"},
        "schema_version": version | {"description": "Version of this schema."},
        "data_version": {"type": "string", "description": "Version of the data."},
        "authority": describe_record(tables["authorities"]),
        **lists,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Children’s services of one authority",
        "description": f"Version {SCHEMA_VERSION}. A missing value is null and never zero.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def describe_record(table: Table) -> dict[str, Any]:
    """Describe a row of a table as a JSON Schema."""
    return {
        "type": "object",
        "properties": {column.name: describe_property(column) for column in table.columns},
        "required": [column.name for column in table.columns],
        "additionalProperties": False,
    }


def describe_property(column: Column) -> dict[str, Any]:
    """Describe a column as a JSON Schema.

    Examples
    --------
    >>> describe_property(Column("rank", "integer", "", False, (), 1.0, "", "", "1 is the nearest."))
    {'type': ['integer', 'null'], 'minimum': 1.0, 'description': '1 is the nearest.'}
    """
    if column.is_list:
        return {"type": "array", "items": {"type": "string"}, "description": column.description}
    kind = "string" if column.type == "date" else column.type
    about: dict[str, Any] = {"type": kind if column.required else [kind, "null"]}
    if column.values:
        about["enum"] = [*column.values, *([] if column.required else [None])]
    if column.type == "date":
        about["format"] = "date"
    if column.pattern:
        about["pattern"] = column.pattern
    if column.minimum is not None:
        about["minimum"] = column.minimum
    return about | {"description": column.description}
