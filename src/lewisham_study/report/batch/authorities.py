"""The authorities that can be reported on: how a report names each one, and its folder."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lewisham_study.authorities import (
    add_years,
    drop_article,
    find_authorities,
    find_authority,
    label_authorities,
    slug_authorities,
    tell_apart,
)
from lewisham_study.errors import DataError
from lewisham_study.files import parse_rows, read_text
from lewisham_study.paths import shorten, slugify


def read_columns(path: Path, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Read these columns of a CSV file, in this order."""
    header, *rows = [*parse_rows(path, read_text(path))] or [[]]
    missing = [column for column in columns if column not in header]
    if missing:
        wanted, got = f"columns {', '.join(columns)}", f"no {', '.join(missing)}"
        raise DataError(shorten(path), wanted, got, row=1, hint="run `make data`")
    places = [header.index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in rows]


COLUMNS = ("la_code", "new_la_code", "la_name", "region", "valid_from", "valid_to", "spoken_name")


@dataclass(frozen=True)
class Authority:
    """A row of ``authorities.csv``, with its folder name and whether another authority has or had the same name."""

    la_code: str
    new_la_code: str
    la_name: str
    region: str
    valid_from: str
    valid_to: str
    spoken_name: str
    slug: str
    shares_name: bool

    @property
    def parameter(self) -> str:
        """The value for notebooks: the name if no other authority has it, else the code."""
        return self.la_code if self.shares_name else self.la_name

    @property
    def label(self) -> str:
        """Its everyday name without an article: Bristol, Isle of Wight."""
        return drop_article(self.spoken_name)

    @property
    def title(self) -> str:
        """Its name in a report, with years if it was abolished or shares its name."""
        is_dated = self.valid_to or self.shares_name
        return add_years(self.label, self.valid_from, self.valid_to) if is_dated else self.label

    @property
    def official(self) -> str:
        """Its official name, if that differs from the everyday one."""
        return "" if self.label == self.la_name else self.la_name

    @property
    def command(self) -> str:
        """The command and options that make its report."""
        return f"report --authority {quote(self.parameter)}"


@dataclass(frozen=True)
class Group(Authority):
    """Councils that are set side by side, a region or England: a folder of reports like that of an authority."""

    made_by: str = ""

    @property
    def official(self) -> str:
        """Nothing: a group has one name."""
        return ""

    @property
    def command(self) -> str:
        """The command and options that make its report."""
        return self.made_by


def name_group(processed: Path, wanted: str) -> Group:
    """Name councils to set side by side: names with commas between, `region NAME` or `England`."""
    table = read_authorities(processed)
    text = " ".join(wanted.split())
    regions = {f"region {name}".casefold(): name for name in table["region"]} | {"england": "England"}
    region = regions.get(text.casefold())
    if region is not None:
        made_by = "report --england" if region == "England" else f"report --region {quote(region)}"
        parameter, title, slug = ("England" if region == "England" else f"region {region}"), region, slugify(region)
    else:
        named, labels = tell_apart(table, find_authorities(table, text)), label_authorities(table)
        names = list(named.values())
        given = [labels[code] if find_authority(table, labels[code])["la_code"] == code else code for code in named]
        title = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else f"{names[0]} and its neighbours"
        parameter, slug = ", ".join(named), f"compare-{'-'.join(map(slugify, names))}"
        made_by = f"compare {' '.join(quote(one) for one in given)}"
    return Group("", "", parameter, "", "", "", title, slug, False, made_by)


def quote(text: str) -> str:
    r"""Quote a word of a command, so that nothing else runs when the command is pasted.

    Examples
    --------
    >>> print(quote("Kingston upon Hull, City of"), quote("$(reboot)"), quote("a\n; b"))
    "Kingston upon Hull, City of" '$(reboot)' "a ; b"
    """
    line = " ".join(text.split())
    return shlex.quote(line) if re.search(r'["\\$`!%]', line) else f'"{line}"'


def list_authorities(processed: Path) -> list[Authority]:
    """List every authority in ``authorities.csv``, sorted by code."""
    return name_authorities(read_authorities(processed))


def read_authority(processed: Path, wanted: str) -> Authority:
    """Find one authority by any of its names or codes, see `lewisham_study.find_authority`."""
    table = read_authorities(processed)
    code = find_authority(table, wanted)["la_code"]
    return next(one for one in name_authorities(table) if one.la_code == code)


def read_authorities(processed: Path) -> pd.DataFrame:
    """Read the columns of ``authorities.csv`` that reports need, as text."""
    rows = sorted(read_columns(processed / "authorities.csv", COLUMNS))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=str)


def name_authorities(table: pd.DataFrame) -> list[Authority]:
    """Add the folder of each authority, and whether it shares its name."""
    slugs, names = slug_authorities(table), Counter(table["la_name"])
    return [
        Authority(code, new, name, region, first, last, spoken, slugs[code], names[name] > 1)
        for code, new, name, region, first, last, spoken in table.itertuples(index=False, name=None)
    ]
