"""Why a value is missing, in words: its status, and the caution that a coder wrote beside it."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case

STATUS_WORDS = {
    "suppressed": "suppressed, for the number is so small that persons might be known by it",
    "not_available": "not available, for want of a usable return",
    "not_applicable": "not applicable",
    "low_reliability": "held back by the publisher as unreliable",
    "withheld": "withheld by the publisher",
    "implausible": "printed, but not believable, and so treated as missing",
}


def find_cautions(case: Case, table: str) -> pd.DataFrame:
    """Take the cautions on a table's figures of the authority, and those on figures of every authority."""
    cautions = case.tables["cautions"]
    local = cautions[cautions["geographic_level"] == "local_authority"]
    mine = local["la_code"].isna() | (local["la_code"] == case.la_code)
    return local[mine & (local["table"] == table)]


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
