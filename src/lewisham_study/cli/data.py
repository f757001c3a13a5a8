"""Commands on the data: build and check it, import a release, list the authorities."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from lewisham_study.cli.terminal import err, out, show
from lewisham_study.errors import StudyError, UsageError, require_extra, suggest
from lewisham_study.paths import find_checkout, find_project, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

VERDICTS = {"matches": "[green]=[/]", "differs": "[yellow]≠[/]", "not_reached": "?"}


def build() -> None:
    """Build data/processed from data/raw and data/coding; a second run changes nothing."""
    from lewisham_study.tidy.build import build as build_tables

    with err.status("building"):
        made = build_tables(find_checkout())
    rows = sum(len(table) for table in made.tables.values())
    changed = [f"changed: {shorten(path)}" for path in made.changed]
    show(f"{len(made.tables)} tables, {rows:,} rows", *(changed or ["nothing changed"]))


def check(
    documents: Annotated[
        list[Path] | None,
        typer.Option(help="Folder of source documents in which to look up every quote; repeat it for several."),
    ] = None,
    accept: Annotated[
        bool, typer.Option(help="Record data/coding and the registers of data/raw as reviewed, and list what changed.")
    ] = False,
) -> None:
    """Check tables, keys, joins, checksums and locators, recompute published headlines, list what lacks a caution."""
    from lewisham_study.analysis.cautions import list_uncautioned
    from lewisham_study.analysis.models.headlines import compare_headlines, list_unexplained
    from lewisham_study.tidy.checks import check_project
    from lewisham_study.tidy.coding import record_review
    from lewisham_study.tidy.tables import Tables

    project = find_checkout()
    show(*(record_review(project) if accept else []))
    with err.status("checking"):
        result = check_project(project, documents or [])
        tables = Tables(project.processed)
        compared = compare_headlines(tables["headlines"], tables)
    print_headlines(compared.astype(object).fillna("").to_dict("records"))
    print_unusual(tables)
    show(*(f"not checked: {unchecked}" for unchecked in result.not_checked))
    uncautioned = list_uncautioned(tables, tables["cautions"])
    findings = [*result.findings, *list_unexplained(compared), *uncautioned]
    for finding in findings:
        out.print(f"[red]✗[/] {escape(str(finding))}")
    if findings:
        raise StudyError("1 problem found" if len(findings) == 1 else f"{len(findings)} problems found")
    show("all checks passed")


def print_headlines(compared: list[dict[Hashable, Any]]) -> None:
    """Print each published headline next to the computed one, with the reason for any difference, and a count."""
    for row in compared:
        text = f"{row['headline_id']} {row['measure']}, {row['scope']}, {row['as_at']}: published {row['published']}"
        text += f", computed {row['computed']}" if row["computed"] != "" else ""
        text += f" ({row['reason']})" if row["verdict"] != "matches" else ""
        out.print(f"{VERDICTS[row['verdict']]} {escape(text)}")
    matches, differs, not_reached = (sum(row["verdict"] == name for row in compared) for name in VERDICTS)
    show(
        f"{len(compared)} published headlines: {matches} match the published figure, {differs} differ for a stated "
        f"reason, {not_reached} cannot be computed from the data held"
    )


def print_unusual(tables: Mapping[str, pd.DataFrame]) -> None:
    """Print the number of outliers and level shifts, and how many a caution explains; see `list_uncautioned`."""
    from lewisham_study.analysis.cautions import list_unusual, mark_explained

    unusual = list_unusual(tables)
    shifts = int(unusual["rule"].isin(["kept", "edge"]).sum())
    explained = int(mark_explained(unusual, tables["cautions"]).sum())
    show(
        f"unusual figures: {len(unusual) - shifts} far from neighbouring years or the other account, {shifts} at a "
        f"new level; {explained} with a caution in data/coding/cautions.csv and {len(unusual) - explained} without"
    )


def import_(
    release: Annotated[
        str,
        typer.Argument(
            help="The release's source_id, such as dfe-workforce-2025; `reports` for inspection reports; "
            "`facts` for facts that were coded from documents; `statements` or `improvements` for coded sentences."
        ),
    ],
    files: Annotated[
        list[Path],
        typer.Argument(help="The file as published; PDFs of reports, or folders of them; folders of documents."),
    ],
    accept: Annotated[bool, typer.Option(help="Replace the edition held by a newer one.")] = False,
    index: Annotated[
        Path | None, typer.Option(help="For reports: a CSV with pdf_sha256, published and report_url of each PDF.")
    ] = None,
    published: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="For one report: the day it was published.")
    ] = None,
    url: Annotated[str, typer.Option(help="For one report: its address.")] = "",
) -> None:
    """Import an official release, or inspection reports, as published, into data/raw/figures.

    What was imported is anchored: figures or facts that are edited afterwards are refused.

    For example: import reports ~/reports --index ~/reports/index.csv
    """
    if release == "facts":
        from lewisham_study.raw.documents import import_facts

        return show(*import_facts(find_checkout(), files))
    require_extra("import", "python_calamine", "pyarrow", "pypdfium2")
    if release == "reports":
        from rich.progress import track

        from lewisham_study.raw.reports import import_reports

        day = published.date() if published else None
        progress = partial(track, description="reading reports", console=err, transient=True)
        return show(*import_reports(find_checkout(), files, index=index, published=day, url=url, progress=progress))
    if len(files) != 1:
        raise UsageError(f"a release is one file, not {len(files)}; inspection reports: `import reports FILE...`")
    if release in ("statements", "improvements"):
        from lewisham_study.raw.statements import import_codes

        return show(import_codes(find_checkout(), release, files[0]))
    from lewisham_study.raw.imports import import_release

    return show(import_release(find_checkout(), release, files[0], accept=accept))


def export(
    folder: Annotated[Path, typer.Option("--out", help="The folder to write to; it is created if needed.")],
) -> None:
    """Write the data for other programs: each table as CSV and Parquet, a data package, a JSON file per authority.

    For example: export --out ~/study-data
    """
    from lewisham_study.publish.data import write_data

    with err.status("writing"):
        files = write_data(folder)
    size = sum(path.stat().st_size for path in files) / 1e6
    show(f"{len(files)} files, {size:.0f} MB: {shorten(folder)}")


def changes(
    old: Annotated[str, typer.Argument(help="The earlier version: a folder of tables, or a commit or tag.")],
    new: Annotated[str, typer.Argument(help="The later version; the tables of this copy unless given.")] = "",
    file: Annotated[Path | None, typer.Option("--out", help="A Markdown file to write; printed unless given.")] = None,
    title: Annotated[str, typer.Option(help="Heading of the page; the two versions unless given.")] = "",
) -> None:
    """Describe what changed between two versions of the tables: inspections, figures, conclusions, code.

    For example: changes v1.0.0 --out changes.md
    """
    from lewisham_study.files import write_text
    from lewisham_study.publish.news import describe_changes, describe_code, open_version
    from lewisham_study.tidy.tables import Tables

    project = find_project()
    later = new or str(project.processed)
    with err.status("comparing"), open_version(old, project) as before, open_version(later, project) as now:
        made_by = f"lewisham-study changes {old} {new}".strip()
        code = describe_code(project, old, new or "HEAD")
        text = describe_changes(before, now, Tables(), title or f"What changed: {old} to {new or 'now'}", made_by, code)
    if file is None:
        print(text)
    else:
        write_text(text, file)
        show(shorten(file))


def sentences(
    kind: Annotated[str, typer.Argument(help="`statements` (on caseload) or `improvements` (what needs to improve).")],
    reports: Annotated[list[Path], typer.Argument(help="Reports, or folders of them: PDFs, or texts of PDFs.")],
    file: Annotated[Path, typer.Option("--out", help="The CSV file to write, for a reader to fill in.")],
) -> None:
    """List the sentences of reports for a reader to code; `import` then registers the codes.

    For example: sentences statements ~/reports --out ~/to-code.csv
    """
    require_extra("import", "pypdfium2")
    from rich.progress import track

    from lewisham_study.files import write_csv
    from lewisham_study.raw.statements import CODES, list_for_coding

    if kind not in CODES:
        raise UsageError(f"no kind of sentence is called {kind!r}; {suggest(kind, CODES)}")
    progress = partial(track, description="reading reports", console=err, transient=True)
    listed, documents = list_for_coding(kind, reports, progress)
    write_csv(listed, file)
    show(f"{len(listed)} sentences of {documents} documents: {shorten(file)}")


def authorities(
    region: Annotated[
        str | None,
        typer.Option(help="List one region only, such as London."),
    ] = None,
) -> None:
    """List the authorities that reports can be made for."""
    from rich.table import Table

    from lewisham_study.files import read_csv
    from lewisham_study.raw.authorities import AUTHORITY_COLUMNS

    rows = read_csv(find_project().processed / "authorities.csv", AUTHORITY_COLUMNS)
    if region is not None:
        known = sorted(set(rows["region"]))
        rows = rows[rows["region"].str.casefold() == region.casefold()]
        if rows.empty:
            raise UsageError(f"no region is called {region!r}; {suggest(region, known)}")
    table = Table("code", "name", "region", "from", "to", box=None, pad_edge=False)
    for row in rows.to_dict("records"):
        table.add_row(row["la_code"], row["la_name"], row["region"], row["valid_from"], row["valid_to"])
    out.print(table)
