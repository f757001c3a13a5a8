"""Check that the project agrees with itself: raw, coding and processed data, keys, joins, checksums, locators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError, UsageError
from lewisham_study.paths import Project, shorten
from lewisham_study.raw.anchors import find_changes
from lewisham_study.raw.authorities import read_regions
from lewisham_study.raw.documents import list_unread, verify_documents
from lewisham_study.raw.figures import figures_path, read_figures
from lewisham_study.raw.reports import TOPIC
from lewisham_study.raw.sources import read_releases, read_sources
from lewisham_study.tidy.build import make_tables, render_files
from lewisham_study.tidy.evidence import select_standing
from lewisham_study.tidy.schemas import Table, find_breaches, find_orphans, read_tables, trace

REBUILD = "this file is generated: run `make data`"
RESTORE = "restore the file from git, or import the release again"


@dataclass(frozen=True)
class Check:
    """The errors that a check found, and what it could not check, with the reason."""

    findings: list[DataError]
    not_checked: list[str]


def check_project(project: Project, documents: Sequence[Path] = ()) -> Check:
    """Check schemas, keys, joins, checksums, cells and conflicts, and compare `data/processed` with a rebuild.

    With the folders of the documents' texts, which are not in the project, every quote is checked at its locator.
    """
    missing = [folder for folder in documents if not folder.is_dir()]
    if missing:
        why = "the documents are not part of the project, see CONTRIBUTING.md"
        raise UsageError(f"there is no folder {missing[0]}; {why}")
    findings = try_check(find_changes, project.raw)
    not_checked = ["the official files, which are not in the project: `import` compares their checksums"]
    if findings:
        not_checked.append("the tables, because they are made from rows that are not as imported")
    else:
        findings = [*try_check(check_figures, project), *try_check(check_built, project)]
    if not documents:
        not_checked.append("quotes in the documents, which are not in the project: add --documents with their folders")
        return Check(findings, not_checked)
    found = try_check(verify_documents, project.raw, documents)
    if not found and (unread := list_unread(project.raw, documents)):
        not_checked.append(f"quotes in {', '.join(unread)}: add --documents with the folder of their texts too")
    return Check(findings + found, not_checked)


def try_check(check: Callable[..., Iterable[DataError]], *arguments: object) -> list[DataError]:
    """Return the findings of a check; a file that cannot be read at all is one."""
    try:
        return list(check(*arguments))
    except DataError as error:
        return [error]


def check_built(project: Project) -> list[DataError]:
    """Check the tables as a build makes them, then the files of the last build against them."""
    tables, frames = read_tables(project.coding), make_tables(project)
    findings = check_tables(frames, tables, read_regions(project.coding))
    return findings + list(check_rebuild(render_files(frames, tables, project)))


def check_figures(project: Project) -> list[DataError]:
    """Check that each official figure is of a registered release, and has a row and column."""
    releases = read_releases(project.coding)
    sources = read_sources(project.raw).set_index("source_id")
    # An inspection report is imported by itself, so its row of the register is enough.
    reports = set(sources.index[sources["kind"] == "inspection_report"])
    findings = []
    for topic in sorted(set(releases["topic"])):
        figures, file = read_figures(project.raw, topic), shorten(figures_path(project.raw, topic))
        source, row, column = (figures[name] for name in ("source_id", "row", "column"))
        known = set(releases.loc[releases["topic"] == topic, "source_id"]) | (reports if topic == TOPIC else set())
        registered = source.isin(known)
        placed = row.str.fullmatch("[1-9][0-9]*") & column.str.fullmatch("[A-Z]+")
        rules = {
            f"a release of {topic} in data/coding/releases.csv": (registered, source),
            "a row number and column letters": (placed, row + " " + column),
        }
        for expected, (kept, found) in rules.items():
            wrong = figures.index[~kept.astype(bool)]
            findings += [DataError(file, expected, repr(found[at]), row=int(at) + 2, hint=RESTORE) for at in wrong]
    return findings


def check_tables(frames: dict[str, pd.DataFrame], tables: dict[str, Table], regions: pd.DataFrame) -> list[DataError]:
    """Check the tidy tables, each by itself and against the others."""
    findings = [finding for name, frame in frames.items() for finding in find_breaches(frame, tables[name])]
    findings += find_orphans(frames, tables)
    authorities, region_names = frames["authorities"], regions.set_index("region_code")["region_name"]
    codes = pd.concat([authorities.set_index("new_la_code")["la_name"], region_names])
    names = authorities.set_index("la_code")["la_name"]
    for name, frame in frames.items():
        if name != "authorities" and {"la_code", "la_name"} <= set(frame):
            known = frame["la_code"].map(names)
            if "new_la_code" in frame:
                known = known.fillna(frame["new_la_code"].map(codes))
            findings += list_wrong(frame, known != frame["la_name"], "la_name", "the name of its code", tables[name])
    inspections = frames["inspections"]
    late = inspections["start_date"] > inspections["published_date"]
    findings += list_wrong(inspections, late, "start_date", "a day before publication", tables["inspections"])
    return findings + check_conflicts(frames["facts"], frames["conflicts"], tables["facts"])


def check_conflicts(facts: pd.DataFrame, conflicts: pd.DataFrame, table: Table) -> list[DataError]:
    """Check that every disputed fact belongs to a conflict in which a fact or source was chosen."""
    conflicts = select_standing(conflicts)
    chosen = conflicts["chosen_fact_id"].notna() | conflicts["chosen_source_id"].notna()
    settled = set(conflicts.loc[chosen, "fact_ids"].str.split().explode())
    undecided = (facts["status"] == "disputed") & ~facts["fact_id"].isin(settled)
    return list_wrong(facts, undecided, "status", "a choice in data/coding/choices.csv for a disputed fact", table)


def list_wrong(frame: pd.DataFrame, wrong: pd.Series, column: str, expected: str, table: Table) -> list[DataError]:
    """Return an error for each wrong row of a table."""
    expected, cells = f"{expected} in column {column}", frame.loc[wrong, column]
    return [
        DataError(table.file, expected, repr(cell), row=int(str(row)) + 2, hint=trace(frame, int(str(row))))
        for row, cell in cells.items()
    ]


def check_rebuild(files: dict[Path, str]) -> Iterator[DataError]:
    """Compare the files of a build with those in the project: the first line that differs in each."""
    for path, text in files.items():
        if not path.is_file():
            yield DataError(shorten(path), "a file", "none", hint=REBUILD)
        elif text.encode() != path.read_bytes():
            made, present = text.splitlines(), path.read_bytes().decode("utf-8", errors="replace").splitlines()
            length = min(len(made), len(present))
            row = next((line for line in range(length) if made[line] != present[line]), length)
            expected, found = (lines[row] if row < len(lines) else "the end of the file" for lines in (made, present))
            yield DataError(shorten(path), expected, found, row=row + 1, hint=REBUILD)
