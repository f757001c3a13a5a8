"""Gross and net spend, and the income between them."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.spend import find_last_net, list_window, select_spend, split_income
from lewisham_study.display.common.cautions import find_cautions
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.spend.amounts import choose_unit, format_millions, summarise_nothing


def show_income(case: Case) -> TableExhibit | Prose:
    """Show gross spend, net spend and the income between them, year by year."""
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
    rows = select_spend(own, ["total_gross", "total_net"], list(total["time_period"]))
    return TableExhibit(
        tabulate_income(total),
        "tbl-spend-income",
        title_income(case, widest),
        "Net is gross less income; a negative net means more income than spend. Net by authority is held to "
        f"{find_last_net(case.tables['spend'])} only. {credit(cite_releases(rows['source_id']))}.",
    )


def title_income(case: Case, widest: pd.Series) -> str:
    """State gross, net and the income between them in the year with most of it."""
    gross, net, income = (format_millions(widest[name]) for name in ("gross", "net", "income"))
    return f"In {widest['time_period']} {case.spoken} spent {gross} gross and {net} net: {income} came in as income"


def summarise_income(case: Case) -> Prose | None:
    """Give the cautions on the total of the year with most income; None where there is none."""
    own, years = case.own("spend"), list_window(case)
    if select_spend(own, "total_net", years).empty:
        return None
    split = split_income(own, case.la_code, years)
    total = split[split["category"] == "total"]
    if total.empty:
        return None
    year = total.sort_values("income", kind="stable")["time_period"].iloc[-1]
    cautions = find_cautions(case, "spend")
    about = cautions[(cautions["time_period"] == year) & cautions["measure"].fillna("").str.startswith("total")]
    notes = ". ".join(f"{case.label}, {year}: {text}" for text in about["caution"])
    return Prose(f"{notes} {cite_releases(about['source_id'])}.") if notes else None


def tabulate_income(total: pd.DataFrame) -> pd.DataFrame:
    """Return gross, net and income as a table: a row a year."""
    unit = choose_unit(total["gross"])
    scaled = {name: (total[name] / unit.pounds).round(max(unit.decimals, 1)) for name in ("gross", "net", "income")}
    columns = {f"{name.capitalize()}, {unit.name}": values for name, values in scaled.items()}
    share = (total["income"] / total["gross"] * 100).round(1)
    table = pd.DataFrame({"Financial year": total["time_period"], **columns, "Income, % of gross": share})
    return table.reset_index(drop=True)
