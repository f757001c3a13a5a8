"""Figures to treat with caution, missing figures and joint returns: marks and sentences about them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import list_partners
from lewisham_study.analysis.cautions import UNSURE, compare_medians, select_cautions
from lewisham_study.analysis.spend import SAME_SCOPE
from lewisham_study.display.common.citations import cite_releases
from lewisham_study.display.common.phrases import list_names, list_words
from lewisham_study.display.common.style import HERE, MUTED

STATUS_WORDS = {
    "suppressed": "suppressed because so small a number could identify someone",
    "not_available": "not available because there was no usable return",
    "not_applicable": "not applicable",
    "low_reliability": "withheld by the publisher as unreliable",
    "withheld": "withheld by the publisher",
    "implausible": "published but implausible, so treated as missing",
}


def find_cautions(case: Case, table: str) -> pd.DataFrame:
    """Select the cautions on a table's figures of the authority, or of every authority."""
    cautions = case.tables["cautions"]
    local = cautions[cautions["geographic_level"] == "local_authority"]
    own = local["la_code"].isna() | (local["la_code"] == case.la_code)
    return local[own & (local["table"] == table)]


def list_cautioned(case: Case, table: str, measure: str, years: pd.Series) -> list[str]:
    """List the years (such as 2018 or 2018-19) in which a figure of a measure of the authority is unsure."""
    cautions = find_cautions(case, table)
    cautions = cautions[cautions["kind"].isin(UNSURE)]
    here = cautions["measure"].isna() | (cautions["measure"] == measure)
    cautioned = cautions.loc[here & (cautions["status"] == "published"), "time_period"]
    return sorted(set(cautioned) & set(years))


def find_cautioned(case: Case, table: str, measure: str, figures: pd.DataFrame) -> pd.DataFrame:
    """Select the figures (la_code, time_period) of other authorities with a caution of their own.

    Columns la_name, caution and caution_source are added; rows are sorted by year and authority.
    """
    cautions = select_cautions(case.tables["cautions"], table)
    here = (cautions["measure"].isna() | (cautions["measure"] == measure)) & (cautions["la_code"] != case.la_code)
    columns = {"la_code": "la_code", "time_period": "time_period", "caution": "caution", "source_id": "caution_source"}
    cautions = cautions.loc[here, list(columns)].rename(columns=columns)
    found = figures.drop(columns="la_name", errors="ignore").merge(cautions, on=["la_code", "time_period"])
    named = found.assign(la_name=found["la_code"].map(case.labels))
    return named.sort_values(["time_period", "la_name"], kind="stable")


def mark_cautions(axes: Axes, own: pd.DataFrame, value: str, years: list[str], colour: str = HERE) -> None:
    """Draw hollow marks over the authority's figures of years with a caution."""
    some = own[own["time_period"].isin(years)]
    look: dict[str, Any] = {"markerfacecolor": "white", "markeredgecolor": colour, "markeredgewidth": 1.3}
    axes.plot(some["year"], some[value], "o", markersize=5, zorder=4.5, **look)


def mark_cautioned_values(axes: Axes, cautioned_peers: pd.DataFrame, value: str) -> None:
    """Draw small hollow marks over other authorities' figures with a caution."""
    if len(cautioned_peers):
        look: dict[str, Any] = {"markersize": 3.6, "mfc": "white", "mec": MUTED, "mew": 0.9, "zorder": 2.4, "ls": ""}
        axes.plot(cautioned_peers["year"], cautioned_peers[value], "o", **look)


def note_open_marks(years: list[str]) -> str:
    """Explain hollow marks in a caption, with a leading space; empty if there are none."""
    return " Hollow: treat with caution." if years else ""


def mark_years_unsure(periods: pd.Series, years: list[str]) -> pd.Series:
    """Return, for the table behind a figure, which periods carry a caution on the authority's own figure."""
    return periods.isin(years).map({True: "treat with caution", False: ""})


def summarise_cautioned_medians(cautioned_peers: pd.DataFrame, moved: str) -> str:
    """Name the comparators' figures with a caution and the medians without them; see `summarise_medians`."""
    if cautioned_peers.empty:
        return ""
    named = list_words(list(cautioned_peers["la_name"] + " " + cautioned_peers["time_period"]))
    what, it = ("a comparator’s figure", "it") if len(cautioned_peers) == 1 else ("comparators’ figures", "them")
    return f"Medians include {what} to treat with caution ({named}) as published; without {it} {moved}."


