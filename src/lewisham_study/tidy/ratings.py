"""Inspections and judgements: one row per inspection, one row per grade, from every release held."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.authorities import read_authorities, resolve_areas
from lewisham_study.raw.codes import GRADE_COLUMNS, KIND_COLUMNS, REPORTS, map_inspections
from lewisham_study.raw.figures import locate, read_figures
from lewisham_study.raw.sources import read_sources
from lewisham_study.tidy.coding import apply_corrections
from lewisham_study.tidy.reports import (
    attach_reports,
    list_letters,
    list_report_inspections,
    list_report_judgements,
    read_documents,
)

KEY = ["la_code", "framework", "published_date"]
CODED = ["start_date", "precision", "source_id", "locator", "note"]
SITE_TOLERANCE = pd.Timedelta(days=15)
"""The release, the site and the report print dates of publication up to a week apart; inspections are months apart."""


def attach_days(graded: pd.DataFrame, figures: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """Attach first and last day on site to the graded inspections, with where each first day stands.

    Parameters
    ----------
    graded : one row per inspection, with the dates that the releases give; "" where they give none.
    figures : from `ratings.read_ratings`; those read off the reports count here.
    coding : the folder `data/coding`; `inspection_dates.csv` has the days no report held gives.

    Returns
    -------
    pandas.DataFrame
        The inspections with start_date, end_date, start_precision (day, month or none), start_source_id,
        start_locator and note.
    """
    return attach_coded(attach_report_dates(graded, list_reports(figures)), coding)


def list_reports(figures: pd.DataFrame) -> pd.DataFrame:
    """List the reports whose dates were read off: one row each, with the cell of its first day."""
    reports = figures[figures["source_id"] == REPORTS]
    wide = reports.pivot(index=["row", "la_code"], columns="measure", values="value_as_published")
    first = reports[reports["measure"] == "inspection_start"].set_index(["row", "la_code"])["locator"]
    wide = wide.assign(report_locator=first.reindex(wide.index))
    return wide.reset_index().rename(columns={"publication_date_from_site": "site_date"})


def attach_report_dates(graded: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Attach the days of the report published nearest, where the release gives no first day."""
    reports = reports[reports["inspection_start"].notna()]
    left = graded.assign(_order=range(len(graded)), _date=pd.to_datetime(graded["published_date"])).sort_values(
        "_date", kind="stable"
    )
    right = reports.assign(_date=pd.to_datetime(reports["site_date"])).sort_values("_date", kind="stable")
    columns = ["la_code", "_date", "inspection_start", "inspection_end", "report_locator"]
    near = pd.merge_asof(left, right[columns], on="_date", by="la_code", tolerance=SITE_TOLERANCE, direction="nearest")
    merged = near.sort_values("_order", kind="stable")
    read_off = (merged["start_date"] == "") & merged["inspection_start"].notna()
    merged["start_date"] = merged["start_date"].mask(read_off, merged["inspection_start"])
    merged["start_source_id"] = merged["start_source_id"].mask(read_off, REPORTS)
    merged["start_locator"] = merged["start_locator"].mask(read_off, merged["report_locator"])
    merged["end_date"] = merged["inspection_end"]
    known = merged["start_date"] != ""
    merged["start_precision"] = known.map({True: "day", False: "none"})
    return merged.drop(columns=["_order", "_date"]).reset_index(drop=True)


