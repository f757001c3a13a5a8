"""Inspections and judgements: one row per inspection, one row per grade, from every release held."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.csvfiles import read_csv
from lewisham_study.errors import DataError
from lewisham_study.raw.areas import read_authorities, resolve_areas
from lewisham_study.raw.figures import locate, read_figures
from lewisham_study.tidy.coding import apply_corrections

MAPPING_COLUMNS = [
    "source_id",
    "sheet",
    "measure",
    "use",
    "framework",
    "occurrence",
    "field",
    "strand",
    "domain",
    "domain_before_2023",
]
VISIT_COLUMNS = [
    "la_code",
    "kind",
    "start_date",
    "end_date",
    "precision",
    "published_date",
    "source_id",
    "locator",
    "note",
]
DATE_COLUMNS = [
    "la_code",
    "framework",
    "published_date",
    "start_date",
    "precision",
    "source_id",
    "locator",
    "note",
]
REPORTS = "ofsted-report-dates"
SITE_TOLERANCE = pd.Timedelta(days=15)
"""The release, the site and the report print dates of publication up to a week apart; inspections are months apart."""
CARE_LEAVERS_APART = "2023-01-01"
"""From this day on care leavers have a judgement of their own (Ofsted, 2 December 2022)."""


def tidy_inspections(raw: Path, coding: Path) -> pd.DataFrame:
    """Give every inspection and visit held, graded or not.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        The table `inspections` of the data dictionary. A first day known by month is the first of it.

    Raises
    ------
    DataError
        Where a published column has no meaning in `inspection_columns.csv`, or a correction no longer fits.
    """
    figures = read_mapped(raw, coding)
    graded = attach_site_dates(list_graded(figures, coding), read_reports(raw, coding), coding)
    inspections = pd.concat([graded, list_visits(figures, coding)], ignore_index=True)
    names = read_authorities(coding).set_index("la_code")["la_name"]
    inspections["la_name"] = inspections["la_code"].map(names)
    inspections["inspection_id"] = name_inspections(inspections)
    # Two re-inspections reported in one document on one day are one inspection with two strands.
    inspections = inspections.drop_duplicates("inspection_id")
    dates = ["start_date", "end_date", "published_date"]
    inspections = inspections.assign(**{d: pd.to_datetime(inspections[d], format="ISO8601") for d in dates})
    columns = ["inspection_id", "la_code", "la_name", "framework", "kind", "start_date", "end_date"]
    columns += ["start_precision", "published_date", "graded", "source_id", "locator", "note"]
    return inspections[columns].sort_values("inspection_id", ignore_index=True)


def tidy_judgements(raw: Path, coding: Path, inspections: pd.DataFrame) -> pd.DataFrame:
    """Give every grade of every inspection.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.
    inspections : from `tidy_inspections`.

    Returns
    -------
    pandas.DataFrame
        The table `judgements` of the data dictionary. Grades are those of the report of the day: the
        releases print 'adequate' of the frameworks before November 2013 as 'requires improvement'.
    """
    figures = read_mapped(raw, coding)
    dated = pivot_fields(figures[figures["use"] == "tidy"])
    dated["inspection_id"] = name_inspections(dated.assign(kind="full", graded=True))
    grades = figures[(figures["use"] == "tidy") & (figures["field"] == "grade")]
    ids = dated.set_index(["source_id", "sheet", "row", "occurrence"])["inspection_id"]
    keys = pd.MultiIndex.from_frame(grades[["source_id", "sheet", "row", "occurrence"]])
    grades = grades.assign(inspection_id=ids.reindex(keys).to_numpy())
    judgements = grades.merge(
        inspections[["inspection_id", "start_date", "start_precision", "published_date"]], on="inspection_id"
    )
    judgements["grade_as_published"] = judgements["value_as_published"].str.strip()
    judgements["grade"] = read_grades(judgements, coding)
    early = judgements["start_date"] < pd.Timestamp(CARE_LEAVERS_APART)
    together = early & (judgements["domain_before_2023"] != "")
    judgements["domain"] = judgements["domain"].mask(together, judgements["domain_before_2023"])
    columns = ["inspection_id", "la_code", "framework", "domain", "strand", "grade", "grade_as_published"]
    columns += ["start_date", "start_precision", "published_date", "source_id", "locator"]
    given = judgements.loc[judgements["grade"] != "", columns]
    return given.sort_values(["inspection_id", "domain"], ignore_index=True)


def read_mapped(raw: Path, coding: Path) -> pd.DataFrame:
    """Read Ofsted's figures, corrected, each with its authority and with what its column means."""
    figures = apply_corrections(read_figures(raw, "inspections"), "figures/inspections", coding)
    figures["la_code"] = resolve_areas(figures, coding)
    figures["locator"] = locate(figures)
    mapping = read_csv(coding / "inspection_columns.csv", MAPPING_COLUMNS, ["source_id", "sheet", "measure"])
    releases = figures[figures["source_id"] != REPORTS]
    mapped = releases.merge(mapping, on=["source_id", "sheet", "measure"], how="left")
    if mapped["use"].isna().any():
        odd = mapped[mapped["use"].isna()].iloc[0]
        got = f"{odd['measure']!r} in {odd['source_id']}, sheet {odd['sheet']}"
        raise DataError("data/coding/inspection_columns.csv", "a row for every column", got, mend="add the row")
    return mapped


