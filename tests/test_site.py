"""The documentation site as `make docs` left it: nothing asked for outside, no dead link, notebooks as committed."""

from __future__ import annotations

import html
import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import lewisham_study as study
from lewisham_study.paths import find_project

SITE = find_project().root / "docs" / "_build" / "html"
PAGES = [path for path in sorted(SITE.rglob("*.html")) if "_static" not in path.parts]
FETCHED = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("object", "data")}
FETCHED |= {("video", "src"), ("audio", "src"), ("embed", "src"), ("use", "href"), ("image", "href")}
STARTS = ("stylesheet", "icon", "preload", "preconnect", "prefetch", "modulepreload", "dns-prefetch", "manifest")

pytestmark = pytest.mark.skipif(not PAGES, reason="no site: `make docs` builds it, and .ci/run before the tests")


class Page(HTMLParser):
    """What a page fetches, links to and offers as an anchor."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        self.fetched += [given[name] for kind, name in FETCHED if kind == tag and name in given]
        self.fetched += [part.split()[0] for part in given.get("srcset", "").split(",") if part.strip()]
        if tag == "link" and set(given.get("rel", "").split()) & set(STARTS):
            self.fetched.append(given["href"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])


read_page = cache(Page)


def is_outside(address: str) -> bool:
    return bool(re.match(r"(https?:)?//", address))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(SITE).as_posix())
def test_a_page_fetches_nothing_from_outside_and_no_link_is_dead(path):
    page = read_page(path)
    assert not [address for address in page.fetched if is_outside(address)]
    for address in [*page.links, *page.fetched]:
        parts = urlsplit(address)
        if parts.scheme or is_outside(address):
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        assert target.is_file(), f"{address} leads nowhere"
        if parts.fragment and target.suffix == ".html":
            assert unquote(parts.fragment) in read_page(target).anchors, f"{address} has no such place"


def test_no_style_fetches_anything_from_outside():
    for path in SITE.rglob("*.css"):
        found = re.findall(
            r"url\(\s*['\"]?((?:https?:)?//[^)'\"]+)|@import\s+['\"](https?:[^'\"]+)", path.read_text("utf-8")
        )
        assert not found, path


@pytest.mark.parametrize("path", sorted(find_project().notebooks.glob("[0-9]*.ipynb")), ids=lambda path: path.stem)
def test_a_notebooks_page_shows_the_committed_outputs(path):
    """Every exhibit with its title or alternative text, and the numbers that were computed when it was committed."""
    shown = (SITE / "notebooks" / f"{path.stem}.html").read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    exhibits = [output["metadata"]["exhibit"] for output in outputs]
    labelled = [one for one in exhibits if "label" in one]
    assert len(labelled) > 3
    for one in labelled:
        assert f'id="{one["label"]}"' in shown
        assert html.escape(one["alt"]) in shown if one["kind"] == "figure" else html.escape(one["title"]) in shown
    assert "[@" not in shown


@pytest.mark.browser
def test_a_browser_asks_for_nothing_outside(browser):
    """Scripts too may fetch: every kind of page is opened, its search used, and what it asks for is watched."""
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    for name in ("index", "notebooks/01-ratings", "reference/library", "data-dictionary", "search"):
        page.goto((SITE / f"{name}.html").as_uri() + ("?q=caseload" if name == "search" else ""))
        page.wait_for_load_state("load")
    page.wait_for_selector("#search-results li")
    assert page.locator("#search-results li").first.inner_text().startswith("Glossary"), "modules come after"
    assert len(asked) > 20
    assert not [address for address in asked if is_outside(address)]


def test_readers_find_their_way():
    """Each reader's first and next step is one click from the start page."""
    steps = {"tutorial.html", "reference/commands.html", "cluster.html", "notebooks/01-ratings.html", "assurance.html"}
    steps |= {
        "explanation/method.html",
        "how-to/use-the-library.html",
        "how-to/teach.html",
        "data-dictionary.html",
        "coding-manual.html",
    }
    steps |= {"project/contributing.html", "project/reproducing.html", "architecture.html", "reference/sources.html"}
    steps |= {"glossary.html"}
    steps |= {"how-to/teach.html", "explanation/claims.html"}
    assert steps <= set(read_page(SITE / "index.html").links)


def test_the_library_page_explains_every_function_that_is_offered():
    shown = read_page(SITE / "reference" / "library.html").anchors
    modules = {"caseload", "comparison", "evidence", "ratings", "spend"}
    assert {f"lewisham_study.{name}" for name in set(study.__all__) - modules} <= shown


def test_the_commands_are_all_there():
    from typer.main import get_command

    from lewisham_study.cli.app import app

    shown = read_page(SITE / "reference" / "commands.html").anchors
    assert {f"lewisham-study-{name}" for name in get_command(app).commands} <= shown
