"""Commands on reports: make them, run notebooks again, verify reports against their manifests, pack them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from lewisham_study.cli.terminal import err, out, show
from lewisham_study.errors import StudyError, UsageError, require_extra
from lewisham_study.paths import find_checkout, find_project, shorten
from lewisham_study.vocabulary import FORMATS, USUAL_FORMATS

if TYPE_CHECKING:
    from lewisham_study.report.batch.plan import Request
    from lewisham_study.report.batch.run import Summary

REPORTS = ("papermill", "nbformat", "ipykernel", "pypandoc", "typst", "pikepdf", "openpyxl", "pypdfium2")
"""Modules of the extra `reports`, without which no report can be made."""
WorkersOption = Annotated[
    int | None, typer.Option(min=1, help="How many processes run at the same time. Default: one for each core.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, no list of files.")]


def report(
    context: typer.Context,
    authority: Annotated[
        list[str] | None, typer.Option(help="Name or code; repeat it for several. Default: Lewisham.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every authority.")] = False,
    region: Annotated[str | None, typer.Option(help="The councils of a region, set side by side.")] = None,
    england: Annotated[bool, typer.Option("--england", help="The regions of England, set side by side.")] = False,
    notebook: Annotated[
        list[str] | None,
        typer.Option(help="A notebook by name, such as ratings; repeat it for several. Default: all."),
    ] = None,
    start: Annotated[
        int | None,
        typer.Option("--from", help="First year of the window. Default: that of the existing report, else 2012."),
    ] = None,
    end: Annotated[
        int | None,
        typer.Option("--to", help="Last year of the window. Default: that of the existing report, else 2022."),
    ] = None,
    comparators: Annotated[
        str | None,
        typer.Option(
            help="Councils to compare with: neighbours (default), 'core cities', region, London, or names with commas."
        ),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", metavar="NAME=VALUE", help="Another parameter of the notebooks; repeatable."),
    ] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help=f"Formats: {', '.join(FORMATS)}; separate them by commas, or repeat the option. They are added to "
            f"those already made. Default: {','.join(USUAL_FORMATS)}.",
        ),
    ] = None,
    folder: Annotated[Path | None, typer.Option("--out", help="Folder for the reports. Default: reports.")] = None,
    show_code: Annotated[bool | None, typer.Option(help="Show the code in the PDF too.")] = None,
    workers: WorkersOption = None,
    force: Annotated[bool, typer.Option("--force", help="Make everything again, even if up to date.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace reports of another window or other choices, in every format.")
    ] = False,
    retry_failed: Annotated[
        bool,
        typer.Option("--retry-failed", help="Make only what failed in the folder's last run, with its options."),
    ] = False,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, tcp://…, to make the reports on its workers.")
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Make reports: run the notebooks for an authority and turn them into HTML and PDF.

    For example, up to date and compared with the core cities:
    report --authority Leeds --to 2025 --comparators "core cities"
    """
    if err.is_terminal and not quiet:
        # What follows takes a second or more before the progress bar appears.
        err.print("[dim]reading notebooks and tables[/]")
    require_extra("reports", *REPORTS)
    from lewisham_study.analysis.case import settle_comparators
    from lewisham_study.report.batch.authorities import quote
    from lewisham_study.report.batch.plan import Request
    from lewisham_study.report.batch.run import read_failures
    from lewisham_study.report.run.parameters import SIDE_BY_SIDE

    if context.args:
        name = " ".join(context.args)
        raise UsageError(f"unexpected argument {name!r}; did you mean --authority {quote(name)}?")
    chosen = settle_comparators(comparators) if comparators else None
    options = {"start_year": start, "end_year": end, "comparators": chosen}
    group = "England" if england else f"region {region}" if region else ""
    request = Request(
        out=folder or find_project().output,
        authorities=[] if all_ or group else authority or ["Lewisham"],
        group=group,
        notebooks=[SIDE_BY_SIDE] if group else notebook or [],
        parameters={**parse_parameters(parameter or []), **{name: one for name, one in options.items() if one}},
        formats=split_formats(formats or USUAL_FORMATS),
        show_code=show_code,
        force=force,
        replace=replace,
    )
    make_reports(
        read_failures(request.out) if retry_failed else request, workers, scheduler or "", quiet=quiet, files=not quiet
    )


