"""Convert a report in Markdown to an accessible HTML page with pandoc, and run pandoc for the other formats."""

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
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from lewisham_study.errors import StudyError
from lewisham_study.files import escape_markdown
from lewisham_study.report.document.chapter import Chapter

# Where pandoc's Markdown and JupyterLab's differ, JupyterLab's counts; HTML stays raw, for the filter to refuse.
READER = (
    "markdown-native_divs-native_spans-markdown_in_html_blocks-yaml_metadata_block-blank_before_header"
    "-blank_before_blockquote-implicit_figures+lists_without_preceding_blankline"
)
LAYOUTS = ("template.typ", "slides.typ", "sheet.typ", "briefing.typ")
PARTS = ("filter.lua", "format.lua", "brackets.lua", "references.csl", "template.html", *LAYOUTS)
PROBLEM = "PROBLEM "
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."
FULLER = "The report lists the sources."
SOURCES = f"## Sources {{#sources .unnumbered}}\n\n{ATTRIBUTION}\n\n::: {{#refs}}\n:::"
MAKING = {True: "How to reproduce this report", False: "How these pages were made"}
"""The heading over the closing words, of a book and of a single paper."""
COVER = "::: {{.{}}}\n:::"
"""Marks for filter.lua where the first page of a book begins and ends."""
MEDIA = {"svg": "image/svg+xml", "narrow": "image/svg+xml", "png": "image/png", "csv": "text/csv"}
NUMBER = re.compile(r"[-−+£]?[\d.,]+%?|")
STYLED = 16
"""Columns that the style sheet aligns by a class of their table."""
ADDRESS = re.compile(r"https://[\w./%?=&#~+:-]+")
"""A cell that is an address of a web page, which becomes a link."""
# Characters that filter.lua puts round a caption in plain text, and round the name of a file to embed.
CAPTION, EMBED = "\ue000", "\ue001".encode()


@dataclass(frozen=True)
class Report:
    """The content and settings of one document; one with several chapters is a book.

    `links` are the documents that belong to it, as text and address; `elsewhere` the exhibits that are in another
    document, by label: what they are called there, and the page. `images` is the folder of its pictures as PNG. If its
    figures are `floats`, one that does not fit on a page goes to the next, and the text after it takes its place.
    """

    title: str
    subtitle: str  # the authority and the years
    data: str  # how recent the data are
    date: datetime.date  # the day of the data, which also dates the file
    chapters: tuple[Chapter, ...]
    closing: str  # how to reproduce the report, in Markdown
    bibliographies: tuple[Path, ...] = ()  # CSL JSON or BibTeX
    show_code: bool = False
    layout: str = "report"  # of the PDF: also "briefing" or "sheet" (one A4 page) or "slides" (16:9)
    official: str = ""  # the authority's official name, if it differs from the usual one
    prefix: str = ""  # before the numbers of figures and tables
    links: tuple[tuple[str, str], ...] = ()
    elsewhere: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    images: str = ""
    floats: bool = False

    @property
    def full_title(self) -> str:
        """Title and subtitle in one line; after a colon or a question mark a dash is between them."""
        return f"{self.title}{' –' if re.search('[:?]', self.title) else ':'} {self.subtitle}"

    @property
    def is_book(self) -> bool:
        """Whether it has several chapters."""
        return len(self.chapters) > 1

    @property
    def names(self) -> str:
        """The names of its notebooks, for messages."""
        return ", ".join(chapter.notebook for chapter in self.chapters)

    @property
    def files(self) -> dict[str, bytes]:
        """The files of its exhibits, by name."""
        return {name: data for chapter in self.chapters for name, data in chapter.files.items()}

    @property
    def numbers(self) -> dict[str, str]:
        """What each figure and table is called, by label: Figure 1, Table 1, Figure 2."""
        counts = {"figure": 0, "table": 0}
        named = {}
        for exhibit in (exhibit for chapter in self.chapters for exhibit in chapter.exhibits):
            counts[exhibit.kind] += 1
            named[exhibit.label] = f"{exhibit.kind.capitalize()} {self.prefix}{counts[exhibit.kind]}"
        return named

    @property
    def has_cover(self) -> bool:
        """Whether the first page is a summary."""
        return self.layout == "briefing" or (self.is_book and self.chapters[0].is_summary)

    @property
    def markdown(self) -> str:
        """The whole text; in a book each chapter begins with its title."""
        if self.layout == "briefing":
            return "\n\n".join([*[chapter.markdown for chapter in self.chapters], f"{FULLER} {ATTRIBUTION}"])
        parts = [f"# {escape_markdown(c.title)}\n\n{c.markdown}" if self.is_book else c.markdown for c in self.chapters]
        if self.has_cover:
            parts[0] = f"{COVER.format('cover-begin')}\n\n{parts[0]}\n\n{COVER.format('cover-end')}"
        about = ["# About this report {.unnumbered}"] if self.is_book else []
        return "\n\n".join([*parts, *about, f"## {MAKING[self.is_book]} {{.unnumbered}}\n\n{self.closing}", SOURCES])

    @property
    def moment(self) -> datetime.datetime:
        """The date and time written into its files: SOURCE_DATE_EPOCH if set, else the day of the data."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        if epoch.isdecimal():
            return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
        return datetime.datetime.combine(self.date, datetime.time(), datetime.UTC)


def render_html(report: Report) -> bytes:
    """Convert a report to one self-contained HTML page."""
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as folder:
        return write_page(report, Path(folder))


def write_page(report: Report, folder: Path, *, body: str = "") -> bytes:
    """Convert a report to a page; the body of its PDF goes into a file of the folder if one is named."""
    parts = {name: read_part(part).strip() for name, part in (("style", "style.css"), ("script", "report.js"))}
    hashes = {f"{name}-hash": hash_part(text) for name, text in parts.items()}
    options = {
        "template": "template.html",
        "table-of-contents": True,
        "toc-depth": 3,
        "variables": {
            **parts,
            **hashes,
            "lang": "en-GB",
            "documents": [{"text": text, "address": address} for text, address in report.links],
            "is-briefing": report.layout == "briefing",
        },
    }
    page = run_pandoc(report, "html5", options, folder, body=body)
    return embed_files(page, report.files)


def render_plain(report: Report) -> tuple[dict[str, str], list[str]]:
    """Convert a report's captions (by label) and references to plain text."""
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as folder:
        # A formula that is no plain text is left as it is written.
        text = run_pandoc(report, "plain", {"fail-if-warnings": False}, Path(folder)).decode("utf-8")
    captions = re.findall(rf"{CAPTION} (\S+)(.*?){CAPTION}", text, re.DOTALL)
    _, has_sources, end = text.rpartition(f"\n{ATTRIBUTION}\n")
    references = end.split("\n\n") if has_sources else []
    return (
        {label: " ".join(caption.split()) for label, caption in captions},
        [reference.strip() for reference in references if reference.strip()],
    )


