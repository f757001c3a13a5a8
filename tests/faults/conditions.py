"""Make a report under conditions that few machines have: the same bytes, or one line of error, and nothing is lost.

    python tests/faults/conditions.py                # all of them; or name some: few-files spaces dask-scheduler

Run by root on Linux with unshare, setpriv, make and cc. Each condition gets a small study of its
own, see `children.py`. "Nothing is lost" means that every file that was there is there afterwards, with the same bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from children import SERVER, hash_reports, list_children, make_study

from lewisham_study.paths import HOME_VARIABLE, find_project

REPORT = ["-m", "lewisham_study", "report", "--workers", "2", "--quiet", "--format", "html,pdf,ipynb"]
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
READING = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
"""Lets nobody read what root may, but write no more: this interpreter may be in root's home."""
NOBODYS_PYTHON = os.environ.get("NOBODYS_PYTHON")
"""An interpreter that every user may run, which makes `READING` needless."""
PATIENCE = 400
"""Seconds after which a run is stuck."""
CLOCK = r"""
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static long shift(void) {
    long seconds = 0;
    FILE *file = fopen(getenv("SHIFT") ? getenv("SHIFT") : "", "r");
    if (file) { if (fscanf(file, "%ld", &seconds) != 1) seconds = 0; fclose(file); }
    return seconds;
}
int clock_gettime(clockid_t which, struct timespec *now) {
    int failed = syscall(SYS_clock_gettime, which, now);
    if (!failed && which == CLOCK_REALTIME) now->tv_sec += shift();
    return failed;
}
int gettimeofday(struct timeval *now, void *zone) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *now) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now) *now = exact.tv_sec;
    return exact.tv_sec;
}
"""
"""A library that shifts the clock of the processes that load it by as many seconds as a file says."""


@dataclass
class Condition:
    """How a run differs from an ordinary one, and what must still be there afterwards."""

    study: Path
    out: Path
    before: list[str] = field(default_factory=list)
    python: str = sys.executable
    options: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    limits: dict[int, int] = field(default_factory=dict)
    umask: int = 0o022
    meanwhile: Callable[[subprocess.Popen[str]], None] | None = None
    afterwards: Callable[[], str] | None = None
    theirs: frozenset[str] = frozenset()
    """Files of others among the reports."""


def run(one: Condition) -> tuple[int, str]:
    """Run the command; return its exit code and what it printed."""

    def limit() -> None:
        for number, most in one.limits.items():
            resource.setrlimit(number, (most, most))
        os.umask(one.umask)

    environment = {**os.environ, HOME_VARIABLE: str(one.study), "OPENBLAS_NUM_THREADS": "1", **one.environment}
    process = subprocess.Popen(
        [*one.before, one.python, *REPORT, "--out", str(one.out), *one.options],
        env=environment,
        cwd="/",
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=limit,
        start_new_session=True,
    )
    try:
        if one.meanwhile is not None:
            one.meanwhile(process)
        output, _ = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return -9, f"nothing for {PATIENCE} seconds"
    return process.returncode, output


def judge(one: Condition, expected: dict[str, str], before: dict[str, str]) -> str:
    """Run under a condition; say how it ended."""
    code, output = run(one)
    lines = [line for line in output.splitlines() if line.strip()]
    lost = [name for name, digest in before.items() if hash_file(Path(name)) != digest]
    if lost:
        return f"FAULT, lost or changed: {lost[:5]}"
    note = one.afterwards() if one.afterwards is not None else ""
    every = hash_reports(one.out) if one.out.is_dir() else {}
    # A manifest has the version of Python.
    other = {"lewisham/manifest.json"} if one.python != sys.executable else set()
    expected = {name: digest for name, digest in expected.items() if name not in other}
    left = {name: digest for name, digest in every.items() if name not in one.theirs | other}
    if code == 0 and left == expected:
        return f"the same bytes{note}"
    wrong = [name for name, digest in left.items() if expected.get(name) != digest and name != "index.html"]
    messages = [line for line in lines if not line.startswith(("0 made", "error: 1 failed"))]
    if code == 1 and not wrong and len(messages) == 1 and "Traceback" not in output:
        return f"one line: {messages[0]}{note}"
    return f"FAULT, exit code {code}, other bytes {wrong}, {len(messages)} lines: {' / '.join(lines[-40:])}"


