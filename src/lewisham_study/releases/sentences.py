"""Sentences of Ofsted's reports and letters: where each stands, which speak of caseload, what is to be improved."""

from __future__ import annotations

import calendar
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import pandas as pd

from lewisham_study.releases.reports import squeeze

SENTENCE_COLUMNS = ["page", "line", "paragraph", "sentence"]
LONGEST_QUOTE = 12
"""Words."""
BULLET = r"[◼■▪•●\uf0a7\uf0b7\uf0fc\uf02d\uf06e−–-]"
"""The sign before a point of a list; reports use eight."""
START_OF_POINT = re.compile(rf"\s*(?:{BULLET}\s+|(?P<number>\d{{1,3}})\.\s*(?=[A-Z‘“'\"]))")
MONTH = "|".join(calendar.month_name[1:])
RUNNING_HEAD = re.compile(
    r"\s*(?:\d{1,3}|(?:Re-?)?[Ii]nspection of .{3,80} children.s (?:social care )?services"
    rf"|(?:\d{{1,2}}(?: (?:{MONTH}))?(?: 20\d\d)? ?(?:to|and|[–-]) ?)?\d{{1,2}} (?:{MONTH})(?: 20\d\d)?(?: \d{{1,2}})?"
    r"|Ofsted|Piccadilly Gate|Store Street|Manchester|M1 2WD|Agora|6 Cumberland Place|Nottingham|NG1 6HJ"
    r"|(?:Textphone|T) 0[\d ]+|(?:enquiries@|www\.|lasecretary).*)\s*"
)
"""Lines that belong to the page: its number, the running head, the sender's address."""
END = r"[.!?:;]['’”)\]]*\s*(?:\d{1,2})?$"
LONGEST_HEADING, SHORT_LINE = 90, 60
"""Characters; a shorter line that ends a sentence ends its paragraph."""
ABBREVIATIONS = r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bMr\.)(?<!\bNo\.)(?<!\bvs\.)"
SPLIT = re.compile(rf"(?<=[.!?]){ABBREVIATIONS}['’”)\]]*\s+(?=[‘“\"'(]?[A-Z0-9])")
CASES = r"(?:cases|children|families)"
HOLD = r"(?:hold|holds|holding|held|carry|carries|carrying|carried)"
LOAD = re.compile(
    r"\b(?:case|work)[\s-]?loads?\b|\bvolumes? of (?:work|cases|allocated)\b"
    r"|\bcases (?:per|for each) (?:\w+ )?(?:worker|practitioner)"
    r"|\bpressures? of work\b|\bwork pressures?\b|\boverloaded\b|\bover-?stretched\b"
    rf"|\b(?:{HOLD}|have|had|allocated)\b[^.]{{0,30}}?\btoo many {CASES}\b"
    rf"|\b(?:responsible for|having|has|have|had) too many (?:{CASES}|young people|care leavers)\b|\btoo much work\b"
    r"|\b(?:too|very|already) busy\b|\bbusy (?:teams?|service|social workers)\b"
    r"|\boverwhelmed by the (?:amount|level|volume)"
    rf"|\bmanageable numbers? of\b|\bmanagers (?:\w+ ){{0,4}}{HOLD} (?:\w+ ){{0,3}}cases\b"
    r"|\b(?:un|in)complete(?:d)? work\b|\bcatch up on\b|\bfind it (?:hard|difficult) to (?:do|complete)\b"
    r"|\bhigh demands [^.]{0,40}work\b|\bdue to (?:the )?(?:\w+ )?volumes?\b"
    rf"|\bnumbers? of (?:allocated |open )?{CASES}(?: that)? (?:\w+ ){{0,3}}?"
    r"(?:held|hold|allocated|carry|carried|responsible|work with|working with|on their)\b"
    rf"|\b(?:{HOLD}|allocated|average of|between|up to|over|more than|maximum of)\b"
    r"[^.]{0,40}?\b\d+(?:\.\d+)? (?:cases|children) (?:each|per|on average|at any)"
    r"|\b(?:allocated|protected|reduced|fewer) cases\b"
    r"|\ballocat\w+ of (?:a )?(?:high|large|low|small)\w* numbers? of cases\b",
    re.IGNORECASE,
)
"""What a sentence on caseload or workload contains; a reader decides whether it is one."""
TELLING = re.compile(
    r"too|not|remain\w*|still|high\w*|low\w*|manageable|unmanageable|reasonable|realistic|excessive|heavy|large|small\w*"
    r"|reduc\w+|increas\w+|f[ae]ll\w*|ris\w+|rose|grow\w*|protected|appropriate|sustainable|fair|balanced|vari\w+|\d+",
    re.IGNORECASE,
)
"""Words that tell of the level of a caseload or its change; a quote should keep them."""
OPENERS = {"and", "but", "so", "while", "although", "because", "that", "which"}
LITTLE = OPENERS | {"a", "an", "the", "of", "to", "in", "on", "for", "with", "by", "their", "or", "as"}
LITTLE |= {"have", "is", "are"}
IMPROVE = re.compile(
    r"(?:.*[.a-z])??\s*What needs to improve(?: in this area of social work practice)?\s*[?:]*\s*\d?\s*$", re.IGNORECASE
)
"""The heading above the points to be improved; a page's footer may stand before it on one line."""
AFTER_POINTS = re.compile(
    r"\s*(?:1\.\s|(?:The )?(?:Overall )?(?:Experiences and progress|Effectiveness|Impact of leaders)\b"
    r"|(?:The )?(?:Main|Key|Inspection)? ?findings\b|Areas? for priority action)",
    re.IGNORECASE,
)
FOOTNOTE = re.compile(r"\s*\d\s+(?:[A-Z]|https?:)")


