"""Type tidy tables, format them as CSV text, and load them again.

The same rows always give the same bytes: sorted by key, dates as 2019-08-19, true and false, numbers in their shortest
form without exponent or trailing `.0`, and missing values as empty cells.
"""

from __future__ import annotations

import copy
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from lewisham_study.disk_cache import StrangeError, keep, read_kept
from lewisham_study.errors import DataError
from lewisham_study.files import PACKAGE, read_table
from lewisham_study.paths import find_project, shorten
from lewisham_study.tidy.schemas import EXPECTED, Column, Table, trace

Subject = TypeVar("Subject")
Choices = ParamSpec("Choices")
Result = TypeVar("Result")
Frames = Mapping[str, pd.DataFrame]
Files = tuple[tuple[str, int, int], ...]
BOOLEANS = {True: True, False: False, "true": True, "false": False}
TYPES = {"string": "str", "number": "float64", "integer": "int64", "date": "datetime64[us]", "boolean": "bool"}
OPTIONAL_TYPES = TYPES | {"integer": "Int64", "boolean": "boolean"}


@dataclass(frozen=True)
class Work:
    """The tables loaded from one set of files, and the results computed from them."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    results: dict[Any, Any] = field(default_factory=dict)

    def recall(self, path: Path) -> bool:
        """Take over the work that a file keeps; return whether there is one. One that is not whole is ignored."""
        try:
            found = read_kept(path)
            tables, results = map(dict, ({}, []) if found is None else found)
        except (StrangeError, ValueError, TypeError) as error:
            print(f"{path.name} is ignored and made again: {error}", file=sys.stderr)
            return False
        self.tables.update(tables)
        self.results.update(results)
        return found is not None

    def keep(self, path: Path) -> None:
        """Keep the work in a file."""
        keep((self.tables, list(self.results.items())), path)


def share_work(processed: Path) -> Work:
    """Return the work done so far on the present files of a folder."""
    found = [(path.name, path.stat()) for path in sorted(processed.glob("*.*"))]
    return _keep_work(processed.resolve(), tuple((name, state.st_mtime_ns, state.st_size) for name, state in found))


@lru_cache(maxsize=2)
def _keep_work(processed: Path, files: Files) -> Work:
    return Work()


def once(function: Callable[Concatenate[Subject, Choices], Result]) -> Callable[Concatenate[Subject, Choices], Result]:
    """Compute a function of the tidy tables once for the same tables and choices.

    The function takes `Tables`, or a case that holds them, and hashable choices. With other mappings, which may
    change unnoticed, it is computed each time.
    """

    @wraps(function)
    def recall(subject: Subject, /, *choices: Choices.args, **named: Choices.kwargs) -> Result:
        work: Work | None = getattr(subject, "work", None)
        if work is None:
            return function(subject, *choices, **named)
        about = getattr(subject, "choices", None)
        key = (function.__module__, function.__qualname__, about, choices, tuple(sorted(named.items())))
        if key not in work.results:
            work.results[key] = function(subject, *choices, **named)
        result: Result = copy_on_write(work.results[key])
        return result

    return recall


def copy_on_write(result: Any) -> Any:
    """Return a copy whose frames, also in dataclasses and containers, share their cells until one is written to."""
    if isinstance(result, pd.DataFrame | pd.Series):
        return result.copy(deep=False)
    if type(result) in (list, tuple):
        return type(result)(copy_on_write(one) for one in result)
    if type(result) is dict:
        return {name: copy_on_write(one) for name, one in result.items()}
    if is_dataclass(result) and not isinstance(result, type):
        copied = copy.copy(result)
        for name, value in vars(result).items():
            object.__setattr__(copied, name, copy_on_write(value))
        return copied
    return copy.deepcopy(result)


def load_table(name: str, processed: Path | None = None) -> pd.DataFrame:
    """Load a tidy table.

    Parameters
    ----------
    name : str
        A table of the data dictionary, such as `spend`.
    processed : pathlib.Path, optional
        Its folder; `data/processed` of this copy of the study unless given.

    Returns
    -------
    pandas.DataFrame
        The table, sorted by key. Text is `str`, numbers `float64`, dates `datetime64`, flags `bool`.

    Raises
    ------
    UsageError
        If there is no such table.
    StudyError
        If the tables have not been built, or the file was changed since the last build.

    Examples
    --------
    >>> authorities = load_table("authorities").set_index("la_code")
    >>> authorities.loc["209", "la_name"]
    'Lewisham'
    """
    folder = processed or find_project().processed
    data, resource = read_table(folder, name)
    try:
        return parse_table(data, resource["schema"]["fields"])
    except (ValueError, LookupError) as error:
        hint = "run `make data`, or `lewisham-study check` to see what is wrong"
        path = shorten(folder / f"{name}.csv")
        raise DataError(path, f"the table that {PACKAGE} describes", str(error), hint=hint) from None


def parse_table(data: bytes, fields: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Parse a table's file with the types that the data package declares."""
    types = {field["name"]: choose_dtype(field["type"], field["constraints"]["required"]) for field in fields}
    dates = [column for column, kind in types.items() if kind.startswith("datetime")]
    frame = pd.read_csv(
        io.BytesIO(data),
        dtype={column: "str" if column in dates else kind for column, kind in types.items()},
        true_values=["true"],
        false_values=["false"],
        keep_default_na=False,
        na_values=[""],
    )
    for column in dates:
        frame[column] = pd.to_datetime(frame[column], format="%Y-%m-%d").astype("datetime64[us]")
    return frame[list(types)]