def hash_file(path: Path) -> str:
    """Return the hash of a file, or "" if there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def list_files(folder: Path) -> dict[str, str]:
    """Return the hash of each file below a folder by its path."""
    return {str(path): hash_file(path) for path in folder.rglob("*") if path.is_file()}


def few_files(folder: Path, most: int) -> Condition:
    """Few file descriptors."""
    return Condition(make_study(folder / "s").root, folder / "out", limits={resource.RLIMIT_NOFILE: most})


def few_processes(folder: Path, most: int) -> Condition:
    """Few processes of a user who is not root."""
    one = another_user(folder)
    one.limits = {resource.RLIMIT_NPROC: most}
    return one


def no_shared_memory(folder: Path) -> Condition:
    """A /dev/shm that nothing can be written to."""
    script = 'mount -t tmpfs -o ro,size=4k tmpfs /dev/shm && exec "$@"'
    before = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"]
    return Condition(make_study(folder / "s").root, folder / "out", before)


def at(folder: Path, name: str) -> Condition:
    """A study and reports in a folder of an unusual name."""
    place = folder / name
    place.mkdir(parents=True)
    return Condition(make_study(place / "study").root, place / "my reports")


def linked(folder: Path) -> Condition:
    """A study, its data and the reports all behind links."""
    make_study(folder / "real")
    (folder / "link").symlink_to("real")
    (folder / "elsewhere").mkdir()
    (folder / "out").symlink_to("elsewhere")
    shutil.move(folder / "real" / "data", folder / "data")
    (folder / "real" / "data").symlink_to(folder / "data")
    return Condition(folder / "link", folder / "out")


def read_only(folder: Path) -> Condition:
    """A study that nothing can be written to, with reports elsewhere."""
    study = make_study(folder / "s").root
    script = f'mount --bind "{study}" "{study}" && mount -o remount,bind,ro "{study}" && exec "$@"'
    before = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"]
    return Condition(study, folder / "out", before)


def another_user(folder: Path) -> Condition:
    """A user without a home, with umask 077, to whom the study does not belong; nothing is readable for others."""
    folder.chmod(0o755)
    study, out = make_study(folder / "s").root, folder / "out"
    out.mkdir()
    shutil.chown(out, 65534, 65534)

    def note() -> str:
        readable = [path.name for path in out.rglob("*") if path.stat().st_mode & 0o077 and path != out]
        return f"; FAULT: others can read {readable[:3]}" if readable else ""

    before = NOBODY if NOBODYS_PYTHON else [*NOBODY, *READING]
    python = NOBODYS_PYTHON or sys.executable
    return Condition(study, out, before, python, environment={"HOME": "/nonexistent"}, umask=0o077, afterwards=note)


def clock(folder: Path) -> Condition:
    """A clock that is set back by a day, and later by ten years, while a report is made."""
    source, library, file = folder / "clock.c", folder / "clock.so", folder / "shift"
    source.write_text(CLOCK)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    file.write_text("0\n")

    def set_back(process: subprocess.Popen[str]) -> None:
        for days in (-1, -3650):
            time.sleep(8)
            file.write_text(f"{days * 86400}\n")

    environment = {"LD_PRELOAD": str(library), "SHIFT": str(file)}
    return Condition(make_study(folder / "s").root, folder / "out", environment=environment, meanwhile=set_back)


def reports_elsewhere(folder: Path) -> Condition:
    """`reports` is a link to a folder with files of others; `make clean` follows the report."""
    study, outside = make_study(folder / "s").root, folder / "outside"
    shutil.move(study / "reports", outside)
    (study / "reports").symlink_to(outside)
    (outside / "notes").mkdir()
    (outside / "notes" / "mine.txt").write_text("mine\n")
    (outside / "theirs.html").write_text("theirs\n")
    before = list_files(outside)

    def clean() -> str:
        shutil.copy(find_project().root / "Makefile", study)
        subprocess.run(["make", "clean"], cwd=study, check=True, capture_output=True)
        lost = [name for name, digest in before.items() if hash_file(Path(name)) != digest]
        return f"; FAULT: make clean deleted {lost}" if lost else "; make clean deleted nothing there"

    theirs = frozenset(str(Path(name).relative_to(outside)) for name in before)
    return Condition(study, study / "reports", afterwards=clean, theirs=theirs)


@contextlib.contextmanager
def dask(folder: Path, death: str) -> object:
    """A cluster of a scheduler and two workers, of which the one named is killed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    study = make_study(folder / "s").root

    def start(role: str, *options: str) -> subprocess.Popen[bytes]:
        call = f"from distributed.cli.dask_{role} import main; main()"
        environment = {**os.environ, HOME_VARIABLE: str(study)}
        return subprocess.Popen(
            [sys.executable, "-c", call, *options], env=environment, cwd=folder, stderr=subprocess.DEVNULL
        )

    members = [start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")]
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
    members += [start("worker", address, *options) for _ in range(2)]

    def kill(process: subprocess.Popen[str]) -> None:
        workers = [member.pid for member in members[1:]]
        working: list[int] = []
        while not working and process.poll() is None:
            time.sleep(0.1)
            working = [parent for _, parent, command in list_children() if SERVER in command and parent in workers]
        one = members[0] if death == "scheduler" else members[1 + workers.index(working[0])]
        time.sleep(1)
        one.kill()

    words = ["--scheduler", address]
    try:
        yield Condition(study, folder / "out", options=words, meanwhile=kill)
    finally:
        for member in reversed(members):
            member.kill()
            member.wait(60)


CONDITIONS: dict[str, Callable[[Path], object]] = {
    "ordinary": lambda folder: Condition(make_study(folder / "s").root, folder / "out"),
    "few-files-64": lambda folder: few_files(folder, 64),
    "few-files-24": lambda folder: few_files(folder, 24),
    "few-processes-40": lambda folder: few_processes(folder, 40),
    "few-processes-3": lambda folder: few_processes(folder, 3),
    "no-shared-memory": no_shared_memory,
    "spaces": lambda folder: at(folder, "my study, 'the \"first\" one' $HOME; %20 #1"),
    "letters": lambda folder: at(folder, "Größe – 研究 – دراسة – 🙂"),
    "long": lambda folder: at(folder, "/".join(["a-folder-with-a-very-long-name-" * 6] * 4)),
    "links": linked,
    "read-only": read_only,
    "another-user": another_user,
    "clock": clock,
    "reports-elsewhere": reports_elsewhere,
    "dask-worker": lambda folder: dask(folder, "worker"),
    "dask-scheduler": lambda folder: dask(folder, "scheduler"),
}


def try_condition(name: str, expected: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Try one condition; return how it ended and what it made."""
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as scratch:
        made = CONDITIONS[name](Path(scratch))
        with made if isinstance(made, contextlib.AbstractContextManager) else contextlib.nullcontext(made) as one:
            if name == "ordinary":
                code, _ = run(one)
                return (f"exit code {code}" if code else "made"), hash_reports(one.out)
            return judge(one, expected, list_files(one.study)), {}


def main() -> None:
    """Try the conditions named, or all."""
    faults = 0
    _, expected = try_condition("ordinary", {})
    for name in sys.argv[1:] or [one for one in CONDITIONS if one != "ordinary"]:
        begun = time.monotonic()
        ended, _ = try_condition(name, expected)
        faults += "FAULT" in ended
        print(f"{name}: {ended} ({time.monotonic() - begun:.0f} s)", flush=True)
    sys.exit(f"{faults} faults" if faults else 0)


if __name__ == "__main__":
    main()
