"""How accounts of spend compare: section 251 with RO3, gross with net, and authorities with England's total."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis import spend
from lewisham_study.analysis.case import Case
from lewisham_study.analysis.spend import ACCOUNTS, list_window, select_spend
from lewisham_study.display.common import cautions
from lewisham_study.display.common.charts import describe_table
from lewisham_study.display.common.citations import cite_releases, credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.lines import End, draw_line, label_ends, mark_break
from lewisham_study.display.common.style import HERE, PAGE_WIDTH, THIRD, drawing, set_margins
from lewisham_study.display.spend.amounts import (
    Unit,
    choose_unit,
    format_millions,
    format_percent,
    mark_years,
    summarise_nothing,
)

SPLICE = 2013.5
"""The break between RO3 without and with Sure Start and services for young people."""
NAMES = {"s251": "section 251", "ro3": "RO3"}
LOOKS: dict[str, dict[str, Any]] = {
    "s251": {"color": HERE, "lw": 2, "marker": "o", "markersize": 4, "zorder": 3},
    "ro3": {"color": THIRD, "lw": 1.5, "ls": (0, (4, 1.5)), "marker": "s", "markersize": 3.5, "zorder": 2},
}


def draw_accounts(case: Case) -> FigureExhibit | Prose:
    """Draw the authority's section 251 outturn and its RO3, gross and nominal, as two series."""
    both = compare_window(case)
    if both["s251"].isna().all():
        return summarise_nothing(case)
    if both["ro3"].isna().all():
        return Prose(f"No RO3 return of {case.spoken} is held for this window, so section 251 cannot be checked.")
    unit = choose_unit(both["s251"].dropna())
    unsure = {
        name: cautions.list_cautioned_years(case, "spend", measure, both, name) for name, measure in ACCOUNTS.items()
    }
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.7))
        axes = figure.subplots()
        set_margins(figure, left=0.53, right=1.1, bottom=0.25, top=0.14)
        draw_both(axes, both, unit, unsure)
        label_ends(axes, list_ends(both, unit), fit=True)
    table = tabulate_accounts(case, unit)
    crosses = " ×: no RO3 figure." if both["ro3"].isna().any() else ""
    caption = (
        f"Gross. The two returns define children’s services differently. The axis starts above zero.{crosses}"
        f"{cautions.note_open_marks([*unsure['s251'], *unsure['ro3']])} {credit_accounts(case, both)}"
    )
    described = describe_table(table.iloc[:, :3], unit.name)
    alt = f"{case.opening}’s gross spend, {unit.name}; RO3 breaks after 2013-14. {described}"
    return FigureExhibit(figure, "fig-spend-accounts", title_accounts(case, both), caption, alt, table)


def compare_window(case: Case, kind: str = "gross") -> pd.DataFrame:
    """Return the two accounts in the window of a case."""
    return spend.compare_accounts(case.tables["spend"], case.la_code, list_window(case), kind)


def draw_both(axes: Axes, both: pd.DataFrame, unit: Unit, unsure: dict[str, list[str]]) -> None:
    """Draw the two series, open marks for years with a caution, and a cross for each year without RO3."""
    series: dict[str, Any] = {"s251": "s251", "ro3": both["ro3_series"].fillna("")}
    for name, look in LOOKS.items():
        line = both.assign(scaled=both[name] / unit.pounds, series=series[name])
        draw_line(axes, line, "scaled", **look)
        cautions.mark_cautions(axes, line, "scaled", unsure[name], look["color"])
    lacking = both.loc[both["ro3"].isna(), "year"]
    axes.plot(lacking, [0.04] * len(lacking), "x", color=THIRD, transform=axes.get_xaxis_transform(), markersize=5)
    years = both["year"].tolist()
    mark_years(axes, years, both["time_period"].tolist())
    axes.set_ylabel(f"{unit.name}, nominal")
    if years[0] < SPLICE < years[-1]:
        mark_break(axes, SPLICE, "narrower RO3", "RO3 with under-fives and young people")


def list_ends(both: pd.DataFrame, unit: Unit) -> list[End]:
    """Name the two series at the right edge, with their last values; one that ends sooner with its last year."""
    ends, edge = [], float(both["year"].iloc[-1])
    for (column, name), weight in zip(NAMES.items(), ("bold", "normal"), strict=True):
        last = both.dropna(subset=column).iloc[-1]
        when = "" if last["year"] == edge else f" in {last['time_period']}"
        text = f"{name}: {unit.write(last[column])}{when}"
        ends.append(End(text, edge, last[column] / unit.pounds, LOOKS[column]["color"], weight))
    return ends


