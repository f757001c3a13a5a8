"""The study's notebooks: list them, choose some by name, or run the committed ones again in place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from lewisham_study.errors import UsageError, suggest
from lewisham_study.files import lock_folder, write_bytes
from lewisham_study.paths import Project
from lewisham_study.report.batch.progress import open_progress
from lewisham_study.report.run.execute import execute_notebook, write_notebook


def list_notebooks(project: Project) -> list[Path]:
    """List the notebooks that make reports, in their order."""
    return sorted(project.notebooks.glob("[0-9]*.ipynb"))


def name_report(notebook: Path) -> str:
    """Return the name of a notebook's report: the notebook's own, without the number.

    Examples
    --------
    >>> name_report(Path("notebooks/01-ratings.ipynb")), name_report(Path("own.ipynb"))
    ('ratings', 'own')
    """
    return re.sub(r"^\d+-", "", notebook.stem)


def choose_notebooks(project: Project, names: Sequence[str]) -> list[Path]:
    """Find notebooks by the names of their reports; all of them if no name is given."""
    known = {name_report(path): path for path in list_notebooks(project)}
    for name in names:
        if name not in known:
            raise UsageError(f"no notebook is called {name!r}; {suggest(name, known)}")
    return [known[name] for name in names] or list(known.values())


def refresh_notebooks(project: Project, console: Console) -> list[Path]:
    """Run the committed notebooks again with their default parameters, in place; return those that changed."""
    changed = []
    with lock_folder(project.notebooks), open_progress(console) as progress:
        for notebook in progress.track(list_notebooks(project), description="notebooks"):
            data = write_notebook(execute_notebook(notebook, {}, home=project.root))
            if data != notebook.read_bytes():
                write_bytes(data, notebook)
                changed.append(notebook)
    return changed
