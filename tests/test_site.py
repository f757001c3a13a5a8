"""The documentation site made by `make docs`: no request to other hosts, no dead link, notebooks as committed."""

from __future__ import annotations

import html
import json
import re
from functools import cache
from types import ModuleType

import pytest

import lewisham_study as study
from lewisham_study.paths import find_project
from lewisham_study.site import crawl

SITE = find_project().root / "docs" / "_build" / "html"
PAGES = [path for path in sorted(SITE.rglob("*.html")) if "_static" not in path.parts]
pytestmark = pytest.mark.skipif(not PAGES, reason="no site: run `make docs`, as .ci/run does before the tests")


read_page = cache(crawl.read_page)


def is_outside(address: str) -> bool:
    return bool(re.match(r"(https?:)?//", address))


def test_the_pages_contact_no_other_host_and_have_no_dead_link():
    assert [fault for fault in crawl.crawl_site(SITE) if not fault.startswith("_static/")] == []


@pytest.mark.parametrize("path", sorted(find_project().notebooks.glob("[0-9]*.ipynb")), ids=lambda path: path.stem)
def test_a_notebooks_page_shows_the_committed_outputs(path):
    """Every exhibit has its title or alternative text."""
    shown = (SITE / "notebooks" / f"{path.stem}.html").read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    exhibits = [output["metadata"]["exhibit"] for output in outputs]
    labelled = [one for one in exhibits if "label" in one]
    assert len(labelled) >= 3
    for one in labelled:
        assert f'id="{one["label"]}"' in shown
        assert html.escape(one["alt"]) in shown if one["kind"] == "figure" else html.escape(one["title"]) in shown
    assert "[@" not in shown


@pytest.mark.browser
def test_a_browser_contacts_no_other_host(browser):
    """Scripts may fetch too: open every kind of page, use the search, and record each request."""
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    for name in ("index", "notebooks/01-ratings", "reference/library", "data-dictionary", "search"):
        page.goto((SITE / f"{name}.html").as_uri() + ("?q=caseload" if name == "search" else ""))
        page.wait_for_load_state("load")
    page.wait_for_selector("#search-results li")
    assert page.locator("#search-results li").first.inner_text().startswith("Glossary"), "modules come later"
    assert len(asked) > 20
    assert not [address for address in asked if is_outside(address)]


def test_the_start_page_links_to_each_readers_first_steps():
    steps = {"tutorial.html", "reference/commands.html", "cluster.html", "notebooks/01-ratings.html", "assurance.html"}
    steps |= {
        "explanation/method.html",
        "how-to/use-the-library.html",
        "how-to/teach.html",
        "data-dictionary.html",
        "coding-manual.html",
    }
    steps |= {"project/contributing.html", "project/reproducing.html", "architecture.html", "reference/sources.html"}
    steps |= {"glossary.html", "explanation/claims.html", "how-to/make-reports.html", "decisions/index.html"}
    assert steps <= set(read_page(SITE / "index.html").links)


def test_the_library_page_documents_every_public_function():
    shown = read_page(SITE / "reference" / "library.html").anchors
    names = [name for name in study.__all__ if not isinstance(getattr(study, name), ModuleType)]
    assert {f"lewisham_study.{name}" for name in names} <= shown


def test_public_modules_are_listed_with_each_of_their_functions():
    shown = (SITE / "reference" / "api" / "exhibits.html").read_text(encoding="utf-8")
    for name in study.__all__:
        module = getattr(study, name)
        if isinstance(module, ModuleType):
            assert f"lewisham_study.{name}" in shown
            assert not [one for one in getattr(module, "__all__", []) if f">{one}(" not in shown]


def test_every_module_is_listed():
    shown = (SITE / "reference" / "api" / "modules.html").read_text(encoding="utf-8")
    package = find_project().root / "src" / "lewisham_study"
    assert not [path.name for path in package.rglob("[!_]*.py") if f">{path.name}<" not in shown]


def test_every_command_is_documented():
    from typer.main import get_command

    from lewisham_study.cli.app import app

    shown = read_page(SITE / "reference" / "commands.html").anchors
    assert {f"lewisham-study-{name}" for name in get_command(app).commands} <= shown
