"""Anchor what was imported: a figure or fact that was changed by hand since is refused, with what it was.

`imported.csv` holds, for each release and document, the checksum of the published file and one of the rows read from
it. `copies/` holds those rows compressed; they are opened only to name the cell that differs.
"""

from __future__ import annotations

import csv
import hashlib
import lzma
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv, read_text, write_bytes, write_csv
from lewisham_study.paths import shorten
from lewisham_study.raw.facts import FACT_COLUMNS
from lewisham_study.raw.figures import FIGURE_COLUMNS, FIGURE_KEY, figures_path, name_cell
from lewisham_study.raw.sources import read_sources

ANCHOR_COLUMNS = ["source_id", "topic", "sha256", "rows", "rows_sha256"]
FACTS = "facts"
"""The topic of the rows that were coded from documents; the others are those of `figures`."""
CHANGED = "restore it from git, or import it again; a figure is changed by a row of data/coding/corrections.csv"
RECODED = "restore it from git, or check it in its document: `lewisham-study import facts FOLDERS`"


@dataclass(frozen=True)
class Rows:
    """The rows held of one release or document: their file, the number of each, and their text."""

    file: Path
    numbers: list[int] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def refuse(self, expected: str, found: str, topic: str, number: int | None = None) -> DataError:
        """Return the error for a row, or for the first of all."""
        first = self.numbers[0] if self.numbers else 1
        return refuse_rows(self.file, expected, found, topic, number or first)


def refuse_rows(file: Path, expected: str, found: str, topic: str, row: int | None = None) -> DataError:
    """Return the error for rows of a topic, with how to repair them."""
    return DataError(shorten(file), expected, found, row=row, hint=RECODED if topic == FACTS else CHANGED)


def sum_lines(lines: Sequence[str]) -> str:
    """Return the checksum of some lines."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def list_topics(raw: Path) -> list[str]:
    """List the topics with figures, and the facts if there are any."""
    topics = sorted(path.stem for path in (raw / "figures").glob("*.csv"))
    return [*topics, FACTS] if (raw / FACTS).is_dir() else topics


def read_anchors(raw: Path) -> pd.DataFrame:
    """Read what was imported of each release and document; empty before the first import."""
    path = raw / "imported.csv"
    if not path.is_file():
        return pd.DataFrame(columns=ANCHOR_COLUMNS, dtype=str)
    return read_csv(path, ANCHOR_COLUMNS, ["source_id", "topic"])


def read_rows(raw: Path, topic: str) -> dict[str, Rows]:
    """Read the rows of a topic, as text, by the release or document that they are of."""
    held: dict[str, Rows] = {}
    paths = sorted((raw / FACTS).glob("*.csv")) if topic == FACTS else [figures_path(raw, topic)]
    for path in paths:
        if topic == FACTS:
            held[path.stem] = Rows(path)
        for number, line in enumerate(read_text(path).splitlines()[1:], start=2):
            name = path.stem if topic == FACTS else line[: line.find(",")]
            rows = held.setdefault(name, Rows(path))
            rows.numbers.append(number)
            rows.lines.append(line)
    return held


def copy_path(raw: Path, topic: str) -> Path:
    """Return the path of the compressed copy of a topic's rows."""
    return raw / "copies" / f"{topic}.xz"


def read_copy(raw: Path, topic: str) -> dict[str, list[str]]:
    """Read the copy of a topic's rows by release or document; empty if it is missing or damaged."""
    try:
        text = lzma.decompress(copy_path(raw, topic).read_bytes()).decode()
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError):
        return {}
    kept: dict[str, list[str]] = {}
    for line in text.splitlines():
        source_id, _, row = line.partition("\t")
        kept.setdefault(source_id, []).append(row)
    return kept


def write_anchors(raw: Path, topic: str, source_ids: Collection[str]) -> None:
    """Write to disk what was now imported of some releases or documents of a topic; `import` alone does this."""
    held, anchors = read_rows(raw, topic), read_anchors(raw)
    sha256 = read_sources(raw).set_index("source_id")["sha256"]
    text = "".join(f"{name}\t{line}\n" for name, rows in held.items() for line in rows.lines)
    new = [
        (name, topic, sha256[name], str(len(held[name].lines)), sum_lines(held[name].lines))
        for name in sorted(source_ids)
        if name in held
    ]
    others = anchors[~(anchors["source_id"].isin(list(source_ids)) & (anchors["topic"] == topic))]
    table = pd.concat([others, pd.DataFrame(new, columns=ANCHOR_COLUMNS)])
    if read_copy(raw, topic) != {name: rows.lines for name, rows in held.items()}:
        write_bytes(lzma.compress(text.encode()), copy_path(raw, topic))
    write_csv(table.sort_values(["topic", "source_id"], kind="stable"), raw / "imported.csv")


def are_anchored(raw: Path, topic: str, source_id: str) -> bool:
    """Return whether a release's rows are those that were imported, and their copy too."""
    return not any(find_changes(raw, [topic], only=source_id)) and not any(find_damaged_copies(raw, [topic]))


