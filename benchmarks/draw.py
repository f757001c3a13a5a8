"""Draw the figure and update the tables of docs/performance.md: `python benchmarks/draw.py`."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
SIDES = {
    "plain": "(a) papermill and `jupyter nbconvert`, one process each",
    "api": "(b) papermill's and nbconvert's functions in a persistent pool",
    "ours": "(c) `lewisham-study report`",
    "limit": "(d) the limit: only cells and documents, in processes already warm",
    "cluster": "(c) on a Dask cluster, one process per worker",
}
SHORT = {
    "plain": "papermill and nbconvert",
    "api": "papermill in a pool",
    "ours": "this project",
    "limit": "only the cells and documents",
    "cluster": "this project on Dask",
}
COLOURS = {"plain": "#F46A25", "api": "#801650", "ours": "#12436D", "limit": "#28A197", "cluster": "#7A7A7A"}
LINES = {2: ("-", "full"), 1: (":", "none")}
"""Style of lines and markers by the number of workers."""
MEASURES = ["cpu_s", "wall_s", "peak_mb", "load"]
PANELS = {
    "cpu_each": "CPU seconds per authority",
    "wall_each": "elapsed seconds per authority",
    "peak_mb": "peak memory, MB",
}


def read_results(path: Path = HERE / "results.csv") -> pd.DataFrame:
    """Read the newest results for each cell of the grid, as the median of its rounds."""
    results = pd.read_csv(path, dtype={"code": str}).fillna({"code": ""})
    cell = ["side", "authorities", "workers"]
    newest = results[results["code"] == results.groupby(cell)["code"].transform("last")]
    measures = {"date": "last", "pdf": "last", **dict.fromkeys(MEASURES, "median")}
    table = newest.groupby(cell, as_index=False).agg(measures)
    each = {f"{name}_each": table[f"{name}_s"] / table["authorities"] for name in ("cpu", "wall")}
    return table.assign(**each, place=table["side"].map(list(SIDES).index)).sort_values(
        ["workers", "place", "authorities"], ascending=[False, True, True], ignore_index=True
    )


def format_table(head: str, rows: list[list[object]]) -> str:
    """Format rows as a Markdown table."""
    lines = [head, "|" + "---|" * head.count(" | ") + "---|"]
    return "\n".join([*lines, *[f"| {' | '.join(map(str, row))} |" for row in rows]])


def format_results(results: pd.DataFrame) -> str:
    """Format all results as a table."""
    head = "| method | PDF by | workers | authorities | CPU s each | elapsed s each | peak MB | load | date |"
    rows = [
        [
            *(SIDES[row["side"]], row["pdf"], row["workers"], row["authorities"], f"{row['cpu_each']:.1f}"),
            *(f"{row['wall_each']:.1f}", f"{row['peak_mb']:,.0f}", f"{row['load']:.1f}", row["date"]),
        ]
        for row in results.to_dict("records")
    ]
    return format_table(head, rows)


def format_ratios(results: pd.DataFrame) -> str:
    """Format the time of the other methods as a multiple of this project's, for the same work."""
    ours = results[results["side"] == "ours"]
    both = results[results["side"] != "ours"].merge(ours, on=["authorities", "workers"], suffixes=("", "_ours"))
    head = "| compared with this project | workers | authorities | elapsed time | CPU seconds |"
    rows = [
        [
            *(SHORT[row["side"]], row["workers"], row["authorities"]),
            *(f"{row[name] / row[f'{name}_ours']:.2f} ×" for name in ("wall_s", "cpu_s")),
        ]
        for row in both.to_dict("records")
    ]
    return format_table(head, rows)


def replace_table(text: str, name: str, table: str) -> str:
    """Replace the table between two comments in a page.

    Examples
    --------
    >>> replace_table("<!-- a -->\\n\\nold\\n\\n<!-- end of a -->", "a", "new")
    '<!-- a -->\\n\\nnew\\n\\n<!-- end of a -->'
    """
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, _, rest = text.partition(begin)
    return f"{before}{begin}\n\n{table}\n\n{end}{rest.partition(end)[2]}"


def render_page(text: str, results: pd.DataFrame) -> str:
    """Update both tables in the page."""
    return replace_table(replace_table(text, "results", format_results(results)), "ratios", format_ratios(results))


def draw_measure(axes: Axes, results: pd.DataFrame, measure: str) -> None:
    """Draw a measure by the number of authorities, one line for each method and number of workers."""
    for (side, workers), rows in results.groupby(["side", "workers"]):
        line, fill = LINES[workers]
        look = {"color": COLOURS[side], "ls": line, "fillstyle": fill, "marker": "o", "markersize": 4}
        axes.plot(rows["authorities"], rows[measure], **look)
    axes.set(xlabel="authorities", ylabel=PANELS[measure], ylim=(0, None), xscale="log")
    counts = sorted(results["authorities"].unique())
    axes.set_xticks(counts, labels=counts)
    axes.minorticks_off()
    axes.spines[["top", "right"]].set_visible(False)


def draw(results: pd.DataFrame) -> None:
    """Draw the figure."""
    figure, panels = plt.subplots(1, 3, figsize=(10, 3.6), layout="constrained")
    for axes, measure in zip(panels, PANELS, strict=True):
        draw_measure(axes, results, measure)
    keys = {SHORT[side]: {"color": COLOURS[side]} for side in SIDES if side in set(results["side"])}
    for workers, (line, fill) in LINES.items():
        name = f"{workers} worker{'s' if workers > 1 else ''}"
        keys[name] = {"color": "#5A5A5A", "ls": line, "fillstyle": fill}
    handles = [Line2D([], [], marker="o", markersize=4, label=name, **look) for name, look in keys.items()]
    place = {"loc": "outside upper left", "ncols": len(keys)}
    figure.legend(handles=handles, frameon=False, fontsize=7.5, columnspacing=1.2, **place)
    figure.savefig(DOCS / "performance.png", dpi=130, metadata={"Software": None})


if __name__ == "__main__":
    page, measured = DOCS / "performance.md", read_results()
    page.write_text(render_page(page.read_text(encoding="utf-8"), measured), encoding="utf-8")
    draw(measured)
