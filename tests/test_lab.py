"""JupyterLab as a reader uses it: `make lab`, open a notebook, run it, and change the authority."""

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
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest

import lewisham_study as study
from lewisham_study.paths import find_project

ROOT = find_project().root
RATINGS, EXPLORE = "01-ratings.ipynb", "teaching/explore.ipynb"
TIMEOUT = 240
pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Lab(NamedTuple):
    """A running JupyterLab: its address and its log."""

    url: str
    log: Path

    def open(self, page: Any, notebook: str) -> None:
        """Open a notebook and wait for its cells and its kernel."""
        page.set_default_timeout(1000 * TIMEOUT)
        # In the default workspace, the notebook of the previous test would open too.
        page.goto(f"{self.url}lab/workspaces/{Path(notebook).stem}/tree/{notebook}?token=reader")
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Lab]:
    """Start `make lab` on copies of the ratings notebook and the explorer."""
    if shutil.which("make") is None:
        pytest.skip("no make: install it, as this test runs `make lab`")
    folder = tmp_path_factory.mktemp("lab")
    notebooks, runtime, log = folder / "notebooks", folder / "runtime", folder / "lab.log"
    notebooks.mkdir()
    for name in (RATINGS, EXPLORE):
        copy_bare(find_project().notebooks / name, notebooks / Path(name).name)
    own = {"JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTER_CONFIG_DIR": str(folder), "JUPYTER_TOKEN": "reader"}
    own |= {"JUPYTERLAB_WORKSPACES_DIR": str(folder), "JUPYTERLAB_SETTINGS_DIR": str(folder)}
    options = "--no-browser" + (" --allow-root" if hasattr(os, "geteuid") and os.geteuid() == 0 else "")
    command = ["make", "lab", f"LAB={options}", f"NOTEBOOKS={notebooks}"]
    with log.open("w") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | own, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield Lab(find_address(runtime, server, log), log)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(TIMEOUT)


def copy_bare(notebook: Path, place: Path) -> None:
    """Copy a notebook without its outputs, so that any output seen is new."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    place.write_text(json.dumps(content), encoding="utf-8")


def find_address(runtime: Path, server: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the server has written its address."""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end and server.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            return str(json.loads(path.read_text())["url"])
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def run_all(page: Any, count: int) -> None:
    """Choose Run All Cells in the menu, and wait for the last cell."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.get_by_text(f"[{count}]:", exact=True).first.wait_for()


def read_figures(page: Any) -> list[str]:
    """Return the figures that the notebook shows, as SVG."""
    sources = page.locator(".jp-RenderedSVG img").evaluate_all("images => images.map(image => image.src)")
    parts = [source.partition(",") for source in sources]
    return [b64decode(data).decode() if kind.endswith(";base64") else unquote(data) for kind, _, data in parts]


def draw(authority: str) -> str:
    """Draw the figure that the notebook should show."""
    bundle, _ = study.ratings.draw_areas(study.open_case(study.Tables(), authority))._repr_mimebundle_()
    return str(bundle["image/svg+xml"])


def test_ratings_notebook_runs_again_for_another_authority(lab, browser):
    cells = json.loads((find_project().notebooks / RATINGS).read_text(encoding="utf-8"))["cells"]
    code = sum(cell["cell_type"] == "code" for cell in cells)
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    lab.open(page, RATINGS)
    assert not read_figures(page)
    run_all(page, code)
    assert draw("Lewisham") in read_figures(page)
    parameters = page.locator(".jp-CodeCell .cm-content").filter(has_text="authority: str").first
    parameters.click()
    source = parameters.inner_text()
    assert 'authority: str = "Lewisham"' in source
    parameters.fill(source.replace('"Lewisham"', '"Leeds"'))
    run_all(page, 2 * code)
    figures = read_figures(page)
    assert draw("Leeds") in figures
    assert draw("Lewisham") not in figures
    assert page.locator(".jp-OutputArea-output").filter(has_text="Leeds").count() > 0


def test_explorer_responds_to_every_choice(lab, browser):
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    lab.open(page, Path(EXPLORE).name)
    run_all(page, 1)
    state = page.locator("#state")
    state.filter(has_text="On 31 December 2022, Lewisham, overall: requires improvement.").wait_for()
    page.get_by_label("Day", exact=True).fill("2024-01-02")
    page.get_by_label("Day", exact=True).blur()
    state.filter(has_text="On 2 January 2024, Lewisham, overall: good.").wait_for()
    page.get_by_label("Basis", exact=True).select_option("as published by the day")
    state.filter(has_text="overall: requires improvement.").wait_for()
    page.get_by_label("Strand", exact=True).select_option("Children in care")
    state.filter(has_text="Lewisham, children in care: requires improvement.").wait_for()
    page.get_by_label("Authority", exact=True).select_option("Leeds")
    state.filter(has_text="On 2 January 2024, Leeds, children in care:").wait_for()
    drawing = page.get_by_role("img", name="Timeline of Leeds").bounding_box()
    assert drawing["width"] > 500
    assert drawing["height"] > 200
    assert page.locator(".jp-OutputArea tbody tr").count() == 10


def test_jupyterlab_logs_no_errors(lab):
    """Other installed extensions, such as nbgrader's, which expects a course folder, log nothing."""
    log = lab.log.read_text()
    assert "JupyterLab extension loaded" in log
    assert "nbgrader" not in log.lower()
    assert not [line for line in log.splitlines() if line.startswith(("[E", "[C")) and "To access" not in line]
