"""List the notebooks, and check their parameters before any kernel starts.

A notebook declares its parameters in the cell tagged ``parameters``, one assignment a line, with a
type, a default and a comment: ``start_year: int = 2012  # first year of the window``.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lewisham_study.errors import StudyError, UsageError, suggest
from lewisham_study.files import read_text
from lewisham_study.paths import Project, shorten

SIDE_BY_SIDE = "side-by-side"
"""The notebook that sets councils side by side; it is no chapter of a council's report."""
TYPES: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "list": list,
    "None": type(None),
}


@dataclass(frozen=True)
class Parameter:
    """One parameter as its notebook declares it; `kind` is its type as written, such as ``str | list[str]``."""

    name: str
    kind: str
    default: Any
    comment: str

    @property
    def expected(self) -> str:
        """What it accepts, for messages."""
        return re.sub(r"[\w.]*Literal\[(.*?)\]", r"one of \1", self.kind)

    def accepts(self, value: object) -> bool:
        """Return whether a value is of the declared type.

        Examples
        --------
        >>> year = Parameter("start_year", "int", 2012, "first year")
        >>> year.accepts(2015), year.accepts("2015"), year.accepts(True)
        (True, False, False)
        """
        return fits(value, ast.parse(self.kind, mode="eval").body)


def list_notebooks(project: Project) -> list[Path]:
    """List the notebooks that make reports, in their order."""
    return sorted(project.notebooks.glob("[0-9]*.ipynb"))


def name_report(notebook: Path) -> str:
    """Return the name of a notebook's report: the notebook's own, without the number.

    Examples
    --------
    >>> name_report(Path("notebooks/01-ratings.ipynb")), name_report(Path("own.ipynb"))
    ('ratings', 'own')
    """
    return re.sub(r"^\d+-", "", notebook.stem)


def choose_notebooks(project: Project, names: Sequence[str]) -> list[Path]:
    """Find notebooks by the names of their reports; all of them if no name is given."""
    known = {name_report(path): path for path in list_notebooks(project)}
    every = {**known, SIDE_BY_SIDE: project.notebooks / f"{SIDE_BY_SIDE}.ipynb"}
    for name in names:
        if name not in every:
            raise UsageError(f"no notebook is called {name!r}; {suggest(name, known)}")
    return [every[name] for name in names] or list(known.values())


def read_tags(notebook: Path) -> set[str]:
    """Read the tags of a notebook's cells."""
    return {tag for cell in read_cells(notebook) for tag in cell["metadata"].get("tags", [])}


def check_parameters(
    notebook: Path, given: Mapping[str, Any], declared: Mapping[str, Parameter] | None = None
) -> dict[str, Any]:
    """Return a value for each declared parameter, given or default; refuse unknown names, other types, empty windows.

    `declared` is what `read_parameters` found in the notebook; if None, it is read.
    """
    declared = read_parameters(notebook) if declared is None else declared
    for name, value in given.items():
        if name not in declared:
            raise UsageError(f"{shorten(notebook)} has no parameter {name!r}; {suggest(name, declared)}")
        if not declared[name].accepts(value):
            raise UsageError(f"{name}: expected {declared[name].expected}, found {value!r}")
    values = {name: given.get(name, parameter.default) for name, parameter in declared.items()}
    check_windows(values)
    return values


def check_windows(values: Mapping[str, Any]) -> None:
    """Refuse a pair start_<x>, end_<x> whose end comes before its start."""
    for start, first in values.items():
        end = "end_" + start.removeprefix("start_")
        if start.startswith("start_") and end in values and first > values[end]:
            raise UsageError(f"the window is empty: {start} is {first!r}, after {end}, {values[end]!r}; swap the two")


def read_parameters(notebook: Path) -> dict[str, Parameter]:
    """Read the parameters that a notebook declares; none if it has no cell tagged ``parameters``."""
    sources = [cell["source"] for cell in read_cells(notebook) if "parameters" in cell["metadata"].get("tags", [])]
    return declare("".join(sources[0]), shorten(notebook)) if sources else {}


def read_cells(notebook: Path) -> list[dict[str, Any]]:
    """Read the cells of a notebook, each of which has a source and metadata."""
    try:
        return [dict(cell, source=cell["source"], metadata=dict(cell["metadata"])) for cell in load_cells(notebook)]
    except (ValueError, KeyError, TypeError, AttributeError):
        hint = "save it again from JupyterLab, or restore it from git"
        raise StudyError(f"{shorten(notebook)} is not a notebook: {hint}") from None


def load_cells(notebook: Path) -> Any:
    """Load the cells of a notebook from its JSON."""
    return json.loads(read_text(notebook))["cells"]


def declare(source: str, notebook: str) -> dict[str, Parameter]:
    """Read declarations from the source of a parameters cell; imports in it are ignored."""
    lines = source.splitlines()
    found = {}
    try:
        for node in ast.parse(source).body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
                default = ast.literal_eval(node.value)
                kind = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else type(default).__name__
                rest = lines[(node.end_lineno or 1) - 1].encode()[node.end_col_offset :].decode()
                comment = rest.partition("#")[2].strip()
                found[ast.unparse(target)] = Parameter(ast.unparse(target), kind, default, comment)
    except (SyntaxError, ValueError) as error:
        raise StudyError(f"{notebook}, parameters cell: each line must read `name: type = value`; {error}") from None
    return found


def fits(value: object, kind: ast.expr) -> bool:
    """Return whether a value is of a type written as an annotation; nothing of the notebook is run.

    Examples
    --------
    >>> [fits(value, ast.parse("Literal['a'] | int", mode="eval").body) for value in ("a", "b", 1)]
    [True, False, True]
    """
    match kind:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return fits(value, left) or fits(value, right)
        case ast.Subscript(value=ast.Name(id="Literal") | ast.Attribute(attr="Literal"), slice=choices):
            found = ast.literal_eval(choices)
            return value in (found if isinstance(found, tuple) else (found,))
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return isinstance(value, list) and all(fits(one, item) for one in value)
    name = ast.unparse(kind)
    if name not in TYPES:
        raise StudyError(f"a parameter cannot have the type {name!r}; use {', '.join(TYPES)} or Literal[...]")
    return isinstance(value, TYPES[name]) and (name == "bool" or not isinstance(value, bool))
