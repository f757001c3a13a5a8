"""Pages and PDFs: what stands in them, that they are accessible, and that a mistake names its cell."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import page
import pytest

from lewisham_study.errors import StudyError
from lewisham_study.paths import Project
from lewisham_study.report.document.chapter import read_chapter
from lewisham_study.report.document.pandoc import Report, hash_part, read_part, render_html, run_pandoc
from lewisham_study.report.document.pdf import mark_ends, render_pdf

STANDARDS = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)
HOSTILE = "<script>alert(1)</script> $(rm) #panic() \\input{x} & \"quoted\" 'single' | pipe [x](javascript:x) *"


@pytest.fixture
def make(build: SimpleNamespace, study: Project) -> Callable[..., Report]:
    """Make a report of one chapter from cells, or of several from lists of cells."""

    def make_report(*cells: Any, **changes: Any) -> Report:
        lists = cells if isinstance(cells[0], list) else [list(cells)]
        chapters = tuple(
            read_chapter(build.notebook(build.text(f"# Part {n}\n\nIntroduction."), *cells), f"0{n}-part.ipynb")
            for n, cells in enumerate(lists, start=1)
        )
        facts: dict[str, Any] = {
            "title": chapters[0].title,
            "subtitle": "Lewisham, 2012 to 2022",
            "data": "Data published up to 25 September 2025",
            "date": datetime.date(2025, 9, 25),
            "chapters": chapters,
            "closing": "By `lewisham-study report`.",
            "bibliographies": (study.reports / "references.json",),
        }
        return Report(**(facts | changes))

    return make_report


@pytest.fixture
def full(build: SimpleNamespace) -> list[Any]:
    """Give cells with all that a report may hold."""
    return [
        build.text("## Steps\n\nSee @fig-steps and [@tbl-judgements; @fig-steps].[^1] Judged [@ofsted-2025, p. 4].\n"),
        build.code("plot", build.figure(), count=1),
        build.text("### Detail\n\n- one\n- two\n\n> quoted\n\nA rate $r = 100 c / n$ and\n\n$$p = \\frac{1}{2}$$"),
        build.code("rows", build.table(rows=60), count=2),
        build.code("say", build.prose("Judged **good**."), count=3),
        build.text("[^1]: A note.\n\n`code` and\n\n    a block\n\nSee <https://www.gov.uk>."),
    ]


class Elements(HTMLParser):
    """Collect the elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


def check_pdf(data: bytes) -> None:
    for standard in STANDARDS:
        result = page.validate_pdf_bytes(data, profile=standard, limits=page.SafetyLimits.unlimited())
        assert [failure.message for failure in result.failures] == []
        assert result.rules.total > 50


def read_pdf(data: bytes, tmp_path: Path) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is missing: install poppler-utils to look at the text of a PDF")
    (tmp_path / "a.pdf").write_bytes(data)
    command = ["pdftotext", "-layout", str(tmp_path / "a.pdf"), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_page_needs_nothing_else(make: Callable[..., Report], full: list[Any]) -> None:
    text = render_html(make(*full)).decode()
    elements = Elements(text)
    assert {tag for tag, _ in elements.found} & {"iframe", "link", "object", "embed", "form"} == set()
    assert elements.all("script") == [{}], "one script, and from nowhere else"
    loaded = [attributes for tag, attributes in elements.found if tag != "a"]
    addresses = [each[name] for each in loaded for name in ("src", "srcset", "data", "href") if name in each]
    assert addresses
    assert all(address.startswith("data:") for address in addresses)
    assert not re.search(r"url\(|@import", text)


def test_the_policy_lets_our_style_and_script_in_and_nothing_else(make: Callable[..., Report], full: list[Any]) -> None:
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


def test_a_page_is_built_to_be_read_by_all(make: Callable[..., Report], full: list[Any]) -> None:
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
        "fig-steps.png",
        "fig-steps.csv",
        "tbl-judgements.csv",
    }


