"""The order in which the steps of many reports are submitted, and how their results are put together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass, field
from typing import Any

from lewisham_study.errors import StudyError, describe_fault
from lewisham_study.report.batch.plan import ReportPlan
from lewisham_study.report.batch.pool import Executor
from lewisham_study.report.batch.render import MadeChapter, describe_documents, make_chapter, make_document

LOST = "the connection to the cluster's scheduler was lost"


@dataclass(eq=False)
class Job:
    """The reports of one authority in progress: chapters made so far by position, files by name, and failures.

    `documents` are the steps to take once the chapters are there.
    """

    plan: ReportPlan
    documents: list[str]
    made: dict[int, MadeChapter] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    failures: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[int]:
        """The positions of the chapters that are still to be made."""
        return [number for number in range(len(self.plan.chapters)) if number not in self.made]

    @property
    def steps(self) -> list[Step]:
        """The steps that can start now; documents follow the chapters."""
        return [Step(self, number) for number in self.missing] or [Step(self, name) for name in self.documents]

    def count_steps(self) -> int:
        """Count the steps in all."""
        return len(self.missing) + len(self.documents)


@dataclass(frozen=True, eq=False)
class Step:
    """One chapter of a job by position, or a document by name."""

    job: Job
    what: int | str

    @property
    def label(self) -> str:
        """What it makes, for messages."""
        return self.what if isinstance(self.what, str) else self.job.plan.chapters[self.what].label

    def submit(self, executor: Executor) -> Future[Any]:
        """Submit the step."""
        plan, made = self.job.plan, self.job.made
        if isinstance(self.what, int):
            return executor.submit(attempt, make_chapter, plan.chapters[self.what])
        reports = describe_documents(plan, [made[number].chapter for number in sorted(made)], self.what)
        return executor.submit(attempt, make_document, plan, self.what, reports)


def attempt(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function; return an error as a message, which unlike some errors can be pickled."""
    try:
        return function(*arguments)
    except StudyError as error:
        return str(error)
    except OSError as error:
        return describe_fault(error)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def run_jobs(jobs: Sequence[Job], executor: Executor, on_step: Callable[[str, bool], object]) -> Iterator[Job]:
    """Run jobs side by side and yield each when it is done, with its files or failures.

    A step whose process dies is run again alone, and fails if its process dies again. No failure stops another step.
    `on_step` is called after each step with the authority's title and whether the step succeeded.
    """
    waiting = deque(step for job in jobs for step in job.steps)
    suspects: deque[Step] = deque()
    running: dict[Future[Any], Step] = {}
    while waiting or suspects or running:
        alone = submit_steps(waiting, suspects, running, executor)
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        if any(isinstance(find_error(future), BrokenExecutor) for future in done):
            found = list(running.values())
            running.clear()
            executor.restart()
            if not alone:
                suspects.extend(found)
                continue
            results = [(found[0], f"{found[0].label}: its process died twice; is the memory full?")]
        else:
            results = [(step := running.pop(future), read_result(future, step)) for future in done]
        # All of a round's results first: two steps of one job may end together, and it is done once.
        for step, result in results:
            on_step(step.job.plan.authority.title, not isinstance(result, str))
            waiting.extendleft(reversed(add_result(step, result)))
        left = {step.job for step in (*waiting, *suspects, *running.values())}
        yield from (job for job in dict.fromkeys(step.job for step, _ in results) if job not in left)


def submit_steps(
    waiting: deque[Step], suspects: deque[Step], running: dict[Future[Any], Step], executor: Executor
) -> bool:
    """Submit as many steps as the executor takes, or one suspect alone; return whether it was a suspect."""
    if suspects:
        step = suspects.popleft()
        running[step.submit(executor)] = step
        return True
    while waiting and len(running) < executor.width:
        step = waiting.popleft()
        running[step.submit(executor)] = step
    return False


def read_result(future: Future[Any], step: Step) -> Any:
    """Read the result of a step; an error of the executor becomes a message."""
    error = find_error(future)
    if isinstance(error, CancelledError):
        return LOST
    return future.result() if error is None else f"{step.label}: {type(error).__name__}: {error}"


def find_error(future: Future[Any]) -> BaseException | None:
    """Return the error of a future; a lost scheduler cancels the futures it had."""
    try:
        return future.exception()
    except CancelledError as error:
        return error


def add_result(step: Step, result: Any) -> list[Step]:
    """Add the result of a step to its job; return the steps of the documents after the last chapter."""
    job = step.job
    if isinstance(result, str):
        # A lost scheduler fails every step; one line says so.
        job.failures += [result] if result not in job.failures else []
    elif isinstance(step.what, str):
        job.files |= result
    else:
        job.made[step.what] = result
        job.files |= result.files
        if not job.missing:
            return job.steps
    return []
