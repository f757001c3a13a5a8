"""Whether the whole project agrees with itself: raw, coding and processed, keys, joins, checksums, locators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError, UsageError
from lewisham_study.files import read_csv
from lewisham_study.paths import Project, shorten
from lewisham_study.raw.authorities import read_regions
from lewisham_study.raw.documents import list_unread, verify_documents
from lewisham_study.raw.figures import figures_path, read_figures
from lewisham_study.raw.sources import read_sources
from lewisham_study.tidy.build import make_tables, render_files
from lewisham_study.tidy.evidence import select_standing
from lewisham_study.tidy.schemas import Table, find_breaches, find_orphans, read_tables, trace

REBUILD = "it is made by machine: run `make data`"
MENDING = "restore the file from git, or import the release again"


@dataclass(frozen=True)
class Check:
    """What a check found.

    Attributes
    ----------
    findings : what does not agree; each says file, row, expected, got and the likely mend.
    not_checked : what could not be checked, and why.
    """

    findings: list[DataError]
    not_checked: list[str]


def check_project(project: Project, documents: Sequence[Path] = ()) -> Check:
    """Check everything that the project can check of itself; nothing is written.

    Parameters
    ----------
    project : the copy of the study.
    documents : the folders of the source documents' texts, which are not in the project.

    Returns
    -------
    Check
        Every schema, key and join; checksums and cells of the official figures; conflicts all decided;
        `data/processed` equal to a rebuild; with `documents`, every quote at its place.

    Raises
    ------
    UsageError
        Where a folder of documents is not there.
    """
    missing = [folder for folder in documents if not folder.is_dir()]
    if missing:
        why = "the documents are not part of the project, see CONTRIBUTING.md"
        raise UsageError(f"there is no folder {missing[0]}; {why}")
    findings = [*try_check(check_figures, project), *try_check(check_built, project)]
    not_checked = ["the official files, which are not in the project: `import` compares their checksums"]
    if not documents:
        not_checked.append("quotes in the documents, which are not in the project: give their folders, --documents")
        return Check(findings, not_checked)
    found = try_check(check_documents, project.raw, documents)
    if not found and (unread := list_unread(project.raw, documents)):
        not_checked.append(f"quotes in {', '.join(unread)}: give the folder of their texts too, --documents")
    return Check(findings + found, not_checked)


def try_check(check: Callable[..., Iterable[DataError]], *arguments: object) -> list[DataError]:
    """Give the findings of a check; where a file cannot be read at all, that is the finding."""
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
    """Check that each official figure is of a registered release, of the file it names, and says where it stood."""
    releases = read_csv(project.coding / "releases.csv", ["source_id", "topic", "family"], ["source_id"])
    sources = read_sources(project.raw).set_index("source_id")
    checksums, reports = sources["sha256"], set(sources.index[sources["kind"] == "inspection_report"])
    findings = []
    for topic in sorted(set(releases["topic"])):
        figures, file = read_figures(project.raw, topic), shorten(figures_path(project.raw, topic))
        recorded = figures["source_id"].map(checksums).fillna("")
        # A report that is read is registered as a source; it is no release.
        ours = set(releases.loc[releases["topic"] == topic, "source_id"]) | (reports if topic == "reports" else set())
        place = figures["row"].str.fullmatch("[1-9][0-9]*") & figures["column"].str.fullmatch("[A-Z]+")
        rules = {
            f"a release of {topic} in data/coding/releases.csv": (
                figures["source_id"].isin(ours),
                figures["source_id"],
            ),
            "the first digits of the sha256 in data/raw/sources.csv": (
                recorded.str[:12] == figures["sha256"],
                figures["sha256"],
            ),
            "a row number and column letters": (place, figures["row"] + " " + figures["column"]),
        }
        for expected, (kept, got) in rules.items():
            wrong = figures.index[~kept.astype(bool)]
            findings += [DataError(file, expected, repr(got[row]), row=int(row) + 2, mend=MENDING) for row in wrong]
    return findings


def check_tables(frames: dict[str, pd.DataFrame], tables: dict[str, Table], regions: pd.DataFrame) -> list[DataError]:
    """Check the tidy tables, each by itself and against the others."""
    findings = [finding for name, frame in frames.items() for finding in find_breaches(frame, tables[name])]
    findings += find_orphans(frames, tables)
    codes = pd.concat([frames["authorities"].set_index("new_la_code")["la_name"], index_regions(regions)])
    names = frames["authorities"].set_index("la_code")["la_name"]
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
    """Check that conflicts are decided: whatever is disputed has a rival, fact or source, that was chosen.

    A conflict without a choice says in its reason why there is none, and disputes nothing.
    """
    conflicts = select_standing(conflicts)
    chosen = conflicts["chosen_fact_id"].notna() | conflicts["chosen_source_id"].notna()
    settled = set(conflicts.loc[chosen, "fact_ids"].str.split().explode())
    undecided = (facts["status"] == "disputed") & ~facts["fact_id"].isin(settled)
    return list_wrong(facts, undecided, "status", "a choice in data/coding/choices.csv for what is disputed", table)


def index_regions(regions: pd.DataFrame) -> pd.Series:
    """Give the names of regions and England by code."""
    return regions.set_index("region_code")["region_name"]


def list_wrong(frame: pd.DataFrame, wrong: pd.Series, column: str, expected: str, table: Table) -> list[DataError]:
    """Give a finding for each wrong row of a table."""
    return [
        DataError(
            table.file,
            f"{expected} in column {column}",
            repr(frame.loc[row, column]),
            row=int(row) + 2,
            mend=trace(frame, int(row)),
        )
        for row in frame.index[wrong]
    ]


def check_rebuild(files: dict[Path, str]) -> Iterator[DataError]:
    """Hold the files of a build against those that stand: the first line of each that differs."""
    for path, text in files.items():
        if not path.is_file():
            yield DataError(shorten(path), "a file", "none", mend=REBUILD)
            continue
        made, stands = text.splitlines(), path.read_bytes().decode("utf-8", errors="replace").splitlines()
        if text.encode() != path.read_bytes():
            length = min(len(made), len(stands))
            row = next((line for line in range(length) if made[line] != stands[line]), length)
            expected, got = (lines[row] if row < len(lines) else "the end of the file" for lines in (made, stands))
            yield DataError(shorten(path), expected, got, row=row + 1, mend=REBUILD)


def check_documents(raw: Path, documents: Sequence[Path]) -> list[DataError]:
    """Look up every quote, value and period of the coded facts in the documents."""
    problems = verify_documents(raw, documents).to_dict("records")
    return [DataError(p["file"], p["expected"], p["got"], row=p["row"], mend=p["mend"]) for p in problems]
