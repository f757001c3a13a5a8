"""One account beside another: section 251 against RO3, and the sum of authorities against England."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.spend import compare_accounts, reconcile_england, select_spend
from lewisham_study.display.exhibits import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.lines import End, draw_line, label_ends, mark_break
from lewisham_study.display.sources import cite_releases
from lewisham_study.display.spend_amounts import choose_form, list_window, tell_no_spend, write_millions
from lewisham_study.display.spend_children import mark_years
from lewisham_study.display.style import HERE, PAGE_WIDTH, THIRD, drawing

SPLICE = 2013.5
"""Between RO3 without and with Sure Start and services for young people."""


def draw_accounts(case: Case) -> FigureExhibit | Prose:
    """Draw the authority's section 251 outturn and its RO3, gross and nominal, as two series.

    Returns
    -------
    FigureExhibit or Prose
        RO3 broken where its scope changed and where no return is held. Prose where either has no year.
    """
    both = compare_accounts(case.tables["spend"], case.la_code, list_window(case))
    if both["s251"].isna().all():
        return tell_no_spend(case)
    if both["ro3"].isna().all():
        return Prose(f"No RO3 return of {case.la_name} is held for this window, so section 251 stands alone.")
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.7), layout="constrained")
        axes = figure.subplots()
        draw_both(axes, both)
        figure.draw_without_rendering()
        label_ends(axes, list_ends(both))
    return FigureExhibit(
        figure,
        "fig-spend-accounts",
        title_accounts(case, both),
        caption_accounts(case, both),
        describe_accounts(case, both),
        tabulate_accounts(case),
    )


def draw_both(axes: Axes, both: pd.DataFrame) -> None:
    """Draw the two series with a mark for each year in which RO3 is missing."""
    lines = both.assign(s251_m=both["s251"] / 1e6, ro3_m=both["ro3"] / 1e6, series="s251")
    draw_line(axes, lines, "s251_m", color=HERE, lw=2, marker="o", markersize=4, zorder=3)
    ro3 = lines.assign(series=both["ro3_series"].fillna(""))
    draw_line(axes, ro3, "ro3_m", color=THIRD, lw=1.5, ls=(0, (4, 1.5)), marker="s", markersize=3.5, zorder=2)
    lacking = lines.loc[lines["ro3"].isna(), "year"]
    axes.plot(lacking, [0.04] * len(lacking), "x", color=THIRD, transform=axes.get_xaxis_transform(), markersize=5)
    years = both["year"].tolist()
    mark_years(axes, years, both["time_period"].tolist())
    axes.set_ylabel("£ million, nominal")
    if years[0] < SPLICE < years[-1]:
        mark_break(axes, SPLICE, "narrower RO3", "RO3 with under-fives and young people")


def list_ends(both: pd.DataFrame) -> list[End]:
    """Name the two series at their last points."""
    ends = []
    for column, name, colour, weight in (("s251", "section 251", HERE, "bold"), ("ro3", "RO3", THIRD, "normal")):
        known = both.dropna(subset=column)
        last, write = known.iloc[-1], choose_form(both[column] / 1e6)
        name = name if last["year"] == both["year"].iloc[-1] else f"{name} in {last['time_period']}"
        ends.append(End(f"{name} {write(last[column] / 1e6)}", float(last["year"]), last[column] / 1e6, colour, weight))
    return ends


def title_accounts(case: Case, both: pd.DataFrame) -> str:
    """State the finding: the span of the differences between the two accounts."""
    known = both.dropna(subset="difference")
    if known.empty:
        return f"No year of {case.la_name} has both section 251 and RO3"
    low, high = known["difference"].min(), known["difference"].max()
    if len(known) == 1:
        return f"Section 251 lies {write_side(low)} RO3 for {case.la_name} in {known['time_period'].iloc[0]}"
    return f"Section 251 lies from {write_side(low)} to {write_side(high)} RO3 for {case.la_name}"


def write_side(pounds: float) -> str:
    """Write how far above or below an amount lies.

    Examples
    --------
    >>> write_side(-8271000.0), write_side(4919000.0)
    ('£8.3m below', '£4.9m above')
    """
    return f"{write_millions(abs(pounds))} {'below' if pounds < 0 else 'above'}"


def caption_accounts(case: Case, both: pd.DataFrame) -> str:
    """Say what the two accounts are, and why neither is put into the other."""
    lacking = both.loc[both["ro3"].isna(), "time_period"]
    crosses = f" × no RO3 figure: {', '.join(lacking)}." if len(lacking) else ""
    spend = case.tables["spend"]
    rows = spend[(spend["la_code"] == case.la_code) & spend["measure"].isin(["total_gross", "ro3_gross"])]
    rows = rows[rows["time_period"].isin(both["time_period"])]
    return (
        "Two returns of one council to two departments, gross. They draw children’s services differently and are "
        "closed at different times, so they are never spliced; a year in which they part is a year to read with care. "
        "To 2013-14 RO3 left out Sure Start and services for young people. The table has the net amounts too."
        f"{crosses} Sources: {cite_releases(rows['source_id'])}."
    )


def describe_accounts(case: Case, both: pd.DataFrame) -> str:
    """Describe the two series, year by year."""
    told = []
    for row in both.to_dict("records"):
        s251 = f"{row['s251'] / 1e6:.1f}" if pd.notna(row["s251"]) else "no value"
        ro3 = f"{row['ro3'] / 1e6:.1f}" if pd.notna(row["ro3"]) else "no value"
        told.append(f"{row['time_period']} section 251 {s251}, RO3 {ro3}")
    return (
        f"Two lines of {case.la_name}’s gross spend, £ million, with a break in RO3 after 2013-14. {'; '.join(told)}."
    )


def tabulate_accounts(case: Case) -> pd.DataFrame:
    """Give both accounts as a table: a row a year, gross and net, £ million."""
    spend, years = case.tables["spend"], list_window(case)
    table: dict[str, Any] = {}
    for kind in ("gross", "net"):
        both = compare_accounts(spend, case.la_code, years, kind).set_index("time_period")
        table[f"s251 {kind}"], table[f"RO3 {kind}"] = both["s251"] / 1e6, both["ro3"] / 1e6
        table[f"Difference, {kind}"] = both["difference"] / 1e6
    return pd.DataFrame(table).round(1).rename_axis("Financial year").reset_index()


def show_accounts(case: Case) -> TableExhibit | Prose:
    """Show the differences between section 251 and RO3, gross and net."""
    table = tabulate_accounts(case)
    if table.empty or table["s251 gross"].isna().all():
        return tell_no_spend(case)
    return TableExhibit(
        table,
        "tbl-spend-accounts",
        f"Section 251 less RO3, £ million: {case.la_name}",
        "Net by authority is held to 2018-19 in section 251. The scope of RO3 changed after 2013-14, so differences "
        "before and since are not of one kind.",
    )


def show_england(case: Case) -> TableExhibit:
    """Show how the authorities add up to England's published total, and what part of it the authority is."""
    spend, years = case.tables["spend"], list_window(case)
    sums = reconcile_england(spend, years)
    own = select_spend(spend[spend["la_code"] == case.la_code], "total_gross", years).set_index("time_period")["value"]
    share = sums["time_period"].map(own).astype(float) / sums["summed"]
    table = pd.DataFrame(
        {
            "Financial year": sums["time_period"],
            "Authorities": sums["authorities"],
            "Without a figure": sums["missing"],
            "Sum, £ million": sums["summed"].map(lambda pounds: f"{pounds / 1e6:,.1f}"),
            "England as published": sums["published"].map(lambda pounds: f"{pounds / 1e6:,.1f}", na_action="ignore"),
            "Published less sum": sums["difference"].map(write_difference, na_action="ignore"),
            f"{case.la_name}’s part": share.map("{:.2%}".format, na_action="ignore"),
        }
    )
    return TableExhibit(table, "tbl-spend-england", title_england(sums), caption_england(case, sums))


