"""Which tables a notebook can read: those that it names, and all where it hides their names.

That no notebook reads another is held by test_forking.py, which runs each without the others.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lewisham_study.errors import StudyError
from lewisham_study.paths import find_project
from lewisham_study.report.batch.plan import list_notebooks
from lewisham_study.report.batch.table_reads import hides_tables, list_tables
from lewisham_study.report.run.execute import execute_notebook

PROJECT = find_project()
TABLES = [path.stem for path in PROJECT.processed.glob("*.csv")]


def test_a_notebook_reads_some_tables_only() -> None:
    counts = [len(list_tables(notebook, TABLES)) for notebook in list_notebooks(PROJECT)]
    assert max(counts) < len(TABLES)


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
