"""HTML pages: content, accessibility, and errors that name their cell."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lewisham_study.errors import StudyError
from lewisham_study.report.document.pandoc import Report, hash_part, read_part, render_html
from lewisham_study.report.document.pdf import render_both, render_pdf

Make = Callable[..., Report]


class Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_page_is_self_contained(make: Make, full: list[Any]) -> None:
    text = render_html(make(*full)).decode()
    elements = Elements(text)
    assert {tag for tag, _ in elements.found} & {"iframe", "link", "object", "embed", "form"} == set()
    assert elements.all("script") == [{}], "one script, inline"
    loaded = [attributes for tag, attributes in elements.found if tag != "a"]
    addresses = [each[name] for each in loaded for name in ("src", "srcset", "data", "href") if name in each]
    assert addresses
    assert all(address.startswith("data:") for address in addresses)
    assert not re.search(r"url\(|@import", text)


def test_policy_allows_our_style_and_script_only(make: Make, full: list[Any]) -> None:
    text = render_html(make(*full)).decode()
    elements = Elements(text)
    policy = next(a for a in elements.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy["content"].split(";"))
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert scripts == [read_part("report.js").strip()]
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": f"'sha256-{hash_part(styles[0])}'",
        "script-src": f"'sha256-{hash_part(scripts[0])}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert len(styles) == 1
    assert not [tag for tag, attributes in elements.found if "style" in attributes]
    assert not [name for _, attributes in elements.found for name in attributes if name.startswith("on")]
    assert elements.all("td")[-1]["class"].split() == ["right", "unbroken"]
    assert len(elements.all("tr")) == 2 + 61, "the data behind the figure, and the table"


def test_page_is_accessible(make: Make, full: list[Any]) -> None:
    elements = Elements(render_html(make(*full)).decode())
    assert elements.all("html")[0]["lang"] == "en-GB"
    assert elements.all("img")[0]["alt"] == "Up, then down."
    assert [tag for tag, _ in elements.found if re.fullmatch("h[1-6]", tag)] == ["h1", "h2", "h3", "h2", "h2"]
    assert elements.all("a")[0] == {"class": "skip", "href": "#main"}
    assert all(a["tabindex"] == "0" and a["aria-label"] for a in elements.all("div") if a.get("class") == "scroll")
    names = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(set(names)) == len(names)
    links = [a["href"] for a in elements.all("a") if a.get("href", "").startswith("#")]
    assert {link[1:] for link in links} <= set(names)
    assert {a["download"] for a in elements.all("a") if "download" in a} == {
        "fig-steps.svg",
        "fig-steps.csv",
        "tbl-judgements.csv",
    }


def test_references_notes_and_sources_are_resolved(make: Make, full: list[Any]) -> None:
    text = render_html(make(*full)).decode()
    assert '<a href="#fig-steps">Figure\u00a01</a>' in text
    assert '<a href="#tbl-judgements">Table\u00a01</a>' in text
    assert '(<a href="#ref-ofsted-2025" role="doc-biblioref">Ofsted 2025</a>, p.\u00a04)' in text
    assert "Edition 2025. Licence: OGL-UK-3.0" in text
    assert "<math" in text
    assert "A note." in text
    assert text.index('id="how-these-pages-were-made"') < text.index('id="sources"')


def test_sources_are_found_in_a_folder_of_any_name(make: Make, full: list[Any], tmp_path: Path) -> None:
    folder = tmp_path / "a%20b #1 'c' \"d\" $HOME; ü"
    folder.mkdir()
    shutil.copy(make(*full).bibliographies[0], folder / "references.json")
    page = render_html(make(*full, bibliographies=(folder / "references.json",)))
    assert page == render_html(make(*full))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Sources: [@ofsted-2025, H!F78 and elsewhere].", "Sources: Ofsted 2025, H!F78 and elsewhere."),
        ("Each edition from [@ofsted-2025] to [-@ofsted-2025].", "Each edition from Ofsted 2025 to 2025."),
        ("[@ofsted-2025, p. 4]", "Ofsted 2025, p. 4"),
        ("Judged good [@ofsted-2025, p. 4].", "Judged good (Ofsted 2025, p. 4)."),
        ("As @ofsted-2025 judged.", "As Ofsted (2025) judged."),
    ],
)
def test_citation_in_a_sentence_has_no_brackets(make: Make, build: SimpleNamespace, text: str, shown: str) -> None:
    page = render_html(make(build.code("f", build.figure(caption=text), count=1))).decode()
    note = re.findall(r'<div class="note">(.*?)</div>', page, re.DOTALL)[0]
    assert re.sub(r"<[^>]*>", "", note).replace("\u00a0", " ").strip() == shown


def test_code_is_folded_unless_shown(make: Make, full: list[Any]) -> None:
    folded, shown = (render_html(make(*full, show_code=show)).decode() for show in (False, True))
    assert folded.count('<details class="code">') == 3
    assert shown.count('<details class="code" open>') == 3
    assert 'class="code"' not in render_html(make(*full, layout="briefing")).decode()


def test_report_without_citations_has_no_sources(make: Make, build: SimpleNamespace) -> None:
    assert 'id="sources"' not in render_html(make(build.text("Nothing."))).decode()


def test_every_report_has_the_attribution_that_the_licence_requires(make: Make, full: list[Any]) -> None:
    words = " ".join(render_html(make(*full)).decode().split())
    assert "licensed under the Open Government Licence v3.0." in words


def test_same_report_gives_the_same_bytes(
    make: Make, full: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    html, pdf = render_html(make(*full)), render_pdf(make(*full))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert render_html(make(*full)) == html
    assert render_pdf(make(*full)) == pdf
    assert render_both(make(*full)) == (html, pdf)
    assert str(tmp_path).encode() not in html + pdf
    assert b"2025-09-25T00:00:00" in pdf


def test_source_date_epoch_dates_only_the_file(make: Make, full: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    html = render_html(make(*full))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert b"2001-09-09T01:46:40" in render_pdf(make(*full))
    assert render_html(make(*full)) == html


def test_hostile_texts_stay_texts(make: Make, build: SimpleNamespace, hostile: str) -> None:
    output = build.figure(title=hostile, alt=hostile)
    report = make(build.code("f", output, count=1), title=hostile, subtitle=hostile, data=hostile)
    elements = Elements(render_html(report).decode())
    assert elements.all("script") == [{}], "the page's own, see the test of its policy"
    assert elements.all("img")[0]["alt"] == hostile
    assert all(not a.get("href", "").startswith("javascript:") for a in elements.all("a"))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("See @fig-none.", "@fig-none refers to nothing"),
        ("As [@nobody-2020] says.", "@nobody-2020 is not a known source"),
        ("#### Deep", "the heading 'Deep' skips a level; give it ##"),
        ("# Again", "a second title: Again; write it as `## Again`"),
        ("<b>bold</b>", "raw html: <b>; write it as Markdown"),
        ("<script>alert(1)</script>", "raw html: <script>"),
        ("<div>\n\nx\n\n</div>", "raw html: <div>"),
        ("`<i>`{=html}", "raw html"),
        ("```{=typst}\n#panic()\n```", "raw typst"),
        ("\\input{x}", "raw tex"),
        ("![A picture](missing.png)", "the image missing.png does not exist"),
        ("![A picture](https://example.org/a.png)", "the image https://example.org/a.png does not exist"),
        ("![A picture](../../../etc/hostname)", "the image ../../../etc/hostname does not exist"),
        ("[x](javascript:alert)", "a link to javascript:alert"),
        ("[x](data:text/html,x)", "a link to data:text/html,x"),
    ],
)
@pytest.mark.parametrize("render", [render_html, render_pdf])
def test_error_names_notebook_and_cell(
    make: Make, build: SimpleNamespace, render: Callable[[Report], bytes], source: str, message: str
) -> None:
    with pytest.raises(StudyError) as caught:
        render(make(build.text("Fine."), build.text(source)))
    assert f"01-part.ipynb, cell 3: {message}" in str(caught.value)


def test_all_errors_are_reported_at_once(make: Make, build: SimpleNamespace) -> None:
    with pytest.raises(StudyError) as caught:
        render_html(make(build.text("<b>x</b> and @fig-a"), build.text("#### Deep")))
    assert str(caught.value).count("cell ") == 4


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_no_violation(
    make: Make, full: list[Any], check_access: Callable[..., dict[str, Any]], width: int, dark: bool
) -> None:
    result = check_access(render_html(make(*full)).decode(), width, dark=dark)
    assert result["violations"] == []
    assert result["passes"] > 20


@pytest.mark.browser
@pytest.mark.parametrize(("presses", "first", "order"), [(2, "1,200", "descending"), (3, "7", None)])
def test_heading_sorts_its_table(
    make: Make,
    build: SimpleNamespace,
    check_access: Callable[..., dict[str, Any]],
    presses: int,
    first: str,
    order: str | None,
) -> None:
    output = build.table()
    cells = zip(["a", "b", "c", "d", "All"], ["7", "1,200", "–", "−3", "9"], strict=True)
    rows = [f"| {name} | {value} |" for name, value in cells]
    output["data"]["text/markdown"] = "\n".join(["| Strand | Cases |", "|:---|---:|", *rows])
    act = "document.querySelectorAll('thead button')[1].click();" * presses
    page = render_html(make(build.code("t", output, count=1))).decode()
    result = check_access(page, 800, dark=False, act=act)
    columns = re.findall(r"<td[^>]*>([^<]*)</td>", result["dom"])
    assert columns[1] == first
    assert columns[-2:] == ["All", "9"], "a total stays last"
    assert re.findall(r'<th[^>]* aria-sort="(\w+)"', result["dom"]) == ([order] if order else [])
    assert result["violations"] == []
    assert "<button" not in page, "only the script adds buttons"


@pytest.mark.browser
def test_figure_is_embedded_once_and_can_be_downloaded(
    make: Make, build: SimpleNamespace, check_access: Callable[..., dict[str, Any]]
) -> None:
    page = render_html(
        make(build.code("f", build.figure(), count=1), build.code("g", build.figure("fig-two"), count=2))
    )
    assert page.count(b"data:image/svg+xml") == 2
    elements = Elements(check_access(page.decode(), 800, dark=False)["dom"])
    links = [a["href"] for a in elements.all("a") if a.get("download", "").endswith(".svg")]
    assert links == [image["src"] for image in elements.all("img")]
    assert "hidden" not in {name for attributes in elements.all("li") for name in attributes}


def test_a_phone_gets_the_figure_drawn_for_it(make: Make, build: SimpleNamespace) -> None:
    page = render_html(make(build.code("f", build.figure(narrow="<svg>narrow</svg>"), count=1))).decode()
    source = re.search(
        r'<picture><source media="\(max-width: 36rem\)" srcset="data:image/svg\+xml;base64,([^"]+)">', page
    )
    assert source
    assert base64.b64decode(source[1]) == b"<svg>narrow</svg>"
    assert "<picture>" not in render_html(make(build.code("f", build.figure(), count=1))).decode()


@pytest.mark.browser
def test_axe_finds_violations(make: Make, check_access: Callable[..., dict[str, Any]]) -> None:
    text = render_html(make([])).decode().replace('lang="en-GB"', "").replace("</main>", '<img src="data:,"></main>')
    assert {rule for rule, *_ in check_access(text, 800, dark=False)["violations"]} == {"html-has-lang", "image-alt"}


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Improvement in social care", "Improvement in social care: Lewisham, 2012 to 2022"),
        ("Part B. January 2020: how long?", "Part B. January 2020: how long? – Lewisham, 2012 to 2022"),
    ],
)
def test_title_and_subtitle_in_a_line_have_no_second_colon(make: Any, build: Any, title: str, line: str) -> None:
    report = make(build.text("One paragraph."), title=title)
    assert report.full_title == line
    assert f"<title>{line}</title>" in render_html(report).decode()
