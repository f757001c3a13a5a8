"""The import of inspection reports: read each PDF, register it as a source, add its judgements to the figures."""

from __future__ import annotations

import calendar
import contextlib
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from lewisham_study.authorities import fold_name
from lewisham_study.errors import DataError, StudyError, UsageError
from lewisham_study.files import lock_data, read_csv, write_csv
from lewisham_study.paths import Project, shorten
from lewisham_study.raw.anchors import are_anchored, write_anchors
from lewisham_study.raw.authorities import LABEL_COLUMNS, read_authorities
from lewisham_study.raw.figures import FIGURE_COLUMNS
from lewisham_study.raw.imports import are_same, keep_figures, read_held
from lewisham_study.raw.sources import SOURCE_COLUMNS, read_sources
from lewisham_study.releases.cells import CELL_COLUMNS, letter_column, read_delimited
from lewisham_study.releases.pdf import read_pdf_pages
from lewisham_study.releases.reports import InspectionReport, read_inspection_report

TOPIC = "reports"
DOMAIN_COLUMNS = ["framework", "domain_as_published", "strand", "domain", "note"]
OGL = "OGL-UK-3.0"
MONTH_NAMES = [month.lower() for month in calendar.month_name[1:]]


@lock_data
def import_reports(
    project: Project,
    paths: Sequence[Path],
    *,
    index: Path | None = None,
    published: date | None = None,
    url: str = "",
    progress: Callable[[Sequence[Path]], Iterable[Path]] = iter,
) -> list[str]:
    """Read inspection reports, PDFs or folders of them, into the register and the figures.

    Returns a line for each report. Where any file is refused nothing is written, and the error lists all refusals.
    """
    files = list_pdfs(paths)
    known, register = read_addresses(index), read_sources(project.raw)
    registered = dict(zip(register["sha256"], register["source_id"], strict=True))
    sources: list[dict[str, str]] = []
    figures, refused = [], []
    for file in progress(files):
        try:
            row, cells = read_report(file, known, published if len(files) == 1 else None, url, project.coding)
            refuse_repeat(row, sources, registered, name_title(file))
            sources.append(row)
            figures.append(cells)
        except StudyError as error:
            refused.append(str(error))
    if refused:
        count = f"{len(refused)} of {len(files)} reports refused; nothing is written"
        raise StudyError("\n".join([count, *refused]))
    return write_reports(project, sources, figures)


def name_title(file: Path) -> str:
    """Name the title page of a report, for a message."""
    return f"{shorten(file)}: page 1"


def refuse_repeat(row: dict[str, str], others: list[dict[str, str]], registered: dict[str, str], place: str) -> None:
    """Refuse a report that the same import, or the register under another name, has already."""
    for other in others:
        if other["source_id"] == row["source_id"]:
            raise DataError(place, f"one report with the id {row['source_id']}", f"{other['file']} has it too")
    known = registered.get(row["sha256"], row["source_id"])
    if known != row["source_id"]:
        raise DataError(place, f"the report {known}, as registered", row["source_id"], hint="check its date")


def list_pdfs(paths: Sequence[Path]) -> list[Path]:
    """List the PDFs that are named, or lie in the folders named."""
    files = [file for path in paths for file in (sorted(path.glob("*.pdf")) if path.is_dir() else [path])]
    missing = [file for file in files if not file.is_file()]
    if missing or not files:
        raise UsageError(f"there is no PDF {shorten(missing[0] if missing else paths[0])}")
    return files


def read_addresses(index: Path | None) -> dict[str, tuple[str, str]]:
    """Read an index of reports: publication date and address by the PDF's checksum."""
    if index is None:
        return {}
    table = read_delimited(index)
    heads = [str(head) for head in table.iloc[0]]
    wanted = ["pdf_sha256", "published", "report_url"]
    if not set(wanted) <= set(heads):
        raise DataError(shorten(index), f"the headings {', '.join(wanted)}", ", ".join(heads), row=1)
    sha256, day, url = (table.iloc[1:, heads.index(name)] for name in wanted)
    return {str(one): (str(when), str(where)) for one, when, where in zip(sha256, day, url, strict=True)}


def read_report(
    file: Path, known: dict[str, tuple[str, str]], published: date | None, url: str, coding: Path
) -> tuple[dict[str, str], pd.DataFrame]:
    """Read one PDF as a row of the register and cells; it was published as asked, by the index, or by its name."""
    name = shorten(file)
    pages = read_pdf_pages(file)  # first, because it refuses a file that is too large to hash
    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    report = read_inspection_report(pages, name)
    day, address = known.get(sha256, ("", ""))
    when = published or find_day(day or file.stem)
    if when is None:
        hint = "give it: --published 2026-08-18, an --index, or a file name that ends in the date"
        raise DataError(name, "a date of publication", repr(day) if day else "none", hint=hint)
    if when < report.end:
        raise DataError(name, f"publication after the inspection’s last day, {report.end}", str(when))
    if when > date.today():
        raise DataError(name, "a date of publication that has come", str(when))
    licence = OGL if re.search(r"Open\s+Government\s+Licence", " ".join(pages)) else "none printed"
    la_code, la_name = resolve_area(report.area_name, coding, name_title(file))
    refuse_unknown_domains(report, coding, name_title(file))
    row = dict.fromkeys(SOURCE_COLUMNS, "") | {
        "source_id": f"ofsted-ilacs-{la_code}-{when}",
        "kind": "inspection_report",
        "publisher": "Ofsted",
        "title": f"{la_name}: inspection of children’s services, {report.dates}",
        "published": str(when),
        "published_basis": "official",
        "url": url or address,
        "licence": licence,
        "sha256": sha256,
        "vintage": str(when.year),
        "file": file.name,
    }
    cells = list_cells(report).assign(area_code=la_code, source_id=row["source_id"], sha256=sha256[:12])
    return row, cells[FIGURE_COLUMNS]


