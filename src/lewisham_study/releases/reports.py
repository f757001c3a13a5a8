"""Ofsted's reports on children's services: one PDF, a folder of them, or a folder of their texts."""

from __future__ import annotations

import calendar
import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import CELL_COLUMNS, read_columns, read_delimited
from lewisham_study.releases.spreadsheets import read_sheet
from lewisham_study.vocabulary import NO_OVERALL_SINCE

FIRST_ILACS = date(2018, 1, 1)
MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
DAY = rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: (?P<month>{'|'.join(MONTHS)}))?(?: (?P<year>20\d\d))?"
ANOTHER = r"The impact of leaders|The experiences and progress of|Overall effectiveness"
DOMAIN = (
    r"(?:The impact of leaders|The experiences and progress of)\b"
    rf"(?:(?!{ANOTHER})[^.:;?]){{5,90}}?|Overall effectiveness"
)
GRADES = ("Requires improvement to be good", "Requires improvement", "Outstanding", "Good", "Inadequate")
GRADE = "|".join(grade.replace(" ", r"\s+") for grade in GRADES)
LEAST_JUDGEMENTS = 4
INDEX_COLUMNS = ("file", "kind", "la_code", "la_name", "published", "report_url", "pdf_sha256")
MONTH = "|".join(MONTHS)
SOME_DAYS = rf"((?:\d{{1,2}}(?:st|nd|rd|th)?|of|to|and|the|until|[–,&-]|\w+day|{MONTH}|20\d\d|\s)+)"
ON = r"\b(?:on|between|from|over|during|services,?)(?: the)? (?=\w*day \d|\d)"
VISIT_DATES = (
    rf"(?:summarises|outlines|describes)\b.{{0,260}}?{ON}{SOME_DAYS}",
    rf"\bBetween (?=\w*day \d|\d){SOME_DAYS}",
    rf"\b(?:took place|carried out|conducted|undertaken|undertook)\b.{{0,120}}?{ON}{SOME_DAYS}",
)
SUBJECTS = (
    r"‘?deep[ -]dive’?(?: focus)? (?:focus )?(?:on|into|of) (?:the )?(?:response to )?([^.]{4,300})",
    r"(?:JTAI\)?|joint targeted area inspection) (?:\(JTAI\) )?(?:of|on) (?:the )?([^.]{4,300}?) in ",
    r"(?:Inspectors|They|This visit|The visit|visit)[^.]{0,60}? "
    r"(?:considered|looked at|evaluated|reviewed|examined|focused on|scrutinised|explored|assessed|covered)"
    r"(?: (?:the )?(?:local authority|council|[Tt]rust|quality|effectiveness|progress)[^ ]*(?: of)?"
    r"(?: (?:arrangements|services?|practice)(?: for| that| in| at)?)?(?: the)?)? ([^.]{4,300})",
    r"arrangements for ([^.]{4,200})",
)
PRIORITY = r"(?:^|\n|[.]) *Areas? for priority action\s*(?:\n|$)|have notified the D\w+[^.]{0,60} priority action"
MOST_WORDS = 12
LETTER_HEAD = 2_600
"""Characters in which a letter says what inspectors looked at."""
OTHER_REMITS = {
    r"\barea SEND inspection|special educational needs and/or disabilities \(SEND\)": "an area SEND inspection",
    r"\bjoint (?:targeted )?area (?:child protection )?inspection": "a joint area inspection",
    r"\bfocused visit\b": "the letter of a focused visit",
    r"\bmonitoring visit\b": "the letter of a monitoring visit",
    r"\bchildren.s home\b.{0,80}\b(?:inspection|provider)": "an inspection of a children’s home",
    r"\bindependent fostering agency\b.{0,60}\binspection": "an inspection of a fostering agency",
}


@dataclass(frozen=True)
class Place:
    """Where a text is printed: page and line, counted from 1."""

    page: int
    line: int


