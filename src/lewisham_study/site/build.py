"""Make the site from a folder of reports, the tables and the pages of the documentation."""

from __future__ import annotations

import html
import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from lewisham_study.errors import StudyError
from lewisham_study.files import PACKAGE, write_bytes, write_text
from lewisham_study.paths import Project, shorten
from lewisham_study.publish.data import SCHEMA, SECTIONS, write_data
from lewisham_study.report.batch.authorities import Authority, list_authorities, name_group, read_authority
from lewisham_study.report.batch.index import read_past_names, write_index
from lewisham_study.report.batch.manifest import describe_data
from lewisham_study.report.batch.pool import open_progress
from lewisham_study.report.document.pandoc import read_part
from lewisham_study.site.crawl import crawl_site
from lewisham_study.site.pages import (
    COMPARED,
    COUNCILS,
    LINKS,
    PAGES,
    Place,
    compare_councils,
    find_figures,
    publish_page,
    read_template,
    render_links,
    render_page,
)

PAPERS = ("briefing.pdf", "report.pdf", "annex.pdf")
DOCS, DATA = "docs", "data"
STORY = 3
"""How many figures of England's report the start page shows."""
LEFT_OUT = ("objects.inv", ".buildinfo", ".doctrees", "_sources", "*-macros.html")
TITLE = "Children’s services in England"
SUBTITLE = "how councils are graded, and how grades, caseload and spend have changed"
MARK = '<meta name="generator" content="lewisham-study">'


@dataclass(frozen=True)
class Site:
    """A site made: its folder, how many councils and files, its size in bytes, and the time that it took."""

    root: Path
    councils: int
    files: int
    size: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.councils} councils, {self.files:,} files, {self.size / 1e6:.0f} MB, "
            f"no dead link and no request to another host, in {self.seconds:.1f} s"
        )


def make_site(
    project: Project,
    reports: Path,
    docs: Path,
    out: Path,
    authorities: Sequence[str] = (),
    console: Console | None = None,
) -> Site:
    """Make the site in a new folder, check every link, and only then replace the folder that was there."""
    begun, new = time.monotonic(), out.with_name(f"{out.name}.new")
    refuse_other(out)
    shutil.rmtree(new, ignore_errors=True)
    every = [read_authority(project.processed, name) for name in authorities] or list_authorities(project.processed)
    found = [one for one in dict.fromkeys(every) if (reports / one.slug / PAGES[0]).is_file()]
    groups = [one for one in list_groups(project) if (reports / one.slug / PAGES[0]).is_file()]
    copy_docs(docs, new)
    write_data(new / DATA, project)
    write_data_page(new)
    with open_progress(console or Console(quiet=True)) as progress:
        compared = compare_councils(project, found, new, progress)
        for one in progress.track([*found, *groups], description="pages"):
            publish_council(reports / one.slug, new, one, has_comparison=one.la_code in compared)
    data = describe_data(project)
    index = write_index(project, new / COUNCILS, data)
    write_text(publish_page(index.read_text(encoding="utf-8"), Place(new, "../"), {}), index)
    write_start(new, [*found, *groups], read_past_names(project), data)
    if faults := crawl_site(new):
        raise StudyError("\n".join([f"{len(faults)} links are wrong in {shorten(new)}:", *faults[:20]]))
    sizes = [path.stat().st_size for path in new.rglob("*") if path.is_file()]
    shutil.rmtree(out, ignore_errors=True)
    new.rename(out)
    return Site(out, len(found), len(sizes), sum(sizes), time.monotonic() - begun)


def refuse_other(out: Path) -> None:
    """Refuse to replace a folder that is no site."""
    start = out / LINKS["Start and search"]
    if out.exists() and any(out.iterdir()) and not (start.is_file() and MARK in start.read_text(encoding="utf-8")):
        raise StudyError(f"{shorten(out)} is not empty and no site of this project; choose another folder with --out")


def list_groups(project: Project) -> list[Authority]:
    """List England and its regions, as the folders of their reports are named."""
    regions = sorted({one.region for one in list_authorities(project.processed)})
    return [name_group(project.processed, name) for name in ["England", *[f"region {one}" for one in regions]]]


