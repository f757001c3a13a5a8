"""Fixtures that several tests use: notebooks, small studies and a browser."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Self

import hypothesis
import nbformat
import pytest
from nbformat import NotebookNode

from lewisham_study.paths import CACHE_VARIABLE, Project, find_project
from lewisham_study.report.batch import render
from lewisham_study.report.run.execute import read_notebook

# On a busy machine an example may take any time.
hypothesis.settings.register_profile(
    "patient",
    hypothesis.settings.get_profile("ci" if "CI" in os.environ else "default"),
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("patient")


def drop_unfinished(folder: Path) -> None:
    """Delete the measurements that killed processes left; combining a half-written one may fail.

    A measurement that is complete has its hash in its name.
    """
    for path in folder.glob(".coverage.*"):
        if re.search(r"\.pid\d+\.X\w+x$", path.name):
            path.unlink(missing_ok=True)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[None]:
    """After the last test, before pytest-cov combines the measurements, delete those that are not complete."""
    try:
        return (yield)
    finally:
        if not hasattr(session.config, "workerinput"):
            drop_unfinished(session.config.rootpath)


@pytest.fixture(scope="session", autouse=True)
def _measure_kernels() -> None:
    """While coverage is measured, let kernels end by themselves: a killed one writes no measurement."""
    if "COVERAGE_PROCESS_CONFIG" in os.environ:
        from lewisham_study.report.run import execute

        execute.SHUTDOWN = "graceful"


@pytest.fixture(scope="session", autouse=True)
def _handle_ctrl_c() -> None:
    """Handle Ctrl-C, as do the commands that tests start: a shell has its background jobs ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _keep_results_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep results between runs in a folder of the tests, which their processes share, not in the user's cache."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, str(shared / "cache"))
        yield


@pytest.fixture(scope="session")
def update_hashes() -> Callable[[Path], None]:
    """Update the data package's hashes and sizes of tables that a test changed, as a build would."""

    def update(processed: Path) -> None:
        package = json.loads((processed / "datapackage.json").read_bytes())
        for resource in package["resources"]:
            data = (processed / resource["path"]).read_bytes()
            resource |= {"hash": f"sha256:{hashlib.sha256(data).hexdigest()}", "bytes": len(data)}
        (processed / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")

    return update


@pytest.fixture(scope="session")
def official() -> Path:
    """Find the official releases as published; skips where there are none."""
    folder = find_project().root.parent / "shared" / "data" / "official"
    if not folder.is_dir():
        pytest.skip("no official releases in ../shared/data/official: data/raw/sources.csv says where to find each")
    return folder


@pytest.fixture(scope="session")
def another_user() -> tuple[str, ...]:
    """Return a prefix that runs a command as another user than root, or nothing where the system cannot."""
    prefix = ("unshare", "--user", "--map-user=4321", "--map-group=4321")
    if sys.platform != "linux" or not shutil.which("unshare"):
        return ()
    return prefix if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0 else ()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Find Chromium or Chrome, or skip the test."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None) or pytest.skip(
        "no Chromium: install it, on Debian with `apt-get install chromium`"
    )


