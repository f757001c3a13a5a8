"""Commands for teachers: the case with its exercises, and the interactive page of grades."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lewisham_study.cli.terminal import err, show
from lewisham_study.errors import require_extra
from lewisham_study.paths import find_project, shorten


def teaching(
    authority: Annotated[str, typer.Option(help="Council that the exercises are about: name or code.")] = "Lewisham",
    folder: Annotated[Path | None, typer.Option("--out", help="Output folder. Default: reports/teaching.")] = None,
) -> None:
    """Make the teaching case: hand-outs, instructor's pack, exercises for a class, and solutions."""
    require_extra("teaching", "nbgrader", "papermill", "pypandoc", "typst")
    from lewisham_study.report.batch.authorities import read_authority
    from lewisham_study.teaching.papers import make_teaching

    project = find_project()
    council = read_authority(project.processed, authority)
    show(*map(shorten, make_teaching(project, council, folder or project.reports / "teaching", console=err)))


def explore(
    port: Annotated[int, typer.Option(help="Port on this computer.")] = 8866,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Serve an interactive page of grades by authority, strand, basis and day. Works offline; Ctrl-C stops it."""
    require_extra("teaching", "voila", "ipywidgets")
    from lewisham_study.teaching.explorer import serve_page

    serve_page(find_project(), port, browser=browser)
