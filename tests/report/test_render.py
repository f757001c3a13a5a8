"""The reports of one authority, from notebook to files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from lewisham_study.errors import StudyError, UsageError
from lewisham_study.paths import Project
from lewisham_study.report import render
from lewisham_study.report.authorities import Authority, find_authority
from lewisham_study.report.execute import read_notebook
from lewisham_study.report.plan import name_report, prepare_folder
from lewisham_study.report.render import render_report

SHOW = """\
from IPython.display import display
details = {"kind": "table", "label": "tbl-LABEL", "title": f"Of {authority}", "caption": f"{start_year}."}
data = {"text/markdown": "| a | b |\\n|:--|--:|\\n| x | 1 |", "text/csv": "a,b\\nx,1\\n"}
display(data, raw=True, metadata={"exhibit": details})"""


@pytest.fixture
def lewisham(study: Project) -> Authority:
    return find_authority(study.processed, "Lewisham")


@pytest.fixture
def two(save: Callable[..., Path], build: SimpleNamespace) -> list[Path]:
    """Save two notebooks, the second without a window."""
    window = build.code(build.PARAMETERS, tags=["parameters"])
    alone = build.code('authority: str = "Lewisham"\nstart_year = 0', tags=["parameters"])
    first, second = (build.code(SHOW.replace("LABEL", label)) for label in ("one", "two"))
    return [
        save(build.text("# Ratings\n\nSee @tbl-one, [@ofsted-2025]."), window, first, name="01-ratings.ipynb"),
        save(build.text("# Evidence"), alone, second, name="05-evidence.ipynb"),
    ]


def test_every_file_is_made(study: Project, lewisham: Authority, two: list[Path], tmp_path: Path) -> None:
    made = render_report(study, two, lewisham, {"end_year": 2020}, out=tmp_path / "out")
    folder = tmp_path / "out" / "lewisham"
    names = {path.relative_to(folder).as_posix() for path in made}
    documents = {f"{name}.{form}" for name in ("ratings", "evidence") for form in ("ipynb", "html", "pdf")}
    assert names == documents | {"report.pdf", "tables/tbl-one.csv", "tables/tbl-two.csv"}
    assert {path for path in folder.rglob("*") if path.is_file()} == set(made)
    page = (folder / "ratings.html").read_text(encoding="utf-8")
    assert "Lewisham, 2012 to 2020" in page
    assert "Data published up to 25 September 2025" in page
    assert "lewisham-study report --authority &quot;Lewisham&quot; --notebook ratings --from 2012 --to 2020" in page
    injected = read_notebook(folder / "ratings.ipynb").cells[2].source
    assert 'authority = "Lewisham"' in injected
    assert "end_year = 2020" in injected


def test_a_namesake_is_handed_over_by_code(study: Project, two: list[Path], tmp_path: Path) -> None:
    gone = find_authority(study.processed, "835")
    made = render_report(study, two[:1], gone, {}, ["ipynb"], tmp_path)
    assert made[0] == tmp_path / "dorset-835" / "ratings.ipynb"
    assert 'authority = "835"' in read_notebook(made[0]).cells[2].source


def test_the_same_request_gives_the_same_bytes_anywhere(
    study: Project, lewisham: Authority, two: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = render_report(study, two[:1], lewisham, {}, out=tmp_path / "a")
    kept = {path.name: path.read_bytes() for path in first}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("PYTHONHASHSEED", "3")
    monkeypatch.setenv("HOME", str(elsewhere))
    second = render_report(study, two[:1], lewisham, {}, out=tmp_path / "b")
    assert {path.name: path.read_bytes() for path in second} == kept


@pytest.mark.parametrize(
    ("parameters", "formats", "said"),
    [
        ({"start_yaer": 2012}, ["html"], "no notebook has a parameter 'start_yaer'; did you mean start_year"),
        ({"start_year": "2012"}, ["html"], "start_year must be int"),
        ({"start_year": 2023}, ["html"], "the window is empty"),
        ({}, ["htm"], "unknown format 'htm'; did you mean html"),
    ],
)
def test_a_wrong_request_stops_before_any_kernel(
    study: Project,
    lewisham: Authority,
    two: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    parameters: dict[str, object],
    formats: list[str],
    said: str,
) -> None:
    monkeypatch.setattr(render, "execute_notebook", lambda *_, **__: pytest.fail("a kernel was started"))
    with pytest.raises(UsageError, match=said):
        render_report(study, two[:1], lewisham, parameters, formats, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_to_stops_before_any_kernel(
    study: Project, lewisham: Authority, two: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "execute_notebook", lambda *_, **__: pytest.fail("a kernel was started"))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StudyError, match=r"cannot write to .*: Not a directory; choose another folder with --out"):
        render_report(study, two, lewisham, {}, out=tmp_path / "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere: run the tests as another user")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StudyError, match="Permission denied"):
        prepare_folder(tmp_path / "out")


def test_a_failure_leaves_the_old_files(
    study: Project,
    lewisham: Authority,
    two: list[Path],
    tmp_path: Path,
    save: Callable[..., Path],
    build: SimpleNamespace,
) -> None:
    made = render_report(study, two, lewisham, {}, out=tmp_path)
    before = {path: path.read_bytes() for path in made}
    parameters = build.code(build.PARAMETERS, tags=["parameters"])
    broken = save(build.text("# Spend\n\nSee @fig-none."), parameters, name="03-spend.ipynb")
    with pytest.raises(StudyError, match=r"03-spend\.ipynb, cell 1: @fig-none refers to nothing"):
        render_report(study, [two[0], broken], lewisham, {"end_year": 2019}, out=tmp_path)
    assert {path: path.read_bytes() for path in (tmp_path / "lewisham").rglob("*") if path.is_file()} == before


def test_reports_are_named_without_number() -> None:
    assert name_report(Path("notebooks/00-start-here.ipynb")) == "start-here"
    assert name_report(Path("own.ipynb")) == "own"
