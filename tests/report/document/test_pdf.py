"""PDFs and pictures: accessible, laid out as intended, with the summary as the first page of a book."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import page
import pikepdf
import pytest
from PIL import Image

from lewisham_study.errors import StudyError
from lewisham_study.report.document.pandoc import Report, render_html, run_pandoc
from lewisham_study.report.document.pdf import UNCLEAR, pack_pdf, render_pdf, render_pictures, render_png

Make = Callable[..., Report]
STANDARDS = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)


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


def test_pdf_is_accessible_and_archivable(make: Make, full: list[Any], tmp_path: Path) -> None:
    data = render_pdf(make(*full))
    check_pdf(data)
    with pikepdf.open(io.BytesIO(data)) as document:
        assert document.Root.Lang == "en-GB"
        assert {"/StructTreeRoot", "/Outlines"} <= set(document.Root.keys())
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
    first = [build.text("## A\n\nNote.[^1]\n\n[^1]: First."), build.code("f", build.figure(), count=1)]
    second = [
        build.text("## A\n\nNote.[^1] As in @fig-steps and @fig-two.\n\n[^1]: Second."),
        build.code("f", build.figure("fig-two"), count=1),
    ]
    data = render_pdf(make(first, second, title="Technical annex", official="Bristol, City of", prefix="A"))
    check_pdf(data)
    text = read_pdf(data, tmp_path)
    assert "in official lists: Bristol, City of" in text
    assert "Contents" in text.partition("\f")[0]
    assert "2 Part 2" in re.sub(" +", " ", text)
    assert "Figure A2. Two steps" in text
    assert "As in Figure A1 and Figure A2" in text
    assert "First." in text
    assert "Second." in text


def test_a_summary_is_the_first_page_of_a_book_and_lists_its_chapters(
    make: Make, build: SimpleNamespace, tmp_path: Path
) -> None:
    tagged = build.code("t", build.table(), count=1, tags=["briefing"])
    report = make([tagged], [build.text("Second.")], title="Children’s services")
    data = render_pdf(report)
    check_pdf(data)
    cover, *rest = read_pdf(data, tmp_path).split("\f")
    assert "Judgements" in cover
    assert "In this report Part 2 2 · About this report 2" in " ".join(cover.split())
    assert "Second." in rest[0]
    assert "Contents" not in cover
    assert b"cover-begin" not in render_html(report)


@pytest.mark.parametrize(("lines", "moves"), [(12, False), (26, True)])
def test_a_section_of_a_report_begins_where_enough_of_the_page_is_left(
    make: Make, build: SimpleNamespace, tmp_path: Path, lines: int, moves: bool
) -> None:
    tagged = build.code("t", build.table(), count=1, tags=["briefing"])
    text = build.text("\n\n".join(["## First", *["Words."] * lines, "## Next", "Few words."]))
    _, first, *rest = read_pdf(render_pdf(make([tagged], [text])), tmp_path).split("\f")
    assert ("Next" in first) == (not moves)
    assert "Next" in first + rest[0]


def test_a_briefing_has_figures_without_numbers_and_no_list_of_sources(
    make: Make, build: SimpleNamespace, tmp_path: Path
) -> None:
    tagged = build.code("t", build.table(caption="By Ofsted [@ofsted-2025]."), count=1, tags=["briefing"])
    data = render_pdf(make(tagged, layout="briefing"))
    check_pdf(data)
    text = read_pdf(data, tmp_path)
    assert "By Ofsted (Ofsted 2025)." in text
    assert "Table 1" not in text
    assert "Outcomes" not in text
    assert "1 of 1" in text


def test_an_exhibit_of_another_document_is_named_and_linked(make: Make, build: SimpleNamespace, tmp_path: Path) -> None:
    report = make(build.text("As in @fig-far."), elsewhere={"fig-far": ("Figure A3", "annex.html")})
    assert '<a href="annex.html#fig-far">Figure A3</a>' in render_html(report).decode()
    assert "As in Figure A3." in read_pdf(render_pdf(report), tmp_path)


def test_pages_and_figures_become_pictures(make: Make, build: SimpleNamespace) -> None:
    page_png = Image.open(io.BytesIO(render_png(render_pdf(make(build.text("Words."))))))
    assert page_png.width == round(210 / 25.4 * 200)
    figure = build.figure()["data"]["image/svg+xml"].encode()
    pictures = render_pictures({"a": figure, "b": figure})
    assert [Image.open(io.BytesIO(data)).width for data in pictures.values()] == [1620, 1620]
    assert render_pictures({"b": figure})["b"] == pictures["b"]
    assert render_pictures({}) == {}


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


def test_in_an_annex_text_takes_the_place_of_a_figure_that_goes_to_the_next_page(
    make: Make, build: SimpleNamespace, tmp_path: Path
) -> None:
    before = "## Waits\n\n" + "\n\n".join(f"Sentence {n} on how long councils wait for a grade." for n in range(27))
    cells = [build.text(before), build.code("f", build.figure(), count=1), build.text("After the figure.")]
    data = render_pdf(make(*cells, prefix="A", floats=True))
    check_pdf(data)
    text = read_pdf(data, tmp_path)
    assert text.index("After the figure.") < text.index("\f") < text.index("Figure A1. Two steps")


@pytest.mark.parametrize(("floats", "breaks"), [(False, False), (True, True)])
def test_a_short_table_breaks_only_in_an_annex(
    make: Make, build: SimpleNamespace, tmp_path: Path, floats: bool, breaks: bool
) -> None:
    output = build.table(caption="Counted.")
    lines = [f"| s{row} | {row} |" for row in range(10)]
    output.data["text/markdown"] = "\n".join(["| Strand | Cases |", "|:---|---:|", *lines])
    before = build.text("\n\n".join(f"Sentence {n} on how long councils wait." for n in range(23)))
    first, *_ = read_pdf(render_pdf(make(before, build.code("t", output, count=1), floats=floats)), tmp_path).split(
        "\f"
    )
    assert ("Judgements" in first) == ("s2" in first) == breaks
    assert "s9" not in first


@pytest.mark.parametrize(
    ("rows", "parts"), [(10, ["Judgements", "s0", "Counted."]), (20, ["Judgements", "Counted.", "s0"])]
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


@pytest.mark.parametrize(("sentences", "stays"), [(1, False), (30, True)])
def test_only_a_short_text_goes_to_the_next_page_with_its_figure(
    make: Make, build: SimpleNamespace, tmp_path: Path, sentences: int, stays: bool
) -> None:
    figure = build.figure()
    figure.data["image/svg+xml"] = (
        figure.data["image/svg+xml"].replace('height="60"', 'height="200"', 1).replace(' 60"', ' 200"')
    )
    filler = build.text("\n\n".join(["Words."] * 12))
    text = build.text("## Steps\n\n" + "These lead to it. " * sentences)
    first, second, *_ = read_pdf(render_pdf(make(filler, text, build.code("f", figure, count=1))), tmp_path).split("\f")
    assert ("These lead to it." in first) == ("Steps" in first) == stays
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


def test_typst_that_is_stopped_is_an_error_in_one_line(
    make: Make, build: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = tmp_path / "python"
    killed.write_text("#!/bin/sh\nkill -KILL $$\n")
    killed.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(killed))
    with pytest.raises(StudyError, match=r"^01-part\.ipynb: the PDF cannot be made: Typst was stopped \(-9\)$"):
        render_pdf(make(build.text("Fine.")))


def measure_streams(data: bytes) -> list[tuple[int, int]]:
    """List the length that each stream has, and the one that it says."""
    found = re.findall(rb"/Length (\d+)[^\n]*>>\s*stream\n(.*?)\r?\nendstream", data, re.DOTALL)
    return [(len(content), int(length)) for length, content in found]


def test_objects_are_packed_and_the_same_report_gives_the_same_bytes(make: Make, build: SimpleNamespace) -> None:
    data = render_pdf(make(build.text("Fine.")))
    assert len(measure_streams(data)) > 3
    assert all(length == said for length, said in measure_streams(data))
    assert b"/Type /ObjStm" in data
    assert render_pdf(make(build.text("Fine."))) == data


def test_no_stream_ends_with_a_carriage_return() -> None:
    """Of a stream written so, and of packed objects, which end so once in 256 times."""
    unclear = 0
    for number in range(256):
        whole, plain = io.BytesIO(), io.BytesIO()
        with pikepdf.new() as document:
            document.add_blank_page()
            document.Root.Number = document.make_indirect(pikepdf.String("a" * number))
            document.Root.Raw = document.make_stream(b"x\r")
            document.save(whole)
            del document.Root.Raw
            document.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        if UNCLEAR not in plain.getvalue():
            continue
        unclear += 1
        packed = pack_pdf(whole.getvalue())
        assert UNCLEAR not in packed
        assert all(length == said for length, said in measure_streams(packed))
    assert unclear


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
