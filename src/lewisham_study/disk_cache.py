"""Keep results on disk between runs, in a format that cannot run code.

A file holds a SHA-256, a JSON tree and the cells of all arrays. The tree names frames, series, indexes, dates, numbers,
texts, containers and the dataclasses of `lewisham_study.analysis`. Anything else is refused when it is written, so what
is read is what was written. A file that is not whole counts as none.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import importlib
import json
import os
import re
import secrets
import struct
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from lewisham_study.paths import find_cache

MAGIC = b"lewisham-study 2\n"
SIZE = struct.Struct("<Q")
ENDING = ".kept"
NEWEST = 4
"""How many files a folder keeps: each version of code or data, and each window of years, has its own."""
DATACLASSES = "lewisham_study.analysis."
NUMBERS = "biufMm"
PLAIN = (bool, int, float, str)
SEQUENCES: dict[str, Callable[..., Any]] = {kind.__name__: kind for kind in (list, tuple, set, frozenset)}
MOMENTS: dict[str, Any] = {kind.__name__: kind for kind in (pd.Timestamp, pd.Timedelta)}
MISSING = {"NaT": pd.NaT, "<NA>": pd.NA}
MASKED: dict[str, Any] = {"Int64": pd.arrays.IntegerArray, "boolean": pd.arrays.BooleanArray}


class StrangeError(Exception):
    """A value that cannot be kept, or a file that says what none says."""


class Writer:
    """Encodes values as a tree, and their arrays as bytes."""

    def __init__(self) -> None:
        self.cells: list[bytes] = []
        self.length = 0

    def encode(self, value: Any) -> Any:
        """Encode a value."""
        kind = type(value)
        if value is None or kind in PLAIN:
            return value
        if isinstance(value, pd.Index | pd.Series | pd.DataFrame):
            return self.encode_pandas(value)
        if isinstance(value, np.ndarray):
            return ["array", *self.add_array(value)]
        if isinstance(value, np.generic) and value.dtype.kind in NUMBERS:
            return ["scalar", *self.add_array(np.array(value))]
        if kind in SEQUENCES.values():
            # A set has no order of its own.
            parts = sorted(value) if isinstance(value, set | frozenset) else value
            return [kind.__name__, [self.encode(one) for one in parts]]
        if kind is dict:
            return ["dict", [[self.encode(name), self.encode(one)] for name, one in value.items()]]
        if value is pd.NaT or value is pd.NA:
            return ["missing", str(value)]
        if kind in MOMENTS.values() and getattr(value, "tz", None) is None:
            return [kind.__name__, value.as_unit("ns").value, value.unit]
        if dataclasses.is_dataclass(kind) and f"{kind.__module__}.".startswith(DATACLASSES):
            parts = {one.name: self.encode(getattr(value, one.name)) for one in dataclasses.fields(kind)}
            return ["dataclass", kind.__module__, kind.__qualname__, parts]
        raise StrangeError(f"a {kind.__module__}.{kind.__qualname__}")

    def encode_pandas(self, value: Any) -> Any:
        """Encode an index, a series or a frame."""
        if type(value) is pd.DataFrame:
            columns = [self.encode_values(value.iloc[:, place]) for place in range(value.shape[1])]
            refuse_attributes(value)
            return ["frame", self.encode(value.columns), self.encode(value.index), columns]
        if type(value) is pd.Series:
            refuse_attributes(value)
            return ["series", self.encode(value.name), self.encode(value.index), self.encode_values(value)]
        if type(value) is pd.RangeIndex:
            return ["range", value.start, value.stop, value.step, self.encode(value.name)]
        if type(value) is pd.MultiIndex:
            codes = [self.add_array(np.asarray(one)) for one in value.codes]
            return ["levels", [self.encode(one) for one in value.levels], codes, self.encode(list(value.names))]
        if type(value) in (pd.Index, pd.DatetimeIndex, pd.CategoricalIndex) and getattr(value, "freq", None) is None:
            return ["index", self.encode_values(value), self.encode(value.name)]
        raise StrangeError(f"a {type(value).__qualname__}")

    def encode_values(self, value: Any) -> Any:
        """Encode the values of a column or an index."""
        dtype = value.dtype
        if isinstance(dtype, pd.CategoricalDtype):
            codes = value.cat.codes if isinstance(value, pd.Series) else value.codes
            return ["codes", self.add_array(np.asarray(codes)), self.encode(dtype.categories), bool(dtype.ordered)]
        if isinstance(dtype, pd.StringDtype):
            if dtype.na_value is pd.NA:
                raise StrangeError("a column of the type string")
            codes, texts = pd.factorize(np.asarray(value, dtype=object))
            return ["str", self.add_array(codes.astype("int32")), [str(text) for text in texts]]
        if isinstance(dtype, np.dtype):
            if dtype.kind in NUMBERS:
                return ["array", *self.add_array(value.to_numpy())]
            return ["objects", [self.encode(one) for one in value]]
        if str(dtype) in MASKED:
            plain = value.to_numpy(dtype="bool" if str(dtype) == "boolean" else "int64", na_value=0)
            return ["masked", str(dtype), self.add_array(plain), self.add_array(np.asarray(value.isna()))]
        raise StrangeError(f"a column of the type {dtype}")

    def add_array(self, array: np.ndarray) -> list[Any]:
        """Add an array's cells; return its type, shape and place."""
        if array.dtype.kind not in NUMBERS:
            raise StrangeError(f"an array of {array.dtype}")
        data = np.ascontiguousarray(array).tobytes()
        place, padding = self.length, -len(data) % 8
        self.cells.append(data + bytes(padding))
        self.length += len(data) + padding
        return [array.dtype.str, list(array.shape), place]


