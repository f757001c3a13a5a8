"""Make whole reports, build the tables, then both again under other surroundings: every byte must be the same.

    python benchmarks/surroundings.py Lewisham 420 928

A line for each comparison; exit 1 where one differs. Takes about 40 CPU seconds an authority.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from lewisham_study.paths import HOME_VARIABLE, find_project

STUDY = find_project()
FIRST = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
OTHERS = (
    {"TZ": "Pacific/Auckland", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "1", "workers": "3", "user": "4321"},
    {"TZ": "America/St_Johns", "LC_ALL": "de_DE.ISO-8859-1", "PYTHONHASHSEED": "2", "workers": "1", "user": "0"},
)


def run(folder: Path, surroundings: dict[str, str], home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the study, as another user where the system can make one up."""
    folder.mkdir(exist_ok=True)
    user = surroundings.get("user")
    prefix = ["unshare", "--user", f"--map-user={user}"] if user and shutil.which("unshare") else []
    own = {"HOME": str(folder), "TMPDIR": str(folder), HOME_VARIABLE: str(home)}
    command = [*prefix, sys.executable, "-m", "lewisham_study", *words]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **surroundings, **own}, capture_output=True, text=True, check=False
    )


def hash_tables(home: Path) -> dict[str, str]:
    """Give the checksum of each processed table."""
    paths = sorted((home / "data" / "processed").iterdir())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def compare_builds(scratch: Path) -> bool:
    """Build the tables from nothing under each of the other surroundings."""
    same = True
    for number, surroundings in enumerate(OTHERS):
        home = scratch / f"study {number}"
        for part in ("data/raw", "data/coding"):
            shutil.copytree(STUDY.root / part, home / part)
        (home / "reports").mkdir()
        done = run(scratch / f"build {number}", surroundings, home, "build")
        fits = done.returncode == 0 and hash_tables(home) == hash_tables(STUDY.root)
        print(f"data/processed, {surroundings}: {'the same bytes' if fits else 'DIFFERS ' + done.stderr}", flush=True)
        same &= fits
    return same


def main(authorities: list[str]) -> int:
    """Compare, and tell."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        same = compare_builds(scratch)
        asked = [word for each in authorities for word in ("--authority", each)]
        formats = ("--format", "html,pdf,ipynb,xlsx", "--out", str(scratch / "out"), "--quiet", "--workers", "2")
        done = run(scratch / "first", FIRST, STUDY.root, "report", *asked, *formats)
        if done.returncode:
            print(done.stderr)
            return 1
        folders = sorted(str(path.parent) for path in (scratch / "out").glob("*/manifest.json"))
        for number, surroundings in enumerate(OTHERS):
            workers = ("--workers", surroundings["workers"], "--quiet")
            done = run(scratch / f"run {number}", surroundings, STUDY.root, "verify", *folders, *workers)
            print(f"reports, {surroundings}:\n{done.stdout.replace(str(scratch), '')}{done.stderr}", flush=True)
            same &= done.returncode == 0
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["Lewisham"]))