def attach_coded(inspections: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """Replace days by those of `inspection_dates.csv`, where it has a row."""
    coded = read_csv(coding / "inspection_dates.csv", [*KEY, *CODED], KEY)
    coded = coded.rename(
        columns={"precision": "start_precision", "source_id": "start_source_id", "locator": "start_locator"}
    )
    added = inspections[KEY].merge(coded, on=KEY, how="left")
    columns = ["start_date", "start_precision", "start_source_id", "start_locator", "note"]
    return inspections.assign(**{column: added[column].fillna(inspections[column]) for column in columns})


CARE_LEAVERS_APART = "2023-01-01"
"""From this day on care leavers have a judgement of their own (Ofsted, 2 December 2022)."""


def read_ratings(raw: Path, coding: Path) -> pd.DataFrame:
    """Read Ofsted's figures and the dates read off its reports: corrected, each with its authority and cell.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        `figures/inspections.csv` as text, with la_code and locator.
    """
    figures = apply_corrections(read_figures(raw, "inspections"), "figures/inspections", coding)
    return figures.assign(la_code=resolve_areas(figures, coding), locator=locate(figures))


def tidy_inspections(figures: pd.DataFrame, coding: Path, raw: Path) -> pd.DataFrame:
    """Give every inspection and visit held, graded or not.

    Parameters
    ----------
    figures : from `read_ratings`.
    coding : the folder `data/coding`.

    Returns
    -------
    pandas.DataFrame
        The table `inspections` of the data dictionary. A first day known by month is the first of it.

    Raises
    ------
    DataError
        Where a published column has no meaning in `inspection_columns.csv`, a correction no longer fits, or an
        inspection was published before it began.
    """
    mapped = map_inspections(figures, coding)
    graded = attach_days(list_graded(mapped, coding), figures, coding)
    documents = read_documents(raw, coding)
    reported = list_report_inspections(documents, read_sources(raw), raw)
    graded = attach_reports(add_reported(graded, reported), documents)
    visits = merge_letters(list_visits(mapped, coding), list_letters(documents, coding))
    inspections = pd.concat([graded, visits], ignore_index=True)
    names = read_authorities(coding).set_index("la_code")["la_name"]
    inspections["la_name"] = inspections["la_code"].map(names)
    inspections["inspection_id"] = name_inspections(inspections)
    # Two re-inspections reported in one document on one day are one inspection with two strands.
    inspections = inspections.drop_duplicates("inspection_id")
    dates = ["start_date", "end_date", "published_date"]
    inspections = inspections.assign(**{d: pd.to_datetime(inspections[d], format="ISO8601") for d in dates})
    check_order(inspections)
    columns = ["inspection_id", "la_code", "la_name", "framework", "kind", "start_date", "end_date"]
    columns += ["start_precision", "start_source_id", "start_locator", "published_date", "graded"]
    columns += ["theme", "priority_action", "report_url", "lead_inspector", "source_id", "locator", "note"]
    return inspections.reindex(columns=columns).sort_values("inspection_id", ignore_index=True, kind="stable")


def check_order(inspections: pd.DataFrame) -> None:
    """Refuse an inspection that ended before it began, or was published before it ended or began."""
    for first, then in (
        ("start_date", "end_date"),
        ("start_date", "published_date"),
        ("end_date", "published_date"),
    ):
        wrong = inspections[inspections[first] > inspections[then]]
        if len(wrong):
            odd = wrong.iloc[0]
            expected, got = f"{then} on or after {first}, {odd[first]:%Y-%m-%d}", f"{odd[then]:%Y-%m-%d}"
            raise DataError(odd["source_id"], f"{expected}, of {odd['la_name']}", got, row=odd["locator"])


def tidy_judgements(figures: pd.DataFrame, coding: Path, inspections: pd.DataFrame, raw: Path) -> pd.DataFrame:
    """Give every grade of every inspection.

    Parameters
    ----------
    figures : from `read_ratings`.
    coding : the folder `data/coding`.
    inspections : from `tidy_inspections`.

    Returns
    -------
    pandas.DataFrame
        The table `judgements` of the data dictionary. Grades are those of the report of the day: the
        releases print 'adequate' of the frameworks before November 2013 as 'requires improvement'.
    """
    mapped = map_inspections(figures, coding)
    dated = pivot_fields(mapped[mapped["use"] == "tidy"])
    dated["inspection_id"] = name_inspections(dated.assign(kind="full", graded=True))
    grades = mapped[(mapped["use"] == "tidy") & (mapped["field"] == "grade")]
    ids = dated.set_index(["source_id", "sheet", "row", "occurrence"])["inspection_id"]
    keys = pd.MultiIndex.from_frame(grades[["source_id", "sheet", "row", "occurrence"]])
    grades = grades.assign(inspection_id=ids.reindex(keys).to_numpy())
    judgements = grades.merge(
        inspections[["inspection_id", "start_date", "start_precision", "published_date"]], on="inspection_id"
    )
    judgements["grade_as_published"] = judgements["value_as_published"].str.strip()
    judgements = pd.concat([judgements, list_report_judgements(raw, coding, inspections)], ignore_index=True)
    judgements["grade"] = read_grades(judgements, coding)
    early = judgements["start_date"] < pd.Timestamp(CARE_LEAVERS_APART)
    together = early & (judgements["domain_before_2023"].fillna("") != "")
    judgements["domain"] = judgements["domain"].mask(together, judgements["domain_before_2023"])
    columns = ["inspection_id", "la_code", "framework", "domain", "strand", "grade", "grade_as_published"]
    columns += ["start_date", "start_precision", "published_date", "source_id", "locator"]
    given = judgements.loc[judgements["grade"] != "", columns]
    return given.sort_values(["inspection_id", "domain"], ignore_index=True)


def pivot_fields(figures: pd.DataFrame) -> pd.DataFrame:
    """Give one row per inspection or visit with its dates, kind and theme as published, and where they stand."""
    key = ["source_id", "sheet", "row", "occurrence", "framework", "la_code"]
    fields = figures[figures["field"] != "grade"]
    wide = fields.pivot(index=key, columns="field", values="value_as_published").reset_index()
    place = pd.MultiIndex.from_frame(wide[key[:4]])
    cells = fields.set_index(key[:4])["locator"]
    wide["locator"] = cells.groupby(level=key[:4]).first().reindex(place).to_numpy()
    starts = fields[fields["field"] == "start_date"].set_index(key[:4])["locator"]
    wide["start_locator"] = starts.reindex(place).to_numpy()
    wide["start_source_id"] = wide["source_id"].where(wide["start_locator"].notna())
    columns = [*key, "locator", "published_date", "start_date", "kind", "theme", "start_source_id", "start_locator"]
    return wide.reindex(columns=columns, fill_value="").fillna("")


def list_graded(figures: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """List the graded inspections, with the dates that the releases give."""
    graded = pivot_fields(figures[figures["use"] == "tidy"])
    kinds = read_csv(coding / "inspection_kinds.csv", KIND_COLUMNS)
    graded["kind"] = graded["kind"].map(kinds.set_index("kind_as_published")["kind"]).fillna("full")
    again = graded["occurrence"].str.startswith("slac_again")
    graded["note"] = pd.Series("re-inspection", index=graded.index).where(again, "")
    return graded.assign(graded=True)


def list_visits(figures: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """List the visits that gave no grade, from the lists of a year."""
    yearly = pivot_fields(figures[figures["use"] == "visits"])
    kinds = read_csv(coding / "inspection_kinds.csv", KIND_COLUMNS).set_index("kind_as_published")
    yearly["kind_as_published"] = yearly["kind"]
    yearly["kind"] = yearly["kind_as_published"].map(kinds["kind"])
    yearly = yearly[yearly["kind_as_published"].map(kinds["graded"]) == "false"]
    visits = yearly.assign(start_precision="day", note="").drop_duplicates(["la_code", "kind", "start_date"])
    return visits.assign(framework="ILACS", graded=False)


def name_inspections(inspections: pd.DataFrame) -> pd.Series:
    """Name each inspection: authority, framework and day of publication; authority, kind and first day for visits."""
    graded = inspections["la_code"] + "-" + inspections["framework"] + "-" + inspections["published_date"].astype(str)
    visited = inspections["la_code"] + "-" + inspections["kind"] + "-" + inspections["start_date"].astype(str)
    return graded.where(inspections["graded"].astype(bool), visited)


def read_grades(judgements: pd.DataFrame, coding: Path) -> pd.Series:
    """Give the grade of the report of the day for each published word; empty where no grade was given."""
    grades = read_csv(coding / "grades.csv", GRADE_COLUMNS).set_index(["framework", "grade_as_published"])["grade"]
    keys = pd.MultiIndex.from_frame(judgements[["framework", "grade_as_published"]])
    return pd.Series(grades.reindex(keys).to_numpy(), index=judgements.index)


def add_reported(graded: pd.DataFrame, reported: pd.DataFrame) -> pd.DataFrame:
    """Add the inspections read from their own report that no table of Ofsted's lists."""
    key = ["la_code", "published_date"]
    listed = pd.MultiIndex.from_frame(graded[key])
    return pd.concat([graded, reported[~pd.MultiIndex.from_frame(reported[key]).isin(listed)]], ignore_index=True)


def merge_letters(visits: pd.DataFrame, letters: pd.DataFrame) -> pd.DataFrame:
    """Put each letter in place of the visit that a list has for the same days, keeping its theme."""
    listed = visits.assign(_day=pd.to_datetime(visits["start_date"], format="ISO8601"), listed=visits.index)
    near = pd.merge_asof(
        letters.assign(_day=pd.to_datetime(letters["start_date"])).sort_values("_day", kind="stable"),
        listed.sort_values("_day", kind="stable")[["la_code", "kind", "_day", "theme", "listed"]],
        on="_day",
        by=["la_code", "kind"],
        tolerance=SITE_TOLERANCE,
        direction="nearest",
        suffixes=("", "_listed"),
    )
    named = near["theme_listed"].fillna("")
    near["theme"] = named.where(named != "", near["theme"])
    rest = visits[~visits.index.isin(near["listed"])]
    return pd.concat([near.drop(columns=["_day", "theme_listed", "listed"]), rest], ignore_index=True)
