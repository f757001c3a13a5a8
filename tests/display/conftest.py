"""Show an exhibit of an authority, and read its texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.common.exhibit import Prose
from lewisham_study.tidy.tables import Tables

WRONG = re.compile(r"\b(nan|NaN|None|NaT|inf|caused|drove|led to|due to)\b|  |\.\.")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a check of every kind of authority (KINDS), the first runs by default; the others are slow.

    Every exhibit of Lewisham is checked by default in tests/test_exhibits.py.
    """
    for item in filter(lambda one: one.path.is_relative_to(Path(__file__).parent), items):
        others = [*getattr(getattr(item, "module", None), "KINDS", [])][1:]
        chosen = item.callspec.params.values() if hasattr(item, "callspec") else ()
        if any(isinstance(one, str) and one in others for one in chosen):
            item.add_marker(pytest.mark.slow)


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
