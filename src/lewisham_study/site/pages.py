"""The pages of the site: reports with links to the rest of it, the start page, comparisons, the list of data."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from string import Template, ascii_lowercase
from typing import Any

from markdown_it import MarkdownIt
from rich.progress import Progress

from lewisham_study.analysis.group import Group, find_group, open_apart
from lewisham_study.display import summary
from lewisham_study.display.common.exhibit import TableExhibit, format_cells, is_wordy
from lewisham_study.errors import UsageError
from lewisham_study.files import write_bytes, write_text
from lewisham_study.paths import Project
from lewisham_study.report.batch.authorities import Authority
from lewisham_study.report.document.pandoc import hash_part, read_part
from lewisham_study.tidy.tables import Tables

LINKS = {
    "Start and search": "index.html",
    "All councils": "councils/index.html",
    "Data": "data/index.html",
    "Documentation": "docs/index.html",
    "What changed": "docs/project/changes.html",
}
"""The main pages, in the order of the links on every page."""
COUNCILS, PAGES, COMPARED = "councils", ("briefing.html", "report.html"), "compare.html"
"""The folder of councils, and the pages that each has; its briefing comes first."""
EMBEDDED = re.compile(r"data:(image/svg\+xml|image/png|text/csv);base64,([A-Za-z0-9+/=]+)")
PICTURE = re.compile(r'<li><a href="figures/[\w-]+\.png">.*?</a></li>')
PROLOGUE = re.compile(rb"<\?xml.*?\?>\s*|<!DOCTYPE.*?>\s*|\s*<metadata>.*?</metadata>", re.DOTALL)
ANNEX = re.compile(r'href="annex\.html(?:#[^"]*)?"')
DOCUMENTS = re.compile(r'(<ul class="documents" aria-label="Documents">.*?)</ul>', re.DOTALL)
CITED = re.compile(r"\[((?:-?@[\w-]+[^\[\]@;]*;?\s*)+)]|(?<![\w\[])@([a-z][\w]*-[\w-]*\w)")
ENDINGS = {"image/svg+xml": "svg", "image/png": "png", "text/csv": "csv"}


@dataclass(frozen=True)
class Place:
    """Where a page is: the site's folder, and the way there from the page, such as ``../../``."""

    root: Path
    up: str = ""

    def store_file(self, data: bytes, ending: str) -> str:
        """Write a figure's file once for all pages that show it; return its address from the page."""
        data = PROLOGUE.sub(b"", data) if ending == "svg" else data
        path = self.root / "figures" / f"{hashlib.sha256(data).hexdigest()[:20]}.{ending}"
        if not path.exists():
            write_bytes(data, path)
        return f"{self.up}figures/{path.name}"

    def list_links(self) -> dict[str, str]:
        """List the main pages with their addresses from this page."""
        return {name: f"{self.up}{page}" for name, page in LINKS.items()}


def publish_page(page: str, place: Place, documents: Mapping[str, str]) -> str:
    """Turn a page of a report into one of the site: figures in shared files, links to the site and more documents.

    The annex is on the site as a PDF only, and pictures that a report has beside it are not.
    """

    def lift(match: re.Match[str]) -> str:
        return place.store_file(base64.b64decode(match[2]), ENDINGS[match[1]])

    page = EMBEDDED.sub(lift, page).replace("img-src data:", "img-src 'self'", 1)
    page = ANNEX.sub('href="annex.pdf"', PICTURE.sub("", page))
    page = DOCUMENTS.sub(lambda match: f"{match[1]}{render_items(documents)}</ul>", page, count=1)
    return page.replace("<header>\n", f"<header>\n{render_links(place.list_links(), 'This site')}\n", 1)


def render_items(links: Mapping[str, str]) -> str:
    """Return the HTML of links as items of a list."""
    return "".join(f'<li><a href="{html.escape(page)}">{html.escape(name)}</a></li>' for name, page in links.items())


def render_links(links: Mapping[str, str], label: str) -> str:
    """Return the HTML of a list of links."""
    return f'<ul class="documents" aria-label="{label}">{render_items(links)}</ul>' if links else ""


