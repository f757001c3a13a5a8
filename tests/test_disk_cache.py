"""Results kept between runs come back as they were, and only if the file is whole."""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lewisham_study import disk_cache
from lewisham_study.analysis.models.persistence import Promise
from lewisham_study.disk_cache import NEWEST, StrangeError, keep, pack, place_kept, read_kept, share, unpack

DAYS = pd.to_datetime(["2019-08-19", None, "2023-12-04"]).astype("datetime64[us]")
FRAME = pd.DataFrame(
    {
        "name": pd.array(["Lewisham", None, "Leeds"], dtype="str"),
        "cases": [1.5, float("nan"), -0.0],
        "places": pd.array([1, None, 3], dtype="Int64"),
        "open": pd.array([True, None, False], dtype="boolean"),
        "day": DAYS,
        "grade": pd.Categorical(["good", None, "inadequate"], ["inadequate", "good"], ordered=True),
        "anything": [("a", 1), None, pd.Timestamp("2020-01-01")],
        "texts": pd.Series(["a", None, "b"], dtype="object").to_numpy(),
    },
    index=pd.MultiIndex.from_tuples([("209", 1), ("209", 2), ("383", 1)], names=["la_code", None]),
)


@dataclass
class Foreign:
    """A dataclass of another package."""

    value: int


def test_a_frame_comes_back_with_every_type() -> None:
    back = unpack(pack(FRAME))
    pd.testing.assert_frame_equal(back, FRAME, check_exact=True, check_freq=True, check_flags=True)
    assert np.signbit(back["cases"].iloc[2])
    back.loc[("209", 1), "cases"] = 2.0  # as one that was computed
    assert FRAME["cases"].iloc[0] == 1.5


@pytest.mark.parametrize(
    "value",
    [
        {("a", 1): {1, 2}, "b": frozenset({"c"})},
        [1, 2.5, True, None, "ä", float("inf"), 1e-300],
        (np.float64(0.1), np.int64(3), np.bool_(True), np.datetime64("2020-01-01")),
        (pd.Timestamp("2026-03-31 12:00"), pd.Timedelta("74 days")),
    ],
)
def test_other_values_come_back_with_their_types(value: Any) -> None:
    back = unpack(pack(value))
    assert back == value
    assert [type(one) for one in back] == [type(one) for one in value]


def test_series_and_indexes_come_back() -> None:
    series = pd.Series([1, 2], index=pd.Index(["a", "b"], name="code"), name="cases")
    pd.testing.assert_series_equal(unpack(pack(series)), series)
    objects = pd.Series(["a", None], index=pd.Index(["x", "y"], dtype="object"), dtype="object")
    pd.testing.assert_series_equal(unpack(pack(objects)), objects)
    for index in (pd.RangeIndex(2, 9, 3, name="n"), pd.CategoricalIndex(["b", "a"]), pd.DatetimeIndex(DAYS)):
        pd.testing.assert_index_equal(unpack(pack(index)), index, exact=True)
    assert unpack(pack(pd.NaT)) is pd.NaT
    assert unpack(pack(pd.NA)) is pd.NA


@pytest.mark.parametrize(
    "value",
    [
        Foreign(1),
        1j,
        pd.Series([1]).to_frame().style,
        pd.Timestamp("2020-01-01", tz="UTC"),
        pd.Series(pd.period_range("2020", periods=2, freq="Y")),
        pd.Series(["a"], dtype="string"),
        pd.date_range("2020-01-01", periods=3),
        np.array(["text"]),
        len,
    ],
)
def test_anything_else_is_refused(value: Any) -> None:
    with pytest.raises(StrangeError):
        pack(value)


def test_a_frame_with_attributes_is_refused() -> None:
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["unit"] = "pounds"
    with pytest.raises(StrangeError, match="attributes"):
        pack(frame)


