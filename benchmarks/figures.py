"""Measure the CPU time of each notebook cell, slowest first: `python benchmarks/figures.py [AUTHORITY]`.

The process is warm, as forked kernels are: the results common to all authorities are ready. Of three runs the
fastest counts, as other programs on the machine can only slow a run down.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

import nbformat
from sides import NOTEBOOKS, run_cell

from lewisham_study.display.country import prepare

RUNS = 3


def time_cells(notebook: Path, authority: str) -> dict[str, float]:
    """Run a notebook's cells; return the CPU seconds of each, named by its last line."""
    seconds, space = {}, {}
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code":
            begun = time.process_time()
            run_cell(cell.source, space)
            seconds[f"{notebook.stem}: {cell.source.splitlines()[-1]}"] = time.process_time() - begun
            if "parameters" in cell.metadata.get("tags", []):
                space["authority"] = authority
    return seconds


def main() -> None:
    """Print the cells with their CPU seconds."""
    authority = sys.argv[1] if len(sys.argv) > 1 else "Lewisham"
    results = prepare().work.results
    common = set(results)
    for notebook in NOTEBOOKS:
        time_cells(notebook, authority)
    gc.collect()
    gc.freeze()
    fastest: dict[str, float] = {}
    for _ in range(RUNS):
        for key in set(results) - common:
            del results[key]
        for notebook in NOTEBOOKS:
            for name, seconds in time_cells(notebook, authority).items():
                fastest[name] = min(seconds, fastest.get(name, seconds))
    for name, seconds in sorted(fastest.items(), key=lambda item: -item[1]):
        print(f"{seconds:.2f} {name}")
    print(f"{sum(fastest.values()):.2f} in total")


if __name__ == "__main__":
    main()
