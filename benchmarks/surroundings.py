"""Build the tables and make whole reports in other environments: every byte must be the same.

    python benchmarks/surroundings.py Lewisham 420 928

Prints a line for each comparison and exits with 1 if one differs. Takes about 40 CPU seconds an authority.
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


def run(folder: Path, environment: dict[str, str], home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the study, as another user where the system allows it."""
    folder.mkdir(exist_ok=True)
    user = environment.get("user")
    prefix = ["unshare", "--user", f"--map-user={user}"] if user and shutil.which("unshare") else []
    own = {"HOME": str(folder), "TMPDIR": str(folder), HOME_VARIABLE: str(home)}
    command = [*prefix, sys.executable, "-m", "lewisham_study", *words]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **environment, **own}, capture_output=True, text=True, check=False
    )


def hash_tables(home: Path) -> dict[str, str]:
    """Return the checksum of each processed table."""
    paths = sorted((home / "data" / "processed").iterdir())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def compare_builds(scratch: Path) -> bool:
    """Build the tables from scratch in each of the other environments."""
    same = True
    for number, environment in enumerate(OTHERS):
        home = scratch / f"study {number}"
        for part in ("data/raw", "data/coding"):
            shutil.copytree(STUDY.root / part, home / part)
        (home / "reports").mkdir()
        done = run(scratch / f"build {number}", environment, home, "build")
        equal = done.returncode == 0 and hash_tables(home) == hash_tables(STUDY.root)
        print(f"data/processed, {environment}: {'the same bytes' if equal else 'DIFFERS ' + done.stderr}", flush=True)
        same &= equal
    return same


def main(authorities: list[str]) -> int:
    """Compare and print the results."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        same = compare_builds(scratch)
        chosen = [word for each in authorities for word in ("--authority", each)]
        formats = ("--format", "html,pdf,ipynb,xlsx", "--out", str(scratch / "out"), "--quiet", "--workers", "2")
        done = run(scratch / "first", FIRST, STUDY.root, "report", *chosen, *formats)
        if done.returncode:
            print(done.stderr)
            return 1
        folders = sorted(str(path.parent) for path in (scratch / "out").glob("*/manifest.json"))
        for number, environment in enumerate(OTHERS):
            workers = ("--workers", environment["workers"], "--quiet")
            done = run(scratch / f"run {number}", environment, STUDY.root, "verify", *folders, *workers)
            print(f"reports, {environment}:\n{done.stdout.replace(str(scratch), '')}{done.stderr}", flush=True)
            same &= done.returncode == 0
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["Lewisham"]))
