"""Inspections and visits as their reports and letters state them: days on site, grades, subject, lead inspector."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.figures import read_figures
from lewisham_study.raw.statements import INDEX
from lewisham_study.tidy.coding import apply_corrections

ADDRESSES = "inspection_link"
"""The heading of a release of addresses of letters."""
LETTER_COLUMNS = ["document", "theme", "page", "quote", "reason"]
DOMAIN_COLUMNS = ["framework", "domain_as_published", "strand", "domain", "note"]
THEME_COLUMNS = ["kind", "pattern", "theme", "note"]
KINDS = {"focused-visit": "focused_visit", "joint-area-child-protection-inspection": "joint_targeted"}
SHORT = pd.Timedelta(days=6)
"""A short inspection is one week on site, a full one two: so in all 271 of Ofsted's table."""
NEAR = pd.Timedelta(days=15)
"""The site and the report print dates of publication up to a week apart; inspections are months apart."""


def read_documents(raw: Path, coding: Path) -> pd.DataFrame:
    """Read what reports and letters say: a row for each, a column for each measure, judgements left out."""
    figures = apply_corrections(read_figures(raw, "reports"), "figures/reports", coding)
    domains = read_csv(coding / "report_domains.csv", DOMAIN_COLUMNS)
    listed = figures["source_id"].isin(figures.loc[figures["measure"] == ADDRESSES, "source_id"])
    facts = figures[~listed & ~figures["measure"].isin(domains["domain_as_published"])]
    document = facts["sheet"].where(facts["source_id"] == INDEX, "")
    wide = facts.assign(document=document).pivot(
        index=["source_id", "document"], columns="measure", values="value_as_published"
    )
    first = facts.assign(document=document).groupby(["source_id", "document"])[["area_code", "sheet", "row"]].first()
    columns = ["kind", "published", "report_url", "inspection_start", "inspection_end", "visit_start", "visit_end"]
    columns += ["subject", "priority_action", "lead_inspector"]
    documents = wide.reindex(columns=columns).join(first).reset_index().fillna("")
    documents = documents.rename(columns={"area_code": "la_code"})
    documents["locator"] = documents["document"].where(
        documents["document"] != "", documents["sheet"] + ", line " + documents["row"]
    )
    return documents


def list_reported(documents: pd.DataFrame, sources: pd.DataFrame, raw: Path) -> pd.DataFrame:
    """List the inspections that were read from their own report, in the shape of the graded ones of Ofsted's tables."""
    own = documents[documents["source_id"] != INDEX].merge(
        sources[["source_id", "published", "url"]], on="source_id", suffixes=("_index", "")
    )
    weeks = pd.to_datetime(own["inspection_end"]) - pd.to_datetime(own["inspection_start"])
    figures = read_figures(raw, "reports")
    overall = set(figures.loc[figures["measure"] == "Overall effectiveness", "source_id"])
    return pd.DataFrame(
        {
            "la_code": own["la_code"],
            "framework": own["source_id"].isin(overall).map({True: "ILACS", False: "ILACS_2026"}),
            "published_date": own["published"],
            "start_date": own["inspection_start"],
            "end_date": own["inspection_end"],
            "kind": (weeks <= SHORT).map({True: "short", False: "full"}),
            "start_precision": "day",
            "start_source_id": own["source_id"],
            "start_locator": own["locator"],
            "source_id": own["source_id"],
            "locator": own["locator"],
            "note": "",
            "graded": True,
        }
    )


def list_report_judgements(raw: Path, coding: Path, inspections: pd.DataFrame) -> pd.DataFrame:
    """List the judgements read from reports: framework, domain, strand, words as printed, page and line."""
    figures = apply_corrections(read_figures(raw, "reports"), "figures/reports", coding)
    domains = read_csv(coding / "report_domains.csv", DOMAIN_COLUMNS)
    days = ["start_date", "start_precision", "published_date"]
    reported = inspections[inspections["source_id"].isin(figures["source_id"]) & inspections["graded"].astype(bool)]
    own = reported.set_index("source_id")[["inspection_id", "framework", *days]]
    judged = figures[figures["source_id"].isin(own.index) & figures["measure"].isin(domains["domain_as_published"])]
    judged = judged.join(own, on="source_id").merge(
        domains, left_on=["framework", "measure"], right_on=["framework", "domain_as_published"], how="left"
    )
    unknown = judged[judged["strand"].isna()]
    if len(unknown):
        odd = unknown.iloc[0]
        raise DataError(odd["source_id"], f"a judgement of {odd['framework']}", repr(odd["measure"]), row=odd["row"])
    return judged.assign(
        la_code=judged["area_code"],
        grade_as_published=judged["value_as_published"],
        locator=judged["sheet"] + ", line " + judged["row"],
    )


