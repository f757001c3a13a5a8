"""Gross and net spend, and the income between them by category."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.spend import CATEGORIES, find_last_net, list_window, select_spend, split_income
from lewisham_study.display.common.cautions import find_cautions
from lewisham_study.display.common.charts import describe_table
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import End, draw_band, draw_line, label_ends
from lewisham_study.display.common.style import HERE, INK, PAGE_WIDTH, SECOND, SMALLEST, drawing
from lewisham_study.display.spend.amounts import Unit, choose_unit, format_millions, summarise_nothing
from lewisham_study.display.spend.mix import GROUPS


def draw_income(case: Case) -> FigureExhibit | Prose:
    """Draw gross and net spend by year, and by category in the year with most income."""
    own, years = case.own("spend"), list_window(case)
    if select_spend(own, "total_gross", years)["value"].isna().all():
        return summarise_nothing(case)
    split = split_income(own, case.la_code, years)
    total = split[split["category"] == "total"]
    if total.empty:
        return Prose(
            f"Net spend by authority is held to {find_last_net(case.tables['spend'])} only, and none of {case.spoken} "
            "in this window, so gross and net cannot be compared. Everything else here is gross."
        )
    widest = total.sort_values("income", kind="stable", ascending=False).iloc[0]
    parts = split[(split["year"] == widest["year"]) & (split["category"] != "total")].set_index("category")
    parts = parts.reindex([name for name in CATEGORIES if name in parts.index])
    unit = choose_unit(total["gross"])
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.7), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=[1, 1.2])
        draw_gap(left, total, unit)
        draw_parts(right, parts, unit)
        right.set_title(f"{widest['time_period']}: net solid, income hatched", loc="left")
        label_gap(left, total.iloc[-1], unit)
    table = tabulate_income(split, unit)
    title, caption = title_income(case, widest), caption_income(case, total, str(widest["time_period"]))
    return FigureExhibit(figure, "fig-spend-income", title, caption, describe_income(case, table, parts, unit), table)


def draw_gap(axes: Axes, total: pd.DataFrame, unit: Unit) -> None:
    """Draw gross and net, and the income between them."""
    line = total.assign(series="s251", gross_m=total["gross"] / unit.pounds, net_m=total["net"] / unit.pounds)
    draw_band(axes, line, "net_m", "gross_m", color="#E3E3E3", zorder=0.5)
    draw_line(axes, line, "gross_m", color=HERE, lw=1.8, marker="o", markersize=3.5)
    draw_line(axes, line, "net_m", color=SECOND, lw=1.8, marker="s", markersize=3.5, ls=(0, (4, 1.5)))
    names = [name[2:] if number % 2 == 0 or len(line) < 5 else "" for number, name in enumerate(line["time_period"])]
    axes.set_xticks(line["year"].tolist(), names)
    axes.set_xlim(line["year"].iloc[0] - 0.35, line["year"].iloc[-1] + 0.35)
    axes.set_title(f"{unit.name}, nominal; grey: income", loc="left")


def label_gap(axes: Axes, last: pd.Series, unit: Unit) -> None:
    """Name gross and net at their last points."""
    ends = [
        End(f"{name} {unit.write(last[name])}", float(last["year"]), float(last[name]) / unit.pounds, colour)
        for name, colour in (("gross", HERE), ("net", SECOND))
    ]
    label_ends(axes, ends)


def draw_parts(axes: Axes, parts: pd.DataFrame, unit: Unit) -> None:
    """Draw gross by category, net solid and income hatched."""
    places = list(range(len(parts)))[::-1]
    net, income = parts["net"] / unit.pounds, parts["income"] / unit.pounds
    axes.barh(places, net, height=0.62, color=HERE)
    axes.barh(places, income, left=net, height=0.62, facecolor="white", edgecolor=HERE, hatch="/////", lw=0.8)
    reach = float(parts["gross"].max()) / unit.pounds
    for place, row in zip(places, parts.to_dict("records"), strict=True):
        income_text = f"income {unit.write(row['income'])}" if row["income"] else "no income"
        right = max(row["gross"], row["net"], 0) / unit.pounds + reach * 0.02
        text = f"{unit.write(row['gross'])}, {income_text}"
        axes.text(right, place, text, va="center", fontsize=SMALLEST, color=INK)
    axes.set_yticks(places, [GROUPS[str(name)] for name in parts.index])
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(min(0.0, float(net.min())) * 1.1, reach * 1.45)
    axes.set_xlabel(f"{unit.name}, nominal")


def title_income(case: Case, widest: pd.Series) -> str:
    """State gross, net and the income between them in the year with most of it."""
    gross, net, income = (format_millions(widest[name]) for name in ("gross", "net", "income"))
    return f"In {widest['time_period']} {case.spoken} spent {gross} gross and {net} net: {income} came in as income"


def caption_income(case: Case, total: pd.DataFrame, year: str) -> str:
    """Explain net and the year with most income and cite the sources."""
    cautions = find_cautions(case, "spend")
    about = cautions[(cautions["time_period"] == year) & cautions["measure"].fillna("").str.startswith("total")]
    notes = "".join(f" {case.label}, {year}: {text}." for text in about["caution"])
    rows = select_spend(case.own("spend"), ["total_gross", "total_net"], list(total["time_period"]))
    return (
        "Net is gross less income. Left: the axis does not start at zero; right: the year of the window with most "
        f"income.{notes} Net by authority is held to {find_last_net(case.tables['spend'])} only. "
        f"{credit(cite_releases([*rows['source_id'], *about['source_id']]))}."
    )


def describe_income(case: Case, table: pd.DataFrame, parts: pd.DataFrame, unit: Unit) -> str:
    """Describe both panels: gross and net by year, and income by category in the year with most."""
    total = table[table["Category"] == "total"].drop(columns="Category")
    split = [f"{GROUPS[str(name)]} {unit.write(income)}" for name, income in parts["income"].items()]
    year = parts["time_period"].iloc[0]
    return f"Spend of {case.spoken}. {describe_table(total)} Income in {year}: {', '.join(split)}."


def tabulate_income(split: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """Return gross, net and income as a table: a row a year and category."""
    order = split["category"].map(["total", *CATEGORIES].index)
    ordered = split.assign(order=order).sort_values(["year", "order"], ignore_index=True)
    columns = {f"{name.capitalize()}, {unit.name}": ordered[name] / unit.pounds for name in ("gross", "net", "income")}
    names = {"total": "total", **GROUPS}
    return pd.DataFrame(
        {"Financial year": ordered["time_period"], "Category": ordered["category"].map(names), **columns}
    ).round(2)
