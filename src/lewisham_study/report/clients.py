"""Whoever asks a kernel to run cells, and waits for it no longer than it takes."""

from __future__ import annotations

from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient

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
