"""Measure time and memory of a build and of the import of every release, each in its own process.

Run from the project: `.venv/bin/python benchmarks/data.py [FOLDER OF THE OFFICIAL FILES]`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MEASURE = """
import resource, sys, time
from pathlib import Path
start = time.perf_counter()
{task}
usage = resource.getrusage(resource.RUSAGE_SELF)
wall, cpu = time.perf_counter() - start, usage.ru_utime + usage.ru_stime
print(f"{{wall:.1f}} s, {{cpu:.1f}} CPU s, {{usage.ru_maxrss / 1024:.0f}} MB")
"""
BUILD = """
from lewisham_study.paths import find_project
from lewisham_study.tidy.build import build
build(find_project())
"""
IMPORT = """
import shutil, tempfile
from lewisham_study.files import read_csv
from lewisham_study.paths import Project, find_project
from lewisham_study.raw.imports import import_release
from lewisham_study.raw.sources import read_releases, read_sources
project = find_project()
with tempfile.TemporaryDirectory() as folder:
    copy = Project(Path(folder))
    shutil.copytree(project.coding, copy.coding)
    copy.raw.mkdir()
    shutil.copy(project.raw / "sources.csv", copy.raw)
    files = read_sources(project.raw).set_index("source_id")["file"]
    for source_id in read_releases(project.coding)["source_id"]:
        import_release(copy, source_id, Path(sys.argv[1]) / files[source_id])
"""


def measure(name: str, task: str, *arguments: str) -> None:
    """Run a task in a new process and print its time and memory."""
    command = [sys.executable, "-c", MEASURE.format(task=task), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    print(f"{name}: {done.stdout.strip()}")


if __name__ == "__main__":
    measure("build", BUILD)
    official = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/official")
    if official.is_dir():
        measure("import of every release", IMPORT, str(official))
    else:
        print(f"import of every release: not measured, there is no {official}")
