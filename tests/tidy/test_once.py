"""What is worked out once: shared by all who open the same files, changed by nobody, never stale."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.tidy import tables as loading
from lewisham_study.tidy.tables import Frames, Tables, once


@pytest.fixture
def processed(tmp_path: Path) -> Path:
    """Copy the smallest tables."""
    for name in ("prices.csv", "datapackage.json"):
        shutil.copy(find_project().processed / name, tmp_path)
    return tmp_path


def test_a_table_is_read_once_in_a_process(processed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    load = loading.load_table
    monkeypatch.setattr(loading, "load_table", lambda name, folder: read.append(name) or load(name, folder))
    assert Tables(processed)["prices"].equals(Tables(processed)["prices"])
    assert read == ["prices"]


def test_what_a_reader_does_to_a_table_no_other_sees(processed: Path) -> None:
    tables = Tables(processed)
    mine = tables["prices"]
    before = mine["value"].iloc[0]
    mine.loc[:, "value"] = 0.0
    mine["mine"] = 1
    assert tables["prices"]["value"].iloc[0] == Tables(processed)["prices"]["value"].iloc[0] == before
    assert "mine" not in tables["prices"]


def test_files_that_changed_are_read_anew(processed: Path) -> None:
    assert len(Tables(processed)["prices"])
    path = processed / "prices.csv"
    lines = path.read_text().splitlines(keepends=True)
    state = path.stat()
    path.write_text("".join(lines[:-1]))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    with pytest.raises(DataError, match=r"the table that datapackage\.json describes"):
        Tables(processed)["prices"]


def test_a_result_is_worked_out_once_for_each_choice_and_handed_out_unchanged(processed: Path) -> None:
    worked: list[tuple[str, int]] = []

    @once
    def take(tables: Frames, name: str, *, rows: int = 1) -> pd.DataFrame:
        worked.append((name, rows))
        return tables[name].head(rows)

    tables = Tables(processed)
    first = take(tables, "prices")
    first["value"] = 0.0
    assert (take(Tables(processed), "prices")["value"] != 0).all()
    assert len(take(tables, "prices", rows=2)) == 2
    assert worked == [("prices", 1), ("prices", 2)]


def test_what_holds_frames_is_handed_out_as_a_copy(processed: Path) -> None:
    @once
    def pair(tables: Frames) -> dict[str, pd.DataFrame]:
        return dict(tables)

    tables = Tables(processed)
    mine = pair(tables)["prices"]
    mine.loc[:, "value"] = 0.0
    assert (pair(tables)["prices"]["value"] != 0).all()


def test_tables_of_ones_own_are_worked_on_each_time() -> None:
    @once
    def count(tables: Frames) -> int:
        return len(tables["prices"])

    own = {"prices": pd.DataFrame({"value": [1.0]})}
    assert count(own) == 1
    own["prices"] = pd.DataFrame({"value": [1.0, 2.0]})
    assert count(own) == 2


def test_cases_are_told_apart_by_every_choice() -> None:
    @once
    def name(case: object) -> str:
        return repr(case)

    tables = Tables()
    cases = [
        open_case(tables, "Lewisham"),
        open_case(tables, "Leeds"),
        open_case(tables, "Leeds", 2013),
        open_case(tables, "Leeds", comparators="region"),
        open_case(tables, "Leeds", basis="published"),
    ]
    assert [name(case) for case in cases] == [repr(case) for case in cases]
