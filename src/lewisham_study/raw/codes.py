"""What may stand in a cell of figures: a number, a code that says why there is none, a grade, a kind, a date."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.figures import name_cell

COUNTED_TOPICS = ["workforce", "spend", "need", "population", "deprivation"]
"""Topics with nothing but numbers and codes in their cells; others hold words, dates and marks too."""
NUMBER = r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?"
PERIOD = r"(?P<year>(?:19|20)[0-9]{2})(?:[-/]?(?P<end>[0-9]{2}))?(?: \(OT\))?"
NET = r"\bNet ?Current"
"""What the headings of amounts say that are less than income may be."""
FORMULA = r"[=@+\t]"
"""How a text begins that a spreadsheet would compute."""
MAPPING_COLUMNS = ["source_id", "sheet", "measure", "use", "framework", "occurrence", "field", "strand"]
MAPPING_COLUMNS += ["domain", "domain_before_2023"]
KIND_COLUMNS = ["kind_as_published", "kind", "graded"]
GRADE_COLUMNS = ["framework", "grade_as_published", "grade", "note"]
REPORTS = "ofsted-report-dates"
REPORT_DATES = ["inspection_start", "inspection_end", "publication_date_from_site", "publication_date_printed"]


def read_status_codes(coding: Path) -> pd.DataFrame:
    """Read what the codes in place of a figure mean, in each release: source_id, code, status, value, note."""
    codes = read_csv(coding / "status_codes.csv", ["family", "code", "status", "value", "note"], ["family", "code"])
    releases = read_csv(coding / "releases.csv", ["source_id", "topic", "family"], ["source_id"])
    return releases.merge(codes, on="family")[["source_id", "code", "status", "value", "note"]]


def refuse_unknown_codes(figures: pd.DataFrame, status_codes: pd.DataFrame) -> None:
    """Refuse figures whose cells do not all hold a number or a code of their release.

    Parameters
    ----------
    figures : rows with source_id, row and value_as_published.
    status_codes : as `read_status_codes` gives them.

    Raises
    ------
    DataError
        At the first cell that holds anything else.
    """
    text = figures["value_as_published"].str.strip()
    known = pd.MultiIndex.from_frame(status_codes[["source_id", "code"]])
    coded = pd.MultiIndex.from_arrays([figures["source_id"], text]).isin(known)
    unknown = ~(text.str.fullmatch(NUMBER) | coded)
    hint = "if it is a new code, say what it means in data/coding/status_codes.csv"
    refuse_first(figures[unknown], "a number or a known code", hint)


def refuse_negatives(figures: pd.DataFrame) -> None:
    """Refuse a number below zero, but in a net amount: nothing else that is counted can be less than none."""
    below = figures["value_as_published"].str.strip().str.startswith("-") & ~figures["measure"].str.contains(NET)
    below &= figures["value_as_published"].str.strip().str.fullmatch(NUMBER)
    refuse_first(figures[below], "a number not below zero")


def refuse_formulas(figures: pd.DataFrame) -> None:
    """Refuse a name or value that a spreadsheet would take for a formula, or that is more than a line of text."""
    for column in ("area_code", "area_name", "value_as_published"):
        odd = figures[column].str.match(FORMULA) | figures[column].str.contains("[\x00-\x1f\x7f-\x9f]")
        wrong = figures[odd].assign(value_as_published=figures.loc[odd, column])
        refuse_first(wrong, f"plain text in {column}", "is it a formula, or damaged?")


def refuse_unknown_periods(figures: pd.DataFrame) -> pd.DataFrame:
    """Give the years of each figure's period, and refuse one that is no year or financial year.

    Returns
    -------
    pandas.DataFrame
        `year`, and `end` of a financial year: the last two digits of the next year; else NA.

    Raises
    ------
    DataError
        Where a period has another form, or a financial year does not end in the next year.
    """
    text = figures["time_period"].str.strip()
    parts = text.where(text.str.fullmatch(PERIOD), "").str.extract(PERIOD)
    following = (pd.to_numeric(parts["year"]) + 1).mod(100)
    wrong = parts["year"].isna() | (parts["end"].notna() & (pd.to_numeric(parts["end"]) != following))
    odd = figures[wrong].assign(value_as_published=figures.loc[wrong, "time_period"])
    refuse_first(odd, "a year or financial year")
    return parts


def map_inspections(figures: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """Say what each column of Ofsted's releases holds, and refuse a word in it that means nothing we know.

    Parameters
    ----------
    figures : of the topic inspections, all text.
    coding : the folder `data/coding`: `inspection_columns.csv`, `grades.csv` and `inspection_kinds.csv`.

    Returns
    -------
    pandas.DataFrame
        The figures of the releases with their row of `inspection_columns.csv`. The dates read off the reports
        are checked, and left out.

    Raises
    ------
    DataError
        At the first cell under an unknown heading, or with an unknown grade or kind, or no date where one belongs.
    """
    reports = figures["source_id"] == REPORTS
    dates = figures[reports & figures["measure"].isin(REPORT_DATES)]
    refuse_first(dates[~are_dates(dates["value_as_published"])], "a date such as 2019-08-19")
    columns = read_csv(coding / "inspection_columns.csv", MAPPING_COLUMNS, ["source_id", "sheet", "measure"])
    mapped = figures[~reports].merge(columns, on=["source_id", "sheet", "measure"], how="left")
    unknown = mapped[mapped["use"].isna()]
    if len(unknown):
        odd = unknown.iloc[0]
        got, hint = repr(odd["measure"]), "add the row to data/coding/inspection_columns.csv"
        raise DataError(
            odd["source_id"], "a heading with a row that says what it holds", got, row=name_cell(odd), hint=hint
        )
    refuse_unknown_words(mapped, coding)
    return mapped


def refuse_unknown_words(mapped: pd.DataFrame, coding: Path) -> None:
    """Refuse a grade, kind or date of an inspection that is none; see `map_inspections`."""
    text, field = mapped["value_as_published"].str.strip(), mapped["field"]
    days = field.isin(["start_date", "published_date"])
    refuse_first(mapped[days & ~are_dates(text)], "a date such as 2019-08-19")
    kinds = read_csv(coding / "inspection_kinds.csv", KIND_COLUMNS, ["kind_as_published"])["kind_as_published"]
    hint = "if it is a new kind, add it to data/coding/inspection_kinds.csv"
    refuse_first(mapped[(field == "kind") & ~text.isin(kinds)], "a known kind of inspection", hint)
    grades = read_csv(coding / "grades.csv", GRADE_COLUMNS, ["framework", "grade_as_published"])
    known = pd.MultiIndex.from_frame(grades[["framework", "grade_as_published"]])
    graded = pd.MultiIndex.from_arrays([mapped["framework"], text]).isin(known)
    hint = "if it is a new wording, add it to data/coding/grades.csv"
    refuse_first(mapped[(field == "grade") & ~graded], "a known grade", hint)


def are_dates(text: pd.Series) -> pd.Series:
    """Tell of each text whether it is a day in ISO form.

    Examples
    --------
    >>> are_dates(pd.Series(["2019-08-19", "2019-13-19", "soon", "2019"])).tolist()
    [True, False, False, False]
    """
    return pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").notna()


def refuse_first(wrong: pd.DataFrame, expected: str, hint: str = "") -> None:
    """Raise for the first of the figures that are wrong, if there is one; its file is the release it stands in."""
    if len(wrong):
        odd = wrong.iloc[0]
        got = repr(odd["value_as_published"])
        raise DataError(str(odd["source_id"]), expected, got, row=name_cell(odd), hint=hint)
