"""The client that waits only briefly for a kernel that has started."""

from __future__ import annotations

import asyncio
from queue import Empty
from typing import Any

import pytest

from lewisham_study.report.run.kernels.client import QUIET_SECONDS, EagerClient

ANSWER = {"msg_type": "kernel_info_reply", "content": {"protocol_version": "5.3"}}


class Channel:
    """A channel with messages, which records the timeouts of those who wait for them."""

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
    """Make a client of a kernel that answers and sends these messages."""

    def make(*messages: dict[str, Any]) -> tuple[EagerClient, Channel]:
        heard = Channel(*messages)
        client = EagerClient()
        monkeypatch.setattr(EagerClient, "shell_channel", Channel(*[ANSWER] * 3))
        monkeypatch.setattr(EagerClient, "iopub_channel", heard)
        monkeypatch.setattr(EagerClient, "kernel_info", lambda self: None)
        monkeypatch.setattr(EagerClient, "_async_is_alive", lambda self: asyncio.sleep(0, True))
        return client, heard

    return make


def test_short_timeout_applies_only_while_the_kernel_starts(connect: Any) -> None:
    client, heard = connect({"msg_type": "status"}, {"msg_type": "status"})
    asyncio.run(client.wait_for_ready(timeout=60))
    assert heard.waited == [QUIET_SECONDS] * 3
    assert heard.messages == []
    with pytest.raises(Empty):
        asyncio.run(heard.get_msg(timeout=5))
    assert heard.waited[-1] == 5


def test_kernel_without_messages_is_asked_again_until_the_timeout(connect: Any) -> None:
    client, heard = connect()
    with pytest.raises(RuntimeError, match="didn't respond in 0 seconds"):
        asyncio.run(client.wait_for_ready(timeout=0))
    assert heard.waited == [QUIET_SECONDS]
