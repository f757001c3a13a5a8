"""The import of inspection reports: what is registered, what is refused, and that nothing is written then."""

from __future__ import annotations

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


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"area": "Neverland"}, "page 1: expected a known authority, found 'Neverland'"),
        ({"name": "leeds"}, "expected a date of publication"),
        ({"name": "leeds 2026-01-13"}, "publication after the inspection’s last day, 2026-01-16"),
        ({"dates": "32 January 2026"}, "dates of the calendar"),
        ({"text": "A picture"}, "a report with text"),
        ({"text": TEXT.replace("progress of care leavers", "progress of pets and leavers")}, "expected a judgement"),
    ],
)
def test_a_wrong_report_is_refused_and_nothing_is_written(
    copy: Project, print_pdf: Callable[..., Path], changes: dict[str, str], message: str
) -> None:
    before = read_all(copy)
    with pytest.raises(StudyError, match="1 of 1 reports refused; nothing is written") as error:
        import_reports(copy, [print_pdf(**changes)])
    assert message in str(error.value)
    assert read_all(copy) == before


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
    assert resolve_area(name, ROOT / "data" / "coding") == la_code


def test_an_unknown_title_says_where_to_add_it() -> None:
    with pytest.raises(DataError, match=r"area_labels\.csv"):
        resolve_area("Neverland", ROOT / "data" / "coding")
