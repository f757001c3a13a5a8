"""The papers of the teaching case: accessible, short, and without anything published after their day."""

from __future__ import annotations

import ast
import base64
import calendar
import hashlib
import html
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import page
import pytest
from rich.console import Console

from lewisham_study.errors import StudyError, UsageError
from lewisham_study.paths import Project, find_project
from lewisham_study.report.batch.authorities import read_authority
from lewisham_study.teaching import papers as teaching
from lewisham_study.teaching.papers import list_papers, make_paper

PROJECT = find_project()
PAPERS = {path.stem: path for path in list_papers(PROJECT)}
DAYS = {"part-a": date(2016, 1, 31), "part-b": date(2019, 8, 31), "part-c": date(2024, 1, 31)}
STANDARDS = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)
PAGES = {"part-a": (3, 4), "part-b": (3, 5), "part-c": (3, 4), "board-plan": (1, 1)}
MONTHS = list(calendar.month_abbr)[1:]
NOT_YET = {
    "part-a": ["ILACS", "focused visit", "caseload_fte", "overspend", "County Durham: good", "2017", "2018"],
    "part-b": ["five judgements", "letter of 2021", "good overall", "2020", "2021"],
    "part-c": ["2025", "2026"],
}
"""Words that would reveal later events."""


@pytest.fixture(scope="module")
def papers() -> Callable[[str], dict[str, bytes]]:
    """Make a paper when it is first asked for, and keep it."""
    made: dict[str, dict[str, bytes]] = {}

    def make(name: str) -> dict[str, bytes]:
        if name not in made:
            made[name] = make_paper(PROJECT, PAPERS[name])
        return made[name]

    return make


def read_all(text: str) -> str:
    """Read all text of a page: its own, alternative texts, and embedded tables and drawings."""
    embedded = [base64.b64decode(one) for one in re.findall(r"data:[\w/+-]+;base64,([\w+/=]+)", text)]
    spoken = re.findall(r'(?:alt|title|aria-label|download)="([^"]*)"', text)
    plain = re.sub(r"<style>.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL)
    drawn = [
        re.sub(rb"<[^>]+>", b" ", one).decode("utf-8", "ignore") for one in embedded if not one.startswith(b"\x89PNG")
    ]
    return html.unescape("\n".join([plain, *spoken, *drawn]))


def list_later(text: str, day: date) -> list[str]:
    """List the dates in a text after a day: later years, and later months of the same year."""
    later = [year for year in re.findall(r"\b(20\d\d)\b", text) if int(year) > day.year]
    for name, year in re.findall(rf"\b({'|'.join(MONTHS)})[a-z]*\.? (20\d\d)\b", text):
        number = 1 + MONTHS.index(name)
        later += [f"{name} {year}"] if (int(year), number) > (day.year, day.month) else []
    return later


def test_later_dates_are_found() -> None:
    day = date(2019, 8, 31)
    assert list_later("From 2019-20 on, in 2021, by September 2019 or Oct 2019", day) == [
        "2021",
        "Sep 2019",
        "Oct 2019",
    ]
    assert list_later("On 31 August 2019 and in 2018-19", day) == []


@pytest.mark.parametrize("name", DAYS)
def test_a_hand_out_names_nothing_later_than_its_day(papers: Any, name: str) -> None:
    text = read_all(papers(name)[f"{name}.html"].decode("utf-8"))
    assert f"Only what was public on 31 {DAYS[name]:%B %Y}" in text
    assert "Lewisham" in text
    assert list_later(text, DAYS[name]) == []
    assert [word for word in NOT_YET[name] if re.search(rf"\b{word}\b", text)] == []
    if name != "part-a":
        assert list_later(text, DAYS["part-a"]) != []


@pytest.mark.parametrize("name", [*DAYS, "instructor-pack"])
def test_a_page_runs_no_script_but_the_packages_own(papers: Any, name: str) -> None:
    text = papers(name)[f"{name}.html"].decode("utf-8")
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    scripts = re.findall(r"<script[^>]*>(.*?)</script", text, re.DOTALL)
    hashed = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert all(f"'sha256-{digest}'" in policy for digest in hashed)
    assert not re.search(r"<[^>]+\son\w+=|<(iframe|object|embed|form|base)\b", text)


@pytest.mark.parametrize("name", DAYS)
def test_a_hand_out_uses_the_library_and_what_was_known(name: str) -> None:
    notebook = nbformat.read(PAPERS[name], as_version=4)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Import | ast.ImportFrom)]
    imported = {(getattr(node, "module", None), alias.name) for node in nodes for alias in node.names}
    library = {("lewisham_study", name) for name in ("handouts", "load_known_tables", "open_case")}
    assert imported == library | {("datetime", "date")}
    assert f'known_by: str = "{DAYS[name]}"' in code
    assert "open_case(load_known_tables(day), authority" in code
    assert all(len(cell.source.splitlines()) <= 10 for cell in notebook.cells if cell.cell_type == "code")


