"""Gross against net: the income that stands between them, and in which categories."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.spend import CATEGORIES, select_spend, split_income
from lewisham_study.display.common.cautions import find_cautions
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import End, draw_band, draw_line, label_ends
from lewisham_study.display.common.style import HERE, INK, PAGE_WIDTH, SECOND, SMALLEST, drawing
from lewisham_study.display.spend.amounts import Unit, choose_unit, format_millions, list_window, summarise_nothing
from lewisham_study.display.spend.mix import GROUPS

LAST_NET = "2018-19"
"""The last year of net spend by authority in the releases held."""


def draw_income(case: Case) -> FigureExhibit | Prose:
    """Draw gross and net spend, and the income of each category in the year with most of it.

    Returns
    -------
    FigureExhibit or Prose
        Left: both lines, nominal, and the gap between. Right: gross, and what income takes off, by
        category. Prose where no year of the window has net spend, or any.
    """
    spend, years = case.tables["spend"], list_window(case)
    if select_spend(spend[spend["la_code"] == case.la_code], "total_gross", years)["value"].isna().all():
        return summarise_nothing(case)
    split = split_income(spend, case.la_code, years)
    total = split[split["category"] == "total"]
    if total.empty:
        return Prose(
            f"Net spend by authority is held to {LAST_NET} only, and none of {case.spoken} in this window, so gross "
            "and net cannot be set side by side. Everything else here is gross."
        )
    widest = str(total["time_period"].iloc[int(total["income"].to_numpy().argmax())])
    parts = split[(split["time_period"] == widest) & (split["category"] != "total")].set_index("category")
    parts = parts.reindex([name for name in CATEGORIES if name in parts.index])
    unit = choose_unit(total["gross"])
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.7), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=[1, 1.2])
        draw_gap(left, total, unit)
        draw_parts(right, parts, widest, unit)
        label_gap(left, total.iloc[-1], unit)
    return FigureExhibit(
        figure,
        "fig-spend-income",
        title_income(case, total, widest),
        caption_income(case, total, widest),
        describe_income(case, total, parts, widest, unit),
        tabulate_income(split, unit),
    )


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
    """Name gross and net beside their last points."""
    year, colours = float(last["year"]), {"gross": HERE, "net": SECOND}
    ends = [(name, float(last[name]), colour) for name, colour in colours.items()]
    label_ends(axes, [End(f"{name} {unit.write(value)}", year, value / unit.pounds, ink) for name, value, ink in ends])


def draw_parts(axes: Axes, parts: pd.DataFrame, year: str, unit: Unit) -> None:
    """Draw gross by category, net solid and income hatched."""
    places = list(range(len(parts)))[::-1]
    net, income = parts["net"] / unit.pounds, parts["income"] / unit.pounds
    axes.barh(places, net, height=0.62, color=HERE)
    axes.barh(places, income, left=net, height=0.62, facecolor="white", edgecolor=HERE, hatch="/////", lw=0.8)
    reach = float(parts["gross"].max()) / unit.pounds
    for place, row in zip(places, parts.to_dict("records"), strict=True):
        income_text = f"income {unit.write(row['income'])}" if row["income"] else "no income"
        text = f"{unit.write(row['gross'])}, {income_text}"
        right = max(row["gross"], row["net"], 0) / unit.pounds + reach * 0.02
        axes.text(right, place, text, va="center", fontsize=SMALLEST, color=INK)
    axes.set_yticks(places, [GROUPS[str(name)] for name in parts.index])
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(min(0.0, float(net.min())) * 1.1, reach * 1.45)
    axes.set_xlabel(f"{unit.name}, nominal")
    axes.set_title(f"{year}: net solid, income hatched", loc="left")


def title_income(case: Case, total: pd.DataFrame, year: str) -> str:
    """State the finding: gross, net and the income between them in the year with most of it."""
    row = total[total["time_period"] == year].iloc[0]
    return (
        f"In {year} {case.spoken} spent {format_millions(row['gross'])} gross and {format_millions(row['net'])} net: "
        f"{format_millions(row['income'])} came in as income"
    )


def caption_income(case: Case, total: pd.DataFrame, year: str) -> str:
    """Say what net leaves out, and what is coded of the year."""
    cautions = find_cautions(case, "spend")
    about = cautions[(cautions["time_period"] == year) & cautions["measure"].fillna("").str.startswith("total")]
    told = "".join(f" Coded of {case.spoken} in {year}: {text}." for text in about["caution"])
    sources = [*(f"dfe-s251-{each}" for each in total["time_period"]), *about["source_id"]]
    return (
        "Net takes off income: what the health service, other authorities and other accounts of the same council pay, "
        "and recharges between them. So gross can rise with no more spent on children, when money passes through more "
        "accounts. Left, the scale does not begin at nought; right, the year of the window with most income."
        f"{told} By authority net is held to {LAST_NET} only. {credit(cite_releases(sources))}."
    )


def describe_income(case: Case, total: pd.DataFrame, parts: pd.DataFrame, year: str, unit: Unit) -> str:
    """Describe both panels: gross and net by year, and income by category."""
    lines = [
        f"{row['time_period']} {unit.write(row['gross'])} gross, {unit.write(row['net'])} net"
        for row in total.to_dict("records")
    ]
    split = [f"{GROUPS[str(name)]} {unit.write(row['income'])}" for name, row in parts.iterrows()]
    return f"Spend of {case.spoken}, {unit.name}: {'; '.join(lines)}. Income in {year}: {', '.join(split)}."


def tabulate_income(split: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """Give gross, net and income as a table: a row a year and category."""
    names = {**GROUPS, "total": "total"}
    ordered = split.assign(order=split["category"].map(["total", *CATEGORIES].index)).sort_values(["year", "order"])
    return pd.DataFrame(
        {
            "Financial year": ordered["time_period"],
            "Category": ordered["category"].map(names),
            f"Gross, {unit.name}": (ordered["gross"] / unit.pounds).round(2),
            f"Net, {unit.name}": (ordered["net"] / unit.pounds).round(2),
            f"Income, {unit.name}": (ordered["income"] / unit.pounds).round(2),
        }
    ).reset_index(drop=True)
