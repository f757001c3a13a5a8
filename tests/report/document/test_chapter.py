"""Chapters: which cells and outputs a notebook may have, and what becomes of them."""

from __future__ import annotations

import re
from types import SimpleNamespace

import nbformat
import pytest

from lewisham_study.errors import StudyError
from lewisham_study.files import escape_markdown
from lewisham_study.report.document.chapter import PARTS, read_chapter
from lewisham_study.report.document.exhibits import quote


def test_notebook_becomes_a_chapter(build: SimpleNamespace) -> None:
    chapter = read_chapter(
        build.notebook(
            build.text("# Ratings\n\nHow were services judged?"),
            build.code(build.PARAMETERS, tags=["parameters"]),
            build.code("steps", build.figure(), count=2),
            build.code("rows", build.table(), count=3),
            build.code("say", build.prose("Judged **good**."), count=4),
        ),
        "notebooks/01-ratings.ipynb",
    )
    assert chapter.title == "Ratings"
    assert sorted(chapter.files) == ["fig-steps.csv", "fig-steps.svg", "tbl-judgements.csv"]
    assert chapter.exhibits[1].csv == b"Strand,Cases\noverall,462\n"
    assert "# Ratings" not in chapter.markdown
    assert "Judged **good**." in chapter.markdown
    assert "start_year" not in chapter.markdown
    assert 'notebook="notebooks/01-ratings.ipynb" cell="3"' in chapter.markdown


def test_tags_say_which_document_shows_a_cell(build: SimpleNamespace) -> None:
    chapter = read_chapter(
        build.notebook(
            build.text("# Ratings\n\nHow were services judged?"),
            build.code("say", build.prose("Judged **good**."), count=1, tags=["briefing"]),
            build.text("Asked for plans.", tags=["briefing-only"]),
            build.text("## All areas\n\n### What was judged\n\nFour areas."),
            build.code("steps", build.figure(), count=2),
            build.code("rows", build.table(), count=3, tags=["annex"]),
            build.code("more", build.table("tbl-more"), count=4, tags=["annex"]),
            build.text("## Models", tags=["annex"]),
            build.text("Fitted.", tags=["annex"]),
        ),
        "n.ipynb",
    )
    briefing, report, annex = (chapter.select(part) for part in PARTS)
    assert [piece.part for piece in briefing.pieces] == ["briefing", "briefing-only"]
    assert "Asked for plans." not in report.markdown + annex.markdown
    assert [exhibit.label for exhibit in report.exhibits] == ["fig-steps"]
    assert "Judged **good**." in report.markdown
    assert "Models" not in report.markdown
    assert [exhibit.label for exhibit in annex.exhibits] == ["tbl-judgements", "tbl-more"]
    assert re.findall("^#+ .*", annex.markdown, re.MULTILINE) == ["## All areas", "### What was judged", "## Models"]
    assert (chapter.is_summary, annex.is_summary) == (True, False)


def test_hidden_cells_are_left_out_with_their_outputs(build: SimpleNamespace) -> None:
    hidden = build.code("secret", build.figure("fig-secret"), count=1, tags=["hide"])
    chapter = read_chapter(build.notebook(build.text("# T"), hidden, build.text("end")), "n.ipynb")
    assert "secret" not in chapter.markdown
    assert not chapter.files
    assert 'cell="3"' in chapter.markdown


def test_injected_cell_is_not_counted(build: SimpleNamespace) -> None:
    injected = build.code("authority = 'x'", count=1, tags=["injected-parameters"])
    bad = build.code("plot", build.figure(alt=" "), count=2)
    with pytest.raises(StudyError, match=r"n\.ipynb, cell 2: fig-steps has no alt text"):
        read_chapter(build.notebook(build.text("# T"), injected, bad), "n.ipynb")


@pytest.mark.parametrize("first", ["Text", "## Ratings", "#", "#Ratings", ""])
def test_report_needs_a_title(build: SimpleNamespace, first: str) -> None:
    with pytest.raises(StudyError, match=r"n\.ipynb, cell 1: a report needs a title; begin"):
        read_chapter(build.notebook(build.text(first)), "n.ipynb")
    with pytest.raises(StudyError, match="needs a title"):
        read_chapter(build.notebook(build.code("1", count=1)), "n.ipynb")
    with pytest.raises(StudyError, match="needs a title"):
        read_chapter(build.notebook(), "n.ipynb")


def test_labels_are_unique(build: SimpleNamespace) -> None:
    cells = [build.code("f", build.figure(), count=number) for number in (1, 2)]
    with pytest.raises(StudyError, match="cell 3: the label fig-steps is already used"):
        read_chapter(build.notebook(build.text("# T"), *cells), "n.ipynb")


@pytest.mark.parametrize(
    "output",
    [
        nbformat.v4.new_output("stream", name="stdout", text="hello"),
        nbformat.v4.new_output("execute_result", {"text/plain": "42"}, execution_count=1),
        nbformat.v4.new_output("display_data", {"text/html": "<script>alert(1)</script>", "text/plain": "x"}),
        nbformat.v4.new_output("display_data", {"image/png": "aGk=", "text/plain": "<Figure>"}),
    ],
)
def test_other_output_is_refused(build: SimpleNamespace, output: nbformat.NotebookNode) -> None:
    with pytest.raises(StudyError, match=r"cell 2: a report cannot show this output \(.*; show a FigureExhibit"):
        read_chapter(build.notebook(build.text("# T"), build.code("x", output, count=1)), "n.ipynb")


def test_raw_cell_is_refused(build: SimpleNamespace) -> None:
    with pytest.raises(StudyError, match="cell 2: a report cannot show a raw cell"):
        read_chapter(build.notebook(build.text("# T"), nbformat.v4.new_raw_cell("x")), "n.ipynb")


def test_plain_text_stays_plain() -> None:
    assert escape_markdown("£5 *now*\n`x` @y <b>") == r"£5 \*now\* \`x\` \@y \<b\>"
    assert quote('a "b" \\ &amp;\nc') == r"a \"b\" \\ \&amp; c"
