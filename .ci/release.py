"""Prepare a release: write the versions, make everything again, check it, and say what a person has still to do.

`make release VERSION=1.0.0 DATA=2026.1.0` changes this checkout and publishes nothing. With DRY=1 it does the same in a
new clone of the last commit, and leaves this checkout as it is.
"""

from __future__ import annotations

import argparse
import datetime
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NUMBERS = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
PLACES = {
    "src/lewisham_study/__init__.py": [(r'^__version__ = ".*"', '__version__ = "{version}"')],
    "CITATION.cff": [(r"^version: .*", "version: {version}"), (r"^(date-released: .*\n)?(?=authors:)", "{released}")],
    ".zenodo.json": [(r'"version": ".*?"', '"version": "{version}"')],
    "README.md": [(r"^Version [\d.]+ ·", "Version {version} ·")],
    "docs/how-to/install.md": [(r"lewisham_study-[\d.]+-py3", "lewisham_study-{version}-py3")],
    "CHANGES.md": [(r"^## Unreleased\n(\nNothing (has been released )?yet.*\n)?", "{heading}")],
}
"""Where the version stands: the pattern to replace, and what by."""
DATA_PLACE = (r'^__data_version__ = ".*"', '__data_version__ = "{data}"')
STEPS = ("data", "notebooks", "hashes", "lint", "check", "test-all", "dist", "site")
"""Targets of the Makefile, in order."""
LEFT = """
{version} is prepared. What a person has still to do:

 1. Read `git diff`: versions, CHANGES.md, tables, notebooks, reports/lewisham.sha256.
 2. Commit it as "Release {version}"; sign the tag, git tag -s v{version} -m "Data {data}", and push both.
 3. Approve the environment `release` of the workflow, which builds again, attests, and leaves two drafts.
 4. Compare dist/SHA256SUMS with the sums of the draft release, and publish the release.
 5. Read the draft deposit and publish it; its DOI is new: write it into CITATION.cff and README.md.
 6. Upload site/ to the host of the site.
"""


def main() -> None:
    """Prepare a release, in this checkout or in a clone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version", help="of the code, by semantic versioning, such as 1.0.0")
    parser.add_argument("data", help="of the data: year, number in the year, correction, such as 2026.1.0")
    parser.add_argument("--dry", action="store_true", help="do it in a new clone")
    parser.add_argument("--steps", nargs="+", default=STEPS, help="targets of the Makefile")
    given = parser.parse_args()
    check_numbers(given.version, given.data, read_versions(ROOT))
    refuse_unknown(given.steps)
    if given.dry:
        folder = Path(tempfile.mkdtemp(prefix="release-"))
        run("git", "clone", "--quiet", str(ROOT), str(folder), folder=ROOT)
        print(f"dry run in {folder}", flush=True)
    else:
        folder = ROOT
        refuse_changes(folder)
    write_versions(folder, given.version, given.data, datetime.date.today())
    prepare(folder, given.steps)
    if given.dry:
        print(f"dry run of {', '.join(given.steps)}: see `git -C {folder} diff`, then delete the folder")
    else:
        print(LEFT.format(version=given.version, data=given.data))


def read_versions(root: Path) -> tuple[str, str]:
    """Read the versions of code and data as they are."""
    text = (root / "src" / "lewisham_study" / "__init__.py").read_text("utf-8")
    code, data = (
        re.search(rf'^{name} = "(.*)"', text, re.MULTILINE)[1] for name in ("__version__", "__data_version__")
    )
    return code, data


def check_numbers(version: str, data: str, held: tuple[str, str]) -> None:
    """Refuse a version that is not three numbers, or is below that held; the data may keep theirs."""
    for name, given, before in (("VERSION", version, held[0]), ("DATA", data, held[1])):
        if not NUMBERS.fullmatch(given):
            sys.exit(f"{name}: expected three numbers such as 1.0.0, found {given!r}")
        order = [tuple(map(int, one.split("."))) for one in (given, before)]
        if order[0] < order[1] or (name == "VERSION" and order[0] == order[1]):
            sys.exit(f"{name}: expected more than {before}, found {given}")


def refuse_unknown(steps: Sequence[str]) -> None:
    """Refuse a step that is none."""
    unknown = [step for step in steps if step not in STEPS]
    if unknown:
        sys.exit(f"STEPS: expected some of {', '.join(STEPS)}, found {', '.join(unknown)}")


def refuse_changes(folder: Path) -> None:
    """Refuse a checkout with changes that are not committed."""
    command = ["git", "status", "--porcelain"]
    changed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    if changed.stdout:
        sys.exit(f"expected a checkout without changes, found:\n{changed.stdout}")


def write_versions(root: Path, version: str, data: str, day: datetime.date) -> None:
    """Write both versions and the day everywhere they stand; a place that is gone is an error."""
    heading = f"## Unreleased\n\nNothing yet.\n\n## {version}\n\nReleased {day}, with data version {data}.\n"
    words = {"version": version, "data": data, "heading": heading, "released": f"date-released: {day}\n"}
    for name, changes in PLACES.items():
        path = root / name
        text = path.read_text("utf-8")
        for pattern, becomes in [*changes, *([DATA_PLACE] if name.endswith("__init__.py") else [])]:
            written = becomes.format(**words)
            # A line has one version; within lines it may stand several times.
            most = 1 if pattern.startswith("^") else 0
            text, count = re.subn(pattern, lambda _, new=written: new, text, count=most, flags=re.MULTILINE)
            if not count:
                sys.exit(f"{name}: expected {pattern!r}, found none; correct PLACES in .ci/release.py")
        path.write_text(text, "utf-8")


def prepare(folder: Path, steps: list[str]) -> None:
    """Make every step; the first that fails ends the run."""
    for step in steps:
        began = time.monotonic()
        run("make", step, folder=folder)
        print(f"{step}: {time.monotonic() - began:.0f} s", flush=True)


def run(*command: str, folder: Path) -> None:
    """Run a command; a failure ends the run with its name."""
    if subprocess.run(command, cwd=folder, check=False).returncode:
        sys.exit(f"failed: {' '.join(command)} in {folder}")


if __name__ == "__main__":
    main()
