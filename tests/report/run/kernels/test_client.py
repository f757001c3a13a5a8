"""A client that takes a kernel for ready as soon as it is."""

from __future__ import annotations

import asyncio
from queue import Empty
from typing import Any

import pytest

from lewisham_study.report.run.kernels.client import QUIET, EagerClient

ANSWER = {"msg_type": "kernel_info_reply", "content": {"protocol_version": "5.3"}}


class Channel:
    """A channel that has some messages, and notes how long one was ready to wait for each."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = list(messages)
        self.waited: list[float | None] = []

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        self.waited.append(timeout)
        if not self.messages:
            raise Empty
        return self.messages.pop(0)


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make a client of a kernel that answers and says these messages."""

    def make(*said: dict[str, Any]) -> tuple[EagerClient, Channel]:
        heard = Channel(*said)
        client = EagerClient()
        monkeypatch.setattr(EagerClient, "shell_channel", Channel(*[ANSWER] * 3))
        monkeypatch.setattr(EagerClient, "iopub_channel", heard)
        monkeypatch.setattr(EagerClient, "kernel_info", lambda self: None)
        monkeypatch.setattr(EagerClient, "_async_is_alive", lambda self: asyncio.sleep(0, True))
        return client, heard

    return make


def test_it_waits_a_moment_for_what_is_left_over_and_then_as_asked(connect: Any) -> None:
    client, heard = connect({"msg_type": "status"}, {"msg_type": "status"})
    asyncio.run(client.wait_for_ready(timeout=60))
    assert heard.waited == [QUIET] * 3
    assert heard.messages == []
    with pytest.raises(Empty):
        asyncio.run(heard.get_msg(timeout=5))
    assert heard.waited[-1] == 5


def test_a_kernel_that_answers_but_is_not_heard_yet_is_asked_again_until_the_time_is_up(connect: Any) -> None:
    client, heard = connect()
    with pytest.raises(RuntimeError, match="didn't respond in 0 seconds"):
        asyncio.run(client.wait_for_ready(timeout=0))
    assert heard.waited == [QUIET]
