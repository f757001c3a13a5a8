"""The page to work with, driven in a headless Chromium: it answers every choice, and asks nobody outside."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lewisham_study.paths import Project
from lewisham_study.report.explore import describe_server

PATIENCE = 120
"""Seconds after which something that should have come is taken for not coming."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Serve the page as the command does, from this checkout."""
    pytest.importorskip("voila", reason="voila is missing: install the extra `teaching`")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command, environment = describe_server(Project(Path(__file__).parents[2]), port, tmp_path, browser=False)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        wait_for(port)
        yield f"http://127.0.0.1:{port}/"
        server.terminate()
        server.communicate(timeout=PATIENCE)


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"nobody listens on port {port}")


@pytest.mark.browser
@pytest.mark.slow
def test_the_page_answers_every_choice_and_asks_nobody_outside(browser: Any, address: str) -> None:
    page, asked = browser.new_page(), list[str]()
    page.set_default_timeout(PATIENCE * 1000)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)

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
