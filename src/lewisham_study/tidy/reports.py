"""Inspections as their reports and letters state them: days on site, grades, subject, lead inspector, sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.figures import read_figures
from lewisham_study.raw.statements import DOCUMENT, INDEX, read_codes, refuse_outside_codebook
from lewisham_study.raw.statements import THEME_COLUMNS as IMPROVEMENT_COLUMNS
from lewisham_study.tidy.coding import apply_corrections
from lewisham_study.tidy.evidence import refuse_long_quotes

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


def join_nearest(left: pd.DataFrame, right: pd.DataFrame, left_day: str, right_day: str, by: list[str]) -> pd.DataFrame:
    """Join each row with the row of `right`, of the same authority, whose day is nearest; rows keep their order."""
    days = [
        pd.to_datetime(frame[day], format="ISO8601").astype("datetime64[us]")
        for frame, day in ((left, left_day), (right, right_day))
    ]
    ordered = left.assign(_day=days[0], _order=range(len(left))).sort_values("_day", kind="stable")
    others = right.assign(_day=days[1]).dropna(subset="_day").sort_values("_day", kind="stable")
    others = others.drop(columns=right_day)
    near = pd.merge_asof(ordered, others, on="_day", by=by, tolerance=NEAR, direction="nearest")
    return near.sort_values("_order", ignore_index=True, kind="stable").drop(columns=["_order", "_day"])


def read_documents(raw: Path, coding: Path) -> pd.DataFrame:
    """Read what reports and letters say: a row for each, a column for each measure; judgements are left out."""
    figures = apply_corrections(read_figures(raw, "reports"), "figures/reports", coding)
    domains = read_csv(coding / "report_domains.csv", DOMAIN_COLUMNS)
    listed = figures["source_id"].isin(figures.loc[figures["measure"] == ADDRESSES, "source_id"])
    facts = figures[~listed & ~figures["measure"].isin(domains["domain_as_published"])]
    key = ["source_id", "document"]
    facts = facts.assign(document=facts["sheet"].where(facts["source_id"] == INDEX, ""))
    columns = ["kind", "published", "report_url", "inspection_start", "inspection_end", "visit_start", "visit_end"]
    columns += ["subject", "priority_action", "lead_inspector"]
    wide = facts.pivot(index=key, columns="measure", values="value_as_published").reindex(columns=columns)
    first = facts.groupby(key)[["area_code", "sheet", "row"]].first().rename(columns={"area_code": "la_code"})
    documents = wide.join(first).reset_index().fillna("")
    place = documents["sheet"] + ", line " + documents["row"]
    locator = documents["document"].where(documents["document"] != "", place)
    return documents.assign(
        locator=locator, note="", start_precision="day", start_source_id=documents["source_id"], start_locator=locator
    )


def list_reported(documents: pd.DataFrame, sources: pd.DataFrame, raw: Path) -> pd.DataFrame:
    """List the inspections that were read from their own report, in the shape of the graded ones of Ofsted's tables."""
    own = documents[documents["source_id"] != INDEX].drop(columns=["report_url", "lead_inspector"])
    weeks = pd.to_datetime(own["inspection_end"]) - pd.to_datetime(own["inspection_start"])
    figures = read_figures(raw, "reports")
    overall = set(figures.loc[figures["measure"] == "Overall effectiveness", "source_id"])
    return own.rename(columns={"inspection_start": "start_date", "inspection_end": "end_date"}).assign(
        framework=own["source_id"].isin(overall).map({True: "ILACS", False: "ILACS_2026"}),
        published_date=own["source_id"].map(sources.set_index("source_id")["published"]),
        kind=(weeks <= SHORT).map({True: "short", False: "full"}),
        graded=True,
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
    letters = letters.assign(kind=letters["kind"].map(KINDS))
    keys = letters.set_index(["la_code", "kind", "published"]).index
    listed = list_addresses(raw).reindex(keys).fillna("").to_numpy()
    names = {"visit_start": "start_date", "visit_end": "end_date", "published": "published_date"}
    return letters.rename(columns=names).assign(
        framework=letters["kind"].map({"focused_visit": "ILACS", "joint_targeted": "JTAI"}),
        theme=name_themes(letters, coding),
        priority_action=letters["priority_action"].map({"yes": "true", "no": "false"}),
        report_url=letters["report_url"].mask(letters["report_url"] == "", listed),
        graded=False,
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


def merge_letters(visits: pd.DataFrame, letters: pd.DataFrame) -> pd.DataFrame:
    """Put each letter in place of the visit that a list has for the same days, keeping its theme."""
    listed = visits.assign(listed=visits.index, theme_listed=visits["theme"])
    listed = listed[["la_code", "kind", "start_date", "listed", "theme_listed"]].rename(columns={"start_date": "day"})
    near = join_nearest(letters, listed, "start_date", "day", ["la_code", "kind"])
    named = near["theme_listed"].fillna("")
    near["theme"] = named.where(named != "", near["theme"])
    rest = visits[~visits.index.isin(near["listed"])]
    return pd.concat([near.drop(columns=["theme_listed", "listed"]), rest], ignore_index=True)


def tidy_codes(kind: str, raw: Path, coding: Path, inspections: pd.DataFrame) -> pd.DataFrame:
    """Make the table `statements` or `improvements`: each coded sentence with the inspection whose report has it."""
    rows, file = read_codes(raw, kind), f"data/raw/{kind}.csv"
    refuse_outside_codebook(rows, kind, coding, file)
    refuse_long_quotes(rows["quote"], file)
    coded = link_inspections(rows.join(rows["document"].str.extract(DOCUMENT.pattern)), inspections)
    label = ", point " if kind == "improvements" else ", paragraph "
    paragraph = (label + coded["paragraph"]).where(coded["paragraph"] != "", "")
    coded["locator"] = coded["document"] + ", p. " + coded["page"] + paragraph
    if kind == "improvements":
        titles = read_csv(coding / "improvement_themes.csv", IMPROVEMENT_COLUMNS, ["theme"]).set_index("theme")
        coded["theme"] = coded["theme"].map(titles["title"])
    return coded


def link_inspections(rows: pd.DataFrame, inspections: pd.DataFrame) -> pd.DataFrame:
    """Add the inspection of each document: the one of its authority and kind whose publication is nearest."""
    kinds = inspections["kind"].where(~inspections["graded"].astype(bool), "graded")
    held = inspections[["la_code", "published_date", "inspection_id"]].assign(_kind=kinds)
    left = rows.assign(_kind=rows["kind"].map(KINDS).fillna("graded")).rename(columns={"published": "published_date"})
    held = held.rename(columns={"published_date": "day"})
    return join_nearest(left, held, "published_date", "day", ["la_code", "_kind"]).fillna({"inspection_id": ""})
