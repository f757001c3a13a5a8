"""Read our decisions, the rows of `data/coding`: corrections, cautions and recipes of headlines."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Hashable, Iterator
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import lock_data, read_csv, read_text, write_csv
from lewisham_study.paths import Project

CORRECTION_COLUMNS = ["correction_id", "table", "key", "column", "was", "becomes", "reason", "source_id"]
CAUTION_COLUMNS = ["caution_id", "table", "geographic_level", "la_code", "time_period", "measure"]
CAUTION_COLUMNS += ["kind", "caution", "source_id"]
HEADLINE_COLUMNS = ["headline_id", "measure", "scope", "as_at", "value", "unit", "source_title", "url"]
RECIPE_COLUMNS = ["headline_id", "recipe", "arguments", "accepted", "reason"]
CLAIM_COLUMNS = ["replication_id", "source_title", "url", "claim", "published", "key", "accepted", "verdict", "reason"]
TOPICS = ["workforce", "spend", "need"]
REVIEWED = "reviewed.csv"
REVIEW_COLUMNS = ["file", "sha256", "digests"]
DIGITS = 6
LISTED = 5
"""Rows of a file that are listed one by one."""
ACCEPT = "if it is meant: `lewisham-study check --accept`"


def read_corrections(coding: Path) -> pd.DataFrame:
    """Read the corrections of all tables, in the order they are applied."""
    return read_csv(coding / "corrections.csv", CORRECTION_COLUMNS, ["correction_id"])


def parse_key(key: str) -> dict[str, str]:
    """Split a correction's key into column and value.

    Examples
    --------
    >>> parse_key("la_code=209; time_period=2022")
    {'la_code': '209', 'time_period': '2022'}
    """
    pairs = (part.split("=", 1) for part in key.split(";"))
    return {column.strip(): value.strip() for column, value in pairs}


def apply_corrections(frame: pd.DataFrame, table: str, coding: Path) -> pd.DataFrame:
    """Return a copy of a table of text with its corrections applied; `was` empty means that the cell was empty.

    A correction without a row, or whose old value is no longer there, is an error.
    """
    corrected, corrections = frame.copy(), read_corrections(coding)
    for number, row in corrections[corrections["table"] == table].iterrows():
        chosen = pd.Series(True, index=frame.index)
        for column, value in parse_key(str(row["key"])).items():
            chosen &= frame[column] == value
        values = sorted(set(corrected.loc[chosen, row["column"]].fillna("")))
        if values != [row["was"]]:
            expected = f"{row['was']!r} in {row['column']}"
            found = " and ".join(map(repr, values)) if values else f"no row with {row['key']}"
            hint = "the release has changed: check it, then change or delete the correction"
            raise DataError("data/coding/corrections.csv", expected, found, row=int(str(number)) + 2, hint=hint)
        corrected.loc[chosen, row["column"]] = row["becomes"]
    return corrected


def tidy_cautions(coding: Path) -> pd.DataFrame:
    """Make the table `cautions`: the reasons of corrections that remove a figure, and cautions on published ones."""
    corrections = read_corrections(coding)
    removed = corrections[corrections["table"].isin(TOPICS) & (corrections["column"] == "status")]
    blank = dict.fromkeys(["la_code", "time_period", "measure"], "")
    keys = pd.DataFrame([blank | parse_key(key) for key in removed["key"]], index=removed.index, columns=list(blank))
    named = {"correction_id": "caution_id", "becomes": "status", "reason": "caution"}
    reasons = removed.rename(columns=named).join(keys).assign(geographic_level="local_authority", kind="figure")
    published = read_csv(coding / "cautions.csv", CAUTION_COLUMNS, ["caution_id"]).assign(status="published")
    columns = [*CAUTION_COLUMNS[:6], "status", *CAUTION_COLUMNS[6:]]
    return pd.concat([reasons[columns], published[columns]], ignore_index=True)


def tidy_headlines(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `headlines`: every published headline with its recipe, or the reason why there is none."""
    headlines = read_csv(raw / "headlines.csv", HEADLINE_COLUMNS, ["headline_id"])
    recipes = read_csv(coding / "headline_recipes.csv", RECIPE_COLUMNS, ["headline_id"])
    odd = sorted(set(headlines["headline_id"]) ^ set(recipes["headline_id"]))
    odd += recipes.loc[(recipes["recipe"] == "") & (recipes["reason"] == ""), "headline_id"].tolist()
    if odd:
        expected = "for each row of data/raw/headlines.csv a recipe, or the reason why there is none"
        raise DataError("data/coding/headline_recipes.csv", expected, ", ".join(odd), hint="correct the row")
    return headlines.merge(recipes, on="headline_id", validate="one_to_one")


