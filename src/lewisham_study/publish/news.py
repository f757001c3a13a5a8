"""What changed between two versions of the tables: inspections, figures, decisions, conclusions and code."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lewisham_study.analysis.models.headlines import compute_headline, round_like
from lewisham_study.analysis.models.replication import RECIPES
from lewisham_study.errors import StudyError, UsageError
from lewisham_study.files import PACKAGE, escape_markdown, read_package, read_table
from lewisham_study.paths import Project, shorten
from lewisham_study.tidy.package import render_grid
from lewisham_study.tidy.tables import Tables
from lewisham_study.vocabulary import FRAMEWORK_NAMES, GRADE_NAMES

ASKED = ("headlines", "replications")
"""Tables of published claims: both versions are asked about those held now."""
LISTED = 20
"""Revised figures that are listed one by one."""
PLACE = {"la_name", "time_period", "measure"}
"""The columns that only tables of official figures have together."""
UNCOMPUTED = "cannot be computed"
UNABLE = (LookupError, ValueError, TypeError, ArithmeticError, AttributeError, StudyError)
"""What a computation raises that needs a table, a column or a row that a version does not have."""


@dataclass(frozen=True)
class Difference:
    """One table in two versions: rows that only one has, and cells of the others that differ (`was`, `becomes`)."""

    added: pd.DataFrame
    removed: pd.DataFrame
    changed: pd.DataFrame
    columns: list[str]
    """Columns that only one version has."""

    def count(self, column: str = "") -> list[int]:
        """Count the rows added and removed, and the cells changed, of one column or of all."""
        changed = self.changed[self.changed["column"] == column] if column else self.changed
        return [len(self.added), len(self.removed), len(changed)]


class Asked(Tables):
    """The tables of one version, with the published claims held now."""

    def __init__(self, processed: Path, asking: Tables) -> None:
        super().__init__(processed)
        self.asking = asking

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a table."""
        return self.asking[name] if name in ASKED else super().__getitem__(name)


@contextmanager
def open_version(named: str, project: Project) -> Iterator[Path]:
    """Find the tables of a version: a folder that has them, or a commit or tag of the study's repository."""
    folders = [Path(named), Path(named) / "data" / "processed"]
    found = next((folder for folder in folders if (folder / PACKAGE).is_file()), None)
    if found:
        yield found
        return
    command = ["git", "-C", str(project.root), "archive", "--format=tar", "--end-of-options"]
    done = subprocess.run([*command, f"{named}^{{commit}}", "data/processed"], capture_output=True, check=False)
    if done.returncode:
        raise UsageError(f"{named!r} is no folder with {PACKAGE}, and no commit or tag of {shorten(project.root)}")
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as packed:
            packed.extractall(scratch, filter="data")
        yield Path(scratch) / "data" / "processed"


def compare_tables(old: Path, new: Path, name: str) -> Difference:
    """Compare one table of two versions by its key, cell by cell as written; see `Difference`."""
    key = read_package(new)[name]["schema"]["primaryKey"]
    before, after = (read_cells(folder, name) for folder in (old, new))
    shared = [column for column in after if column in before]
    key = [column for column in key if column in shared]
    before, after = (frame.set_index(key) for frame in (before, after))
    both = after.index[after.index.isin(before.index)]
    cells = [column for column in shared if column not in key]
    pairs = pd.concat(
        [before.loc[both, cells].stack(), after.loc[both, cells].stack()], axis=1, keys=["was", "becomes"]
    )
    moved = pairs[pairs["was"] != pairs["becomes"]].rename_axis([*key, "column"]).reset_index()
    return Difference(
        after[~after.index.isin(before.index)].reset_index(),
        before[~before.index.isin(after.index)].reset_index(),
        moved,
        sorted({*map(str, after.reset_index())} ^ {*map(str, before.reset_index())}),
    )


def read_cells(processed: Path, name: str) -> pd.DataFrame:
    """Read a table's cells as written."""
    data, _ = read_table(processed, name)
    return pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)


def describe_changes(old: Path, new: Path, asking: Tables, title: str, made_by: str, code: str = "") -> str:
    """Describe as Markdown what changed between two folders of tables, asked about the same published claims."""
    packages = [read_package(folder) for folder in (old, new)]
    shared = [name for name in packages[1] if name in packages[0]]
    found = {name: compare_tables(old, new, name) for name in shared}
    names = {name: {field["name"] for field in packages[1][name]["schema"]["fields"]} for name in shared}
    parts = [
        f"# {escape_markdown(title)}\n",
        f"Made by `{made_by}` from the tables of both versions. Missing is never zero: a cell that was "
        "empty, or is now, is a change too.\n",
        list_inspections(found["inspections"], new),
        list_figures({name: found[name] for name in shared if names[name] >= PLACE}),
        compare_conclusions(Asked(old, asking), Asked(new, asking)),
        count_rows(found, [name for name in packages[1] if name not in packages[0]]),
        code,
    ]
    return "\n".join(part for part in parts if part)


