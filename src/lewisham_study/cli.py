"""The commands; each wires a request to the library and says what came of it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Hashable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from lewisham_study import __version__
from lewisham_study.errors import StudyError, UsageError
from lewisham_study.paths import find_checkout, find_project, shorten

app = typer.Typer(
    name="lewisham-study",
    help="How English councils' children's services are rated, and how ratings move beside caseload and spend.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
out, err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)
FORMATS = ("html", "pdf", "ipynb", "xlsx")
INTERRUPTED, TERMINATED = 130, 143
"""The exit codes of a run that was stopped by Ctrl-C (typer gives it) or by SIGTERM."""


def main() -> None:
    """Run a command; a mistake of the user's, or a machine too small, gets one clear line, never a traceback."""
    before = signal.signal(signal.SIGTERM, stop)
    try:
        app()
    except StudyError as error:
        fail(str(error), error.exit_code)
    except MemoryError:
        fail("the memory is full; every file is as it was before or as it should be")
    except ImportError as error:
        fail(f"a library could not be loaded ({error}); is the memory full, or `make setup` to be run?")
    except OSError as error:
        fail(f"{error.strerror or error}" + (f": {error.filename}" if error.filename else ""))
    except SystemExit as ended:
        if ended.code in (INTERRUPTED, TERMINATED):
            err.print("interrupted; every file is as it was before or as it should be")
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def stop(*_: object) -> None:
    """End the run as Ctrl-C would, with what it began taken back."""
    raise SystemExit(TERMINATED)


def fail(message: str, exit_code: int = 1) -> NoReturn:
    """Tell what went wrong, and end."""
    err.print(f"[bold red]error:[/] {escape(message)}")
    sys.exit(exit_code)


def escape(text: str) -> str:
    """Keep text from being read as rich's markup."""
    from rich.markup import escape as escape_markup

    return escape_markup(text)


def show_version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        out.print(f"lewisham-study {__version__}")
        raise typer.Exit


