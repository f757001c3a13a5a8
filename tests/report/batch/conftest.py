"""Two notebooks of the small study."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import nbformat
import pytest

from lewisham_study.paths import Project

FAIL = 'assert authority != "838", "no data"\n'
SHOW = """\
from IPython.display import display
details = {"kind": "table", "label": "tbl-LABEL", "title": f"Of {authority}", "caption": "Counted."}
data = {"text/markdown": "| a | b |\\n|:--|--:|\\n| x | 1 |", "text/csv": "a,b\\nx,1\\n"}
display(data, raw=True, metadata={"exhibit": details})"""


@pytest.fixture
def save_chapter(study: Project, build: SimpleNamespace) -> Callable[..., None]:
    """Save notebooks of the study that show one table each, and fail for one authority."""

    def save(name: str, *, fails: bool = True) -> None:
        label = name[3:]
        cells = [build.text(f"# {label.title()}"), build.code(build.PARAMETERS, tags=["parameters"])]
        code = SHOW.replace("LABEL", label).replace("\n", f"\n{FAIL if fails else ''}", 1)
        study.notebooks.mkdir(exist_ok=True)
        text = nbformat.writes(build.notebook(*cells, build.code(code)))
        (study.notebooks / f"{name}.ipynb").write_text(text, encoding="utf-8")

    save("01-ratings")
    save("05-evidence")
    return save
