"""The page to find an authority's reports on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from string import Template

from lewisham_study.files import write_text
from lewisham_study.paths import Project, slugify
from lewisham_study.report.batch.authorities import Authority, list_authorities, read_columns
from lewisham_study.report.batch.render import NAMES
from lewisham_study.report.document.pandoc import hash_part, read_part
from lewisham_study.vocabulary import (
    FORMAT_NAMES,
    FRAMEWORK_NAMES,
    GRADE_LETTERS,
    GRADE_NAMES,
    GRADES,
    NO_OVERALL,
    NO_OVERALL_FRAMEWORKS,
)

UNJUDGED = "none"
Judgement = tuple[str, str, str]


def write_index(project: Project, out: Path, data: str) -> Path:
    """Write ``index.html`` over the reports in a folder: each authority, its overall grades, links to its files.

    The page works offline and, except for the search, without its script. `data` is a line on how recent the data are.
    """
    found = [authority for authority in list_authorities(project.processed) if list_reports(out / authority.slug)]
    found.sort(key=lambda authority: (authority.la_name, authority.la_code))
    judged, past = read_grades(project), read_past_names(project)
    latest = {name_latest(judged[authority.la_code]) for authority in found}
    choices = {grade: GRADE_NAMES[grade] for grade in [*GRADES, NO_OVERALL] if grade in latest} | {UNJUDGED: "none"}
    style, script = read_part("style.css"), read_part("names.js") + read_part("index.js")
    page = Template(read_part("index.html")).substitute(
        style=style,
        style_hash=hash_part(style),
        script=script,
        script_hash=hash_part(script),
        data=data,
        regions="".join(render_option(region, region) for region in sorted({a.region for a in found})),
        grades="".join(render_option(grade, name) for grade, name in choices.items()),
        count=f"{len(found)} authorities",
        places=render_places(sorted({a.region for a in list_authorities(project.processed)}), out),
        items="".join(render_item(one, judged[one.la_code], past.get(one.la_code, ""), out) for one in found),
    )
    write_text(page, out / "index.html")
    return out / "index.html"


def read_grades(project: Project) -> dict[str, list[Judgement]]:
    """Read each authority's overall grades as framework, grade and first day on site, oldest first.

    An inspection since April 2026 is listed as 'no_overall_grade'.
    """
    columns = ("la_code", "strand", "start_date", "published_date", "framework", "grade")
    judged: dict[str, list[Judgement]] = defaultdict(list)
    for code, strand, start, published, framework, grade in sorted(
        read_columns(project.processed / "judgements.csv", columns), key=lambda row: (row[2] or row[3], row)
    ):
        if strand == "overall" and grade in GRADES:
            judged[code].append((framework, grade, start or published))
        elif strand == "leadership" and framework in NO_OVERALL_FRAMEWORKS:
            judged[code].append((framework, NO_OVERALL, start or published))
    return judged


def read_past_names(project: Project) -> dict[str, str]:
    """Read the names of the councils that each authority replaced: Cumberland is found as Cumbria too."""
    rows = read_columns(project.processed / "authorities.csv", ("la_code", "la_name", "predecessor_la_codes"))
    names = {code: name for code, name, _ in rows}
    return {code: " ".join(names.get(one, "") for one in before.split()) for code, _, before in rows if before}


def name_latest(judged: list[Judgement]) -> str:
    """Return the latest overall grade, or "none"."""
    return judged[-1][1] if judged else UNJUDGED


def list_reports(folder: Path) -> dict[str, Path]:
    """List the documents in an authority's folder by name, as a page if there is one; else its other files."""
    documents: dict[str, Path] = {}
    for part, name in NAMES.items():
        found = [path for form in FORMAT_NAMES if (path := folder / f"{part}.{form}").is_file()]
        documents |= {name: found[0]} if found else {}
    others = sorted(path for path in folder.glob("*.*") if path.suffix[1:] in FORMAT_NAMES)
    return documents or {path.stem.capitalize(): path for path in others}


def render_option(value: str, name: str) -> str:
    """Return the HTML of one choice of a list."""
    return f'<option value="{escape(value)}">{escape(name)}</option>'


def render_places(regions: Sequence[str], out: Path) -> str:
    """Return the HTML of links to the briefings of England and of regions, where there are any."""
    named = [(name, slugify(name)) for name in ("England", *regions)]
    links = [
        f'<li><a href="{slug}/briefing.html">{escape(name)}</a></li>'
        for name, slug in named
        if (out / slug / "briefing.html").is_file()
    ]
    return f'<ul class="documents" aria-label="England and its regions">{"".join(links)}</ul>' if links else ""


def render_item(authority: Authority, judged: list[Judgement], past: str, out: Path) -> str:
    """Return the HTML of one authority: name, code, region, strip of grades, links; `past` are names it replaced."""
    latest = name_latest(judged)
    codes = f"{authority.la_code} {authority.new_la_code}"
    words = f"{authority.la_name} {authority.spoken_name} {codes} {authority.slug} {past}".strip()
    return (
        f'<li data-words="{escape(words)}" data-region="{escape(authority.region)}" data-grade="{latest}">'
        f"<h2>{escape(authority.title)}</h2>"
        f'<p class="place">{escape(authority.region)} · {escape(codes)}</p>'
        f"{render_strip(judged)}{render_links(authority, out)}</li>\n"
    )


def render_strip(judged: list[Judgement]) -> str:
    """Return the HTML of the overall grades: lettered marks with years, and the words for screen readers.

    Examples
    --------
    >>> render_strip([])
    '<p class="strip">No overall grade</p>'
    """
    if not judged:
        return '<p class="strip">No overall grade</p>'
    scales = [framework.partition("_")[0] for framework, _, _ in judged]
    changed = [False, *(before != after for before, after in pairwise(scales))]
    marks = "".join(
        f'<li class="{grade.replace("_", "-")}{" changed" if change else ""}"><span aria-hidden="true">'
        f'{GRADE_LETTERS[grade]}<small>{day[:4]}</small></span><span class="hidden">{GRADE_NAMES[grade]}, '
        f"{escape(name_inspection(framework, day[:4]))}</span></li>"
        for (framework, grade, day), change in zip(judged, changed, strict=True)
    )
    return f'<ol class="strip" aria-label="Overall grades">{marks}</ol>'


def name_inspection(framework: str, year: str) -> str:
    """Name an inspection by framework and year, once if the framework is named by it: ILACS 2024, ILACS 2026."""
    name = FRAMEWORK_NAMES[framework]
    return name if name.endswith(year) else f"{name} {year}"


def render_links(authority: Authority, out: Path) -> str:
    """Return the HTML of the links to an authority's documents, the briefing first."""
    links = [
        f'<li><a href="{authority.slug}/{escape(path.name)}">{escape(name)}'
        f'<span class="hidden">: {escape(authority.title)}</span></a></li>'
        for name, path in list_reports(out / authority.slug).items()
    ]
    return f'<ul class="reports">{"".join(links)}</ul>'