def run_pandoc(
    report: Report, writer: str, options: Mapping[str, Any], folder: Path, text: str | None = None, *, body: str = ""
) -> bytes:
    """Run pandoc on a report, or other text, in a folder, which then also holds exhibits' files and templates.

    If a file is named for the body of its PDF, format.lua writes that too.
    """
    import pypandoc

    for name, data in report.files.items():
        (folder / name).write_bytes(data)
    for part in PARTS:
        (folder / part).write_text(read_part(part), encoding="utf-8")
    source = report.markdown if text is None else text
    # Under its bare name: pandoc decodes a path such as a%20b.
    for path in report.bibliographies:
        (folder / path.name).write_bytes(select_cited(path, source))
    defaults = {**list_defaults(report), "to": writer, "standalone": "template" in options, **options}
    if body:
        defaults["metadata"]["typst-body"] = body
    (folder / "defaults.json").write_text(json.dumps(defaults), encoding="utf-8")
    command = [pypandoc.get_pandoc_path(), "--defaults=defaults.json"]
    # Files of office programs hold a date.
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(report.moment.timestamp()))}
    done = subprocess.run(command, input=source.encode(), cwd=folder, capture_output=True, check=False, env=environment)
    if done.returncode:
        message = done.stderr.decode(errors="replace").strip() or f"pandoc was stopped ({done.returncode})"
        raise StudyError(explain(message, report))
    return done.stdout


def select_cited(bibliography: Path, text: str) -> bytes:
    """Read a bibliography; of one in CSL JSON, what a text may cite: pandoc takes long over the rest."""
    data = bibliography.read_bytes()
    if bibliography.suffix != ".json":
        return data
    return json.dumps([one for one in json.loads(data) if f"@{one['id']}" in text]).encode()


