"""Which authority a reader means, and how it is called."""

from __future__ import annotations

import re

import pandas as pd

from lewisham_study.errors import UsageError, suggest

KIND = (
    r"(?:(?:london|royal|metropolitan|county|unitary) )?(?:borough|city|county|district|authority)(?: council)?(?: of)?"
)
KINDS = re.compile(rf"\b(?:{KIND}|council|mbc|mdc|lbc|rbc)\b")


def fold_name(name: str) -> str:
    """Fold a name to what tells one authority from another: case, dots, an article and the kind of council fall away.

    Examples
    --------
    >>> fold_name("St. Helens MBC"), fold_name("London Borough of Lewisham"), fold_name("Bristol, City of")
    ('st helens', 'lewisham', 'bristol')
    >>> fold_name("County Durham & Co"), fold_name("the Isle of Wight")
    ('durham and co', 'isle of wight')
    """
    plain = re.sub(r"[^\w ]+", " ", name.casefold().replace("&", " and ").replace("'", "").replace("’", ""))
    plain = drop_article(re.sub(r"\s+", " ", plain).strip())
    return re.sub(r"\s+", " ", KINDS.sub(" ", plain)).strip() or plain


def drop_article(spoken: str) -> str:
    """Drop the article of a name that takes one within a sentence.

    Examples
    --------
    >>> drop_article("the Isle of Wight")
    'Isle of Wight'
    """
    return spoken.removeprefix("the ")


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