def test_numbers_references_notes_and_sources_are_resolved(make: Callable[..., Report], full: list[Any]) -> None:
    text = render_html(make(*full)).decode()
    assert '<a href="#fig-steps">Figure\u00a01</a>' in text
    assert '<a href="#tbl-judgements">Table\u00a01</a>' in text
    assert '(<a href="#ref-ofsted-2025" role="doc-biblioref">Ofsted 2025</a>, p.\u00a04)' in text
    assert "Edition 2025. Licence: OGL-UK-3.0" in text
    assert "<math" in text
    assert "A note." in text
    assert text.index('id="sources"') < text.index('id="how-to-make-this-report-again"')


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
def test_a_citation_that_a_sentence_names_has_no_brackets(
    make: Callable[..., Report], build: SimpleNamespace, text: str, shown: str
) -> None:
    page = render_html(make(build.code("f", build.figure(caption=text), count=1))).decode()
    note = re.findall(r'<div class="note">(.*?)</div>', page, re.DOTALL)[0]
    assert re.sub(r"<[^>]*>", "", note).replace("\u00a0", " ").strip() == shown


def test_code_is_folded_unless_shown(make: Callable[..., Report], full: list[Any]) -> None:
    folded, shown = (render_html(make(*full, show_code=show)).decode() for show in (False, True))
    assert folded.count('<details class="code">') == 3
    assert shown.count('<details class="code" open>') == 3


def test_nothing_cited_means_no_sources(make: Callable[..., Report], build: SimpleNamespace) -> None:
    assert 'id="sources"' not in render_html(make(build.text("Nothing."))).decode()


def test_a_pdf_is_accessible_and_archivable(make: Callable[..., Report], full: list[Any], tmp_path: Path) -> None:
    data = render_pdf(make(*full))
    check_pdf(data)
    for mark in (b"/Lang(en-GB)", b"/StructTreeRoot", b"/Outlines"):
        assert mark in data.replace(b" ", b"")
    text = read_pdf(data, tmp_path)
    assert "Figure 1. Two steps" in text
    assert "Caseload of Lewisham" in text, "the text of a figure can be searched for"
    assert "Ofsted (2025). Outcomes." in text
    assert "rows" not in text


def test_code_stands_in_the_pdf_when_asked_for(make: Callable[..., Report], full: list[Any], tmp_path: Path) -> None:
    data = render_pdf(make(*full, show_code=True))
    check_pdf(data)
    assert "plot" in read_pdf(data, tmp_path)


def test_chapters_make_a_book(make: Callable[..., Report], build: SimpleNamespace, tmp_path: Path) -> None:
    first = [build.text("## A\n\nNote.[^1]\n\n[^1]: First."), build.code("f", build.figure(), count=1)]
    second = [
        build.text("## A\n\nNote.[^1] As in @fig-steps and @fig-two.\n\n[^1]: Second."),
        build.code("f", build.figure("fig-two"), count=1),
    ]
    data = render_pdf(make(first, second, title="Children’s services", official="Bristol, City of"))
    check_pdf(data)
    text = read_pdf(data, tmp_path)
    assert "In official lists: Bristol, City of" in text
    assert "Contents" in text
    assert "WHAT THE CHAPTERS FIND" in text
    assert "Contains public sector information" in text.partition("\f")[0]
    assert "2 Part 2" in re.sub(" +", " ", text)
    assert "Figure 2. Two steps" in text
    assert "As in Figure 1 and Figure 2" in text
    assert "First." in text
    assert "Second." in text


def test_claims_against_each_other_are_a_card_without_a_number(
    make: Callable[..., Report], build: SimpleNamespace, tmp_path: Path
) -> None:
    rivals = "| As printed | Of what | Where |\n|:---|:---|:---|\n| ‘good’ | grade | [@ofsted-2025, p4] |"
    told = build.prose(f"## Claim against claim\n\n### C1. Good?\n\n{rivals}\n\n**Chosen:** none. *Confidence: low.*")
    report = make(build.code("c", told, count=1), build.code("t", build.table(), count=2))
    assert 'aria-label="C1. Good?"' in render_html(report).decode()
    data = render_pdf(report)
    check_pdf(data)
    text = read_pdf(data, tmp_path)
    assert "Table 1. Judgements" in text
    assert "Table 2" not in text


@pytest.mark.parametrize(
    ("rows", "parts"), [(20, ["Judgements", "s0", "Counted."]), (60, ["Judgements", "Counted.", "s0"])]
)
def test_what_is_to_be_known_of_a_long_table_stands_above_it(
    make: Callable[..., Report], build: SimpleNamespace, tmp_path: Path, rows: int, parts: list[str]
) -> None:
    output = build.table(caption="Counted.")
    lines = [f"| s{row} | {row} |" for row in range(rows)]
    output.data["text/markdown"] = "\n".join(["| Strand | Cases |", "|:---|---:|", *lines])
    data = render_pdf(make(build.code("t", output, count=1)))
    check_pdf(data)
    places = [read_pdf(data, tmp_path).index(part) for part in parts]
    assert places == sorted(places)


