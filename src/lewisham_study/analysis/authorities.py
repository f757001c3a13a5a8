"""Which authority a reader means, and how it is called."""

from __future__ import annotations

import pandas as pd

from lewisham_study.errors import UsageError, suggest
from lewisham_study.names import drop_article, fold_name


def find_authority(authorities: pd.DataFrame, wanted: str | int) -> pd.Series:
    """Find an authority by its name, DfE number or ONS code; of two with one name, the one that exists today.

    A name is the official one or what people say. Case, dots and the kind of council do not count: see
    `names.fold_name`.
    A number may be one, for `papermill -p authority 838` gives a notebook 838, not "838".

    Raises
    ------
    UsageError
        Where none is called so; the nearest names are suggested.
    """
    wanted = str(wanted).strip()
    text = wanted.casefold()
    names = authorities[["la_name", "spoken_name"]].map(fold_name)
    codes = (authorities["la_code"] == wanted) | (authorities["new_la_code"].str.casefold() == text)
    found = authorities[codes | (names == fold_name(wanted)).any(axis="columns")]
    if found.empty:
        mend = suggest(fold_name(wanted), authorities["la_name"], "`lewisham-study authorities` lists them")
        raise UsageError(f"no authority is called {wanted!r}; {mend}")
    return found.sort_values("valid_to", na_position="first", kind="stable").iloc[0]


def label_authorities(authorities: pd.DataFrame) -> pd.Series:
    """Give the name of every authority as a label or a list has it, by `la_code`: Bristol, Isle of Wight.

    Parameters
    ----------
    authorities : the table of that name.
    """
    return authorities.set_index("la_code")["spoken_name"].map(drop_article)