@dataclass(frozen=True)
class InspectionReport:
    """What the first pages of an inspection report print."""

    area_name: str
    dates: str
    start: date
    end: date
    lead_inspector: str
    judgements: dict[str, str]
    places: dict[str, Place] = field(repr=False, default_factory=dict)

    @property
    def framework(self) -> str:
        """ILACS, or ILACS_2026 where the report gives no overall grade."""
        return "ILACS" if "Overall effectiveness" in self.judgements else "ILACS_2026"


@dataclass(frozen=True)
class Letter:
    """What the letter of a visit prints: its days, what inspectors looked at, whether it asks for priority action."""

    start: date
    end: date
    subject: str
    priority_action: bool


def read_inspection_report(pages: Sequence[str], name: str) -> InspectionReport:
    """Read what an inspection report prints on its first pages; anything contradictory or unknown is refused."""
    first = squeeze(" ".join(pages[:2]))
    refuse_other_remit(first, name)
    printed, place = find_dates(pages, name)
    start, end = parse_dates(printed, name)
    judgements, places = read_judgements(pages, name)
    compare_headings(pages, judgements, name)
    report = InspectionReport(
        find_area(pages, name), printed, start, end, find_lead(pages[0]), judgements, {**places, "dates": place}
    )
    refuse_wrong_set(report, name)
    return report


def refuse_other_remit(text: str, name: str) -> None:
    """Refuse a report of another kind of inspection, which the first lines name."""
    head = re.split(r"Inspection dates?\s*:", text[:1500])[0][:900]
    for pattern, remit in OTHER_REMITS.items():
        if re.search(pattern, head, re.IGNORECASE):
            found = f"{remit} (page 1)"
            raise DataError(name, "an inspection of a local authority’s children’s services", found)


def find_dates(pages: Sequence[str], name: str) -> tuple[str, Place]:
    """Find the line of the inspection's dates, with what continues it on the next."""
    lines = pages[0].split("\n")
    for number, line in enumerate(lines):
        match = re.match(r"\s*Inspection dates?\s*:\s*(.+)", line, re.IGNORECASE)
        if match:
            text = match[1].strip()
            if re.search(r"(?:to|and|[–-])$", text) and number + 1 < len(lines):
                text += " " + lines[number + 1].strip()
            return text, Place(1, number + 1)
    raise DataError(name, "‘Inspection dates:’ on page 1", "none", hint="is it the report of an inspection?")


def parse_dates(printed: str, name: str, last_year: int | None = None) -> tuple[date, date]:
    """Parse printed dates: the first day, and the last day of the last phase."""
    found = list(re.finditer(DAY, squeeze(re.sub(r"[–-]|\bof\b", lambda m: " " if m[0] == "of" else " to ", printed))))
    days, month, year = [], None, str(last_year) if last_year else None
    for match in reversed(found):
        month, year = match["month"] or month, match["year"] or year
        if month is None or year is None:
            break
        try:
            days.append(date(int(year), MONTHS[month], int(match["day"])))
        except ValueError:
            raise DataError(name, "dates of the calendar on page 1", repr(printed)) from None
    days.reverse()
    if len(days) != len(found) or not days or days != sorted(days):
        raise DataError(name, "dates such as ‘8 July to 19 July 2019’ on page 1", repr(printed))
    return days[0], days[-1]


def read_judgements(pages: Sequence[str], name: str) -> tuple[dict[str, str], dict[str, Place]]:
    """Read the table of judgements: for each domain the grade as printed, with its page and line."""
    page, text, line = find_table(pages, name)
    judgements: dict[str, str] = {}
    places: dict[str, Place] = {}
    pattern = re.compile(rf"[\s\d]*({DOMAIN})\.?\s+({GRADE})(?!\w)", re.IGNORECASE)
    position = 0
    while row := pattern.match(text, position):
        domain = squeeze(row[1])
        if re.search(r"\b(?:are|is|have|has|was|were)\b", domain):
            break  # the first sentence below the table
        grade = squeeze(row[2]).capitalize()
        if judgements.get(domain, grade) != grade:
            raise DataError(f"{name}, page {page}", f"one grade for ‘{domain}’", f"{judgements[domain]} and {grade}")
        judgements[domain] = grade
        places[domain] = Place(page, line + text[: row.start(1)].count("\n"))
        position = row.end()
    unread = re.match(rf"\s*(?:{DOMAIN})[^.]{{0,60}}", text[position:], re.IGNORECASE)
    if unread and len(judgements) < LEAST_JUDGEMENTS:
        place = f"{name}, page {page}, line {line + text[:position].count(chr(10))}"
        raise DataError(place, f"a judgement and one of {', '.join(GRADES)}", repr(squeeze(unread[0])))
    return judgements, places


