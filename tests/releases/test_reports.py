"""Inspection reports and letters: what their pages say, and what is refused."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from lewisham_study.errors import DataError
from lewisham_study.releases import pdf
from lewisham_study.releases.pdf import read_pdf_pages
from lewisham_study.releases.reports import (
    parse_dates,
    read_inspection_report,
    read_letter,
    read_report_index,
)

SHARED = Path(__file__).parents[3] / "shared" / "data" / "official" / "inspections"
ROWS = {
    "The impact of leaders on social work \npractice with children and families": "Good",
    "The experiences and progress of \nchildren who need help and protection": "Requires improvement to be good",
    "The experiences and progress of \nchildren in care": "Outstanding",
    "The experiences and progress of care \nleavers": "Inadequate",
}
OVERALL = {"Overall effectiveness": "Good"}


def print_report(rows: dict[str, str], dates: str = "12 to 23 January 2026", body: str = "") -> list[str]:
    table = "".join(f"{domain}\n{grade} \n" for domain, grade in rows.items())
    title = "Inspection of Lambeth local \nauthority children’s services \n"
    lead = "Lead inspector: Alex Example, His Majesty’s Inspector\n"
    prose = "The experiences and progress of children are good.\n"
    first = f"{title}Inspection dates: {dates}\n{lead}Judgement Grade\n{table}{prose}"
    return [first + body, "x" * 2000]


def test_a_report_gives_dates_grades_and_lead_with_their_place() -> None:
    report = read_inspection_report(print_report(ROWS | OVERALL), "a.pdf")
    assert (report.area_name, report.lead_inspector, report.framework) == ("Lambeth", "Alex Example", "ILACS")
    assert (report.start, report.end) == (date(2026, 1, 12), date(2026, 1, 23))
    assert list(report.judgements.values()) == [*ROWS.values(), "Good"]
    place = report.places["The experiences and progress of care leavers"]
    assert (place.page, place.line) == (1, 15)


def test_from_april_2026_there_is_no_overall_grade() -> None:
    report = read_inspection_report(print_report(ROWS, "27 April to 1 May 2026"), "a.pdf")
    assert report.framework == "ILACS_2026"
    assert "Overall effectiveness" not in report.judgements


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        (print_report(ROWS | OVERALL, "27 April to 1 May 2026"), "no overall grade for an inspection from April 2026"),
        (print_report(ROWS), "an overall effectiveness grade before April 2026"),
        (
            print_report(ROWS | {"Overall effectiveness": "Splendid"}),
            "an overall effectiveness grade before April 2026",
        ),
        (print_report({**ROWS, next(iter(ROWS)): "Satisfactory"} | OVERALL), "Satisfactory"),
        (print_report(dict(list(ROWS.items())[:3]) | OVERALL, "1 to 5 May 2023"), None),
        (print_report(dict(list(ROWS.items())[:2]) | OVERALL), "a judgement and one of"),
        (print_report(ROWS | OVERALL, "23 to 12 January 2026"), "dates such as"),
        (print_report(ROWS | OVERALL, "32 to 33 January 2026"), "dates of the calendar"),
        (print_report(ROWS | OVERALL, "next week"), "dates such as"),
        (print_report(ROWS | OVERALL, "1 to 5 May 2016"), "an inspection of 2018 or later"),
        (
            print_report(ROWS | OVERALL, body="\nThe experiences and progress of children in care: inadequate\n"),
            "Inadequate in the heading on page 1",
        ),
        (["Area SEND inspection of Lambeth\n" + print_report(ROWS)[0]], "an area SEND inspection"),
        (["Sunnyside children’s home: full inspection\n" + print_report(ROWS)[0]], "a children’s home"),
        (["Focused visit to Lambeth children’s services\n"], "the letter of a focused visit"),
        (["Monitoring visit of Lambeth children’s services\n"], "the letter of a monitoring visit"),
        (["Minutes of a meeting\n" * 9], "‘Inspection dates:’ on page 1"),
    ],
)
def test_what_is_wrong_is_refused_with_file_and_reason(pages: list[str], message: str | None) -> None:
    if message is None:
        read_inspection_report(pages, "a.pdf")
        return
    with pytest.raises(DataError, match=r"a\.pdf") as error:
        read_inspection_report(pages, "a.pdf")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("8 July to 19 July 2019", ("2019-07-08", "2019-07-19")),
        ("26 October 2015 – 20 November 2015", ("2015-10-26", "2015-11-20")),
        ("30 September to 11 October 2024 and 13 to 16 January 2025", ("2024-09-30", "2025-01-16")),
        ("29 November 2021 to 3 December 2021", ("2021-11-29", "2021-12-03")),
    ],
)
def test_dates_are_the_first_and_the_last_day_of_all_phases(printed: str, expected: tuple[str, str]) -> None:
    assert tuple(map(str, parse_dates(printed, "a.pdf"))) == expected


def test_a_letter_gives_its_days_subject_and_priority_action() -> None:
    text = (
        "28 September 2018\nDear Director\nFocused visit to Lambeth\nThis letter summarises the findings of a focused "
        "visit to Lambeth children’s services on 30 and 31 January. Inspectors looked at the local authority’s "
        "arrangements for children in care.\nAreas for priority action\nThe pace of visits.\n"
    )
    letter = read_letter([text], "a.txt", date(2018, 2, 22))
    assert (str(letter.start), str(letter.end)) == ("2018-01-30", "2018-01-31")
    assert letter.subject == "children in care"
    assert letter.priority_action


def test_a_letter_without_days_is_refused() -> None:
    with pytest.raises(DataError, match="the days of the visit"):
        read_letter(["Dear Director, thank you."], "a.txt", date(2018, 2, 22))


@pytest.fixture
def make_pdf(tmp_path: Path) -> Callable[..., Path]:
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    def make(*pages: str) -> Path:
        path = tmp_path / "report_2026-03-10.pdf"
        with PdfPages(path, metadata={"CreationDate": None}) as pdf:
            for text in pages:
                figure = Figure(figsize=(8.3, 11.7))
                figure.text(0.05, 0.95, text, va="top", fontsize=8)
                pdf.savefig(figure)
        return path

    return make


def test_a_pdf_is_read_page_by_page(make_pdf: Callable[..., Path]) -> None:
    pages = read_pdf_pages(make_pdf(print_report(ROWS | OVERALL)[0], "word " * 10 + "\n" + ("word " * 15 + "\n") * 25))
    assert len(pages) == 2
    assert read_inspection_report(pages, "a.pdf").area_name == "Lambeth"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: b"", "between 1 and"),
        (lambda data: b"no PDF at all" * 9, "a PDF that opens"),
        (lambda data: data[:90], "a PDF that opens"),
        (lambda data: data.replace(b"/Pages", b"/Pigs"), "a PDF that opens|pages that can be read|a report with text"),
    ],
)
def test_a_damaged_pdf_is_refused_in_one_line(
    make_pdf: Callable[..., Path], damage: Callable[[bytes], bytes], message: str
) -> None:
    path = make_pdf("text " * 400)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=message) as error:
        read_pdf_pages(path)
    assert "\n" not in str(error.value)


def test_a_scan_is_refused(make_pdf: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="it is a scan"):
        read_pdf_pages(make_pdf("1", "2"))


CHILD = """
import sys, time
from lewisham_study.releases import pdf
from lewisham_study.releases.pdf import read_pdf_pages
sys.modules["pypdfium2"] = sys.modules[__name__]
PdfiumError = ValueError
def PdfDocument(path):
    {body}
