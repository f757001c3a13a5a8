"""The study's notebooks: choose some by name, or run the committed ones again in place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from lewisham_study.errors import UsageError, suggest
from lewisham_study.files import lock_folder, write_bytes
from lewisham_study.paths import Project
from lewisham_study.report.batch.plan import list_notebooks, name_report
from lewisham_study.report.batch.progress import open_progress
from lewisham_study.report.run.execute import execute_notebook, write_notebook


def refresh_notebooks(project: Project, console: Console) -> list[Path]:
    """Run the committed notebooks again with their default parameters, in place.

    Returns
    -------
    list of Path
        The notebooks whose outputs changed.
    """
    changed = []
    notebooks = choose_notebooks(project, [])
    with lock_folder(project.notebooks), open_progress(console) as progress:
        for notebook in progress.track(notebooks, description="notebooks"):
            executed = execute_notebook(notebook, {}, home=project.root)
            data = write_notebook(executed)
            if data != notebook.read_bytes():
                write_bytes(data, notebook)
                changed.append(notebook)
    return changed


def choose_notebooks(project: Project, names: Sequence[str]) -> list[Path]:
    """Find notebooks by the names of their reports; all of them where none is named."""
    known = {name_report(path): path for path in list_notebooks(project)}
    for name in names:
        if name not in known:
            raise UsageError(f"no notebook is called {name!r}; {suggest(name, known)}")
    return [known[name] for name in names] or list(known.values())