def compare(
    councils: Annotated[
        list[str] | None, typer.Argument(help="Two to ten councils; or one, to compare it with its ten neighbours.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="The councils of a region instead.")] = None,
    start: Annotated[int | None, typer.Option("--from", help="First year of the window. Default: 2012.")] = None,
    end: Annotated[int | None, typer.Option("--to", help="Last year of the window. Default: 2022.")] = None,
    formats: Annotated[
        list[str] | None, typer.Option("--format", help=f"Formats. Default: {','.join(USUAL_FORMATS)}.")
    ] = None,
    folder: Annotated[Path | None, typer.Option("--out", help="Folder for the reports. Default: reports.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a report of another window.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Set councils side by side: grades, caseload, workforce, need and spend of each in every figure.

    For example: compare Leeds Bristol "Newcastle upon Tyne"
    """
    require_extra("reports", *REPORTS)
    from lewisham_study.analysis.group import find_group
    from lewisham_study.authorities import find_authority
    from lewisham_study.report.batch.plan import Request
    from lewisham_study.report.run.parameters import SIDE_BY_SIDE
    from lewisham_study.tidy.tables import Tables

    if bool(councils) == bool(region):
        raise UsageError("name the councils, or a region with --region")
    project = find_project()
    tables = Tables(project.processed)
    codes = [str(find_authority(tables["authorities"], name)["la_code"]) for name in councils or []]
    group = f"region {region}" if region else ", ".join(codes)
    find_group(tables["authorities"], tables["neighbours"], group)
    request = Request(
        out=folder or project.output,
        group=group,
        notebooks=[SIDE_BY_SIDE],
        parameters={name: year for name, year in {"start_year": start, "end_year": end}.items() if year},
        formats=split_formats(formats or USUAL_FORMATS),
        replace=replace,
    )
    make_reports(request, quiet=quiet, files=not quiet)


def site(
    authority: Annotated[
        list[str] | None, typer.Option(help="Name or code; repeat it for several. Default: every authority.")
    ] = None,
    folder: Annotated[Path | None, typer.Option("--out", help="Folder for the site. Default: site.")] = None,
    workers: WorkersOption = None,
    quiet: QuietOption = False,
) -> None:
    """Make one static site: every council, its region and England, comparisons, data and documentation.

    Reports that are up to date in the folder `reports` are used as they are. `make docs` makes the documentation.
    """
    require_extra("docs", *REPORTS)
    from lewisham_study.report.batch.plan import Request
    from lewisham_study.report.run.parameters import SIDE_BY_SIDE
    from lewisham_study.site.build import list_groups, make_site

    project = find_checkout()
    shared: dict[str, Any] = {"out": project.output, "formats": ("html", "pdf")}
    requests = [Request(authorities=authority or [], **shared)]
    requests += [Request(group=one.parameter, notebooks=[SIDE_BY_SIDE], **shared) for one in list_groups(project)]
    for request in requests:
        make_reports(request, workers, quiet=quiet, files=False)
    docs, console = project.root / "docs" / "_build" / "html", None if quiet else err
    made = make_site(project, project.output, docs, folder or Path("site"), authority or (), console=console)
    show(f"{shorten(made.root / 'index.html')}: {made}")


def make_reports(
    request: Request, workers: int | None = None, scheduler: str = "", *, quiet: bool, files: bool
) -> None:
    """Make the reports of a request, and print what was made, with or without a list of its files."""
    from lewisham_study.report.batch.run import render_all

    executor, console = choose_executor(request, workers, scheduler), None if quiet else err
    made = render_all(find_project(), request, executor, check=check_choices, console=console)
    print_summary(made, files=files)


def choose_executor(request: Request, workers: int | None, scheduler: str) -> Any:
    """Choose what makes the reports: a Dask cluster, or processes of this machine.

    Results that all authorities share are read from an earlier run. If there are none, they are computed beforehand for
    several authorities or for whole reports.
    """
    from functools import partial

    from lewisham_study.display.country import prepare
    from lewisham_study.report.batch.cluster import Cluster
    from lewisham_study.report.batch.manifest import hash_shared
    from lewisham_study.report.batch.pool import Workers, count_cores

    project, several = find_project(), len(request.authorities) != 1
    is_asked = several or not request.notebooks
    call = partial(prepare, **request.parameters, key=hash_shared(project), is_asked=is_asked, draws=several)
    made = None if request.group else call
    return Cluster(scheduler, project, made) if scheduler else Workers(workers or count_cores(), made)


def prepare_first() -> None:
    """Compute and keep what the reports of all authorities share, as `make setup` does: the first report is quicker."""
    from lewisham_study.display.country import prepare
    from lewisham_study.report.batch.manifest import hash_shared

    prepare(draws=False, key=hash_shared(find_project()))


def check_choices(parameters: Mapping[str, Any]) -> None:
    """Refuse choices that the data do not offer, before any notebook runs."""
    from lewisham_study.analysis.case import CHOICES, check_case_choices
    from lewisham_study.tidy.tables import Tables

    choices = {name: parameters[name] for name in CHOICES if name in parameters}
    check_case_choices(Tables(find_project().processed), **choices)


def print_summary(summary: Summary, *, files: bool) -> None:
    """Print what a run made, deleted, replaced; end with an error if something failed."""
    if files:
        shown = [path for path in summary.made if path.parent.name not in ("figures", "tables")]
        show(*map(shorten, shown))
        if len(shown) < len(summary.made):
            show(f"and {len(summary.made) - len(shown)} figures and tables, in figures/ and tables/")
        for path in summary.deleted:
            err.print(f"deleted, because it was made earlier from other inputs: {escape(shorten(path))}")
    for before in dict.fromkeys(summary.replaced.values()):
        titles = [title for title, one in summary.replaced.items() if one == before]
        whose = titles[0] if len(titles) == 1 else f"{len(titles)} authorities"
        err.print(escape(f"{whose}: replaced the report {before}"))
    err.print(str(summary))
    if summary.failures:
        messages = [message for found in summary.failures.values() for message in found]
        hint = "fix what the messages name, then run `lewisham-study report --retry-failed`"
        raise StudyError("\n".join([f"{len(summary.failures)} failed; {hint}", *messages]))


def parse_parameters(given: Sequence[str]) -> dict[str, int | str]:
    """Split parameters into name and value; a value of digits alone is a number.

    Examples
    --------
    >>> parse_parameters(["comparators=neighbours 2025", "end_year=2024"])
    {'comparators': 'neighbours 2025', 'end_year': 2024}
    """
    pairs = [text.partition("=") for text in given]
    for text, (name, sign, _) in zip(given, pairs, strict=True):
        if not (name.strip() and sign):
            raise UsageError(f"expected a parameter as NAME=VALUE, found {text!r}")
    return {name.strip(): int(value) if value.strip().isdecimal() else value.strip() for name, _, value in pairs}


def split_formats(given: Sequence[str]) -> list[str]:
    """Split formats at commas."""
    return [name.strip() for formats in given for name in formats.split(",") if name.strip()]


def validate(
    folder: Annotated[Path, typer.Argument(help="Folder of notebooks with their outputs, such as reports/lewisham.")],
) -> None:
    """Run the notebooks in a folder again with nbval: each output must be the same."""
    require_extra("validate", *REPORTS, "nbval", "pytest")
    from lewisham_study.report.run.validate import validate_reports

    out.print(validate_reports(folder))


def verify(
    folders: Annotated[
        list[Path], typer.Argument(help="Folders of reports with a manifest.json, such as reports/lewisham.")
    ],
    workers: WorkersOption = None,
    quiet: QuietOption = False,
) -> None:
    """Make reports again elsewhere from their manifest.json: each file must be the same, byte for byte.

    A file that differs is named, with the reason: the file itself was changed after it was made, or the data, the
    notebook, the code, the lock or the parameters were. Nothing in the folders is touched.
    """
    require_extra("reports", *REPORTS)
    from lewisham_study.report.batch.pool import Workers, count_cores
    from lewisham_study.report.batch.verify import verify_reports

    project, console, wrong = find_project(), None if quiet else err, 0
    for folder in folders:
        count, found = verify_reports(project, folder, lambda: Workers(workers or count_cores()), console)
        for name, reason in found.items():
            out.print(f"[red]✗[/] {escape(f'{shorten(folder / name)} {reason}')}")
        if not found:
            show(f"{shorten(folder)}: {count} files, each the same when made again")
        wrong += len(found)
    if wrong:
        raise StudyError(f"{wrong} {'file differs' if wrong == 1 else 'files differ'} from what the manifest says")


def crate(
    authority: Annotated[str, typer.Option(help="Name or code of the authority.")] = "Lewisham",
    folder: Annotated[
        Path | None,
        typer.Option("--out", help="The folder that becomes the crate. Default: dist/NAME-crate."),
    ] = None,
) -> None:
    """Pack an authority's reports as an RO-Crate: data, notebooks, licences, citations and the runs behind them."""
    require_extra("crate", "rocrate")
    from lewisham_study.report.batch.authorities import read_authority
    from lewisham_study.report.batch.crate import write_crate

    project = find_project()
    name = read_authority(project.processed, authority).slug
    show(shorten(write_crate(project, project.output / name, folder or Path("dist") / f"{name}-crate")))


def notebooks() -> None:
    """Run the committed notebooks again, in place, for Lewisham."""
    require_extra("reports", *REPORTS)
    from lewisham_study.report.batch.render import refresh_notebooks

    show(*map(shorten, refresh_notebooks(find_checkout(), console=err)))
