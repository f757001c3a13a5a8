"""Print where the CPU seconds of one authority's reports go: `python benchmarks/stages.py [AUTHORITY]`.

Each part is measured once in a warm process; then the command makes the same reports, and what it takes beyond the
parts is its kernels, messages, schedule and manifest. CPU seconds include child processes.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from types import ModuleType
from typing import Any

from sides import BIN, make_documents

SPENT: Counter[str] = Counter()
"""CPU seconds by part; a part within another is taken from the outer one."""


def read_clock() -> float:
    """Return the CPU seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def count(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function such that its CPU seconds are counted for a part, without those counted inside it."""

    @wraps(function)
    def counted(*given: Any, **named: Any) -> Any:
        begun, inside = read_clock(), SPENT.total()
        try:
            return function(*given, **named)
        finally:
            SPENT[part] += read_clock() - begun - (SPENT.total() - inside)

    return counted


def watch(module: ModuleType, **parts: str) -> None:
    """Count the functions of a module for their parts."""
    for name, part in parts.items():
        setattr(module, name, count(part, getattr(module, name)))


def make_parts(folder: Path, authority: str) -> None:
    """Make everything in this process, counted by part."""
    from lewisham_study.report.run.kernels.forkserver import (
        KERNEL,
        USUAL,
        choose_strings,
        import_library,
        import_modules,
    )

    count("imports", lambda: [import_modules(KERNEL), import_modules(USUAL), choose_strings(), import_library()])()
    from lewisham_study.disk_cache import pack, unpack
    from lewisham_study.display import country
    from lewisham_study.display.common import exhibit
    from lewisham_study.report.document import chapter, pandoc, pdf
    from lewisham_study.report.run import execute
    from lewisham_study.tidy.tables import Tables

    tables = Tables()
    count("tables", lambda: [tables[name] for name in tables])()
    count("results common to all authorities", partial(country.prepare, draws=False))()
    data = count("results kept: written", pack)((tables.work.tables, list(tables.work.results.items())))
    count("results kept: read", unpack)(data)
    count("exhibits common to all authorities", country.prepare)()
    watch(exhibit, settle_layout="layout", draw_svg="SVG", shrink_svg="SVG shortened")
    watch(chapter, read_chapter="chapters read")
    watch(pandoc, run_pandoc="pandoc")
    watch(pdf, write_page="pages, without pandoc", typeset="Typst", pack_pdf="PDFs packed")
    watch(execute, write_notebook="notebooks written")
    count("cells: analysis and artists", make_documents)(folder, authority)


def main() -> None:
    """Print the parts, the largest first, then what the command takes."""
    authority = sys.argv[1] if len(sys.argv) > 1 else "Lewisham"
    # As in the server that kernels are forked from.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as folder:
        make_parts(Path(folder), authority)
        begun = read_clock()
        command = [BIN / "lewisham-study", "report", "--authority", authority, "--quiet", "--workers", "1"]
        subprocess.run([*command, "--out", Path(folder, "out")], check=True)
        whole = read_clock() - begun
    for part, seconds in SPENT.most_common():
        print(f"{seconds:6.2f}  {part}")
    print(f"{SPENT.total():6.2f}  in one process\n{whole:6.2f}  by the command, for its first authority")


if __name__ == "__main__":
    main()