def test_a_figure_moves_on_and_leaves_its_words(
    make: Callable[..., Report], build: SimpleNamespace, tmp_path: Path
) -> None:
    figure = build.figure()
    figure.data["image/svg+xml"] = (
        figure.data["image/svg+xml"].replace('height="60"', 'height="200"', 1).replace(' 60"', ' 200"')
    )
    filler = build.text("\n\n".join(["Words."] * 12))
    data = render_pdf(make(filler, build.text("## Steps\n\nThese lead to it."), build.code("f", figure, count=1)))
    first, second, *_ = read_pdf(data, tmp_path).split("\f")
    assert "These lead to it." in first
    assert "Figure 1." in second


def test_a_label_is_taken_once_in_a_book(make: Callable[..., Report], build: SimpleNamespace) -> None:
    chapter = [build.code("f", build.figure(), count=1)]
    with pytest.raises(StudyError, match=r"02-part\.ipynb, cell 2: the label fig-steps is taken"):
        render_pdf(make(chapter, chapter))


def test_the_same_report_gives_the_same_bytes(
    make: Callable[..., Report], full: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    html, pdf = render_html(make(*full)), render_pdf(make(*full))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert render_html(make(*full)) == html
    assert render_pdf(make(*full)) == pdf
    assert str(tmp_path).encode() not in html + pdf
    assert b"2025-09-25T00:00:00" in pdf


def test_source_date_epoch_dates_the_file_alone(
    make: Callable[..., Report], full: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    html = render_html(make(*full))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert b"2001-09-09T01:46:40" in render_pdf(make(*full))
    assert render_html(make(*full)) == html


def test_hostile_texts_stay_texts(make: Callable[..., Report], build: SimpleNamespace, tmp_path: Path) -> None:
    output = build.figure(title=HOSTILE, alt=HOSTILE)
    report = make(build.code("f", output, count=1), title=HOSTILE, subtitle=HOSTILE, data=HOSTILE)
    elements = Elements(render_html(report).decode())
    assert elements.all("script") == [{}], "the page's own, see the test of its policy"
    assert elements.all("img")[0]["alt"] == HOSTILE
    assert all(not a.get("href", "").startswith("javascript:") for a in elements.all("a"))
    data = render_pdf(report)
    check_pdf(data)
    assert "<script>alert(1)</script> $(rm) #panic()" in " ".join(read_pdf(data, tmp_path).split())


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("See @fig-none.", "@fig-none refers to nothing"),
        ("As [@nobody-2020] says.", "@nobody-2020 is no known source"),
        ("#### Deep", "the heading 'Deep' skips a level; give it ##"),
        ("# Again", "a second title: Again; write it as `## Again`"),
        ("<b>bold</b>", "raw html: <b>; write it as Markdown"),
        ("<script>alert(1)</script>", "raw html: <script>"),
        ("<div>\n\nx\n\n</div>", "raw html: <div>"),
        ("`<i>`{=html}", "raw html"),
        ("```{=typst}\n#panic()\n```", "raw typst"),
        ("\\input{x}", "raw tex"),
        ("![A picture](missing.png)", "the image missing.png is not there"),
        ("![A picture](https://example.org/a.png)", "the image https://example.org/a.png is not there"),
        ("![A picture](../../../etc/hostname)", "the image ../../../etc/hostname is not there"),
        ("[x](javascript:alert)", "a link to javascript:alert"),
        ("[x](data:text/html,x)", "a link to data:text/html,x"),
    ],
)
@pytest.mark.parametrize("write", [render_html, render_pdf])
def test_a_mistake_names_notebook_cell_and_mend(
    make: Callable[..., Report], build: SimpleNamespace, write: Callable[[Report], bytes], source: str, said: str
) -> None:
    with pytest.raises(StudyError) as caught:
        write(make(build.text("Fine."), build.text(source)))
    assert f"01-part.ipynb, cell 3: {said}" in str(caught.value)


def test_every_mistake_is_told_at_once(make: Callable[..., Report], build: SimpleNamespace) -> None:
    with pytest.raises(StudyError) as caught:
        render_html(make(build.text("<b>x</b> and @fig-a"), build.text("#### Deep")))
    assert str(caught.value).count("cell ") == 4


