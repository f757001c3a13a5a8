"""The fork server imports the library by its public names, and knows no topic."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import lewisham_study


@pytest.mark.slow
def test_the_modules_behind_the_public_names_are_imported() -> None:
    code = "from lewisham_study.report.run.kernels import forkserver\nforkserver.import_library()\nimport sys"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nprint(*sys.modules)"], capture_output=True, text=True, check=True
    )
    wanted = {"analysis.case", "analysis.rates", "display.ratings", "display.spend", "tidy.tables", "teaching.answers"}
    assert {f"lewisham_study.{name}" for name in wanted} <= set(done.stdout.split())


def test_no_module_of_report_names_a_topic_in_a_string() -> None:
    """import-linter sees imports alone; a name in a string would be one that it does not see."""
    folder = Path(lewisham_study.__file__).parent / "report"
    topics = re.compile(r"[\"']lewisham_study\.(releases|raw|tidy|analysis|display|teaching|cli)\b")
    assert not [path for path in folder.rglob("*.py") if topics.search(path.read_text(encoding="utf-8"))]
