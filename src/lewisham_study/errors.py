"""Errors that users see: one clear line and an exit code."""

from __future__ import annotations

import difflib
import errno
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

LONGEST_MESSAGE = 300
"""Characters of a file's content that a message quotes at most."""
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


class StudyError(Exception):
    """An error that the user can fix; the command line exits with `exit_code`."""

    exit_code = 1


class UsageError(StudyError):
    """A wrong name, option or parameter."""

    exit_code = 2


class DataError(StudyError):
    """A file that is not as it should be: where, what was expected, what was found, and how to fix it.

    A row is a line number, counting the header as line 1, or a cell as spreadsheets name it.

    Examples
    --------
    >>> print(DataError("facts.csv", "a known source_id", "'ns-1999'", row=4, hint="add it to sources.csv"))
    facts.csv, row 4: expected a known source_id, found 'ns-1999'; add it to sources.csv
    >>> print(DataError("b1.csv", "a number", "'q'", row="I3"))
    b1.csv, cell I3: expected a number, found 'q'
    """

    def __init__(
        self, file: Path | str, expected: str, found: str, *, row: int | str | None = None, hint: str = ""
    ) -> None:
        found = clip(found)
        self.file, self.row, self.expected, self.found, self.hint = file, row, expected, found, hint
        kind = "row" if str(row).isdigit() else "cell"
        place = f"{file}, {kind} {row}" if row is not None else f"{file}"
        super().__init__(f"{place}: expected {expected}, found {found}" + (f"; {hint}" if hint else ""))


def require_extra(extra: str, *modules: str) -> None:
    """Raise a `UsageError` that names the extra to install where one of its modules is missing."""
    for module in modules:
        if find_spec(module) is None:
            install = f"run `make setup`, or `pip install 'lewisham-study[{extra}]'`"
            raise UsageError(f"{module} is not installed: {install}")


def suggest(wanted: str, known: Iterable[str], otherwise: str = "") -> str:
    """Suggest the closest known names, ignoring case, or else return `otherwise` or the full list.

    Examples
    --------
    >>> suggest("lewishm", ["Lambeth", "Lewisham"], "see the list")
    'did you mean Lewisham?'
    >>> suggest("dorset", ["Bath", "North Dorset", "South Dorset"], "see the list")
    'did you mean North Dorset or South Dorset?'
    >>> suggest("Atlantis", ["Lambeth", "Lewisham"], "see the list")
    'see the list'
    >>> suggest("docx", ["html", "pdf"])
    'there are: html, pdf'
    """
    known = list(known)
    text, names = wanted.strip().casefold(), {name.casefold(): name for name in known}
    close = [name for name in names if text and text in name]
    close += difflib.get_close_matches(text, names, n=3)
    nearest = [names[name] for name in dict.fromkeys(close)][:3]
    if nearest:
        return f"did you mean {' or '.join(nearest)}?"
    return otherwise or f"there are: {', '.join(known) or 'none'}"


def describe_fault(error: OSError) -> str:
    """Describe an error of the operating system; a full disk without a file name is that of the temporary files."""
    text, file = error.strerror or str(error), error.filename2 or error.filename
    folder = Path(tempfile.gettempdir())
    if error.errno not in DISK_FULL or (file is not None and not Path(file).is_relative_to(folder)):
        return f"{text}: {file}" if file else text
    # The temporary folder of a worker process is deleted when the run ends, so name the one above it.
    usual = folder.parent if folder.name.startswith("lewisham-study-") else folder
    return f"{text} for temporary files in {usual}: make room there, or set TMPDIR to another folder"


def clip(text: str) -> str:
    r"""Shorten text from a file to one line without control characters, which a terminal might act on.

    Examples
    --------
    >>> clip("one\n two"), clip("\x1b[2J"), len(clip("long" * 1000))
    ('one two', '�[2J', 300)
    """
    line = " ".join(text[: 2 * LONGEST_MESSAGE].split())
    shown = "".join(character if character.isprintable() else "�" for character in line)
    return shown if len(shown) <= LONGEST_MESSAGE else f"{shown[: LONGEST_MESSAGE - 1]}…"
