"""Commands for teachers: the case with its exercises, and the page to explore the grades with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lewisham_study.cli.terminal import err, escape, out
from lewisham_study.errors import require_extra
from lewisham_study.paths import find_project, shorten


def teaching(
    authority: Annotated[str, typer.Option(help="The council that the exercises are about.")] = "Lewisham",
    folder: Annotated[Path | None, typer.Option("--out", help="Where to put it. Default: reports/teaching.")] = None,
) -> None:
    """Make the teaching case: hand-outs, instructor's pack, exercises for a class, and their solutions."""
    require_extra("teaching", "nbgrader", "papermill", "pypandoc", "typst")
    from lewisham_study.report.batch.authorities import find_authority
    from lewisham_study.teaching.papers import make_teaching

    project = find_project()
    whose = find_authority(project.processed, authority)
    for path in make_teaching(project, whose, folder or project.reports / "teaching", console=err):
        out.print(escape(shorten(path)))


def explore(
    port: Annotated[int, typer.Option(help="The port on this machine.")] = 8866,
    browser: Annotated[bool, typer.Option(help="Open a browser at it.")] = True,
) -> None:
    """Serve a page to explore the grades with: authority, strand, basis and day. Works offline; Ctrl-C stops it."""
    require_extra("teaching", "voila", "ipywidgets")
    from lewisham_study.teaching.server import serve_page

    serve_page(find_project(), port, browser=browser)
