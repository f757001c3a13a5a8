"""The methods that are compared; each makes the reports of some authorities.

`python benchmarks/sides.py SIDE WORKERS FOLDER CODE...` runs one of them.
"""

from __future__ import annotations

import ast
import datetime
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

PROJECT = find_project()
NOTEBOOKS = sorted(PROJECT.notebooks.glob("[0-9]*.ipynb"))
BIN = Path(sys.executable).parent
Task = tuple[Path, str]


def list_tasks(codes: list[str]) -> list[Task]:
    """List every notebook of every authority."""
    return [(notebook, code) for code in codes for notebook in NOTEBOOKS]


def choose_pdf() -> str:
    """Choose how nbconvert makes a PDF here: by LaTeX, else by a browser, else "" for not at all."""
    if shutil.which("xelatex") and shutil.which("pandoc") and shutil.which("inkscape"):
        return "pdf"
    return "webpdf" if find_spec("playwright") else ""


def run_plain(workers: int, folder: Path, codes: list[str]) -> None:
    """Run the commands a user has: papermill, then nbconvert to HTML and PDF."""

    def run(task: Task) -> None:
        notebook, code = task
        out = folder / f"{code}-{notebook.name}"
        subprocess.run([BIN / "papermill", "--no-progress-bar", notebook, out, "-r", "authority", code], check=True)
        for form in filter(None, ["html", choose_pdf()]):
            subprocess.run([BIN / "jupyter", "nbconvert", "--log-level=ERROR", "--to", form, out], check=True)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, list_tasks(codes)))


def run_api_task(folder: Path, task: Task) -> None:
    """Run and convert a notebook with papermill's and nbconvert's functions."""
    import nbconvert
    import papermill

    notebook, code = task
    out = folder / f"{code}-{notebook.name}"
    papermill.execute_notebook(notebook, out, {"authority": code}, progress_bar=False)
    exporters = {"html": nbconvert.HTMLExporter, "pdf": nbconvert.PDFExporter, "webpdf": nbconvert.WebPDFExporter}
    for form in filter(None, ["html", choose_pdf()]):
        made, _ = exporters[form]().from_filename(str(out))
        data = made.encode("utf-8") if isinstance(made, str) else made
        out.with_suffix(f".{form.removeprefix('web')}").write_bytes(data)


def run_api(workers: int, folder: Path, codes: list[str]) -> None:
    """Run the same in a persistent pool of processes."""
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(partial(run_api_task, folder), list_tasks(codes)))


def run_ours(workers: int, folder: Path, codes: list[str], *options: str) -> None:
    """Run this project's command."""
    chosen = [word for code in codes for word in ("--authority", code)]
    command = [BIN / "lewisham-study", "report", *chosen, "--quiet", "--out", folder]
    subprocess.run([*command, *(options or ("--workers", str(workers)))], check=True)


def run_cluster(workers: int, folder: Path, codes: list[str]) -> None:
    """Run this project's command on a local Dask cluster."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:
        run_ours(workers, folder, codes, "--scheduler", cluster.scheduler_address)


def run_cell(source: str, space: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Run a cell; return what its last expression shows."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), space)
    shown = eval(compile(ast.Expression(last.value), "cell", "eval"), space) if isinstance(last, ast.Expr) else None
    return shown._repr_mimebundle_() if hasattr(shown, "_repr_mimebundle_") else None


def run_notebook(notebook: Path, code: str) -> Any:
    """Run a notebook's cells in this process; return it with their outputs."""
    import nbformat

    from lewisham_study.report.run.execute import read_notebook

    executed, space = read_notebook(notebook), {}
    for cell in executed.cells:
        if cell.cell_type == "code":
            bundle = run_cell(cell.source, space)
            if "parameters" in cell.metadata.get("tags", []):
                space["authority"] = code
            data = nbformat.from_dict({"data": bundle[0], "metadata": bundle[1]}) if bundle else None
            cell.outputs = [nbformat.v4.new_output("execute_result", **data)] if data else []
    return executed


def make_documents(folder: Path, code: str) -> None:
    """Run an authority's notebooks in this process; read each document once, and typeset it once."""
    from lewisham_study.report.document.chapter import PARTS, read_chapter
    from lewisham_study.report.document.pandoc import Report
    from lewisham_study.report.document.pdf import render_both
    from lewisham_study.report.run.execute import write_notebook

    about = {"subtitle": code, "data": "Benchmark", "date": datetime.date(2026, 1, 1), "closing": "By a benchmark."}
    about["bibliographies"] = (PROJECT.reports / "references.json",)
    chapters = []
    for notebook in NOTEBOOKS:
        executed = run_notebook(notebook, code)
        chapters.append(read_chapter(executed, notebook.name))
        (folder / f"{code}-{notebook.name}").write_bytes(write_notebook(executed))
    elsewhere = {one.label: (one.label, "elsewhere.html") for chapter in chapters for one in chapter.exhibits}
    for part in PARTS:
        chosen = tuple(chapter for chapter in (one.select(part) for one in chapters) if chapter.pieces)
        layout = part if part == "briefing" else "report"
        report = Report(title=part, chapters=chosen, layout=layout, elsewhere=elsewhere, **about)
        for ending, data in zip(("html", "pdf"), render_both(report), strict=True):
            (folder / f"{code}-{part}.{ending}").write_bytes(data)


def run_limit(workers: int, folder: Path, codes: list[str]) -> None:
    """Run only the cells and conversions, without kernels or messages, in processes that are already warm.

    What all authorities share is computed, drawn and written as SVG once, before the processes are forked.
    """
    from lewisham_study.display.country import prepare
    from lewisham_study.report.run.kernels.forkserver import USUAL, choose_strings, import_library, import_modules

    import_modules(USUAL)
    choose_strings()
    import_library()
    prepare()
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        pool.map(partial(make_documents, folder), codes, chunksize=1)


SIDES: dict[str, Callable[[int, Path, list[str]], None]] = {
    "ours": run_ours,
    "limit": run_limit,
    "api": run_api,
    "plain": run_plain,
    "cluster": run_cluster,
}
"""The fastest first; the last runs only on request."""


def spread(names: list[str], count: int) -> Iterator[str]:
    """Choose names evenly from a list."""
    yield from (names[(number * len(names)) // count] for number in range(count))


if __name__ == "__main__":
    side, workers, folder, *chosen = sys.argv[1:]
    SIDES[side](int(workers), Path(folder), chosen)
