"""Puts into a page what would take pandoc long to carry: the data of its figures and tables.

Where they belong, the filter leaves a file's name between two marks; with the ending ``rows`` in place of ``csv``
the rows are shown as a table.
"""

from __future__ import annotations

import base64
import csv
import html
import io
import re
from collections.abc import Mapping, Sequence

MARK = "\ue001".encode()
MEDIA = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv"}
NUMBER = re.compile(r"[-−+£]?[\d.,]+%?|")


def embed_files(page: bytes, files: Mapping[str, bytes]) -> bytes:
    r"""Put the contents of files where their names stand.

    Parameters
    ----------
    page : as pandoc wrote it; a name between marks that no file has is left, for it came from a text.
    files : contents by name.

    Examples
    --------
    >>> embed_files('<img src="\ue001fig-steps.svg\ue001">'.encode(), {"fig-steps.svg": b"<svg/>"})
    b'<img src="data:image/svg+xml;base64,PHN2Zy8+">'
    >>> embed_files("\ue001of-a-fact.svg\ue001".encode(), {}).decode() == "\ue001of-a-fact.svg\ue001"
    True
    """

    def embed(found: re.Match[bytes]) -> bytes:
        label, ending = found[1].decode(), found[2].decode()
        if f"{label}.{'csv' if ending == 'rows' else ending}" not in files:
            return found[0]
        if ending == "rows":
            return write_rows(files[f"{label}.csv"].decode("utf-8")).encode("utf-8")
        return f"data:{MEDIA[ending]};base64,".encode() + base64.b64encode(files[f"{label}.{ending}"])

    return re.sub(MARK + rb"([\w-]+)\.(\w+)" + MARK, embed, page)


def write_rows(text: str) -> str:
    """Write CSV as an HTML table; columns of numbers stand flush right."""
    head, *rows = [*csv.reader(io.StringIO(text))] or [[]]
    cells = [[row[place] for row in rows if place < len(row)] for place in range(len(head))]
    right = [bool(column) and all(map(NUMBER.fullmatch, column)) for column in cells]
    body = "\n".join(write_row(row, "td", right) for row in rows)
    return f"<table>\n<thead>\n{write_row(head, 'th', right)}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def write_row(cells: Sequence[str], tag: str, right: Sequence[bool]) -> str:
    r"""Write one row of a table.

    Examples
    --------
    >>> write_row(["overall", "462"], "td", [False, True]).replace("\n", "")
    '<tr><td>overall</td><td class="right">462</td></tr>'
    """
    looks = [' class="right"' if flush else "" for flush in right]
    told = [f"<{tag}{look}>{html.escape(cell, quote=False)}</{tag}>" for cell, look in zip(cells, looks, strict=False)]
    return "<tr>\n" + "\n".join(told) + "\n</tr>"
