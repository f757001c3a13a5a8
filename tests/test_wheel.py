"""The wheel and the source distribution: built, installed into a new environment, and used there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from lewisham_study import __version__
from lewisham_study.paths import find_project

pytestmark = pytest.mark.slow
ROOT = find_project().root
STUDY = """
import sys
import lewisham_study as study
tables = study.Tables()
case = study.open_case(tables, "Leeds")
state = study.state_at(tables["judgements"], tables["authorities"], "2022-12-31").set_index("la_name")
print(study.__file__, state.loc["Leeds", "grade"], study.ratings.draw_path(case).label, sep="\\n")
"""


def run(*command: object, folder: Path) -> str:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LEWISHAM"))}
    given = [str(word) for word in command]
    done = subprocess.run(given, cwd=folder, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(given)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """Build the source distribution, and the wheel from it, as an installer would."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, folder=folder)
    return folder


def test_wheel_has_what_reports_need(built):
    (wheel,) = built.glob("*.whl")
    assert wheel.name == f"lewisham_study-{__version__}-py3-none-any.whl"
    names = set(zipfile.ZipFile(wheel).namelist())
    package = json.loads((find_project().processed / "datapackage.json").read_bytes())
    wanted = {f"data/processed/{resource['path']}" for resource in package["resources"]}
    wanted |= {"py.typed", "__init__.pyi", "data/raw/sources.csv", "data/coding/choices.csv", "reports/references.json"}
    templates = ("filter.lua", "format.lua", "template.html", "template.typ", "style.css", "index.html")
    wanted |= {"report/run/nbval.cfg", *(f"report/document/templates/{name}" for name in templates)}
    wanted |= {f"notebooks/{path.name}" for path in find_project().notebooks.glob("[0-9]*.ipynb")}
    assert {f"lewisham_study/{name}" for name in wanted} <= names
    assert not [
        name for name in names if name.startswith(("lewisham_study/data/raw/f", "tests")) or "__pycache__" in name
    ]
    assert max(len(name.split("/")) for name in names) <= 5


def test_source_distribution_has_the_data_that_tables_are_built_from(built):
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"data/raw/figures/spend.csv", "tests/test_wheel.py", "Makefile", "requirements.lock"} <= names
    assert not [name for name in names if name.startswith((".venv", ".git/", "reports/lewisham/", "dist/"))]


def test_a_clean_environment_draws_figures_and_with_the_extra_makes_a_report(built, tmp_path):
    """Install only declared requirements: first the core, then the extra `reports`."""
    uv = Path(sys.executable).with_name("uv")
    uv = uv if uv.is_file() else Path(shutil.which("uv") or pytest.skip("no uv: `make setup` brings it"))
    (wheel,) = built.glob("*.whl")
    run(uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "env", folder=tmp_path)
    python = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(uv, "pip", "install", "--quiet", "--python", python, "-c", ROOT / "requirements.lock", wheel, folder=tmp_path)
    where, grade, label = run(python, "-c", STUDY, folder=tmp_path).split()
    assert Path(where).is_relative_to(tmp_path / "env")
    assert (grade, label) == ("outstanding", "fig-rating-path")
    installed = run(uv, "pip", "list", "--python", python, folder=tmp_path)
    assert not re.search(r"^(jupyter|notebook|papermill|pytest|pyarrow)", installed, re.MULTILINE)
    extra = f"{wheel}[reports]"
    run(uv, "pip", "install", "--quiet", "--python", python, "-c", ROOT / "requirements.lock", extra, folder=tmp_path)
    assert "jupyterlab" not in run(uv, "pip", "list", "--python", python, folder=tmp_path)
    command = [python, "-m", "lewisham_study", "report", "--notebook", "evidence", "--authority", "Leeds"]
    output = run(*command, "--format", "html,ipynb", "--workers", "1", folder=tmp_path)
    assert "reports/leeds/report.html" in output
    assert "Leeds" in (tmp_path / "reports" / "leeds" / "report.html").read_text(encoding="utf-8")
