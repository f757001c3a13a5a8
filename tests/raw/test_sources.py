"""The register of sources: its rules, and the rows in the project."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.sources import SOURCE_COLUMNS, parse_published, read_sources

PAPER = {
    "source_id": "the-paper-2020",
    "kind": "news",
    "publisher": "The Paper",
    "title": "A title",
    "published": "2020-01",
    "published_basis": "inferred",
    "licence": "all rights reserved; facts only are coded",
    "sha256": "0" * 64,
    "file": "paper.txt",
}
days = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def write_sources(raw: Path, *changes: dict[str, str]) -> Path:
    rows = [PAPER | change for change in changes]
    pd.DataFrame(rows, columns=SOURCE_COLUMNS).to_csv(raw / "sources.csv", index=False)
    return raw


def test_a_register_is_read_as_text(tmp_path: Path) -> None:
    sources = read_sources(write_sources(tmp_path, {}, {"source_id": "other", "vintage": "2020"}))
    assert sources.columns.tolist() == SOURCE_COLUMNS
    assert sources["vintage"].tolist() == ["", "2020"]


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("kind", "blog", "one of news, letter"),
        ("published_basis", "guessed", "one of printed, inferred, official in published_basis"),
        ("published", "January 2020", "a date in published"),
        ("published", "2020-02/2020-01", "a date in published"),
        ("sha256", "ABC", "64 hexadecimal digits"),
        ("source_id", "The Paper", "lower-case words and numbers"),
        ("publisher", "", "a name in publisher"),
        ("licence", "", "a licence in licence"),
        ("file", "", "the name of the file held"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_row(tmp_path: Path, column: str, value: str, expected: str) -> None:
    write_sources(tmp_path, {}, {"source_id": "second", column: value})
    with pytest.raises(DataError) as error:
        read_sources(tmp_path)
    assert error.value.row == 3 and expected in error.value.expected and repr(value) in error.value.found


def test_a_repeated_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a new source_id"):
        read_sources(write_sources(tmp_path, {}, {}))


@given(days, days)
def test_an_interval_runs_from_its_first_day_to_its_last(one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert parse_published(f"{first}/{last}") == (first, last)
    assert parse_published(f"{first:%Y-%m}/{last}")[0] == first.replace(day=1)


@given(days)
def test_a_day_is_in_its_month_and_its_year(day: date) -> None:
    assert parse_published(day.isoformat()) == (day, day)
    for text in (f"{day:%Y-%m}", str(day.year)):
        first, last = parse_published(text)
        assert first <= day <= last
    assert parse_published(str(day.year)) == (date(day.year, 1, 1), date(day.year, 12, 31))


@pytest.mark.parametrize(
    "text", ["", "/", "2020/", "/2020", "2020-1", "2020-13", "2020-02-30", "202", "2020?", "2020/2021/2022"]
)
def test_other_text_is_not_a_date(text: str) -> None:
    with pytest.raises(ValueError, match="not a day, month, year or interval"):
        parse_published(text)


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_is_refused(text: str) -> None:
    try:
        first, last = parse_published(text)
    except ValueError:
        return
    assert first <= last


def test_the_register_in_the_project_has_four_articles_and_four_letters() -> None:
    sources = read_sources(find_project().raw)
    bases = sources[sources["kind"].isin(["news", "letter"])].groupby("kind")["published_basis"].agg(list)
    assert bases.to_dict() == {"news": ["inferred"] * 4, "letter": ["official"] * 4}
