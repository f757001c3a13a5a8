"""What a cell of a spreadsheet holds: a number with the way it is written, or a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

NUMBER = re.compile(
    r"(?P<sign>[-−+]?)(?P<pound>£?)(?P<digits>0|[1-9]\d*|[1-9]\d{0,2}(,\d{3})+)(?P<part>\.\d+)?(?P<per>%?)"
)
SCIENTIFIC = re.compile(r"-?\d(\.\d+)?[eE][-+]?\d+")


@dataclass(frozen=True)
class Number:
    """A number, and the format in which a spreadsheet shows it as it was written.

    Parameters
    ----------
    value : the number; of 12% it is 0.12.
    form : the format's code, such as ``0.0%``.
    """

    value: float
    form: str


def read_number(text: str) -> Number | None:
    """Read a number as tables write it: with thousands, pounds, a percentage, a sign; None where it is none.

    Examples
    --------
    >>> read_number("1,284.5"), read_number("£1,062")
    (Number(value=1284.5, form='#,##0.0'), Number(value=1062.0, form='£#,##0'))
    >>> read_number("+44.0%"), read_number("2012")
    (Number(value=0.44, form='+0.0%;−0.0%;0.0%'), Number(value=2012.0, form='General'))
    >>> read_number("2012-13"), read_number("007")
    (None, None)
    """
    if SCIENTIFIC.fullmatch(text):
        return Number(float(text), "General")
    found = NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, part = found["sign"], found["part"] or ""
    digits = len(part) - 1 if part else 0
    plain = f"{'-' if sign in ('-', '−') else ''}{found['digits'].replace(',', '')}{part}"
    value = round(float(plain) / 100, digits + 2) if found["per"] else float(plain)
    whole = "#,##0" if "," in found["digits"] or found["pound"] else "0"
    form = f"{found['pound']}{whole}{'.' + '0' * digits if digits else ''}{found['per']}"
    if sign == "+" or (found["per"] and sign):
        return Number(value, f"+{form};−{form};{form}")
    return Number(value, "General" if form == "0" else form)


def read_column(head: str, texts: Iterable[str]) -> list[Number | str]:
    """Read the cells of a column: numbers where all that are filled are numbers; codes are texts though they look it.

    Examples
    --------
    >>> [cell.value for cell in read_column("cases", ["462", "1,284"])], read_column("la_code", ["209"])
    ([462.0, 1284.0], ['209'])
    """
    texts = list(texts)
    read = [read_number(text) for text in texts]
    if "code" in head.lower() or any(text and cell is None for text, cell in zip(texts, read, strict=True)):
        return list(texts)
    return [text if cell is None else cell for text, cell in zip(texts, read, strict=True)]
