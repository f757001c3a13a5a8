"""The import of inspection reports: what is registered, what is refused, and that nothing is written then."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from lewisham_study.errors import DataError, StudyError, UsageError
from lewisham_study.files import read_csv
from lewisham_study.paths import Project
from lewisham_study.raw.figures import read_figures
from lewisham_study.raw.reports import find_day, import_reports, resolve_area
from lewisham_study.raw.sources import SOURCE_COLUMNS, read_sources

ROOT = Path(__file__).parents[2]
TEXT = (
    """Inspection of {area} local
authority children’s services
Inspection dates: {dates}
Lead inspector: Alex Example, His Majesty’s Inspector
Judgement Grade
The impact of leaders on social work practice with children and families
Good
The experiences and progress of children who need help and protection
Good
The experiences and progress of children in care
Good
The experiences and progress of care leavers
Outstanding
Overall effectiveness Good
"""
    + "Text under the Open Government Licence goes on for some time, line by line.\n" * 30
)


@pytest.fixture
def copy(tmp_path: Path) -> Project:
    (tmp_path / "study").mkdir()
    for name in ("data/raw", "data/coding"):
        shutil.copytree(ROOT / name, tmp_path / "study" / name)
    return Project(tmp_path / "study")


@pytest.fixture
def print_pdf(tmp_path: Path) -> Callable[..., Path]:
    def write(
        area: str = "Leeds", dates: str = "12 to 16 January 2026", name: str = "leeds 2026-03-02", text: str = TEXT
    ) -> Path:
        path = tmp_path / f"{name}.pdf"
        with PdfPages(path) as pdf:
            figure = Figure(figsize=(8.3, 11.7))
            figure.text(0.05, 0.97, text.format(area=area, dates=dates), va="top", fontsize=8)
            pdf.savefig(figure)
        return path

    return write


def read_all(project: Project) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in (project.root / "data").rglob("*.csv")}


def test_a_report_is_registered_and_its_judgements_are_figures(copy: Project, print_pdf: Callable[..., Path]) -> None:
    (line,) = import_reports(copy, [print_pdf()], url="https://example.org/1")
    assert line == "ofsted-ilacs-383-2026-03-02: read, 8 cells"
    source = read_sources(copy.raw).set_index("source_id").loc["ofsted-ilacs-383-2026-03-02"]
    assert (source["published"], source["url"], source["licence"]) == (
        "2026-03-02",
        "https://example.org/1",
        "OGL-UK-3.0",
    )
    figures = read_figures(copy.raw, "reports")
    own = figures[figures["source_id"] == source.name].set_index("measure")["value_as_published"]
    assert (own["Overall effectiveness"], own["inspection_start"]) == ("Good", "2026-01-12")
    before = read_all(copy)
    assert import_reports(copy, [print_pdf()]) != []
    assert read_csv(copy.raw / "sources.csv", SOURCE_COLUMNS, ["source_id"]).shape[0] > 100
    assert set(read_all(copy)) == set(before)


def print_pages(*pages: str) -> bytes:
    """Make a small PDF by hand: a page of Helvetica for each text."""
    kids = " ".join(f"{2 * number + 4} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, text in enumerate(pages):
        lines = [
            line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
            for line in text.split("\n")
        ]
        stream = b"BT /F1 8 Tf 9 TL 40 800 Td\n" + b"".join(b"(" + line + b") Tj T*\n" for line in lines) + b"ET"
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {2 * number + 5} 0 R "
        objects += [
            page.encode() + b"/Resources << /Font << /F1 3 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + head + table + trailer


RIGHT = TEXT.format(area="Leeds", dates="12 to 16 January 2026")
ENCRYPTED = b"<< /Filter /Standard /V 1 /R 2 /O <" + b"00" * 32 + b"> /U <" + b"11" * 32 + b"> /P -44 >>"
FILES: list[tuple[str, bytes, str]] = [
    ("empty", b"", "between 1 and 50,000,000 bytes"),
    ("words instead of a PDF", b"no PDF at all\n" * 9, "a PDF that opens"),
    ("a web page that says the report has moved", b"<html><body>Moved</body></html>", "a PDF that opens"),
    ("a spreadsheet with another ending", b"PK\x03\x04" + b"\0" * 500, "a PDF that opens"),
    ("a picture with another ending", b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "a PDF that opens"),
    ("cut in its first page", print_pages(RIGHT)[:90], "a PDF that opens"),
    ("with a page that is not there", print_pages(RIGHT).replace(b"/Kids [4", b"/Kids [9"), "pages that can be read"),
    ("without a list of pages", print_pages(RIGHT).replace(b"/Kids", b"/Kidz"), "pages that can be read"),
    ("with a destroyed page", print_pages(RIGHT).replace(b" Tj ", b" Zz "), "a report with text"),
    (
        "encrypted",
        print_pages(RIGHT).replace(b"/Root 1 0 R", b"/Root 1 0 R /ID [<00> <00>] /Encrypt " + ENCRYPTED),
        "it is encrypted",
    ),
    ("a scan", print_pages("", ""), "it is a scan"),
    ("one line", print_pages("See the other file"), "it is a scan"),
    ("a book", print_pages(*[RIGHT] * 121), "at most 120 pages"),
]
BETWEEN = "\nThe experiences and progress of children in care\nInadequate"
WORDS: list[tuple[str, dict[str, str], str]] = [
    (
        "of an area SEND inspection",
        {"Inspection of {area}": "Area SEND inspection of {area}"},
        "an area SEND inspection",
    ),
    ("of a children's home", {"Inspection of": "Sunny children’s home inspection of"}, "a children’s home"),
    (
        "of a fostering agency",
        {"Inspection of": "Independent fostering agency inspection of"},
        "a fostering agency",
    ),
    ("the letter of a visit", {"Inspection of": "Focused visit to"}, "the letter of a focused visit"),
    ("the letter of a second visit", {"Inspection of": "Monitoring visit of"}, "the letter of a monitoring visit"),
    ("the letter of several inspectorates", {"Inspection of": "Joint area inspection of"}, "a joint area inspection"),
    (
        "of the framework before",
        {"Inspection of {area} local\nauthority": "{area}: inspection of services for children in need of help, "},
        "the single inspection framework",
    ),
    ("minutes", {"Inspection dates": "Present"}, "‘Inspection dates:’ on page 1"),
    (
        "without a name",
        {"Inspection of {area} local\nauthority children’s services": ""},
        "the name of a local authority",
    ),
    ("of nowhere", {"{area}": "Neverland"}, "a known authority, found 'Neverland'"),
    ("of two places", {"{area}": "Leeds and Bradford"}, "a known authority, found 'Leeds and Bradford'"),
    ("on an impossible day", {"{dates}": "32 January 2026"}, "dates of the calendar"),
    ("on 29 February of another year", {"{dates}": "24 to 29 February 2025"}, "dates of the calendar"),
    ("on days that go backwards", {"{dates}": "16 to 12 January 2026"}, "dates such as"),
    ("on no day", {"{dates}": "next week"}, "dates such as"),
    ("without a year", {"{dates}": "12 to 16 January"}, "dates such as"),
    ("before the framework began", {"{dates}": "12 to 16 January 2017"}, "an inspection of 2018 or later"),
    ("that ended after publication", {"{dates}": "12 January to 16 March 2026"}, "publication after the inspection’s"),
    ("with an unknown grade", {"\nOutstanding": "\nSplendid"}, "a judgement and one of"),
    ("with an unknown grade overall", {"ness Good": "ness Splendid"}, "an overall effectiveness grade before April"),
    ("on something else", {"of care leavers": "of pets and leavers"}, "expected a judgement"),
    ("without a table", {"Judgement Grade": "Contents"}, "a table ‘Judgement, Grade’ on pages 1 to 3"),
    ("with a table of two rows", {"who need help and protection\nGood": "who need help"}, "a judgement and one of"),
    ("with an overall grade in May 2026", {"{dates}": "4 to 8 May 2026"}, "no overall grade for an inspection from"),
    ("without an overall grade", {"Overall effectiveness Good\n": ""}, "an overall effectiveness grade before April"),
    ("with two grades for one thing", {"Overall eff": BETWEEN[1:] + "\nOverall eff"}, "one grade for ‘The experiences"),
    (
        "with another grade in its text",
        {"Text under": "The experiences and progress of children in care: inadequate\nText under"},
        "Inadequate in the heading on page 1",
    ),
]
NAMES = [
    ("without a day of publication", "leeds", "expected a date of publication, found none"),
    ("published on no day of the calendar", "leeds 2026-13-45", "expected a date of publication, found none"),
    ("published before the inspection ended", "leeds 2026-01-13", "publication after the inspection’s last day"),
    ("published in the future", "leeds 2096-01-13", "a date of publication that has come"),
]


@pytest.fixture(scope="module")
def shared_copy(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("study")
    for name in ("data/raw", "data/coding"):
        shutil.copytree(ROOT / name, root / name)
    return Project(root)


def list_cases() -> list[tuple[str, str, bytes, str]]:
    name = "leeds 2026-06-02"
    words = []
    for case, changes, message in WORDS:
        text = TEXT
        for was, becomes in changes.items():
            assert was in text, (case, was)
            text = text.replace(was, becomes, 1)
        words.append((case, name, print_pages(text.format(area="Leeds", dates="12 to 16 January 2026")), message))
    words = [(case, "leeds 2026-03-02" if "ended after" in case else stem, *rest) for case, stem, *rest in words]
    files = [(case, name, data, message) for case, data, message in FILES]
    return [*files, *words, *[(case, stem, print_pages(RIGHT), message) for case, stem, message in NAMES]]


CASES = list_cases()


def test_there_are_many_ways_to_be_wrong() -> None:
    assert len(CASES) >= 40
    assert len({case for case, *_ in CASES}) == len(CASES)


@pytest.mark.parametrize(("case", "stem", "data", "message"), CASES, ids=[case for case, *_ in CASES])
def test_a_wrong_report_is_refused_in_one_line_and_nothing_is_written(
    shared_copy: Project, tmp_path: Path, case: str, stem: str, data: bytes, message: str
) -> None:
    path = tmp_path / f"{stem}.pdf"
    path.write_bytes(data)
    states = {file: file.stat().st_mtime_ns for file in shared_copy.root.rglob("*.csv")}
    with pytest.raises(StudyError, match="1 of 1 reports refused; nothing is written") as error:
        import_reports(shared_copy, [path])
    _, line = str(error.value).split("\n")
    assert path.name in line
    assert re.search(message, line), line
    assert {file: file.stat().st_mtime_ns for file in shared_copy.root.rglob("*.csv")} == states


def test_a_right_report_made_by_hand_is_read(copy: Project, tmp_path: Path) -> None:
    path = tmp_path / "leeds 2026-03-02.pdf"
    path.write_bytes(print_pages(RIGHT))
    assert import_reports(copy, [path]) == ["ofsted-ilacs-383-2026-03-02: read, 8 cells"]


def test_a_file_that_is_too_large_is_refused_unread(shared_copy: Project, tmp_path: Path) -> None:
    path = tmp_path / "leeds 2026-03-02.pdf"
    with path.open("wb") as stream:
        stream.truncate(50_000_001)
    with pytest.raises(StudyError, match="between 1 and 50,000,000 bytes, found 50,000,001"):
        import_reports(shared_copy, [path])


def test_the_same_report_twice_is_refused(copy: Project, tmp_path: Path) -> None:
    first, second, later = (tmp_path / f"{name}.pdf" for name in ("a 2026-03-02", "b 2026-03-02", "a 2026-03-03"))
    for path in (first, second, later):
        path.write_bytes(print_pages(RIGHT))
    with pytest.raises(StudyError, match="one report with the id ofsted-ilacs-383-2026-03-02"):
        import_reports(copy, [first, second])
    import_reports(copy, [first])
    with pytest.raises(StudyError, match="expected the report ofsted-ilacs-383-2026-03-02, as registered"):
        import_reports(copy, [later])


def test_an_index_with_a_wrong_day_or_heading_is_refused(shared_copy: Project, tmp_path: Path) -> None:
    path, index = tmp_path / "leeds.pdf", tmp_path / "index.csv"
    path.write_bytes(print_pages(RIGHT))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    index.write_text(f"pdf_sha256,published,report_url\n{digest},soon,https://example.org\n", encoding="utf-8")
    with pytest.raises(StudyError, match="expected a date of publication, found 'soon'"):
        import_reports(shared_copy, [path], index=index)
    index.write_text(f"sha,published\n{digest},2026-03-02\n", encoding="utf-8")
    with pytest.raises(DataError, match="the headings pdf_sha256, published, report_url"):
        import_reports(shared_copy, [path], index=index)


def test_one_wrong_report_keeps_the_others_out_too(copy: Project, print_pdf: Callable[..., Path]) -> None:
    before = read_all(copy)
    good, bad = print_pdf(), print_pdf(area="Neverland", name="x 2026-03-02")
    with pytest.raises(StudyError, match="1 of 2 reports refused"):
        import_reports(copy, [good, bad])
    assert read_all(copy) == before


def test_a_missing_file_is_a_wrong_request(copy: Project) -> None:
    with pytest.raises(UsageError, match="there is no PDF"):
        import_reports(copy, [Path("nowhere.pdf")])


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("358_2026-08-03", "2026-08-03"),
        ("children's services inspection - 20 september 2016", "2016-09-20"),
        ("report", "None"),
    ],
)
def test_the_day_of_publication_comes_from_the_file_name(stem: str, expected: str) -> None:
    assert str(find_day(stem)) == expected


@pytest.mark.parametrize(
    ("name", "la_code"),
    [
        ("Leeds City", "383"),
        ("London Borough of Lewisham", "209"),
        ("Kingston upon Hull", "810"),
        ("Bradford Children and Families Trust", "380"),
        ("Dorset", "838"),
    ],
)
def test_titles_name_authorities(name: str, la_code: str) -> None:
    assert resolve_area(name, ROOT / "data" / "coding", "page 1")[0] == la_code


def test_an_unknown_title_says_where_to_add_it() -> None:
    with pytest.raises(DataError, match=r"area_labels\.csv"):
        resolve_area("Neverland", ROOT / "data" / "coding", "page 1")
