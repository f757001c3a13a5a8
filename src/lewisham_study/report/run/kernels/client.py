"""Whoever asks a kernel to run cells, and waits for it no longer than it takes."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from nbclient.exceptions import CellExecutionComplete
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

QUIET = 0.02
"""Seconds without a message after which a kernel that answered has nothing more to say."""


class EagerClient(AsyncKernelClient):
    """A client of jupyter_client that takes a kernel for ready sooner after its first answer.

    The usual one waits until nothing came for 0.2 seconds, lest what is left over be taken for the output of a cell.
    nbclient, which papermill runs cells by, goes by what a message answers, so that nothing left over matters.
    """

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        channel = self.iopub_channel
        get = channel.get_msg

        async def get_soon(timeout: float | None = None) -> Any:
            return await get(timeout=QUIET)

        channel.get_msg = get_soon
        try:
            await super()._async_wait_for_ready(timeout=timeout)
        finally:
            channel.get_msg = get

    wait_for_ready = _async_wait_for_ready


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
