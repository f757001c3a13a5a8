"""How readers name authorities: what of a name does not tell one from another, and the words that mean several."""

from __future__ import annotations

import re

COMPARATORS = ("neighbours 2021", "neighbours 2025", "London", "region")
"""The words that mean several authorities to compare with."""
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
