"""Check what a notebook is asked to run with, before any kernel starts.

A notebook declares its parameters in the cell tagged ``parameters``, one assignment a line, with a
type, a default and a comment: ``start_year: int = 2012  # first year of the window``.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lewisham_study.errors import StudyError, UsageError, suggest
from lewisham_study.files import read_text
from lewisham_study.paths import shorten

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
    """One parameter as its notebook declares it.

    Parameters
    ----------
    name : what it is called.
    kind : its type as written, such as ``int``, ``str | list[str]`` or ``Literal['a', 'b']``.
    default : the value it has unless told otherwise.
    comment : what it is for.
    """

    name: str
    kind: str
    default: Any
    comment: str

    def accepts(self, value: object) -> bool:
        """Tell whether a value is of the declared type.

        Examples
        --------
        >>> year = Parameter("start_year", "int", 2012, "first year")
        >>> year.accepts(2015), year.accepts("2015"), year.accepts(True)
        (True, False, False)
        """
        return fits(value, ast.parse(self.kind, mode="eval").body)


def check_parameters(
    notebook: Path, given: Mapping[str, Any], declared: Mapping[str, Parameter] | None = None
) -> dict[str, Any]:
    """Give the full set of values a notebook runs with: what was given, and its defaults for the rest.

    Parameters
    ----------
    notebook : path of the notebook.
    given : values by name; they must be of the declared types already.
    declared : what `read_parameters` found in the notebook; None: it is read.

    Returns
    -------
    dict
        A value for every declared parameter, in the order of their declaration.

    Raises
    ------
    UsageError
        Where a name is unknown (with the nearest one), a value has another type than declared, or a
        pair ``start_<x>``, ``end_<x>`` leaves an empty window.
    """
    declared = read_parameters(notebook) if declared is None else declared
    for name, value in given.items():
        if name not in declared:
            raise UsageError(f"{shorten(notebook)} has no parameter {name!r}; {suggest(name, declared)}")
        if not declared[name].accepts(value):
            raise UsageError(f"{name} must be {declared[name].kind}, got {value!r} ({type(value).__name__})")
    values = {name: given.get(name, parameter.default) for name, parameter in declared.items()}
    check_windows(values)
    return values


def check_windows(values: Mapping[str, Any]) -> None:
    """Refuse a window that ends before it starts.

    Examples
    --------
    >>> check_windows({"start_year": 2012, "end_year": 2022})
    """
    for start, first in values.items():
        end = "end_" + start.removeprefix("start_")
        if start.startswith("start_") and end in values and first > values[end]:
            raise UsageError(f"the window is empty: {start} is {first!r}, after {end}, {values[end]!r}; swap the two")


def read_parameters(notebook: Path) -> dict[str, Parameter]:
    """Read the parameters a notebook declares; one without a cell tagged ``parameters`` has none."""
    name = shorten(notebook)
    try:
        cells = json.loads(read_text(notebook))["cells"]
        sources = [c["source"] for c in cells if "parameters" in c["metadata"].get("tags", [])]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StudyError(f"{name} is not a notebook: save it again from JupyterLab, or restore it from git") from None
    return declare("".join(sources[0]), name) if sources else {}


def declare(source: str, notebook: str) -> dict[str, Parameter]:
    """Read declarations from the source of a parameters cell.

    Examples
    --------
    >>> declare('basis: str = "inspected"  # which date counts', "01-ratings.ipynb")["basis"].comment
    'which date counts'
    """
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
    """Tell whether a value is of a type written as an annotation."""
    if isinstance(kind, ast.BinOp):
        return fits(value, kind.left) or fits(value, kind.right)
    if isinstance(kind, ast.Subscript) and ast.unparse(kind.value).endswith("Literal"):
        return value in (ast.literal_eval(kind.slice) if isinstance(kind.slice, ast.Tuple) else [kind.slice])
    if isinstance(kind, ast.Subscript):
        return isinstance(value, list) and all(fits(item, kind.slice) for item in value)
    name = ast.unparse(kind)
    if name not in TYPES:
        raise StudyError(f"a parameter cannot have the type {name!r}; use {', '.join(TYPES)} or Literal[...]")
    return isinstance(value, TYPES[name]) and (name == "bool" or not isinstance(value, bool))