def summarise_medians(medians: pd.DataFrame, write: Callable[[float], str]) -> str:
    """Describe the medians of `compare_medians` without cautioned figures, to follow "without them"."""
    parts, same = [], []
    for row in medians.to_dict("records"):
        year, published, without = row["time_period"], write(row["published"]), write(row["without"])
        if pd.isna(row["without"]):
            parts.append(f"{year} has no other figure")
        elif is_rounding(row["published"], row["without"], write):
            same.append(str(year))
        else:
            parts.append(f"the {year} median is {without}, not {published}")
    if same:
        parts.append(f"the {list_words(same)} {'median is' if len(same) == 1 else 'medians are'} unchanged")
    return "; ".join(parts)


def is_rounding(value: float, other: float, write: Callable[[float], str]) -> bool:
    """Tell whether two values differ by no more than the rounding of their texts.

    Examples
    --------
    >>> is_rounding(16.5, 16.45, "{:.1f}".format), is_rounding(16.5, 16.4, "{:.1f}".format)
    (True, False)
    """
    decimals = len(write(value).partition(".")[2])
    return write(value) == write(other) or abs(value - other) <= 0.5 * 10**-decimals + 1e-9


def describe_peers(
    case: Case, table: str, measure: str, others: pd.DataFrame, value: str, write: Callable[[float], str]
) -> list[str]:
    """Describe each caution on another authority's value, with its source, and the medians without these values."""
    peers = list_cautioned_peers(case, table, measure, others, value)
    texts = [
        f"{row['la_name']}, {row['time_period']}: {row['caution']} {cite_releases([row['caution_source']])}."
        for row in peers.to_dict("records")
    ]
    moved = summarise_medians(compare_medians(others, peers, value), write)
    return [*texts, summarise_cautioned_medians(peers, moved)] if texts else []


def describe_cautions(case: Case, table: str, years: list[str]) -> list[str]:
    """Describe each caution on the authority's published figures of some years, with its source.

    One on two accounts of one service names its years itself, and stands whenever the years reach into them.
    """
    cautions = find_cautions(case, table)
    accounts = (cautions["kind"] == "accounts") & (max(years, default="") > SAME_SCOPE)
    chosen = cautions[(cautions["status"] == "published") & (cautions["time_period"].isin(years) | accounts)]
    return [write_caution(row) for row in chosen.sort_values("time_period", kind="stable").to_dict("records")]


def write_caution(row: Mapping[Hashable, Any]) -> str:
    """Write a caution with its year, if it does not name its years, and its source."""
    text = str(row["caution"])
    text = f"{text[0].upper()}{text[1:]}" if row["kind"] == "accounts" else f"{row['time_period']}: {text}"
    return f"{text} {cite_releases([row['source_id']])}."


def explain_missing(case: Case, table: str, figures: pd.DataFrame) -> pd.Series:
    """Describe, by index, why each of the authority's figures without a value is missing."""
    cautions = find_cautions(case, table)
    reasons = {}
    for index, row in figures[figures["value"].isna()].iterrows():
        same = cautions["measure"].isna() | (cautions["measure"] == row["measure"])
        near = cautions[same & (cautions["time_period"] == row["time_period"]) & (cautions["status"] == row["status"])]
        details = f" ({near['caution'].iloc[0]})" if len(near) else ""
        reasons[index] = STATUS_WORDS[row["status"]] + details
    return pd.Series(reasons, dtype=str)


def name_partners(case: Case, own: pd.DataFrame) -> str:
    """Name the authorities in a joint return with the case's own rows; empty if the return is its own."""
    partners = list_partners(own, case.la_code)
    return list_words(list_names(case, partners)) if partners else ""


def note_joint(case: Case, own: pd.DataFrame) -> str:
    """Return a sentence for a caption, after a space, if figures come from a joint return; otherwise empty text.

    Parameters
    ----------
    case : Case
        The case.
    own : pandas.DataFrame
        Its own rows of the workforce, with joint_la_codes.

    Returns
    -------
    str
        The sentence, or empty text.

    Examples
    --------
    >>> import lewisham_study as study
    >>> case = study.open_case(study.Tables(), "Kingston upon Thames")
    >>> study.note_joint(case, case.own("workforce"))
    ' Kingston upon Thames sends one return with Richmond upon Thames: every figure covers both.'
    """
    partners = name_partners(case, own)
    return f" {case.opening} sends one return with {partners}: every figure covers both." if partners else ""


def bracket_joint(case: Case, own: pd.DataFrame) -> str:
    """Say in brackets, with a leading space, that figures come from a joint return; empty if they do not."""
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
