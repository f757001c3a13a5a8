"""The committed notebooks: chosen by name, and run again in place."""

from __future__ import annotations

import io
from types import SimpleNamespace

import nbformat
import pytest
from rich.console import Console

from lewisham_study.errors import StudyError, UsageError
from lewisham_study.paths import Project
from lewisham_study.report.batch.render import refresh_notebooks
from lewisham_study.report.run.parameters import choose_notebooks


@pytest.fixture
def project(study: Project, build: SimpleNamespace) -> Project:
    """Put two notebooks into the study, and one that is none of its chapters."""
    study.notebooks.mkdir()
    for name, source in {"01-one": "1 + 1", "02-two": "2 + 2", "draft": "1 / 0"}.items():
        cells = [build.text("# Title"), build.code(source)]
        (study.notebooks / f"{name}.ipynb").write_text(nbformat.writes(build.notebook(*cells)), encoding="utf-8")
    return study


def test_notebooks_are_run_in_place_and_those_that_changed_are_named(project: Project) -> None:
    console = Console(file=io.StringIO())
    one, two = choose_notebooks(project, [])
    assert refresh_notebooks(project, console) == [one, two]
    (output,) = nbformat.read(two, as_version=4).cells[1].outputs
    assert output.data["text/plain"] == "4"
    two.write_text(two.read_text().replace("2 + 2", "2 + 3"))
    assert refresh_notebooks(project, console) == [two]
    before = two.read_bytes()
    one.write_text(one.read_text().replace("1 + 1", "1 / 0"))
    with pytest.raises(StudyError, match=r"01-one\.ipynb, cell 2, line 1 `1 / 0`: ZeroDivisionError"):
        refresh_notebooks(project, console)
    assert two.read_bytes() == before


def test_notebooks_are_chosen_by_name_in_the_order_asked_for(project: Project) -> None:
    assert [path.stem for path in choose_notebooks(project, ["two", "one"])] == ["02-two", "01-one"]
    with pytest.raises(UsageError, match="no notebook is called 'tow'; did you mean two"):
        choose_notebooks(project, ["tow"])