def title_accounts(case: Case, both: pd.DataFrame) -> str:
    """State the range of the differences between the two accounts, over the years of RO3's last scope."""
    known = both.dropna(subset="difference")
    if known.empty:
        return f"No year of {case.spoken} has both section 251 and RO3"
    same = known[known["ro3_series"] == known["ro3_series"].iloc[-1]]
    first, last = same["time_period"].iloc[[0, -1]]
    when = f" in {first}" if first == last else f" from {first} to {last}" if len(same) < len(known) else ""
    return f"For {case.spoken} section 251 is {format_sides(same['difference'].min(), same['difference'].max())}{when}"


def format_sides(low: float, high: float) -> str:
    """Format the least and the most that section 251 is below or above RO3."""
    near, far = sorted([abs(low), abs(high)])
    if low < 0 < high:
        return f"between {format_millions(-low)} below RO3 and {format_millions(high)} above it"
    span = format_millions(far) if near == far else f"{format_millions(near)} to {format_millions(far)}"
    return f"{span} {'below' if low < 0 else 'above'} RO3"


def credit_accounts(case: Case, both: pd.DataFrame) -> str:
    """Cite the releases behind both accounts."""
    rows = select_spend(case.own("spend"), list(ACCOUNTS.values()), list(both["time_period"]))
    return credit_releases(rows["source_id"])


def tabulate_accounts(case: Case, unit: Unit) -> pd.DataFrame:
    """Return both accounts as a table: a row a year, gross and net."""
    table: dict[str, Any] = {}
    for kind in ("gross", "net"):
        both = compare_window(case, kind).set_index("time_period")
        named = {f"Section 251, {kind}": "s251", f"RO3, {kind}": "ro3", f"Difference, {kind}": "difference"}
        table |= {f"{head}, {unit.name}": unit.scale(both[column]) for head, column in named.items()}
    return pd.DataFrame(table).rename_axis("Financial year").reset_index()


def show_accounts(case: Case) -> TableExhibit | None:
    """Show the differences between section 251 and RO3, gross and net; None where either has no year."""
    both = compare_window(case)
    if both[["s251", "ro3"]].isna().all().any():
        return None
    unit = choose_unit(both["s251"].dropna())
    return TableExhibit(
        tabulate_accounts(case, unit),
        "tbl-spend-accounts",
        f"Section 251 less RO3, {unit.name}: {case.label}",
        f"Section 251 net is held to {spend.find_last_net(case.tables['spend'])}. RO3 changed its scope after 2013-14: "
        f"differences before and since are not comparable. {credit_accounts(case, both)}",
    )


def summarise_accounts(case: Case) -> Prose:
    """Name the financial years of the window, and give the change by each of the two accounts."""
    years = list_window(case)
    lead = f"The window {case.start_year} to {case.end_year} covers the financial years {years[0]} to {years[-1]}."
    if case.start_year == case.end_year:
        lead = f"The window {case.end_year} covers the financial year that ends in it, {years[-1]}."
    return Prose("\n\n".join(part for part in (lead, summarise_moves(case)) if part))


def summarise_moves(case: Case) -> str:
    """Give the change of both accounts, in real terms per child, over the years in which their scope is the same."""
    own = case.own("spend")
    years = [year for year in list_window(case) if year >= spend.SAME_SCOPE]
    figures = select_spend(own, list(ACCOUNTS.values()), years)
    counts = figures.dropna(subset="value")["time_period"].value_counts()
    both = sorted(counts[counts == len(ACCOUNTS)].index)
    if len(both) < 2:
        return ""
    moves = spend.compare_movements(own, case.tables["population"], spend.choose_prices(case), both[0], both[-1])
    if moves.empty:
        return ""
    move = moves.iloc[0]
    apart = " The two accounts move in opposite directions." if move["opposed"] else ""
    return (
        f"From {both[0]} to {both[-1]} {case.spoken}’s spend changed by {format_percent(move['s251'])} per child in "
        f"real terms. By the other account, RO3, it changed by {format_percent(move['ro3'])} over the same years."
        f"{apart} {credit_releases(figures['source_id'])}"
    )


def split_total(case: Case) -> pd.DataFrame:
    """Split the total of each year of the window that has both gross and net into net and income."""
    split = spend.split_income(case.own("spend"), case.la_code, list_window(case))
    return split[split["category"] == "total"]


