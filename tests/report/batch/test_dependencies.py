"""What a report depends on, read from imports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

from lewisham_study.paths import Project
from lewisham_study.report.batch.dependencies import find_modules, hash_sources

ROOT = Path(__file__).parents[3]


def test_imports_are_followed_through_packages_and_functions(tmp_path: Path) -> None:
    files = {
        "__init__.py": "",
        "errors.py": "",
        "display/__init__.py": "",
        "display/spend.py": "def draw():\n    from lewisham_study.analysis.prices import deflate",
        "analysis/__init__.py": "",
        "analysis/prices.py": "import pandas\nimport lewisham_study.errors",
        "analysis/ratings.py": "",
    }
    for name, code in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(code)
    found = find_modules(tmp_path, "from lewisham_study.display import spend")
    assert {path.relative_to(tmp_path).as_posix() for path in found} == set(files) - {"analysis/ratings.py"}
    assert len(find_modules(tmp_path, "what?")) == len(files)


def test_a_notebook_depends_on_its_topic_and_not_on_others() -> None:
    code = "from lewisham_study.display import spend"
    found = {
        path.relative_to(ROOT / "src" / "lewisham_study").as_posix()
        for path in find_modules(ROOT / "src" / "lewisham_study", code)
    }
    assert {"analysis/prices.py", "display/spend_words.py", "report/convert.py", "csvfiles.py"} <= found
    assert not {"display/evidence_gaps.py", "releases/ofsted.py", "report/batch.py", "cli/app.py"} & found


def test_real_notebooks_depend_on_different_code() -> None:
    found = [hash_sources(path) for path in sorted(Project(ROOT).notebooks.glob("*.ipynb"))]
    assert len({one["code"] for one in found}) == len({one["notebook"] for one in found}) == len(found)


def test_magics_do_not_matter(save: Callable[..., Path], build: SimpleNamespace) -> None:
    plain = save(build.code("import csv"), name="01-a.ipynb")
    magic = save(build.code("%matplotlib inline\nimport csv\n!ls"), name="02-b.ipynb")
    assert hash_sources(plain)["code"] == hash_sources(magic)["code"]


def test_a_notebook_that_uses_the_library_as_a_whole_depends_on_all_that_it_offers() -> None:
    folder = ROOT / "src" / "lewisham_study"
    found = {path.relative_to(folder).as_posix() for path in find_modules(folder, "import lewisham_study as study")}
    assert {"analysis/ratings.py", "analysis/prices.py", "display/evidence_gaps.py", "tidy/tables.py"} <= found
    assert not {"report/batch.py", "cli/app.py"} & found
