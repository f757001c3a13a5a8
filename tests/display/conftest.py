"""Show an exhibit of an authority, and read its texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.common.exhibit import Prose
from lewisham_study.tidy.tables import Tables

WRONG = re.compile(r"\b(nan|NaN|None|NaT|inf|caused|drove|led to|due to)\b|  |\.\.")


@pytest.fixture(scope="session")
def show() -> Callable[..., Any]:
    tables = Tables()

    def show(function: Callable[..., Any], authority: str = "Lewisham", *window: int, **choices: str) -> Any:
        return function(open_case(tables, authority, *window, **choices))

    return show


@pytest.fixture(scope="session")
def read() -> Callable[[Any], list[str]]:
    """Return an exhibit's texts, all of them present, whole and without causal words."""

    def read(exhibit: Any) -> list[str]:
        if exhibit is None:
            return []
        names = ["markdown"] if isinstance(exhibit, Prose) else ["title", "caption", "alt"]
        texts = [getattr(exhibit, name) for name in names if hasattr(exhibit, name)]
        for text in texts:
            assert text
            assert not WRONG.search(text), text
            assert text.count("**") % 2 == 0
        return texts

    return read
