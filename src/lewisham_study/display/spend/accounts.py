"""One account beside another: section 251 against RO3."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.spend import compare_accounts, reconcile_england, select_spend
from lewisham_study.display.common.cautions import list_cautioned, mark_cautions, note_open_marks
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.lines import End, draw_line, label_ends, mark_break
from lewisham_study.display.common.style import HERE, PAGE_WIDTH, THIRD, drawing
from lewisham_study.display.spend.amounts import Unit, choose_unit, format_millions, list_window, summarise_nothing
from lewisham_study.display.spend.per_child import mark_years

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
        return summarise_nothing(case)
    if both["ro3"].isna().all():
        return Prose(f"No RO3 return of {case.spoken} is held for this window, so section 251 stands alone.")
    unit = choose_unit(both["s251"].dropna())
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.7), layout="constrained")
        axes = figure.subplots()
        draw_both(axes, both, unit)
        mark_both(axes, case, both, unit)
        label_ends(axes, list_ends(both, unit))
    return FigureExhibit(
        figure,
        "fig-spend-accounts",
        title_accounts(case, both),
        caption_accounts(case, both),
        describe_accounts(case, both, unit),
        tabulate_accounts(case, unit),
    )


def draw_both(axes: Axes, both: pd.DataFrame, unit: Unit) -> None:
    """Draw the two series with a mark for each year in which RO3 is missing."""
    lines = both.assign(s251_m=both["s251"] / unit.pounds, ro3_m=both["ro3"] / unit.pounds, series="s251")
    draw_line(axes, lines, "s251_m", color=HERE, lw=2, marker="o", markersize=4, zorder=3)
    ro3 = lines.assign(series=both["ro3_series"].fillna(""))
    draw_line(axes, ro3, "ro3_m", color=THIRD, lw=1.5, ls=(0, (4, 1.5)), marker="s", markersize=3.5, zorder=2)
    lacking = lines.loc[lines["ro3"].isna(), "year"]
    axes.plot(lacking, [0.04] * len(lacking), "x", color=THIRD, transform=axes.get_xaxis_transform(), markersize=5)
    years = both["year"].tolist()
    mark_years(axes, years, both["time_period"].tolist())
    axes.set_ylabel(f"{unit.name}, nominal")
    if years[0] < SPLICE < years[-1]:
        mark_break(axes, SPLICE, "narrower RO3", "RO3 with under-fives and young people")


def mark_both(axes: Axes, case: Case, both: pd.DataFrame, unit: Unit) -> None:
    """Hollow out the years of either account that carry a caution."""
    for column, colour in (("s251", HERE), ("ro3", THIRD)):
        scaled = both.assign(scaled=both[column] / unit.pounds)
        mark_cautions(axes, scaled, "scaled", list_cautioned_peers(case, both, column), colour)


def list_cautioned_peers(case: Case, both: pd.DataFrame, column: str) -> list[str]:
    """List the financial years in which one of the accounts carries a caution."""
    measure = {"s251": "total_gross", "ro3": "ro3_gross"}[column]
    return list_cautioned(case, "spend", measure, both.dropna(subset=column)["time_period"])


def list_ends(both: pd.DataFrame, unit: Unit) -> list[End]:
    """Name the two series at the right edge, with their last values; one that ends sooner says when."""
    ends, edge = [], float(both["year"].iloc[-1])
    for column, name, colour, weight in (("s251", "section 251", HERE, "bold"), ("ro3", "RO3", THIRD, "normal")):
        known = both.dropna(subset=column)
        last = known.iloc[-1]
        when = "" if last["year"] == edge else f" in {last['time_period']}"
        ends.append(End(f"{name}: {unit.write(last[column])}{when}", edge, last[column] / unit.pounds, colour, weight))
    return ends


def title_accounts(case: Case, both: pd.DataFrame) -> str:
    """State the finding: the span of the differences between the two accounts, over the years of RO3's last scope."""
    known = both.dropna(subset="difference")
    if known.empty:
        return f"No year of {case.spoken} has both section 251 and RO3"
    same = known[known["ro3_series"] == known["ro3_series"].iloc[-1]]
    first, last = same["time_period"].iloc[[0, -1]]
    when = f" in {first}" if first == last else f" from {first} to {last}" if len(same) < len(known) else ""
    low, high = same["difference"].min(), same["difference"].max()
    return f"For {case.spoken} section 251 lies {format_sides(low, high)}{when}"