class Tables(Mapping[str, pd.DataFrame]):
    """The tidy tables by name, each loaded when it is first used and then kept for this process.

    A table is returned as a copy on write, so changes to it affect no other reader.

    Parameters
    ----------
    processed : pathlib.Path, optional
        The folder of the tables; `data/processed` of this copy of the study unless given.

    Examples
    --------
    >>> tables = Tables()
    >>> int((tables["authorities"]["la_name"] == "Lewisham").sum())
    1
    """

    def __init__(self, processed: Path | None = None) -> None:
        self.processed = processed or find_project().processed
        self.work = share_work(self.processed)

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.work.tables:
            self.work.tables[name] = load_table(name, self.processed)
        return self.work.tables[name].copy(deep=False)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(path.stem for path in self.processed.glob("*.csv")))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def choose_dtype(kind: str, required: bool) -> str:
    """Return the pandas type of a column."""
    return (TYPES if required else OPTIONAL_TYPES)[kind]


def type_table(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return a table with its declared columns and types, sorted by key; an empty text is a missing value."""
    names = [column.name for column in table.columns]
    missing, extra = [n for n in names if n not in frame], [n for n in frame if n not in names]
    if missing:
        hint = "correct the function that makes the table, or data/coding/columns.csv"
        raise DataError(table.file, f"columns {', '.join(names)}", f"missing {missing}, unknown {extra}", hint=hint)
    ordered = frame.sort_values(list(table.key), kind="stable", ignore_index=True)
    return pd.DataFrame({column.name: type_column(ordered, column, table) for column in table.columns})


def type_column(frame: pd.DataFrame, column: Column, table: Table) -> pd.Series:
    """Return one column with its declared type; the first cell of another type is an error."""
    cells = frame[column.name]
    present = cells.notna() & (cells != "")
    typed = convert_cells(cells.where(present), column.type)
    wrong = present & typed.isna()
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        expected = f"{EXPECTED[column.type]} in column {column.name}"
        raise DataError(table.file, expected, repr(cells[row]), row=row + 2, hint=trace(frame, row))
    return typed.astype(pd.api.types.pandas_dtype(choose_dtype(column.type, column.required and bool(present.all()))))


def convert_cells(cells: pd.Series, kind: str) -> pd.Series:
    """Convert cells to a type; a cell that cannot be converted becomes missing."""
    if kind == "date":
        return pd.to_datetime(cells, errors="coerce", format="%Y-%m-%d")
    if kind == "boolean":
        return cells.map(BOOLEANS)
    if kind == "string":
        return cells.astype("str")
    numbers = pd.to_numeric(cells, errors="coerce")
    return numbers.where(numbers % 1 == 0) if kind == "integer" else numbers


def format_table(frame: pd.DataFrame, table: Table) -> str:
    """Format a typed table as CSV text."""
    text = pd.DataFrame({column.name: format_column(frame[column.name], column.type) for column in table.columns})
    return text.to_csv(index=False, lineterminator="\n")


def format_column(values: pd.Series, kind: str) -> pd.Series:
    """Format the values of a column as text; missing remains missing.

    Examples
    --------
    >>> format_column(pd.Series([462.0, 15.9, None, 1e-05]), "number").fillna("").tolist()
    ['462', '15.9', '', '0.00001']
    """
    if kind == "number":
        return values.map({value: np.format_float_positional(value, trim="-") for value in values.dropna().unique()})
    if kind == "date":
        return pd.Series(values.dt.strftime("%Y-%m-%d"))
    if kind == "boolean":
        return values.map({True: "true", False: "false"})
    return values
