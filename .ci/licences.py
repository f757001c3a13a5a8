"""Write LICENSES/packages.csv: each locked package, its version, its licence, and which list installs it.

    .venv/bin/python .ci/licences.py        # also a step of `make lock`

Licences are those that packages state in their metadata. Packages that this machine does not install (they are for
other systems) keep the licence that the file has for them.
"""

from __future__ import annotations

import csv
import importlib.metadata
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "LICENSES" / "packages.csv"
COLUMNS = ("package", "version", "licence", "installed_by")
UNSTATED = {"cffconvert": "Apache-2.0", "isoduration": "ISC", "jsonschema": "MIT", "ptyprocess": "ISC"}
"""What the licence file of a package says whose metadata do not."""
LONG = 60
"""Characters above which a licence's field holds its text, not its name."""


def read_lock(path: Path) -> dict[str, str]:
    """Read the names and versions of a list; of several versions of a package, the last."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(found.groups() for line in lines if (found := re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)", line)))


def name_licence(metadata: importlib.metadata.PackageMetadata) -> str:
    """Name the licence: the expression, else the classifiers, else the field."""
    if stated := metadata.get("License-Expression"):
        return stated
    classifiers = [one.split(" :: ")[-1] for one in metadata.get_all("Classifier", []) if one.startswith("License ::")]
    field = (metadata.get("License") or "").strip()
    short = field if field and len(field) <= LONG and "\n" not in field else ""
    named = [one for one in classifiers if one != "OSI Approved"]
    name = short or "; ".join(named) or (field.splitlines() or [""])[0][:LONG]
    return "" if name in ("UNKNOWN", "licence") else name


def read_licences(folders: list[str]) -> dict[str, str]:
    """Read the licences of the packages that are installed in folders."""
    found = importlib.metadata.distributions(path=folders)
    return {re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower(): name_licence(one.metadata) for one in found}


def write_list(folders: list[str]) -> None:
    """Write the list from the lock, the lists of tools, and what is installed."""
    with LIST.open(encoding="utf-8", newline="") as old:
        kept = {row["package"]: row["licence"] for row in csv.DictReader(old)}
    read = {name: licence for name, licence in read_licences(folders).items() if licence}
    licences = UNSTATED | {name: licence for name, licence in kept.items() if licence} | read
    rows: dict[tuple[str, str], list[str]] = {}
    for path in [ROOT / "requirements.lock", *sorted((ROOT / ".ci" / "tools").glob("*.txt"))]:
        for package, version in read_lock(path).items():
            rows.setdefault((package, version), []).append(path.stem)
    with LIST.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for (package, version), lists in sorted(rows.items()):
            writer.writerow([package, version, licences.get(package, ""), " ".join(lists)])
    unknown = sorted({package for package, _ in rows if not licences.get(package)})
    print(f"{len(rows)} packages; licence not found here: {', '.join(unknown) or 'none'}")


if __name__ == "__main__":
    write_list(sys.argv[1:] or sys.path)
