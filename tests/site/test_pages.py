"""How a page of a report becomes a page of the site, and the page of a council next to its neighbours."""

from __future__ import annotations

import base64
import re

import pandas as pd
import pytest
from rich.console import Console

import lewisham_study as study
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.paths import find_project
from lewisham_study.report.batch.authorities import read_authority
from lewisham_study.report.batch.pool import open_progress
from lewisham_study.site.pages import (
    Place,
    cite,
    compare_councils,
    find_figures,
    link_councils,
    publish_page,
    read_titles,
    render_exhibit,
    render_page,
)


@pytest.fixture
def published(made, tmp_path):
    page = made.page.replace("SVG", base64.b64encode(made.svg.encode()).decode())
    return publish_page(page, Place(tmp_path / "site", "../../"), {"Compared": "compare.html"})


def test_figures_are_files_that_pages_share(published, tmp_path):
    (figure,) = (tmp_path / "site" / "figures").iterdir()
    assert f'<img src="../../figures/{figure.name}" alt="One">' in published
    assert "data:" not in published
    assert "img-src 'self';" in published
    # Without what only a file on its own needs.
    assert figure.read_text() == '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect/></svg>'


def test_the_annex_is_its_pdf_and_more_documents_are_listed(published):
    assert published.count('href="annex.pdf"') == 2
    assert "annex.html" not in published
    assert published.count('<li><a href="compare.html">Compared</a></li></ul>') == 1
    assert '<li><a href="../../docs/index.html">Documentation</a></li>' in published


def test_the_figures_of_a_page_lose_their_numbers(made):
    (figure,) = find_figures(made.page, 3)
    assert figure.startswith('<figure id="fig-one"')
    assert "Figure 1." not in figure
    assert find_figures("<p>no figure</p>", 3) == []
    (named,) = find_figures('<figure id="fig-a"><summary>Data behind Figure\u00a01</summary></figure>', 1)
    assert "<summary>Data behind this figure</summary>" in named


def test_a_page_has_a_policy_that_fetches_from_the_site_alone(tmp_path):
    page = render_page(Place(tmp_path), "A & B", "of <i>", "<p>x</p>", scripts=["names.js"])
    assert "<title>A &amp; B: of &lt;i&gt;</title>" in page
    assert "default-src 'none'; img-src 'self'; style-src 'sha256-" in page
    assert '<script src="names.js"></script>' in page
    assert 'aria-label="Documents"' not in page


def test_sentences_tables_and_figures_are_as_in_a_report(tmp_path):
    place, titles = Place(tmp_path, "../"), read_titles(find_project().reports / "references.json")
    assert render_exhibit(Prose("**Now** <b>"), place, titles) == "<p><strong>Now</strong> &lt;b&gt;</p>\n"
    cases = study.load_table("authorities").head(1)[["la_name"]]
    table = render_exhibit(TableExhibit(cases, "tbl-a", "A <b>", "Counted [@ofsted-2025]."), place, titles)
    assert '<figure id="tbl-a" class="exhibit"><figcaption>A &lt;b&gt;</figcaption>' in table
    assert "<caption>" not in table
    assert 'Counted (<a href="../docs/reference/sources.html#ofsted-2025">Ofsted 2025</a>).' in table
    case = study.open_case(study.Tables(), "Lewisham")
    figure = render_exhibit(study.spend.draw_cash(case), place, titles)
    assert '<picture><source media="(max-width: 36rem)" srcset="../figures/' in figure
    assert len(list((tmp_path / "figures").iterdir())) == 2


def test_a_source_within_a_sentence_has_no_brackets():
    titles = {"ofsted-2025": "Ofsted 2025"}
    link = '<a href="s.html#ofsted-2025">Ofsted 2025</a>'
    assert cite("Source: [@ofsted-2025].", titles, "s.html") == f"Source: {link}."
    assert cite("From @ofsted-2025 and @unknown-name", titles, "s.html") == f"From {link} and @unknown-name"


def test_sources_of_one_publisher_and_year_have_letters():
    titles = {"ofsted-1": "Ofsted 2026", "ofsted-2": "Ofsted 2026", "ofsted-3": "Ofsted 2025"}
    text = cite("Sources: [@ofsted-2; @ofsted-1; @ofsted-3].", titles, "s.html")
    assert re.findall(r"#([\w-]+)\">(.*?)<", text) == [
        ("ofsted-2", "Ofsted 2026a"),
        ("ofsted-1", "Ofsted 2026b"),
        ("ofsted-3", "Ofsted 2025"),
    ]


def test_columns_of_numbers_are_aligned_right(tmp_path):
    table = pd.DataFrame({"Council": ["Leeds"], "Cases": [14.5], "Spend": ["£1,013 (2023-24)"]})
    page = render_exhibit(TableExhibit(table, "tbl-a", "A", "B"), Place(tmp_path), {})
    assert '<table class="r2 r3">' in page


def test_pictures_beside_a_report_are_not_linked(made, tmp_path):
    link = '<li><a href="figures/fig-a.png">PNG<span class="hidden"> of Figure 1</span></a></li><li>CSV</li>'
    page = publish_page(link, Place(tmp_path / "site", "../../"), {})
    assert "fig-a.png" not in page
    assert "<li>CSV</li>" in page


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
