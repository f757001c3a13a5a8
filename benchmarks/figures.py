"""Measure what each cell of the notebooks costs: `python benchmarks/figures.py [AUTHORITY]`, dearest first.

In a process that is warm, as kernels are forked: what all authorities have in common is done. The least of
three goes counts, for another user of the machine only ever adds.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

import nbformat
from sides import NOTEBOOKS, run_cells

from lewisham_study.analysis.country import prepare
from lewisham_study.tidy.tables import Work

GOES = 3


def time_cells(notebook: Path, authority: str) -> dict[str, float]:
    """Run a notebook's cells and give the CPU seconds of each by its last line."""
    found, space = {}, {}
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code":
            begun = time.process_time()
            run_cells(cell.source, space)
            found[f"{notebook.stem}: {cell.source.splitlines()[-1]}"] = time.process_time() - begun
            if "parameters" in cell.metadata.get("tags", []):
                space["authority"] = authority
    return found


def forget(work: Work, common: set[object]) -> None:
    """Forget what was worked out for one authority."""
    for key in set(work.results) - common:
        del work.results[key]


def main() -> None:
    """Print the cells with their least CPU seconds."""
    authority = sys.argv[1] if len(sys.argv) > 1 else "Lewisham"
    work = prepare().work
    common = set(work.results)
    for notebook in NOTEBOOKS:
        time_cells(notebook, authority)
    gc.collect()
    gc.freeze()
    least: dict[str, float] = {}
    for _ in range(GOES):
        forget(work, common)
        for notebook in NOTEBOOKS:
            for name, seconds in time_cells(notebook, authority).items():
                least[name] = min(seconds, least.get(name, seconds))
    for name, seconds in sorted(least.items(), key=lambda item: -item[1]):
        print(f"{seconds:.2f} {name}")
    print(f"{sum(least.values()):.2f} in all")


if __name__ == "__main__":
    main()
