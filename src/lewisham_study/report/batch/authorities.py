"""Which authorities can be reported on, and which one a name or code means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lewisham_study.authorities import drop_article, fold_name
from lewisham_study.errors import DataError, StudyError, UsageError, suggest
from lewisham_study.files import parse_rows, read_text
from lewisham_study.paths import shorten, slugify
from lewisham_study.vocabulary import COMPARATORS


def read_columns(path: Path, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Read some columns of a CSV file, in the order asked for.

    Raises
    ------
    DataError
        Where the file is missing or lacks a column.
    """
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
    """One authority as a report needs it.

    Parameters
    ----------
    la_code, new_la_code, la_name, region, valid_from, valid_to, spoken_name : as in the processed table.
    slug : the name of its folder; no two authorities share one.
    shares_name : whether another authority has, or had, the same name.
    """

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
        """What to hand to a notebook: the name where one authority alone has it, else the code."""
        return self.la_code if self.shares_name else self.la_name

    @property
    def label(self) -> str:
        """Its name as people say it, without an article: Bristol, Isle of Wight."""
        return drop_article(self.spoken_name)

    @property
    def title(self) -> str:
        """How a report calls it: with its years where they tell it from a namesake or it is no more."""
        years = f"{self.valid_from[:4]}–{self.valid_to[:4]}"
        if self.valid_to:
            return f"{self.label} (until {self.valid_to[:4]})" if not self.valid_from else f"{self.label} ({years})"
        return f"{self.label} (since {self.valid_from[:4]})" if self.shares_name else self.label

    @property
    def official(self) -> str:
        """Its name in the official lists, where people say another; else nothing."""
        return "" if self.label == self.la_name else self.la_name


def list_authorities(processed: Path) -> list[Authority]:
    """List every authority in ``authorities.csv``, sorted by code.

    Raises
    ------
    DataError
        Where the file is missing, or lacks a column.
    """
    found = sorted(read_columns(processed / "authorities.csv", COLUMNS))
    slugs = name_folders([(row[0], row[2], row[5]) for row in found])
    names = Counter(row[2] for row in found)
    return [
        Authority(code, new, name, region, first, last, spoken, slugs[code], names[name] > 1)
        for code, new, name, region, first, last, spoken in found
    ]


def name_folders(authorities: list[tuple[str, str, str]]) -> dict[str, str]:
    """Give each authority a folder name of its own, from code, name and last day.

    Of two with one name the abolished one gets its code as well. A name without any letter or digit of
    English is told by its code. Whatever stands in the data, a folder lies inside that of the reports.

    Raises
    ------
    StudyError
        Where two would have one folder, or one none.

    Examples
    --------
    >>> name_folders([("835", "Dorset", "2019-03-31"), ("838", "Dorset", "")])
    {'835': 'dorset-835', '838': 'dorset'}
    """
    slugs = {code: slugify(name) or slugify(code) for code, name, _ in authorities}
    living = Counter(slugs[code] for code, _, last in authorities if not last)
    everyone = Counter(slugs.values())
    plain = {
        code: everyone[slugs[code]] == 1 or (not last and living[slugs[code]] == 1) for code, _, last in authorities
    }
    folders = {code: slug if plain[code] else f"{slug}-{slugify(code)}" for code, slug in slugs.items()}
    taken = Counter(folders.values())
    for code, folder in folders.items():
        if not folder or taken[folder] > 1:
            raise StudyError(f"authorities.csv: {code!r} has no folder of its own; give it another name or code")
    return folders


def find_authority(processed: Path, asked: str) -> Authority:
    """Find an authority by its name, either of its codes, or its slug, whatever the case or kind of council.

    A name is the official one, or what people say: Kingston upon Hull, City of; Hull.

    Of two with one name the living one is meant; the other is found by its code or slug.

    Raises
    ------
    UsageError
        Where no authority is called so; it names the nearest.
    """
    return choose_authority(list_authorities(processed), asked)


def choose_authority(known: Sequence[Authority], asked: str, words: Sequence[str] = ()) -> Authority:
    """Choose from the authorities known, as `find_authority` does; where none is called so, suggest also words."""
    wanted = asked.strip().casefold()
    for authority in known:
        if wanted in {authority.la_code, authority.new_la_code.casefold(), authority.slug}:
            return authority
    name = fold_name(asked)
    named = [one for one in known if name in {fold_name(one.la_name), fold_name(one.spoken_name)}]
    if named:
        return min(named, key=lambda authority: bool(authority.valid_to))
    names = [*words, *[authority.la_name for authority in known]]
    raise UsageError(
        f"no authority is called {asked.strip()!r}; "
        + suggest(fold_name(asked), names, "`lewisham-study authorities` lists them")
    )


def check_comparators(processed: Path, asked: str) -> None:
    """Refuse comparators that are neither one of the words for several authorities nor names of some.

    Raises
    ------
    UsageError
        It names the nearest words and names.
    """
    if asked.strip() in COMPARATORS:
        return
    known = list_authorities(processed)
    for name in asked.split(","):
        choose_authority(known, name, COMPARATORS)
