"""Make the tables `inspections` and `judgements`: one row per inspection or visit, one row per grade."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.files import read_csv
from lewisham_study.raw.authorities import read_authorities, resolve_areas
from lewisham_study.raw.codes import GRADE_COLUMNS, KIND_COLUMNS, REPORTS, map_inspections
from lewisham_study.raw.figures import locate, read_figures, refuse_first
from lewisham_study.raw.sources import read_sources
from lewisham_study.tidy.coding import apply_corrections
from lewisham_study.tidy.reports import (
    NEAR,
    add_reported,
    attach_addresses,
    list_letters,
    list_report_judgements,
    list_reported,
    merge_letters,
    read_documents,
)

PLACE = ["source_id", "sheet", "row", "occurrence"]
"""What identifies an inspection in a release: a row may hold several."""
KEY = ["la_code", "framework", "published_date"]
CODED = ["start_date", "precision", "source_id", "locator", "note"]
INSPECTION_COLUMNS = ["inspection_id", "la_code", "la_name", "framework", "kind", "start_date", "end_date"]
INSPECTION_COLUMNS += ["start_precision", "start_source_id", "start_locator", "published_date", "graded"]
INSPECTION_COLUMNS += ["theme", "priority_action", "report_url", "lead_inspector", "source_id", "locator", "note"]
JUDGEMENT_COLUMNS = ["inspection_id", "la_code", "framework", "domain", "strand", "grade", "grade_as_published"]
JUDGEMENT_COLUMNS += ["start_date", "start_precision", "published_date", "source_id", "locator"]
CODED_STARTS = {"precision": "start_precision", "source_id": "start_source_id", "locator": "start_locator"}
CARE_LEAVERS_APART = "2023-01-01"
"""From this day care leavers have their own judgement (Ofsted, 2 December 2022)."""


def read_ratings(raw: Path, coding: Path) -> pd.DataFrame:
    """Read Ofsted's figures and the dates taken from its reports: corrected, each with its la_code and locator."""
    figures = apply_corrections(read_figures(raw, "inspections"), "figures/inspections", coding)
    return figures.assign(la_code=resolve_areas(figures, coding), locator=locate(figures))


def tidy_inspections(figures: pd.DataFrame, coding: Path, raw: Path) -> pd.DataFrame:
    """Make the table `inspections` from `read_ratings`: every inspection and visit held, graded or not.

    A first day of which only the month is known is the first of the month.
    """
    mapped = map_inspections(figures, coding)
    reported = attach_reports(list_graded(mapped, coding), list_reports(figures))
    documents = read_documents(raw, coding)
    graded = add_reported(attach_coded(reported, coding), list_reported(documents, read_sources(raw), raw))
    visits = merge_letters(list_visits(mapped, coding), list_letters(documents, raw, coding))
    inspections = pd.concat([attach_addresses(graded, documents), visits], ignore_index=True)
    names = read_authorities(coding).set_index("la_code")["la_name"]
    inspections = inspections.assign(
        la_name=inspections["la_code"].map(names), inspection_id=name_inspections(inspections)
    )
    # Two re-inspections reported in one document on one day are one inspection with two strands.
    inspections = inspections.drop_duplicates("inspection_id")
    dates = ["start_date", "end_date", "published_date"]
    inspections = inspections.assign(**{d: pd.to_datetime(inspections[d], format="ISO8601") for d in dates})
    check_order(inspections)
    return inspections.reindex(columns=INSPECTION_COLUMNS).sort_values(
        "inspection_id", ignore_index=True, kind="stable"
    )


def tidy_judgements(figures: pd.DataFrame, coding: Path, inspections: pd.DataFrame, raw: Path) -> pd.DataFrame:
    """Make the table `judgements` from `read_ratings` and `tidy_inspections`: every grade of every inspection.

    Grades are those in the reports: the releases print 'adequate' of the frameworks before November 2013 as
    'requires improvement'.
    """
    mapped = map_inspections(figures, coding)
    mapped = mapped[mapped["use"] == "tidy"]
    dated = pivot_fields(mapped)
    dated["inspection_id"] = name_inspections(dated.assign(kind="full", graded=True))
    grades = mapped[mapped["field"] == "grade"]
    ids = dated.set_index(PLACE)["inspection_id"]
    grades = grades.assign(inspection_id=ids.reindex(pd.MultiIndex.from_frame(grades[PLACE])).to_numpy())
    columns = ["inspection_id", "start_date", "start_precision", "published_date"]
    judgements = grades.merge(inspections[columns], on="inspection_id")
    judgements["grade_as_published"] = judgements["value_as_published"].str.strip()
    judgements = pd.concat([judgements, list_report_judgements(raw, coding, inspections)], ignore_index=True)
    judgements["grade"] = read_grades(judgements, coding)
    early = judgements["start_date"] < pd.Timestamp(CARE_LEAVERS_APART)
    together = early & (judgements["domain_before_2023"].fillna("") != "")
    judgements["domain"] = judgements["domain"].mask(together, judgements["domain_before_2023"])
    given = judgements.loc[judgements["grade"] != "", JUDGEMENT_COLUMNS]
    return given.sort_values(["inspection_id", "domain"], ignore_index=True)


