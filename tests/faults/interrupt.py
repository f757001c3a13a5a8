"""Stop the commands at random moments: afterwards every file is the old or the new one, and a rerun mends the rest.

    python tests/faults/interrupt.py import build report --times 100 --seed 1

Each trial begins with a copy whose files are all old, starts a command that replaces them, and sends it a signal:
to the whole process group for SIGINT, as a terminal does, to the command alone for SIGTERM and SIGKILL. Every second
trial waits until the command has replaced its first file, for most of a run writes nothing. A rerun is spared where
the trial left the old files exactly, or the new: it would be the undisturbed run, or change nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lewisham_study.csvfiles import write_csv
from lewisham_study.paths import HOME_VARIABLE, Project, find_project
from lewisham_study.raw.figures import read_figures

PROJECT = find_project()
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]
EXITS = {signal.SIGINT: {130, -2}, signal.SIGTERM: {143, -15}, signal.SIGKILL: {-9}}
"""Exit codes of a stopped run; a negative one is of a run stopped before Python could catch the signal."""
OF_TWO = ("--authority", "Lewisham", "--authority", "Rutland")
"""In place of --all, for a run of all takes minutes."""
POPULATION = "ons-population-2024"
Tree = dict[str, str]


class FaultError(AssertionError):
    """A stopped run left what it should not have."""


@dataclass(frozen=True)
class Command:
    """A command to stop.

    Parameters
    ----------
    words : the command line.
    prepare : makes a folder of old files, those the command replaces.
    """

    words: tuple[str, ...]
    prepare: Callable[[Path], None]


def copy_data(folder: Path) -> Project:
    """Copy what the commands read."""
    for part in ("data/raw", "data/coding", "data/processed", "notebooks"):
        shutil.copytree(PROJECT.root / part, folder / part)
    (folder / "reports").mkdir()
    (folder / "docs").mkdir()
    shutil.copy(PROJECT.reports / "references.json", folder / "reports")
    return Project(folder)


def prepare_build(folder: Path) -> None:
    """Make a copy in which every file that a build makes is out of date."""
    project = copy_data(folder)
    (folder / "docs" / "data-dictionary.md").write_text("old\n")
    for path in [*project.processed.iterdir(), project.reports / "references.json"]:
        path.write_text("old\n")


def prepare_import(folder: Path) -> None:
    """Make a copy, and a newer edition of the mid-year estimates to import: one figure is revised."""
    project = copy_data(folder)
    figures = read_figures(project.raw, "population")
    level = figures["area_code"].str.fullmatch("[0-9]{3}")
    rows = {
        "time_period": figures["time_period"],
        "old_la_code": figures["area_code"].where(level, ""),
        "la_name": figures["area_name"].where(level, ""),
        "region_code": figures["area_code"].where(~level, ""),
        "region_name": figures["area_name"].where(~level, ""),
        "country_code": "",
        "country_name": "",
        "age_group": "Children aged 0 to 17 years",
        "population_estimate": figures["value_as_published"].where(figures.index > 0, "7"),
    }
    write_csv(figures.assign(**rows)[list(rows)], folder / "release.csv")


def prepare_report(folder: Path) -> None:
    """Make a copy with reports of another window."""
    copy_data(folder)
    run([*COMMANDS["report"].words, "--to", "2020"], folder).check_returncode()


COMMANDS = {
    "build": Command(("build",), prepare_build),
    "import": Command(("import", POPULATION, "release.csv", "--accept"), prepare_import),
    "report": Command(
        ("report", "--notebook", "ratings", "--format", "html,ipynb", "--workers", "1", "--quiet", *OF_TWO),
        prepare_report,
    ),
}


def start(words: list[str] | tuple[str, ...], folder: Path) -> subprocess.Popen[str]:
    """Start a command on a copy, in a process group of its own."""
    surroundings = {**os.environ, HOME_VARIABLE: str(folder)}
    line = [sys.executable, "-m", "lewisham_study", *words]
    return subprocess.Popen(
        line, cwd=folder, env=surroundings, text=True, stdout=-1, stderr=-1, start_new_session=True, stdin=-3
    )


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command on a copy to its end."""
    process = start(words, folder)
    told = process.communicate(timeout=300)
    return subprocess.CompletedProcess(words, process.returncode, *told)