def list_defaults(report: Report) -> dict[str, Any]:
    """List pandoc's settings that all formats share."""
    # Pandoc reads each value as Markdown, which takes half a second for the names of all other exhibits.
    text = report.markdown
    referred = {label: found for label, found in report.elsewhere.items() if label in text}
    return {
        "data-dir": ".",  # not the user's own templates and filters
        "from": READER,
        "html-math-method": {"method": "mathml"},
        "syntax-highlighting": "none",
        "wrap": "none",
        "fail-if-warnings": True,
        "filters": ["filter.lua", "citeproc", "format.lua"],
        "bibliography": [path.name for path in report.bibliographies],
        "csl": "references.csl",
        "metadata": {
            "title": report.title,
            "full-title": report.full_title,
            "subtitle": report.subtitle,
            "data": report.data,
            "lang": "en-GB",
            "book": report.is_book,
            "show-code": report.show_code,
            "floats": report.floats,
            "brief": report.layout == "briefing",  # a page for readers who need no code
            "link-citations": report.layout != "briefing",
            "suppress-bibliography": report.layout == "briefing",
            "prefix": report.prefix,
            "images": report.images,
            "elsewhere": {label: {"name": n, "page": page} for label, (n, page) in referred.items()},
        },
    }


def explain(stderr: str, report: Report) -> str:
    """Extract the problems from pandoc's messages, else its warnings, else its first line."""
    lines = stderr.splitlines()
    problems = [line.partition(PROBLEM)[2] for line in lines if PROBLEM in line]
    warnings = [line for line in lines if line.startswith("[WARNING]")]
    return "\n".join(problems or [f"{report.names}: {line}" for line in warnings or lines[:1]])


def hash_part(text: str) -> str:
    """Return the hash that a page's content security policy allows a style or script by."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def read_part(name: str) -> str:
    """Read one of the package's templates."""
    return package_files("lewisham_study.report.document").joinpath("templates", name).read_text(encoding="utf-8")


def embed_files(page: bytes, files: Mapping[str, bytes]) -> bytes:
    r"""Replace marked file names with the files' contents; other marked text is left as it is.

    Examples
    --------
    >>> embed_files('<img src="\ue001fig-steps.svg\ue001">'.encode(), {"fig-steps.svg": b"<svg/>"})
    b'<img src="data:image/svg+xml;base64,PHN2Zy8+">'
    >>> embed_files("\ue001of-a-fact.svg\ue001".encode(), {}).decode() == "\ue001of-a-fact.svg\ue001"
    True
    """

    def embed(found: re.Match[bytes]) -> bytes:
        label, ending = found[1].decode(), found[2].decode()
        data = files.get(f"{label}.{'csv' if ending == 'rows' else ending}")
        if data is None:
            return found[0]
        if ending == "rows":
            return render_rows(data.decode("utf-8")).encode("utf-8")
        return f"data:{MEDIA[ending]};base64,".encode() + base64.b64encode(data)

    return re.sub(EMBED + rb"([\w-]+)\.(\w+)" + EMBED, embed, page)


def render_rows(text: str) -> str:
    r"""Format CSV as an HTML table with columns of numbers aligned right, by classes of the table, and links.

    Examples
    --------
    >>> render_rows("area,cases\noverall,462\n").replace("\n", "")
    '<table class="r2"><thead><tr><th>area<th>cases</thead><tbody><tr><td>overall<td>462</tbody></table>'
    """
    head, *rows = list(csv.reader(io.StringIO(text))) or [[]]
    right = [bool(rows) and all(NUMBER.fullmatch(row[place]) for row in rows) for place in range(len(head))]
    classes = " ".join(f"r{place}" for place, flush in enumerate(right[:STYLED], start=1) if flush)
    looks = [' class="right"' if flush and place >= STYLED else "" for place, flush in enumerate(right)]

    def render_row(cells: list[str], tag: str) -> str:
        # HTML lets the ends of cells and rows be left out, which are a quarter of a page with many numbers.
        pairs = zip(cells, looks, strict=True)
        return "<tr>" + "".join(f"<{tag}{look}>{render_cell(cell)}" for cell, look in pairs)

    body = "\n".join(render_row(row, "td") for row in rows)
    named = f' class="{classes}"' if classes else ""
    return f"<table{named}>\n<thead>\n{render_row(head, 'th')}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def render_cell(cell: str) -> str:
    """Return the HTML of a cell's text; an address is a link, and a negative number has a minus sign.

    Examples
    --------
    >>> render_cell("https://a.gov.uk/1"), render_cell("5 < 6"), render_cell("-0.5")
    ('<a href="https://a.gov.uk/1">https://a.gov.uk/1</a>', '5 &lt; 6', '−0.5')
    """
    text = re.sub(r"^-(?=[\d.])", "−", html.escape(cell, quote=False))
    return f'<a href="{html.escape(cell)}">{text}</a>' if ADDRESS.fullmatch(cell) else text
