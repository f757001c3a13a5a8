"""The same reports from a Dask cluster: a scheduler and two workers as processes, one of them killed midway."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from lewisham_study.errors import StudyError
from lewisham_study.paths import Project
from lewisham_study.report.batch import cluster
from lewisham_study.report.batch.cluster import Cluster, Payload, run_step
from lewisham_study.report.batch.manifest import hash_package, hash_tables, join_hashes
from lewisham_study.report.batch.plan import Request
from lewisham_study.report.batch.pool import Workers
from lewisham_study.report.batch.run import render_all
from lewisham_study.report.batch.schedule import LOST

pytest.importorskip("distributed", reason="dask is missing: `make setup`, or install the extra `cluster`")

SHOW = """\
import time
from IPython.display import display
time.sleep(1)
details = {"kind": "table", "label": "tbl-LABEL", "title": f"Of {authority}", "caption": "Counted."}
data = {"text/markdown": "| a | b |\\n|:--|--:|\\n| x | 1 |", "text/csv": "a,b\\nx,1\\n"}
display(data, raw=True, metadata={"exhibit": details})"""


@pytest.fixture
def notebooks(study: Project, build: SimpleNamespace) -> list[Path]:
    """Save two notebooks of the study."""
    study.notebooks.mkdir()
    for name in ("01-ratings", "05-evidence"):
        parameters = build.code(build.PARAMETERS, tags=["parameters"])
        cells = [build.text(f"# {name}"), parameters, build.code(SHOW.replace("LABEL", name[3:]))]
        (study.notebooks / f"{name}.ipynb").write_text(nbformat.writes(build.notebook(*cells)), encoding="utf-8")
    return sorted(study.notebooks.iterdir())


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """Run a scheduler and two workers on this machine; without nannies, so that the dead stay dead."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "DASK_LOGGING__DISTRIBUTED": "error"}

    def start(role: str, *options: str) -> subprocess.Popen[bytes]:
        call = f"from distributed.cli import dask_{role} as cli; cli.main()"
        words = [sys.executable, "-c", call, *options]
        return subprocess.Popen(words, env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL)

    port = address.rpartition(":")[2]
    running = [start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")]
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path))
    running += [start("worker", address, *options) for _ in range(2)]
    yield SimpleNamespace(address=address, scheduler=running[0], workers=running[1:])
    for process in reversed(running):
        process.terminate()
        process.wait(60)


def read_tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_killed_worker_changes_no_byte(
    study: Project, notebooks: list[Path], dask: SimpleNamespace, tmp_path: Path
) -> None:
    class Deadly(Cluster):
        """A cluster of which a worker is killed while the third step is handed out."""

        handed = 0

        def submit(self, function: Callable[..., object], *arguments: object) -> object:
            self.handed += 1
            if self.handed == 3:
                while len(self.client.scheduler_info()["workers"]) < 2:
                    time.sleep(0.1)
                dask.workers[0].kill()
            return super().submit(function, *arguments)

    summary = render_all(study, Request(out=tmp_path / "cluster"), Deadly(dask.address, study))
    assert not summary.failures
    assert summary.rendered == 3
    assert dask.workers[0].poll() is not None
    render_all(study, Request(out=tmp_path / "here"), Workers(2))
    assert read_tree(tmp_path / "cluster") == read_tree(tmp_path / "here")


@pytest.mark.slow
def test_a_killed_scheduler_is_one_line(
    study: Project, notebooks: list[Path], dask: SimpleNamespace, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    class Lost(Cluster):
        """A cluster whose scheduler is killed once it has the first two steps."""

        handed = 0

        def submit(self, function: Callable[..., object], *arguments: object) -> object:
            self.handed += 1
            submitted = super().submit(function, *arguments)
            if self.handed == 2:
                dask.scheduler.kill()
                dask.scheduler.wait()
            return submitted

    asked = Request(out=tmp_path / "cluster", authorities=["Lewisham"])
    assert render_all(study, asked, Lost(dask.address, study)).failures == {"209": [f"Lewisham: {LOST}"]}
    assert capfd.readouterr().err == ""
    assert not list((tmp_path / "cluster").glob("lewisham/*"))


def test_an_address_without_a_cluster_is_an_error(study: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(StudyError, match=r"no cluster with a worker at tcp://127\.0\.0\.1:1"):
        Cluster("tcp://127.0.0.1:1", study).__enter__()


def test_other_data_or_code_is_refused(study: Project) -> None:
    plan = SimpleNamespace(chapters=[SimpleNamespace(home=study.root)], details={"bibliographies": ()})
    same = Payload(join_hashes(hash_tables(study)), hash_package(), "null", {}, None)
    assert "other tables" in run_step(replace(same, tables="0"), print, print, plan)
    assert "other code" in run_step(replace(same, code="0"), print, print, plan)
