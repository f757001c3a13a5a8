"""What the documents leave unsaid: the table `silences`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.csvfiles import read_csv

SILENCE_COLUMNS = ["silence_id", "la_code", "area", "not_said", "consequence"]


def tidy_silences(coding: Path) -> pd.DataFrame:
    """Give what the documents do not say, and what follows for the study.

    Parameters
    ----------
    coding : the folder `data/coding`.

    Returns
    -------
    pandas.DataFrame
        The table `silences` of the data dictionary, all text; `la_code` is the authority that the documents speak of.

    Examples
    --------
    >>> from lewisham_study.paths import find_project
    >>> silences = tidy_silences(find_project().coding)
    >>> silences.loc[silences["area"] == "Cost of failing", "consequence"].item()
    'No sum is put on it.'
    """
    return read_csv(coding / "silences.csv", SILENCE_COLUMNS, ["silence_id"])
