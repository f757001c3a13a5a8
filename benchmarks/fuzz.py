"""Fuzz the parsers and importers: any bytes must be read or refused with an error of the study, never a traceback.

Atheris is not a dependency of the project: `pip install atheris` in an environment that has the project, then

    python benchmarks/fuzz.py TARGET CORPUS -max_total_time=600

with one of `TARGETS` and a folder for the inputs that reached new code.
"""

from __future__ import annotations

import copy
import io
import json
import random
import re
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["lewisham_study"]):
    from lewisham_study.errors import DataError, StudyError
    from lewisham_study.files import read_csv
    from lewisham_study.paths import find_project
    from lewisham_study.raw.facts import normalise_text, parse_locator
    from lewisham_study.raw.imports import check_figures, read_file
    from lewisham_study.raw.sources import parse_published
    from lewisham_study.releases.spreadsheets import Meter, read_sheet
    from lewisham_study.report.batch import crate, verify
    from lewisham_study.report.batch.manifest import NAME as MANIFEST
    from lewisham_study.report.batch.manifest import Manifest, read_manifest
    from lewisham_study.tidy.parsing.numbers import FORMS, TokenError, parse_token, read_number
    from lewisham_study.tidy.parsing.periods import parse_period

CODING = find_project().coding
FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
FAMILIES = {
    "workforce": "workforce",
    "workforce_sfr": "workforce",
    "children_in_need": "need",
    "looked_after": "need",
    "looked_after_sfr": "need",
    "population": "population",
    "deflator": "prices",
    "neighbours_2021": "neighbours",
    "neighbours_2025": "neighbours",
    "ofsted_report_dates": "inspections",
    "provider_numbers": "authorities",
    "ro3": "spend",
}
"""Families of CSV files, and the topic of their figures."""
KINDS = [*FORMS, "word"]
PLACE = re.compile(rb"<[^>]*>")
VALUE = re.compile(rb"\"[^\"]*\"|(?<=>)[^<]+(?=<)")
VALUES = b"0 -1 1 16385 1048577 4294967296 1e308 nan s e d A1 XFD1 date time boolean float PT1H #REF!".split()
"""Places and values of markup, and values that replace others."""


def write(data: bytes, name: str) -> Path:
    """Write an input to a temporary file."""
    path = FOLDER / name
    path.write_bytes(data)
    return path


def fuzz_release(data: bytes) -> None:
    """Read CSV as a release of the family that the first byte selects, and check its figures."""
    family = list(FAMILIES)[data[0] % len(FAMILIES)] if data else "workforce"
    source_id = {"workforce_sfr": "dfe-workforce-2016", "ro3": "mhclg-ro3-2024-25"}.get(family, "any-2015")
    path = write(data[1:], "release.csv")
    try:
        figures = read_file(path, source_id, family).assign(source_id=source_id, sha256="")
        check_figures(figures, path, FAMILIES[family], CODING)
    except StudyError:
        return


def fuzz_markup(data: bytes) -> None:
    """Measure markup."""
    try:
        Meter("m.ods").measure(data, "m.xml")
    except DataError:
        return


def fuzz_spreadsheet(data: bytes) -> None:
    """Read a spreadsheet: the bytes are its content or, if the first is odd, the whole file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", data[1:])
    whole = bool(data and data[0] % 2)
    try:
        read_sheet(write(data[1:] if whole else packed.getvalue(), "b.ods"), "S")
    except StudyError:
        return


def fuzz_workbook(data: bytes) -> None:
    """Import a whole spreadsheet, xlsx or ods, as DfE's list of authorities."""
    path = write(data, "codes.xlsx")
    try:
        figures = read_file(path, "dfe-authority-codes", "authority_codes")
        check_figures(figures.assign(source_id="dfe-authority-codes", sha256=""), path, "authorities", CODING)
    except StudyError:
        return


def fuzz_study(data: bytes) -> None:
    """Read one of the study's own CSV files."""
    try:
        read_csv(write(data, "own.csv"), ["key", "value"], ["key"])
    except StudyError:
        return


