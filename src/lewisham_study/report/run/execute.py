"""Run a notebook by papermill in an ordinary kernel, and save it so that the same input gives the same bytes."""

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
START_SECONDS = 60
SHUTDOWN = "immediate"
"""How a kernel ends once its notebook is through; killed at once, it takes no time for an end of its own."""
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
    """Run a notebook from top to bottom in a fresh kernel, and save it with its outputs.

    Parameters
    ----------
    notebook : path of the notebook.
    parameters : values for its parameters, checked already; when empty its defaults stand.
    out_path : where the executed notebook goes; written whole at the end, or not at all;
        None: it is not saved.
    home : the copy of the study whose data it reads; None: the one it finds itself.
    label : the notebook as messages name it; None: its path.
    cell_seconds : how long one cell may take.

    Returns
    -------
    nbformat.NotebookNode
        The executed notebook as saved, without times, paths, addresses or random ids.

    Raises
    ------
    StudyError
        Where a cell fails, warns on stderr, takes too long, shows too much, or the kernel dies: with
        notebook, cell and line.
    """
    name = label or shorten(notebook)
    executed = run_cells(read_notebook(notebook), dict(parameters), name, home, cell_seconds)
    steady = normalise(executed)
    refuse_warnings(steady, name)
    if out_path is not None:
        write_bytes(write_notebook(steady), out_path)
    return steady


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook; a cell without an id gets its position as one."""
    import nbformat

    try:
        content = json.loads(read_text(path))
        for number, cell in enumerate(content["cells"], start=1):
            cell.setdefault("id", f"cell-{number}")
        content["nbformat_minor"] = max(content["nbformat_minor"], 5)
        found: NotebookNode = nbformat.reads(json.dumps(content), as_version=4)
        nbformat.validate(found)
    except (ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError):
        raise StudyError(f"{shorten(path)} is not a notebook: save it again from JupyterLab") from None
    return found


def write_notebook(notebook: NotebookNode) -> bytes:
    """Write a notebook as JupyterLab does."""
    import nbformat

    text: str = nbformat.writes(notebook)
    return (text + "\n").encode("utf-8")


def run_cells(
    notebook: NotebookNode, parameters: dict[str, Any], name: str, home: Path | None, cell_seconds: int
) -> NotebookNode:
    """Execute a notebook by papermill; every way it can fail becomes one clear error."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from lewisham_study.report.run.kernels.client import ENGINE, LETTERS, TooMuchShownError

    # Its messages are in the errors below; without a handler they would be printed as well.
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
            raise StudyError(f"{name_cell(notebook, begun, name)}, {describe_failure(error)}") from None
        except CellTimeoutError:
            place = name_cell(notebook, begun, name)
            raise StudyError(f"{place} took more than {cell_seconds} s; look for an endless loop") from None
        except TooMuchShownError:
            place, most = name_cell(notebook, begun, name), f"{LETTERS // 1_000_000} million letters"
            raise StudyError(f"{place}: the notebook shows more than {most}; show less") from None
        except (DeadKernelError, RuntimeError) as error:
            place = name_cell(notebook, begun, name)
            raise StudyError(f"{place}: the kernel died ({first_line(str(error))})") from None
    return executed


def describe_failure(error: Any) -> str:
    """Say where in its cell an error was raised, and what it says."""
    traceback = COLOUR.sub("", "\n".join(error.traceback))
    lines = CELL_LINE.findall(traceback)
    source = error.source.splitlines() or [""]
    line = int(lines[0]) if lines and int(lines[0]) <= len(source) else 1
    message = first_line(f"{error.ename}: {error.evalue}").removesuffix(":")
    return f"line {line} `{source[line - 1].strip()}`: {message}"


def name_cell(notebook: NotebookNode, begun: list[str], name: str) -> str:
    """Name the cell last begun by its number in the notebook as written, counted from 1 with text cells."""
    numbers = {cell.id: number for number, cell in enumerate(notebook.cells, start=1)}
    if not begun:
        return name
    return f"{name}, cell {numbers[begun[-1]]}" if begun[-1] in numbers else f"{name}, its parameters"


def first_line(text: str) -> str:
    """Give the first line of a message that says something."""
    lines = [line for line in COLOUR.sub("", text).splitlines() if line.strip()]
    return lines[0].strip() if lines else "no message"


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Take out whatever differs between two runs: times, paths, versions, addresses, random ids."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = {"tags": tags} if tags else {}
        if "injected-parameters" in (tags or []):
            cell["id"] = "injected-parameters"
        for output in cell.get("outputs", []):
            for kind, text in output.get("data", {}).items():
                if kind.startswith("text/") and isinstance(text, str):
                    output["data"][kind] = ADDRESS.sub("0x0", text)
            if "text" in output:
                output["text"] = ADDRESS.sub("0x0", output["text"])
    return notebook


def refuse_warnings(notebook: NotebookNode, name: str) -> None:
    """Refuse a run that wrote to stderr: a report must not print warnings, nor hide them."""
    for number, cell in number_cells(notebook):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                warning = WARNING_PLACE.sub(r"line \1: ", first_line(output.text))
                raise StudyError(f"{name}, cell {number} warned: {warning}; mend what it warns of")


def number_cells(notebook: NotebookNode) -> list[tuple[int, NotebookNode]]:
    """Number the cells from 1 as the notebook was written, without the one that papermill injects."""
    written = [cell for cell in notebook.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    return list(enumerate(written, start=1))
