"""The page to work with, driven in a headless Chromium: it answers every choice, and asks nobody outside."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import WebSocketClientConnection, websocket_connect

from lewisham_study.paths import Project
from lewisham_study.report.explore import describe_server

PATIENCE = 120
"""Seconds after which something that should have come is taken for not coming."""
CHOOSE = """(() => {
  const place = [...document.querySelectorAll(".widget-dropdown")].find(
    (one) => one.querySelector("label").textContent === %s);
  const select = place.querySelector("select");
  select.value = [...select.options].find((one) => one.textContent.replace(/\\u00a0/g, " ").trim() === %s).value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
})()"""
DATE = """(() => {
  const input = document.querySelector('.jupyter-widgets input[type="date"]');
  input.value = %s;
  input.dispatchEvent(new Event("change", { bubbles: true }));
})()"""


class Browser:
    """A page in Chromium, spoken to by its own protocol; it notes every address that the page asks for."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self.connection, self.number, self.asked = connection, 0, list[str]()

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.number += 1
        await self.connection.write_message(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(str(await asyncio.wait_for(self.connection.read_message(), PATIENCE)))
            if message.get("method") == "Network.requestWillBeSent":
                self.asked.append(message["params"]["request"]["url"])
            if message.get("id") == self.number:
                assert "error" not in message, message
                return dict(message["result"])

    async def run(self, script: str) -> Any:
        answer = await self.call("Runtime.evaluate", expression=script)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def wait_for(self, text: str) -> str:
        """Wait until the sentence on the state says something, and give it."""
        end = time.monotonic() + PATIENCE
        told = ""
        while time.monotonic() < end:
            told = str(await self.run('document.querySelector("#state")?.textContent ?? ""'))
            if text in told:
                return told
            await asyncio.sleep(0.2)
        raise AssertionError(f"the page never said {text!r}; it says {told!r}")


@pytest.fixture
def address() -> Iterator[str]:
    """Serve the page as the command does, from this checkout."""
    pytest.importorskip("voila", reason="voila is missing: install the extra `teaching`")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command, environment = describe_server(Project(Path(__file__).parents[2]), port, browser=False)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        yield f"http://127.0.0.1:{port}/"
        server.terminate()
        server.communicate(timeout=30)


@pytest.fixture
def debugger(tmp_path: Path) -> Iterator[int]:
    """Start a headless Chromium that can be spoken to, and give its port."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("no Chromium: install it, on Debian with `apt-get install chromium`")
    command = [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"]
    command += ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", "about:blank"]
    note = tmp_path / "profile" / "DevToolsActivePort"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        end = time.monotonic() + PATIENCE
        while not (note.is_file() and note.read_text()) and time.monotonic() < end:
            time.sleep(0.1)
        yield int(note.read_text().split()[0])
        process.terminate()
        process.wait(30)


async def open_page(port: int, address: str) -> Browser:
    client = AsyncHTTPClient()
    targets = json.loads((await client.fetch(f"http://127.0.0.1:{port}/json")).body)
    page = next(one for one in targets if one["type"] == "page")
    connection = await websocket_connect(page["webSocketDebuggerUrl"], max_message_size=2**28)
    browser = Browser(connection)
    await browser.call("Network.enable")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError):
            await client.fetch(address, request_timeout=PATIENCE, connect_timeout=5)
            break
        await asyncio.sleep(0.3)
    await browser.call("Page.navigate", url=address)
    return browser


async def work(port: int, address: str) -> Browser:
    browser = await open_page(port, address)
    first = await browser.wait_for("Lewisham, overall")
    assert "On 31 December 2022, Lewisham, overall: requires improvement." in first
    await browser.run(DATE % json.dumps("2024-01-02"))
    assert "overall: good" in await browser.wait_for("On 2 January 2024")
    await browser.run(CHOOSE % (json.dumps("Basis"), json.dumps("what was known (published)")))
    assert "published 19 August 2019" in await browser.wait_for("overall: requires improvement")
    await browser.run(CHOOSE % (json.dumps("Strand"), json.dumps("Care leavers")))
    await browser.wait_for("care leavers: no longer judged apart")
    await browser.run(CHOOSE % (json.dumps("Authority"), json.dumps("Leeds")))
    await browser.wait_for("On 2 January 2024, Leeds, care leavers:")
    assert await browser.run('document.querySelectorAll("svg[role=img][aria-label*=Leeds]").length') == 1
    assert await browser.run('document.querySelectorAll("#rendered_cells table tbody tr").length') == 10
    browser.connection.close()
    return browser


@pytest.mark.browser
@pytest.mark.slow
def test_the_page_answers_every_choice_and_asks_nobody_outside(debugger: int, address: str) -> None:
    browser = asyncio.run(work(debugger, address))
    hosts = {urlsplit(url).hostname for url in browser.asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts == {"127.0.0.1"}
    assert len(browser.asked) > 5