def list_inspections(found: Difference, new: Path) -> str:
    """List the inspections with grades that only the new version has, and count the visits."""
    added = found.added
    graded = added[added["graded"] == "true"].sort_values(["published_date", "la_name"], kind="stable")
    judged = read_cells(new, "judgements").set_index(["inspection_id", "strand"])["grade"]
    rows = pd.DataFrame(
        {
            "Authority": graded["la_name"],
            "Framework": graded["framework"].map(FRAMEWORK_NAMES),
            "Inspected": graded["start_date"],
            "Published": graded["published_date"],
            **{
                title: [GRADE_NAMES.get(judged.get((one, strand), ""), "–") for one in graded["inspection_id"]]
                for title, strand in (("Overall", "overall"), ("Leaders", "leadership"))
            },
        }
    )
    head = f"## New inspections\n\n{len(graded)} with grades, {len(added) - len(graded)} visits and joint inspections"
    head += f"; {len(found.removed)} no longer held under the same identifier.\n"
    return f"{head}\n{render_grid(rows)}" if len(rows) else head


def list_figures(found: dict[str, Difference]) -> str:
    """Count the figures added, removed and revised by table, and list the first revised values."""
    counts = [[f"`{name}`", *one.count("value")] for name, one in found.items() if any(one.count("value"))]
    if not counts:
        return "## Figures\n\nNo figure was added, removed or revised.\n"
    shown = pd.concat([one.changed.assign(table=name) for name, one in found.items()], ignore_index=True)
    shown = shown[shown["column"] == "value"]
    columns = ["table", *[c for c in ("new_la_code", "time_period", "measure", "series") if c in shown]]
    listed = shown[[*columns, "was", "becomes"]].head(LISTED).replace("", "none")
    more = f"and {len(shown) - LISTED} more\n" if len(shown) > LISTED else ""
    text = f"## Figures\n\n{render_grid(pd.DataFrame(counts, columns=['Table', 'Added', 'Removed', 'Revised']))}"
    return f"{text}\nRevised:\n\n{render_grid(listed)}{more}" if len(listed) else text


def compare_conclusions(old: Tables, new: Tables) -> str:
    """Compute each published headline and claim from both versions, by the code of today; list those that moved."""
    sides = [compute_conclusions(old), compute_conclusions(new)]
    keys = [key for key in sides[1] if sides[0].get(key) != sides[1][key]]
    lost = sum(sides[0].get(key) == UNCOMPUTED for key in keys)
    head = f"## Conclusions\n\nOf {len(sides[1])} published headlines and claims, computed again from both versions by "
    head += f"the same code, {len(keys) - lost} gave another number"
    head += f", and {lost} can be computed only now" if lost else ""
    rows = [[f"`{key}`", escape_markdown(sides[0][key]), escape_markdown(sides[1][key])] for key in keys]
    table = pd.DataFrame(rows, columns=["Claim", "Before", "Now"])
    return f"{head}.\n\n{render_grid(table)}" if rows else f"{head}.\n"


def compute_conclusions(tables: Tables) -> dict[str, str]:
    """Compute every published headline and claim, by its id."""
    headlines = tables["headlines"].dropna(subset="recipe")
    claims = tables["replications"].dropna(subset="key")
    found = dict.fromkeys([*headlines["headline_id"], *claims["replication_id"]], UNCOMPUTED)
    for row in headlines.to_dict("records"):
        with suppress(*UNABLE):
            found[row["headline_id"]] = str(round_like(compute_headline(row, tables), row["value"]))
    for row in claims.to_dict("records"):
        with suppress(*UNABLE):
            found[row["replication_id"]] = str(RECIPES[row["key"]](tables))
    return found


def count_rows(found: dict[str, Difference], unknown: list[str]) -> str:
    """Count the rows of every table that were added, removed or changed, and name new columns and tables."""
    heads = ["Table", "Rows added", "Removed", "Cells changed", "Columns in one version only"]
    rows = [
        [f"`{name}`", *one.count(), ", ".join(f"`{column}`" for column in one.columns)]
        for name, one in found.items()
        if any(one.count()) or one.columns
    ]
    grid = render_grid(pd.DataFrame(rows, columns=heads)) if rows else "No row was added, removed or changed.\n"
    new = f"\nNew tables: {', '.join(f'`{name}`' for name in unknown)}.\n" if unknown else ""
    return f"## Tables\n\n{grid}{new}"


def describe_code(project: Project, old: str, new: str) -> str:
    """Describe how the code changed between two commits, by package; nothing if they are not commits."""
    command = ["git", "-C", str(project.root), "diff", "--numstat", "--end-of-options", old, new]
    done = subprocess.run([*command, "--", "src/lewisham_study"], capture_output=True, text=True, check=False)
    if done.returncode:
        return ""
    lines = [line.split("\t") for line in done.stdout.splitlines() if not line.startswith("-")]
    if not lines:
        return "## Code\n\nNo module changed.\n"
    frame = pd.DataFrame(lines, columns=["added", "removed", "file"]).astype({"added": int, "removed": int})
    package = frame["file"].str.split("/").str[2].str.replace(r"\.pyi?$", "", regex=True)
    counts = frame.groupby(package.rename("Package")).agg(
        **{"Files": ("file", "size"), "Lines added": ("added", "sum"), "Lines removed": ("removed", "sum")}
    )
    return f"## Code\n\n{render_grid(counts.reset_index())}"
