"""Kill or halt what a run of reports starts: the result is right, or each failure is one line, and a rerun is right.

    python tests/faults/children.py --kill 60 --halt 12 --seed 1

The children are the server that forks kernels, a kernel, a worker, Python's tracker of resources, and pandoc; Typst
runs within a worker. Each trial makes the reports of one authority from a small notebook with two workers, and strikes
once at a random moment. Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from lewisham_study.paths import Project, find_project
from lewisham_study.report.batch.plan import Request
from lewisham_study.report.batch.pool import Workers
from lewisham_study.report.batch.run import Summary, render_all

KINDS = ("server", "kernel", "worker", "tracker", "pandoc")
SERVER = "kernels.forkserver"
MARKS = {"server": SERVER, "kernel": SERVER, "worker": "spawn_main", "tracker": "resource_tracker", "pandoc": "pandoc"}
PATIENCE = 120
"""Seconds after which a run is stuck."""
HALTED = 2.0
"""Seconds for which a child is halted."""
CELLS = [
    ("markdown", "# A small report\n\nOf one authority."),
    (
        "code",
        'authority: str = "Lewisham"  # name or code\nstart_year: int = 2012  # first\nend_year: int = 2022  # last',
    ),
    (
        "code",
        "import time\nfrom IPython.display import display\ntime.sleep(0.5)\n"
        "details = {'kind': 'table', 'label': 'tbl-a', 'title': authority, 'caption': 'As published.'}\n"
        "shown = {'text/markdown': '| A | B |\\n|:--|--:|\\n| a | 1 |', 'text/csv': 'A,B\\na,1\\n'}\n"
        "shown['text/html'] = '<table></table>'\n"
        "display(shown, raw=True, metadata={'exhibit': details})",
    ),
]


class FaultError(AssertionError):
    """A run did not end as it should."""


def make_study(folder: Path) -> Project:
    """Make a study with this project's tables and one small notebook."""
    cells = [
        {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": source}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for number, (kind, source) in enumerate(CELLS)
    ]
    cells[1]["metadata"] = {"tags": ["parameters"]}
    project = Project(folder)
    project.notebooks.mkdir(parents=True)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    text = json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
    (project.notebooks / "01-small.ipynb").write_text(text, encoding="utf-8")
    shutil.copytree(find_project().root / "data", folder / "data")
    project.reports.mkdir()
    shutil.copy(find_project().reports / "references.json", project.reports)
    return project


def list_children() -> Iterator[tuple[int, int, str]]:
    """List the processes of this machine: number, parent and command."""
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            yield int(place.name), parent, command


def find_child(kind: str, chance: random.Random) -> int | None:
    """Find a child of a kind."""
    every = list(list_children())
    family = {os.getpid()}
    for _ in range(3):
        family |= {number for number, parent, _ in every if parent in family}
    own = [one for one in every if one[0] in family and one[0] != os.getpid() and MARKS[kind] in one[2]]
    direct = [number for number, parent, _ in own if parent == os.getpid()]
    deeper = [number for number, parent, _ in own if parent != os.getpid()]
    found = deeper if kind in ("kernel", "pandoc") else direct
    return chance.choice(found) if found else None


def strike(
    kind: str, delay: float, *, halt: bool, chance: random.Random, struck: list[str], over: threading.Event
) -> None:
    """Wait, then kill or halt a child of a kind as soon as there is one."""
    time.sleep(delay)
    while not over.is_set():
        number = find_child(kind, chance)
        if number is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGSTOP if halt else signal.SIGKILL)
                struck.append(kind)
                if halt:
                    time.sleep(HALTED)
                    os.kill(number, signal.SIGCONT)
            return
        time.sleep(0.002)


def hash_reports(out: Path) -> dict[str, str]:
    """Return the hash of each file of the reports."""
    files = [path for path in sorted(out.rglob("*")) if path.is_file() and path.name not in (".lock", "failures.json")]
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


