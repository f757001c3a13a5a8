"""The data dictionary says what the tables hold, year by year."""

from __future__ import annotations

import pandas as pd

from lewisham_study.paths import find_project
from lewisham_study.tidy.package import count_measures, count_years
from lewisham_study.tidy.schemas import read_tables

PROJECT = find_project()
FIGURES = pd.DataFrame(
    {
        "la_code": ["209", "210", None, "209"],
        "time_period": ["2021", "2021", "2021", "2022"],
        "measure": "cases",
        "series": "cases_2017_on",
        "unit": "cases",
        "value": [1.0, None, 5.0, 2.0],
        "value_as_published": ["1", "c", "5", "2"],
    }
)


def test_rows_and_authorities_are_counted_by_year_with_and_without_a_value() -> None:
    counts = count_years(FIGURES).set_index("`time_period`")
    assert counts.loc["2021"].tolist() == [3, 2, 2, 1]
    assert counts.loc["2022"].tolist() == [1, 1, 1, 1]


def test_rows_are_counted_by_measure() -> None:
    row = {"Measure": "cases", "Series": "cases_2017_on", "Unit": "cases", "From": "2021", "To": "2022", "Rows": 4}
    row |= {"With a value": 3, "Authorities a year": "1 to 1"}
    assert count_measures(FIGURES).to_dict("records") == [row]


def test_undated_rows_are_counted_too() -> None:
    dated = pd.DataFrame({"la_code": ["209", "210"], "published_date": pd.to_datetime(["2019-08-19", None])})
    assert count_years(dated)["`published_date`"].tolist() == ["2019", "no date"]


def test_a_visit_without_publication_counts_by_its_first_day() -> None:
    days = {"start_date": ["2018-09-01", "2019-07-08"], "published_date": [None, "2019-08-19"]}
    dated = pd.DataFrame({name: pd.to_datetime(values) for name, values in days.items()})
    assert count_years(dated)["`published_date` or `start_date`"].tolist() == ["2018", "2019"]


def test_the_dictionary_names_every_table_and_column() -> None:
    text = (PROJECT.root / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    for table in read_tables(PROJECT.coding).values():
        section = text.partition(f"\n## {table.name}\n")[2].partition("\n## ")[0]
        assert section
        assert all(f"| `{column.name}` | {column.description} | {column.type} |" in section for column in table.columns)