def fuzz_words(data: bytes) -> None:
    """Read values, periods, locators and dates of publication as printed."""
    text = data.decode("utf-8", errors="replace")
    normalise_text(text)
    day = date(2020, 1, 24)
    parsers: list[tuple[Callable[[str], object], type[Exception]]] = [
        (read_number, TokenError),
        (parse_locator, ValueError),
        (parse_published, ValueError),
        (lambda words: parse_period(words, (day, day)), TokenError),
        (lambda words: parse_period(words, (date(2018, 10, 1), date(2018, 12, 31)), ahead=True), TokenError),
        *((partial(parse_token, kind=kind), TokenError) for kind in KINDS),
    ]
    for parse, refusal in parsers:
        try:
            parse(text)
        except refusal:
            continue


def fuzz_manifest(data: bytes) -> None:
    """Read a manifest as `verify`, `report` and `crate` do."""
    write(data, MANIFEST)
    crate.list_crate(FOLDER / MANIFEST)
    manifest = read_manifest(FOLDER)
    manifest.list_stale(FOLDER, {}, {"book": ["report.html"]})
    try:
        verify.read_record(FOLDER)
        verify.find_strays(FOLDER, manifest)
        verify.repeat_request(find_project(), manifest, FOLDER)
    except StudyError:
        return
    for name in manifest.reports:
        list(verify.compare(FOLDER, name, manifest, Manifest(), ""))


def list_places(value: Any) -> Iterator[tuple[Any, Any]]:
    """List every place of a value in JSON: what holds it, and its key or position there."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from list_places(value[key])


def change_json(data: bytes, most: int, seed: int) -> bytes:
    """Replace a value of a manifest by another one, or change a byte."""
    chance = random.Random(seed)
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError):
        return bytes(atheris.Mutate(data, most))
    places = list(list_places(whole))
    if not places or chance.random() < 0.1:
        return bytes(atheris.Mutate(data, most))
    holder, key = chance.choice(places)
    others = [None, 0, -1.5, True, "", "../x", "report", [], {}, {"a": 1}, ["a"]]
    holder[key] = chance.choice([*others, *(copy.deepcopy(one[inner]) for one, inner in places)])
    return json.dumps(whole).encode()[:most]


def change_archive(data: bytes, most: int, seed: int) -> bytes:
    """Change markup of a spreadsheet within its archive, or a byte of the archive."""
    chance, packed = random.Random(seed), io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:
        members = {}
    if not members or chance.random() < 0.05:
        return bytes(atheris.Mutate(data, most))
    for name in chance.choices(list(members), k=chance.randint(1, 3)):
        members[name] = change_markup(members[name], chance)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as copy:
        for name, content in members.items():
            copy.writestr(name, content)
    return packed.getvalue() if len(packed.getvalue()) <= most else data


def change_markup(text: bytes, chance: random.Random) -> bytes:
    """Replace a value, repeat or remove what stands between two tags, or change a byte."""
    values, places = list(VALUE.finditer(text)), list(PLACE.finditer(text))
    kind = chance.choice(["value", "value", "repeat", "remove", "byte"])
    if kind == "value" and values:
        old, new = chance.choice(values), chance.choice([*VALUES, chance.choice(values)[0].strip(b'"')])
        quote = b'"' if old[0].startswith(b'"') else b""
        return text[: old.start()] + quote + new + quote + text[old.end() :]
    if kind in ("repeat", "remove") and places:
        first = chance.randrange(len(places))
        last = min(len(places) - 1, first + chance.choice((0, 1, 2, 5, 20)))
        start, end = places[first].start(), places[last].end()
        return text[:start] + text[start:end] * (chance.randint(2, 50) if kind == "repeat" else 0) + text[end:]
    return bytes(atheris.Mutate(text, len(text) + 64))


TARGETS = {
    "manifest": fuzz_manifest,
    "release": fuzz_release,
    "markup": fuzz_markup,
    "spreadsheet": fuzz_spreadsheet,
    "study": fuzz_study,
    "words": fuzz_words,
    "workbook": fuzz_workbook,
}
CHANGERS = {"manifest": change_json, "workbook": change_archive}
"""Ways to change an input of which random bytes would leave nothing to read."""

if __name__ == "__main__":
    target, *options = sys.argv[1:]
    changer = {"custom_mutator": CHANGERS[target]} if target in CHANGERS else {}
    atheris.Setup([sys.argv[0], *options], TARGETS[target], **changer)
    atheris.Fuzz()
