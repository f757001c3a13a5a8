"""Build the tidy tables from raw and coding: make them all, check each against its schema, write them all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import PACKAGE, lock_data, write_text
from lewisham_study.paths import Project
from lewisham_study.raw.anchors import refuse_changes
from lewisham_study.raw.figures import find_line
from lewisham_study.tidy.authorities import (
    tidy_authorities,
    tidy_county_districts,
    tidy_deprivation,
    tidy_neighbours,
)
from lewisham_study.tidy.coding import tidy_cautions, tidy_headlines, tidy_replications
from lewisham_study.tidy.evidence import read_choices, tidy_arrangements, tidy_events, tidy_facts, tidy_sources
from lewisham_study.tidy.figures import tidy_measures, tidy_population, tidy_prices, tidy_revisions
from lewisham_study.tidy.package import describe_package, render_dictionary, render_references
from lewisham_study.tidy.ratings import read_ratings, tidy_inspections, tidy_judgements
from lewisham_study.tidy.reports import tidy_codes
from lewisham_study.tidy.schemas import Table, find_breaches, find_orphans, read_tables, read_written
from lewisham_study.tidy.tables import format_table, type_table


@dataclass(frozen=True)
class Build:
    """The typed tables of a build by name, and the files that it changed."""

    tables: dict[str, pd.DataFrame]
    changed: list[Path]


@lock_data
def build(project: Project) -> Build:
    """Write `data/processed` and the data dictionary from `data/raw` and `data/coding`.

    All tables are made and checked before the first is written, so an error in any row writes nothing. Each file is
    written whole or not at all, and a second build changes nothing.
    """
    tables = read_tables(project.coding)
    refuse_changes(project.raw)
    frames = make_tables(project)
    problems = [problem for name in frames for problem in find_breaches(frames[name], tables[name])]
    problems += find_orphans(frames, tables)
    if problems:
        raise problems[0]
    files = render_files(frames, tables, project)
    changed = [path for path, text in files.items() if not path.is_file() or path.read_bytes() != text.encode()]
    for path in changed:
        write_text(files[path], path)
    return Build(frames, changed)


def make_tables(project: Project) -> dict[str, pd.DataFrame]:
    """Make every tidy table, typed and sorted, in the order of `tables.csv`, without checking or writing it.

    An error in a figure names the file that holds it and its line.
    """
    try:
        made = tidy_tables(project.raw, project.coding)
    except DataError as error:
        raise find_line(error, project.raw) from None
    tables = read_tables(project.coding)
    if set(made) != set(tables):
        found = f"missing {sorted(set(tables) - set(made))}, unknown {sorted(set(made) - set(tables))}"
        hint = "the build and data/coding/tables.csv must name the same tables"
        raise DataError("data/coding/tables.csv", "the tables that the build makes", found, hint=hint)
    return {name: type_table(made[name], table) for name, table in tables.items()}


def tidy_tables(raw: Path, coding: Path) -> dict[str, pd.DataFrame]:
    """Make every tidy table from its sources, by name."""
    ratings = read_ratings(raw, coding)
    inspections = tidy_inspections(ratings, coding, raw)
    return {
        "authorities": tidy_authorities(raw, coding),
        "inspections": inspections,
        "judgements": tidy_judgements(ratings, coding, inspections, raw),
        "facts": tidy_facts(raw, coding),
        "conflicts": read_choices(coding),
        "events": tidy_events(coding),
        "silences": read_written("silences", coding),
        "questions": read_written("questions", coding),
        **{topic: tidy_measures(topic, raw, coding) for topic in ("workforce", "spend", "need")},
        "population": tidy_population(raw, coding),
        "prices": tidy_prices(raw, coding),
        "neighbours": tidy_neighbours(raw, coding),
        "groups": read_written("groups", coding),
        "deprivation": tidy_deprivation(raw, coding),
        "county_districts": tidy_county_districts(raw, coding),
        "estimates": read_written("estimates", coding, raw),
        "revisions": tidy_revisions(raw, coding),
        "headlines": tidy_headlines(raw, coding),
        "replications": tidy_replications(coding),
        "cautions": tidy_cautions(coding),
        **{kind: tidy_codes(kind, raw, coding, inspections) for kind in ("statements", "improvements")},
        "arrangements": tidy_arrangements(coding),
        "sources": tidy_sources(raw, coding),
    }


def render_files(frames: dict[str, pd.DataFrame], tables: dict[str, Table], project: Project) -> dict[Path, str]:
    """Return the text of every file of a build: a CSV file per table, data package, references, data dictionary.

    The dictionary belongs to a checkout's documentation; an installed copy of the data has none.
    """
    texts = {name: format_table(frame, tables[name]) for name, frame in frames.items()}
    files = {project.processed / f"{name}.csv": text for name, text in texts.items()}
    files[project.processed / PACKAGE] = describe_package(tables, frames, texts)
    files[project.reports / "references.json"] = render_references(frames["sources"])
    documents = project.root / "docs"
    if documents.is_dir():
        files[documents / "data-dictionary.md"] = render_dictionary(
            tables, frames, read_tables(project.coding, "library")
        )
    return files
