"""Read, write and check official figures as published: one row per cell of a release, in our columns.

A cell holds a number, a code that explains a missing number, a grade, a kind of inspection or a date.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv, write_csv
from lewisham_study.paths import shorten
from lewisham_study.raw.sources import read_releases, refuse_row
from lewisham_study.releases.cells import CELL_COLUMNS

FIGURE_COLUMNS = ["source_id", "sha256", *CELL_COLUMNS]
FIGURE_KEY = ["source_id", "sheet", "row", "column"]
COUNTED_TOPICS = ["workforce", "spend", "need", "population", "deprivation"]
"""Topics whose cells hold only numbers and codes; those of others hold words, dates and marks too."""
NUMBER = r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?"
PERIOD = r"(?P<year>(?:19|20)[0-9]{2})(?:[-/]?(?P<end>[0-9]{2}))?(?: \(OT\))?"
BELOW_ZERO = r"\b(?:Net|NET) ?Current|\| ?(?:Own|Private|Other ?Public|Voluntary)|^Child Trust|^Social care strategy"
"""Part of the headings of amounts that may be below zero: net ones, those by provider, and repaid or recharged ones."""
FORMULA = r"[=@+\t]"
"""The first character of a text that a spreadsheet would take for a formula."""
MAPPING_COLUMNS = ["source_id", "sheet", "measure", "use", "framework", "occurrence", "field", "strand"]
MAPPING_COLUMNS += ["domain", "domain_before_2023"]
MEASURE_COLUMNS = ["source_id", "published", "measure", "unit", "factor", "series", "period_kind"]
"""The columns of `<topic>_measures.csv`: what a published heading measures."""
KIND_COLUMNS = ["kind_as_published", "kind", "graded"]
GRADE_COLUMNS = ["framework", "grade_as_published", "grade", "note"]
REPORTS = "ofsted-report-dates"
REPORT_DATES = ["inspection_start", "inspection_end", "publication_date_from_site", "publication_date_printed"]
A_DATE = "a date such as 2019-08-19"
HEADINGS = 12
"""Headings of a tidy file that a message lists."""


def figures_path(raw: Path, topic: str) -> Path:
    """Return the path of a topic's figures."""
    return raw / "figures" / f"{topic}.csv"


def read_figures(raw: Path, topic: str) -> pd.DataFrame:
    """Read the figures of one topic, all text.

    `value_as_published` is the content of the cell, suppression codes included; `sha256` holds the first twelve
    digits of the file's checksum (the rest is in sources.csv).
    """
    return read_csv(figures_path(raw, topic), FIGURE_COLUMNS, FIGURE_KEY)


def write_figures(figures: pd.DataFrame, raw: Path, topic: str) -> None:
    """Write the figures of one topic, ordered by release and place in it."""
    order = figures.assign(_row=figures["row"].astype(int), _place=figures["column"].str.len())
    order = order.sort_values(["source_id", "sheet", "_row", "_place", "column"])
    write_csv(order[FIGURE_COLUMNS], figures_path(raw, topic))


def locate(figures: pd.DataFrame) -> pd.Series:
    """Return each figure's cell as a spreadsheet names it.

    Examples
    --------
    >>> locate(pd.DataFrame({"sheet": ["Table A1", ""], "row": ["7", "2"], "column": ["C", "AB"]})).tolist()
    ['Table A1!C7', 'AB2']
    """
    cell = figures["column"] + figures["row"]
    return cell.where(figures["sheet"] == "", figures["sheet"] + "!" + cell)


def name_cell(figure: pd.Series) -> str:
    """Return one figure's place for a message: its cell, or its row if the column is unknown.

    Examples
    --------
    >>> name_cell(pd.Series({"sheet": "Table A1", "row": "7", "column": "C"})), name_cell(pd.Series({"row": "7"}))
    ('Table A1!C7', '7')
    """
    if "locator" in figure:
        return str(figure["locator"])
    cell = f"{figure.get('column', '')}{figure['row']}"
    return f"{figure['sheet']}!{cell}" if figure.get("sheet") else cell


def refuse_first(wrong: pd.DataFrame, expected: str, hint: str = "", found: str = "{value_as_published!r}") -> None:
    """Raise an error for the first wrong figure, if there is one, in the release that holds it.

    `found` is a format that the figure's columns fill.
    """
    if len(wrong):
        odd = wrong.iloc[0]
        raise DataError(str(odd["source_id"]), expected, found.format_map(odd), row=name_cell(odd), hint=hint)


def find_line(error: DataError, raw: Path) -> DataError:
    """Return an error about a cell of a release as one about its line in the file of figures; others unchanged."""
    for path in sorted((raw / "figures").glob("*.csv")):
        figures = read_figures(raw, path.stem)
        own = figures[figures["source_id"] == str(error.file)]
        lines = own.index[(locate(own) == error.row) | (own["row"] == str(error.row))]
        if len(lines):
            found = f"{error.found} from {error.file} {error.row}"
            return DataError(shorten(path), error.expected, found, row=int(lines[0]) + 2, hint=error.hint)
    return error


def read_status_codes(coding: Path) -> pd.DataFrame:
    """Read what the codes in place of a figure mean in each release: source_id, code, status, value, note."""
    codes = read_csv(coding / "status_codes.csv", ["family", "code", "status", "value", "note"], ["family", "code"])
    return read_releases(coding).merge(codes, on="family")[["source_id", "code", "status", "value", "note"]]


