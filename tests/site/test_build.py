"""A whole site from reports, tables and documentation."""

from __future__ import annotations

import json

import pytest

from lewisham_study.errors import StudyError
from lewisham_study.files import PACKAGE, write_text
from lewisham_study.paths import find_project
from lewisham_study.publish.data import SCHEMA
from lewisham_study.report.batch.authorities import read_authority
from lewisham_study.site import build
from lewisham_study.site.build import list_groups, make_site, refuse_other


@pytest.fixture(scope="module")
def built(made, tmp_path_factory):
    project = find_project()

    def write_data(folder, project):
        package = {"resources": [{"name": "panel", "description": "Authority & year"}]}
        for name in (
            "panel.csv",
            "panel.parquet",
            "README.md",
            SCHEMA,
            *(f"authorities/{slug}.json" for slug in slugs),
        ):
            write_text("x", folder / name)
        write_text(json.dumps(package), folder / PACKAGE)

    slugs = [read_authority(project.processed, name).slug for name in ("Hull", "Durham", "928", "940")]
    made.add(*slugs, "england", "london")
    with pytest.MonkeyPatch.context() as patch:
        # The data are tested with `publish.data`, and take most of the time.
        patch.setattr(build, "write_data", write_data)
        return make_site(project, made.reports, made.docs, tmp_path_factory.mktemp("built") / "site")


@pytest.mark.slow
def test_a_site_has_every_part_and_no_dead_link(built):
    root = built.root
    assert built.councils == 4
    assert str(built).startswith("4 councils, ")
    assert built.size == sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    for name in ("index.html", "councils/index.html", "data/index.html", "docs/index.html", "data/panel.csv"):
        assert (root / name).is_file()
    assert not (root / "docs" / "objects.inv").exists()
    assert '<a href="../index.html">Start and search</a>' in (root / "docs" / "glossary.html").read_text()
    listed = (root / "data" / "index.html").read_text()
    assert "<td>panel</td><td>Authority &amp; year</td>" in listed
    assert '<a href="panel.csv">CSV</a> (0&nbsp;kB), <a href="panel.parquet">Parquet</a>' in listed
    start = (root / "index.html").read_text()
    assert start.count("<figure") == 1
    assert 'href="councils/england/report.html#ref-a"' in start
    assert 'src="figures/' in start
    page = (root / "councils" / "county-durham" / "briefing.html").read_text()
    assert '<a href="../../data/authorities/county-durham.json">Data (JSON)</a>' in page
    assert '<a href="compare.html">' in page


@pytest.mark.slow
@pytest.mark.browser
def test_the_search_finds_names_of_today_and_before_and_words_of_the_documentation(built, browser):
    """From a folder, as most readers will open it: a page there may load scripts and images but fetch nothing."""
    page, asked, problems = browser.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.goto((built.root / "index.html").as_uri())
    found = {}
    for words in ("Hull", "Durham", "Northamptonshire", "caseload", "zzz"):
        page.fill("#words", words)
        page.wait_for_timeout(500)  # the index of the documentation is loaded at the first letter
        found[words] = [link.text_content() for link in page.locator("#found a").all()]
    assert found == {
        "Hull": ["Hull"],
        "Durham": ["County Durham"],
        "Northamptonshire": ["North Northamptonshire", "Northamptonshire (until 2021)"],
        "caseload": ["Glossary"],
        "zzz": [],
    }
    assert problems == []
    assert not [url for url in asked if not url.startswith("file:")]


def test_a_folder_of_something_else_is_not_replaced(made, tmp_path):
    (tmp_path / "site").mkdir()
    refuse_other(tmp_path / "site")
    (tmp_path / "site" / "index.html").write_text("<html>mine</html>")
    with pytest.raises(StudyError, match="is not empty and no site"):
        make_site(find_project(), made.reports, made.docs, tmp_path / "site")


def test_without_documentation_the_command_that_makes_it_is_named(made, tmp_path):
    with pytest.raises(StudyError, match="run `make docs` first"):
        make_site(find_project(), made.reports, tmp_path / "none", tmp_path / "site")


def test_groups_are_england_and_its_regions():
    assert [one.slug for one in list_groups(find_project())][:2] == ["england", "east-midlands"]
    assert len(list_groups(find_project())) == 10
