"""Notebooks are thin, have their outputs, import the public API alone, and name no cause and no machine."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from lewisham_study.paths import find_project

NOTEBOOKS = sorted(find_project().notebooks.glob("*.ipynb"))
CAUSAL = re.compile(r"\b(caus(?:ed?|es|ing)|drove|drives|led to|due to)\b", re.IGNORECASE)
FORBIDDEN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.comprehension)


def read_cells(path: Path, kind: str) -> list[dict[str, Any]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [{**cell, "source": "".join(cell["source"])} for cell in cells if cell["cell_type"] == kind]


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


def test_cells_of_teaching_are_short() -> None:
    for path in sorted((NOTEBOOKS[0].parent / "teaching").rglob("*.ipynb")):
        long = [cell["id"] for cell in read_cells(path, "code") if len(cell["source"].splitlines()) > 10]
        assert not long, path.name


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestNotebook:
    def test_cells_are_short_and_simple(self, path: Path) -> None:
        code = read_cells(path, "code")
        assert sum(len(cell["source"].splitlines()) for cell in code) <= 60
        for cell in code:
            assert len(cell["source"].splitlines()) <= 10, cell["id"]
            found = [type(node).__name__ for node in ast.walk(ast.parse(cell["source"])) if isinstance(node, FORBIDDEN)]
            assert not found, f"{cell['id']}: {found}"
            assert ".merge(" not in cell["source"], cell["id"]

    def test_only_the_public_api_is_imported(self, path: Path) -> None:
        imports = [
            node
            for cell in read_cells(path, "code")
            for node in ast.walk(ast.parse(cell["source"]))
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        names = {getattr(node, "module", None) or node.names[0].name for node in imports}
        assert {name for name in names if name.startswith("lewisham_study")} == {"lewisham_study"}

    def test_parameters_are_typed_defaulted_and_explained(self, path: Path) -> None:
        tagged = [c for c in read_cells(path, "code") if "parameters" in c["metadata"].get("tags", [])]
        assert len(tagged) == 1
        for line in tagged[0]["source"].splitlines():
            assert re.fullmatch(r"\w+: (str|int|float|bool) = .+  # .+", line), line
        assert 'authority: str = "Lewisham"' in tagged[0]["source"]

    def test_every_code_cell_was_run_in_order(self, path: Path) -> None:
        counts = [cell["execution_count"] for cell in read_cells(path, "code")]
        assert counts == list(range(1, len(counts) + 1)), "run `make notebooks`"

    def test_every_expression_has_an_output(self, path: Path) -> None:
        for cell in read_cells(path, "code"):
            if path.stem == "side-by-side" and "compare_" in cell["source"]:
                continue  # of two cells, one shows few councils and the other many
            last = ast.parse(cell["source"]).body[-1]
            assert bool(cell["outputs"]) == isinstance(last, ast.Expr), f"{cell['id']}: run `make notebooks`"

    def test_no_output_is_an_error_or_a_warning(self, path: Path) -> None:
        for cell in read_cells(path, "code"):
            assert {output["output_type"] for output in cell["outputs"]} <= {"execute_result"}, cell["id"]

    def test_no_causal_word(self, path: Path) -> None:
        texts = [cell["source"] for cell in read_cells(path, "markdown")]
        for cell in read_cells(path, "code"):
            for output in cell["outputs"]:
                exhibit = output["metadata"].get("exhibit", {})
                texts += [str(exhibit.get(key, "")) for key in ("title", "caption", "alt")]
                texts += ["".join(output["data"].get("text/markdown", ""))]
        for text in texts:
            assert not CAUSAL.search(text), text

    def test_no_missing_value_is_printed(self, path: Path) -> None:
        for cell in read_cells(path, "code"):
            for output in cell["outputs"]:
                assert not re.search(r"\b(nan|NaN|NaT|None)\b", "".join(output["data"].get("text/markdown", "")))

    def test_no_path_of_a_machine(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert str(Path.home()) + "/" not in text or str(Path.home()) == "/"
        assert str(find_project().root) not in text
