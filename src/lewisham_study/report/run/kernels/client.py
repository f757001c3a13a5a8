"""Papermill's client and engine, with shorter waits and a limit on the size of the output."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from nbclient.exceptions import CellExecutionComplete
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

ENGINE = "lewisham-study"
QUIET_SECONDS = 0.02
"""How long a kernel that has answered must send nothing to be ready."""
MOST_LETTERS = 50_000_000
"""The output of a notebook at most; those of the study have less than one million letters."""


class EagerClient(AsyncKernelClient):
    """A client that waits 0.02 instead of 0.2 seconds for late messages of a kernel that has started.

    Late messages do no harm: nbclient, with which papermill runs cells, matches each message to its request.
    """

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        channel = self.iopub_channel
        get = channel.get_msg

        async def get_soon(timeout: float | None = None) -> Any:
            return await get(timeout=QUIET_SECONDS)

        channel.get_msg = get_soon
        try:
            await super()._async_wait_for_ready(timeout=timeout)
        finally:
            channel.get_msg = get

    wait_for_ready = _async_wait_for_ready


class TooMuchShownError(Exception):
    """A notebook showed more than `MOST_LETTERS`."""


class MeasuringClient(PapermillNotebookClient):  # type: ignore[misc]
    """A client that stops a notebook while it runs if it shows too much."""

    shown = 0

    def process_message(self, message: dict[str, Any], *place: Any) -> Any:
        """Add up the size of a message, then process it or stop the kernel."""
        self.shown += measure(message["content"])
        if self.shown <= MOST_LETTERS:
            return super().process_message(message, *place)
        # Once the kernel is killed, nothing waits for the cell to end.
        self.stopping = asyncio.ensure_future(self.km.provisioner.kill())
        raise CellExecutionComplete

    def execute_cell(self, *arguments: Any, **options: Any) -> Any:
        """Execute a cell, unless the notebook has shown too much."""
        try:
            return super().execute_cell(*arguments, **options)
        finally:
            if self.shown > MOST_LETTERS:
                raise TooMuchShownError from None


class MeasuringEngine(NBClientEngine):  # type: ignore[misc]
    """A papermill engine that uses `MeasuringClient`."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, start_timeout: int, execution_timeout: int, input_path: Any, **options: Any
    ) -> Any:
        """Execute a notebook for papermill."""
        times = {"startup_timeout": start_timeout, "timeout": execution_timeout, "iopub_timeout": execution_timeout}
        return MeasuringClient(nb_man, kernel_name=kernel_name, **times, **options).execute()


papermill_engines.register(ENGINE, MeasuringEngine)


def measure(content: Any) -> int:
    """Count the letters in a message's texts.

    Examples
    --------
    >>> measure({"name": "stdout", "data": {"text/plain": "ab", "image/png": "abc"}})
    11
    """
    if isinstance(content, dict):
        return sum(measure(value) for value in content.values())
    return len(content) if isinstance(content, str) else 0