@pytest.mark.parametrize("letter", ["漢", "🙂", "ཨ"])
def test_a_letter_without_a_font_names_its_cell(
    make: Callable[..., Report], build: SimpleNamespace, letter: str
) -> None:
    with pytest.raises(StudyError, match=rf"01-part\.ipynb, cell 3: no font of the PDF has '{letter}'"):
        render_pdf(make(build.text("Fine."), build.text(f"Text {letter}.")))


def test_a_letter_in_a_figure_without_a_font_is_an_error(make: Callable[..., Report], build: SimpleNamespace) -> None:
    output = build.figure()
    output.data["image/svg+xml"] = output.data["image/svg+xml"].replace("Caseload", "漢")
    with pytest.raises(StudyError, match=r"01-part\.ipynb"):
        render_pdf(make(build.code("f", output, count=1)))


def test_streams_that_end_in_a_carriage_return_are_marked() -> None:
    pdf = b"1 0 obj\n<</Length 2>>\nstream\nx\r\nendstream\nendobj\n2 0 obj\n9\nendobj\n"
    table = (
        b"xref\n0 3\n0000000000 65535 f\r\n0000000000 00000 n\r\n%010d 00000 n\r\ntrailer\n<<>>\nstartxref\n%d\n%%%%EOF"
    )
    whole = pdf + table % (pdf.index(b"2 0 obj"), len(pdf))
    marked = mark_ends(whole)
    assert b"x\r\r\nendstream" in marked
    second, start = marked.index(b"2 0 obj"), marked.index(b"xref\n0 3")
    assert b"%010d 00000 n\r\ntrailer" % second in marked
    assert marked.endswith(b"startxref\n%d\n%%%%EOF" % start)
    assert mark_ends(whole.replace(b"x\r\n", b"xy\n")) == whole.replace(b"x\r\n", b"xy\n")


@pytest.mark.parametrize(
    ("rows", "columns"), [("short", "columns: 2,"), ("long words " * 20, "columns: (7.84%, 92.16%),")]
)
def test_columns_of_text_share_what_short_values_leave(
    make: Callable[..., Report], build: SimpleNamespace, tmp_path: Path, rows: str, columns: str
) -> None:
    output = build.table()
    output.data["text/markdown"] = f"| Year | Said |\n|---:|:---|\n| 2012 | {rows} |\n| 2013 | short |"
    report = make(build.code("t", output, count=1))
    assert columns in run_pandoc(report, "typst-citations", {}, tmp_path).decode()
    check_pdf(render_pdf(report))


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(
    make: Callable[..., Report],
    full: list[Any],
    check_access: Callable[..., dict[str, Any]],
    width: int,
    dark: bool,
) -> None:
    result = check_access(render_html(make(*full)).decode(), width, dark=dark)
    assert result["violations"] == []
    assert result["passes"] > 20


@pytest.mark.browser
@pytest.mark.parametrize(("presses", "first", "order"), [(2, "1,200", "descending"), (3, "7", None)])
def test_a_heading_sorts_its_table(
    make: Callable[..., Report],
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
    assert "<button" not in page, "without the script there is nothing to press"


@pytest.mark.browser
def test_a_figure_is_held_once_and_saved_as_it_is_shown(
    make: Callable[..., Report], build: SimpleNamespace, check_access: Callable[..., dict[str, Any]]
) -> None:
    page = render_html(
        make(build.code("f", build.figure(), count=1), build.code("g", build.figure("fig-two"), count=2))
    )
    assert page.count(b"data:image/svg+xml") == 2
    elements = Elements(check_access(page.decode(), 800, dark=False)["dom"])
    links = [a["href"] for a in elements.all("a") if a.get("download", "").endswith(".svg")]
    assert links == [image["src"] for image in elements.all("img")]
    assert "hidden" not in {name for attributes in elements.all("li") for name in attributes}


@pytest.mark.browser
def test_axe_finds_what_is_wrong(make: Callable[..., Report], check_access: Callable[..., dict[str, Any]]) -> None:
    text = render_html(make([])).decode().replace('lang="en-GB"', "").replace("</main>", '<img src="data:,"></main>')
    assert {rule for rule, *_ in check_access(text, 800, dark=False)["violations"]} == {"html-has-lang", "image-alt"}


def test_every_report_carries_the_attribution_the_licence_asks_for(
    make: Callable[..., Report], full: list[Any]
) -> None:
    words = " ".join(render_html(make(*full)).decode().split())
    assert "licensed under the Open Government Licence v3.0." in words
