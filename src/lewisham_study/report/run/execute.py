"""Execute a notebook with papermill in a fresh kernel; the same input gives the same bytes."""

from __future__ import annotations

import json
import logging
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lewisham_study.errors import StudyError
from lewisham_study.files import read_text, write_bytes
from lewisham_study.paths import shorten
from lewisham_study.report.run.kernels.settings import choose_kernel

if TYPE_CHECKING:
    from nbformat import NotebookNode
CELL_SECONDS = 300
START_SECONDS = 180
SHUTDOWN = "immediate"
"""How kernels are stopped: killing them saves the time of a clean shutdown."""
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
WARNING_PLACE = re.compile(r"^\S*ipykernel_\d+\S*\.py:(\d+): ")
CELL_LINE = re.compile(r"Cell In\[\d+\], line (\d+)")


def execute_notebook(
    notebook: Path,
    parameters: Mapping[str, Any],
    out_path: Path | None = None,
    *,
    home: Path | None = None,
    label: str | None = None,
    cell_seconds: int = CELL_SECONDS,
) -> NotebookNode:
    """Execute a notebook with checked parameters on the study in `home`, and write it to `out_path` if given.

    A cell that fails, warns, takes too long, shows too much or kills the kernel is an error naming cell and line.
    """
    name = label or shorten(notebook)
    executed = normalise(run_cells(read_notebook(notebook), dict(parameters), name, home, cell_seconds))
    refuse_warnings(executed, name)
    if out_path is not None:
        write_bytes(write_notebook(executed), out_path)
    return executed


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook; a cell without an id gets one from its position."""
    import nbformat

    try:
        content = json.loads(read_text(path))
        for number, cell in enumerate(content["cells"], start=1):
            cell.setdefault("id", f"cell-{number}")
        content["nbformat_minor"] = max(content["nbformat_minor"], 5)
        notebook: NotebookNode = nbformat.reads(json.dumps(content), as_version=4)
        nbformat.validate(notebook)
    except (ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError):
        raise StudyError(f"{shorten(path)} is not a notebook: save it again from JupyterLab") from None
    return notebook


def write_notebook(notebook: NotebookNode) -> bytes:
    """Return the bytes of a notebook as JupyterLab would save it."""
    import nbformat

    text: str = nbformat.writes(notebook)
    return (text + "\n").encode("utf-8")


def run_cells(
    notebook: NotebookNode, parameters: dict[str, Any], name: str, home: Path | None, cell_seconds: int
) -> NotebookNode:
    """Execute a notebook's cells with papermill, turning every failure into one clear error."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from lewisham_study.report.run.kernels.client import ENGINE, MOST_LETTERS, TooMuchShownError

    # Its messages are in the errors below; without a handler they would also be printed.
    logging.getLogger("papermill").addHandler(logging.NullHandler())
    begun: list[str] = []
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as folder:
        try:
            executed: NotebookNode = papermill.execute_notebook(
                notebook,
                None,
                parameters=parameters,
                engine_name=ENGINE,
                progress_bar=False,
                start_timeout=START_SECONDS,
                execution_timeout=cell_seconds,
                shutdown_kernel=SHUTDOWN,
                on_cell_start=lambda cell, cell_index: begun.append(cell.id),
                **choose_kernel(Path(folder), home),
            )
        except PapermillExecutionError as error:
            problem = f", {describe_failure(error)}"
        except CellTimeoutError:
            problem = f" took more than {cell_seconds} s; look for an endless loop"
        except TooMuchShownError:
            problem = f": the notebook shows more than {MOST_LETTERS // 1_000_000} million letters; show less"
        except (DeadKernelError, RuntimeError) as error:
            problem = f": the kernel died ({first_line(str(error))})"
        else:
            return executed
    raise StudyError(name_cell(notebook, begun, name) + problem)


def describe_failure(error: Any) -> str:
    """Describe an error in a cell: its line, the code there and the message."""
    traceback = COLOUR.sub("", "\n".join(error.traceback))
    lines = CELL_LINE.findall(traceback)
    source = error.source.splitlines() or [""]
    line = int(lines[0]) if lines and int(lines[0]) <= len(source) else 1
    message = first_line(f"{error.ename}: {error.evalue}").removesuffix(":")
    return f"line {line} `{source[line - 1].strip()}`: {message}"


def name_cell(notebook: NotebookNode, begun: list[str], name: str) -> str:
    """Name the cell that ran last by its number in the original notebook, from 1 and counting text cells."""
    numbers = {cell.id: number for number, cell in enumerate(notebook.cells, start=1)}
    if not begun:
        return name
    return f"{name}, cell {numbers[begun[-1]]}" if begun[-1] in numbers else f"{name}, its parameters"


def first_line(text: str) -> str:
    """Return the first line of a message that is not empty."""
    lines = [line for line in COLOUR.sub("", text).splitlines() if line.strip()]
    return lines[0].strip() if lines else "no message"


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Remove what differs between two runs: times, paths, versions, addresses and random ids."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if "injected-parameters" in tags:
            cell["id"] = "injected-parameters"
        for output in cell.get("outputs", []):
            for kind, text in output.get("data", {}).items():
                if kind.startswith("text/") and isinstance(text, str):
                    output["data"][kind] = ADDRESS.sub("0x0", text)
            if "text" in output:
                output["text"] = ADDRESS.sub("0x0", output["text"])
    return notebook


def refuse_warnings(notebook: NotebookNode, name: str) -> None:
    """Raise an error if a cell wrote to stderr: a report must neither print warnings nor hide them."""
    for number, cell in number_cells(notebook):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                warning = WARNING_PLACE.sub(r"line \1: ", first_line(output.text))
                raise StudyError(f"{name}, cell {number} warned: {warning}; change the code so that it does not warn")


def number_cells(notebook: NotebookNode) -> list[tuple[int, NotebookNode]]:
    """Number the cells of the original notebook from 1, leaving out the one that papermill injected."""
    written = [cell for cell in notebook.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    return list(enumerate(written, start=1))
