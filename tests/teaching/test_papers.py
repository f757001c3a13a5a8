"""The papers of the teaching case: accessible, short, and without anything published after their day."""

from __future__ import annotations

import ast
import base64
import calendar
import hashlib
import html
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import page
import pandas as pd
import pypdfium2
import pytest
from matplotlib.figure import Figure
from rich.console import Console

from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.errors import StudyError, UsageError
from lewisham_study.files import read_csv
from lewisham_study.paths import Project, find_project
from lewisham_study.raw.sources import select_known
from lewisham_study.report.batch.authorities import read_authority
from lewisham_study.report.document.pandoc import Report
from lewisham_study.teaching import papers as teaching
from lewisham_study.teaching.answers import DATES, MONEY, NUMBERS
from lewisham_study.teaching.forecasts import PARTS
from lewisham_study.teaching.handouts import ASKS
from lewisham_study.teaching.papers import fit_table, list_papers, make_paper, render_office
from lewisham_study.tidy.tables import Tables

PROJECT = find_project()
PAPERS = {path.stem: path for path in list_papers(PROJECT)}
COUNCIL = {name: PROJECT.notebooks / "teaching" / "council" / f"{name}.ipynb" for name in ("situation", "ending")}
DAYS = {f"part-{name.lower()}": day for name, day in PARTS.items()}
STANDARDS = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)
PAGES = dict.fromkeys(DAYS, (4, 6)) | {"board-plan": (1, 1), "slides": (18, 22)}
MONTHS = list(calendar.month_abbr)[1:]
NOT_YET = {
    "part-a": ["select committee hears that", "County Durham: good", "2019 report", "Lucie Heyes", "too big"],
    "part-b": ["minimum of two years", "never any guarantee", "five judgements", "Ghoshal"],
    "part-c": ["five judgements", "good overall", "shortfall in capacity"],
    "part-d": ["2025", "2026"],
}
"""Words that would reveal later events."""
FORECAST = re.compile(r"(?<!\w)by \d+ \w+ 20\d\d|last day \w+")
"""A forecast names a day to come."""
LONGEST = 12
"""The most words of a document that may be quoted together."""
FIGURE = Figure(figsize=(3, 2))
FIGURE.subplots().plot([0, 1])
TABLE = pd.DataFrame({"Part": ["fostering"], "Where": ["p4"], "£m": [2.0]})


@pytest.fixture(scope="module")
def papers() -> Callable[[str], dict[str, bytes]]:
    """Make a paper when it is first asked for, and keep it."""
    made: dict[str, dict[str, bytes]] = {}

    def make(name: str) -> dict[str, bytes]:
        if name not in made:
            made[name] = make_paper(PROJECT, (PAPERS | COUNCIL)[name])
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


@pytest.mark.slow
@pytest.mark.parametrize("name", DAYS)
def test_a_hand_out_names_nothing_later_than_its_day(papers: Any, name: str) -> None:
    text = read_all(papers(name)[f"{name}.html"].decode("utf-8"))
    day = DAYS[name]
    assert f"Only what was public on {day.day} {day:%B %Y}" in text
    assert "Lewisham" in text
    assert list_later(FORECAST.sub("", text), day) == []
    assert [word for word in NOT_YET[name] if re.search(rf"\b{word}\b", text)] == []
    if name != "part-a":
        assert list_later(text, DAYS["part-a"]) != []


@pytest.mark.parametrize("name", DAYS)
def test_every_quotation_is_short_and_from_a_document_public_by_the_day(name: str) -> None:
    known = set(select_known(Tables()["sources"], DAYS[name])["source_id"])
    facts = Tables()["facts"]
    asks = read_csv(PROJECT.coding / "teaching_asks.csv", ASKS)
    printed = [*facts.loc[facts["source_id"].isin(known), "quote"], *asks.loc[asks["source_id"].isin(known), "quote"]]
    text = simplify(" | ".join(printed))
    cells = nbformat.read(PAPERS[name], as_version=4).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    prose = prose.partition("Rewrite each sentence")[0]
    quoted = [one for one in re.findall(r"“([^”]+)”", prose) if "…" not in one]
    assert len(quoted) > 2
    assert [one for one in quoted if len(one.split()) > LONGEST or simplify(one) not in text] == []