def show_income(case: Case) -> TableExhibit | Prose:
    """Show gross spend, net spend and the income between them, year by year."""
    if select_spend(case.own("spend"), "total_gross", list_window(case))["value"].isna().all():
        return summarise_nothing(case)
    total, last = split_total(case), spend.find_last_net(case.tables["spend"])
    if total.empty:
        return Prose(
            f"Net spend by authority is held to {last} only, and none of {case.spoken} in this window, so gross and "
            "net cannot be compared. Everything else here is gross."
        )
    widest = total.iloc[total["income"].argmax()]
    gross, net, income = (format_millions(widest[name]) for name in ("gross", "net", "income"))
    rows = select_spend(case.own("spend"), ["total_gross", "total_net"], list(total["time_period"]))
    return TableExhibit(
        tabulate_income(total),
        "tbl-spend-income",
        f"In {widest['time_period']} {case.spoken} spent {gross} gross and {net} net: {income} came in as income",
        "Net is gross less income; a negative net means more income than spend. Net by authority is held to "
        f"{last} only. {credit_releases(rows['source_id'])}",
    )


def summarise_income(case: Case) -> Prose | None:
    """Give the cautions on the total of the year with most income; None where there is none."""
    if select_spend(case.own("spend"), "total_net", list_window(case)).empty:
        return None
    total = split_total(case)
    if total.empty:
        return None
    year = total.sort_values("income", kind="stable")["time_period"].iloc[-1]
    about = cautions.find_cautions(case, "spend")
    about = about[(about["time_period"] == year) & about["measure"].fillna("").str.startswith("total")]
    notes = ". ".join(f"{case.label}, {year}: {text}" for text in about["caution"])
    return Prose(f"{notes} {cite_releases(about['source_id'])}.") if notes else None


def tabulate_income(total: pd.DataFrame) -> pd.DataFrame:
    """Return gross, net and income as a table: a row a year."""
    unit = choose_unit(total["gross"])
    scaled = (total[["gross", "net", "income"]] / unit.pounds).round(max(unit.decimals, 1))
    table = scaled.rename(columns=lambda name: f"{name.capitalize()}, {unit.name}")
    table.insert(0, "Financial year", total["time_period"])
    table["Income, % of gross"] = (total["income"] / total["gross"] * 100).round(1)
    return table.reset_index(drop=True)


def show_england(case: Case) -> TableExhibit:
    """Show how the authorities add up to England's published total, and the authority's share."""
    years = list_window(case)
    sums = spend.reconcile_england(case.tables["spend"], years)
    own = select_spend(case.own("spend"), "total_gross", years).set_index("time_period")["value"]
    share = sums["time_period"].map(own).astype(float) / sums["summed"]
    table = pd.DataFrame(
        {
            "Financial year": sums["time_period"],
            "Authorities": sums["authorities"],
            "Without a figure": sums["missing"],
            "Sum, £ million": (sums["summed"] / 1e6).round(1),
            "England as published, £ million": (sums["published"] / 1e6).round(1),
            "Published less sum, £ million": (sums["difference"] / 1e6).round(1) + 0.0,
            f"{case.opening}’s share, %": (share * 100).round(3),
        }
    )
    held = sums.dropna(subset="published")
    same = f"in {(~held['apart']).sum()} of {len(held)} years that have one"
    title = f"Authorities add up to England’s published gross spend {same}"
    if held.empty:
        title = "Sums of authorities’ gross spend; no total of England is held for these years"
    figures = select_spend(case.tables["spend"], "total_gross", list(sums["time_period"]))
    return TableExhibit(
        table,
        "tbl-spend-england",
        title,
        "Gross, in cash. Totals of England are held from 2015-16. Sum and total leave out authorities without a "
        f"figure. {credit_releases(figures['source_id'])}",
    )


def summarise_england(case: Case) -> Prose | None:
    """Explain the years in which the authorities do not add up to England; None where there are none."""
    sums, notes = spend.reconcile_england(case.tables["spend"], list_window(case)), case.tables["cautions"]
    apart = notes["time_period"].isin(sums.loc[sums["apart"], "time_period"])
    about = notes[(notes["table"] == "spend") & (notes["geographic_level"] == "national") & apart]
    texts = [f"{year}: {text}." for year, text in zip(about["time_period"], about["caution"], strict=True)]
    return Prose(" ".join(texts)) if texts else None
