"""The parameters that a notebook may be run with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from lewisham_study.errors import StudyError, UsageError
from lewisham_study.report.run.parameters import check_parameters, declare, read_parameters

SOURCE = """\
authority: str = "Lewisham"  # name or code
start_year: int = 2012  # first year
end_year: int = 2022
comparators: str | list[str] = "London"  # a set by name, or a list
basis: Literal["inspected", "published"] = "inspected"
unit: Literal["pounds"] | None = "pounds"
share = 0.5
shown: bool = True
limit: int | None = None
"""


@pytest.fixture
def declared(save: Callable[..., Path]) -> Path:
    cell = nbformat.v4.new_code_cell(SOURCE, metadata={"tags": ["parameters"]})
    return save(nbformat.v4.new_markdown_cell("# T"), cell)


def test_parameters_not_given_have_their_defaults(declared: Path) -> None:
    values = check_parameters(declared, {"end_year": 2020})
    assert values["end_year"] == 2020
    assert values["authority"] == "Lewisham"
    assert list(values)[:3] == ["authority", "start_year", "end_year"]


def test_types_defaults_and_comments_are_read(declared: Path) -> None:
    parameters = read_parameters(declared)
    assert parameters["start_year"].comment == "first year"
    assert (parameters["share"].kind, parameters["share"].default) == ("float", 0.5)
    assert parameters["comparators"].kind == "str | list[str]"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("comparators", ["Lambeth", "Camden"]),
        ("comparators", "region"),
        ("basis", "published"),
        ("unit", "pounds"),
        ("unit", None),
        ("share", 1),
        ("limit", 3),
        ("limit", None),
        ("shown", False),
    ],
)
def test_a_value_of_the_declared_type_is_accepted(declared: Path, name: str, value: Any) -> None:
    assert check_parameters(declared, {name: value})[name] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("start_year", "2012"),
        ("start_year", True),
        ("start_year", 2012.0),
        ("authority", 209),
        ("authority", None),
        ("comparators", [1, 2]),
        ("basis", "inspect"),
        ("basis", ("inspected", "published")),
        ("unit", "euros"),
        ("shown", 1),
    ],
)
def test_a_wrong_type_is_refused(declared: Path, name: str, value: Any) -> None:
    with pytest.raises(UsageError, match=f"^{name}: expected "):
        check_parameters(declared, {name: value})


def test_the_choices_are_named(declared: Path) -> None:
    with pytest.raises(UsageError, match=r"^basis: expected one of 'inspected', 'published', found 'x'$"):
        check_parameters(declared, {"basis": "x"})


def test_an_unknown_parameter_gets_the_nearest_name(declared: Path) -> None:
    with pytest.raises(UsageError, match="no parameter 'start_yaer'; did you mean start_year"):
        check_parameters(declared, {"start_yaer": 2012})


def test_an_empty_window_is_refused(declared: Path) -> None:
    with pytest.raises(UsageError, match="the window is empty: start_year is 2022, after end_year, 2012"):
        check_parameters(declared, {"start_year": 2022, "end_year": 2012})
    assert check_parameters(declared, {"start_year": 2015, "end_year": 2015})["end_year"] == 2015


def test_a_notebook_without_the_cell_has_no_parameters(save: Callable[..., Path]) -> None:
    path = save(nbformat.v4.new_markdown_cell("# T"))
    assert check_parameters(path, {}) == {}
    with pytest.raises(UsageError, match="there are: none"):
        check_parameters(path, {"authority": "Lewisham"})


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": 3}', '{"cells": [{}]}', "PK\x03\x04"])
def test_a_file_that_is_not_a_notebook_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(StudyError, match="is not a notebook"):
        read_parameters(path)


def test_a_missing_notebook_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"none\.ipynb"):
        read_parameters(tmp_path / "none.ipynb")


@pytest.mark.parametrize("source", ["x: int = open('/etc/passwd')", "x = = 2", "x: int = 2012 + y"])
def test_a_declaration_must_be_a_plain_value(source: str) -> None:
    with pytest.raises(StudyError, match="parameters cell"):
        declare(source, "n.ipynb")


def test_an_unknown_type_is_an_error(save: Callable[..., Path]) -> None:
    path = save(nbformat.v4.new_code_cell("x: date = '2012'", metadata={"tags": ["parameters"]}))
    with pytest.raises(StudyError, match="cannot have the type 'date'"):
        check_parameters(path, {"x": "2013"})