def copy_docs(docs: Path, root: Path) -> None:
    """Copy the pages of the documentation, each with links to the rest of the site."""
    if not (docs / "index.html").is_file():
        raise StudyError(f"there is no {shorten(docs)}: run `make docs` first")
    shutil.copytree(docs, root / DOCS, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for path in (root / DOCS).rglob("*.html"):
        up = "../" * len(path.relative_to(root).parts[1:])
        links = render_links(Place(root, up).list_links(), "Main pages")
        text, skip, rest = path.read_text(encoding="utf-8").partition('<div id="pst-skip-link"')
        link, end, rest = rest.partition("</div>")
        nav = f'\n<nav class="site-links" aria-label="This site">{links}</nav>' if end else ""
        write_text("".join([text, skip, link, end, nav, rest]), path)


def publish_council(folder: Path, root: Path, one: Authority, *, has_comparison: bool) -> None:
    """Publish the pages and papers of one council, region or England."""
    target = root / COUNCILS / one.slug
    place, papers = Place(root, "../../"), [name for name in PAPERS if (folder / name).is_file()]
    more = {"Compared with its neighbours": COMPARED} if has_comparison else {}
    more |= {"Report as PDF": "report.pdf"} if "report.pdf" in papers else {}
    record = f"{DATA}/authorities/{one.slug}.json"
    more |= {"Data (JSON)": f"../../{record}"} if (root / record).is_file() else {}
    for name in PAGES:
        text = (folder / name).read_text(encoding="utf-8")
        write_text(publish_page(text, place, more if name == PAGES[0] else {}), target / name)
    for name in papers:
        write_bytes((folder / name).read_bytes(), target / name)


def write_start(root: Path, found: Sequence[Authority], past: Mapping[str, str], data: str) -> None:
    """Write the start page: the search, the story of the country in figures, and the names that the search finds."""
    england, place = root / COUNCILS / "england" / PAGES[1], Place(root)
    figures = find_figures(england.read_text(encoding="utf-8"), STORY) if england.is_file() else []
    cited = f'"{COUNCILS}/england/{PAGES[1]}#ref-'
    story = "\n".join(figure.replace('"../../', '"').replace('"#ref-', cited) for figure in figures)
    regions = {one.title: f"{COUNCILS}/{one.slug}/{PAGES[0]}" for one in found if not one.la_code}
    heading = "<h2>The country in three figures</h2>" if len(figures) == STORY else ""
    main = "\n".join([read_template("search.html"), heading, story])
    page = render_page(place, TITLE, SUBTITLE, main, data=data, documents=regions, scripts=("names.js", "search.js"))
    write_text(page, root / "index.html")
    # Councils of today come before those that they replaced.
    ordered = sorted(found, key=lambda one: bool(one.valid_to))
    rows = [list_names(one, past.get(one.la_code, "")) for one in ordered]
    write_text(f"const COUNCILS = {json.dumps(rows, ensure_ascii=False, indent=0)};\n", root / "names.js")
    write_text(read_part("names.js") + read_template("search.js"), root / "search.js")


def list_names(one: Authority, past: str) -> list[str]:
    """List what the search needs of a council: title, region, page, its names and codes, and names that it replaced."""
    names = [one.la_name, one.spoken_name, one.la_code, one.new_la_code, one.slug, one.title, past]
    return [one.title, one.region, f"{COUNCILS}/{one.slug}/{PAGES[0]}", " ".join(dict.fromkeys(filter(None, names)))]


def write_data_page(root: Path) -> None:
    """Write the page that lists the files for programs: each table with what it holds, its rows as CSV and Parquet."""
    folder, rows = root / DATA, []
    tables = json.loads((folder / PACKAGE).read_bytes())["resources"]
    # The panel first, with which most analyses begin.
    for table in sorted(tables, key=lambda table: table["name"] != SECTIONS["years"]):
        links = []
        for kind in ("CSV", "Parquet"):
            path = folder / f"{table['name']}.{kind.lower()}"
            links.append(f'<a href="{path.name}">{kind}</a> ({path.stat().st_size / 1e3:,.0f}&nbsp;kB)')
        cells = [html.escape(table["name"]), html.escape(table["description"]), ", ".join(links)]
        rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Table", "What it holds", "Files"))
    documents = {"About the data": "README.md", "Data package": PACKAGE, "Schema of a council’s file": SCHEMA}
    documents["Data dictionary"] = f"../{DOCS}/data-dictionary.html"
    begin = f'Most analyses begin with the panel: <a href="../{DOCS}/how-to/use-the-data.html">how to use the data</a>.'
    main = f"<p>{begin}</p><table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    page = render_page(Place(root, "../"), "Data", "every table as files for programs", main, documents=documents)
    write_text(page, folder / "index.html")