def write_difference(pounds: float) -> str:
    """Write a difference in £ million; nought where it is mere rounding.

    Examples
    --------
    >>> write_difference(59144684.0), write_difference(-3.0)
    ('+59.1', '0.0')
    """
    millions = round(pounds / 1e6, 1)
    return f"{millions:+,.1f}".replace("-", "−") if millions else "0.0"


def title_england(sums: pd.DataFrame) -> str:
    """State the finding: in how many years the authorities add up to the published total."""
    held = sums.dropna(subset="published")
    if held.empty:
        return "Sums of authorities’ gross spend; no total of England is held for these years"
    same = int((held["difference"].abs() < 50_000).sum())
    return f"Authorities add up to England’s published gross spend in {same} of {len(held)} years that have one"


def caption_england(case: Case, sums: pd.DataFrame) -> str:
    """Say what is summed, and what is known of the years that do not add up."""
    cautions = case.tables["cautions"]
    apart = sums.loc[sums["difference"].abs() >= 50_000, "time_period"]
    national = cautions[(cautions["table"] == "spend") & (cautions["geographic_level"] == "national")]
    about = national[national["time_period"].isin(apart)]
    told = "".join(f" {year}: {text}." for year, text in zip(about["time_period"], about["caution"], strict=True))
    figures = select_spend(case.tables["spend"], "total_gross", list(sums["time_period"]))
    return (
        "Gross spend, nominal. Totals of England are held from 2015-16 on. An authority without a figure is in neither "
        f"sum nor total.{told} Sources: {cite_releases(figures['source_id'])}."
    )