def render_page(
    place: Place,
    heading: str,
    subtitle: str,
    main: str,
    *,
    data: str = "",
    documents: Mapping[str, str] | None = None,
    scripts: Sequence[str] = (),
) -> str:
    """Return a page of the site that is no report: its headings, its main part in HTML, and its scripts."""
    style = read_part("style.css").strip()
    return Template(read_template("page.html")).substitute(
        style=style,
        style_hash=hash_part(style),
        title=html.escape(f"{heading}: {subtitle}"),
        heading=html.escape(heading),
        subtitle=html.escape(subtitle),
        data=html.escape(data),
        links=render_links(place.list_links(), "This site"),
        documents=render_links(documents or {}, "Documents"),
        main=main,
        scripts="\n".join(f'<script src="{name}"></script>' for name in scripts),
    )


@cache
def read_template(name: str) -> str:
    """Read one of the site's own templates."""
    return package_files("lewisham_study.site").joinpath("templates", name).read_text(encoding="utf-8")


def find_figures(page: str, count: int) -> list[str]:
    """Return the HTML of the first figures of a page, without their numbers."""
    found = re.findall(r'<figure id="fig-[^"]*".*?</figure>', page, re.DOTALL)[:count]
    unnumbered = [re.sub(r'<strong class="number">.*?</strong>\s*', "", figure, count=1) for figure in found]
    return [re.sub(r"(Data behind) Figure\W+\d+", r"\1 this figure", figure) for figure in unnumbered]


def render_exhibit(exhibit: Any, place: Place, titles: Mapping[str, str]) -> str:
    """Return the HTML of a figure or table of the library, as in a report."""
    data, metadata = exhibit._repr_mimebundle_()
    details = metadata["exhibit"]
    if details["kind"] == "prose":
        return str(MarkdownIt("commonmark", {"html": False}).render(data["text/markdown"]))
    title = html.escape(details["title"])
    if details["kind"] == "table":
        body = re.sub(r"<caption>.*?</caption>|</table>.*", "", data["text/html"], flags=re.DOTALL) + "</table>"
        shown = format_cells(exhibit.table)
        numeric = [f"r{place}" for place, name in enumerate(shown, 1) if not is_wordy(shown[name])]
        body = body.replace("<table>", f'<table class="{" ".join(numeric)}">', 1)
    else:
        address = place.store_file(data["image/svg+xml"].encode("utf-8"), "svg")
        body = f'<img src="{address}" alt="{html.escape(details["alt"])}">'
        if "narrow" in details:
            phone = place.store_file(details["narrow"].encode("utf-8"), "svg")
            body = f'<picture><source media="(max-width: 36rem)" srcset="{phone}">{body}</picture>'
    caption = cite(html.escape(details["caption"], quote=False), titles, f"{place.up}docs/reference/sources.html")
    scroll = f'<div class="scroll" role="region" tabindex="0" aria-label="{title}">{body}</div>'
    return (
        f'<figure id="{details["label"]}" class="exhibit"><figcaption>{title}</figcaption>{scroll}'
        f'<div class="note"><p>{caption}</p></div></figure>'
    )


def read_titles(references: Path) -> dict[str, str]:
    """Read the name of each source in a text: its publisher and year."""
    return {
        one["id"]: f"{one['author'][0]['literal']} {one['issued']['date-parts'][0][0]}"
        for one in json.loads(references.read_text("utf-8"))
        if "author" in one and "date-parts" in one["issued"]
    }


