"""Papers for an office program: text, numbered exhibits with descriptions, tables and sources, dated by the data."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure

from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.paths import find_project
from lewisham_study.report.document.pandoc import Report
from lewisham_study.teaching.office import fit_table, render_office

FIGURE = Figure(figsize=(3, 2))
FIGURE.subplots().plot([0, 1])
TABLE = pd.DataFrame({"Part": ["fostering"], "Where": ["p4"], "£m": [2.0]})


def make_notebook() -> nbformat.NotebookNode:
    """Make an executed notebook with one exhibit of each kind."""
    shown = [
        FigureExhibit(FIGURE, "fig-one", "A line rises", "Source: none.", "A line [from 0 to 1]", TABLE),
        TableExhibit(TABLE, "tbl-one", "One part", "As printed. Source: [@ofsted-2025]."),
        Prose("Two of three."),
    ]
    cells = [nbformat.v4.new_markdown_cell("# Title\n\nFirst words."), nbformat.v4.new_markdown_cell("## See @fig-one")]
    for one in shown:
        data, metadata = one._repr_mimebundle_()
        output = nbformat.v4.new_output("execute_result", data=data, metadata=metadata, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("one", outputs=[output]))
    return nbformat.v4.new_notebook(cells=cells)


def read_part(data: bytes, pattern: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "\n".join(package.read(name).decode() for name in package.namelist() if re.fullmatch(pattern, name))


@pytest.fixture(scope="module")
def report() -> Report:
    books = (find_project().reports / "references.json",)
    return Report("Title", "A case", "Only what was public", date(2020, 1, 24), (), "", books)


def test_a_document_has_its_text_exhibits_and_descriptions(report: Report) -> None:
    data = render_office(make_notebook(), report, "docx")
    assert data == render_office(make_notebook(), report, "docx")
    text = read_part(data, "word/document.xml")
    words = re.sub(r"<[^>]+>", "", text)
    for part in (
        "First words.",
        "See Figure 1",
        "Figure 1. A line rises",
        "Table 1. One part",
        "Two of three.",
        "p4",
        "Source: Ofsted 2025.",
    ):
        assert part in words
    assert words.count("Title") == 1
    assert 'descr="A line from 0 to 1"' in text
    assert '<w:pgSz w:h="16838" w:w="11906" />' in text
    assert "2020-01-24" in read_part(data, "docProps/core.xml")


def test_slides_have_a_slide_a_heading_and_captions_as_notes(report: Report) -> None:
    data = render_office(make_notebook(), report, "pptx")
    slides, notes = read_part(data, r"ppt/slides/slide\d+.xml"), read_part(data, r"ppt/notesSlides/notesSlide\d+.xml")
    assert "See Figure 1" in re.sub(r"<[^>]+>", "", slides)
    assert "A line rises" in re.sub(r"<[^>]+>", "", notes)
    assert "A line rises" not in re.sub(r"<[^>]+>", "", slides)
    assert "fostering" in slides
    assert "hand-outs give the sources in full" in slides
    assert 'sz="2800"' in read_part(data, r"ppt/slideMasters/slideMaster1.xml")


def test_columns_of_a_table_get_widths_by_their_longest_cells() -> None:
    table = "| A | B |\n|:---|---:|\n| x | a longer cell |\n"
    assert fit_table(table).splitlines() == [
        "| A | B |",
        "| :------ | ---------------------: |",
        "| x | a longer cell |",
    ]


def test_a_table_is_in_small_type_and_its_rows_stay_whole(report: Report) -> None:
    text = read_part(render_office(make_notebook(), report, "docx"), "word/document.xml")
    table = re.findall(r"<w:tbl>.*?</w:tbl>", text, re.DOTALL)[-1]
    assert table.count("<w:tr>") == table.count("<w:cantSplit />") == table.count("</w:trPr>") == 2
    assert table.count("<w:r>") == table.count('<w:sz w:val="18" />') > 0
    assert '<w:sz w:val="18" />' not in text.replace(table, "")