def list_graded(figures: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """List the graded inspections, with the dates that the releases give ("" if they give none)."""
    graded = pivot_fields(figures[figures["use"] == "tidy"])
    kinds = read_csv(coding / "inspection_kinds.csv", KIND_COLUMNS)
    graded["kind"] = graded["kind"].map(kinds.set_index("kind_as_published")["kind"]).fillna("full")
    again = graded["occurrence"].str.startswith("slac_again")
    graded["note"] = pd.Series("re-inspection", index=graded.index).where(again, "")
    return graded.assign(graded=True)


def list_visits(figures: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """List the visits without a grade, from the releases' yearly lists."""
    yearly = pivot_fields(figures[figures["use"] == "visits"])
    kinds = read_csv(coding / "inspection_kinds.csv", KIND_COLUMNS).set_index("kind_as_published")
    yearly = yearly[yearly["kind"].map(kinds["graded"]) == "false"]
    yearly = yearly.assign(kind=yearly["kind"].map(kinds["kind"]), start_precision="day", note="")
    visits = yearly.drop_duplicates(["la_code", "kind", "start_date"])
    return visits.assign(framework="ILACS", graded=False)


def pivot_fields(figures: pd.DataFrame) -> pd.DataFrame:
    """Return one row per inspection or visit: its dates, kind and theme as published, and their locators."""
    key = [*PLACE, "framework", "la_code"]
    fields = figures[figures["field"] != "grade"]
    wide = fields.pivot(index=key, columns="field", values="value_as_published").reset_index()
    place = pd.MultiIndex.from_frame(wide[PLACE])
    cells = fields.set_index(PLACE)["locator"]
    wide["locator"] = cells.groupby(level=PLACE).first().reindex(place).to_numpy()
    starts = fields[fields["field"] == "start_date"].set_index(PLACE)["locator"]
    wide["start_locator"] = starts.reindex(place).to_numpy()
    wide["start_source_id"] = wide["source_id"].where(wide["start_locator"].notna())
    columns = [*key, "locator", "published_date", "start_date", "kind", "theme", "start_source_id", "start_locator"]
    return wide.reindex(columns=columns, fill_value="").fillna("")


def list_reports(figures: pd.DataFrame) -> pd.DataFrame:
    """List the reports with dates: one row each, with the cell of its first day on site."""
    reports = figures[figures["source_id"] == REPORTS]
    wide = reports.pivot(index=["row", "la_code"], columns="measure", values="value_as_published")
    first = reports[reports["measure"] == "inspection_start"].set_index(["row", "la_code"])["locator"]
    wide = wide.assign(report_locator=first.reindex(wide.index))
    return wide.reset_index().rename(columns={"publication_date_from_site": "site_date"})


def attach_reports(graded: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Add the days on site from the report published nearest, where the release gives no first day."""
    reports = reports[reports["inspection_start"].notna()]
    left = graded.assign(_order=range(len(graded)), _date=pd.to_datetime(graded["published_date"]))
    right = reports.assign(_date=pd.to_datetime(reports["site_date"])).sort_values("_date", kind="stable")
    columns = ["la_code", "_date", "inspection_start", "inspection_end", "report_locator"]
    near = pd.merge_asof(
        left.sort_values("_date", kind="stable"),
        right[columns],
        on="_date",
        by="la_code",
        tolerance=NEAR,
        direction="nearest",
    )
    merged = near.sort_values("_order", kind="stable")
    added = (merged["start_date"] == "") & merged["inspection_start"].notna()
    merged["start_date"] = merged["start_date"].mask(added, merged["inspection_start"])
    merged["start_source_id"] = merged["start_source_id"].mask(added, REPORTS)
    merged["start_locator"] = merged["start_locator"].mask(added, merged["report_locator"])
    merged["end_date"] = merged["inspection_end"]
    merged["start_precision"] = (merged["start_date"] != "").map({True: "day", False: "none"})
    return merged.drop(columns=["_order", "_date"]).reset_index(drop=True)


def attach_coded(inspections: pd.DataFrame, coding: Path) -> pd.DataFrame:
    """Replace first days by those of `inspection_dates.csv`, which has the days that no report held gives."""
    coded = read_csv(coding / "inspection_dates.csv", [*KEY, *CODED], KEY).rename(columns=CODED_STARTS)
    added = inspections[KEY].merge(coded, on=KEY, how="left")
    columns = ["start_date", "note", *CODED_STARTS.values()]
    return inspections.assign(**{column: added[column].fillna(inspections[column]) for column in columns})


def check_order(inspections: pd.DataFrame) -> None:
    """Refuse an inspection that ended before it began, or was published before it ended or began."""
    dates = ("start_date", "end_date"), ("start_date", "published_date"), ("end_date", "published_date")
    for first, then in dates:
        wrong = inspections[inspections[first] > inspections[then]]
        found = f"{first} {{{first}:%Y-%m-%d}} and {then} {{{then}:%Y-%m-%d}} for {{la_name}}"
        refuse_first(wrong, f"{then} on or after {first}", found=found)


def name_inspections(inspections: pd.DataFrame) -> pd.Series:
    """Return each inspection's id: authority, framework and day published; for visits authority, kind, first day."""
    graded = inspections["la_code"] + "-" + inspections["framework"] + "-" + inspections["published_date"].astype(str)
    visited = inspections["la_code"] + "-" + inspections["kind"] + "-" + inspections["start_date"].astype(str)
    return graded.where(inspections["graded"].astype(bool), visited)


def read_grades(judgements: pd.DataFrame, coding: Path) -> pd.Series:
    """Return the grade in the report for each published word; empty if no grade was given."""
    grades = read_csv(coding / "grades.csv", GRADE_COLUMNS).set_index(["framework", "grade_as_published"])["grade"]
    keys = pd.MultiIndex.from_frame(judgements[["framework", "grade_as_published"]])
    return pd.Series(grades.reindex(keys).to_numpy(), index=judgements.index)
