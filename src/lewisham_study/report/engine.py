"""Papermill's own engine with a limit on what a notebook may show: an endless print must not fill the memory."""

from __future__ import annotations

import asyncio
from typing import Any

from nbclient.exceptions import CellExecutionComplete
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

ENGINE = "lewisham-study"
LETTERS = 50_000_000
"""What the cells of a notebook may show together; those of the study show less than one million."""


class TooMuchShownError(Exception):
    """A notebook showed more than a report can hold."""


class MeasuringClient(PapermillNotebookClient):  # type: ignore[misc]
    """A client that ends a run that shows too much, while it runs."""

    shown = 0

    def process_message(self, message: dict[str, Any], *place: Any) -> Any:
        """Measure a message before it is kept."""
        self.shown += measure(message["content"])
        if self.shown <= LETTERS:
            return super().process_message(message, *place)
        # With the kernel dead, nobody waits any longer for the cell to end.
        self.stopping = asyncio.ensure_future(self.km.provisioner.kill())
        raise CellExecutionComplete

    def execute_cell(self, *arguments: Any, **options: Any) -> Any:
        """Run a cell.

        Raises
        ------
        TooMuchShownError
            Once the cells showed more than `LETTERS`.
        """
        try:
            return super().execute_cell(*arguments, **options)
        finally:
            if self.shown > LETTERS:
                raise TooMuchShownError from None


class MeasuringEngine(NBClientEngine):  # type: ignore[misc]
    """The engine that uses it."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, start_timeout: int, execution_timeout: int, input_path: Any, **options: Any
    ) -> Any:
        """Run a notebook as papermill asks for it."""
        times = {"startup_timeout": start_timeout, "timeout": execution_timeout, "iopub_timeout": execution_timeout}
        return MeasuringClient(nb_man, kernel_name=kernel_name, **times, **options).execute()


papermill_engines.register(ENGINE, MeasuringEngine)


def measure(content: Any) -> int:
    """Measure the texts of a message, in letters.

    Examples
    --------
    >>> measure({"name": "stdout", "data": {"text/plain": "ab", "image/png": "abc"}})
    11
    """
    if isinstance(content, dict):
        return sum(measure(value) for value in content.values())
    return len(content) if isinstance(content, str) else 0