class Trials:
    """Runs with the same workers, which are replaced after the server that forks kernels died."""

    def __init__(self, folder: Path) -> None:
        self.project = make_study(folder / "study")
        self.out = folder / "out"
        self.workers: Workers | None = None
        self.run()
        self.expected = hash_reports(self.out)

    def enter(self) -> AbstractContextManager[Workers]:
        """Return the workers, opened."""
        self.workers = self.workers or Workers(2).__enter__()
        return nullcontext(self.workers)

    def leave(self) -> None:
        """End the workers."""
        if self.workers is not None:
            self.workers.__exit__(None, None, None)
        self.workers = None

    def run(self) -> Summary:
        """Make the reports anew."""
        shutil.rmtree(self.out, ignore_errors=True)
        asked = Request(out=self.out, authorities=["Lewisham"], formats=["html", "pdf", "ipynb"], force=True)
        return render_all(self.project, asked, self.enter())

    def try_once(self, kind: str, chance: random.Random, *, halt: bool) -> str:
        """Strike during one run; return how it ended."""
        struck: list[str] = []
        over = threading.Event()
        self.enter()
        options = {"halt": halt, "chance": chance, "struck": struck, "over": over}
        thread = threading.Thread(target=strike, args=(kind, chance.uniform(0, 1.5)), kwargs=options)
        signal.alarm(PATIENCE)
        thread.start()
        try:
            summary = self.run()
        finally:
            signal.alarm(0)
            over.set()
            thread.join()
        ended = self.judge(summary)
        if kind in ("server", "tracker") and not halt:
            self.leave()
        return ended if struck else "not struck"

    def judge(self, summary: Summary) -> str:
        """Check what a run left; if something failed, run again."""
        messages = [message for found in summary.failures.values() for message in found]
        if any("\n" in message or "Traceback" in message for message in messages):
            raise FaultError(f"not one line: {messages}")
        left = hash_reports(self.out)
        wrong = [name for name, digest in left.items() if name != "index.html" and self.expected.get(name) != digest]
        if wrong:
            raise FaultError(f"other bytes, or left behind: {wrong}")
        if not messages:
            if left != self.expected:
                raise FaultError(f"missing: {sorted(set(self.expected) - set(left))}")
            return "right"
        if self.run().failures or hash_reports(self.out) != self.expected:
            raise FaultError(f"the rerun failed after {messages}")
        print("   ", *messages, sep="\n    ")
        return "one line, then right"


def stuck(*_: object) -> None:
    """Say that a run is stuck."""
    raise FaultError(f"nothing for {PATIENCE} seconds")


def try_many(counts: dict[bool, int], seed: int) -> int:
    """Strike each kind of child in turn; print the counts; return the number of faults."""
    chance = random.Random(seed)
    ends: Counter[tuple[str, str, str]] = Counter()
    signal.signal(signal.SIGALRM, stuck)
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as scratch:
        trials = Trials(Path(scratch))
        for halt, times in counts.items():
            for count in range(times):
                kind = KINDS[count % len(KINDS)]
                try:
                    end = trials.try_once(kind, chance, halt=halt)
                except FaultError as fault:
                    end = f"FAULT: {fault}"
                    trials.leave()
                ends["SIGSTOP" if halt else "SIGKILL", kind, end] += 1
                print(f"{count + 1}/{times}", "SIGSTOP" if halt else "SIGKILL", kind, end, flush=True)
        trials.leave()
    for (number, kind, end), times in sorted(ends.items()):
        print(f"{number} {kind}: {times} {end}")
    return sum(times for (_, _, end), times in ends.items() if end.startswith("FAULT"))


def main() -> None:
    """Strike as often as asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kill", type=int, default=60)
    parser.add_argument("--halt", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    faults = try_many({False: asked.kill, True: asked.halt}, asked.seed)
    sys.exit(f"{faults} faults" if faults else 0)


if __name__ == "__main__":
    main()
