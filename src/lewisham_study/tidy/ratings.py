"""Make the tables `inspections` and `judgements`: one row per inspection or visit, one row per grade."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.files import read_csv
from lewisham_study.raw.authorities import read_authorities, resolve_areas
from lewisham_study.raw.figures import (
    GRADE_COLUMNS,
    KIND_COLUMNS,
    REPORTS,
    locate,
    map_inspections,
    read_figures,
    refuse_first,
)
from lewisham_study.raw.sources import read_sources
from lewisham_study.tidy.coding import apply_corrections
from lewisham_study.tidy.reports import (
    join_nearest,
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
    mapped, documents = map_inspections(figures, coding), read_documents(raw, coding)
    graded = attach_coded(attach_reports(list_graded(mapped, coding), figures), coding)
    reported = list_reported(documents, read_sources(raw), raw)
    key = ["la_code", "published_date"]
    unlisted = ~pd.MultiIndex.from_frame(reported[key]).isin(pd.MultiIndex.from_frame(graded[key]))
    graded = pd.concat([graded, reported[unlisted]], ignore_index=True)
    own = documents.loc[documents["kind"] == "inspection", ["la_code", "published", "report_url", "lead_inspector"]]
    graded = join_nearest(graded, own, "published_date", "published", ["la_code"])
    visits = merge_letters(list_visits(mapped, coding), list_letters(documents, raw, coding))
    inspections = pd.concat([graded, visits], ignore_index=True)
    names = read_authorities(coding).set_index("la_code")["la_name"]
    inspections = inspections.assign(
        la_name=inspections["la_code"].map(names), inspection_id=name_inspections(inspections)
    )
    # Two re-inspections reported in one document on one day are one inspection with two strands.
    inspections = inspections.drop_duplicates("inspection_id", ignore_index=True)
    dates = ["start_date", "end_date", "published_date"]
    inspections = inspections.assign(**{d: pd.to_datetime(inspections[d], format="ISO8601") for d in dates})
    check_order(inspections)
    return inspections


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
    words = ["framework", "grade_as_published"]
    known = read_csv(coding / "grades.csv", GRADE_COLUMNS).set_index(words)["grade"]
    judgements["grade"] = known.reindex(pd.MultiIndex.from_frame(judgements[words])).to_numpy()
    early = judgements["start_date"] < pd.Timestamp(CARE_LEAVERS_APART)
    together = early & (judgements["domain_before_2023"].fillna("") != "")
    judgements["domain"] = judgements["domain"].mask(together, judgements["domain_before_2023"])
    return judgements[judgements["grade"] != ""]


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


def attach_reports(graded: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Add the days on site from the report published nearest, where the release gives no first day."""
    reports = figures[figures["source_id"] == REPORTS]
    key = ["row", "la_code"]
    wide = reports.pivot(index=key, columns="measure", values="value_as_published")
    first = reports[reports["measure"] == "inspection_start"].set_index(key)["locator"]
    dated = wide.assign(report_locator=first.reindex(wide.index)).dropna(subset="inspection_start").reset_index()
    columns = ["la_code", "publication_date_from_site", "inspection_start", "inspection_end", "report_locator"]
    merged = join_nearest(graded, dated[columns], "published_date", "publication_date_from_site", ["la_code"])
    added = (merged["start_date"] == "") & merged["inspection_start"].notna()
    merged["start_date"] = merged["start_date"].mask(added, merged["inspection_start"])
    merged["start_source_id"] = merged["start_source_id"].mask(added, REPORTS)
    merged["start_locator"] = merged["start_locator"].mask(added, merged["report_locator"])
    merged["start_precision"] = (merged["start_date"] != "").map({True: "day", False: "none"})
    return merged.rename(columns={"inspection_end": "end_date"})


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
