"""The progress of a run: done, failed, rate, time left."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from lewisham_study.report.batch.schedule import Step


class RateColumn(ProgressColumn):
    """How many steps a minute."""

    def render(self, task: Task) -> Text:
        """Show it, once it is known."""
        return Text(f"{task.speed * 60:.0f}/min" if task.speed else "–/min", style="cyan")


class ShownProgress:
    """A progress bar over the steps of a run; it leaves nothing behind, and is silent where there is no terminal.

    Parameters
    ----------
    console : where it is drawn; None: nowhere.
    total : how many steps there are.
    """

    def __init__(self, console: Console | None, total: int) -> None:
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("[red]{task.fields[failed]} failed"),
            RateColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=console is None or not console.is_terminal,
        )
        self.task = self.bar.add_task("chapters", total=total, failed=0)
        self.failed = 0

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.bar.stop()

    def tell(self, step: Step, went_well: bool) -> None:
        """Count a step."""
        self.failed += not went_well
        self.bar.update(self.task, advance=1, description=step.order.plan.authority.title, failed=self.failed)


def open_progress(console: Console) -> Progress:
    """Open a plain progress bar, silent where there is no terminal."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