def read_tree(folder: Path) -> Tree:
    """Give the checksum of each file, by its path; of the lock, which tells nothing, none."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock"]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def copy_tree(old: Path, folder: Path) -> Path:
    """Copy a folder with the times of its files."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(old, folder)
    return folder


def wait_for_change(process: subprocess.Popen[str], folder: Path, changing: list[str]) -> None:
    """Wait until the command has replaced the first of its files, or has ended."""

    def look() -> list[int]:
        return [(folder / name).stat().st_ino if (folder / name).exists() else 0 for name in changing]

    before = look()
    while process.poll() is None and look() == before:
        time.sleep(0.0005)


@dataclass
class Trial:
    """A command with its old files, the new ones of an undisturbed run, and how long that took."""

    command: Command
    scratch: Path

    def __post_init__(self) -> None:
        self.old_folder = self.scratch / "old"
        self.old_folder.mkdir()
        self.command.prepare(self.old_folder)
        self.old = read_tree(self.old_folder)
        folder, begun = copy_tree(self.old_folder, self.scratch / "new"), time.monotonic()
        run(list(self.command.words), folder).check_returncode()
        self.seconds = time.monotonic() - begun
        self.new = read_tree(folder)
        self.changing = [name for name in self.new if self.old.get(name) != self.new[name]]

    def stop(self, number: signal.Signals, chance: random.Random, *, aimed: bool) -> str:
        """Stop one run, check what it left, run it again, check that; give when the signal came."""
        folder = copy_tree(self.old_folder, self.scratch / "trial")
        process = start(self.command.words, folder)
        if aimed:
            wait_for_change(process, folder, self.changing)
            time.sleep(chance.uniform(0, 0.1) ** 1.5)
        else:
            time.sleep(chance.uniform(0, self.seconds))
        send = os.killpg if number == signal.SIGINT else os.kill
        if process.poll() is None:
            send(process.pid, number)
        _, told = process.communicate(timeout=120)
        if process.returncode not in {0, *EXITS[number]}:
            raise FaultError(f"exit code {process.returncode}: {told}")
        if "Traceback" in told and "interrupted" in told:
            raise FaultError(told)
        return self.check(folder, number)

    def check(self, folder: Path, number: signal.Signals) -> str:
        """Check that each file is the old or the new one, and that a rerun gives the new ones."""
        left = read_tree(folder)
        whole = {name: digest for name, digest in left.items() if not name.endswith(".tmp")}
        if len(whole) < len(left) and number != signal.SIGKILL:
            raise FaultError(f"left behind: {sorted(set(left) - set(whole))}")
        for name, digest in whole.items():
            if digest not in (self.old.get(name), self.new.get(name)):
                raise FaultError(f"{name} is neither the old file nor the new one")
        if missing := set(self.old) & set(self.new) - set(whole):
            raise FaultError(f"lost: {sorted(missing)}")
        if left == self.new:
            return "after the last file"
        if left == self.old:
            return "before the first file"
        again = run(list(self.command.words), folder)
        if again.returncode != 0:
            raise FaultError(f"the rerun failed: {again.stderr}")
        if read_tree(folder) != self.new:
            raise FaultError("the rerun gave other files than an undisturbed run")
        return "between files"


def stop_many(name: str, times: int, seed: int) -> Iterator[tuple[str, Counter[str]]]:
    """Stop a command many times by each signal; give how often each moment was met, and each fault."""
    chance = random.Random(f"{name} {seed}")
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as scratch:
        trial = Trial(COMMANDS[name], Path(scratch))
        for number in SIGNALS:
            moments: Counter[str] = Counter()
            for count in range(times):
                try:
                    moments[trial.stop(number, chance, aimed=count % 2 == 1)] += 1
                except FaultError as fault:
                    moments[f"FAULT: {fault}"] += 1
            yield number.name, moments


def main() -> None:
    """Stop the commands named, and print the moments met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commands", nargs="+", choices=COMMANDS)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    # A shell has its background jobs ignore SIGINT, and they hand that on.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    faults = 0
    for name in asked.commands:
        for number, moments in stop_many(name, asked.times, asked.seed):
            print(name, number, dict(sorted(moments.items())), flush=True)
            faults += sum(count for moment, count in moments.items() if moment.startswith("FAULT"))
    sys.exit(f"{faults} faults" if faults else 0)


if __name__ == "__main__":
    main()
