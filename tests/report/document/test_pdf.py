"""PDFs: accessible, laid out as intended, with grades and findings on the cover of a book."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import page
import pytest

from lewisham_study.errors import StudyError
from lewisham_study.report.document.chapter import Chapter, read_chapter
from lewisham_study.report.document.pandoc import Report, render_html, run_pandoc
from lewisham_study.report.document.pdf import list_findings, list_grades, mark_ends, render_pdf

Make = Callable[..., Report]
STANDARDS = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)
FIELDS = ("strand", "framework", "grade", "letter", "year", "window")
GRADES = [
    dict(zip(FIELDS, row, strict=True))
    for row in (
        ("Safeguarding", "SLAC", "outstanding", "O", "2012", "within"),
        ("Overall", "SIF", "requires improvement", "RI", "2015", "within"),
        ("Overall", "ILACS", "good", "G", "2023", "after"),
    )
]


def check_pdf(data: bytes) -> None:
    for standard in STANDARDS:
        result = page.validate_pdf_bytes(data, profile=standard, limits=page.SafetyLimits.unlimited())
        assert [failure.message for failure in result.failures] == []
        assert result.rules.total > 50


def read_pdf(data: bytes, tmp_path: Path) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is missing: install poppler-utils to test the text of a PDF")
    (tmp_path / "a.pdf").write_bytes(data)
    command = ["pdftotext", "-layout", str(tmp_path / "a.pdf"), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def read(build: SimpleNamespace, title: str, *outputs: object) -> Chapter:
    cells = [build.code("x", output, count=number) for number, output in enumerate(outputs, start=1)]
    return read_chapter(build.notebook(build.text(f"# {title}"), *cells), "n.ipynb")


def test_pdf_is_accessible_and_archivable(make: Make, full: list[Any], tmp_path: Path) -> None:
    data = render_pdf(make(*full))
    check_pdf(data)
    for mark in (b"/Lang(en-GB)", b"/StructTreeRoot", b"/Outlines"):
        assert mark in data.replace(b" ", b"")
    text = read_pdf(data, tmp_path)
    assert "Figure 1. Two steps" in text
    assert "Caseload of Lewisham" in text, "the text of a figure can be searched"
    assert "Ofsted (2025). Outcomes." in text
    assert "rows" not in text


def test_code_is_shown_on_request(make: Make, full: list[Any], tmp_path: Path) -> None:
    data = render_pdf(make(*full, show_code=True))
    check_pdf(data)
    assert "plot" in read_pdf(data, tmp_path)


def test_chapters_make_a_book(make: Make, build: SimpleNamespace, tmp_path: Path) -> None:
    first = [build.text("## A\n\nNote.[^1]\n\n[^1]: First."), build.code("f", build.figure(grades=GRADES), count=1)]
    second = [
        build.text("## A\n\nNote.[^1] As in @fig-steps and @fig-two.\n\n[^1]: Second."),
        build.code("f", build.figure("fig-two"), count=1),
    ]
    data = render_pdf(make(first, second, title="Children’s services", official="Bristol, City of"))
    check_pdf(data)
    text = read_pdf(data, tmp_path)
    assert "In official lists: Bristol, City of" in text
    assert "Contents" in text
    assert "MAIN FINDINGS" in text
    cover = " ".join(text.partition("\f")[0].split())
    assert "Contains public sector information" in cover
    assert all(words in cover for words in ("2012, safeguarding", "ILACS, after"))
    assert "2 Part 2" in re.sub(" +", " ", text)
    assert "Figure 2. Two steps" in text
    assert "As in Figure 1 and Figure 2" in text
    assert "First." in text
    assert "Second." in text


def test_cover_has_the_grades_that_an_exhibit_carries(build: SimpleNamespace) -> None:
    path = build.figure("fig-rating-path", grades=GRADES)
    assert list_grades([read(build, "Caseload", build.figure()), read(build, "Ratings", path)]) == GRADES
    assert list_grades([read(build, "Caseload", build.figure())]) == []


def test_main_finding_of_a_chapter_is_the_title_of_its_first_figure(build: SimpleNamespace) -> None:
    chapters = [read(build, "Ratings", build.table(), build.figure(), build.figure("fig-two")), read(build, "Empty")]
    assert list_findings(chapters) == [
        {"chapter": "Ratings", "finding": "Two steps", "label": "fig-steps"},
        {"chapter": "Empty", "finding": "No figure for these years", "label": ""},
    ]


def test_conflicting_claims_are_a_card_without_a_number(make: Make, build: SimpleNamespace, tmp_path: Path) -> None:
    rivals = "| As printed | Of what | Where |\n|:---|:---|:---|\n| ‘good’ | grade | [@ofsted-2025, p4] |"
    claims = build.prose(f"## Claim against claim\n\n### C1. Good?\n\n{rivals}\n\n**Chosen:** none. *Confidence: low.*")
    report = make(build.code("c", claims, count=1), build.code("t", build.table(), count=2))
    assert 'aria-label="C1. Good?"' in render_html(report).decode()
    data = render_pdf(report)
    check_pdf(data)
    text = read_pdf(data, tmp_path)
    assert "Table 1. Judgements" in text
    assert "Table 2" not in text


@pytest.mark.parametrize(
    ("rows", "parts"), [(20, ["Judgements", "s0", "Counted."]), (60, ["Judgements", "Counted.", "s0"])]
)
def test_note_of_a_long_table_is_above_it(
    make: Make, build: SimpleNamespace, tmp_path: Path, rows: int, parts: list[str]
) -> None:
    output = build.table(caption="Counted.")
    lines = [f"| s{row} | {row} |" for row in range(rows)]
    output.data["text/markdown"] = "\n".join(["| Strand | Cases |", "|:---|---:|", *lines])
    data = render_pdf(make(build.code("t", output, count=1)))
    check_pdf(data)
    places = [read_pdf(data, tmp_path).index(part) for part in parts]
    assert places == sorted(places)


def test_figure_may_go_to_the_next_page_without_its_text(make: Make, build: SimpleNamespace, tmp_path: Path) -> None:
    figure = build.figure()
    figure.data["image/svg+xml"] = (
        figure.data["image/svg+xml"].replace('height="60"', 'height="200"', 1).replace(' 60"', ' 200"')
    )
    filler = build.text("\n\n".join(["Words."] * 12))
    data = render_pdf(make(filler, build.text("## Steps\n\nThese lead to it."), build.code("f", figure, count=1)))
    first, second, *_ = read_pdf(data, tmp_path).split("\f")
    assert "These lead to it." in first
    assert "Figure 1." in second


def test_labels_are_unique_in_a_book(make: Make, build: SimpleNamespace) -> None:
    chapter = [build.code("f", build.figure(), count=1)]
    with pytest.raises(StudyError, match=r"02-part\.ipynb, cell 2: the label fig-steps is already used"):
        render_pdf(make(chapter, chapter))


def test_hostile_texts_stay_texts(make: Make, build: SimpleNamespace, hostile: str, tmp_path: Path) -> None:
    output = build.figure(title=hostile, alt=hostile)
    data = render_pdf(make(build.code("f", output, count=1), title=hostile, subtitle=hostile, data=hostile))
    check_pdf(data)
    assert "<script>alert(1)</script> $(rm) #panic()" in " ".join(read_pdf(data, tmp_path).split())


@pytest.mark.parametrize("letter", ["漢", "🙂", "ཨ"])
def test_letter_without_a_font_names_its_cell(make: Make, build: SimpleNamespace, letter: str) -> None:
    with pytest.raises(StudyError, match=rf"01-part\.ipynb, cell 3: the PDF's fonts do not have '{letter}'"):
        render_pdf(make(build.text("Fine."), build.text(f"Text {letter}.")))


def test_letter_without_a_font_in_a_figure_is_an_error(make: Make, build: SimpleNamespace) -> None:
    output = build.figure()
    output.data["image/svg+xml"] = output.data["image/svg+xml"].replace("Caseload", "漢")
    with pytest.raises(StudyError, match=r"01-part\.ipynb"):
        render_pdf(make(build.code("f", output, count=1)))


def test_streams_that_end_with_a_carriage_return_are_marked() -> None:
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
    ("cell", "columns"), [("short", "columns: 2,"), ("long words " * 20, "columns: (7.84%, 92.16%),")]
)
def test_columns_of_text_get_the_width_that_short_values_leave(
    make: Make, build: SimpleNamespace, tmp_path: Path, cell: str, columns: str
) -> None:
    output = build.table()
    output.data["text/markdown"] = f"| Year | Said |\n|---:|:---|\n| 2012 | {cell} |\n| 2013 | short |"
    report = make(build.code("t", output, count=1))
    assert columns in run_pandoc(report, "typst-citations", {}, tmp_path).decode()
    check_pdf(render_pdf(report))
