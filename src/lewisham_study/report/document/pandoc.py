"""From a report in Markdown to an accessible page, by pandoc; its Typst form is made here too."""

from __future__ import annotations

import base64
import csv
import datetime
import hashlib
import html
import io
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from lewisham_study.errors import StudyError
from lewisham_study.files import escape_markdown
from lewisham_study.report.document.chapter import Chapter

# Pandoc’s Markdown, read as JupyterLab does where the two differ; HTML stays HTML, for the filter to refuse.
LEFT_OUT = (
    "native_divs",
    "native_spans",
    "markdown_in_html_blocks",
    "yaml_metadata_block",
    "blank_before_header",
    "blank_before_blockquote",
    "implicit_figures",
)
READER = "markdown-" + "-".join(LEFT_OUT) + "+lists_without_preceding_blankline"
PARTS = ("filter.lua", "brackets.lua", "references.csl", "template.html", "template.typ", "slides.typ", "sheet.typ")
PROBLEM, CAPTION = "PROBLEM ", "\ue000"
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."
SOURCES = f"## Sources {{#sources .unnumbered}}\n\n{ATTRIBUTION}\n\n::: {{#refs}}\n:::"
MAKING = "How to make this report again"


@dataclass(frozen=True)
class Report:
    """All that goes into one document.

    Parameters
    ----------
    title : its title.
    subtitle : whose it is, and for which years.
    data : one line on the data: published up to when.
    date : the day of the data, which dates the file too.
    chapters : one, or several for a book with a title page, contents and numbered headings.
    closing : Markdown: how to make this report again.
    bibliographies : paths of what texts may cite, as CSL JSON or BibTeX.
    show_code : whether code stands in the PDF, and unfolded in the HTML.
    layout : how the PDF is laid out: ``report`` (A4 pages), ``sheet`` (one A4 page) or ``slides`` (16:9).
    official : whose it is in the official lists, for the title page; nothing where people say the same.
    """

    title: str
    subtitle: str
    data: str
    date: datetime.date
    chapters: tuple[Chapter, ...]
    closing: str
    bibliographies: tuple[Path, ...] = ()
    show_code: bool = False
    layout: str = "report"
    official: str = ""

    @property
    def is_book(self) -> bool:
        """Whether it has chapters."""
        return len(self.chapters) > 1

    @property
    def names(self) -> str:
        """Its notebooks, for messages."""
        return ", ".join(chapter.notebook for chapter in self.chapters)

    @property
    def markdown(self) -> str:
        """Its whole text; in a book each chapter begins with its title."""
        parts = [f"# {escape_markdown(c.title)}\n\n{c.markdown}" if self.is_book else c.markdown for c in self.chapters]
        about = ["# About this report {.unnumbered}"] if self.is_book else []
        return "\n\n".join([*parts, *about, SOURCES, f"## {MAKING} {{.unnumbered}}\n\n{self.closing}"])

    @property
    def plain_closing(self) -> str:
        """How to make it again, in one line of plain text."""
        return " ".join(self.closing.replace("`", "").split())

    @property
    def moment(self) -> datetime.datetime:
        """When its files say they were made: at SOURCE_DATE_EPOCH if set, else on the day of the data."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        if epoch.isdecimal():
            return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
        return datetime.datetime.combine(self.date, datetime.time(), datetime.UTC)


def render_html(report: Report) -> bytes:
    """Write a report as one HTML page that needs nothing else.

    Raises
    ------
    StudyError
        Where the text refers to what is not there, or holds what has no form: with notebook, cell and mend.
    """
    parts = {name: read_part(part).strip() for name, part in (("style", "style.css"), ("script", "report.js"))}
    hashes = {f"{name}-hash": hash_part(text) for name, text in parts.items()}
    options = {
        "template": "template.html",
        "table-of-contents": True,
        "toc-depth": 3,
        "variables": {**parts, **hashes, "lang": "en-GB"},
    }
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        page = run_pandoc(report, "html5", options, Path(name))
    return embed_files(page, {name: data for chapter in report.chapters for name, data in chapter.files.items()})


def render_plain(report: Report) -> tuple[dict[str, str], list[str]]:
    """Write the captions of a report's figures and tables, by label, and its references, as plain text."""
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        text = run_pandoc(report, "plain", {}, Path(name)).decode("utf-8")
    found = re.findall(rf"{CAPTION} (\S+)(.*?){CAPTION}", text, re.DOTALL)
    _, known, closing = text.rpartition(f"\n{ATTRIBUTION}\n")
    references = closing.partition(f"\n{MAKING}\n")[0].split("\n\n") if known else []
    return {label: " ".join(caption.split()) for label, caption in found}, [
        one.strip() for one in references if one.strip()
    ]