def simplify(text: str) -> str:
    """Reduce a text to lower-case words."""
    return " ".join(re.findall(r"[\w-]+", re.sub("[‘’']", "", text.casefold())))


def test_what_inspectors_asked_for_is_quoted_briefly() -> None:
    asks = read_csv(PROJECT.coding / "teaching_asks.csv", ASKS, ["source_id", "point"])
    assert asks["quote"].str.split().str.len().max() <= LONGEST
    assert set(asks["source_id"]) <= set(Tables()["sources"]["source_id"])
    assert asks.groupby("source_id").size().to_dict() == {
        "ofsted-letter-2018": 5,
        "ofsted-lewisham-2019": 7,
        "ofsted-letter-2021": 5,
        "ofsted-lewisham-2024": 4,
    }


@pytest.mark.parametrize(("title", "minutes"), [("Sixty minutes", 60), ("Ninety minutes", 90), ("Three hours", 180)])
def test_the_minutes_of_a_plan_add_up_and_the_ending_comes_last(title: str, minutes: int) -> None:
    note = "\n".join(cell.source for cell in nbformat.read(PAPERS["teaching-note"], as_version=4).cells)
    plan = note.partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+)–(\d+) \| (.*?) \| ?(\w*)", plan, re.MULTILINE)
    ends = [(int(start), int(end)) for start, end, _, _ in rows]
    assert [start for start, _ in ends] == [0, *[end for _, end in ends[:-1]]]
    assert ends[-1][1] == minutes
    for (start, end), (_, _, what, _) in zip(ends, rows, strict=True):
        inner = [int(one) for one in re.findall(r"\((\d+)\)", what)]
        assert not inner or sum(inner) == end - start, what
    out = [given for *_, given in rows if given]
    assert out[: out.index("D")] == [part for part in "ABC" if part in out]
    assert not re.search(r"\b(good|2024)\b", " ".join(what for *_, what, _ in rows))


@pytest.mark.slow
@pytest.mark.parametrize("name", DAYS)
def test_a_part_can_be_read_in_the_minutes_planned(papers: Any, name: str) -> None:
    note = "\n".join(cell.source for cell in nbformat.read(PAPERS["teaching-note"], as_version=4).cells)
    letter = name[-1].upper()
    rows = re.findall(
        rf"^\| (\d+)–(\d+) \| Read part {letter} alone|^\| (\d+)–(\d+) \| Read part D,", note, re.MULTILINE
    )
    planned = [int(row[1] or row[3]) - int(row[0] or row[2]) for row in rows if bool(row[0]) is (letter != "D")]
    (pace,) = map(int, re.findall(r"about (\d+) words a minute", note))
    with zipfile.ZipFile(io.BytesIO(papers(name)[f"{name}.docx"])) as document:
        text = re.sub(r"<[^>]+>", "", document.read("word/document.xml").decode().replace("</w:p>", " "))
    words = len(text.partition("Contains public sector information")[0].split())
    assert 800 < words <= pace * min(planned)


def test_a_misconception_refers_to_words_that_participants_get() -> None:
    guide = "\n".join(cell.source for cell in nbformat.read(PAPERS["marking-guide"], as_version=4).cells)
    rows = re.findall(r"^\| ([^|]*“[^|]*) \| [^|]+ \| ([^|]+) \|$", guide, re.MULTILINE)
    assert len(rows) > 8
    for misconception, places in rows:
        for place in places.replace("part ", "part-").lower().split(", "):
            found = read_given(place.strip())
            assert all(one in found for one in re.findall(r"“([^”]+)”", misconception)), (misconception, place)


def read_given(place: str) -> str:
    """Read what participants get in a part or an exercise: its text, and the claims that it shows."""
    if place.startswith("part"):
        path = PAPERS[place]
    else:
        (path,) = (PROJECT.notebooks / "teaching" / "exercises").glob(f"{place[-1]}-*.ipynb")
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    facts = Tables()["facts"].set_index("fact_id")
    text += " ".join(facts.loc[[*MONEY, *DATES, *NUMBERS], "quote"]) if place == "exercise 2" else ""
    return text.replace("*", "")


