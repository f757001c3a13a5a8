"""Commands on reports: make them, hold them against their notebooks or their manifests, pack them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from lewisham_study.cli.terminal import err, escape, out
from lewisham_study.errors import StudyError, UsageError, require_extra
from lewisham_study.paths import find_checkout, find_project, shorten
from lewisham_study.vocabulary import FORMATS, USUAL_FORMATS

REPORTS = ("papermill", "nbformat", "ipykernel", "pypandoc", "typst", "openpyxl")
"""Modules of the extra `reports`, without which no report can be made."""


def report(
    context: typer.Context,
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
            help="Another parameter of the notebooks; repeat it for several. Values of comparators: "
            "'neighbours 2021' (default), 'neighbours 2025', London, region, or names with commas.",
        ),
    ] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help="What to make: html, pdf, ipynb, xlsx; with commas between, or repeat it. Default: html,pdf,ipynb.",
        ),
    ] = None,
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
    """Make reports: run the notebooks for an authority and turn them into HTML and PDF.

    For example, up to date and beside its region: report --authority Leeds --to 2025 --parameter comparators=region
    """
    require_extra("reports", *REPORTS)
    from lewisham_study.analysis.case import check_window
    from lewisham_study.report.batch.cluster import Cluster
    from lewisham_study.report.batch.notebooks import choose_notebooks
    from lewisham_study.report.batch.plan import quote
    from lewisham_study.report.batch.pool import Workers, count_cores
    from lewisham_study.report.batch.request import Request, read_failures
    from lewisham_study.report.batch.run import render_all

    if context.args:
        name = " ".join(context.args)
        raise UsageError(f"unexpected argument {name!r}; did you mean --authority {quote(name)}?")
    check_window(start, end)
    project = find_project()
    wanted, place = check_formats(formats or USUAL_FORMATS), folder or project.output
    whose = [] if all_ else (authority or ["Lewisham"])
    given = {**parse_parameters(parameter or []), "start_year": start, "end_year": end}
    request = read_failures(place) if retry_failed else Request(whose, notebook or [], given, wanted, show_code)
    chosen = choose_notebooks(project, request.notebooks)
    common = None if len(request.authorities) == 1 else request.parameters
    crew = (
        Cluster(scheduler, project, chosen, common) if scheduler else Workers(workers or count_cores(), chosen, common)
    )
    summary = render_all(project, request, place, crew, force=force, console=None if quiet else err)
    for path in [] if quiet else summary.made:
        out.print(escape(shorten(path)))
    for path in [] if quiet else summary.deleted:
        err.print(f"deleted, for it was made before from other inputs: {escape(shorten(path))}")
    for line in summary.describe_replaced():
        err.print(escape(line))
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


def check_formats(given: Sequence[str]) -> list[str]:
    """Split the formats given, refusing one that cannot be made."""
    wanted = [name.strip() for formats in given for name in formats.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        called = ", ".join(unknown) or repr(",".join(given))
        raise UsageError(f"no format is called {called}; there are: {', '.join(FORMATS)}")
    return wanted


def validate(
    folder: Annotated[Path, typer.Argument(help="Folder of notebooks with their outputs, such as reports/lewisham.")],
) -> None:
    """Run the notebooks in a folder again with nbval: each output must come out as it stands."""
    require_extra("validate", *REPORTS, "nbval", "pytest")
    from lewisham_study.report.run.validate import validate_reports

    out.print(validate_reports(folder))


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
    require_extra("reports", *REPORTS)
    from lewisham_study.report.batch.pool import Workers, count_cores
    from lewisham_study.report.batch.verify import verify_reports

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


def crate(
    authority: Annotated[str, typer.Option(help="Whose reports: name or code.")] = "Lewisham",
    folder: Annotated[
        Path | None,
        typer.Option("--out", help="The folder that becomes the crate. Default: dist/NAME-crate."),
    ] = None,
) -> None:
    """Pack an authority's reports as an RO-Crate: data, notebooks, licences, citations and the runs behind them."""
    require_extra("crate", "rocrate")
    from lewisham_study.report.batch.authorities import find_authority
    from lewisham_study.report.batch.crate import write_crate

    project = find_project()
    name = find_authority(project.processed, authority).slug
    made = write_crate(project, project.output / name, folder or Path("dist") / f"{name}-crate")
    out.print(escape(shorten(made)))


def notebooks() -> None:
    """Run the committed notebooks again, in place, for Lewisham."""
    require_extra("reports", *REPORTS)
    from lewisham_study.report.batch.notebooks import refresh_notebooks

    for path in refresh_notebooks(find_checkout(), console=err):
        out.print(escape(shorten(path)))
