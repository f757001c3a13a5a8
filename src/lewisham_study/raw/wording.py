"""Make printed text comparable: one kind of space, quotation mark and dash."""

from __future__ import annotations

import re
import unicodedata

QUOTES = dict.fromkeys("‘’‚‛`´′", "'") | dict.fromkeys("“”„‟«»″", '"')
DASHES = dict.fromkeys("‐‑‒–—−", "-")
# Bullets and invisible characters carry no wording.
DROPPED = dict.fromkeys("◼■▪•●◦‣·", " ") | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
PLAIN = str.maketrans({**QUOTES, **DASHES, **DROPPED, "…": "..."})


def normalise_text(text: str) -> str:
    r"""Return a text with plain quotes, dashes and single spaces, without bullets, line wraps and page breaks.

    Examples
    --------
    >>> normalise_text("\u25fc a “minimum of\u00a0two\n years”\u00a0")
    'a "minimum of two years"'
    """
    composed = unicodedata.normalize("NFKC", text.translate(PLAIN))
    return " ".join(composed.translate(PLAIN).split())


def strip_quotes(text: str) -> str:
    """Return a normalised text without the quotation marks and punctuation at its ends."""
    return re.sub(r"^[\s'\"]+|[\s'\".,;:]+$", "", normalise_text(text))


def drop_quotes(text: str) -> str:
    """Return a normalised text without quotation marks, at its ends or inside it, but with its apostrophes."""
    return " ".join(re.sub(r"\"|(?<!\w)'|'(?!\w)", "", strip_quotes(text)).split())


def plain_words(text: str) -> str:
    """Return a text in lower case without quotation marks, as tokens are compared."""
    return " ".join(drop_quotes(text).lower().split())


def count_words(text: str) -> int:
    """Count the words of a text, which spaces separate."""
    return len(normalise_text(text).split())