def run_pandoc(report: Report, writer: str, options: Mapping[str, Any], folder: Path) -> bytes:
    """Run pandoc over a report in a working folder, which then holds the figures and the template as well."""
    import pypandoc

    for chapter in report.chapters:
        for name, data in chapter.files.items():
            (folder / name).write_bytes(data)
    for part in PARTS:
        (folder / part).write_text(read_part(part), encoding="utf-8")
    defaults = {**list_defaults(report), "to": writer, "standalone": "template" in options, **options}
    (folder / "defaults.json").write_text(json.dumps(defaults), encoding="utf-8")
    command = [pypandoc.get_pandoc_path(), "--defaults=defaults.json"]
    done = subprocess.run(command, input=report.markdown.encode(), cwd=folder, capture_output=True, check=False)
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip() or f"pandoc was stopped ({done.returncode})"
        raise StudyError(explain(told, report))
    return done.stdout


def list_defaults(report: Report) -> dict[str, Any]:
    """List what both outputs ask of pandoc."""
    return {
        "data-dir": ".",  # the user’s own templates and filters stay out
        "from": READER,
        "html-math-method": {"method": "mathml"},
        "syntax-highlighting": "none",
        "wrap": "none",
        "fail-if-warnings": True,
        "filters": ["filter.lua", "citeproc", "brackets.lua"],
        "bibliography": [str(path.resolve()) for path in report.bibliographies],
        "csl": "references.csl",
        "metadata": {
            "title": report.title,
            "subtitle": report.subtitle,
            "data": report.data,
            "lang": "en-GB",
            "book": report.is_book,
            "show-code": report.show_code,
            "link-citations": True,
        },
    }


def explain(stderr: str, report: Report) -> str:
    """Turn pandoc's complaint into the message a user sees."""
    problems = [line.partition(PROBLEM)[2] for line in stderr.splitlines() if PROBLEM in line]
    warned = [line for line in stderr.splitlines() if line.startswith("[WARNING]")]
    return "\n".join(problems or [f"{report.names}: {line}" for line in warned or stderr.splitlines()[:1]])


def hash_part(text: str) -> str:
    """Give the hash by which a page's policy lets a style or script of ours in, and no other."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def read_part(name: str) -> str:
    """Read one of the package's own parts: filter, template, style."""
    return package_files("lewisham_study.report.document").joinpath("templates", name).read_text(encoding="utf-8")


MARK = "\ue001".encode()
MEDIA = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv"}
NUMBER = re.compile(r"[-−+£]?[\d.,]+%?|")


def embed_files(page: bytes, files: Mapping[str, bytes]) -> bytes:
    r"""Put the contents of files where their names stand.

    Parameters
    ----------
    page : as pandoc wrote it; a name between marks that no file has is left, for it came from a text.
    files : contents by name.

    Examples
    --------
    >>> embed_files('<img src="\ue001fig-steps.svg\ue001">'.encode(), {"fig-steps.svg": b"<svg/>"})
    b'<img src="data:image/svg+xml;base64,PHN2Zy8+">'
    >>> embed_files("\ue001of-a-fact.svg\ue001".encode(), {}).decode() == "\ue001of-a-fact.svg\ue001"
    True
    """

    def embed(found: re.Match[bytes]) -> bytes:
        label, ending = found[1].decode(), found[2].decode()
        if f"{label}.{'csv' if ending == 'rows' else ending}" not in files:
            return found[0]
        if ending == "rows":
            return render_rows(files[f"{label}.csv"].decode("utf-8")).encode("utf-8")
        return f"data:{MEDIA[ending]};base64,".encode() + base64.b64encode(files[f"{label}.{ending}"])

    return re.sub(MARK + rb"([\w-]+)\.(\w+)" + MARK, embed, page)


def render_rows(text: str) -> str:
    """Write CSV as an HTML table; columns of numbers stand flush right."""
    head, *rows = [*csv.reader(io.StringIO(text))] or [[]]
    cells = [[row[place] for row in rows if place < len(row)] for place in range(len(head))]
    right = [bool(column) and all(map(NUMBER.fullmatch, column)) for column in cells]
    body = "\n".join(render_row(row, "td", right) for row in rows)
    return f"<table>\n<thead>\n{render_row(head, 'th', right)}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def render_row(cells: Sequence[str], tag: str, right: Sequence[bool]) -> str:
    r"""Write one row of a table.

    Examples
    --------
    >>> render_row(["overall", "462"], "td", [False, True]).replace("\n", "")
    '<tr><td>overall</td><td class="right">462</td></tr>'
    """
    looks = [' class="right"' if flush else "" for flush in right]
    told = [f"<{tag}{look}>{html.escape(cell, quote=False)}</{tag}>" for cell, look in zip(cells, looks, strict=False)]
    return "<tr>\n" + "\n".join(told) + "\n</tr>"
