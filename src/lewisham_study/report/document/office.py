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

MOST_ROWS, MOST_LETTERS = 8, 600
"""Rows and letters of a table on a slide; longer ones are in the document alone."""
FONTS = {"docx": "Cambria", "pptx": "Arial"}
BLUE = "12436D"
A4 = (
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1247" w:right="1304" w:bottom="1134" w:left="1304" w:header="567" w:footer="567" w:gutter="0"/>'
)


def render_docx(report: Report) -> bytes:
    """Convert a report to a Word document with headings, tables, and figures with alternative text."""
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        folder = Path(name)
        write_pictures(report.files, folder)
        (folder / "reference.docx").write_bytes(make_reference("docx", style_document))
        options = {"reference-doc": "reference.docx", "output-file": "made.docx", "standalone": True}
        run_pandoc(report, "docx", options, folder)
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
        return rewrite_xml((folder / "made.pptx").read_bytes(), drop_file_names)


def write_pictures(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the figures among some files to a folder as PNG."""
    for name, data in render_pictures({name: one for name, one in files.items() if name.endswith(".svg")}).items():
        (folder / f"{name.removesuffix('.svg')}.png").write_bytes(data)


def is_short(exhibit: Exhibit) -> bool:
    """Return whether an exhibit fits on a slide."""
    rows = exhibit.table.splitlines()[2:]
    return len(rows) <= MOST_ROWS and sum(map(len, rows)) <= MOST_LETTERS


def render_slide(exhibit: Exhibit, caption: str) -> str:
    """Return the Markdown of a slide: the finding as its title, the figure or table, and notes for the speaker."""
    # The title of a picture is its alternative text; its description would be printed below it.
    title = exhibit.alt.replace("\\", "").replace('"', "”")
    body = exhibit.table or f'![]({exhibit.label}.png "{title}")'
    notes = escape_markdown(" ".join([caption, exhibit.alt]).strip())
    return f"## {escape_markdown(exhibit.title)}\n\n{body}\n\n::: notes\n{notes}\n:::"


@cache
def make_reference(form: str, style: Callable[[str, str], str]) -> bytes:
    """Return pandoc's own template of a format, restyled."""
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", f"reference.{form}"]
    return rewrite_xml(subprocess.run(command, capture_output=True, check=True).stdout, style)


def rewrite_xml(packed: bytes, change: Callable[[str, str], str]) -> bytes:
    """Return a zip file with each of its XML files changed by a function of name and text."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            data = change(entry.filename, data.decode()).encode() if entry.filename.endswith(".xml") else data
            target.writestr(zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return changed.getvalue()


def style_document(name: str, text: str) -> str:
    """Give a Word template our colour, and headings that are not larger than they are here."""
    if name == "word/styles.xml":
        return text.replace("0F4761", BLUE).replace("4F81BD", BLUE)
    if name == "word/document.xml":
        return text.replace("</w:sectPr>", f"{A4}</w:sectPr>")
    return set_font(text, "docx") if name.startswith("word/theme/") else text


def drop_file_names(name: str, text: str) -> str:
    """Remove the name of the file that pandoc adds to a picture's alternative text on a slide."""
    return re.sub(r'(descr="[^"]*?)\s+fig-[\w-]+\.png"', r'\1"', text) if name.startswith("ppt/slides/") else text


def style_slides(name: str, text: str, points: int = 18) -> str:
    """Give a template of slides titles in which a sentence fits, in our colour and font."""
    if name.startswith("ppt/theme/"):
        return set_font(text, "pptx")
    if name.startswith("ppt/slideMasters/"):
        head, style, rest = text.partition("<p:titleStyle>")
        return head + style + rest.replace('algn="ctr"', 'algn="l"', 1).replace('sz="3300"', f'sz="{points}00"', 1)
    return text


def set_font(theme: str, form: str) -> str:
    """Set the fonts of a theme."""
    return re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{FONTS[form]}", theme)