def forge(tree: Any, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Pack a tree that no value has, with a right checksum."""
    monkeypatch.setattr(disk_cache.Writer, "encode", lambda *_: tree)
    return pack(None)


@pytest.mark.parametrize(
    "tree",
    [
        ["dataclass", "subprocess", "Popen", {}],
        ["dataclass", "lewisham_study.analysis.models.persistence", "Path", {}],
        ["dataclass", "lewisham_study.analysis.models.persistence", "list_spells", {}],
        ["dataclass", "lewisham_study.analysis.models.persistence", Promise.__name__, {"other": 1}],
        ["dataclass", "lewisham_study.analysis.absent", "Promise", {}],
        ["array", "|O", [1], 0],
        ["array", "<f8", [99], 0],
        ["_", 1],
        ["missing", "x"],
    ],
)
def test_a_file_that_says_what_none_says_is_refused(tree: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StrangeError):
        unpack(forge(tree, monkeypatch))


def test_a_change_of_any_byte_is_found() -> None:
    data = pack({"a": np.arange(5)})
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= 1
        with pytest.raises(StrangeError, match="not whole"):
            unpack(bytes(damaged))
    for part in (b"", data[:20], data[:-1], data + b"\0"):
        with pytest.raises(StrangeError, match="not whole"):
            unpack(part)


def test_only_the_newest_files_are_kept(tmp_path: Path) -> None:
    for number in range(NEWEST + 2):
        path = tmp_path / f"{number}.kept"
        keep(number, path)
        os.utime(path, (number, number))
    keep("last", tmp_path / "last.kept")
    assert sorted(path.stem for path in tmp_path.iterdir()) == [*"345", "last"]
    assert read_kept(tmp_path / "last.kept") == "last"
    assert read_kept(tmp_path / "none.kept") is None


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keep(1, tmp_path / "file" / "a.kept")
    (tmp_path / "b.kept").mkdir()
    with pytest.raises(StrangeError):
        read_kept(tmp_path / "b.kept")
    keep(1, tmp_path / "b.kept")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.kept", "file"]


def test_runs_that_write_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.kept"
    writers = [threading.Thread(target=keep, args=(list(range(50_000)), path)) for _ in range(8)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert read_kept(path) in (None, list(range(50_000)))
    assert [one.name for one in tmp_path.iterdir()] == ["a.kept"]


def test_the_cache_is_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEWISHAM_STUDY_CACHE", str(tmp_path))
    assert place_kept("key", 2012, "2021-22", "../x") == tmp_path / "key-2012-2021-22--x.kept"
    monkeypatch.setenv("LEWISHAM_STUDY_CACHE", "")
    assert place_kept("key") is None


@pytest.mark.parametrize("has_path", [True, False])
def test_two_halves_are_computed_once_each(tmp_path: Path, has_path: bool) -> None:
    results: dict[str, Any] = {}
    with share(results, lambda: results.setdefault("second", FRAME), tmp_path / "a.kept" if has_path else None):
        results["first"] = 1
    assert list(results) == ["first", "second"]
    pd.testing.assert_frame_equal(results["second"], FRAME)
    assert not list(tmp_path.iterdir())


def test_what_a_second_process_does_not_bring_is_computed_here(tmp_path: Path) -> None:
    parent, results = os.getpid(), {}

    def compute() -> None:
        if os.getpid() != parent:
            raise MemoryError
        results["second"] = 2

    with share(results, compute, tmp_path / "a.kept"):
        pass
    assert results == {"second": 2}


@pytest.mark.skipif(sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="no second process here")
def test_a_block_that_fails_leaves_no_process_and_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    children, fork = [], os.fork
    monkeypatch.setattr(os, "fork", lambda: children.append(fork()) or children[-1])
    # Earlier tests in this process may have left a thread.
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    with pytest.raises(KeyError), share({}, lambda: time.sleep(0.2), tmp_path / "a.kept"):
        raise KeyError
    with pytest.raises(ChildProcessError):
        os.waitpid(children[0], os.WNOHANG)
    assert not list(tmp_path.iterdir())
