"""Locations of files and folders. Nothing here reads or writes."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from lewisham_study.errors import UsageError

HOME_VARIABLE = "LEWISHAM_STUDY_HOME"
CACHE_VARIABLE = "LEWISHAM_STUDY_CACHE"
PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Project:
    """The folders of one copy of the study."""

    root: Path

    @property
    def raw(self) -> Path:
        """Data as published: the register of sources, the coded facts and the official figures."""
        return self.root / "data" / "raw"

    @property
    def coding(self) -> Path:
        """Our decisions: code lists, corrections and choices between conflicting claims."""
        return self.root / "data" / "coding"

    @property
    def processed(self) -> Path:
        """Tables built from both; never edited."""
        return self.root / "data" / "processed"

    @property
    def notebooks(self) -> Path:
        """The parameterised notebooks."""
        return self.root / "notebooks"

    @property
    def reports(self) -> Path:
        """The bibliography and the reports."""
        return self.root / "reports"

    @property
    def is_installed(self) -> bool:
        """Whether this is the read-only copy inside an installed package."""
        return self.root == PACKAGE

    @property
    def output(self) -> Path:
        """Default folder for reports: this copy's own, or `reports` in the working folder if installed."""
        return Path("reports") if self.is_installed else self.reports


def find_project() -> Project:
    """Find the study: the folder in LEWISHAM_STUDY_HOME, else this package's checkout, else the installed package."""
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Project(Path(named))
    checkout = PACKAGE.parents[1]
    return Project(checkout if (checkout / "data" / "raw").is_dir() else PACKAGE)


def find_checkout() -> Project:
    """Find the study's checkout; an installed package cannot be changed."""
    project = find_project()
    if project.is_installed:
        raise UsageError(
            "this command needs a checkout of the study, and this is only the installed package; "
            f"use the command of a checkout, or set {HOME_VARIABLE}=PATH"
        )
    return project


def find_cache() -> Path | None:
    """Find the folder for results kept between runs: LEWISHAM_STUDY_CACHE, else the user's cache; if empty, none."""
    named = os.environ.get(CACHE_VARIABLE)
    if named is not None:
        return Path(named).expanduser() if named else None
    usual = {"win32": ("LOCALAPPDATA", "~/AppData/Local"), "darwin": ("", "~/Library/Caches")}
    variable, folder = usual.get(sys.platform, ("XDG_CACHE_HOME", "~/.cache"))
    try:
        return Path(os.environ.get(variable) or folder).expanduser() / "lewisham-study"
    except RuntimeError:
        return None


def shorten(path: Path) -> str:
    """Shorten a path to one relative to the working folder, if it is inside it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def slugify(name: str) -> str:
    """Return the folder name of an authority: lower-case letters and digits, joined by hyphens."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")