def refuse_attributes(value: pd.DataFrame | pd.Series) -> None:
    """Refuse a frame with attributes, or one that forbids repeated labels."""
    if value.attrs or not value.flags.allows_duplicate_labels:
        raise StrangeError("a frame with attributes")


class Reader:
    """Decodes what `Writer` encodes."""

    def __init__(self, cells: memoryview) -> None:
        self.cells = cells

    def decode(self, tree: Any) -> Any:
        """Decode a value."""
        if not isinstance(tree, list):
            return tree
        kind, *parts = tree
        if kind in SEQUENCES:
            return SEQUENCES[kind](map(self.decode, parts[0]))
        if kind in MOMENTS:
            value, unit = parts
            return MOMENTS[kind](value, unit="ns").as_unit(unit)
        if kind == "missing":
            return MISSING[parts[0]]
        if kind == "scalar":
            return self.decode_array(*parts)[()]
        method = getattr(self, f"decode_{kind}", None)
        if method is None:
            raise StrangeError(f"the kind {kind}")
        return method(*parts)

    def decode_array(self, kind: str, shape: list[int], place: int) -> np.ndarray:
        """Decode an array, which can be written to."""
        dtype = np.dtype(kind)
        if dtype.kind not in NUMBERS:
            raise StrangeError(f"an array of {kind}")
        count = int(np.prod(shape, dtype="int64"))
        return np.frombuffer(self.cells, dtype, count, place).reshape(shape).copy()

    def decode_dict(self, parts: list[Any]) -> dict[Any, Any]:
        """Decode a dictionary."""
        return {self.decode(name): self.decode(one) for name, one in parts}

    def decode_dataclass(self, module: str, name: str, parts: Mapping[str, Any]) -> Any:
        """Decode an instance of one of the analysis' own dataclasses, without calling anything of it."""
        if not module.startswith(DATACLASSES):
            raise StrangeError(f"the module {module}")
        kind = getattr(importlib.import_module(module), name)
        is_own = isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__ == module
        if not is_own or [one.name for one in dataclasses.fields(kind)] != list(parts):
            raise StrangeError(f"the class {module}.{name}")
        made = object.__new__(kind)
        for field, tree in parts.items():
            object.__setattr__(made, field, self.decode(tree))
        return made

    def decode_frame(self, columns: Any, index: Any, values: list[Any]) -> pd.DataFrame:
        """Decode a frame."""
        rows, cells = self.decode(index), enumerate(map(self.decode, values))
        # With the type given, pandas does not make texts of a column of objects.
        made = pd.DataFrame({place: pd.Series(one, rows, one.dtype) for place, one in cells}, index=rows)
        made.columns = self.decode(columns)
        return made

    def decode_series(self, name: Any, index: Any, values: Any) -> Any:
        """Decode a series."""
        cells = self.decode(values)
        return pd.Series(cells, index=self.decode(index), dtype=cells.dtype, name=self.decode(name))

    def decode_range(self, start: int, stop: int, step: int, name: Any) -> pd.RangeIndex:
        """Decode an index of numbers in a row."""
        return pd.RangeIndex(start, stop, step, name=self.decode(name))

    def decode_levels(self, levels: list[Any], codes: list[Any], names: Any) -> pd.MultiIndex:
        """Decode an index of several levels."""
        every: list[Any] = [self.decode_array(*one) for one in codes]
        return pd.MultiIndex([self.decode(one) for one in levels], every, names=self.decode(names))

    def decode_index(self, values: Any, name: Any) -> Any:
        """Decode another index."""
        cells = self.decode(values)
        return pd.Index(cells, dtype=cells.dtype, name=self.decode(name))

    def decode_codes(self, codes: list[Any], categories: Any, ordered: bool) -> pd.Categorical:
        """Decode a column of categories."""
        return pd.Categorical.from_codes(self.decode_array(*codes), self.decode(categories), ordered=ordered)

    def decode_str(self, codes: list[Any], texts: list[str]) -> Any:
        """Decode a column of texts."""
        return pd.array([*texts, None], dtype="str").take(self.decode_array(*codes))

    def decode_objects(self, parts: list[Any]) -> np.ndarray:
        """Decode a column of anything."""
        made = np.empty(len(parts), dtype=object)
        for place, one in enumerate(parts):
            made[place] = self.decode(one)
        return made

    def decode_masked(self, kind: str, values: list[Any], missing: list[Any]) -> Any:
        """Decode a column of whole numbers or flags of which some are missing."""
        return MASKED[kind](self.decode_array(*values), self.decode_array(*missing))


