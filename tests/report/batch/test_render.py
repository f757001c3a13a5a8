"""The reports of one authority, from notebooks to files."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pypdfium2
import pytest
from rich.console import Console

from lewisham_study.errors import StudyError, UsageError
from lewisham_study.paths import Project
from lewisham_study.report.batch import render
from lewisham_study.report.batch.plan import Request
from lewisham_study.report.batch.render import refresh_notebooks
from lewisham_study.report.batch.run import Summary, render_all
from lewisham_study.report.run.execute import read_notebook
from lewisham_study.report.run.parameters import choose_notebooks

SHOW = """\
from IPython.display import display
details = {"kind": "table", "label": "tbl-LABEL", "title": f"Of {authority}", "caption": f"{start_year}."}
data = {"text/markdown": "| a | b |\\n|:--|--:|\\n| x | 1 |", "text/csv": "a,b\\nx,1\\n"}
display(data, raw=True, metadata={"exhibit": details})"""


PREPARE = """
import sys
from pathlib import Path
from lewisham_study.errors import StudyError
from lewisham_study.report.batch.render import prepare_folder
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
def save_notebook(study: Project, build: SimpleNamespace) -> Callable[..., None]:
    """Save a notebook of the study."""

    def save(name: str, *cells: Any) -> None:
        study.notebooks.mkdir(exist_ok=True)
        (study.notebooks / name).write_text(nbformat.writes(build.notebook(*cells)), encoding="utf-8")

    return save


@pytest.fixture
def two(save_notebook: Callable[..., None], build: SimpleNamespace) -> None:
    """Save two notebooks, the second without a window."""
    window = build.code(build.PARAMETERS, tags=["parameters"])
    alone = build.code('authority: str = "Lewisham"\nstart_year = 0', tags=["parameters"])
    first, second = (build.code(SHOW.replace("LABEL", label)) for label in ("one", "two"))
    save_notebook("01-ratings.ipynb", build.text("# Ratings\n\nSee @tbl-one, [@ofsted-2025]."), window, first)
    save_notebook("05-evidence.ipynb", build.text("# Evidence"), alone, second)


@pytest.fixture
def make(study: Project, two: None, inline: type, tmp_path: Path) -> Callable[..., Summary]:
    """Make reports of Lewisham, if no other authority is named, in this process."""

    def make_reports(**options: Any) -> Summary:
        return render_all(study, Request(**{"out": tmp_path / "out", "authorities": ["209"]} | options), inline())

    return make_reports


def test_every_file_is_made(make: Callable[..., Summary], tmp_path: Path) -> None:
    made = make(parameters={"end_year": 2020}).made
    folder = tmp_path / "out" / "lewisham"
    names = {path.relative_to(folder.parent).as_posix() for path in made}
    files = {"ratings.ipynb", "evidence.ipynb", "report.html", "report.pdf", "tables/tbl-one.csv", "tables/tbl-two.csv"}
    assert names == {"index.html", *[f"lewisham/{name}" for name in files]}
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")} == files | {"manifest.json"}
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Lewisham, 2012 to 2020" in page
    assert "Data published up to 25 September 2025" in page
    assert "lewisham-study report --authority &quot;Lewisham&quot; --from 2012 --to 2020" in page
    injected = read_notebook(folder / "ratings.ipynb").cells[2].source
    assert 'authority = "Lewisham"' in injected
    assert "end_year = 2020" in injected


def test_a_namesake_is_passed_by_code(make: Callable[..., Summary], tmp_path: Path) -> None:
    made = make(authorities=["835"], notebooks=["ratings"], formats=["ipynb"]).made
    assert made[0] == tmp_path / "out" / "dorset-835" / "ratings.ipynb"
    assert 'authority = "835"' in read_notebook(made[0]).cells[2].source


@pytest.mark.slow
def test_the_same_request_gives_the_same_bytes_anywhere(
    make: Callable[..., Summary], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make(notebooks=["ratings"], out=tmp_path / "a").made
    kept = {path.name: path.read_bytes() for path in first}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("PYTHONHASHSEED", "3")
    monkeypatch.setenv("HOME", str(elsewhere))
    second = make(notebooks=["ratings"], out=tmp_path / "b").made
    assert {path.name: path.read_bytes() for path in second} == kept


def test_a_folder_that_cannot_be_written_to_stops_before_any_kernel(
    make: Callable[..., Summary], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "execute_notebook", lambda *_, **__: pytest.fail("a kernel was started"))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StudyError, match=r"cannot write to .*: it is a file, not a folder; choose another folder with"):
        make(out=tmp_path / "file")


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


