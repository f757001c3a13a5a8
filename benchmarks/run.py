"""Compare the methods of making reports: `make bench`, or `python benchmarks/run.py --help`.

The methods run one after another for each cell of the grid, so that other work on the machine affects all alike. CPU
seconds count every process, also those that outlive their parent. A stopped run continues where it stopped: what
results.csv has for this machine and this code is not measured again.
"""

from __future__ import annotations

import argparse
import csv
import ctypes
import datetime
import os
import platform
import resource
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from itertools import product
from pathlib import Path

import psutil
from sides import SIDES, choose_pdf, spread

from lewisham_study import load_table
from lewisham_study.report.batch.manifest import hash_package

RESULTS = Path(__file__).parent / "results.csv"
FIELDS = (
    *("date", "machine", "code", "side", "pdf", "authorities", "workers", "round"),
    *("load", "wall_s", "cpu_s", "peak_mb"),
)
MACHINE = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
HEADLINE = (20, 2)
"""Authorities and workers that are measured first."""
Cell = tuple[int, int, int, str]
OWN_PDF = "pandoc and Typst"
PDFS = {"pdf": "LaTeX", "webpdf": "Chromium", "": "none"}
PR_SET_CHILD_SUBREAPER = 36


def measure_memory() -> float:
    """Return the memory of all child processes in MB; memory that several share is divided among them."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            total += process.memory_full_info().pss / 2**20
    return total


def measure(side: str, workers: int, codes: list[str]) -> dict[str, float]:
    """Run one method; return its elapsed and CPU seconds, its peak memory and the load of the machine."""
    peak, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(1):
            peak[0] = max(peak[0], measure_memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(Path(__file__).with_name("sides.py")), side, str(workers), folder, *codes]
        run = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
    wall = time.monotonic() - begun
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    done.set()
    watcher.join()
    if run.returncode:
        sys.exit(
            f"{side}, {len(codes)} authorities, {workers} workers, stopped with code {run.returncode}:\n{run.stderr}"
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    load = round(os.getloadavg()[1], 1)
    return {"load": load, "wall_s": round(wall, 1), "cpu_s": round(cpu, 1), "peak_mb": round(peak[0])}


def list_cells(counts: list[int], workers: list[int], rounds: int, sides: list[str]) -> list[Cell]:
    """List what to measure: authorities, workers, round and side; the headline first, then the fastest."""
    grid = product(range(1, rounds + 1), counts, workers)
    ordered = sorted(grid, key=lambda cell: (cell[0], cell[1:] != HEADLINE, cell[1] / cell[2]))
    return [(count, width, number, side) for number, count, width in ordered for side in sides]


def read_done(code: str) -> set[Cell]:
    """Read which cells have been measured on this machine with this code."""
    if not RESULTS.is_file():
        return set()
    with RESULTS.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (row["machine"], row["code"]) == (MACHINE, code)]
    return {(int(row["authorities"]), int(row["workers"]), int(row["round"]), row["side"]) for row in rows}


def add_result(row: dict[str, object]) -> None:
    """Add a row to results.csv."""
    new = not RESULTS.is_file()
    with RESULTS.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(row)


def read_arguments(everyone: int) -> argparse.Namespace:
    """Read the command's arguments."""

    def read_counts(text: str) -> list[int]:
        return [everyone if word == "all" else int(word) for word in text.split(",")]

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--authorities", type=read_counts, default="1,5,20", help="how many, as 1,5,20 or all")
    parser.add_argument("--workers", type=read_counts, default="1,2")
    parser.add_argument("--sides", type=lambda text: text.split(","), default=[*SIDES][:-1])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="start nothing later than this")
    return parser.parse_args()


def main() -> None:
    """Measure what has not been measured yet, and add it to results.csv."""
    authorities = load_table("authorities")
    known, current = (part["la_code"].tolist() for part in (authorities, authorities[authorities["valid_to"].isna()]))
    given = read_arguments(len(known))
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    begun, code = time.monotonic(), hash_package()[:8]
    cells = list_cells(given.authorities, given.workers, given.rounds, given.sides)
    left = [cell for cell in cells if cell not in read_done(code)]
    while left and time.monotonic() - begun < 60 * given.minutes:
        count, workers, number, side = left.pop(0)
        codes = known if count == len(known) else list(spread(current, count))
        found = measure(side, workers, codes)
        pdf = PDFS[choose_pdf()] if side in ("plain", "api") else OWN_PDF
        row = {"date": datetime.datetime.now(datetime.UTC).date(), "machine": MACHINE, "code": code, "side": side}
        row |= {"pdf": pdf, "authorities": count, "workers": workers, "round": number}
        add_result(row | found)
        print(f"{side}, {count} authorities, {workers} workers: {found}", flush=True)
    print(f"{len(left)} of {len(cells)} left to measure" if left else "all measured")


if __name__ == "__main__":
    main()
