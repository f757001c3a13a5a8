"""Which tables a notebook can read: those that it names, and all where it hides their names."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lewisham_study.errors import StudyError
from lewisham_study.paths import Project, find_project
from lewisham_study.report.execute import execute_notebook
from lewisham_study.report.plan import list_notebooks
from lewisham_study.report.table_reads import hides_tables, list_tables

PROJECT = find_project()
TABLES = [path.stem for path in PROJECT.processed.glob("*.csv")]


@pytest.fixture
def leave_out(tmp_path: Path) -> Callable[[list[str]], Path]:
    """Make a copy of the study that has some of its tables only, though its data package knows them all."""

    def leave(tables: list[str]) -> Path:
        copy = Project(tmp_path / "study")
        copy.processed.mkdir(parents=True)
        for path in [*PROJECT.root.iterdir(), *(PROJECT.root / "data").iterdir()]:
            place = copy.root / path.relative_to(PROJECT.root)
            if not place.exists():
                place.symlink_to(path)
        for name in ("datapackage.json", *[f"{table}.csv" for table in tables]):
            shutil.copy(PROJECT.processed / name, copy.processed)
        return copy.root

    return leave


@pytest.mark.parametrize("notebook", list_notebooks(PROJECT), ids=lambda path: path.stem)
def test_a_notebook_runs_without_the_tables_that_it_cannot_read(notebook: Path, leave_out: Callable[..., Path]) -> None:
    tables = list_tables(notebook, TABLES)
    assert len(tables) < len(TABLES)
    executed = execute_notebook(notebook, {"authority": "Lewisham"}, home=leave_out(tables))
    assert all(cell.outputs for cell in executed.cells if ".show_" in cell.source)


def test_a_notebook_that_needs_a_table_fails_without_it(leave_out: Callable[..., Path]) -> None:
    notebook = PROJECT.notebooks / "01-ratings.ipynb"
    tables = [name for name in list_tables(notebook, TABLES) if name != "judgements"]
    with pytest.raises(StudyError, match=r"judgements\.csv is missing"):
        execute_notebook(notebook, {"authority": "Lewisham"}, home=leave_out(tables))


@pytest.mark.parametrize(
    ("code", "hidden"),
    [
        ("", False),
        ("import lewisham_study as study\ncase = study.open_case(study.Tables(), authority)", False),
        ("from lewisham_study import load_table\nload_table('need').describe()", False),
        ("case.tables['spend']", False),
        ("import lewisham_study as study\nfor name in study.Tables():\n    print(name)", True),
        ("from lewisham_study import load_table\nload_table(name)", True),
        ("[case.tables[name] for name in found]", True),
        ("from lewisham_study import Tables\ntables = Tables()", True),
        ("from lewisham_study import Tables\nlist(Tables())", True),
        ("import pandas as pd\npd.read_csv(f'data/processed/{name}.csv')", True),
        ("import pandas as pd\npd.read_csv(find_project().processed / name)", True),
        ("case = (", True),
    ],
)
def test_code_that_hides_the_names_of_tables_is_told(code: str, hidden: bool) -> None:
    assert hides_tables(code) is hidden
