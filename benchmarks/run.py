"""Measure the ways to make reports side by side: `make bench`, or `python benchmarks/run.py --help`.

Every side runs to its end before the next begins, rounds interleaved, so that what else the machine does
falls on all alike. CPU seconds count every process, also those that outlive their parent.
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
from pathlib import Path

from sides import SIDES, choose_pdf, spread

from lewisham_study.paths import find_project
from lewisham_study.report.authorities import list_authorities

RESULTS = Path(__file__).parent / "results.csv"
FIELDS = ("date", "machine", "side", "pdf", "authorities", "workers", "round", "load", "wall_s", "cpu_s", "peak_mb")
OWN_PDF = "pandoc and Typst"
PDFS = {"pdf": "LaTeX", "webpdf": "Chromium", "": "none"}
PR_SET_CHILD_SUBREAPER = 36


def list_descendants(root: int) -> list[int]:
    """List a process's descendants."""
    children: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        children.setdefault(parent, []).append(int(place.name))
    found, waiting = [], [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def read_memory(process: int) -> float:
    """Read a process's share of the memory in MB; what several share is counted once over all."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def measure(side: str, workers: int, names: list[str]) -> dict[str, float]:
    """Run one side; give wall seconds, CPU seconds and peak memory of all its processes, and the load it met."""
    peak, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            peak[0] = max(peak[0], sum(map(read_memory, list_descendants(os.getpid()))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(Path(__file__).with_name("sides.py")), side, str(workers), folder, *names]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.monotonic() - begun
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    done.set()
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    load = round(os.getloadavg()[1], 1)
    return {"load": load, "wall_s": round(wall, 1), "cpu_s": round(cpu, 1), "peak_mb": round(peak[0])}


def main() -> None:
    """Measure and add the results to results.csv."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--authorities", default="1,5,20", help="how many, with commas between")
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--sides", default=",".join(SIDES))
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    known = [authority.la_code for authority in list_authorities(find_project().processed) if not authority.valid_to]
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    new = not RESULTS.is_file()
    with RESULTS.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        if new:
            writer.writeheader()
        for count in map(int, asked.authorities.split(",")):
            for number in range(1, asked.rounds + 1):
                for workers in map(int, asked.workers.split(",")):
                    for side in asked.sides.split(","):
                        found = measure(side, workers, list(spread(known, count)))
                        today = datetime.datetime.now(datetime.UTC).date()
                        pdf = PDFS[choose_pdf()] if side in ("plain", "api") else OWN_PDF
                        row = {"date": today, "machine": machine, "side": side, "pdf": pdf, "authorities": count}
                        writer.writerow(row | {"workers": workers, "round": number} | found)
                        file.flush()
                        print(side, count, workers, found, flush=True)


if __name__ == "__main__":
    main()
