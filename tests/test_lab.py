"""JupyterLab, used as a reader uses it: `make lab`, open the ratings notebook, run it, ask for another authority."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

import lewisham_study as study
from lewisham_study.paths import find_project

ROOT = find_project().root
NOTEBOOK = "01-ratings.ipynb"
PATIENCE = 240
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def lab(tmp_path: Path, chromium: str) -> Iterator[str]:
    """Start `make lab` on a copy of the notebooks; give the address of the ratings notebook in it."""
    if shutil.which("make") is None:
        pytest.skip("no make: JupyterLab is started by `make lab` here")
    notebooks, runtime = tmp_path / "notebooks", tmp_path / "runtime"
    notebooks.mkdir()
    copy_bare(find_project().notebooks / NOTEBOOK, notebooks / NOTEBOOK)
    own = {"JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTER_CONFIG_DIR": str(tmp_path), "JUPYTER_TOKEN": "reader"}
    own |= {"JUPYTERLAB_WORKSPACES_DIR": str(tmp_path), "JUPYTERLAB_SETTINGS_DIR": str(tmp_path)}
    options = "--no-browser" + (" --allow-root" if hasattr(os, "geteuid") and os.geteuid() == 0 else "")
    command = ["make", "lab", f"LAB={options}", f"NOTEBOOKS={notebooks}"]
    with (tmp_path / "lab.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | own, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield find_address(runtime, server, tmp_path / "lab.log") + f"lab/tree/{NOTEBOOK}?token=reader"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(PATIENCE)


def copy_bare(notebook: Path, place: Path) -> None:
    """Copy a notebook without its outputs, so that what is seen was run."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    place.write_text(json.dumps(content), encoding="utf-8")


def find_address(runtime: Path, server: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the server has written where it listens."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            return str(json.loads(path.read_text())["url"])
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def run_all(page: Any, count: int) -> None:
    """Choose Run All Cells in the menu once the kernel is ready, and wait until the last cell has been run."""
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=1000 * PATIENCE)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.get_by_text(f"[{count}]:", exact=True).first.wait_for(timeout=1000 * PATIENCE)


def read_figures(page: Any) -> list[str]:
    """Read the pictures that the notebook shows, as SVG."""
    sources = page.locator(".jp-RenderedSVG img").evaluate_all("images => images.map(image => image.src)")
    parts = [source.partition(",") for source in sources]
    return [b64decode(data).decode() if kind.endswith(";base64") else unquote(data) for kind, _, data in parts]


def draw(authority: str) -> str:
    """Draw the figure that the notebook should show, here."""
    bundle, _ = study.ratings.draw_path(study.open_case(study.Tables(), authority))._repr_mimebundle_()
    return str(bundle["image/svg+xml"])


def test_a_reader_opens_runs_changes_and_reruns_the_ratings_notebook(lab, browser):
    cells = json.loads((find_project().notebooks / NOTEBOOK).read_text(encoding="utf-8"))["cells"]
    code = sum(cell["cell_type"] == "code" for cell in cells)
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(lab)
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=1000 * PATIENCE)
    assert not read_figures(page)
    run_all(page, code)
    assert draw("Lewisham") in read_figures(page)
    parameters = page.locator(".jp-CodeCell .cm-content").filter(has_text="authority: str").first
    parameters.click()
    written = parameters.inner_text()
    assert 'authority: str = "Lewisham"' in written
    parameters.fill(written.replace('"Lewisham"', '"Leeds"'))
    run_all(page, 2 * code)
    figures = read_figures(page)
    assert draw("Leeds") in figures
    assert draw("Lewisham") not in figures
    assert page.locator(".jp-OutputArea-output").filter(has_text="Leeds").count() > 0