def test_a_full_folder_gets_one_line_and_each_file_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    small = [*mount, 'mount -t tmpfs -o size=64k tmpfs "$0" && exec "$@"', str(tmp_path)]
    if not shutil.which("unshare") or subprocess.run([*small, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no folder of 64 KiB can be mounted: run the tests where `unshare --user --mount` works")
    command = [*small, sys.executable, "-c", FILL, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    printed, left = done.stdout.splitlines()
    assert printed == f"cannot write {tmp_path}/ratings.pdf: No space left on device"
    assert left == "{'ratings.html': 40000, 'ratings.pdf': 3}"


@pytest.mark.slow
def test_a_failure_leaves_the_old_files(
    make: Callable[..., Summary], save_notebook: Callable[..., None], build: SimpleNamespace, tmp_path: Path
) -> None:
    make()
    before = {path: path.read_bytes() for path in (tmp_path / "out" / "lewisham").rglob("*.*")}
    parameters = build.code(build.PARAMETERS, tags=["parameters"])
    save_notebook("03-spend.ipynb", build.text("# Spend\n\nSee @fig-none."), parameters)
    summary = make(parameters={"end_year": 2019}, replace=True)
    assert "03-spend.ipynb, cell 1: @fig-none refers to nothing" in summary.failures["209"][0]
    assert {path: path.read_bytes() for path in (tmp_path / "out" / "lewisham").rglob("*.*")} == before


@pytest.fixture
def chapters(study: Project, build: SimpleNamespace) -> Project:
    """Put two notebooks into the study, and one that is none of its chapters."""
    study.notebooks.mkdir()
    for name, source in {"01-one": "1 + 1", "02-two": "2 + 2", "draft": "1 / 0"}.items():
        cells = [build.text("# Title"), build.code(source)]
        (study.notebooks / f"{name}.ipynb").write_text(nbformat.writes(build.notebook(*cells)), encoding="utf-8")
    return study


@pytest.mark.slow
def test_notebooks_are_run_in_place_and_those_that_changed_are_named(chapters: Project) -> None:
    console = Console(file=io.StringIO())
    one, two = choose_notebooks(chapters, [])
    assert refresh_notebooks(chapters, console) == [one, two]
    (output,) = nbformat.read(two, as_version=4).cells[1].outputs
    assert output.data["text/plain"] == "4"
    two.write_text(two.read_text().replace("2 + 2", "2 + 3"))
    assert refresh_notebooks(chapters, console) == [two]
    before = two.read_bytes()
    one.write_text(one.read_text().replace("1 + 1", "1 / 0"))
    with pytest.raises(StudyError, match=r"01-one\.ipynb, cell 2, line 1 `1 / 0`: ZeroDivisionError"):
        refresh_notebooks(chapters, console)
    assert two.read_bytes() == before


def test_notebooks_are_chosen_by_name_in_the_order_asked_for(chapters: Project) -> None:
    assert [path.stem for path in choose_notebooks(chapters, ["two", "one"])] == ["02-two", "01-one"]
    with pytest.raises(UsageError, match="no notebook is called 'tow'; did you mean two"):
        choose_notebooks(chapters, ["tow"])


@pytest.mark.slow
def test_the_longest_briefings_have_one_page(tmp_path: Path) -> None:
    """The longest of 158 on 30 November 2026; `benchmarks/pages.py` checks a folder of all."""
    longest = ["Trafford", "839", "Kingston upon Thames"]
    words = [word for council in longest for word in ("--authority", council)]
    options = ["--notebook", "summary", "--format", "pdf", "--workers", "1", "--quiet", "--out", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "lewisham_study", "report", *words, *options], check=True)
    pages = {path.parent.name: len(pypdfium2.PdfDocument(path)) for path in tmp_path.rglob("briefing.pdf")}
    assert pages == dict.fromkeys(["trafford", "bournemouth-christchurch-and-poole", "kingston-upon-thames"], 1)
