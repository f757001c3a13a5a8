"""Which files of the package a notebook's report depends on, found by reading imports, not by running them."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import lewisham_study
from lewisham_study.files import read_text

PACKAGE = "lewisham_study"
OWN = ("lewisham_study.report.batch.run.render", "lewisham_study.report.batch.run.pool")
"""What every report goes through, whatever its notebook imports."""
CARRIED = ("data", "notebooks", "reports")
"""Folders of an installed package that are no code."""


def hash_sources(notebook: Path) -> dict[str, str]:
    """Give the checksums of a notebook and of the code behind it."""
    return {"notebook": hash_notebook(notebook), "code": hash_code(notebook)}


def hash_code(notebook: Path) -> str:
    """Give the SHA-256 over every file of the package that can change a notebook's report.

    Parameters
    ----------
    notebook : path of the notebook; what it imports counts, and what that imports, also inside functions.
    """
    folder = Path(lewisham_study.__file__).parent
    found = find_modules(folder, read_code(notebook))
    parts = sorted(path for path in (folder / "report").iterdir() if path.is_file() and path.suffix != ".py")
    digest = hashlib.sha256()
    for path in [*found, *parts]:
        digest.update(f"{path.relative_to(folder).as_posix()} {hash_file(path)}\n".encode())
    return digest.hexdigest()


def hash_package() -> str:
    """Give the SHA-256 over every file of the package, without the tables and notebooks that a wheel carries."""
    folder = Path(lewisham_study.__file__).parent
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    code = [path for path in files if path.parts[0] not in CARRIED and "__pycache__" not in path.parts]
    names = [f"{path.as_posix()} {hash_file(folder / path)}\n" for path in code]
    return hashlib.sha256("".join(names).encode()).hexdigest()


def hash_notebook(notebook: Path) -> str:
    """Give the SHA-256 of a notebook without its outputs."""
    cells = json.loads(read_text(notebook))["cells"]
    kept = [[cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", [])] for cell in cells]
    return hashlib.sha256(json.dumps(kept).encode()).hexdigest()


def list_preloads(notebooks: Iterable[Path]) -> list[str]:
    """List every module that notebooks may import, of this package and of others, sorted."""
    folder = Path(lewisham_study.__file__).parent
    found: set[str] = set()
    for code in map(read_code, notebooks):
        with suppress(SyntaxError):
            found.update(list_imports(ast.parse(code)))
        found.update(*[read_module(path).imports for path in find_modules(folder, code)])
    return sorted(found)


def read_code(notebook: Path) -> str:
    """Read a notebook's code, without lines that are IPython's alone."""
    cells = json.loads(read_text(notebook))["cells"]
    lines = [line for cell in cells if cell["cell_type"] == "code" for line in "".join(cell["source"]).splitlines()]
    return "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))


def find_modules(folder: Path, code: str, beside: Iterable[str] = OWN) -> list[Path]:
    """Find the package's modules that code depends on, and others beside; all of them where it cannot be read."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return sorted(folder.rglob("*.py"))
    waiting = {name for name in list_imports(tree) if name.startswith(PACKAGE)} | set(beside)
    if imports_library(tree):
        waiting |= read_imports(folder / "__init__.pyi")
    found: set[Path] = set()
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        path = locate(folder, name)
        if path is not None:
            found.add(path)
            waiting |= read_imports(path) - seen
    return sorted(found)


def imports_library(tree: ast.AST) -> bool:
    """Tell whether code takes names from the package itself, which loads them from wherever they are.

    Examples
    --------
    >>> imports_library(ast.parse("import lewisham_study as study"))
    True
    >>> imports_library(ast.parse("from lewisham_study.display import ratings"))
    False
    """
    nodes = list(ast.walk(tree))
    whole = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return PACKAGE in [*whole, *[node.module for node in nodes if isinstance(node, ast.ImportFrom)]]


def locate(folder: Path, name: str) -> Path | None:
    """Find the file of a module; None for a name that is none."""
    place = folder.joinpath(*name.split(".")[1:])
    return next((path for path in (place / "__init__.py", place.with_name(f"{place.name}.py")) if path.is_file()), None)


class Module(NamedTuple):
    """What a module imports, of this package and of others, and the texts that stand in it."""

    imports: frozenset[str]
    texts: frozenset[str]


@cache
def read_module(path: Path) -> Module:
    """Read a module, once for all who ask what it depends on."""
    tree = ast.parse(read_text(path))
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return Module(frozenset(list_imports(tree)), frozenset(value for value in constants if isinstance(value, str)))


def read_imports(path: Path) -> frozenset[str]:
    """Read which modules of the package a module imports."""
    return frozenset(name for name in read_module(path).imports if name.startswith(PACKAGE))


def hash_file(path: Path) -> str:
    """Give the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def list_imports(tree: ast.AST) -> Iterator[str]:
    """List what code imports, with the packages above; a name imported from a package may be a module.

    Only the stub of the package itself imports relatively.

    Examples
    --------
    >>> sorted(set(list_imports(ast.parse("from a.b import c"))))
    ['a', 'a.b', 'a.b.c']
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            module = f"{PACKAGE}.{node.module}" if node.level else node.module
            names = [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[: n + 1]) for n in range(len(parts)))
