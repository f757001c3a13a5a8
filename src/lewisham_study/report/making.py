"""What a report says of itself: whose, which years, which data, and how to make it again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lewisham_study import __version__
from lewisham_study.paths import Project
from lewisham_study.report.authorities import Authority
from lewisham_study.report.vintage import Vintage, join_hashes

OPTIONS = {"start_year": "--from", "end_year": "--to"}
MAKING = """Version {version} of lewisham-study makes it by

    lewisham-study report {options}

from these tables of `data/processed`: {tables}. Their checksum, worked out as `sha256sum FILES | sha256sum` in that
order, is `{hash}`.

In a checkout whose environment is not active the command is `.venv/bin/lewisham-study`. The same version and tables
give the same file, byte for byte.
"""


def describe(
    project: Project,
    authority: Authority,
    names: Sequence[str],
    values: Mapping[str, Any],
    others: Mapping[str, Any],
    vintage: Vintage,
    notebooks: Sequence[Path],
) -> dict[str, Any]:
    """Say what a report says of itself: whose, which years, which data, and how to make it again."""
    years = f", {values['start_year']} to {values['end_year']}" if {"start_year", "end_year"} <= set(values) else ""
    return {
        "subtitle": f"{authority.title}{years}",
        "data": vintage.line,
        "date": vintage.date,
        "closing": explain_making(authority, names, values, others, vintage.join_tables(notebooks)),
        "bibliographies": tuple(
            sorted(p.resolve() for p in project.reports.glob("references.*") if p.suffix in {".json", ".bib"})
        ),
    }


def explain_making(
    authority: Authority,
    names: Sequence[str],
    values: Mapping[str, Any],
    others: Mapping[str, Any],
    tables: Mapping[str, str],
) -> str:
    """Explain how to make a report again, to the byte; without names it is made of every notebook."""
    options = [f"--authority {quote(authority.parameter)}", *[f"--notebook {name}" for name in names]]
    options += [f"{option} {values[name]}" for name, option in OPTIONS.items() if name in values]
    options += [f"--parameter {quote(f'{name}={value}')}" for name, value in others.items()]
    about = {"tables": ", ".join(tables), "hash": join_hashes(tables)}
    return MAKING.format(version=__version__, options=" ".join(options), **about)


def quote(text: str) -> str:
    r"""Quote a word of a command, so that whoever pastes it runs nothing else.

    Examples
    --------
    >>> print(quote("Kingston upon Hull, City of"), quote("$(reboot)"), quote("a\n; b"))
    "Kingston upon Hull, City of" '$(reboot)' "a ; b"
    """
    line = " ".join(text.split())
    return shlex.quote(line) if re.search(r'["\\$`!%]', line) else f'"{line}"'
