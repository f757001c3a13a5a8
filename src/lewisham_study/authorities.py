"""Find an authority by any of its names or codes, and give the name to print."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import pandas as pd

from lewisham_study.errors import StudyError, UsageError, suggest
from lewisham_study.paths import slugify
from lewisham_study.vocabulary import COMPARATORS

KIND = (
    r"(?:(?:london|royal|metropolitan|county|unitary) )?(?:borough|city|county|district|authority)(?: council)?(?: of)?"
)
KINDS = re.compile(rf"\b(?:{KIND}|council|mbc|mdc|lbc|rbc)\b")


def fold_name(name: str) -> str:
    """Reduce a name to its distinctive words: drop case, punctuation, an article and the kind of council.

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
    """Remove the article from a spoken name: the Isle of Wight becomes Isle of Wight."""
    return spoken.removeprefix("the ")


def find_authority(authorities: pd.DataFrame, wanted: str | int, words: Sequence[str] = ()) -> pd.Series:
    """Find an authority by its official or everyday name, DfE number, ONS code or folder name.

    Case, punctuation and the kind of council are ignored: "St Helens", "st. helens mbc" and 342 give the same row.
    Where two authorities share a name, the one that exists today is returned.

    Parameters
    ----------
    authorities : pandas.DataFrame
        The table `authorities`.
    wanted : str or int
        The name or code; a DfE number may be text or a number.
    words : sequence of str, optional
        Other accepted words, which an error may suggest as well.

    Returns
    -------
    pandas.Series
        The row of that authority.

    Raises
    ------
    UsageError
        If there is no such authority; the message suggests the nearest names.

    Examples
    --------
    >>> import lewisham_study as study
    >>> authorities = study.load_table("authorities")
    >>> [study.find_authority(authorities, name)["la_code"] for name in ("leeds city council", "E08000035", 383)]
    ['383', '383', '383']
    """
    wanted = str(wanted).strip()
    text, name = wanted.casefold(), fold_name(wanted)
    codes = (authorities["la_code"] == wanted) | (authorities["new_la_code"].str.casefold() == text)
    names = (authorities[["la_name", "spoken_name"]].map(fold_name) == name).any(axis="columns")
    found = authorities[codes | names | (authorities["la_code"].map(slug_authorities(authorities)) == text)]
    if found.empty:
        hint = suggest(name, [*words, *authorities["la_name"]], "`lewisham-study authorities` lists them")
        raise UsageError(f"no authority is called {wanted!r}; {hint}")
    return found.sort_values("valid_to", na_position="first", kind="stable").iloc[0]


def find_authorities(authorities: pd.DataFrame, names: str) -> list[str]:
    """Return the `la_code` of each comparator in a list of names or codes with commas between."""
    wanted = [name for name in names.split(",") if name.strip()]
    if not wanted:
        raise UsageError(f"comparators are one of {', '.join(COMPARATORS)}, or names of authorities; got {names!r}")
    return [str(find_authority(authorities, name, COMPARATORS)["la_code"]) for name in wanted]


def label_authorities(authorities: pd.DataFrame) -> pd.Series:
    """Return the name of every authority for labels and lists, by `la_code`: Bristol, Isle of Wight."""
    return authorities.set_index("la_code")["spoken_name"].map(drop_article)


def tell_apart(authorities: pd.DataFrame, codes: Sequence[str]) -> dict[str, str]:
    """Return the labels of some authorities, by `la_code`; namesakes among them have the years they existed.

    Examples
    --------
    >>> import lewisham_study as study
    >>> list(tell_apart(study.load_table("authorities"), ["835", "838", "383"]).values())
    ['Dorset (until 2019)', 'Dorset (since 2019)', 'Leeds']
    """
    rows = authorities.set_index("la_code")
    labels = {code: drop_article(str(rows["spoken_name"].loc[code])) for code in codes}
    taken = Counter(labels.values())
    days = rows[["valid_from", "valid_to"]]
    days = days.astype(str).where(days.notna(), "")
    return {code: add_years(label, *days.loc[code]) if taken[label] > 1 else label for code, label in labels.items()}


def add_years(label: str, first: str, last: str) -> str:
    """Add the years of an authority to its label, from its first and last day; an empty day is not known.

    Examples
    --------
    >>> add_years("Dorset", "", "2019-03-31"), add_years("Dorset", "2019-04-01", "")
    ('Dorset (until 2019)', 'Dorset (since 2019)')
    """
    if first and last:
        return f"{label} ({first[:4]}–{last[:4]})"
    return f"{label} (until {last[:4]})" if last else f"{label} (since {first[:4]})"


def slug_authorities(authorities: pd.DataFrame) -> pd.Series:
    """Return a unique folder name for each authority, by `la_code`; an abolished namesake gets its code as a suffix.

    A name without a letter or digit of English gives way to the code, so no folder can lie outside the reports.
    """
    named = dict(zip(authorities["la_code"], authorities["la_name"], strict=True))
    slugs = {code: slugify(name) or slugify(code) for code, name in named.items()}
    today = set(authorities.loc[authorities["valid_to"].isna() | (authorities["valid_to"] == ""), "la_code"])
    everyone, living = Counter(slugs.values()), Counter(slugs[code] for code in today)
    plain = {code for code, slug in slugs.items() if everyone[slug] == 1 or (code in today and living[slug] == 1)}
    folders = {code: slug if code in plain else f"{slug}-{slugify(code)}" for code, slug in slugs.items()}
    taken = Counter(folders.values())
    for code, folder in folders.items():
        if not folder or taken[folder] > 1:
            raise StudyError(f"authorities.csv: {code!r} has no unique output folder; give it another name or code")
    return pd.Series(folders, dtype=object)