def find_table(pages: Sequence[str], name: str) -> tuple[int, str, int]:
    """Find the table of judgements: its page, the text below its heading, and the number of that text's first line."""
    if re.search(r"inspection of services for children in need of help", squeeze(pages[0][:400]), re.IGNORECASE):
        hint = "Ofsted’s table of 2023 holds those"
        raise DataError(name, "an inspection under ILACS", "one under the single inspection framework", hint=hint)
    for page, text in enumerate(pages[:3], 1):
        lines = text.split("\n")
        for number, line in enumerate(lines):
            if re.fullmatch(r"\s*Judgements?\s+Grade\s*", line, re.IGNORECASE):
                return page, "\n".join(lines[number + 1 :]), number + 2
    raise DataError(name, "a table ‘Judgement, Grade’ on pages 1 to 3", "none", hint="is it an ILACS report?")


def compare_headings(pages: Sequence[str], judgements: dict[str, str], name: str) -> None:
    """Refuse a report whose headings in the text give another grade than its table."""
    pattern = re.compile(rf"(?:^|\n)\s*({DOMAIN}):\s*({GRADE})\b", re.IGNORECASE)
    for number, page in enumerate(pages, 1):
        for match in pattern.finditer(page):
            domain, grade = squeeze(match[1]), squeeze(match[2]).capitalize()
            if domain in judgements and judgements[domain].split()[0] != grade.split()[0]:
                found = f"{grade} in the heading on page {number}"
                raise DataError(name, f"{judgements[domain]} for ‘{domain}’, as in the table", found)


def refuse_wrong_set(report: InspectionReport, name: str) -> None:
    """Refuse a table of judgements that is not the framework's."""
    count, overall = len(report.judgements), "Overall effectiveness" in report.judgements
    if report.start < FIRST_ILACS:
        raise DataError(
            name, "an inspection of 2018 or later", report.dates, hint="older ones come from Ofsted’s table"
        )
    if overall and report.start >= NO_OVERALL_SINCE:
        raise DataError(name, "no overall grade for an inspection from April 2026", "an overall effectiveness grade")
    if not overall and report.start < NO_OVERALL_SINCE:
        raise DataError(name, "an overall effectiveness grade before April 2026", "none on page 1")
    if count not in ((4, 5) if overall else (4,)):
        raise DataError(name, "a grade for each judgement", "; ".join(report.judgements) or "none")


def find_area(pages: Sequence[str], name: str) -> str:
    """Find the authority's name in the title, which stands above the dates."""
    lines = pages[0][: pages[0].lower().find("inspection date")].split("\n")
    dates_or_number = re.compile(r"\s*\d+ (?:\w+ )?(?:to|and) |\s*\d+\s*$")
    head = squeeze(" ".join(line for line in lines if not dates_or_number.match(line)))
    services = r"(?:’s|'s)?(?: local authority)?(?: children.s (?:social care )?services)?$"
    patterns = (
        rf".*Inspection of (?!local authority|children)(.+?){services}",
        r"^(?:Ofsted )?(.+?) (?:Re-)?inspection of\b",
    )
    for pattern in patterns:
        if match := re.match(pattern, head, re.IGNORECASE):
            return match[1].strip()
    raise DataError(name, "the name of a local authority on page 1", repr(head[:80]))


def find_lead(page: str) -> str:
    """Find the lead inspector's name, without rank; empty where none is printed."""
    match = re.search(r"Lead inspectors?:\s*([^\n]+)", page, re.IGNORECASE)
    if not match:
        return ""
    return squeeze(re.split(r",|\b(?:Her|His) Majesty|\bHMI\b|\bOfsted\b|\bSenior\b", match[1])[0])


