"""The errors a user sees: one clear line, and the exit code that goes with it."""

from __future__ import annotations

import difflib
import errno
import tempfile
from collections.abc import Iterable
from pathlib import Path

LONGEST_LINE = 300
"""Characters of a file that a message shows."""
FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system calls a full disk, and a full share of it."""


class StudyError(Exception):
    """Something failed that the user can mend; the command line exits with `exit_code`.

    Examples
    --------
    >>> StudyError("data/processed is missing: run `make data`").exit_code
    1
    """

    exit_code = 1


class UsageError(StudyError):
    """What was asked for cannot be done as asked: a name, an option or a parameter is wrong.

    Examples
    --------
    >>> UsageError("unknown authority 'Lewishm'").exit_code
    2
    """

    exit_code = 2


class DataError(StudyError):
    """A file does not say what it should: where, what was expected, what was found, and the likely fix.

    Parameters
    ----------
    file : path of the file, as the user would open it.
    expected, found : what should be there, and what is.
    row : the line in the file, counted from 1 with the header as line 1, or a cell as a spreadsheet names it
        (None: the whole file).
    hint : the most likely fix.

    Examples
    --------
    >>> print(DataError("facts.csv", "a known source_id", "'ns-1999'", row=4, hint="add it to sources.csv"))
    facts.csv, row 4: expected a known source_id, found 'ns-1999'; add it to sources.csv
    >>> print(DataError("b1.csv", "a number", "'q'", row="I3"))
    b1.csv, cell I3: expected a number, found 'q'
    """

    def __init__(
        self,
        file: Path | str,
        expected: str,
        found: str,
        *,
        row: int | str | None = None,
        hint: str = "",
    ) -> None:
        found = clip(found)
        self.file, self.row, self.expected, self.found, self.hint = file, row, expected, found, hint
        kind = "row" if str(row).isdigit() else "cell"
        place = f"{file}, {kind} {row}" if row is not None else f"{file}"
        super().__init__(f"{place}: expected {expected}, found {found}" + (f"; {hint}" if hint else ""))


def suggest(wanted: str, known: Iterable[str], otherwise: str = "") -> str:
    """Say which known names come nearest, whatever the case; those that hold the words asked for come first.

    Parameters
    ----------
    wanted : the name that is not known.
    known : the names that are.
    otherwise : what to say where none comes near; "": name them all.

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
    near = [name for name in names if text and text in name]
    near += difflib.get_close_matches(text, names, n=3)
    nearest = [names[name] for name in dict.fromkeys(near)][:3]
    return (
        f"did you mean {' or '.join(nearest)}?" if nearest else otherwise or f"there are: {', '.join(known) or 'none'}"
    )


def describe_fault(error: OSError) -> str:
    """Say what the system refused, and where; a full disk without a name is that of the temporary files.

    Examples
    --------
    >>> describe_fault(PermissionError(13, "Permission denied", "reports"))
    'Permission denied: reports'
    >>> describe_fault(OSError(28, "No space left on device")).partition(" in ")[0]
    'No space left on device for temporary files'
    """
    what, file = error.strerror or str(error), error.filename2 or error.filename
    folder = Path(tempfile.gettempdir())
    if error.errno not in FULL or (file is not None and not Path(file).is_relative_to(folder)):
        return f"{what}: {file}" if file else what
    # A worker has a folder of its own, which goes when the run ends.
    usual = folder.parent if folder.name.startswith("lewisham-study-") else folder
    return f"{what} for temporary files in {usual}: make room there, or set TMPDIR to another folder"


def clip(text: str) -> str:
    r"""Give text from a file as one short line that no terminal takes for a command.

    Examples
    --------
    >>> clip("one\n two"), clip("\x1b[2J"), len(clip("long" * 1000))
    ('one two', '�[2J', 300)
    """
    line = " ".join(text[: 2 * LONGEST_LINE].split())
    shown = "".join(character if character.isprintable() else "�" for character in line)
    return shown if len(shown) <= LONGEST_LINE else f"{shown[: LONGEST_LINE - 1]}…"