def list_letters(documents: pd.DataFrame, raw: Path, coding: Path) -> pd.DataFrame:
    """List the focused visits and joint area inspections of which a letter is held."""
    letters = documents[documents["kind"].isin(KINDS)]
    kind = letters["kind"].map(KINDS)
    listed = list_addresses(raw)
    keys = letters.assign(kind=kind).set_index(["la_code", "kind", "published"]).index
    known = letters["report_url"].mask(letters["report_url"] == "", listed.reindex(keys).fillna("").to_numpy())
    return pd.DataFrame(
        {
            "la_code": letters["la_code"],
            "kind": kind,
            "framework": kind.map({"focused_visit": "ILACS", "joint_targeted": "JTAI"}),
            "start_date": letters["visit_start"],
            "end_date": letters["visit_end"],
            "start_precision": "day",
            "start_source_id": letters["source_id"],
            "start_locator": letters["locator"],
            "published_date": letters["published"],
            "theme": name_themes(letters.assign(kind=kind), coding),
            "priority_action": letters["priority_action"].map({"yes": "true", "no": "false"}),
            "report_url": known,
            "source_id": letters["source_id"],
            "locator": letters["locator"],
            "note": "",
            "graded": False,
        }
    )


def name_themes(letters: pd.DataFrame, coding: Path) -> pd.Series:
    """Name the theme of each letter: by its row of `letter_themes.csv`, else by the first pattern that its subject has.

    The patterns are in `visit_themes.csv`.
    """
    read = read_csv(coding / "letter_themes.csv", LETTER_COLUMNS, ["document"]).set_index("document")["theme"]
    unknown = sorted(set(read.index) - set(letters["document"]))
    if unknown:
        hint = "correct or delete the row"
        raise DataError("data/coding/letter_themes.csv", "a letter that is held", unknown[0], hint=hint)
    rules = read_csv(coding / "visit_themes.csv", THEME_COLUMNS).to_dict("records")
    themes = [
        next((rule["theme"] for rule in rules if rule["kind"] == kind and re.search(rule["pattern"], subject)), "")
        for kind, subject in zip(letters["kind"], letters["subject"].str.casefold(), strict=True)
    ]
    return letters["document"].map(read).fillna(pd.Series(themes, index=letters.index, dtype=str))


def list_addresses(raw: Path) -> pd.Series:
    """List the addresses of letters on joint inspections by authority, kind and day of publication."""
    figures = read_figures(raw, "reports")
    own = figures[figures["source_id"].isin(figures.loc[figures["measure"] == ADDRESSES, "source_id"])]
    wide = own.pivot(index=["source_id", "row", "area_code"], columns="measure", values="value_as_published")
    wide = wide.reindex(columns=[ADDRESSES, "publication_date"]).reset_index()
    days = pd.to_datetime(wide["publication_date"], format="%d/%m/%y").dt.strftime("%Y-%m-%d")
    keys = pd.MultiIndex.from_arrays([wide["area_code"], ["joint_targeted"] * len(wide), days])
    return pd.Series(wide[ADDRESSES].to_numpy(), index=keys, dtype=str)


def attach_addresses(inspections: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Attach the address of the report and its lead inspector, from the report published nearest."""
    reports = documents[(documents["kind"] == "inspection")].assign(_day=pd.to_datetime(documents["published"]))
    left = inspections.assign(_order=range(len(inspections)), _day=pd.to_datetime(inspections["published_date"]))
    graded = left[left["graded"]].sort_values("_day", kind="stable")
    right = reports[["la_code", "_day", "report_url", "lead_inspector"]].sort_values("_day", kind="stable")
    near = pd.merge_asof(
        graded, right, on="_day", by="la_code", tolerance=NEAR, direction="nearest", suffixes=("_", "")
    )
    both = pd.concat([near, left[~left["graded"]]]).sort_values("_order", kind="stable")
    return both.drop(columns=["_order", "_day"]).reset_index(drop=True)


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
        tolerance=NEAR,
        direction="nearest",
        suffixes=("", "_listed"),
    )
    named = near["theme_listed"].fillna("")
    near["theme"] = named.where(named != "", near["theme"])
    rest = visits[~visits.index.isin(near["listed"])]
    return pd.concat([near.drop(columns=["_day", "theme_listed", "listed"]), rest], ignore_index=True)
