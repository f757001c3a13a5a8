"""The ways that are measured against each other; each makes the reports of some authorities.

`python benchmarks/sides.py SIDE WORKERS FOLDER AUTHORITY...` runs one of them to its end.
"""

from __future__ import annotations

import ast
import multiprocessing
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lewisham_study.paths import find_project
from lewisham_study.report.batch.authorities import Authority, read_authority

PROJECT = find_project()
NOTEBOOKS = sorted(PROJECT.notebooks.glob("[0-9]*.ipynb"))
BIN = Path(sys.executable).parent
Task = tuple[Path, str]


def list_tasks(names: list[str]) -> list[Task]:
    """List every notebook of every authority."""
    return [(notebook, read_authority(PROJECT.processed, name).parameter) for name in names for notebook in NOTEBOOKS]


def choose_pdf() -> str:
    """Choose nbconvert's way to a PDF that this machine has, LaTeX before a browser; "" where it has neither."""
    if shutil.which("xelatex") and shutil.which("pandoc") and shutil.which("inkscape"):
        return "pdf"
    return "webpdf" if find_spec("playwright") else ""


def run_plain(workers: int, folder: Path, names: list[str]) -> None:
    """The commands a user has: papermill, then nbconvert to HTML and to PDF."""

    def run(task: Task) -> None:
        notebook, name = task
        out = folder / f"{name}-{notebook.name}"
        subprocess.run([BIN / "papermill", "--no-progress-bar", notebook, out, "-p", "authority", name], check=True)
        for form in filter(None, ["html", choose_pdf()]):
            subprocess.run([BIN / "jupyter", "nbconvert", "--log-level=ERROR", "--to", form, out], check=True)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, list_tasks(names)))


def run_api_task(folder: Path, task: Task) -> None:
    """Run and convert one notebook by papermill's and nbconvert's own functions."""
    import nbconvert
    import papermill

    notebook, name = task
    out = folder / f"{name}-{notebook.name}"
    papermill.execute_notebook(notebook, out, {"authority": name}, progress_bar=False)
    exporters = {"html": nbconvert.HTMLExporter, "pdf": nbconvert.PDFExporter, "webpdf": nbconvert.WebPDFExporter}
    for form in filter(None, ["html", choose_pdf()]):
        made, _ = exporters[form]().from_filename(str(out))
        data = made.encode("utf-8") if isinstance(made, str) else made
        out.with_suffix(f".{form.removeprefix('web')}").write_bytes(data)


def run_api(workers: int, folder: Path, names: list[str]) -> None:
    """The same in a pool of processes that last."""
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(partial(run_api_task, folder), list_tasks(names)))


def run_ours(workers: int, folder: Path, names: list[str], *options: str) -> None:
    """This project's command."""
    chosen = [word for name in names for word in ("--authority", name)]
    command = [BIN / "lewisham-study", "report", *chosen, "--quiet", "--format", "html,pdf,ipynb", "--out", folder]
    subprocess.run([*command, *(options or ("--workers", str(workers)))], check=True)


def run_cluster(workers: int, folder: Path, names: list[str]) -> None:
    """This project's command, sent to a Dask cluster on this machine."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:
        run_ours(workers, folder, names, "--scheduler", cluster.scheduler_address)


def run_cells(source: str, space: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Run a cell; give what its last expression shows."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), space)
    shown = eval(compile(ast.Expression(last.value), "cell", "eval"), space) if isinstance(last, ast.Expr) else None
    return shown._repr_mimebundle_() if hasattr(shown, "_repr_mimebundle_") else None


def run_limit_authority(folder: Path, authority: Authority) -> None:
    """Run the cells of every notebook in this very process, and make the documents."""
    import nbformat

    from lewisham_study.report.batch import render
    from lewisham_study.report.batch.plan import Planner, Request
    from lewisham_study.report.run.execute import read_notebook

    def execute(notebook: Path, parameters: dict[str, Any], **_: Any) -> nbformat.NotebookNode:
        found, space = read_notebook(notebook), {}
        for cell in found.cells:
            if cell.cell_type != "code":
                continue
            bundle = run_cells(cell.source, space)
            if "parameters" in cell.metadata.get("tags", []):
                space.update(parameters)
            data = nbformat.from_dict({"data": bundle[0], "metadata": bundle[1]}) if bundle else None
            cell.outputs = [nbformat.v4.new_output("execute_result", **data)] if data else []
        return found

    render.execute_notebook = execute
    plan = Planner(PROJECT, Request(out=folder)).plan_report(authority)
    made = [render.make_chapter(chapter) for chapter in plan.chapters]
    files = {name: data for one in made for name, data in one.files.items()}
    render.write_files(files | render.make_book(plan, [one.chapter for one in made]), plan.folder)


def run_limit(workers: int, folder: Path, names: list[str]) -> None:
    """No kernel, no messages, no fresh process: the cells and the documents, in processes already warm."""
    from lewisham_study.report.run.kernels.forkserver import USUAL, import_library, import_modules

    import_modules(USUAL)
    import_library()
    places = [read_authority(PROJECT.processed, name) for name in names]
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        pool.map(partial(run_limit_authority, folder), places, chunksize=1)


SIDES: dict[str, Callable[[int, Path, list[str]], None]] = {
    "ours": run_ours,
    "limit": run_limit,
    "api": run_api,
    "plain": run_plain,
    "cluster": run_cluster,
}
"""The quickest first; the last is measured where it is asked for."""


def spread(names: list[str], count: int) -> Iterator[str]:
    """Choose authorities from all over a list."""
    yield from (names[(number * len(names)) // count] for number in range(count))


if __name__ == "__main__":
    side, workers, folder, *chosen = sys.argv[1:]
    SIDES[side](int(workers), Path(folder), chosen)
