"""Cautions: figures that stand, but that a reader should lean on lightly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.cautions import select_cautions
from lewisham_study.analysis.comparison import list_partners
from lewisham_study.display.common.citations import cite_releases
from lewisham_study.display.common.phrases import list_names
from lewisham_study.display.common.style import HERE, MUTED, list_words


def find_cautions(case: Case, table: str) -> pd.DataFrame:
    """Take the cautions on a table's figures of the authority, and those on figures of every authority."""
    cautions = case.tables["cautions"]
    local = cautions[cautions["geographic_level"] == "local_authority"]
    mine = local["la_code"].isna() | (local["la_code"] == case.la_code)
    return local[mine & (local["table"] == table)]


def list_cautioned(case: Case, table: str, measure: str, years: pd.Series) -> list[str]:
    """List those of some years in which a measure of the authority stands under a caution.

    Parameters
    ----------
    case : the case under study.
    table, measure : the figures' table and measure.
    years : the years as the table writes them, such as 2018 or 2018-19.
    """
    cautions = find_cautions(case, table)
    here = cautions["measure"].isna() | (cautions["measure"] == measure)
    cautioned = cautions.loc[here & (cautions["status"] == "published"), "time_period"]
    return sorted(set(cautioned) & set(years))


def mark_cautions(axes: Axes, own: pd.DataFrame, value: str, years: list[str], colour: str = HERE) -> None:
    """Hollow out the marks of years that carry a caution."""
    some = own[own["time_period"].isin(years)]
    look: dict[str, Any] = {"markerfacecolor": "white", "markeredgecolor": colour, "markeredgewidth": 1.3}
    axes.plot(some["year"], some[value], "o", markersize=5, zorder=4.5, **look)


def find_cautioned(case: Case, table: str, measure: str, figures: pd.DataFrame) -> pd.DataFrame:
    """Take those of the other authorities' figures that carry a caution of their own, with what it says.

    Parameters
    ----------
    case : the case under study; its own figures are left out.
    table, measure : the figures' table and measure.
    figures : la_code, time_period and any more, a row a figure.

    Returns
    -------
    pandas.DataFrame
        The rows of `figures`, with la_name, caution and caution_source, by year and authority.
    """
    cautions = select_cautions(case.tables["cautions"], table)
    here = (cautions["measure"].isna() | (cautions["measure"] == measure)) & (cautions["la_code"] != case.la_code)
    told = cautions.loc[here, ["la_code", "time_period", "caution", "source_id"]]
    told = told.rename(columns={"source_id": "caution_source"})
    light = figures.drop(columns="la_name", errors="ignore").merge(told, on=["la_code", "time_period"])
    names = case.labels
    return light.assign(la_name=light["la_code"].map(names)).sort_values(["time_period", "la_name"], kind="stable")


def mark_cautioned_values(axes: Axes, light: pd.DataFrame, value: str) -> None:
    """Mark other authorities' figures that carry a caution: small hollow marks on their lines."""
    if len(light):
        axes.plot(light["year"], light[value], "o", markersize=3.6, mfc="white", mec=MUTED, mew=0.9, zorder=2.4, ls="")


def note_cautioned(light: pd.DataFrame, moved: str, marked: str = "Hollow and grey") -> str:
    """Say in a caption, with a space before, which comparators' figures to lean on lightly, where there are any.

    Parameters
    ----------
    light : those figures, from `find_cautioned`.
    moved : what the medians are without them, from `summarise_medians`.
    marked : how the figure shows them.

    Examples
    --------
    >>> light = pd.DataFrame({"la_name": ["Salford"], "time_period": ["2019-20"]})
    >>> note_cautioned(light, "that of 2019-20 is 108, not 112")  # doctest: +NORMALIZE_WHITESPACE
    ' Hollow and grey: a comparator’s figure to lean on lightly (Salford 2019-20); medians take it as published,
    and without it that of 2019-20 is 108, not 112.'
    """
    if light.empty:
        return ""
    named = list_words(list(light["la_name"] + " " + light["time_period"]))
    what, it = ("a comparator’s figure", "it") if len(light) == 1 else ("comparators’ figures", "them")
    return f" {marked}: {what} to lean on lightly ({named}); medians take {it} as published, and without {it} {moved}."