@app.callback()
def begin(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """How English councils' children's services are rated, and how ratings move beside caseload and spend."""


@app.command()
def build() -> None:
    """Make data/processed from data/raw and data/coding; run twice, it changes nothing."""
    from lewisham_study.tidy.build import build as build_tables

    with err.status("building"):
        made = build_tables(find_checkout())
    rows = sum(len(table) for table in made.tables.values())
    out.print(f"{len(made.tables)} tables, {rows:,} rows")
    for path in made.changed:
        out.print(f"changed: {escape(shorten(path))}")
    if not made.changed:
        out.print("nothing changed")


@app.command()
def check(
    documents: Annotated[
        Path | None,
        typer.Option(help="Folder of the source documents: every quote is looked up at its place."),
    ] = None,
) -> None:
    """Check every schema, key, join, checksum and locator, and reproduce the published headlines."""
    from lewisham_study.analysis.headlines import compare_headlines, list_unexplained
    from lewisham_study.tidy.checks import check_project
    from lewisham_study.tidy.tables import Tables

    project = find_checkout()
    with err.status("checking"):
        result = check_project(project, documents)
        tables = Tables(project.processed)
        compared = compare_headlines(tables["headlines"], tables)
    print_headlines(compared.fillna("").to_dict("records"))
    for left in result.not_checked:
        out.print(f"not checked: {escape(left)}")
    findings = [*result.findings, *list_unexplained(compared)]
    for finding in findings:
        out.print(f"[red]✗[/] {escape(str(finding))}")
    if findings:
        raise StudyError(f"{len(findings)} {'finding' if len(findings) == 1 else 'findings'}")
    out.print("everything agrees")


def print_headlines(compared: list[dict[Hashable, Any]]) -> None:
    """Print each published headline against the computed one, with the reason where they differ or cannot meet."""
    for row in compared:
        mark = {"matches": "[green]=[/]", "differs": "[yellow]≠[/]", "not_reached": "?"}[row["verdict"]]
        told = f"{row['headline_id']} {row['measure']}, {row['scope']}, {row['as_at']}: published {row['published']}"
        told += f", computed {row['computed']}" if row["computed"] != "" else ""
        why = f" ({row['reason']})" if row["verdict"] != "matches" else ""
        out.print(f"{mark} {escape(told + why)}")
    counts = {name: sum(row["verdict"] == name for row in compared) for name in ("matches", "differs", "not_reached")}
    out.print(
        f"{len(compared)} published headlines: {counts['matches']} come out as published, {counts['differs']} differ "
        f"with a reason, {counts['not_reached']} cannot be reached from the data held"
    )


@app.command()
def report(
    authority: Annotated[
        list[str] | None,
        typer.Option(help="Name or code; repeat it for several. Default: Lewisham."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every authority.")] = False,
    notebook: Annotated[
        list[str] | None,
        typer.Option(help="A notebook by name, such as ratings; repeat it for several. Default: all."),
    ] = None,
    start: Annotated[int, typer.Option("--from", help="First year of the window.")] = 2012,
    end: Annotated[int, typer.Option("--to", help="Last year of the window.")] = 2022,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter",
            metavar="NAME=VALUE",
            help="Another parameter of the notebooks, such as comparators=London; repeat it for several.",
        ),
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", help="What to make: html, pdf, ipynb, xlsx, with commas between.")
    ] = "html,pdf,ipynb",
    folder: Annotated[
        Path | None,
        typer.Option("--out", help="Where to put it. Default: reports."),
    ] = None,
    show_code: Annotated[bool, typer.Option(help="Show the code in the PDF too.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="How many processes work side by side. Default: one for each core.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Make everything again, also what stands as it should.")
    ] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Only what failed in the last run into the folder, as it was asked.")
    ] = False,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, tcp://…, whose workers do the work instead.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, no list of files.")] = False,
) -> None:
    """Make reports: run the notebooks for an authority and turn them into HTML and PDF."""
    from lewisham_study.analysis.case import check_window
    from lewisham_study.report.batch import Request, read_failures, render_all
    from lewisham_study.report.cluster import Cluster
    from lewisham_study.report.notebooks import choose_notebooks
    from lewisham_study.report.workers import Workers, count_cores

    check_window(start, end)
    project = find_project()
    wanted, place = check_formats(formats), folder or project.output
    whose = [] if all_ else (authority or ["Lewisham"])
    given = {**parse_parameters(parameter or []), "start_year": start, "end_year": end}
    request = read_failures(place) if retry_failed else Request(whose, notebook or [], given, wanted, show_code)
    chosen = choose_notebooks(project, request.notebooks)
    common = None if len(request.authorities) == 1 else request.parameters
    crew = Cluster(scheduler, project, chosen) if scheduler else Workers(workers or count_cores(), chosen, common)
    summary = render_all(project, request, place, crew, force=force, console=None if quiet else err)
    for path in [] if quiet else summary.made:
        out.print(escape(shorten(path)))
    err.print(str(summary))
    if summary.failures:
        messages = [message for found in summary.failures.values() for message in found]
        mend = "mend what they name, then `lewisham-study report --retry-failed`"
        raise StudyError("\n".join([f"{len(summary.failures)} failed; {mend}", *messages]))


def parse_parameters(given: list[str]) -> dict[str, int | str]:
    """Split parameters into name and value; a value of digits alone is a number.

    Examples
    --------
    >>> parse_parameters(["comparators=neighbours 2025", "end_year=2024"])
    {'comparators': 'neighbours 2025', 'end_year': 2024}
    """
    pairs = [text.partition("=") for text in given]
    for text, (name, sign, _) in zip(given, pairs, strict=True):
        if not (name.strip() and sign):
            raise UsageError(f"a parameter is given as NAME=VALUE, not {text!r}")
    return {name.strip(): int(value) if value.strip().isdecimal() else value.strip() for name, _, value in pairs}


def check_formats(formats: str) -> list[str]:
    """Split the list of formats, refusing one that cannot be made."""
    wanted = [name.strip() for name in formats.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        raise UsageError(f"no format is called {', '.join(unknown) or repr(formats)}; there are: {', '.join(FORMATS)}")
    return wanted


@app.command()
def validate(
    folder: Annotated[Path, typer.Argument(help="Folder of notebooks with their outputs, such as reports/lewisham.")],
) -> None:
    """Run the notebooks in a folder again with nbval: each output must come out as it stands."""
    from lewisham_study.report.validate import validate_reports

    out.print(validate_reports(folder))


@app.command()
def verify(
    folders: Annotated[
        list[Path], typer.Argument(help="Folders of reports with a manifest.json, such as reports/lewisham.")
    ],
    workers: Annotated[
        int | None, typer.Option(min=1, help="How many processes work side by side. Default: one for each core.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
) -> None:
    """Make reports again, elsewhere, from what their manifest.json says: each file must be the same to the byte.

    A file that is not is named, with what changed: the file itself after it was made, or the data, the
    notebook, the code, the lock or the parameters that it was made from. Nothing in the folders is touched.
    """
    from lewisham_study.report.verify import verify_reports
    from lewisham_study.report.workers import Workers, count_cores

    project, wrong = find_project(), 0
    for folder in folders:
        count, found = verify_reports(
            project, folder, lambda chosen: Workers(workers or count_cores(), chosen), None if quiet else err
        )
        for name, told in found.items():
            out.print(f"[red]✗[/] {escape(f'{shorten(folder / name)} {told}')}")
        if not found:
            out.print(f"{escape(shorten(folder))}: {count} files, each comes out as it stands")
        wrong += len(found)
    if wrong:
        raise StudyError(f"{wrong} {'file is' if wrong == 1 else 'files are'} not as made, or not as it comes out now")


@app.command()
def crate(
    authority: Annotated[str, typer.Option(help="Whose reports: name or code.")] = "Lewisham",
    folder: Annotated[
        Path | None,
        typer.Option("--out", help="The folder that becomes the crate. Default: dist/NAME-crate."),
    ] = None,
) -> None:
    """Pack an authority's reports as an RO-Crate: data, notebooks, licences, citations and the runs behind them."""
    from lewisham_study.report.authorities import find_authority
    from lewisham_study.report.crate import write_crate

    project = find_project()
    name = find_authority(project.processed, authority).slug
    made = write_crate(project, project.output / name, folder or Path("dist") / f"{name}-crate")
    out.print(escape(shorten(made)))


@app.command(name="import")
def import_(
    release: Annotated[str, typer.Argument(help="The release's source_id, such as dfe-workforce-2025.")],
    file: Annotated[Path, typer.Argument(help="The file as published.")],
    accept: Annotated[bool, typer.Option(help="Replace what is held by a newer edition.")] = False,
) -> None:
    """Read an official release as published into data/raw/figures."""
    from lewisham_study.raw.imports import import_release

    result = import_release(find_checkout(), release, file, accept=accept)
    out.print(escape(str(result)))


@app.command()
def notebooks() -> None:
    """Run the committed notebooks again, in place, for Lewisham."""
    from lewisham_study.report.notebooks import refresh_notebooks

    for path in refresh_notebooks(find_checkout(), console=err):
        out.print(escape(shorten(path)))


@app.command()
def teaching(
    authority: Annotated[str, typer.Option(help="The council that the exercises are about.")] = "Lewisham",
    folder: Annotated[Path | None, typer.Option("--out", help="Where to put it. Default: reports/teaching.")] = None,
) -> None:
    """Make the teaching case: hand-outs, instructor's pack, exercises for a class, and their solutions."""
    from lewisham_study.report.authorities import find_authority
    from lewisham_study.report.teaching import make_teaching

    project = find_project()
    whose = find_authority(project.processed, authority)
    for path in make_teaching(project, whose, folder or project.reports / "teaching", console=err):
        out.print(escape(shorten(path)))


@app.command()
def explore(
    port: Annotated[int, typer.Option(help="The port on this machine.")] = 8866,
    browser: Annotated[bool, typer.Option(help="Open a browser at it.")] = True,
) -> None:
    """Serve a page to explore the grades with: authority, strand, basis and day. Works offline; Ctrl-C stops it."""
    from lewisham_study.report.explore import serve_page

    serve_page(find_project(), port, browser=browser)


@app.command()
def authorities(
    region: Annotated[
        str | None,
        typer.Option(help="Only one region, such as London."),
    ] = None,
) -> None:
    """List what can be reported on."""
    from lewisham_study.csvfiles import read_csv
    from lewisham_study.raw.areas import AUTHORITY_COLUMNS

    rows = read_csv(find_project().processed / "authorities.csv", AUTHORITY_COLUMNS)
    if region is not None:
        rows = rows[rows["region"].str.casefold() == region.casefold()]
        if rows.empty:
            raise UsageError(f"no region is called {region!r}")
    table = Table("code", "name", "region", "from", "to", box=None, pad_edge=False)
    for row in rows.to_dict("records"):
        table.add_row(row["la_code"], row["la_name"], row["region"], row["valid_from"], row["valid_to"])
    out.print(table)
