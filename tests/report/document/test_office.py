"""Word and slides: real headings and tables, alternative text, notes, A4, and the same bytes twice."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from lewisham_study.report.document.office import is_short, render_docx, render_pptx
from lewisham_study.report.document.pandoc import Report

Make = Callable[..., Report]


def read_part(data: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def test_a_report_is_a_word_document(make: Make, full: list[Any]) -> None:
    data = render_docx(make(*full))
    text = read_part(data, "word/document.xml")
    assert re.findall(r'<w:pStyle w:val="(Heading\d)"', text)[:2] == ["Heading1", "Heading2"]
    assert 'w:tblCaption w:val="Table 1. Judgements"' in text.replace("\u00a0", " ")
    assert "<w:tblHeader" in text
    assert 'descr="Up, then down."' in text
    assert 'w:w="11906"' in text
    assert "Ofsted (2025)" in re.sub("<[^>]+>", "", text)
    assert "plot" not in text
    assert render_docx(make(*full)) == data


def test_each_figure_and_short_table_is_a_slide_with_notes(make: Make, build: SimpleNamespace, full: list[Any]) -> None:
    short = build.code("t", build.table("tbl-short"), count=9)
    data = render_pptx(make(*full, short))
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    slides = [name for name in names if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)]
    assert len(slides) == 4, "the title, the figure, the short table and the sources; not the table of 60 rows"
    figure = next(text for text in (read_part(data, name) for name in slides) if "Two steps" in text)
    assert re.findall('descr="([^"]*)"', figure) == ["Up, then down."]
    assert any(
        "Up, then down." in read_part(data, name)
        for name in names
        if "notesSlides/notesSlide" in name and name.endswith("xml")
    )
    assert render_pptx(make(*full, short)) == data


@pytest.mark.parametrize(("rows", "cell", "short"), [(3, "12", True), (9, "12", False), (3, "word " * 60, False)])
def test_a_table_that_would_overflow_is_no_slide(rows: int, cell: str, short: bool) -> None:
    table = "\n".join(["| a |", "|:--|", *[f"| {cell} |"] * rows])
    assert is_short(SimpleNamespace(table=table)) is short
