"""Read what each tidy table must be from `data/coding`, and check tables against it with pandera."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.figures import MEASURE_COLUMNS
from lewisham_study.raw.sources import refuse_row

if TYPE_CHECKING:
    import pandera.pandas as pa

TABLE_COLUMNS = ["table", "title", "description", "key", "licence", "made_by"]
COLUMN_COLUMNS = ["table", "column", "type", "unit", "required", "values", "minimum", "pattern"]
COLUMN_COLUMNS += ["foreign_key", "description"]
EXPECTED = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "date": "a date such as 2019-08-19",
    "boolean": "true or false",
}


@dataclass(frozen=True)
class Column:
    """One column of a tidy table: a row of `data/coding/columns.csv`."""

    name: str
    type: str
    unit: str
    required: bool
    values: tuple[str, ...]
    minimum: float | None
    pattern: str
    foreign_key: str
    description: str

    @property
    def target(self) -> tuple[str, str] | None:
        """Table and column that the values refer to."""
        table, _, column = self.foreign_key.removesuffix("[]").partition(".")
        return (table, column) if table else None

    @property
    def is_list(self) -> bool:
        """Whether a cell may hold several keys with spaces between (`facts.fact_id[]`)."""
        return self.foreign_key.endswith("[]")


@dataclass(frozen=True)
class Table:
    """One tidy table: a row of `data/coding/tables.csv` with its columns in order."""

    name: str
    title: str
    description: str
    key: tuple[str, ...]
    licence: str
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        """The table's file, as a user would open it."""
        return f"data/processed/{self.name}.csv"


def read_tables(coding: Path, made_by: str = "build") -> dict[str, Table]:
    """Read what the tables of the build, or those of the `library`, are, by name, in the order of `tables.csv`."""
    tables = read_csv(coding / "tables.csv", TABLE_COLUMNS, ["table"])
    columns = read_csv(coding / "columns.csv", COLUMN_COLUMNS, ["table", "column"])
    file = "data/coding/columns.csv"
    refuse_row(columns.loc[~columns["table"].isin(tables["table"]), "table"], file, "a table of tables.csv")
    refuse_row(columns.loc[~columns["type"].isin(EXPECTED), "type"], file, f"a type: {', '.join(EXPECTED)}")
    groups = columns.groupby("table")
    described = {name: tuple(make_column(row, coding) for row in group.to_dict("records")) for name, group in groups}
    rows = tables.itertuples(index=False, name=None)
    return {
        name: Table(name, title, description, tuple(key.split()), licence, described[name])
        for name, title, description, key, licence, maker in rows
        if maker == made_by
    }


def make_column(row: dict[Hashable, str], coding: Path) -> Column:
    """Return the column that a row of `columns.csv` describes."""
    return Column(
        name=row["column"],
        type=row["type"],
        unit=row["unit"],
        required=row["required"] == "true",
        values=list_values(row["values"], coding),
        minimum=float(row["minimum"]) if row["minimum"] else None,
        pattern=row["pattern"],
        foreign_key=row["foreign_key"],
        description=row["description"],
    )


def list_values(text: str, coding: Path) -> tuple[str, ...]:
    """List the allowed values: words, or (`need_measures.csv:measure`) what a column of a list of measures holds."""
    name, _, column = text.partition(":")
    if not column:
        return tuple(text.split())
    rows = read_csv(coding / name, MEASURE_COLUMNS)
    return tuple(sorted(set(rows.loc[rows["measure"] != "", column])))


def read_written(name: str, coding: Path, folder: Path | None = None) -> pd.DataFrame:
    """Read a table that is written by people as `columns.csv` declares it, from `data/coding` or another folder."""
    table = read_tables(coding)[name]
    return read_csv((folder or coding) / f"{name}.csv", [column.name for column in table.columns], table.key)


def build_schema(table: Table) -> pa.DataFrameSchema:
    """Build the pandera schema of a table: missing values, allowed values, patterns, minimums and key."""
    import pandera.pandas as pa

    columns = {
        column.name: pa.Column(checks=build_checks(column), nullable=not column.required) for column in table.columns
    }
    return pa.DataFrameSchema(columns, unique=list(table.key), report_duplicates="exclude_first", name=table.name)


def build_checks(column: Column) -> list[pa.Check]:
    """Build the checks on the values of a column; each one's message says what was expected."""
    import pandera.pandas as pa

    checks = []
    if column.values:
        checks.append(pa.Check.isin(column.values, error=f"one of {', '.join(column.values)}"))
    if column.pattern:
        checks.append(pa.Check.str_matches(column.pattern, error=f"text like {column.pattern}"))
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum, error=f"at least {column.minimum:g}"))
    return checks


def find_breaches(frame: pd.DataFrame, table: Table) -> list[DataError]:
    """Check a typed table, in the order it is written, against its schema: one error for each wrong value."""
    import pandera.errors

    frame = frame.reset_index(drop=True)
    try:
        build_schema(table).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as failure:
        cases = failure.failure_cases.astype({"index": int}).sort_values(["index", "column"], kind="stable")
        repeats = cases["check"] == "multiple_fields_uniqueness"
        cases = cases[~(repeats & cases.duplicated(["check", "index"]))]
        return [describe_breach(case, frame, table) for case in cases.to_dict("records")]
    return []


def describe_breach(case: dict[str, Any], frame: pd.DataFrame, table: Table) -> DataError:
    """Describe as an error what pandera found in one cell, or in the key of one row."""
    check, row = case["check"], case["index"]
    if "uniqueness" in check:
        expected = f"a new {' + '.join(table.key)}"
        found = " ".join(frame.loc[row, list(table.key)].astype(str)) + " again"
    elif check == "not_nullable":
        expected, found = f"a value in column {case['column']}", "none"
    else:
        expected, found = f"{check} in column {case['column']}", repr(case["failure_case"])
    return DataError(table.file, expected, found, row=row + 2, hint=trace(frame, row))


def trace(frame: pd.DataFrame, row: int) -> str:
    """Describe where a row of a table came from, which is where it can be corrected."""
    if {"source_id", "locator"} <= set(frame.columns):
        source, locator = frame.loc[row, ["source_id", "locator"]].astype(str)
        return f"read from {source} at {locator}: correct that row of data/raw, or add a decision to data/coding"
    return "correct the row of data/raw or data/coding that it was made from"


def find_orphans(frames: dict[str, pd.DataFrame], tables: dict[str, Table]) -> list[DataError]:
    """Find the keys that refer to a missing row: one error for each."""
    orphans = []
    for name, frame in frames.items():
        for column in tables[name].columns:
            if column.target is None or column.target[0] not in frames:
                continue
            to_table, to_column = column.target
            keys = frame[column.name].dropna().astype(str)
            words = keys.str.split().explode() if column.is_list else keys
            for row, key in words[~words.isin(set(frames[to_table][to_column]))].items():
                hint = f"{trace(frame, int(str(row)))}; or add it to {to_table}"
                expected = f"a {to_column} of {to_table} in column {column.name}"
                orphans.append(DataError(tables[name].file, expected, repr(key), row=int(str(row)) + 2, hint=hint))
    return orphans
