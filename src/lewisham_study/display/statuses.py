"""What stands behind a value, in words: whose it is where a return is joint, and why it is missing where it is."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.comparison import list_partners
from lewisham_study.display.cautions import find_cautions
from lewisham_study.display.comparators import list_names
from lewisham_study.display.style import list_words

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
