"""Where things are. Nothing here reads or writes."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from lewisham_study.errors import UsageError

HOME_VARIABLE = "LEWISHAM_STUDY_HOME"
PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Project:
    """The folders of one copy of the study, sorted by who made what lies in them.

    Examples
    --------
    >>> Project(Path("study")).coding.as_posix()
    'study/data/coding'
    """

    root: Path

    @property
    def raw(self) -> Path:
        """What publishers said: the register, the coded facts, the official figures."""
        return self.root / "data" / "raw"

    @property
    def coding(self) -> Path:
        """What we decided: code lists, corrections, choices between rival claims."""
        return self.root / "data" / "coding"

    @property
    def processed(self) -> Path:
        """What the machine made of both; never edited."""
        return self.root / "data" / "processed"

    @property
    def notebooks(self) -> Path:
        """The parameterised notebooks."""
        return self.root / "notebooks"

    @property
    def reports(self) -> Path:
        """The bibliography, and what is made of the notebooks."""
        return self.root / "reports"

    @property
    def is_installed(self) -> bool:
        """Whether this is the copy that a wheel carries, which nobody edits or writes to."""
        return self.root == PACKAGE

    @property
    def output(self) -> Path:
        """Where reports go unless told otherwise: to this copy, or to the working folder from an installed one."""
        return Path("reports") if self.is_installed else self.reports


def find_project() -> Project:
    """Give the copy of the study to work on.

    Returns
    -------
    Project
        The folder that the environment variable LEWISHAM_STUDY_HOME names, else the checkout this
        package is installed from, else the package's own folder (a wheel carries its data).
    """
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Project(Path(named))
    checkout = PACKAGE.parents[1]
    return Project(checkout if (checkout / "data" / "raw").is_dir() else PACKAGE)


def find_checkout() -> Project:
    """Give the copy of the study to change.

    Raises
    ------
    UsageError
        Where there is none but the one a wheel carries.
    """
    project = find_project()
    if project.is_installed:
        raise UsageError(
            f"this changes or checks a checkout of the study, and here is only the installed package; go to a checkout "
            f"and use its own command, or name it: {HOME_VARIABLE}=PATH"
        )
    return project


def shorten(path: Path) -> str:
    """Give a path as the user would type it: relative to the working folder where it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def slugify(name: str) -> str:
    """Give the folder name of an authority: lower case, words joined by hyphens, letters and digits alone.

    Examples
    --------
    >>> slugify("Bournemouth, Christchurch and Poole")
    'bournemouth-christchurch-and-poole'
    >>> slugify("../../etc")
    'etc'
    """
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")
