"""A page for each council next to its statistical neighbours: numbers, grades and what to be careful of."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from rich.progress import Progress

from lewisham_study.analysis.group import Group, find_group, open_apart
from lewisham_study.display import summary
from lewisham_study.display.common.exhibit import TableExhibit
from lewisham_study.errors import UsageError
from lewisham_study.files import write_text
from lewisham_study.paths import Project
from lewisham_study.report.batch.authorities import Authority
from lewisham_study.site.pages import COUNCILS, PAGES, Place, read_titles, render_exhibit, render_page
from lewisham_study.tidy.tables import Tables

COMPARED = "compare.html"


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