def tidy_replications(coding: Path) -> pd.DataFrame:
    """Make the table `replications`: every published claim with the key that recomputes it, or why there is none."""
    claims = read_csv(coding / "replications.csv", CLAIM_COLUMNS, ["replication_id"])
    odd = claims.loc[(claims["verdict"] != "matches") & (claims["reason"] == ""), "replication_id"].tolist()
    odd += claims.loc[(claims["key"] == "") != (claims["verdict"] == "not_reproduced"), "replication_id"].tolist()
    if odd:
        expected = "a key for each claim that is recomputed, and a reason for each that does not match"
        raise DataError("data/coding/replications.csv", expected, ", ".join(odd), hint="correct the row")
    return claims


def list_reviewed(project: Project) -> dict[str, Path]:
    """List the files that people write, by name: decisions, and registers that no release fills."""
    written = [path for folder in (project.coding, project.raw) for path in folder.glob("*.csv")]
    kept = sorted(path for path in written if path.name not in (REVIEWED, "imported.csv"))
    return {path.relative_to(project.root).as_posix(): path for path in kept}


def list_unreviewed(project: Project) -> list[DataError]:
    """List the rows that people wrote, or changed, since the decisions were last reviewed."""
    path, files = project.coding / REVIEWED, list_reviewed(project)
    reviewed = read_csv(path, REVIEW_COLUMNS, ["file"]).to_dict("records") if path.is_file() else []
    held = {str(row["file"]): row for row in reviewed}
    findings = [error for name, file in files.items() for error in compare_review(name, file, held.get(name))]
    gone = [DataError(name, "a file that was reviewed", "none", hint=ACCEPT) for name in held if name not in files]
    return findings + gone


def compare_review(name: str, file: Path, held: dict[Hashable, str] | None) -> Iterator[DataError]:
    """Compare a file's rows with those reviewed; a row is known by the first digits of its checksum."""
    digests = held["digests"] if held else ""
    before = Counter(digests[place : place + DIGITS] for place in range(0, len(digests), DIGITS))
    changed = []
    for number, line in enumerate(read_text(file).splitlines(), start=1):
        digest = sum_row(line)
        changed += [] if before[digest] else [(number, line)]
        before[digest] -= 1
    removed = sum(count for count in before.values() if count > 0)
    for row, line in changed[:LISTED]:
        yield DataError(name, "a row as reviewed", line, row=row, hint=ACCEPT)
    if len(changed) > LISTED:
        yield DataError(name, "rows as reviewed", f"{len(changed) - LISTED} more that are not", hint=ACCEPT)
    if removed > len(changed):
        yield DataError(name, "every row that was reviewed", f"{removed - len(changed)} fewer", hint=ACCEPT)
    if held and not changed and not removed and held["sha256"] != sum_file(file):
        yield DataError(name, "the rows in the order reviewed", "another order", hint=ACCEPT)


@lock_data
def record_review(project: Project) -> list[str]:
    """Record the decisions and registers as reviewed; return what had changed, a line each."""
    findings = list_unreviewed(project)
    rows = [
        (name, sum_file(file), "".join(map(sum_row, read_text(file).splitlines())))
        for name, file in list_reviewed(project).items()
    ]
    write_csv(pd.DataFrame(rows, columns=REVIEW_COLUMNS), project.coding / REVIEWED)
    return [f"reviewed: {error.file}" + f", row {error.row}" * (error.row is not None) for error in findings]


def sum_file(file: Path) -> str:
    """Return the checksum of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def sum_row(line: str) -> str:
    """Return the first digits of the checksum of a row: enough to tell which of a file's rows is not as it was."""
    return hashlib.sha256(line.encode()).hexdigest()[:DIGITS]