def summarise_medians(medians: pd.DataFrame, write: Callable[[float], str]) -> str:
    """Tell what the medians of some years are without figures to lean on lightly, to stand after "without them".

    Parameters
    ----------
    medians : from `compare_medians`.
    write : how to write one.

    Examples
    --------
    >>> years, without = ["2018", "2019", "2020", "2021"], [16.8, 15.5, 14.0, None]
    >>> medians = pd.DataFrame({"time_period": years, "published": [18.2, 15.5, 14.0, 13.0], "without": without})
    >>> summarise_medians(medians, "{:.1f}".format)
    'that of 2018 is 16.8, not 18.2; that of 2021 has no other figure; those of 2019 and 2020 stay the same'
    """
    told, same = [], []
    for row in medians.to_dict("records"):
        published, without = write(row["published"]), write(row["without"])
        if pd.isna(row["without"]):
            told.append(f"that of {row['time_period']} has no other figure")
        elif without == published:
            same.append(str(row["time_period"]))
        else:
            told.append(f"that of {row['time_period']} is {without}, not {published}")
    if same:
        told.append(
            f"that of {same[0]} stays the same" if len(same) == 1 else f"those of {list_words(same)} stay the same"
        )
    return "; ".join(told)


def summarise_cautioned_peers(light: pd.DataFrame) -> list[str]:
    """Tell of each caution on another authority's figure, a comparator's for instance."""
    return [
        f"{row['la_name']}, {row['time_period']}: {row['caution']} {cite_releases([row['caution_source']])}."
        for row in light.to_dict("records")
    ]


def note_open_marks(years: list[str]) -> str:
    """Say in a caption, with a space before, what hollow marks mean, where there are any.

    Examples
    --------
    >>> note_open_marks(["2018-19"])
    ' Hollow: a figure to lean on lightly (2018-19), as told below.'
    """
    return f" Hollow: a figure to lean on lightly ({', '.join(years)}), as told below." if years else ""


def summarise_standing(case: Case, table: str, years: list[str]) -> list[str]:
    """Tell of each caution on figures that stand in some years."""
    cautions = find_cautions(case, table)
    standing = cautions[(cautions["status"] == "published") & cautions["time_period"].isin(years)]
    return [
        f"{row['time_period']}: {row['caution']} {cite_releases([row['source_id']])}."
        for row in standing.sort_values("time_period", kind="stable").to_dict("records")
    ]


STATUS_WORDS = {
    "suppressed": "suppressed, for the number is so small that persons might be known by it",
    "not_available": "not available, for want of a usable return",
    "not_applicable": "not applicable",
    "low_reliability": "held back by the publisher as unreliable",
    "withheld": "withheld by the publisher",
    "implausible": "printed, but not believable, and so treated as missing",
}


def explain_missing(case: Case, table: str, figures: pd.DataFrame) -> pd.Series:
    """Say of each figure without a value why it has none.

    Parameters
    ----------
    case : the case under study.
    table : the table that holds the figures.
    figures : its rows of the authority; those with a value are left out.

    Returns
    -------
    pandas.Series
        Sentences without their full stop; index of `figures`.
    """
    cautions = find_cautions(case, table)
    told = {}
    for index, row in figures[figures["value"].isna()].iterrows():
        same = cautions["measure"].isna() | (cautions["measure"] == row["measure"])
        near = cautions[same & (cautions["time_period"] == row["time_period"]) & (cautions["status"] == row["status"])]
        reason = f" ({near['caution'].iloc[0]})" if len(near) else ""
        told[index] = STATUS_WORDS[row["status"]] + reason
    return pd.Series(told, dtype=str)


def name_partners(case: Case, own: pd.DataFrame) -> str:
    """Name the authorities with which the authority sent one return; empty where it sent its own.

    Parameters
    ----------
    case : the case under study.
    own : its rows of a tidy table, with joint_la_codes.
    """
    partners = list_partners(own, case.la_code)
    return list_words(list_names(case, partners)) if partners else ""


def note_joint(case: Case, own: pd.DataFrame) -> str:
    """Say in a caption, with a space before, that figures are of a joint return, where they are."""
    partners = name_partners(case, own)
    return f" {case.opening} sends one return with {partners}: every figure is that of both." if partners else ""


def bracket_joint(case: Case, own: pd.DataFrame) -> str:
    """Say in brackets, with a space before, that figures are of a joint return, where they are."""
    partners = name_partners(case, own)
    return f" (one return with {partners})" if partners else ""


def list_cautioned_years(case: Case, table: str, measure: str, own: pd.DataFrame, value: str = "value") -> list[str]:
    """List the periods in which the authority's own value carries a caution."""
    return list_cautioned(case, table, measure, own.dropna(subset=value)["time_period"])


def list_cautioned_peers(
    case: Case, table: str, measure: str, others: pd.DataFrame, value: str = "value"
) -> pd.DataFrame:
    """Select the values of other authorities that carry a caution, with its text."""
    return find_cautioned(case, table, measure, others.dropna(subset=value))