def refuse_changes(raw: Path) -> None:
    """Refuse figures that are not as they were imported: an error for the first cell.

    Facts are left to `check`: whoever codes a claim without having its document can still build.
    """
    for error in find_changes(raw, [topic for topic in list_topics(raw) if topic != FACTS]):
        raise error


def find_changes(
    raw: Path, topics: Sequence[str] | None = None, *, only: str = "", without: Collection[str] = ()
) -> Iterator[DataError]:
    """Find the figures and facts that are not as they were imported, of all releases, one, or all without some."""
    anchors = read_anchors(raw)
    registered = read_sources(raw).set_index("source_id")["sha256"].to_dict()
    for topic in topics or list_topics(raw):
        held = read_rows(raw, topic)
        imported = anchors[anchors["topic"] == topic].set_index("source_id")
        for name in sorted({*held, *imported.index}):
            if name in without or only not in ("", name):
                continue
            if name not in held:
                path = raw / FACTS / f"{name}.csv" if topic == FACTS else figures_path(raw, topic)
                yield refuse_rows(path, f"the rows of {name}, as imported", "none", topic)
            elif name not in imported.index:
                found = f"{len(held[name].lines)} rows of {name}"
                yield held[name].refuse("rows that `lewisham-study import` wrote", found, topic)
            else:
                anchor, digest = imported.loc[name], registered.get(name, "none")
                if anchor["sha256"] != digest:
                    expected = f"the file that was imported as {name}, with sha256 {anchor['sha256']}"
                    hint = "import the release again"
                    yield DataError("data/raw/sources.csv", expected, f"sha256 {digest}", hint=hint)
                own = sum_lines(held[name].lines)
                if anchor["rows_sha256"] != own or anchor["rows"] != str(len(held[name].lines)):
                    kept = read_copy(raw, topic).get(name, [])
                    if sum_lines(kept) == anchor["rows_sha256"]:
                        yield from name_changes(name, topic, held[name], kept)
                    else:
                        found = f"{len(held[name].lines)} rows with sha256 {own[:12]}…"
                        yield held[name].refuse(f"the rows of {name}, as imported", found, topic)


def find_damaged_copies(raw: Path, topics: Sequence[str] | None = None) -> Iterator[DataError]:
    """Find the copies that do not hold what was imported: without them no message can name a cell that differs."""
    anchors = read_anchors(raw)
    for topic in topics or list_topics(raw):
        kept = read_copy(raw, topic)
        for anchor in anchors[anchors["topic"] == topic].to_dict("records"):
            if sum_lines(kept.get(anchor["source_id"], [])) != anchor["rows_sha256"]:
                expected = f"the rows of {anchor['source_id']}, as imported"
                yield refuse_rows(copy_path(raw, topic), expected, "others", topic)
                break


def name_changes(name: str, topic: str, held: Rows, kept: Sequence[str]) -> Iterator[DataError]:
    """Report each cell that differs from the imported one: release, row and cell, expected and found."""
    columns, key = (FACT_COLUMNS, ["fact_id"]) if topic == FACTS else (FIGURE_COLUMNS, FIGURE_KEY)
    now, then = parse_rows(held.lines, columns, key), dict(parse_rows(kept, columns, key))
    differences: list[tuple[int | None, str, str | None]] = []
    seen = set()
    for number, (place, row) in zip(held.numbers, now, strict=False):
        was = then.get(place)
        if was is None or place in seen:
            expected = f"no {'row' if was is None else 'second row'} for {name} {name_place(row, topic)}, as imported"
            differences.append((number, expected, row.get(columns[-1])))
        for column in columns if was else []:
            if was and row.get(column) != was[column]:
                expected = f"{was[column]!r} in {column}, as imported from {name} {name_place(was, topic)}"
                differences.append((number, expected, row.get(column)))
        seen.add(place)
    for place in [place for place in then if place not in seen]:
        was, cell = then[place], name_place(then[place], topic)
        differences.append((None, f"{was[columns[-1]]!r} in a row for {name} {cell}, as imported", None))
    if not differences:
        differences = [(None, f"the rows of {name} in the order and form of the import", "another")]
    for at, expected, found in differences:
        yield held.refuse(expected, "none" if found is None else repr(found), topic, at)


def parse_rows(
    lines: Sequence[str], columns: Sequence[str], key: Sequence[str]
) -> list[tuple[tuple[str, ...], dict[str, str]]]:
    """Parse lines of CSV into rows, each with its key."""
    rows = [dict(zip(columns, cells, strict=False)) for cells in csv.reader(lines)]
    return [(tuple(row.get(column, "") for column in key), row) for row in rows]


def name_place(row: dict[str, str], topic: str) -> str:
    """Return a row's place for a message: its cell in the release, or its fact."""
    return row.get("fact_id", "") if topic == FACTS else name_cell(pd.Series(row))
