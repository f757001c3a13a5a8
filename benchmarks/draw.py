"""Draw what was measured: `python benchmarks/draw.py` makes docs/performance.png from results.csv."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

HERE = Path(__file__).parent
NAMES = {
    "plain": "papermill and nbconvert",
    "api": "papermill in a pool",
    "ours": "this project",
    "limit": "the cells and documents alone",
}
COLOURS = {"plain": "#F46A25", "api": "#801650", "ours": "#12436D", "limit": "#28A197"}


def main() -> None:
    """Draw CPU seconds for each authority, and peak memory, by the number of authorities, at two workers."""
    found = pd.read_csv(HERE / "results.csv")
    found = found[found["workers"] == 2].groupby(["side", "authorities"], as_index=False)[["cpu_s", "peak_mb"]].median()
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for side, name in NAMES.items():
        one = found[found["side"] == side]
        left.plot(one["authorities"], one["cpu_s"] / one["authorities"], "o-", color=COLOURS[side], label=name)
        right.plot(one["authorities"], one["peak_mb"], "o-", color=COLOURS[side])
    left.set(xlabel="authorities", ylabel="CPU seconds per authority", ylim=(0, None), xscale="log")
    right.set(xlabel="authorities", ylabel="peak memory, MB", ylim=(0, None), xscale="log")
    for axes in (left, right):
        axes.set_xticks(sorted(found["authorities"].unique()), labels=sorted(found["authorities"].unique()))
        axes.minorticks_off()
        axes.spines[["top", "right"]].set_visible(False)
    left.legend(frameon=False, fontsize=8)
    figure.savefig(HERE.parent / "docs" / "performance.png", dpi=130, metadata={"Software": None})


if __name__ == "__main__":
    main()
