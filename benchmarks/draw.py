"""Tell what was measured: `python benchmarks/draw.py` makes the tables and the figure of docs/performance.md."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
SIDES = {
    "plain": "(a) papermill and `jupyter nbconvert`, a process each",
    "api": "(b) papermill's and nbconvert's functions in a pool that lasts",
    "ours": "(c) `lewisham-study report`",
    "limit": "(d) the limit: cells and documents in processes already warm",
    "cluster": "(c) on a Dask cluster, a process a worker",
}
SHORT = {
    "plain": "papermill and nbconvert",
    "api": "papermill in a pool",
    "ours": "this project",
    "limit": "the cells and documents alone",
    "cluster": "this project, by Dask",
}
COLOURS = {"plain": "#F46A25", "api": "#801650", "ours": "#12436D", "limit": "#28A197", "cluster": "#7A7A7A"}
LINES = {2: ("-", "full"), 1: (":", "none")}
"""Look of the lines and points by the number of workers."""
MEASURES = ["cpu_s", "wall_s", "peak_mb", "load"]
PANELS = {
    "cpu_each": "CPU seconds per authority",
    "wall_each": "seconds on the wall per authority",
    "peak_mb": "peak memory, MB",
}


def read_results(path: Path = HERE / "results.csv") -> pd.DataFrame:
    """Read the newest measurement of each cell of the grid, the median where it has several rounds."""
    found = pd.read_csv(path, dtype={"code": str}).fillna({"code": ""})
    cell = ["side", "authorities", "workers"]
    newest = found.groupby(cell)["code"].transform("last")
    same = found[found["code"] == newest]
    results = same.groupby(cell, as_index=False).agg(
        {"date": "last", "pdf": "last", **dict.fromkeys(MEASURES, "median")}
    )
    each = {f"{name}_each": results[f"{name}_s"] / results["authorities"] for name in ("cpu", "wall")}
    return results.assign(**each, place=results["side"].map(list(SIDES).index)).sort_values(
        ["workers", "place", "authorities"], ascending=[False, True, True], ignore_index=True
    )


def write_results(results: pd.DataFrame) -> str:
    """Write all that was measured as a table."""
    lines = [
        "| way | PDF by | workers | authorities | CPU s each | wall s each | peak MB | load met | day |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in results.to_dict("records"):
        cells = [SIDES[row["side"]], row["pdf"], row["workers"], row["authorities"], f"{row['cpu_each']:.1f}"]
        cells += [f"{row['wall_each']:.1f}", f"{row['peak_mb']:,.0f}", f"{row['load']:.1f}", row["date"]]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def write_ratios(results: pd.DataFrame) -> str:
    """Write how many times what (c) takes the others take, where both were measured alike."""
    ours = results[results["side"] == "ours"]
    both = results[results["side"] != "ours"].merge(ours, on=["authorities", "workers"], suffixes=("", "_ours"))
    lines = [
        "| beside this project | workers | authorities | time on the wall | CPU seconds |",
        "|---|---|---|---|---|",
    ]
    for row in both.to_dict("records"):
        ratios = [f"{row[name] / row[f'{name}_ours']:.2f} ×" for name in ("wall_s", "cpu_s")]
        cells = [SHORT[row["side"]], row["workers"], row["authorities"], *ratios]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def put(text: str, name: str, table: str) -> str:
    """Put a table between its marks in a text.

    Examples
    --------
    >>> put("<!-- a -->\\n\\nold\\n\\n<!-- end of a -->", "a", "new")
    '<!-- a -->\\n\\nnew\\n\\n<!-- end of a -->'
    """
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, _, rest = text.partition(begin)
    return f"{before}{begin}\n\n{table}\n\n{end}{rest.partition(end)[2]}"


def render_page(text: str, results: pd.DataFrame) -> str:
    """Write the tables into the page."""
    return put(put(text, "results", write_results(results)), "ratios", write_ratios(results))


def draw_measure(axes: Axes, results: pd.DataFrame, measure: str) -> None:
    """Draw one measure by the number of authorities, a line for each way and number of workers."""
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
    ways = {SHORT[side]: {"color": COLOURS[side]} for side in SIDES if side in set(results["side"])}
    crews = {
        f"{workers} worker{'s' if workers > 1 else ''}": {"color": "#5A5A5A", "ls": line, "fillstyle": fill}
        for workers, (line, fill) in LINES.items()
    }
    keys = [Line2D([], [], marker="o", markersize=4, label=name, **look) for name, look in (ways | crews).items()]
    figure.legend(
        handles=keys, loc="outside upper left", ncols=len(keys), frameon=False, fontsize=7.5, columnspacing=1.2
    )
    figure.savefig(DOCS / "performance.png", dpi=130, metadata={"Software": None})


if __name__ == "__main__":
    page, measured = DOCS / "performance.md", read_results()
    page.write_text(render_page(page.read_text(encoding="utf-8"), measured), encoding="utf-8")
    draw(measured)