def format_sides(low: float, high: float) -> str:
    """Write how far section 251 lies below RO3, or above it, at the least and the most.

    Examples
    --------
    >>> format_sides(-8271000.0, 4919000.0), format_sides(1300000.0, 32300000.0)
    ('between £8.3m below RO3 and £4.9m above it', '£1.3m to £32.3m above RO3')
    >>> format_sides(-7000000.0, -2400000.0), format_sides(900000.0, 900000.0)
    ('£2.4m to £7.0m below RO3', '£0.90m above RO3')
    """
    near, far = sorted([abs(low), abs(high)])
    if low < 0 < high:
        return f"between {format_millions(-low)} below RO3 and {format_millions(high)} above it"
    span = format_millions(far) if near == far else f"{format_millions(near)} to {format_millions(far)}"
    return f"{span} {'below' if low < 0 else 'above'} RO3"


def caption_accounts(case: Case, both: pd.DataFrame) -> str:
    """Say what the two accounts are, and why neither is put into the other."""
    lacking = both.loc[both["ro3"].isna(), "time_period"]
    crosses = f" × no RO3 figure: {', '.join(lacking)}." if len(lacking) else ""
    light = sorted({*list_cautioned_peers(case, both, "s251"), *list_cautioned_peers(case, both, "ro3")})
    spend = case.tables["spend"]
    rows = spend[(spend["la_code"] == case.la_code) & spend["measure"].isin(["total_gross", "ro3_gross"])]
    rows = rows[rows["time_period"].isin(both["time_period"])]
    return (
        "Two returns of one council to two departments, gross. They draw children’s services differently and are "
        "closed at different times, so they are never spliced; a year in which they part is a year to read with care. "
        "To 2013-14 RO3 left out Sure Start and services for young people. The scale does not begin at nought. The "
        "table has the net amounts too."
        f"{crosses}{note_open_marks(light)} {credit(cite_releases(rows['source_id']))}."
    )


def describe_accounts(case: Case, both: pd.DataFrame, unit: Unit) -> str:
    """Describe the two series, year by year."""
    told = []
    for row in both.to_dict("records"):
        s251, ro3 = (unit.write(row[name]) if pd.notna(row[name]) else "no value" for name in ("s251", "ro3"))
        told.append(f"{row['time_period']} section 251 {s251}, RO3 {ro3}")
    return (
        f"Two lines of {case.spoken}’s gross spend, {unit.name}, with a break in RO3 after 2013-14. {'; '.join(told)}."
    )


def tabulate_accounts(case: Case, unit: Unit) -> pd.DataFrame:
    """Give both accounts as a table: a row a year, gross and net."""
    spend, years = case.tables["spend"], list_window(case)
    table: dict[str, Any] = {}
    for kind in ("gross", "net"):
        both = compare_accounts(spend, case.la_code, years, kind).set_index("time_period")
        named = {f"Section 251 {kind}": "s251", f"RO3 {kind}": "ro3", f"Difference, {kind}": "difference"}
        table |= {head: unit.scale(both[column]) for head, column in named.items()}
    return pd.DataFrame(table).rename_axis("Financial year").reset_index()


def show_accounts(case: Case) -> TableExhibit | None:
    """Show the differences between section 251 and RO3, gross and net; nothing where either has no year."""
    both = compare_accounts(case.tables["spend"], case.la_code, list_window(case))
    if both[["s251", "ro3"]].isna().all().any():
        return None
    unit = choose_unit(both["s251"].dropna())
    return TableExhibit(
        tabulate_accounts(case, unit),
        "tbl-spend-accounts",
        f"Section 251 less RO3, {unit.name}: {case.label}",
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
            "Published less sum": sums["difference"].map(format_difference, na_action="ignore"),
            f"{case.opening}’s part": share.map(format_fraction, na_action="ignore"),
        }
    )
    return TableExhibit(table, "tbl-spend-england", title_england(sums), caption_england(case, sums))


def format_fraction(share: float) -> str:
    """Write a part of England; a very small one with more decimals.

    Examples
    --------
    >>> format_fraction(0.00652), format_fraction(0.0000185)
    ('0.65%', '0.002%')
    """
    return f"{share:.2%}" if share >= 0.0005 else f"{share:.3%}"


def format_difference(pounds: float) -> str:
    """Write a difference in £ million; nought where it is mere rounding.

    Examples
    --------
    >>> format_difference(59144684.0), format_difference(-3.0)
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
