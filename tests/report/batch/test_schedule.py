"""The order of steps, and processes that die."""

from __future__ import annotations

import errno
import os
import signal
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lewisham_study.errors import StudyError
from lewisham_study.report.batch import schedule
from lewisham_study.report.batch.pool import Workers, count_cores
from lewisham_study.report.batch.render import MadeChapter
from lewisham_study.report.batch.schedule import LOST, Job, attempt, read_result, run_jobs


class Plan:
    """What a plan needs here: an authority, names, and a book."""

    authority = SimpleNamespace(title="Lewisham")
    documents = ("book",)

    def __init__(self, *names: str) -> None:
        self.chapters = [type("Chapter", (), {"name": name, "label": f"{name}.ipynb"}) for name in names]


class Mortal:
    """An executor whose process dies at every chapter called deadly, and once at one called unlucky."""

    def __init__(self, width: int) -> None:
        self.width, self.handed, self.restarted, self.dead = width, [], 0, False

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        name = getattr(arguments[1], "name", "") or arguments[2]
        self.handed.append(name)
        future: Future[Any] = Future()
        self.dead = self.dead or name == "deadly" or (name == "unlucky" and self.handed.count(name) == 1)
        if self.dead:
            future.set_exception(BrokenExecutor())
        else:
            future.set_result(function(*arguments))
        return future

    def restart(self) -> None:
        self.restarted += 1
        self.dead = False


@pytest.fixture(autouse=True)
def make_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def make_chapter(plan: Any) -> MadeChapter:
        if plan.name == "fails":
            raise StudyError("no data")
        return MadeChapter(plan.name, {plan.name: b""})

    monkeypatch.setattr(schedule, "make_chapter", make_chapter)
    monkeypatch.setattr(schedule, "describe_documents", lambda plan, chapters, step: chapters)
    monkeypatch.setattr(schedule, "make_document", lambda plan, step, chapters: {step: ",".join(chapters).encode()})


def run(executor: Mortal, *jobs: Job) -> list[Job]:
    return list(run_jobs(jobs, executor, lambda title, succeeded: None))


def start(*names: str) -> Job:
    return Job(Plan(*names), ["book"])


def test_a_book_comes_as_soon_as_its_chapters_are_there() -> None:
    first, second = start("a", "b"), start("c")
    executor = Mortal(1)
    assert run(executor, first, second) == [first, second]
    assert executor.handed == ["a", "b", "book", "c", "book"]
    assert first.files == {"a": b"", "b": b"", "book": b"a,b"}


def test_chapters_that_are_there_are_not_made_again() -> None:
    job = Job(Plan("a", "b"), ["book"], {0: MadeChapter("old a", {})})
    executor = Mortal(2)
    run(executor, job)
    assert (executor.handed, job.files["book"]) == (["b", "book"], b"old a,b")


def test_only_the_step_that_kills_fails() -> None:
    jobs = [start("a", "deadly"), start("unlucky"), start("c")]
    executor = Mortal(4)
    assert set(run(executor, *jobs)) == set(jobs)
    assert [len(job.failures) for job in jobs] == [1, 0, 0]
    assert jobs[0].failures == ["deadly.ipynb: its process died twice; is the memory full?"]
    assert jobs[1].files["book"] == b"unlucky"
    assert executor.restarted == 2


def test_steps_that_end_together_end_their_job_once() -> None:
    fails, works = start("fails", "a"), start("b", "c")
    assert run(Mortal(4), fails, works) == [fails, works]
    assert (fails.failures, sorted(fails.files)) == (["no data"], ["a"])
    assert works.files["book"] == b"b,c"


def test_an_error_of_the_executor_fails_its_step() -> None:
    future: Future[Any] = Future()
    future.set_exception(RuntimeError("the worker was killed three times"))
    job = start("a")
    assert read_result(future, job.steps[0]) == "a.ipynb: RuntimeError: the worker was killed three times"


def test_errors_are_returned_as_messages() -> None:
    assert attempt(int, "x") == "ValueError: invalid literal for int() with base 10: 'x'"
    assert attempt(open, "/nowhere/x") == "No such file or directory: /nowhere/x"


def test_a_full_disk_for_temporary_files_is_named_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "lewisham-study-12345678"))

    def fill(*where: str | None) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", *where)

    room = f"for temporary files in {tmp_path}: make room there, or set TMPDIR to another folder"
    assert attempt(fill) == f"No space left on device {room}"
    copied = ("font.ttf", None, f"{tempfile.tempdir}/font.ttf")
    assert attempt(fill, *copied) == f"No space left on device {room}"
    assert attempt(fill, "/elsewhere/x") == "No space left on device: /elsewhere/x"


@pytest.mark.slow
def test_a_dead_worker_is_replaced_and_nothing_is_left() -> None:
    with Workers(2) as executor:
        folder = executor.folder
        assert isinstance(executor.submit(signal.raise_signal, signal.SIGKILL).exception(), BrokenExecutor)
        assert isinstance(executor.submit(os.getpid).exception(), BrokenExecutor)
        executor.restart()
        assert executor.submit(tempfile.gettempdir).result() == str(folder)
        assert executor.submit(os.getpid).result() != os.getpid()
    assert not folder.exists()


@pytest.mark.slow
def test_an_error_stops_workers_at_once() -> None:
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Workers(1) as executor:
        busy = executor.submit(time.sleep, 60)
        while not busy.running():
            time.sleep(0.05)
        raise KeyboardInterrupt
    assert time.monotonic() - begun < 30


def test_there_is_a_core() -> None:
    assert 1 <= count_cores() <= (os.cpu_count() or 1)


def test_a_lost_scheduler_is_one_line_of_each_authority() -> None:
    class Lost(Mortal):
        """An executor that cancels what it is given."""

        def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
            cancelled: Future[Any] = Future()
            cancelled.cancel()
            cancelled.set_running_or_notify_cancel()
            return cancelled

    jobs = [start("a", "b"), start("c")]
    assert run(Lost(2), *jobs) == jobs
    assert [job.failures for job in jobs] == [[LOST], [LOST]]