def read_letter(pages: Sequence[str], name: str, published: date) -> Letter:
    """Read the letter of a focused visit or a joint area inspection: days on site, subject, priority actions."""
    text = squeeze(" ".join(pages[:3]))
    for pattern in VISIT_DATES:
        if match := re.search(pattern, text):
            start, end = parse_dates(match[1], name, published.year)
            break
    else:
        raise DataError(name, "the days of the visit on pages 1 to 3", repr(text[:80]))
    found = (
        m
        for pattern in SUBJECTS
        for m in re.finditer(pattern, text[:LETTER_HEAD])
        if not re.search(r"evidence|records|case discussions", m[0][:160])
    )
    subject = next(found, None)
    words = squeeze(subject[1] if subject else "").split()[:MOST_WORDS]
    priority = any(re.search(PRIORITY, page, re.IGNORECASE) for page in pages)
    return Letter(start, end, " ".join(words).strip(" .,;:"), priority)


def read_report_index(path: Path, source_id: str) -> pd.DataFrame:
    """Read a folder of report texts by its index: dates, subject, lead inspector and address of each document.

    The texts are files next to the index, with a form feed between pages.
    """
    index = read_delimited(path)
    heads = [str(head) for head in index.iloc[0]]
    if not set(INDEX_COLUMNS) <= set(heads):
        raise DataError(shorten(path), f"the headings {', '.join(INDEX_COLUMNS)}", ", ".join(heads), row=1)
    documents = index[1:].set_axis(heads, axis="columns").to_dict("records")
    rows = [cell for row, document in enumerate(documents, 2) for cell in list_document_cells(document, row, path)]
    return pd.DataFrame(rows, columns=CELL_COLUMNS)


def read_joint_addresses(path: Path, source_id: str) -> pd.DataFrame:
    """Read the addresses and themes of joint inspections that Data to Insight collected: one report an authority."""
    sheet = "ofsted_cs_send_inspections"
    headings = ["inspection_link", "publication_date", "inspection_theme"]
    return read_columns(read_sheet(path, sheet), path, ["la_code", "local_authority"], headings, sheet=sheet)


def list_document_cells(document: dict[Hashable, str], row: int, index: Path) -> list[tuple[str, ...]]:
    """List what one document of an index says, in the row of the index: what that says of it, then its text."""
    file, read = document["file"], READERS.get(document["kind"])
    names = [name for name in ("kind", "published", "report_url", "pdf_sha256") if document[name]]
    said = [(letter, name, document[name]) for letter, name in zip("ABCD", names, strict=False)]
    if read:
        pages = (index.parent / file).read_text(encoding="utf-8").split("\f")
        found = read(pages, file, date.fromisoformat(document["published"]))
        said += [(letter, name, value) for letter, (name, value) in zip("EFGHIJ", found, strict=False)]
    area = (document["la_code"], document["la_name"], "")
    return [(file, str(row), letter, *area, name, value) for letter, name, value in said]


def describe_inspection(pages: Sequence[str], name: str, published: date) -> Iterator[tuple[str, str]]:
    """Give dates and lead inspector of an inspection's text; of a scan or an unknown layout, what can be read."""
    try:
        start, end = parse_dates(find_dates(pages, name)[0], name)
        yield from (("inspection_start", str(start)), ("inspection_end", str(end)))
    except DataError:
        pass
    if lead := find_lead(pages[0] + "\n" + "\n".join(pages[1:2])):
        yield "lead_inspector", lead


def describe_letter(pages: Sequence[str], name: str, published: date) -> Iterator[tuple[str, str]]:
    """Give days, subject and priority actions of a letter."""
    letter = read_letter(pages, name, published)
    yield from (("visit_start", str(letter.start)), ("visit_end", str(letter.end)))
    if letter.subject:
        yield "subject", letter.subject
    yield "priority_action", "yes" if letter.priority_action else "no"


READERS = {
    "inspection": describe_inspection,
    "focused-visit": describe_letter,
    "joint-area-child-protection-inspection": describe_letter,
}


def squeeze(text: str) -> str:
    """Make line breaks and double spaces one space."""
    return " ".join(text.split())
