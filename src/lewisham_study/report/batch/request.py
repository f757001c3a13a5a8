"""What a run is asked for, what came of it, and what of it failed, kept for a retry."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lewisham_study.errors import StudyError, UsageError
from lewisham_study.files import write_text

FAILURES = "failures.json"


@dataclass(frozen=True)
class Request:
    """What a run is asked for; a retry asks for the same again, of those that failed.

    Parameters
    ----------
    authorities : names or codes; none means every authority.
    notebooks : names such as ``ratings``; none means all.
    parameters, formats, show_code : see `render.render_report`.
    """

    authorities: Sequence[str]
    notebooks: Sequence[str]
    parameters: Mapping[str, Any]
    formats: Collection[str]
    show_code: bool = False


@dataclass
class Summary:
    """What came of a run.

    Parameters
    ----------
    made : the files made, the index page at the end.
    deleted : documents of earlier runs in whose place these stand, in formats not asked for now.
    replaced : by authority's name, what its reports of before were made with otherwise, see `describe_replaced`.
    unchanged : how many authorities had all they should have.
    failures : by authority's code, a message for each notebook that failed.
    seconds : how long it took.
    """

    made: list[Path] = field(default_factory=list)
    deleted: list[Path] = field(default_factory=list)
    replaced: dict[str, str] = field(default_factory=dict)
    rendered: int = 0
    unchanged: int = 0
    failures: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0

    def __str__(self) -> str:
        counts = f"{self.rendered} made, {self.unchanged} unchanged, {len(self.failures)} failed"
        return f"{counts}, in {self.seconds:.1f} s"

    def describe_replaced(self) -> list[str]:
        """Say which reports of another window or choice were replaced: a line for each window or choice.

        Examples
        --------
        >>> Summary(replaced={"Leeds": "of 2012 to 2022"}).describe_replaced()
        ['Leeds: replaced the report of 2012 to 2022; to keep both, name another folder with --out']
        """
        named: dict[str, list[str]] = {}
        for authority, report in self.replaced.items():
            named.setdefault(report, []).append(authority)
        return [
            f"{whose[0] if len(whose) == 1 else f'{len(whose)} authorities'}: replaced the report {report}; "
            "to keep both, name another folder with --out"
            for report, whose in named.items()
        ]


def keep_failures(request: Request, summary: Summary, out: Path) -> None:
    """Keep what failed for a retry; where nothing did, keep nothing."""
    path = out / FAILURES
    if not summary.failures:
        path.unlink(missing_ok=True)
        return
    again = {**vars(request), "authorities": list(summary.failures), "formats": list(request.formats)}
    content = {"request": again, "failures": summary.failures}
    write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", path)


def read_failures(out: Path) -> Request:
    """Read what to ask for again.

    Raises
    ------
    UsageError
        Where the last run into the folder left no failure.
    """
    try:
        return Request(**json.loads((out / FAILURES).read_bytes())["request"])
    except FileNotFoundError:
        raise UsageError("nothing failed in the last run: there is nothing to retry") from None
    except (ValueError, KeyError, TypeError):
        raise StudyError(f"{FAILURES} is spoilt: delete it and run the whole again") from None
