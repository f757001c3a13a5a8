"""The page to work with, driven in a headless Chromium: it answers every choice, and asks nobody outside."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lewisham_study.teaching.server import describe_server

from lewisham_study.errors import StudyError, UsageError
from lewisham_study.paths import Project
from lewisham_study.teaching import server as explore

PROJECT = Project(Path(__file__).parents[2])
PATIENCE = 120
"""Seconds after which something that should have come is taken for not coming."""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the page as the command does, from this checkout; gives the address that is told."""
    pytest.importorskip("voila", reason="voila is missing: install the extra `teaching`")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command, environment = describe_server(PROJECT, port, tmp_path, browser=False)
    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as server:
        assert server.stdout is not None
        told = (re.match(rf"http://127\.0\.0\.1:{port}/\?token=\w{{40,}}$", line.strip()) for line in server.stdout)
        yield next(found for found in told if found)[0]
        server.terminate()
        server.communicate(timeout=PATIENCE)


def ask(address: str, **headers: str) -> int:
    """Ask for a page; give the status of the answer."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=PATIENCE)
    connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
    with contextlib.closing(connection):
        return connection.getresponse().status


@pytest.mark.browser
@pytest.mark.slow
def test_the_page_answers_every_choice_and_asks_nobody_outside(browser: Any, served: str) -> None:
    # Whoever was not told the token gets neither page nor kernel, by whatever name he comes.
    bare = served.partition("?")[0]
    assert [ask(bare), ask(bare, Host="evil.example"), ask(f"{bare}?token=1")] == [302, 302, 302]
    assert ask(f"{bare}voila/files/../../pyproject.toml") in (302, 403)
    page, asked = browser.new_page(), list[str]()
    page.set_default_timeout(PATIENCE * 1000)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served)

    def tells(*parts: str) -> None:
        state = page.locator("#state")
        for part in parts:
            state.filter(has_text=part).wait_for()

    tells("On 31 December 2022, Lewisham, overall: requires improvement.", "published 19 August 2019")
    page.get_by_label("Day", exact=True).fill("2024-01-02")
    page.get_by_label("Day", exact=True).blur()
    tells("On 2 January 2024, Lewisham, overall: good.", "inspected from 4 December 2023")
    page.get_by_label("Basis", exact=True).select_option("what was known (published)")
    tells("overall: requires improvement.", "published 19 August 2019")
    page.get_by_label("Strand", exact=True).select_option("Care leavers")
    tells("care leavers: no longer judged apart.")
    page.get_by_label("Authority", exact=True).select_option("Leeds")
    tells("On 2 January 2024, Leeds, care leavers:")
    assert page.get_by_role("img", name="Timeline of Leeds").count() == 1
    assert page.locator("table tbody tr").count() == 10
    hosts = {urlsplit(url).hostname for url in asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts == {"127.0.0.1"}
    assert len(asked) > 5
    told = page.evaluate("""new Promise(told => {
        addEventListener("securitypolicyviolation", event => told(event.blockedURI));
        fetch("https://evil.example/").catch(() => {});
    })""")
    assert told == "https://evil.example/"


def test_the_command_leaves_nothing_and_tells_what_went_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    places: list[Path] = []

    def serve(command: list[str], *, env: dict[str, str], cwd: str, check: bool) -> subprocess.CompletedProcess[bytes]:
        places.append(Path(cwd))
        assert env["JUPYTER_PATH"].split(os.pathsep)[0] == cwd
        assert (places[0] / "voila" / "templates" / "offline" / "index.html.j2").is_file()
        assert "--no-browser" in command
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(explore.subprocess, "run", serve)
    with pytest.raises(StudyError, match=r"could not be served \(3\)"):
        explore.serve_page(PROJECT, 8866, browser=False)
    assert not places[0].exists()
    monkeypatch.setattr(explore, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match="voila is not installed"):
        explore.serve_page(PROJECT, 8866)
