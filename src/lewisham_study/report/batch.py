"""Many reports in one run, with a progress bar; and the committed notebooks, run again in place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lewisham_study.csvfiles import write_bytes
from lewisham_study.errors import StudyError, UsageError
from lewisham_study.paths import Project
from lewisham_study.report.authorities import find_authority, list_authorities
from lewisham_study.report.execute import execute_notebook, write_notebook
from lewisham_study.report.index import write_index
from lewisham_study.report.parameters import suggest
from lewisham_study.report.render import name_report, render_report


def render_all(
    project: Project,
    authorities: Sequence[str],
    notebooks: Sequence[str],
    parameters: Mapping[str, Any],
    formats: Collection[str],
    out: Path,
    *,
    show_code: bool,
    console: Console,
) -> list[Path]:
    """Make the reports of several authorities, one after another.

    Parameters
    ----------
    authorities : names or codes; none means every authority.
    notebooks : names such as ``ratings``; none means all.
    parameters, formats, out, show_code : see `render_report`.
    console : where the progress bar is drawn.

    Returns
    -------
    list of Path
        What was made, the index page at the end.

    Raises
    ------
    UsageError
        Where a name is unknown; before anything runs.
    StudyError
        Where reports failed: the others are made all the same, and the message lists each failure.
    """
    chosen = choose_notebooks(project, notebooks)
    places = [find_authority(project.processed, name) for name in authorities] or list_authorities(project.processed)
    made: list[Path] = []
    failures: list[str] = []
    with open_progress(console) as progress:
        task = progress.add_task("reports", total=len(places))
        for place in places:
            progress.update(task, description=place.title)
            try:
                made += render_report(project, chosen, place, parameters, formats, out, show_code=show_code)
            except UsageError:
                raise
            except StudyError as error:
                failures.append(f"{place.title}: {error}")
            progress.advance(task)
    made.append(write_index(project, out))
    if failures:
        raise StudyError("\n".join([f"{len(failures)} of {len(places)} failed", *failures]))
    return made


def refresh_notebooks(project: Project, console: Console) -> list[Path]:
    """Run the committed notebooks again with their default parameters, in place.

    Returns
    -------
    list of Path
        The notebooks whose outputs changed.
    """
    changed = []
    notebooks = choose_notebooks(project, [])
    with open_progress(console) as progress:
        for notebook in progress.track(notebooks, description="notebooks"):
            executed = execute_notebook(notebook, {}, home=project.root)
            data = write_notebook(executed)
            if data != notebook.read_bytes():
                write_bytes(data, notebook)
                changed.append(notebook)
    return changed


def choose_notebooks(project: Project, names: Sequence[str]) -> list[Path]:
    """Find notebooks by the names of their reports; all of them where none is named."""
    known = {name_report(path): path for path in sorted(project.notebooks.glob("[0-9]*.ipynb"))}
    for name in names:
        if name not in known:
            raise UsageError(f"no notebook is called {name!r}; {suggest(name, list(known))}")
    return [known[name] for name in names] or list(known.values())


def open_progress(console: Console) -> Progress:
    """Open a progress bar that leaves nothing behind, and stays silent where there is no terminal."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