def find_day(stem: str) -> date | None:
    """Find the date that a file name ends in: 2026-08-18, or 18 august 2026 as Ofsted writes it; None if impossible."""
    with contextlib.suppress(ValueError):
        if match := re.search(r"(20\d\d)-(\d\d)-(\d\d)$", stem):
            return date(*map(int, match.groups()))
        if match := re.search(rf"(\d{{1,2}})[ _-]({'|'.join(MONTH_NAMES)})[ _-](20\d\d)$", stem, re.IGNORECASE):
            return date(int(match[3]), MONTH_NAMES.index(match[2].lower()) + 1, int(match[1]))
    return None


def list_cells(report: InspectionReport) -> pd.DataFrame:
    """List what a report says as cells of figures: the page, the line, and a letter for each in turn."""
    dates = report.places["dates"]
    said = [("inspection_start", str(report.start), dates), ("inspection_end", str(report.end), dates)]
    said += [(domain, grade, report.places[domain]) for domain, grade in report.judgements.items()]
    said += [("lead_inspector", report.lead_inspector, dates)] if report.lead_inspector else []
    rows = [
        (f"p. {place.page}", str(place.line), letter_column(order), "", report.area_name, "", measure, value)
        for order, (measure, value, place) in enumerate(said)
    ]
    return pd.DataFrame(rows, columns=CELL_COLUMNS)


def resolve_area(name: str, coding: Path, place: str) -> tuple[str, str]:
    """Return the number and name of the authority in a title: by `area_labels.csv`, else by its name without its kind.

    `place` is named where there is none.
    """
    authorities = read_authorities(coding)
    labels = read_csv(coding / "area_labels.csv", LABEL_COLUMNS)
    own = labels.loc[(labels["label"] == name) & (labels["source_id"] == ""), "areas"]
    current = authorities[authorities["valid_to"] == ""]
    folded = current[["la_name", "spoken_name"]].map(fold_name)
    found = current[(folded == fold_name(name)).any(axis="columns")]
    if len(own):
        found = authorities[authorities["la_code"] == own.iloc[0]]
    if len(found) != 1:
        hint = "if it is a new spelling, add a row to data/coding/area_labels.csv"
        raise DataError(place, "a known authority", repr(name), hint=hint)
    return str(found["la_code"].iloc[0]), str(found["la_name"].iloc[0])


def refuse_unknown_domains(report: InspectionReport, coding: Path, place: str) -> None:
    """Refuse a judgement whose name `report_domains.csv` does not know."""
    domains = read_csv(coding / "report_domains.csv", DOMAIN_COLUMNS, DOMAIN_COLUMNS[:2])
    known = set(domains.loc[domains["framework"] == report.framework, "domain_as_published"])
    for domain in report.judgements:
        if domain not in known:
            hint = "if it is a new wording, add a row to data/coding/report_domains.csv"
            raise DataError(place, f"a judgement of {report.framework}", repr(domain), hint=hint)


def write_reports(project: Project, rows: list[dict[str, str]], figures: list[pd.DataFrame]) -> list[str]:
    """Write what is new or differs; say for each report which it was."""
    sources, held = read_sources(project.raw), read_held(project.raw, TOPIC)
    registered = sources.set_index("source_id")["sha256"]
    lines, changed = [], []
    for row, cells in zip(rows, figures, strict=True):
        own = held[held["source_id"] == row["source_id"]]
        same = registered.get(row["source_id"]) == row["sha256"] and are_same(own, cells)
        same = same and are_anchored(project.raw, TOPIC, row["source_id"])
        changed += [] if same else [row["source_id"]]
        lines.append(f"{row['source_id']}: {'as held' if same else 'read'}, {len(cells)} cells")
    if changed:
        new = pd.DataFrame([row for row in rows if row["source_id"] in changed], columns=SOURCE_COLUMNS)
        old = held["source_id"].isin(changed)
        cells = pd.concat([held[~old], *(one for one in figures if one["source_id"].iloc[0] in changed)])
        keep_figures(cells, project.raw, TOPIC, changed)
        register = pd.concat([sources[~sources["source_id"].isin(changed)], new])
        write_csv(register.sort_values("source_id", kind="stable"), project.raw / "sources.csv")
        write_anchors(project.raw, TOPIC, changed)
    return lines