def read_reports(raw: Path, coding: Path) -> pd.DataFrame:
    """Read the dates that were read off the reports: one row a report."""
    figures = apply_corrections(read_figures(raw, "inspections"), "figures/inspections", coding)
    reports = figures[figures["source_id"] == REPORTS]
    reports = reports.assign(la_code=resolve_areas(reports, coding))
    wide = reports.pivot(index=["row", "la_code"], columns="measure", values="value_as_published")
    return wide.reset_index().rename(columns={"publication_date_from_site": "site_date"})


def pivot_fields(figures: pd.DataFrame) -> pd.DataFrame:
    """Give one row per inspection or visit with its dates, kind and theme as published."""
    key = ["source_id", "sheet", "row", "occurrence", "framework", "la_code"]
    fields = figures[figures["field"] != "grade"]
    wide = fields.pivot(index=key, columns="field", values="value_as_published").reset_index()
    first = fields.groupby(["source_id", "sheet", "row", "occurrence"])["locator"].first()
    wide["locator"] = first.reindex(pd.MultiIndex.from_frame(wide[key[:4]])).to_numpy()
    columns = [*key, "locator", "published_date", "start_date", "kind", "theme"]
    return wide.reindex(columns=columns, fill_value="").fillna("")


def list_graded(figures: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """List the graded inspections, with the dates that the releases give."""
    graded = pivot_fields(figures[figures["use"] == "tidy"])
    kinds = read_csv(coding / "inspection_kinds.csv", ["kind_as_published", "kind", "graded"])
    graded["kind"] = graded["kind"].map(kinds.set_index("kind_as_published")["kind"]).fillna("full")
    again = graded["occurrence"].str.startswith("slac_again")
    graded["note"] = pd.Series("re-inspection", index=graded.index).where(again, "")
    return graded.assign(graded=True)


def attach_site_dates(graded: pd.DataFrame, reports: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """Attach first and last day on site, from the reports and from `inspection_dates.csv`."""
    reports = reports[reports["inspection_start"].notna()]
    left = graded.assign(_order=range(len(graded)), _date=pd.to_datetime(graded["published_date"])).sort_values("_date")
    right = reports.assign(_date=pd.to_datetime(reports["site_date"])).sort_values("_date")
    columns = ["la_code", "_date", "inspection_start", "inspection_end"]
    near = pd.merge_asof(left, right[columns], on="_date", by="la_code", tolerance=SITE_TOLERANCE, direction="nearest")
    merged = near.sort_values("_order")
    merged["start_date"] = merged["start_date"].where(merged["start_date"] != "", merged["inspection_start"])
    merged["end_date"] = merged["inspection_end"]
    known = merged["start_date"].notna() & (merged["start_date"] != "")
    merged["start_precision"] = known.map({True: "day", False: "none"})
    coded = read_csv(coding / "inspection_dates.csv", DATE_COLUMNS, ["la_code", "framework", "published_date"])
    key = ["la_code", "framework", "published_date"]
    added = merged[key].merge(coded.drop(columns=["source_id", "locator"]), on=key, how="left")
    for column, new in (("start_date", "start_date"), ("start_precision", "precision"), ("note", "note")):
        merged[column] = added[new].where(added[new].notna(), merged[column].reset_index(drop=True)).to_numpy()
    return merged.reset_index(drop=True)


def list_visits(figures: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """List the visits that gave no grade: from the lists of a year, and from `visits.csv`."""
    yearly = pivot_fields(figures[figures["use"] == "visits"])
    kinds = read_csv(coding / "inspection_kinds.csv", ["kind_as_published", "kind", "graded"]).set_index(
        "kind_as_published"
    )
    yearly["kind_as_published"] = yearly["kind"]
    yearly["kind"] = yearly["kind_as_published"].map(kinds["kind"])
    if yearly["kind"].isna().any():
        odd = yearly[yearly["kind"].isna()].iloc[0]
        got = f"{odd['kind_as_published']!r} in {odd['source_id']}"
        raise DataError("data/coding/inspection_kinds.csv", "a row for every kind", got, mend="add the row")
    yearly = yearly[yearly["kind_as_published"].map(kinds["graded"]) == "false"]
    yearly = yearly.assign(
        start_precision="day", note=yearly["theme"].map(lambda theme: f"theme: {theme}" if theme else "")
    )
    coded = read_csv(coding / "visits.csv", VISIT_COLUMNS).rename(columns={"precision": "start_precision"})
    visits = pd.concat([yearly, coded], ignore_index=True)
    return visits.drop_duplicates(["la_code", "kind", "start_date"]).assign(framework="ILACS", graded=False)


def name_inspections(inspections: pd.DataFrame) -> pd.Series:
    """Name each inspection: authority, framework and day of publication; authority, kind and first day for visits."""
    graded = inspections["la_code"] + "-" + inspections["framework"] + "-" + inspections["published_date"].astype(str)
    visited = inspections["la_code"] + "-" + inspections["kind"] + "-" + inspections["start_date"].astype(str)
    return graded.where(inspections["graded"].astype(bool), visited)


def read_grades(judgements: pd.DataFrame, coding: Path) -> pd.Series:
    """Give the grade of the report of the day for each published word; empty where no grade was given."""
    grades = read_csv(coding / "grades.csv", ["framework", "grade_as_published", "grade", "note"])
    known = grades.set_index(["framework", "grade_as_published"])["grade"]
    keys = pd.MultiIndex.from_frame(judgements[["framework", "grade_as_published"]])
    found = pd.Series(known.reindex(keys).to_numpy(), index=judgements.index)
    if found.isna().any():
        odd = judgements[found.isna()].iloc[0]
        got = f"{odd['grade_as_published']!r} at {odd['source_id']} {odd['locator']}"
        raise DataError("data/coding/grades.csv", "a known grade", got, mend="add the wording, if it is a grade")
    return found