def cite(text: str, titles: Mapping[str, str], page: str) -> str:
    """Replace each citation by publisher, year and a link to the page of sources.

    Examples
    --------
    >>> cite("As counted [@ofsted-2025].", {"ofsted-2025": "Ofsted 2025"}, "sources.html")
    'As counted (<a href="sources.html#ofsted-2025">Ofsted 2025</a>).'
    """
    named = letter_names([key for key in re.findall(r"@([\w-]+)", text) if key in titles], titles)

    def name(cited: str) -> str:
        found = re.fullmatch(r"-?@([\w-]+)(.*)", cited.strip(), re.DOTALL)
        key, rest = found.groups() if found else (cited, "")
        return f'<a href="{page}#{key}">{html.escape(named.get(key, key))}</a>{rest}'

    def change(match: re.Match[str]) -> str:
        if match[2]:
            return name(f"@{match[2]}") if match[2] in titles else match[0]
        listed = "; ".join(name(part) for part in match[1].split(";") if part.strip())
        # As in a report (brackets.lua): a source that is part of the sentence has no brackets.
        return listed if re.search(r"(^|:|\bfrom|\bto)\s*$", text[: match.start()]) else f"({listed})"

    return CITED.sub(change, text)


def letter_names(keys: Sequence[str], titles: Mapping[str, str]) -> dict[str, str]:
    """Name sources, those of one publisher and year with letters in their order.

    Examples
    --------
    >>> letter_names(["b", "a", "c"], {"a": "Ofsted 2026", "b": "Ofsted 2026", "c": "Ofsted 2025"})
    {'b': 'Ofsted 2026a', 'a': 'Ofsted 2026b', 'c': 'Ofsted 2025'}
    """
    named = {}
    for key in dict.fromkeys(keys):
        same = [one for one in dict.fromkeys(keys) if titles[one] == titles[key]]
        named[key] = titles[key] + (ascii_lowercase[same.index(key)] if len(same) > 1 else "")
    return named


def compare_councils(project: Project, found: Sequence[Authority], root: Path, progress: Progress) -> set[str]:
    """Write a page for each council next to its statistical neighbours; return the codes of those that have some."""
    tables, titles = Tables(project.processed), read_titles(project.reports / "references.json")
    near = find_neighbours(tables, found)
    if not near:
        return set()
    slugs = {one.la_code: one.slug for one in found}
    every = open_apart(tables, sorted({code for codes, _ in near.values() for code in codes}))
    cases = {case.la_code: case for case in every}
    # Once for all councils, as most of the time goes to measures of the whole country.
    numbers = summary.compare_numbers(Group("Councils", every))
    for one in progress.track([one for one in found if one.la_code in near], description="comparisons"):
        codes, title = near[one.la_code]
        group = Group(title, tuple(cases[code] for code in codes))
        exhibits = [
            summary.summarise_group(group),
            select_rows(numbers, group),
            summary.compare_grades(group, most=len(codes)),
            summary.list_group_cautions(group),
        ]
        place = Place(root, "../../")
        main = "\n".join(render_exhibit(exhibit, place, titles) for exhibit in exhibits)
        documents = {f"{one.title} in brief": PAGES[0], "Report": PAGES[1]}
        main = link_councils(main, {case.label: slugs[case.la_code] for case in group.cases if case.la_code in slugs})
        page = render_page(place, "Compared with its neighbours", one.title, main, documents=documents)
        write_text(page, root / COUNCILS / one.slug / COMPARED)
    return set(near)


def find_neighbours(tables: Tables, found: Sequence[Authority]) -> dict[str, tuple[list[str], str]]:
    """Find the codes of each council and its neighbours, and what to call them; some have no published neighbours."""
    near = {}
    for one in found:
        with suppress(UsageError):
            near[one.la_code] = find_group(tables["authorities"], tables["neighbours"], one.la_code)
    return near


def select_rows(numbers: TableExhibit, group: Group) -> TableExhibit:
    """Select the rows of a group, and England, from the numbers of all councils."""
    rows = numbers.table.set_index(numbers.table.columns[0]).loc[[*group.labels, "England"]]
    return replace(numbers, table=rows.rename_axis("Council").reset_index(), title=f"{group.title}: the latest figures")


def link_councils(main: str, slugs: Mapping[str, str]) -> str:
    """Link the first cell with each council's name to its page."""
    for label, slug in slugs.items():
        cell, name = f"<td>{html.escape(label)}</td>", html.escape(label)
        main = main.replace(cell, f'<td><a href="../{slug}/{PAGES[0]}">{name}</a></td>', 1)
    return main
