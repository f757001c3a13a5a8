"""From a document in Markdown to accessible HTML and PDF, by pandoc and Typst."""

from __future__ import annotations

import datetime
import json
import subprocess
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from lewisham_study.errors import StudyError
from lewisham_study.report.document import Chapter
from lewisham_study.report.kernels import FONTS, find_matplotlib

READER = "markdown-native_divs-native_spans-markdown_in_html_blocks-yaml_metadata_block-blank_before_header"
READER += "-blank_before_blockquote-implicit_figures+lists_without_preceding_blankline+autolink_bare_uris"
LANGUAGE = "en-GB"
PROBLEM = "PROBLEM "


@dataclass(frozen=True)
class Details:
    """What stands on the title of a report.

    Parameters
    ----------
    title : of the report.
    subtitle : whose it is, and for which years.
    data : one line on the data: what was published until when.
    date : the day of the data, which dates the file too.
    publisher : who made it.
    """

    title: str
    subtitle: str
    data: str
    date: datetime.date
    publisher: str = "lewisham-study"


def write_html(
    chapter: Chapter, details: Details, bibliography: Path | None = None, *, show_code: bool = False
) -> bytes:
    """Write one chapter as a self-contained HTML page."""
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        folder = Path(name)
        save(chapter.files, folder)
        variables = {"style": read_part("style.css"), "lang": LANGUAGE, "show-code": show_code}
        options = {"template": "template.html", "table-of-contents": True, "toc-depth": 3}
        save({"template.html": read_part("template.html").encode()}, folder)
        text = run_pandoc(chapter.markdown, "html5", folder, details, bibliography, variables, options, show_code)
    return text.encode("utf-8")


def write_pdf(
    chapters: Sequence[Chapter], details: Details, bibliography: Path | None = None, *, show_code: bool = False
) -> bytes:
    """Write chapters as one PDF; a single chapter has no title page and no contents."""
    import typst

    book = len(chapters) > 1
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        folder = Path(name)
        for chapter in chapters:
            save(chapter.files, folder)
        markdown = "\n".join(write_chapter(c) if book else c.markdown for c in chapters)
        body = run_pandoc(markdown, "typst-citations", folder, details, bibliography, {}, {}, show_code, not book)
        facts = {**asdict(details), "date": details.date.isoformat(), "book": book, "lang": LANGUAGE}
        save({"template.typ": read_part("template.typ").encode(), "main.typ": (MAIN + body).encode()}, folder)
        save({"details.json": json.dumps(facts).encode()}, folder)
        moment = datetime.datetime.combine(details.date, datetime.time(), datetime.UTC)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", typst.TypstWarning)
                return typst.compile(
                    folder / "main.typ",
                    root=folder,
                    font_paths=[find_matplotlib() / FONTS],
                    ignore_system_fonts=True,
                    pdf_standards=["a-2a", "ua-1"],
                    timestamp=moment,
                )
        except (typst.TypstError, typst.TypstWarning) as error:
            raise StudyError(f"the PDF of {details.title!r} failed: {error}") from None


MAIN = """#import "template.typ": *
#show: report.with(json("details.json"))
"""


def write_chapter(chapter: Chapter) -> str:
    """Put a chapter's title above its text."""
    return f"# {chapter.title}\n\n{chapter.markdown}"


def save(contents: Mapping[str, bytes], folder: Path) -> None:
    """Save files in a working folder."""
    for name, data in contents.items():
        (folder / name).write_bytes(data)


def run_pandoc(
    markdown: str,
    writer: str,
    folder: Path,
    details: Details,
    bibliography: Path | None,
    variables: Mapping[str, Any],
    options: Mapping[str, Any],
    show_code: bool,
    single: bool = False,
) -> str:
    """Run pandoc over a document; what the filter finds wrong becomes one error."""
    import pypandoc

    defaults = {
        "from": READER,
        "to": writer,
        "standalone": "template" in options,
        "html-math-method": {"method": "mathml"},
        "syntax-highlighting": "none" if writer == "html5" else "idiomatic",
        "wrap": "none",
        "fail-if-warnings": True,
        "filters": ["filter.lua", *(["citeproc"] if bibliography else [])],
        "metadata": {
            "title": details.title,
            "subtitle": details.subtitle,
            "data": details.data,
            "publisher": details.publisher,
            "single": single,
            "show-code": show_code,
            "has-bibliography": bibliography is not None,
            "reference-section-title": "References",
            "link-citations": True,
        },
        "variables": dict(variables),
        **({"bibliography": [str(bibliography.resolve())]} if bibliography else {}),
        **options,
    }
    save({"filter.lua": read_part("filter.lua").encode(), "defaults.json": json.dumps(defaults).encode()}, folder)
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--defaults=defaults.json"],
        input=markdown.encode(),
        cwd=folder,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise StudyError(explain(done.stderr.decode(errors="replace"), details.title))
    return done.stdout.decode("utf-8")


def explain(stderr: str, title: str) -> str:
    """Turn pandoc's complaint into the message a user sees."""
    problems = [line.partition(PROBLEM)[2] for line in stderr.splitlines() if PROBLEM in line]
    warned = [line for line in stderr.splitlines() if line.startswith("[WARNING]")]
    return "\n".join(problems or warned or [f"pandoc failed on {title!r}: {stderr.strip()}"])


@cache
def read_part(name: str) -> str:
    """Read one of the package's own parts: filter, template, style."""
    return package_files("lewisham_study.report").joinpath(name).read_text(encoding="utf-8")
