"""Printed text made comparable: one kind of space, quote and dash, whatever the typesetter used."""

from __future__ import annotations

import re
import unicodedata

QUOTES = dict.fromkeys("‘’‚‛`´′", "'") | dict.fromkeys("“”„‟«»″", '"')
DASHES = dict.fromkeys("‐‑‒–—−", "-")
# Bullets and invisible characters carry no wording.
DROPPED = dict.fromkeys("◼■▪•●◦‣·", " ") | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
PLAIN = str.maketrans({**QUOTES, **DASHES, **DROPPED, "…": "..."})


def normalise_text(text: str) -> str:
    r"""Give a text with plain quotes, dashes and single spaces; bullets, line wraps and page breaks gone.

    Doing it twice changes nothing. Letters keep their case.

    Examples
    --------
    >>> normalise_text("\u25fc a “minimum of\u00a0two\n years”\u00a0")
    'a "minimum of two years"'
    """
    composed = unicodedata.normalize("NFKC", text.translate(PLAIN))
    return " ".join(composed.translate(PLAIN).split())


def strip_quotes(text: str) -> str:
    """Give a normalised text without the quotation marks and stops at its ends.

    Examples
    --------
    >>> strip_quotes("‘underdeveloped,’")
    'underdeveloped'
    """
    return re.sub(r"^[\s'\"]+|[\s'\".,;:]+$", "", normalise_text(text))


def drop_quotes(text: str) -> str:
    """Give a normalised text without quotation marks, round it or within it, but with its apostrophes.

    Examples
    --------
    >>> drop_quotes("a better ‘Requires improvement’ than children’s homes")
    "a better Requires improvement than children's homes"
    """
    return " ".join(re.sub(r"\"|(?<!\w)'|'(?!\w)", "", strip_quotes(text)).split())


def plain_words(text: str) -> str:
    """Give a text in lower case and without quotation marks, as tokens are compared.

    Examples
    --------
    >>> plain_words("a better ‘Requires improvement’ than children’s homes")
    "a better requires improvement than children's homes"
    """
    return " ".join(drop_quotes(text).lower().split())


def count_words(text: str) -> int:
    """Count the words of a text: what stands between spaces.

    Examples
    --------
    >>> count_words("social workers’ caseloads were too big")
    6
    """
    return len(normalise_text(text).split())
