"""Run the case's notebooks here, on the study and on a copy in which everything later than a day is changed."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from lewisham_study.paths import HOME_VARIABLE, Project, find_project
from lewisham_study.raw.sources import select_known
from lewisham_study.tidy.known_tables import FIGURES

TEXT: dict[str, Any] = {"dtype": str, "keep_default_na": False}


def run_cells(path: Path, chosen: Mapping[str, Any] | None = None, most: int | None = None) -> list[str]:
    """Run the code cells of a notebook, or the first ones, with parameters; return what each shows, as text."""
    space: dict[str, Any] = {}
    shown = []
    for cell in [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"][:most]:
        parts = ast.parse(cell.source)
        last = parts.body.pop() if parts.body and isinstance(parts.body[-1], ast.Expr) else None
        exec(compile(parts, "cell", "exec"), space)
        space.update(chosen or {} if "parameters" in cell.metadata.get("tags", []) else {})
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), space) if last else ""  # type: ignore[attr-defined]
        bundle = value._repr_mimebundle_()[0] if hasattr(value, "_repr_mimebundle_") else {"text/plain": str(value)}
        shown.append("\n".join(str(text) for kind, text in sorted(bundle.items()) if kind != "image/png"))
    return shown


def change_later(study: Project, copy: Project, day: date) -> None:
    """Copy the study's data, with everything published after a day, or about later periods, changed."""
    for folder in ("raw", "coding", "processed"):
        shutil.copytree(study.root / "data" / folder, copy.root / "data" / folder)
    sources = pd.read_csv(copy.processed / "sources.csv", **TEXT)
    later = set(sources["source_id"]) - set(select_known(sources, day)["source_id"])
    for name, column, target in (
        ("judgements", "published_date", "grade"),
        ("inspections", "published_date", "kind"),
        ("events", "date_start", "title"),
        ("improvements", "published_date", "quote"),
    ):
        value = {"grade": "inadequate", "kind": "short", "title": "changed", "quote": "changed"}[target]
        change(copy.processed / f"{name}.csv", lambda table, c=column: table[c] > day.isoformat(), target, value)
    change(copy.processed / "facts.csv", lambda table: table["source_id"].isin(later), "quote", "changed")
    change(copy.processed / "facts.csv", lambda table: table["source_id"].isin(later), "value_as_stated", "changed")
    change(copy.coding / "teaching_asks.csv", lambda table: table["source_id"].isin(later), "plain", "changed")
    first = str(day.year + 1 if (day.month, day.day) == (12, 31) else day.year)
    for name in (*FIGURES, "population", "prices"):
        change(copy.processed / f"{name}.csv", lambda table: table["time_period"].str[:4] >= first, "value", "7")
    for name in FIGURES:
        place = copy.raw / "figures" / f"{name}.csv"
        change(place, lambda table: choose_numbers(table, later), "value_as_published", "7")


def choose_numbers(figures: pd.DataFrame, later: set[str]) -> pd.Series:
    """Choose the figures of later releases that are numbers, not the signs of missing ones."""
    return figures["source_id"].isin(later) & figures["value_as_published"].str.fullmatch(r"[\d.,]+")


def change(path: Path, choose: Callable[[pd.DataFrame], pd.Series], target: str, value: str) -> None:
    """Change a column of the rows chosen of a CSV file; some must be."""
    table = pd.read_csv(path, **TEXT)
    chosen = choose(table)
    table.loc[chosen, target] = value
    table.to_csv(path, index=False)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory, update_hashes: Callable[[Path], None]) -> Callable[[date], Path]:
    """Return a function that makes the copy changed after a day, once."""
    study, made = find_project(), {}

    def make(day: date) -> Path:
        if day not in made:
            made[day] = tmp_path_factory.mktemp(f"after-{day}") / "copy"
            copy = Project(made[day])
            change_later(study, copy, day)
            update_hashes(copy.processed)
        return made[day]

    return make


@pytest.fixture
def turn(changed: Callable[[date], Path], monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Return a function that turns from the study to the copy changed after a day."""
    return lambda day: monkeypatch.setenv(HOME_VARIABLE, str(changed(day)))


@pytest.fixture
def compare(turn: Callable[[date], None]) -> Callable[..., tuple[Any, Any]]:
    """Return a function that calls another on the study, and on the copy changed after a day."""

    def call(make: Callable[[], Any], day: date) -> tuple[Any, Any]:
        before = make()
        turn(day)
        return before, make()

    return call


@pytest.fixture(scope="module")
def shown() -> dict[tuple[Any, ...], list[str]]:
    """Keep what each notebook shows on the study."""
    return {}


@pytest.fixture
def rerun(
    turn: Callable[[date], None], shown: dict[tuple[Any, ...], list[str]]
) -> Callable[..., tuple[list[str], list[str]]]:
    """Return a function that runs a notebook on the study, once, and on the copy changed after a day."""

    def run(path: Path, day: date, most: int | None = None, **chosen: str) -> tuple[list[str], list[str]]:
        key = (path, *sorted(chosen.items()))
        if key not in shown:
            shown[key] = run_cells(path, chosen)
        turn(day)
        return shown[key][:most], run_cells(path, chosen, most)

    return run
