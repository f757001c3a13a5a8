"""The days an inspection was on site: in the release where it gives them, else off the report, else as coded."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.csvfiles import read_csv
from lewisham_study.raw.codes import REPORTS

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
    return attach_coded(attach_reports(graded, list_reports(figures)), coding)


def list_reports(figures: pd.DataFrame) -> pd.DataFrame:
    """List the reports whose dates were read off: one row each, with the cell of its first day."""
    reports = figures[figures["source_id"] == REPORTS]
    wide = reports.pivot(index=["row", "la_code"], columns="measure", values="value_as_published")
    first = reports[reports["measure"] == "inspection_start"].set_index(["row", "la_code"])["locator"]
    wide = wide.assign(report_locator=first.reindex(wide.index))
    return wide.reset_index().rename(columns={"publication_date_from_site": "site_date"})


def attach_reports(graded: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
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
