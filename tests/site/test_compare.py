"""The page of a council next to its neighbours."""

from __future__ import annotations

import re

import pytest
from rich.console import Console

from lewisham_study.paths import find_project
from lewisham_study.report.batch.authorities import read_authority
from lewisham_study.report.batch.pool import open_progress
from lewisham_study.site.compare import compare_councils, link_councils


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    root, project = tmp_path_factory.mktemp("site"), find_project()
    found = [
        read_authority(project.processed, name)
        for name in ("Leeds", "Sheffield", "Isles of Scilly", "Cumberland", "835", "838")
    ]
    with open_progress(Console(quiet=True)) as progress:
        return root, compare_councils(project, found, root, progress)


@pytest.mark.slow
def test_a_council_without_published_neighbours_has_no_page(compared):
    root, codes = compared
    pages = {path.parent.name for path in root.rglob("compare.html")}
    assert {"383", "373"} <= codes
    assert {"leeds", "sheffield"} <= pages
    assert len(pages) == len(codes) < 6


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "name"), [("dorset", "Dorset (since 2019)"), ("dorset-835", "Dorset (until 2019)")])
def test_councils_of_one_name_have_their_own_numbers(compared, slug, name):
    page = (compared[0] / "councils" / slug / "compare.html").read_text(encoding="utf-8")
    (row,) = re.findall(r"<tr><td>(?:<a[^>]*>)?Dorset .*?</tr>", page.partition("<tbody>")[2].partition("</tbody>")[0])
    assert f'../{slug}/briefing.html">{name}</a>' in row
    assert ("(2018)" in row) == (slug == "dorset-835")


@pytest.mark.slow
def test_the_table_has_the_council_its_neighbours_and_england(compared):
    page = (compared[0] / "councils" / "leeds" / "compare.html").read_text(encoding="utf-8")
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)[1]
    names = [re.sub(r"<.*?>", "", name) for name in re.findall(r"<tr><td>(.*?)</td>", body)]
    assert (names[0], names[-1], len(names)) == ("Leeds", "England", 12)
    assert "Sheffield" in names
    assert '<td><a href="../sheffield/briefing.html">Sheffield</a></td>' in page
    assert '<th scope="col">Council</th>' in page
    assert "[@" not in page


def test_only_councils_of_the_site_are_linked():
    main = "<td>A &amp; B</td><td>C</td><td>C</td>"
    assert (
        link_councils(main, {"A & B": "a-b"})
        == '<td><a href="../a-b/briefing.html">A &amp; B</a></td><td>C</td><td>C</td>'
    )
