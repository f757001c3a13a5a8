"""Convert a report to a Word document, and its figures to slides, with pandoc."""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from lewisham_study.files import escape_markdown
from lewisham_study.report.document.exhibits import Exhibit
from lewisham_study.report.document.pandoc import ATTRIBUTION, Report, render_plain, run_pandoc
from lewisham_study.report.document.pdf import render_pictures

MOST_ROWS = 8
"""Rows of a table on a slide; longer ones are in the document alone."""
FONTS = {"docx": "Cambria", "pptx": "Arial"}
BLUE = "12436D"


def render_docx(report: Report) -> bytes:
    """Convert a report to a Word document with headings, tables, and figures with alternative text."""
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        folder = Path(name)
        write_pictures(report.files, folder)
        (folder / "reference.docx").write_bytes(make_reference("docx", style_document))
        options = {"reference-doc": "reference.docx", "output-file": "made.docx", "standalone": True}
        run_pandoc(report, "docx", options | {"table-of-contents": report.is_book, "toc-depth": 2}, folder)
        return (folder / "made.docx").read_bytes()


def render_pptx(report: Report) -> bytes:
    """Convert a report's figures and short tables to slides with alternative text, and their captions to notes."""
    captions, _ = render_plain(report)
    exhibits = [exhibit for chapter in report.chapters for exhibit in chapter.exhibits]
    slides = [render_slide(one, captions.get(one.label, "")) for one in exhibits if is_short(one)]
    closing = f"## Sources\n\n{escape_markdown(report.data)}\n\n{ATTRIBUTION} The report gives them in full."
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        folder = Path(name)
        write_pictures(report.files, folder)
        (folder / "reference.pptx").write_bytes(make_reference("pptx", style_slides))
        options = {"reference-doc": "reference.pptx", "output-file": "made.pptx", "standalone": True}
        options |= {"slide-level": 2, "filters": []}
        run_pandoc(report, "pptx", options, folder, "\n\n".join([*slides, closing]))
        return (folder / "made.pptx").read_bytes()


def write_pictures(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the figures among some files to a folder as PNG."""
    for name, data in render_pictures({name: one for name, one in files.items() if name.endswith(".svg")}).items():
        (folder / f"{name.removesuffix('.svg')}.png").write_bytes(data)


def is_short(exhibit: Exhibit) -> bool:
    """Return whether an exhibit fits on a slide."""
    return not exhibit.table or len(exhibit.table.splitlines()) - 2 <= MOST_ROWS


def render_slide(exhibit: Exhibit, caption: str) -> str:
    """Return the Markdown of a slide: the finding as its title, the figure or table, and notes for the speaker."""
    body = exhibit.table or f"![{escape_markdown(exhibit.alt)}]({exhibit.label}.png)"
    notes = escape_markdown(" ".join([caption, exhibit.alt]).strip())
    return f"## {escape_markdown(exhibit.title)}\n\n{body}\n\n::: notes\n{notes}\n:::"


@cache
def make_reference(form: str, style: Callable[[str, str], str]) -> bytes:
    """Return pandoc's own template of a format, with each of its XML files changed by a function of name and text."""
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", f"reference.{form}"]
    made = subprocess.run(command, capture_output=True, check=True).stdout
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            data = style(entry.filename, data.decode()).encode() if entry.filename.endswith(".xml") else data
            target.writestr(zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return changed.getvalue()


def style_document(name: str, text: str) -> str:
    """Give a Word template our colour, and headings that are not larger than they are here."""
    return text.replace("0F4761", BLUE).replace("4F81BD", BLUE) if name == "word/styles.xml" else text


def style_slides(name: str, text: str) -> str:
    """Give a template of slides titles in which a sentence fits, in our colour and font."""
    if name.startswith("ppt/theme/"):
        return re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{FONTS['pptx']}", text)
    if name.startswith(("ppt/slideMasters/", "ppt/slideLayouts/")):
        return re.sub(r'sz="(4400|6000)"', lambda found: f'sz="{"2200" if found[1] == "4400" else "3600"}"', text)
    return text