def keep_declared(figures: pd.DataFrame, source_id: str, topic: str, coding: Path) -> pd.DataFrame:
    """Keep the figures of a tidy file that a row of `<topic>_measures.csv` declares; each row must be in the file."""
    name = f"{topic}_measures.csv"
    rows = read_csv(coding / name, MEASURE_COLUMNS, ["source_id", "published"])
    declared = rows.loc[rows["source_id"] == source_id, "published"]
    headings = sorted(figures["measure"].unique())
    hint = "copy one from the file: " + "; ".join(map(repr, headings[:HEADINGS]))
    hint += f" and {len(headings) - HEADINGS} more" if len(headings) > HEADINGS else ""
    if declared.empty:
        expected = f"a row for each measure wanted of {source_id}, with its heading in `published`"
        raise DataError(f"data/coding/{name}", expected, "none", hint=hint)
    gone = declared[~declared.isin(headings)]
    refuse_row(gone, f"data/coding/{name}", f"in `published` a heading of {source_id}", hint)
    return figures[figures["measure"].isin(declared)].reset_index(drop=True)


def refuse_unknown_codes(figures: pd.DataFrame, status_codes: pd.DataFrame) -> None:
    """Refuse a cell that holds neither a number nor a code of its release (`read_status_codes`)."""
    text = figures["value_as_published"].str.strip()
    known = pd.MultiIndex.from_frame(status_codes[["source_id", "code"]])
    coded = pd.MultiIndex.from_arrays([figures["source_id"], text]).isin(known)
    hint = "if it is a new code, add it with its meaning to data/coding/status_codes.csv"
    refuse_first(figures[~(text.str.fullmatch(NUMBER) | coded)], "a number or a known code", hint)


def refuse_negatives(figures: pd.DataFrame) -> None:
    """Refuse a number below zero, except under a heading of `BELOW_ZERO`."""
    text = figures["value_as_published"].str.strip()
    below = text.str.startswith("-") & text.str.fullmatch(NUMBER) & ~figures["measure"].str.contains(BELOW_ZERO)
    refuse_first(figures[below], "a number not below zero")


def refuse_formulas(figures: pd.DataFrame) -> None:
    """Refuse a name or value that a spreadsheet would take for a formula, or that is not one line of text."""
    for column in ("area_code", "area_name", "value_as_published"):
        odd = figures[column].str.match(FORMULA) | figures[column].str.contains("[\x00-\x1f\x7f-\x9f]")
        refuse_first(figures[odd], f"plain text in {column}", "is it a formula, or damaged?", f"{{{column}!r}}")


def parse_years(figures: pd.DataFrame) -> pd.DataFrame:
    """Return each period's `year` and, of a financial year, `end`: the last two digits of the next year, else NA."""
    text = figures["time_period"].str.strip()
    parts = text.where(text.str.fullmatch(PERIOD), "").str.extract(PERIOD)
    following = (pd.to_numeric(parts["year"]) + 1).mod(100)
    wrong = parts["year"].isna() | (parts["end"].notna() & (pd.to_numeric(parts["end"]) != following))
    refuse_first(figures[wrong], "a year or financial year", found="{time_period!r}")
    return parts


def map_inspections(figures: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """Join the figures of Ofsted's releases with their rows of `inspection_columns.csv`; refuse unknown words.

    An unknown heading, grade or kind, or an impossible date, is an error at its cell. The dates taken from
    reports are checked and left out.
    """
    reports = figures["source_id"] == REPORTS
    dates = figures[reports & figures["measure"].isin(REPORT_DATES)]
    refuse_first(dates[~are_dates(dates["value_as_published"])], A_DATE)
    columns = read_csv(coding / "inspection_columns.csv", MAPPING_COLUMNS, ["source_id", "sheet", "measure"])
    mapped = figures[~reports].merge(columns, on=["source_id", "sheet", "measure"], how="left")
    hint = "add it with its meaning to data/coding/inspection_columns.csv"
    refuse_first(mapped[mapped["use"].isna()], "a known heading", hint, "{measure!r}")
    refuse_unknown_words(mapped, coding)
    return mapped


def refuse_unknown_words(mapped: pd.DataFrame, coding: Path) -> None:
    """Refuse an unknown grade or kind of inspection, or an impossible date."""
    text, field = mapped["value_as_published"].str.strip(), mapped["field"]
    refuse_first(mapped[field.isin(["start_date", "published_date"]) & ~are_dates(text)], A_DATE)
    kinds = read_csv(coding / "inspection_kinds.csv", KIND_COLUMNS, ["kind_as_published"])["kind_as_published"]
    hint = "if it is a new kind, add it to data/coding/inspection_kinds.csv"
    refuse_first(mapped[(field == "kind") & ~text.isin(kinds)], "a known kind of inspection", hint)
    grades = read_csv(coding / "grades.csv", GRADE_COLUMNS, ["framework", "grade_as_published"])
    known = pd.MultiIndex.from_frame(grades[["framework", "grade_as_published"]])
    graded = pd.MultiIndex.from_arrays([mapped["framework"], text]).isin(known)
    hint = "if it is a new wording, add it to data/coding/grades.csv"
    refuse_first(mapped[(field == "grade") & ~graded], "a known grade", hint)


def are_dates(text: pd.Series) -> pd.Series:
    """Return whether each text is a day in ISO form.

    Examples
    --------
    >>> are_dates(pd.Series(["2019-08-19", "2019-13-19", "soon", "2019"])).tolist()
    [True, False, False, False]
    """
    return pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").notna()