def pack(value: Any) -> bytes:
    """Return the bytes of a value."""
    writer = Writer()
    tree = json.dumps(writer.encode(value)).encode()
    body = b"".join([SIZE.pack(len(tree)), tree + bytes(-len(tree) % 8), *writer.cells])
    return MAGIC + hashlib.sha256(body).digest() + body


def unpack(data: bytes) -> Any:
    """Return the value of bytes; raise a `StrangeError` for any others."""
    start = len(MAGIC) + hashlib.sha256().digest_size
    body = memoryview(data)[start:]
    if data[: len(MAGIC)] != MAGIC or data[len(MAGIC) : start] != hashlib.sha256(body).digest():
        raise StrangeError("a file that is not whole")
    try:
        (length,) = SIZE.unpack(body[: SIZE.size])
        end = SIZE.size + length
        return Reader(body[end + (-length % 8) :]).decode(json.loads(bytes(body[SIZE.size : end])))
    except (ValueError, LookupError, TypeError, AttributeError, ImportError, struct.error) as error:
        raise StrangeError(str(error)) from None


def place_kept(*words: object) -> Path | None:
    """Return the file of the user's cache for some words, such as a key and a window; None if there is no cache."""
    folder = find_cache()
    name = "-".join(re.sub(r"\W+", "-", str(word)) for word in words)
    return folder / f"{name}{ENDING}" if folder else None


def read_kept(path: Path) -> Any:
    """Read what a file keeps; None if there is no such file. One that is not whole is an error."""
    try:
        return unpack(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StrangeError(str(error.strerror)) from None


def keep(value: Any, path: Path) -> None:
    """Write a value to a file, completely or not at all, and delete all but the newest files beside it.

    A folder that cannot be written to is left alone: keeping only saves time.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_bytes(pack(value))
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        delete(sorted(path.parent.glob(f"*{ENDING}"), key=os.path.getmtime)[:-NEWEST])


def delete(paths: Iterable[Path]) -> None:
    """Delete files; one that another run deleted already, or reads, is left to it."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()


@contextlib.contextmanager
def share(results: dict[Any, Any], compute: Callable[[], object], path: Path | None) -> Iterator[None]:
    """Compute one half of some results in a second process while the block computes the other.

    Without `fork`, without a path beside which the second process can leave its half, or with one core, both halves
    are computed here. So is what the second process does not bring.
    """
    child, half = 0, path.with_name(f".{path.name}.{os.getpid()}.half") if path else None
    if half and sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1:
        child = os.fork()
        if child == 0:
            leave_half(results, compute, half)
    try:
        yield
    finally:
        if child and half:
            os.waitpid(child, 0)
            with contextlib.suppress(StrangeError):
                results.update((name, one) for name, one in read_kept(half) or [] if name not in results)
            delete([half])
    compute()


def leave_half(results: dict[Any, Any], compute: Callable[[], object], half: Path) -> NoReturn:
    """Compute in a forked process, leave the results in a file, and end without any clearing up."""
    try:
        compute()
        keep(list(results.items()), half)
    finally:
        os._exit(0)
