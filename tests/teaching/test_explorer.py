"""The interactive page, alone and in a headless Chromium: every choice is answered, and no other server is asked."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lewisham_study.errors import StudyError
from lewisham_study.paths import Project
from lewisham_study.teaching import explorer
from lewisham_study.teaching.explorer import describe_server, explore, render_page
from lewisham_study.tidy.tables import Tables
from lewisham_study.vocabulary import Basis

PROJECT = Project(Path(__file__).parents[2])
PATIENCE = 120
"""Seconds to wait before giving up."""


@pytest.mark.parametrize(
    ("la_code", "day", "shown"),
    [
        ("209", date(2022, 12, 31), "Lewisham, overall: <strong>requires improvement</strong>"),
        ("209", None, "Choose a day."),
        ("838", date(2015, 1, 1), "Dorset did not exist on 1 January 2015."),
        ("838", date(2019, 6, 1), "Dorset, overall: <strong>not yet judged</strong>"),
        ("851", date(2026, 7, 5), "Portsmouth, overall: <strong>good</strong>"),
        ("851", date(2026, 7, 6), "Portsmouth, overall: <strong>no overall grade any more</strong>. Inspections that"),
        ("000", date(2022, 12, 31), "000"),
    ],
)
def test_every_choice_is_answered(la_code: str, day: date | None, shown: str) -> None:
    page = render_page(Tables(), la_code, "overall", "inspected", day)
    assert shown in page
    assert ("The last was good, from 15 May 2023 up to 5 July 2026." in page) == ("no overall grade" in shown)


@pytest.mark.parametrize("basis", ["inspected", "published"])
def test_nothing_later_than_the_day_is_shown(basis: Basis) -> None:
    page = render_page(Tables(), "209", "overall", basis, date(2022, 12, 31))
    drawn = " ".join(re.findall(r">([^<]+)<", page.partition("<svg")[2])) + page.partition('aria-label="')[2][:900]
    assert re.search("(Jul|Aug) 2019", drawn)
    assert not re.search(r"\b202[3-9]\b", drawn)
    assert "No grade is known for that day" in render_page(Tables(), "209", "overall", basis, date(2010, 1, 1))


@pytest.mark.slow
def test_spend_need_and_caseload_end_with_the_day_and_questions_have_answers() -> None:
    page = render_page(Tables(), "209", "overall", "published", date(2019, 9, 29))
    label = page.partition("<h3>Spend, need and caseload</h3>")[2]
    assert "in 2018-19" in label
    assert "2019-20" not in label
    assert "Children looked after: " in label
    assert "Cases per worker" in label
    spoken = label.partition('"img" aria-label="')[2].partition('"')[0]
    assert spoken.endswith("in 2018.")
    asked = dict(re.findall(r"<summary>(.*?)</summary><p>(.*?)</p>", page))
    assert asked["How many cases per full-time worker had Lewisham on 30 September 2018?"] == "14.4."
    assert len(asked) == 5
    after = render_page(Tables(), "209", "overall", "published", date(2019, 9, 30))
    assert "on 30 September 2019?" in after
    none = render_page(Tables(), "209", "overall", "published", date(2011, 1, 1))
    assert "No figures are held" in none


def test_a_choice_changes_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ipywidgets", reason="ipywidgets is missing: install the extra `teaching`")
    # What a page shows is tested above.
    monkeypatch.setattr(explorer, "render_page", lambda _, *choices: f"{choices}")
    controls, page = explore(Tables(), "Leeds").children
    assert page.value == f"{('383', 'overall', 'inspected', date(2022, 12, 31))}"
    authority, strand, basis, day = controls.children
    strand.value, basis.value, day.value = "care_leavers", "published", date(2024, 1, 2)
    authority.value = "209"
    assert page.value == f"{('209', 'care_leavers', 'published', date(2024, 1, 2))}"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the page as the command does, from this checkout; yield the printed address."""
    pytest.importorskip("voila", reason="voila is missing: install the extra `teaching`")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command, environment = describe_server(PROJECT, port, tmp_path, browser=False)
    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as server:
        assert server.stdout is not None
        found = (re.match(rf"http://127\.0\.0\.1:{port}/\?token=\w{{40,}}$", line.strip()) for line in server.stdout)
        yield next(one for one in found if one)[0]
        server.terminate()
        server.communicate(timeout=PATIENCE)


def ask(address: str, **headers: str) -> int:
    """Request a page and return the status of the answer."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=PATIENCE)
    connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
    with contextlib.closing(connection):
        return connection.getresponse().status


@pytest.mark.browser
@pytest.mark.slow
def test_the_page_answers_every_choice_and_asks_no_other_server(browser: Any, served: str) -> None:
    # Without the token there is neither page nor kernel, whatever the host name.
    bare = served.partition("?")[0]
    assert [ask(bare), ask(bare, Host="evil.example"), ask(f"{bare}?token=1")] == [302, 302, 302]
    assert ask(f"{bare}voila/files/../../pyproject.toml") in (302, 403)
    page, asked = browser.new_page(), list[str]()
    page.set_default_timeout(PATIENCE * 1000)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served)

    def expect(*parts: str) -> None:
        state = page.locator("#state")
        for part in parts:
            state.filter(has_text=part).wait_for()

    expect("On 31 December 2022, Lewisham, overall: requires improvement.", "published 19 August 2019")
    page.get_by_label("Day", exact=True).fill("2024-01-02")
    page.get_by_label("Day", exact=True).blur()
    expect("On 2 January 2024, Lewisham, overall: good.", "inspected from 4 December 2023")
    page.get_by_label("Basis", exact=True).select_option("as published by the day")
    expect("overall: requires improvement.", "published 19 August 2019")
    page.get_by_label("Strand", exact=True).select_option("Care leavers")
    expect("care leavers: no longer judged separately.")
    page.get_by_label("Authority", exact=True).select_option("Leeds")
    expect("On 2 January 2024, Leeds, care leavers:")
    assert page.get_by_role("img", name="Timeline of Leeds").count() == 1
    assert page.locator("table tbody tr").count() == 10
    hosts = {urlsplit(url).hostname for url in asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts == {"127.0.0.1"}
    assert len(asked) > 5
    blocked = page.evaluate("""new Promise(resolve => {
        addEventListener("securitypolicyviolation", event => resolve(event.blockedURI));
        fetch("https://evil.example/").catch(() => {});
    })""")
    assert blocked == "https://evil.example/"


def test_the_command_leaves_nothing_and_explains_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    places: list[Path] = []

    def serve(command: list[str], *, env: dict[str, str], cwd: str, check: bool) -> subprocess.CompletedProcess[bytes]:
        places.append(Path(cwd))
        assert env["JUPYTER_PATH"].split(os.pathsep)[0] == cwd
        assert (places[0] / "voila" / "templates" / "offline" / "index.html.j2").is_file()
        assert "--no-browser" in command
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(explorer.subprocess, "run", serve)
    with pytest.raises(StudyError, match=r"could not be served \(3\)"):
        explorer.serve_page(PROJECT, 8866, browser=False)
    assert not places[0].exists()
