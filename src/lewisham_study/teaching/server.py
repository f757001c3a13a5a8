"""Serve the page to work with, by voila, offline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from lewisham_study.errors import StudyError, UsageError
from lewisham_study.files import write_text
from lewisham_study.paths import HOME_VARIABLE, Project
from lewisham_study.report.document.pandoc import read_part
from lewisham_study.teaching.papers import PAGE

TEMPLATE = "offline"
POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; object-src 'none'; base-uri 'none'"
"""What the page may load and ask: none but the server it comes from. Jupyter's widgets are scripts that make others."""


def serve_page(project: Project, port: int, *, browser: bool = True) -> None:
    """Serve the page until it is stopped; on this machine alone.

    Raises
    ------
    UsageError
        Where voila is not installed.
    StudyError
        Where it stops by itself, as when the port is taken.
    """
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as folder:
        command, environment = describe_server(project, port, Path(folder), browser=browser)
        # Voila runs a voila.py of the folder it is started in.
        done = subprocess.run(command, env=environment, cwd=folder, check=False)
    if done.returncode:
        raise StudyError(f"the page could not be served ({done.returncode}); is port {port} taken? try --port")


def describe_server(project: Project, port: int, folder: Path, *, browser: bool) -> tuple[list[str], dict[str, str]]:
    """Give the command that serves the page, and its environment: our template, no typesetter from elsewhere.

    Parameters
    ----------
    project : the copy of the study whose page it is.
    port : the port on this machine.
    folder : where the template is laid out as voila looks for it; it must last as long as the server.
    browser : whether a browser is opened.
    """
    if find_spec("voila") is None:
        raise UsageError("voila is not installed: run `make setup`, or install lewisham-study[teaching]")
    place = folder / "voila" / "templates" / TEMPLATE
    write_text(json.dumps({"base_template": "lab"}), place / "conf.json")
    write_text(read_part("voila.html.j2"), place / "index.html.j2")
    settings = {"Voila": {"tornado_settings": {"headers": {"Content-Security-Policy": POLICY}}}}
    write_text(json.dumps(settings), folder / "voila.json")
    command = [sys.executable, "-m", "voila", str(project.notebooks / "teaching" / PAGE)]
    command += [f"--port={port}", "--Voila.ip=127.0.0.1", f"--template={TEMPLATE}", "--Voila.mathjax_url="]
    # Without a token any user of this machine may open the page, and any page of the web start its kernels.
    command += ["--Voila.auto_token=True", "--KernelManager.transport_encryption=auto"]
    command += [] if browser else ["--no-browser"]
    paths = os.pathsep.join([str(folder), *filter(None, [os.environ.get("JUPYTER_PATH")])])
    return command, {**os.environ, "JUPYTER_PATH": paths, HOME_VARIABLE: str(project.root)}