@pytest.mark.slow
@pytest.mark.parametrize("name", [*DAYS, "teaching-note"])
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


@pytest.mark.slow
@pytest.mark.parametrize("name", [*PAPERS, *COUNCIL])
def test_papers_are_accessible_and_of_their_length(papers: Any, name: str) -> None:
    data = papers(name)[f"{name}.pdf"]
    for standard in STANDARDS:
        result = page.validate_pdf_bytes(data, profile=standard, limits=page.SafetyLimits.unlimited())
        assert [failure.message for failure in result.failures] == []
        assert result.rules.total > 50
    document = pypdfium2.PdfDocument(data)
    least, most = PAGES.get(name, (2, 20))
    assert least <= len(document) <= most
    wide, high = document[0].get_size()
    assert (wide / high) == pytest.approx(16 / 9 if name == "slides" else 210 / 297, abs=0.01)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "width", "dark"),
    [
        ("part-a", 390, True),
        ("part-b", 1280, False),
        ("part-c", 390, False),
        ("part-d", 1280, True),
        ("teaching-note", 1280, True),
        ("marking-guide", 390, False),
        ("situation", 1280, False),
        ("ending", 390, True),
    ],
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
    monkeypatch.setattr(teaching, "make_paper", lambda _, path, chosen=None: {f"{path.stem}.pdf": path.stem.encode()})
    monkeypatch.setattr(teaching, "make_questions", lambda code, day: {f"{code}.txt": day.isoformat().encode()})
    monkeypatch.setattr(teaching, "write_sheets", lambda _, folder: [folder / "sheets"])
    monkeypatch.setattr(teaching, "make_exercises", lambda _, authority, folder: [folder / authority.slug])
    console = Console(file=io.StringIO())
    made = teaching.make_teaching(PROJECT, read_authority(PROJECT.processed, "Leeds"), tmp_path, console)
    assert made.pop(0) == tmp_path / "leeds"
    assert made.pop() == tmp_path / "sheets"
    questions = {path.name: (path.parent.name, path.read_text()) for path in (made.pop(), made.pop())}
    assert questions == {"209.txt": ("instructor", "2021-08-31"), "383.txt": ("council", "2022-05-09")}
    rooms = {path.stem: path.parent.name for path in made}
    council = {"situation": "council", "ending": "council"}
    assert rooms == {name: "handouts" if name in DAYS else "instructor" for name in PAPERS} | council
    assert all(path.read_text() == path.stem for path in made)


def test_the_case_of_a_council_ends_with_its_last_grade_and_starts_with_the_one_before() -> None:
    leeds, devon = (read_authority(PROJECT.processed, name) for name in ("Leeds", "Devon"))
    (_, situation), (_, ending) = teaching.plan_council(PROJECT, leeds)
    assert situation == {"authority": "Leeds", "known_by": "2022-05-09"}
    assert ending == {"authority": "Leeds", "made": "2022-05-09", "known_by": "2025-08-12"}
    assert teaching.plan_council(PROJECT, devon)[1][1]["known_by"] == "2025-05-13"
    with pytest.raises(UsageError, match="the case needs two"):
        teaching.plan_council(PROJECT, read_authority(PROJECT.processed, "Cumberland"))


@pytest.mark.slow
def test_a_council_with_too_little_data_gets_no_papers(tmp_path: Path) -> None:
    young, console = read_authority(PROJECT.processed, "North Northamptonshire"), Console(file=io.StringIO())
    with pytest.raises(StudyError, match="too few years of data for North Northamptonshire; choose another"):
        teaching.make_teaching(PROJECT, young, tmp_path, console)
    assert list(tmp_path.rglob("*.pdf")) == []


def test_missing_figures_are_named_before_anything_runs(tmp_path: Path, study: Project) -> None:
    console, lewisham = Console(file=io.StringIO()), read_authority(PROJECT.processed, "Lewisham")
    with pytest.raises(StudyError, match="found none; clone the project"):
        teaching.make_teaching(study, lewisham, tmp_path / "out", console)
    assert not (tmp_path / "out").exists()


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