@pytest.mark.parametrize("name", PAPERS)
def test_papers_are_accessible_and_of_their_length(papers: Any, name: str) -> None:
    data = papers(name)[f"{name}.pdf"]
    for standard in STANDARDS:
        result = page.validate_pdf_bytes(data, profile=standard, limits=page.SafetyLimits.unlimited())
        assert [failure.message for failure in result.failures] == []
        assert result.rules.total > 50
    pages = len(re.findall(rb"/Type\s*/Page\b", data))
    least, most = PAGES.get(name, (2, 20))
    assert least <= pages <= most
    wide, high = map(float, re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", data)[0])
    assert (wide / high) == pytest.approx(16 / 9 if name == "slides" else 210 / 297, abs=0.01)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "width", "dark"),
    [("part-a", 390, True), ("part-b", 1280, False), ("part-c", 390, False), ("instructor-pack", 1280, True)],
)
def test_pages_pass_axe(papers: Any, check_access: Callable[..., Any], name: str, width: int, dark: bool) -> None:
    result = check_access(papers(name)[f"{name}.html"].decode("utf-8"), width, dark=dark)
    assert result["violations"] == []
    assert result["passes"] > 10


def test_the_readme_says_where_everything_for_teachers_is() -> None:
    text = (PROJECT.root / "README.md").read_text(encoding="utf-8")
    for word in ("make teaching", "make explore", "notebooks/teaching", "reports/teaching/instructor"):
        assert word in text, word
    assert Path(PROJECT.notebooks / "teaching" / "explore.ipynb").is_file()


def test_hand_outs_and_instructors_papers_go_to_their_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(teaching, "make_paper", lambda _, path: {f"{path.stem}.pdf": path.stem.encode()})
    monkeypatch.setattr(teaching, "make_exercises", lambda _, authority, folder: [folder / authority.slug])
    console = Console(file=io.StringIO())
    made = teaching.make_teaching(PROJECT, read_authority(PROJECT.processed, "Leeds"), tmp_path, console)
    assert made.pop(0) == tmp_path / "leeds"
    rooms = {path.stem: path.parent.name for path in made}
    assert rooms == {name: "handouts" if name in DAYS else "instructor" for name in PAPERS}
    assert all(path.read_text() == path.stem for path in made)


def test_a_council_with_too_little_data_gets_no_papers(tmp_path: Path) -> None:
    young, console = read_authority(PROJECT.processed, "North Northamptonshire"), Console(file=io.StringIO())
    with pytest.raises(StudyError, match="too few years of data for North Northamptonshire; choose another"):
        teaching.make_teaching(PROJECT, young, tmp_path, console)
    assert list(tmp_path.rglob("*.pdf")) == []


def test_missing_requirements_are_named_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, study: Project
) -> None:
    console, lewisham = Console(file=io.StringIO()), read_authority(PROJECT.processed, "Lewisham")
    with pytest.raises(StudyError, match="found none; clone the project"):
        teaching.make_teaching(study, lewisham, tmp_path / "out", console)
    monkeypatch.setattr(teaching, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match="nbgrader is not installed"):
        teaching.make_teaching(PROJECT, lewisham, tmp_path / "out", console)
    assert not (tmp_path / "out").exists()