pdf.main()
"""
"""The reader of a PDF with another PDFium: what a hostile file may do to the real one."""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no memory, and ends a crash in another way")
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("import os; os.abort()", "a crash of the reader"),
        ("time.sleep(60)", "read in 2 seconds, found one that takes longer"),
        ("return bytearray(3_000_000_000)", "fits into 2 GB of memory"),
        ("raise RecursionError('deep')", "RecursionError: deep"),
        ("return range(121)", "at most 120 pages, found 121"),
    ],
)
def test_a_pdf_that_crashes_loops_or_fills_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, message: str
) -> None:
    script, path = tmp_path / "child.py", tmp_path / "a.pdf"
    script.write_text(CHILD.format(body=body), encoding="utf-8")
    path.write_bytes(b"%PDF")
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda words, **options: run([words[0], script, *words[3:]], **options))
    monkeypatch.setattr(pdf, "SECONDS", 2 if "sleep" in body else 60)
    with pytest.raises(DataError, match=message) as error:
        read_pdf_pages(path)
    assert "\n" not in str(error.value)


def test_an_encrypted_pdf_is_refused(make_pdf: Callable[..., Path]) -> None:
    path = make_pdf("text " * 400)
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O <" + b"4e" * 32 + b"> /U <" + b"5f" * 32 + b"> >> "
    path.write_bytes(path.read_bytes().replace(b"trailer\n<< ", b"trailer\n<< " + lock + b"/ID [<00> <00>] "))
    with pytest.raises(DataError, match="it is encrypted"):
        read_pdf_pages(path)


def test_a_huge_pdf_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with path.open("wb") as file:
        file.truncate(50_000_001)
    with pytest.raises(DataError, match="50,000,001"):
        read_pdf_pages(path)


def test_a_text_without_end_is_refused(make_pdf: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_LETTERS", 1000)
    with pytest.raises(DataError, match="at most 1,000 characters"):
        pdf.extract(str(make_pdf("text " * 400)))


def test_an_index_gives_cells_of_each_document(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\f".join(print_report(ROWS | OVERALL)), encoding="utf-8")
    (tmp_path / "index.csv").write_text(
        "file,kind,la_code,la_name,published,report_url,pdf_sha256\n"
        "a.txt,inspection,208,Lambeth,2026-03-10,https://example.org/a,00\n",
        encoding="utf-8",
    )
    cells = read_report_index(tmp_path / "index.csv", "ofsted-report-texts")
    found = dict(zip(cells["measure"], cells["value_as_published"], strict=True))
    assert found["inspection_start"] == "2026-01-12"
    assert found["lead_inspector"] == "Alex Example"
    assert set(cells["area_code"]) == {"208"}


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the texts of reports are not in the project (../shared)")
def test_the_reader_agrees_with_ofsteds_table_in_every_grade() -> None:
    from lewisham_study import load_table

    judgements = load_table("judgements")
    own = judgements[(judgements["framework"] == "ILACS") & (judgements["source_id"] == "ofsted-2025")]
    table = {(row["la_code"], str(row["published_date"].date()), row["strand"]): row for row in own.to_dict("records")}
    strands = {"Overall": "overall", "impact": "leadership", "help": "help_and_protection", "care": "children_in_care"}
    compared = 0
    texts = SHARED / "report_texts"
    with (texts / "index.csv").open(encoding="utf-8") as stream:
        documents = list(csv.DictReader(stream))
    for document in documents:
        if document["kind"] != "inspection" or not "2018-02" < document["published"] < "2025-06":
            continue
        pages = (texts / document["file"]).read_text(encoding="utf-8").split("\f")
        if "nspection of services for children in need of help" in " ".join(pages[0][:400].split()):
            continue
        report = read_inspection_report(pages, document["file"])
        for domain, grade in report.judgements.items():
            strand = (
                "care_leavers"
                if domain.endswith("progress of care leavers")
                else next(strand for word, strand in strands.items() if word in domain)
            )
            row = table[document["la_code"], document["published"], strand]
            assert grade.split()[0] == row["grade_as_published"].split()[0], (document["file"], domain)
            assert str(row["start_date"].date()) == str(report.start), document["file"]
            compared += 1
    assert compared > 1_170
