"""In which order the steps of many reports are handed out, and what becomes of each."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field
from typing import Any

from lewisham_study.errors import StudyError, describe_fault
from lewisham_study.report.batch.plan import ReportPlan
from lewisham_study.report.batch.pool import Executor
from lewisham_study.report.batch.render import MadeChapter, make_book, make_chapter


@dataclass(eq=False)
class Job:
    """The reports of one authority in the making.

    Parameters
    ----------
    plan : what is to be made.
    made : the chapters that are there already, by position.
    files : the documents made so far, by name.
    failures : what went wrong, a line for each chapter.
    """

    plan: ReportPlan
    made: dict[int, MadeChapter] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    failures: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[int]:
        """The positions of the chapters that are still to be made."""
        return [number for number in range(len(self.plan.chapters)) if number not in self.made]

    @property
    def steps(self) -> list[Step]:
        """The first steps towards it; their results bring the others."""
        if self.missing:
            return [Step(self, number) for number in self.missing]
        return [Step(self, None)] if self.plan.has_book else []

    def count_steps(self) -> int:
        """How many steps it takes."""
        return len(self.missing) + self.plan.has_book


@dataclass(frozen=True, eq=False)
class Step:
    """One chapter of an order, or, where `number` is None, its book."""

    order: Job
    number: int | None

    @property
    def label(self) -> str:
        """What it makes, for messages."""
        return "the whole report" if self.number is None else self.order.plan.chapters[self.number].label

    def submit(self, crew: Executor) -> Future[Any]:
        """Hand it out."""
        plan = self.order.plan
        if self.number is not None:
            return crew.submit(attempt, make_chapter, plan.chapters[self.number])
        return crew.submit(attempt, make_book, plan, [self.order.made[n].chapter for n in range(len(plan.chapters))])


def attempt(function: Callable[..., Any], *arguments: Any) -> Any:
    """Make something; what goes wrong comes back as a message, which unlike some errors can travel."""
    try:
        return function(*arguments)
    except StudyError as error:
        return str(error)
    except OSError as error:
        return describe_fault(error)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def run_jobs(orders: Sequence[Job], crew: Executor, tell: Callable[[Step, bool], None]) -> Iterator[Job]:
    """Make many reports side by side.

    Parameters
    ----------
    orders : what is to be made; each holds its documents or its failures afterwards.
    crew : who makes them.
    tell : called after each step, with whether it went well.

    Yields
    ------
    Job
        Each as it is done. A step whose process dies is tried again, alone; if its process dies again
        it has failed. Nothing else stops the others.
    """
    waiting = deque(step for order in orders for step in order.steps)
    suspects: deque[Step] = deque()
    running: dict[Future[Any], Step] = {}
    while waiting or suspects or running:
        alone = hand_out(waiting, suspects, running, crew)
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        if any(isinstance(future.exception(), BrokenExecutor) for future in done):
            found = list(running.values())
            running.clear()
            crew.renew()
            if not alone:
                suspects.extend(found)
                continue
            results = [(found[0], f"{found[0].label}: its process died twice; is the memory full?")]
        else:
            results = [(step := running.pop(future), read_result(future, step)) for future in done]
        for step, result in results:
            tell(step, not isinstance(result, str))
            follow = take(step, result)
            if follow is not None:
                waiting.appendleft(follow)
            elif is_done(step.order, [*waiting, *suspects, *running.values()]):
                yield step.order


def hand_out(waiting: deque[Step], suspects: deque[Step], running: dict[Future[Any], Step], crew: Executor) -> bool:
    """Hand out as many steps as the crew takes; a suspect gets it to itself, which is told."""
    if suspects:
        step = suspects.popleft()
        running[step.submit(crew)] = step
        return True
    while waiting and len(running) < crew.width:
        step = waiting.popleft()
        running[step.submit(crew)] = step
    return False


def read_result(future: Future[Any], step: Step) -> Any:
    """Read what a step gave; where it could not even come back, say so."""
    error = future.exception()
    return future.result() if error is None else f"{step.label}: {type(error).__name__}: {error}"


def take(step: Step, result: Any) -> Step | None:
    """Put the result of a step with its order; the last chapter brings the book."""
    order = step.order
    if isinstance(result, str):
        order.failures.append(result)
    elif step.number is None:
        order.files |= result
    else:
        order.made[step.number] = result
        order.files |= result.files
        if not order.missing and order.plan.has_book:
            return Step(order, None)
    return None


def is_done(order: Job, left: Sequence[Step]) -> bool:
    """Tell whether no step of an order is left."""
    return all(step.order is not order for step in left)
