"""Docstrings of the public API follow numpydoc, with the checks that the documentation site uses."""

import tomllib
from types import ModuleType

import pytest

import lewisham_study as study
from lewisham_study.paths import find_project

validation = pytest.importorskip("numpydoc.validate", reason="numpydoc is missing: run `make setup`")
SETTINGS = tomllib.loads((find_project().root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
CHECKS = set(SETTINGS["numpydoc_validation"]["checks"])
NAMES = [name for name in study.__all__ if not isinstance(getattr(study, name), ModuleType)]


@pytest.mark.parametrize("name", NAMES)
def test_a_public_docstring_is_complete(name):
    errors = validation.validate(f"lewisham_study.{name}")["errors"]
    assert not [f"{code}: {message}" for code, message in errors if code in CHECKS]
