"""Change one value of the data at random, many times, and count the changes that `build` and `check` do not notice.

    python benchmarks/mutate_data.py --each 100 --seed 20261130 --rows changes.csv

Each change is to one cell of one file of data/raw, data/coding or data/processed, in a copy of them: a digit, a day, a
letter, or another value of the same column. Then what `build` and `check` do is done in the order in which they do it,
until one of them refuses. A change that neither refuses is built and checked in full before it counts as unnoticed.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import re
import shutil
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from lewisham_study.errors import StudyError
from lewisham_study.paths import Project, find_project
from lewisham_study.raw.anchors import find_changes, find_damaged_copies
from lewisham_study.tidy.build import build, make_tables, render_files
from lewisham_study.tidy.checks import check_project, check_rebuild
from lewisham_study.tidy.coding import list_unreviewed
from lewisham_study.tidy.schemas import read_tables

FOLDERS = ("raw", "coding", "processed")
BY = {
    "anchor": "check, and build for figures: not as imported",
    "copy": "check: the copy of what was imported is damaged",
    "review": "check: a decision or register that was not reviewed",
    "rebuild": "check and every command that reads the table: not as built",
    "full": "build or check, of another kind",
    "": "not noticed",
}


@dataclass(frozen=True)
class Change:
    """One changed value: where, what it was and became, and what noticed it first."""

    folder: str
    file: str
    row: int
    column: str
    was: str
    becomes: str
    noticed: str = ""


def change_value(value: str, others: list[str], chance: random.Random) -> str:
    """Change a value as a slip would: a digit, a letter, or another value of the column."""
    different = sorted({other for other in others if other != value})
    if different and chance.random() < 0.3:
        return chance.choice(different)
    places = [place for place, character in enumerate(value) if character.isalnum()]
    if not places:
        return "7" if not value else f"{value}7"
    place = chance.choice(places)
    pool = "0123456789" if value[place].isdigit() else "abcdefghijklmnopqrstuvwxyz"
    return value[:place] + chance.choice([one for one in pool if one != value[place].lower()]) + value[place + 1 :]


def change_csv(path: Path, chance: random.Random) -> tuple[int, str, str, str]:
    """Change one cell of a CSV file, and nothing else of it; return its row and column, and both values."""
    lines = path.read_text(encoding="utf-8").split("\n")
    header = next(csv.reader([lines[0]]))
    while True:
        row, place = chance.randrange(1, len(lines) - 1), chance.randrange(len(header))
        cells = next(csv.reader([lines[row]]), [])
        if len(cells) == len(header):
            break
    some = [next(csv.reader([line]), []) for line in chance.sample(lines[1:-1], min(50, len(lines) - 2))]
    becomes = change_value(cells[place], [one[place] for one in some if len(one) == len(header)], chance)
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([*cells[:place], becomes, *cells[place + 1 :]])
    lines[row] = text.getvalue()
    path.write_text("\n".join(lines), encoding="utf-8")
    return row + 1, header[place], cells[place], becomes


def change_json(path: Path, chance: random.Random) -> tuple[int, str, str, str]:
    """Change one character of a value in a JSON file."""
    lines = path.read_text(encoding="utf-8").split("\n")
    row = chance.choice([number for number, line in enumerate(lines) if re.search(r'": (?:"[^"]|\d)', line)])
    head, _, value = lines[row].partition('": ')
    becomes = change_value(value, [], chance)
    lines[row] = f'{head}": {becomes}'
    path.write_text("\n".join(lines), encoding="utf-8")
    return row + 1, head.strip(' "'), value, becomes


def change_bytes(path: Path, chance: random.Random) -> tuple[int, str, str, str]:
    """Change one byte of a compressed file."""
    data = bytearray(path.read_bytes())
    place = chance.randrange(len(data))
    was, data[place] = data[place], (data[place] + chance.randrange(1, 256)) % 256
    path.write_bytes(data)
    return 0, f"byte {place}", str(was), str(data[place])


CHANGERS = {".csv": change_csv, ".json": change_json, ".xz": change_bytes}


def find_notice(copy: Project, path: Path, texts: dict[Path, str]) -> str:
    """Return what notices a change of a file first, of what `build` and `check` look at.

    What does not read the file is left out, because it cannot notice.
    """
    raw, processed = path.is_relative_to(copy.raw), path.is_relative_to(copy.processed)
    topics = [path.stem] if raw and path.parent.name in ("figures", "copies") else None
    try:
        if raw and any(find_changes(copy.raw, topics)):
            return "anchor"
        if raw and any(find_damaged_copies(copy.raw, topics)):
            return "copy"
        if not processed and list_unreviewed(copy):
            return "review"
        if processed and any(check_rebuild(texts)):
            return "rebuild"
        if not processed:
            build(copy)
        return "full" if check_project(copy).findings else ""
    except StudyError:
        return "full"


def main() -> None:
    """Change, look, restore, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--each", type=int, default=100, help="changes in each of the three folders")
    parser.add_argument("--seed", type=int, default=20261130)
    parser.add_argument("--rows", type=Path, help="a CSV file to write every change to")
    asked = parser.parse_args()
    chance, project = random.Random(asked.seed), find_project()
    print(f"seed {asked.seed}")
    with tempfile.TemporaryDirectory() as folder:
        copy = Project(Path(folder))
        for name in ("data", "reports", "docs"):
            (copy.root / name).mkdir()
        for name in FOLDERS:
            shutil.copytree(project.root / "data" / name, copy.root / "data" / name)
        shutil.copy(project.reports / "references.json", copy.reports)
        shutil.copy(project.root / "docs" / "data-dictionary.md", copy.root / "docs")
        texts = render_files(make_tables(copy), read_tables(copy.coding), copy)
        changes = [try_change(copy, name, texts, chance) for name in FOLDERS for _ in range(asked.each)]
    print()
    for name in FOLDERS:
        counts = Counter(change.noticed for change in changes if change.folder == name)
        print(f"data/{name}: {asked.each} changes")
        for by, count in counts.most_common():
            print(f"  {count:4} {BY[by]}")
    for change in changes:
        if not change.noticed:
            print(f"not noticed: {change}")
    if asked.rows:
        with asked.rows.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(asdict(changes[0])), lineterminator="\n")
            writer.writeheader()
            writer.writerows(asdict(change) for change in changes)


def try_change(copy: Project, folder: str, texts: dict[Path, str], chance: random.Random) -> Change:
    """Change one value in a folder, see what notices it, and restore the file."""
    files = sorted(path for path in (copy.root / "data" / folder).rglob("*") if path.suffix in CHANGERS)
    path = chance.choice(files)
    before = path.read_bytes()
    row, column, was, becomes = CHANGERS[path.suffix](path, chance)
    noticed = find_notice(copy, path, texts)
    path.write_bytes(before)
    if noticed in ("full", "") and folder != "processed":
        build(copy)
    print(".", end="", flush=True)
    return Change(folder, path.relative_to(copy.root).as_posix(), row, column, was, becomes, noticed)


if __name__ == "__main__":
    main()
