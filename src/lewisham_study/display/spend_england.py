"""Do the authorities add up to England, and what part of it is one of them."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.spend import reconcile_england, select_spend
from lewisham_study.display.exhibits import TableExhibit
from lewisham_study.display.sources import cite_releases, credit
from lewisham_study.display.spend_amounts import list_window


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
            f"{case.opening}’s part": share.map(write_fraction, na_action="ignore"),
        }
    )
    return TableExhibit(table, "tbl-spend-england", title_england(sums), caption_england(case, sums))


def write_fraction(share: float) -> str:
    """Write a part of England; a very small one with more decimals.

    Examples
    --------
    >>> write_fraction(0.00652), write_fraction(0.0000185)
    ('0.65%', '0.002%')
    """
    return f"{share:.2%}" if share >= 0.0005 else f"{share:.3%}"


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
        f"sum nor total.{told} {credit(cite_releases(figures['source_id']))}."
    )
