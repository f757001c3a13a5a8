"""Which tidy tables the code of a notebook can read, found by reading the code, not by running it.

A module names the tables that it reads, so a table counts where its name stands as a text in a module behind
the notebook, or as a word anywhere in the notebook. That finds too many rather than too few; a notebook that takes
tables in a way which hides their names has them all counted.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import lewisham_study
from lewisham_study.report.batch.dependencies import PACKAGE, find_modules, read_code, read_module

PLAN = "authorities"
"""The table that a report is planned from, whatever its notebook reads."""


def list_tables(notebook: Path, tables: Collection[str]) -> list[str]:
    """List the tidy tables that can change a notebook's report, sorted.

    Parameters
    ----------
    notebook : path of the notebook.
    tables : names of the tables there are.
    """
    code = read_code(notebook)
    if hides_tables(code):
        return sorted(tables)
    folder = Path(lewisham_study.__file__).parent
    modules = [path for path in find_modules(folder, code, beside=()) if path.name != "__init__.py"]
    said = {PLAN, *re.findall(r"\w+", code)}.union(*[read_module(path).texts for path in modules])
    return sorted(said.intersection(tables))


def hides_tables(code: str) -> bool:
    r"""Tell whether a notebook's code can read tables that it does not name.

    It may give all tables to a function of the package, take one by a name written out, or look at a case's.
    Whatever else it does with them, or with the folder they lie in, may read any.

    Examples
    --------
    >>> taken = "from lewisham_study import Tables, open_case\n"
    >>> [hides_tables(taken + line) for line in ("case = open_case(Tables(), 'Leeds')", "Tables()['need']")]
    [False, False]
    >>> [hides_tables(taken + line) for line in ("t = Tables()", "[Tables()[n] for n in names]", "my_own(Tables())")]
    [True, True, True]
    """
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return True
    ours = set(list_ours(tree))
    plain = {id(node) for parent in ast.walk(tree) for node in list_plain(parent, ours)}
    return any(reaches_tables(node) and id(node) not in plain for node in ast.walk(tree))


def reaches_tables(node: ast.AST) -> bool:
    """Tell whether an expression is all tables, their loader, or the folder they lie in."""
    name = getattr(node, "attr", getattr(node, "id", None))
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and "processed" in node.value
    return name in {"Tables", "tables", "load_table", "processed"}


def list_ours(tree: ast.AST) -> Iterator[str]:
    """List the names under which code has what it imports from the package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                origin = node.module or "" if isinstance(node, ast.ImportFrom) else alias.name
                if origin.partition(".")[0] == PACKAGE:
                    yield (alias.asname or alias.name).partition(".")[0]


def list_plain(parent: ast.AST, ours: Collection[str]) -> Iterator[ast.AST]:
    """List the expressions below one that reach tables in a way which names them, or leaves it to the package."""
    if isinstance(parent, ast.Subscript) and isinstance(parent.slice, ast.Constant):
        yield from list_parts(parent.value)
    elif isinstance(parent, ast.Call) and name_root(parent.func) in ours:
        given = [*parent.args, *[keyword.value for keyword in parent.keywords]]
        if reaches_tables(parent.func) and given and isinstance(given[0], ast.Constant):
            yield from list_parts(parent.func)
        elif not reaches_tables(parent.func):
            yield from (part for one in given for part in list_parts(one))


def list_parts(node: ast.AST) -> Iterator[ast.AST]:
    """List an expression and what it calls."""
    yield node
    if isinstance(node, ast.Call) and not node.args and not node.keywords:
        yield node.func


def name_root(node: ast.AST) -> str:
    """Name what an expression such as `study.open_case` begins with.

    Examples
    --------
    >>> name_root(ast.parse("study.analysis.open_case", mode="eval").body)
    'study'
    """
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
