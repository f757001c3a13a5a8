"""The data dictionary: what the tidy tables are, for people, with what each year holds."""

from __future__ import annotations

import pandas as pd

from lewisham_study.tidy.schemas import Column, Table

DATED_BY = ["time_period", "published_date", "start_date", "date_start", "period_start"]
"""The columns that give a row its year: the first of these that its table has, and that is filled."""
INTRODUCTION = """# Data dictionary

Made by `lewisham-study build` from `data/coding/tables.csv` and `columns.csv`; do not edit it. The same
rows make the schemas that the build enforces and `data/processed/datapackage.json`.

Every table is a CSV file in `data/processed`: UTF-8, sorted by key, dates as 2019-08-19, an empty cell
where a value is missing. Missing is never zero. Official figures: Open Government Licence v3.0; what we
coded from documents: CC BY 4.0.
"""


def write_dictionary(tables: dict[str, Table], frames: dict[str, pd.DataFrame]) -> str:
    """Write the data dictionary.

    Parameters
    ----------
    tables : what each table is.
    frames : the tables, typed.

    Returns
    -------
    str
        Markdown: a section per table with its columns, its measures and what each year holds.
    """
    contents = pd.DataFrame(
        {
            "Table": [f"[{name}](#{name})" for name in frames],
            "What it holds": [tables[name].description for name in frames],
            "Rows": [f"{len(frame):,}" for frame in frames.values()],
        }
    )
    sections = [write_section(tables[name], frame) for name, frame in frames.items()]
    return "\n".join([INTRODUCTION, write_grid(contents), *sections])


def write_section(table: Table, frame: pd.DataFrame) -> str:
    """Write the section of one table."""
    head = f"## {table.name}\n\n{table.title}. {table.description} Key: `{'`, `'.join(table.key)}`. "
    head += f"Licence: {table.licence}.\n"
    parts = [head, write_grid(pd.DataFrame([describe_column(column) for column in table.columns]))]
    if "measure" in frame and "unit" in frame and "value_as_published" in frame:
        parts += ["Measures:\n", write_grid(count_measures(frame))]
    if any(column in frame for column in DATED_BY):
        parts += ["By year:\n", write_grid(count_years(frame))]
    return "\n".join(parts)


def describe_column(column: Column) -> dict[str, str]:
    """Say in one line of a table what a column holds."""
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
    """Count, for each measure and series, the periods it covers, its rows, and the authorities with a value a year."""
    key = ["measure", "series", "unit"] if "series" in frame else ["measure", "unit"]
    counts = frame.groupby(key).agg(
        first=("time_period", "min"), last=("time_period", "max"), rows=("measure", "size"), valued=("value", "count")
    )
    yearly = frame[frame["value"].notna()].groupby([*key, "time_period"])["la_code"].nunique().groupby(key)
    counts["authorities"] = yearly.min().astype(str) + " to " + yearly.max().astype(str)
    names = {
        "first": "From",
        "last": "To",
        "rows": "Rows",
        "valued": "With a value",
        "authorities": "Authorities a year",
    }
    return counts.rename(columns=names).reset_index().rename(columns=str.capitalize)


def count_years(frame: pd.DataFrame) -> pd.DataFrame:
    """Count, for each year, the rows, those with a value, and the authorities among each."""
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


def write_grid(frame: pd.DataFrame) -> str:
    """Write a frame as a Markdown table."""
    lines = [list(map(str, frame.columns)), ["---"] * len(frame.columns)]
    lines += [[str(cell) for cell in row] for row in frame.itertuples(index=False)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
