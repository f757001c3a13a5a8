"""Stop the commands at random moments: afterwards every file is the old or the new one, and a rerun makes the rest.

    python tests/faults/interrupt.py import build report --times 100 --seed 1

Each trial begins with a copy whose files are all old, starts a command that replaces them, and sends it a signal:
to the whole process group for SIGINT, as a terminal does, to the command alone for SIGTERM and SIGKILL. Every second
trial waits until the command has replaced its first file, because most of a run writes nothing. There is no rerun if
the trial left exactly the old files, or the new: it would be the undisturbed run, or change nothing.

A build or import is forked from this process, which has done the imports; in trials that wait for the first file the
tables of a build are made already. Neither writes anything. Reports are separate runs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pandas as pd

import lewisham_study.raw.imports  # noqa: F401 what an import imports
from lewisham_study.cli import main
from lewisham_study.files import write_csv
from lewisham_study.paths import HOME_VARIABLE, Project, find_project
from lewisham_study.raw.figures import read_figures
from lewisham_study.tidy import build

PROJECT = find_project()
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]
EXITS = {signal.SIGINT: {130, -2}, signal.SIGTERM: {143, -15}, signal.SIGKILL: {-9}}
"""Exit codes of a stopped run; a negative one is of a run stopped before Python could catch the signal."""
QUIETLY = ("--workers", "1", "--quiet")
OF_TWO = ("--authority", "Lewisham", "--authority", "Rutland")
"""Instead of --all, which takes minutes."""
POPULATION = "ons-population-2024"
PRINT_EVERY = 10
"""Number of trials after which the moments so far are printed."""
Tree = dict[str, str]


class FaultError(AssertionError):
    """A stopped run left files that it should not have."""


@dataclass(frozen=True)
class Command:
    """A command to stop, and a function that makes a folder with the old files that it replaces.

    If `apart`, it is run by a new interpreter; otherwise it is forked.
    """

    words: tuple[str, ...]
    prepare: Callable[[Path], None]
    apart: bool = False


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
    Run(COMMANDS["report"], folder, ("--to", "2020")).end()


COMMANDS = {
    "build": Command(("build",), prepare_build),
    "import": Command(("import", POPULATION, "release.csv", "--accept"), prepare_import),
    "report": Command(
        ("report", "--notebook", "ratings", "--format", "html,ipynb", "--to", "2022", "--replace", *QUIETLY, *OF_TWO),
        prepare_report,
        apart=True,
    ),
}


class Run:
    """A command that runs on a copy, in a new process group; `made` are the tables of a build if made already."""

    def __init__(
        self, command: Command, folder: Path, words: tuple[str, ...] = (), made: dict[str, pd.DataFrame] | None = None
    ) -> None:
        self.output = folder.with_suffix(".output")
        # A signal may come before the child has done anything.
        self.output.write_text("")
        self.returncode: int | None = None
        # A child stopped before it runs the command must not return into this program and delete its folders.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        self.pid = os.fork()
        if self.pid == 0:
            try:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
                self.begin(command, folder, words, made)
            except KeyboardInterrupt:
                os._exit(130)
            finally:
                os._exit(70)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

    def begin(
        self, command: Command, folder: Path, words: tuple[str, ...], made: dict[str, pd.DataFrame] | None
    ) -> NoReturn:
        """Run the command in the child process."""
        os.setsid()
        os.chdir(folder)
        os.environ[HOME_VARIABLE] = str(folder)
        output = os.open(self.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.argv = ["lewisham-study", *command.words, *words]
        if command.apart:
            os.execv(sys.executable, [sys.executable, "-m", "lewisham_study", *sys.argv[1:]])
        if made is not None:
            build.make_tables = lambda project: made
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        except BaseException:
            traceback.print_exc()
            code = 70
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def end(self, code: Collection[int] = (0,)) -> str:
        """Wait until it has ended; return what it printed."""
        while self.poll() is None:
            time.sleep(0.005)
        output = self.output.read_text()
        if self.returncode not in code or "Traceback" in output:
            raise FaultError(f"exit code {self.returncode}: {output}")
        return output


def read_tree(folder: Path) -> Tree:
    """Return the hash of each file by its path, except the lock."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock"]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def copy_tree(old: Path, folder: Path) -> Path:
    """Copy a folder with the times of its files."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(old, folder)
    return folder


def wait_for_change(process: Run, folder: Path, changing: list[str]) -> None:
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
        Run(self.command, folder).end()
        self.seconds = time.monotonic() - begun
        self.new = read_tree(folder)
        self.made = build.make_tables(Project(folder)) if self.command.words == ("build",) else None
        self.changing = [name for name in self.new if self.old.get(name) != self.new[name]]

    def stop(self, number: signal.Signals, chance: random.Random, *, aimed: bool) -> str:
        """Stop one run, check what it left, run it again, check that; return when the signal came."""
        folder = copy_tree(self.old_folder, self.scratch / "trial")
        process = Run(self.command, folder, made=self.made if aimed else None)
        if aimed:
            wait_for_change(process, folder, self.changing)
            time.sleep(chance.uniform(0, 0.3) ** 2)
        else:
            time.sleep(chance.uniform(0, self.seconds))
        send = os.killpg if number == signal.SIGINT else os.kill
        if process.poll() is None:
            send(process.pid, number)
        process.end({0, *EXITS[number]})
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
        Run(self.command, folder).end()
        if read_tree(folder) != self.new:
            raise FaultError("the rerun gave other files than an undisturbed run")
        return "between files"


def stop_many(name: str, times: int, seed: int) -> int:
    """Stop a command many times by each signal, and count when the signals came; return the number of faults."""
    chance = random.Random(f"{name} {seed}")
    moments: dict[str, Counter[str]] = {number.name: Counter() for number in SIGNALS}
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as scratch:
        trial = Trial(COMMANDS[name], Path(scratch))
        for count in range(1, times + 1):
            for number in SIGNALS:
                try:
                    moments[number.name][trial.stop(number, chance, aimed=count % 2 == 0)] += 1
                except FaultError as fault:
                    moments[number.name][f"FAULT: {fault}"] += 1
            if count % PRINT_EVERY == 0 or count == times:
                print(name, count, {key: dict(sorted(met.items())) for key, met in moments.items()}, flush=True)
    return sum(times for met in moments.values() for moment, times in met.items() if moment.startswith("FAULT"))


def stop_commands() -> None:
    """Stop the commands named, and print when the signals came."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commands", nargs="+", choices=COMMANDS)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    # A shell has its background jobs ignore SIGINT, and they hand that on.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    faults = sum(stop_many(name, asked.times, asked.seed) for name in asked.commands)
    sys.exit(f"{faults} faults" if faults else 0)


if __name__ == "__main__":
    stop_commands()
