"""Section 251 compared with RO3, and authorities' spend with England's published total."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.spend import compare_accounts, find_last_net, list_window, reconcile_england, select_spend
from lewisham_study.display.common.cautions import list_cautioned_years, mark_cautions, note_open_marks
from lewisham_study.display.common.charts import describe_table
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.lines import End, draw_line, label_ends, mark_break
from lewisham_study.display.common.style import HERE, PAGE_WIDTH, THIRD, drawing, set_margins
from lewisham_study.display.spend.amounts import Unit, choose_unit, format_millions, mark_years, summarise_nothing

SPLICE = 2013.5
"""The break between RO3 without and with Sure Start and services for young people."""
MEASURES = {"s251": "total_gross", "ro3": "ro3_gross"}
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
    cautioned = {name: list_cautioned_years(case, "spend", MEASURES[name], both, name) for name in MEASURES}
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.7))
        axes = figure.subplots()
        set_margins(figure, left=0.53, right=1.1, bottom=0.25, top=0.14)
        draw_both(axes, both, unit, cautioned)
        label_ends(axes, list_ends(both, unit), fit=True)
    title, table = title_accounts(case, both), tabulate_accounts(case, unit)
    caption = caption_accounts(case, both, sorted({*cautioned["s251"], *cautioned["ro3"]}))
    described = describe_table(table.iloc[:, :3], unit.name)
    alt = f"{case.opening}’s gross spend, {unit.name}; RO3 breaks after 2013-14. {described}"
    return FigureExhibit(figure, "fig-spend-accounts", title, caption, alt, table)


def compare_window(case: Case, kind: str = "gross") -> pd.DataFrame:
    """Return the two accounts in the window of a case."""
    return compare_accounts(case.tables["spend"], case.la_code, list_window(case), kind)


def draw_both(axes: Axes, both: pd.DataFrame, unit: Unit, cautioned: dict[str, list[str]]) -> None:
    """Draw the two series, open marks for years with a caution, and a cross for each year without RO3."""
    for name, look in LOOKS.items():
        series = both["ro3_series"].fillna("") if name == "ro3" else name
        line = both.assign(scaled=both[name] / unit.pounds, series=series)
        draw_line(axes, line, "scaled", **look)
        mark_cautions(axes, line, "scaled", cautioned[name], look["color"])
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
    for column, name, weight in (("s251", "section 251", "bold"), ("ro3", "RO3", "normal")):
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
    low, high = same["difference"].min(), same["difference"].max()
    return f"For {case.spoken} section 251 is {format_sides(low, high)}{when}"


def format_sides(low: float, high: float) -> str:
    """Format the least and the most that section 251 is below or above RO3."""
    near, far = sorted([abs(low), abs(high)])
    if low < 0 < high:
        return f"between {format_millions(-low)} below RO3 and {format_millions(high)} above it"
    span = format_millions(far) if near == far else f"{format_millions(near)} to {format_millions(far)}"
    return f"{span} {'below' if low < 0 else 'above'} RO3"


def caption_accounts(case: Case, both: pd.DataFrame, cautioned: list[str]) -> str:
    """Explain the two accounts and cite their sources."""
    lacking = both["ro3"].isna().to_numpy().nonzero()[0]
    crosses = " ×: no RO3 figure." if len(lacking) else ""
    return (
        f"Gross. The two returns define children’s services differently. The axis starts above zero.{crosses}"
        f"{note_open_marks(cautioned)} {cite_accounts(case, both)}."
    )


def cite_accounts(case: Case, both: pd.DataFrame) -> str:
    """Cite the releases behind both accounts."""
    rows = select_spend(case.own("spend"), list(MEASURES.values()), list(both["time_period"]))
    return credit(cite_releases(rows["source_id"]))


def tabulate_accounts(case: Case, unit: Unit) -> pd.DataFrame:
    """Return both accounts as a table: a row a year, gross and net."""
    table: dict[str, Any] = {}
    per = f", {unit.name}"
    for kind in ("gross", "net"):
        both = compare_window(case, kind).set_index("time_period")
        named = {f"Section 251, {kind}": "s251", f"RO3, {kind}": "ro3", f"Difference, {kind}": "difference"}
        table |= {head + per: unit.scale(both[column]) for head, column in named.items()}
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
        f"Section 251 net is held to {find_last_net(case.tables['spend'])}. RO3 changed its scope after 2013-14: "
        f"differences before and since are not comparable. {cite_accounts(case, both)}.",
    )


def show_england(case: Case) -> TableExhibit:
    """Show how the authorities add up to England's published total, and the authority's share."""
    years = list_window(case)
    sums = reconcile_england(case.tables["spend"], years)
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
    return TableExhibit(table, "tbl-spend-england", title_england(sums), caption_england(case, sums))


def title_england(sums: pd.DataFrame) -> str:
    """State in how many years the authorities add up to the published total."""
    held = sums.dropna(subset="published")
    if held.empty:
        return "Sums of authorities’ gross spend; no total of England is held for these years"
    same = int((~held["apart"]).sum())
    return f"Authorities add up to England’s published gross spend in {same} of {len(held)} years that have one"


def caption_england(case: Case, sums: pd.DataFrame) -> str:
    """Explain the sums and the years that do not add up, and cite the sources."""
    figures = select_spend(case.tables["spend"], "total_gross", list(sums["time_period"]))
    return (
        "Gross, in cash. Totals of England are held from 2015-16. Sum and total leave out authorities without a "
        f"figure. {credit(cite_releases(figures['source_id']))}."
    )


def summarise_england(case: Case) -> Prose | None:
    """Explain the years in which the authorities do not add up to England; None where there are none."""
    sums, cautions = reconcile_england(case.tables["spend"], list_window(case)), case.tables["cautions"]
    apart = cautions["time_period"].isin(sums.loc[sums["apart"], "time_period"])
    about = cautions[(cautions["table"] == "spend") & (cautions["geographic_level"] == "national") & apart]
    notes = [f"{year}: {text}." for year, text in zip(about["time_period"], about["caution"], strict=True)]
    return Prose(" ".join(notes)) if notes else None