@dataclass(frozen=True)
class Line:
    """One printed line, with its page and number, counted from 1."""

    page: int
    number: int
    text: str


def list_lines(pages: Sequence[str]) -> Iterator[Line]:
    """List a text's printed lines, without running heads and page numbers."""
    for page, text in enumerate(pages, 1):
        lines = text.split("\n")
        lines[-1] = re.sub(rf"(?<=[a-z.,])\s*\b{page}\s*$", "", lines[-1])
        for number, line in enumerate(lines, 1):
            if line.strip() and not RUNNING_HEAD.fullmatch(line):
                # The sign for a hyphen at which a line was broken.
                yield Line(page, number, line.strip().replace("\ufffe", "-"))


def list_paragraphs(pages: Sequence[str]) -> Iterator[tuple[str, list[Line]]]:
    """Part a text into points of lists, numbered paragraphs, headings and the rest, each with its printed number."""
    lines: list[Line] = []
    number = ""
    for line in list_lines(pages):
        point = START_OF_POINT.match(line.text)
        before = lines[-1].text if lines else ""
        ended = bool(re.search(END, before))
        heading = len(lines) == 1 and len(before) < LONGEST_HEADING and not ended and line.text[0].isupper()
        if lines and (point or heading or (ended and len(before) < SHORT_LINE)):
            yield number, lines
            lines, number = [], ""
        if point:
            number = point["number"] or ""
            line = Line(line.page, line.number, line.text[point.end() :])
        lines.append(line)
    if lines:
        yield number, lines


def list_sentences(pages: Sequence[str]) -> pd.DataFrame:
    """List the sentences of a text: page, line and paragraph (as printed) where each begins, and its words."""
    rows = []
    for number, lines in list_paragraphs(pages):
        starts = list(accumulate((len(line.text) + 1 for line in lines), initial=0))
        text = " ".join(line.text for line in lines)
        position = 0
        for end in [*(match.end() for match in SPLIT.finditer(text)), len(text)]:
            if words := squeeze(text[position:end]):
                line = lines[bisect_right(starts, position) - 1]
                rows.append((line.page, line.number, number, words))
            position = end
    return pd.DataFrame(rows, columns=SENTENCE_COLUMNS)


def find_caseload_sentences(pages: Sequence[str]) -> pd.DataFrame:
    """Find the sentences that may say something about caseload or workload, with what stands before and after."""
    sentences = list_sentences(pages)
    text = sentences["sentence"]
    around = sentences.assign(before=text.shift(fill_value=""), after=text.shift(-1, fill_value=""))
    return around[text.str.contains(LOAD)].reset_index(drop=True)


def find_improvement_points(pages: Sequence[str]) -> pd.DataFrame:
    """Find the points under the heading "What needs to improve": page, line, number in the list, words."""
    lines = list(list_lines(pages))
    start = next((n for n, line in enumerate(lines) if IMPROVE.fullmatch(line.text)), None)
    rows: list[tuple[int, int, str, str]] = []
    for line in [] if start is None else lines[start + 1 :]:
        point = START_OF_POINT.match(line.text)
        note = bool(FOOTNOTE.match(line.text))
        if AFTER_POINTS.match(line.text) or (rows and (note or (point and point["number"]))):
            break
        if note:
            continue
        if point or not rows:
            text = line.text[point.end() :] if point else line.text
            rows.append((line.page, line.number, str(len(rows) + 1), text))
        else:
            rows[-1] = (*rows[-1][:3], f"{rows[-1][3]} {line.text}")
    found = pd.DataFrame(rows, columns=SENTENCE_COLUMNS)
    return found.assign(sentence=found["sentence"].map(squeeze))


def cut_quote(sentence: str, pattern: re.Pattern[str] | None = LOAD) -> str:
    """Cut at most twelve words out of a sentence: those around the load that tell most of its level and change.

    Without a pattern, or where it does not occur, they are the first.

    Examples
    --------
    >>> cut_quote("Staff are well supported, and caseloads are manageable, so that they see children often.")
    'Staff are well supported, and caseloads are manageable, so that they see'
    """
    words = sentence.split()
    match = pattern.search(sentence) if pattern else None
    if match is None or len(words) <= LONGEST_QUOTE:
        return trim(words[:LONGEST_QUOTE])
    first = len(sentence[: match.start()].split())
    last = min(max(first + 1, len(sentence[: match.end()].split())), first + LONGEST_QUOTE)
    starts = range(max(0, last - LONGEST_QUOTE), first + 1)
    best = max(starts, key=lambda start: rate_window(words, start))
    return trim(words[best : best + LONGEST_QUOTE])


def rate_window(words: Sequence[str], start: int) -> tuple[int, bool, int]:
    """Rate twelve words from a start: how many tell of level and change, whether a clause begins, how early."""
    telling = sum(bool(TELLING.fullmatch(word.strip(",.;:"))) for word in words[start : start + LONGEST_QUOTE])
    begins = start == 0 or words[start - 1][-1] in ",;:–" or words[start - 1].casefold() in OPENERS
    return telling, begins, -start


def trim(words: Sequence[str]) -> str:
    """Join words, without the punctuation and the little words at their end."""
    kept = list(words)
    while len(kept) > 1 and kept[-1].casefold().strip(",;:–") in LITTLE:
        kept.pop()
    return " ".join(kept).strip(" .,;:–")
