"""Hostile texts in facts, notes and sources are shown as text in every document."""

from __future__ import annotations

import csv
import html
import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import openpyxl
import pandas as pd
import pikepdf
import pytest
from markdown_it import MarkdownIt

from lewisham_study.files import escape_markdown, guard
from lewisham_study.paths import Project, find_project
from lewisham_study.report.batch.plan import Request
from lewisham_study.report.batch.run import render_all
from lewisham_study.report.document.pandoc import read_part
from lewisham_study.tidy.schemas import find_breaches, read_tables
from lewisham_study.tidy.tables import load_table

STUDY = find_project()
WORDS = "<script>alert(1)</script> [x](https://evil.example) ![](https://evil.example/a.png)"
MARKS = r"$\frac{ $ *b* `c` @fig-none [@none] ~~s~~ | $(rm) #panic() \input{x} &lt;"
HOSTILE = f"=cmd|' /C calc'!A0 {WORDS} {MARKS}"
NAMES = ("../../etc", "'; --", "Lewisham🙂", "\u202emahsiweL", "<b>Lewisham</b>", "[L](x)", "=L", "لويشام")
TEXTS = {
    "facts": ("quote", "value_as_stated", "period_as_stated", "speaker", "note"),
    "conflicts": ("question", "reason"),
    "events": ("title",),
    "silences": ("not_said", "consequence"),
    "sources": ("publisher", "title", "note"),
}


class Page(HTMLParser):
    """The elements of a page and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def make_hostile(text: str) -> str:
    return f"{HOSTILE} {text}" if text else ""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, update_hashes: Callable[[Path], None], inline: type) -> Path:
    """Make the report on evidence, in every format, from tables whose every free text is hostile."""
    study = Project(tmp_path_factory.mktemp("hostile"))
    for part in ("data/processed", "notebooks"):
        shutil.copytree(STUDY.root / part, study.root / part)
    for folder in (study.raw, study.reports):
        folder.mkdir()
    shutil.copy(STUDY.raw / "sources.csv", study.raw)
    for table, columns in TEXTS.items():
        path = study.processed / f"{table}.csv"
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        for column in columns:
            # Stated numbers are parsed, and refused if they contain anything else.
            free = frame["unit"].eq("word") if column == "value_as_stated" else frame[column].ne("")
            frame.loc[free, column] = frame.loc[free, column].map(make_hostile)
        frame.to_csv(path, index=False, lineterminator="\n")
    update_hashes(study.processed)
    references = json.loads((STUDY.reports / "references.json").read_text(encoding="utf-8"))
    hostile = [{**one, "title": make_hostile(one["title"]), "URL": "javascript:alert(1)"} for one in references]
    (study.reports / "references.json").write_text(json.dumps(hostile), encoding="utf-8")
    asked = {"authorities": ["Lewisham"], "notebooks": ["evidence"], "formats": ["html", "pdf", "ipynb", "xlsx"]}
    assert not render_all(study, Request(out=study.reports, **asked), inline()).failures
    return study.reports / "lewisham"


@pytest.mark.slow
class TestHostileTexts:
    def test_page_shows_them_as_text(self, reports: Path) -> None:
        text = (reports / "annex.html").read_text(encoding="utf-8")
        page = Page(text)
        assert re.findall(r"<script[^>]*>(.*?)</script", text, re.DOTALL) == [read_part("report.js").strip()]
        assert not page.tags & {"iframe", "object", "embed", "link", "base", "form"}
        assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
        addresses = [value for name, value in page.attributes if name in ("href", "src") and value[0] != "#"]
        # Besides addresses of sources and embedded files, only the other documents are linked, by their file names.
        beside = re.compile(r"(\.\./)?[\w-]+(/[\w.-]+)?\.\w+")
        outside = [value for value in addresses if not beside.fullmatch(value)]
        assert {value.partition(":")[0] for value in outside} <= {"data", "https", "http"}
        assert not [value for value in addresses if "evil" in value and not value.startswith("data:")]
        assert WORDS in " ".join("".join(page.texts).split())

    def test_pdf_shows_them_as_text(self, reports: Path) -> None:
        with pikepdf.open(reports / "annex.pdf") as document:
            actions = [note.get("/A", {}) for page in document.pages for note in page.get("/Annots", [])]
            links = [str(action["/URI"]) for action in actions if "/URI" in action]
        assert links
        assert not [link for link in links if "evil" in link or not link.startswith("http")]
        if not shutil.which("pdftotext"):
            pytest.skip("pdftotext is missing: install poppler-utils to test the text of a PDF")
        done = subprocess.run(["pdftotext", reports / "annex.pdf", "-"], capture_output=True, text=True, check=True)
        assert "<script>alert(1)</script>" in done.stdout

    def test_workbook_has_no_formulas(self, reports: Path) -> None:
        book = openpyxl.load_workbook(reports / "report.xlsx")
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} == {"s", "n"}
        assert any(WORDS in str(cell.value) for cell in cells)

    def test_csv_files_have_no_formulas(self, reports: Path) -> None:
        files = list((reports / "tables").glob("*.csv"))
        cells = [cell for path in files for row in csv.reader(path.read_text("utf-8").splitlines()) for cell in row]
        assert not [cell for cell in cells if guard(cell) != cell]
        assert any(cell.startswith("'=cmd") for cell in cells)

    def test_notebook_shows_them_as_text(self, reports: Path) -> None:
        cells = json.loads((reports / "evidence.ipynb").read_text(encoding="utf-8"))["cells"]
        shown = [output["data"] for cell in cells for output in cell.get("outputs", [])]
        pages = ["".join(data.get("text/html", "")) for data in shown]
        assert html.escape(WORDS) in "".join(pages)
        assert not any("<script" in page for page in pages)
        assert not any("<script" in "".join(data.get("image/svg+xml", "")) for data in shown)


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pages", STUDY.root / "docs" / "pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_site_shows_captions_and_titles_as_text(pages: ModuleType) -> None:
    caption, titles = f"{escape_markdown(WORDS)} <b>b</b> [@one, p. 3]", {"one": "R&D <i>Ltd</i> 2020"}
    details = {"kind": "figure", "label": "fig-a", "alt": '"><script>', "title": WORDS, "caption": caption}
    page = Page(pages.show_exhibit(details, {"image/svg+xml": "<svg></svg>"}, titles))
    assert page.tags == {"figure", "img", "figcaption", "strong", "a"}
    assert [value for name, value in page.attributes if name == "href"] == ["../reference/sources.html#one"]
    assert "".join(page.texts) == f"{WORDS}. {WORDS} <b>b</b> (R&D <i>Ltd</i> 2020, p. 3)"


def test_site_lists_sources_as_text(pages: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = load_table("sources").head(1).assign(publisher=WORDS, title=MARKS, url="https://a.example/(x)#_*y*")
    monkeypatch.setattr(pages, "load_table", lambda _: sources)
    page = Page(MarkdownIt("commonmark").render(pages.list_sources()))
    addresses = [value for name, value in page.attributes if name == "href"]
    assert page.tags == {"h1", "p", "a", "strong", "em", "code"}
    assert addresses == ["https://a.example/(x)#_*y*"]
    assert f"{WORDS}, " in "".join(page.texts)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_hostile_name_of_an_authority_is_refused(name: str) -> None:
    table = read_tables(STUDY.coding)["authorities"]
    frame = load_table("authorities").head(2).reset_index(drop=True)
    assert find_breaches(frame, table) == []
    frame.loc[1, "la_name"] = name
    (breach,) = find_breaches(frame, table)
    assert "authorities.csv, row 3: " in str(breach)
