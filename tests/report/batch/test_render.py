"""The reports of one authority, from notebook to files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from lewisham_study.errors import StudyError, UsageError
from lewisham_study.paths import Project
from lewisham_study.report.batch import render
from lewisham_study.report.batch.authorities import Authority, find_authority
from lewisham_study.report.batch.plan import name_report
from lewisham_study.report.batch.render import render_report
from lewisham_study.report.run.execute import read_notebook

SHOW = """\
from IPython.display import display
details = {"kind": "table", "label": "tbl-LABEL", "title": f"Of {authority}", "caption": f"{start_year}."}
data = {"text/markdown": "| a | b |\\n|:--|--:|\\n| x | 1 |", "text/csv": "a,b\\nx,1\\n"}
display(data, raw=True, metadata={"exhibit": details})"""


PREPARE = """
import sys
from pathlib import Path
from lewisham_study.errors import StudyError
from lewisham_study.report.batch.plan import prepare_folder
try:
    prepare_folder(Path(sys.argv[1]))
except StudyError as error:
    print(error)
"""
FILL = """
import sys
from pathlib import Path
from lewisham_study.errors import StudyError
from lewisham_study.report.batch.render import write_files
folder = Path(sys.argv[1])
write_files({"ratings.html": b"old", "ratings.pdf": b"old"}, folder)
try:
    write_files({"ratings.html": b"n" * 40_000, "ratings.pdf": b"n" * 40_000}, folder)
except StudyError as error:
    print(error)
print({path.name: path.stat().st_size for path in sorted(folder.iterdir())})
"""


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


def test_a_read_only_folder_is_refused(tmp_path: Path, another_user: tuple[str, ...]) -> None:
    if os.geteuid() == 0 and not another_user:
        pytest.skip("root may write anywhere: run the tests as another user, or where `unshare --user` works")
    tmp_path.chmod(0o500)
    done = subprocess.run(
        [*another_user, sys.executable, "-c", PREPARE, str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"cannot write to {tmp_path / 'out'}: Permission denied; choose another folder with --out\n"


def test_a_full_folder_is_told_and_each_file_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    small = [*mount, 'mount -t tmpfs -o size=64k tmpfs "$0" && exec "$@"', str(tmp_path)]
    if not shutil.which("unshare") or subprocess.run([*small, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no folder of 64 KiB can be mounted: run the tests where `unshare --user --mount` works")
    command = [*small, sys.executable, "-c", FILL, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told, left = done.stdout.splitlines()
    assert told == f"cannot write {tmp_path}/ratings.pdf: No space left on device"
    assert left == "{'ratings.html': 40000, 'ratings.pdf': 3}"


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