@pytest.fixture
def browser(chromium: str) -> Iterator[Any]:
    """Open a headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-quic"])
        yield opened
        opened.close()


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="60" viewBox="0 0 160 60">'
    '<rect width="160" height="60" fill="#fff"/>'
    '<text x="10" y="30" style="font: 10px \'DejaVu Sans\'">Caseload of Lewisham</text></svg>'
)
PARAMETERS = (
    'authority: str = "Lewisham"  # name or code\nstart_year: int = 2012  # first\nend_year: int = 2022  # last'
)


def text(source: str, **metadata: Any) -> NotebookNode:
    """Make a text cell."""
    return nbformat.v4.new_markdown_cell(source, metadata=metadata)


def code(source: str, *outputs: NotebookNode, count: int | None = None, **metadata: Any) -> NotebookNode:
    """Make a code cell with its outputs."""
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), execution_count=count, metadata=metadata)


def figure(label: str = "fig-steps", **changes: Any) -> NotebookNode:
    """Make the output of a figure."""
    details = {"kind": "figure", "label": label, "title": "Two steps", "caption": "Counted.", "alt": "Up, then down."}
    data = {"image/svg+xml": SVG, "image/png": base64.b64encode(PNG).decode(), "text/csv": "year,cases\n2012,7\n"}
    return nbformat.v4.new_output("execute_result", data, metadata={"exhibit": details | changes}, execution_count=1)


def table(label: str = "tbl-judgements", rows: int = 2, **changes: str) -> NotebookNode:
    """Make the output of a table."""
    details = {"kind": "table", "label": label, "title": "Judgements", "caption": "As published."}
    lines = [f"| strand {row} | {row} |" for row in range(rows)]
    data = {
        "text/markdown": "\n".join(["| Strand | Cases |", "|:---|---:|", *lines]),
        "text/csv": "Strand,Cases\noverall,462\n",
        "text/html": "<table></table>",
    }
    return nbformat.v4.new_output("execute_result", data, metadata={"exhibit": details | changes}, execution_count=1)


def prose(markdown: str) -> NotebookNode:
    """Make the output of computed sentences."""
    details = {"exhibit": {"kind": "prose"}}
    return nbformat.v4.new_output("execute_result", {"text/markdown": markdown}, metadata=details, execution_count=1)


def notebook(*cells: NotebookNode) -> NotebookNode:
    """Make a notebook whose cell ids are positions."""
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{number}"
    return nbformat.v4.new_notebook(cells=list(cells))


@pytest.fixture
def build() -> SimpleNamespace:
    """Return functions that make cells and outputs."""
    return SimpleNamespace(
        text=text, code=code, figure=figure, table=table, prose=prose, notebook=notebook, PARAMETERS=PARAMETERS
    )


@pytest.fixture
def check_access(tmp_path: Path, chromium: str) -> Callable[..., dict[str, Any]]:
    """Check a page with axe-core in a headless Chromium, or skip the test if either is missing."""
    root = Path(__file__).parents[1]
    places = [Path(os.environ.get("AXE_CORE", "none")), root / "node_modules" / "axe-core" / "axe.min.js"]
    axe = next((place for place in places if place.is_file()), None)
    if axe is None:
        pytest.skip("no axe-core: `npm install --no-save axe-core`, or AXE_CORE=<path of axe.min.js>")

    def check(text: str, width: int, *, dark: bool, act: str = "") -> dict[str, Any]:
        # The page's own policy would block axe-core too.
        page, count = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
        assert count == 1
        for source in (axe, root / "tests" / "report" / "browser.js"):
            shutil.copy(source, tmp_path / source.name)
        scripts = f'<script>{act}</script><script src="{axe.name}"></script><script src="browser.js"></script>'
        (tmp_path / "page.html").write_text(page.replace("</body>", scripts + "</body>"), encoding="utf-8")
        command = [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom"]
        command += [f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=60000"]
        command += [f"--window-size={width},1000", *(["--blink-settings=preferredColorScheme=0"] if dark else [])]
        command += [(tmp_path / "page.html").as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        found = re.search(r'<pre id="axe-result">(.*?)</pre>', done.stdout, re.DOTALL)
        assert found, f"axe-core did not run: {done.stderr[-500:]}"
        return {"dom": done.stdout, **json.loads(html.unescape(found[1]))}

    return check


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Save cells as a notebook file."""

    def save_cells(*cells: NotebookNode, name: str = "01-ratings.ipynb") -> Path:
        path = tmp_path / "notebooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(nbformat.writes(notebook(*cells)), encoding="utf-8")
        return path

    return save_cells


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, build: SimpleNamespace) -> None:
    """Run no kernels: every notebook shows a table titled by its parameters."""

    def execute(notebook: Path, parameters: dict[str, Any], **_: Any) -> NotebookNode:
        found = read_notebook(notebook)
        label, title = f"tbl-{notebook.stem[3:]}", f"{parameters} of {len(found.cells[-1].source)}"
        return build.notebook(*found.cells[:-1], build.code("x", build.table(label, title=title), count=1))

    monkeypatch.setattr(render, "execute_notebook", execute)


class Inline:
    """An executor that runs steps in this process, keeps their names, and may be interrupted after some."""

    width = 1

    def __init__(self, stop_after: int = 1000) -> None:
        self.done: list[str] = []
        self.stop_after = stop_after

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pass

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        if len(self.done) == self.stop_after:
            raise KeyboardInterrupt
        self.done.append(getattr(arguments[1], "name", "") or str(arguments[2]))
        future: Future[Any] = Future()
        future.set_result(function(*arguments))
        return future

    def restart(self) -> None:
        raise AssertionError


@pytest.fixture(scope="session")
def inline() -> type[Inline]:
    """Return an executor that runs steps in this process."""
    return Inline


@pytest.fixture
def study(tmp_path: Path) -> Project:
    """Make a study with three authorities and one source."""
    project = Project(tmp_path / "study")
    for folder in (project.raw, project.processed, project.reports):
        folder.mkdir(parents=True)
    (project.processed / "authorities.csv").write_text(
        "la_code,new_la_code,la_name,region,valid_from,valid_to,predecessor_la_codes,spoken_name\n"
        "209,E09000023,Lewisham,London,,,,Lewisham\n"
        "835,E10000009,Dorset,South West,,2019-03-31,,Dorset\n"
        "838,E06000059,Dorset,South West,2019-04-01,,835,Dorset\n",
        encoding="utf-8",
    )
    (project.processed / "judgements.csv").write_text(
        "la_code,strand,start_date,published_date,framework,grade\n"
        "209,overall,2019-07-08,2019-08-19,ILACS,requires_improvement\n"
        "209,overall,2015-10-26,2016-01-20,SIF,requires_improvement\n"
        "209,leadership,2023-12-04,2024-01-31,ILACS,good\n"
        "209,overall,,2024-01-31,ILACS,good\n"
        "838,overall,2021-09-27,2021-11-19,ILACS,good\n",
        encoding="utf-8",
    )
    (project.raw / "sources.csv").write_text("source_id,published\na,2025-09-25\nb,2018-10/2018-12\n", encoding="utf-8")
    reference = {"id": "ofsted-2025", "type": "dataset", "author": [{"literal": "Ofsted"}], "title": "Outcomes"}
    dated = {"issued": {"date-parts": [[2025, 9, 25]]}, "version": "2025", "license": "OGL-UK-3.0"}
    (project.reports / "references.json").write_text(json.dumps([reference | dated]), encoding="utf-8")
    return project
