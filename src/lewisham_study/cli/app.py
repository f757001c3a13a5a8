"""The list of commands, and how a run ends."""

from __future__ import annotations

import platform
import signal
import sys
from typing import Annotated

import typer

from lewisham_study import __version__
from lewisham_study.cli import INTERRUPTED, data, reports, teaching
from lewisham_study.cli.terminal import err, fail, out
from lewisham_study.errors import StudyError, describe_fault

app = typer.Typer(
    name="lewisham-study",
    help="Ofsted ratings of English councils' children's services, with caseload and spend.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
TERMINATED = 143
"""The exit code of a run that SIGTERM stopped; for Ctrl-C typer uses `INTERRUPTED`."""


def run() -> None:
    """Run a command; a user error or a lack of memory or disk gives one clear line, never a traceback."""
    before = signal.signal(signal.SIGTERM, stop)
    try:
        app()
    except StudyError as error:
        fail(str(error), error.exit_code)
    except MemoryError:
        fail("out of memory; no partial files were left")
    except ImportError as error:
        fail(f"a library could not be loaded ({error}); is the memory full, or does `make setup` need to run?")
    except OSError as error:
        fail(describe_fault(error))
    except (KeyboardInterrupt, SystemExit) as ended:
        code = ended.code if isinstance(ended, SystemExit) else INTERRUPTED
        if code in (INTERRUPTED, TERMINATED):
            err.print("interrupted; no partial files were left")
        sys.exit(code)
    finally:
        signal.signal(signal.SIGTERM, before)


def stop(*_: object) -> None:
    """End the run as Ctrl-C would, and clean up."""
    raise SystemExit(TERMINATED)


def show_version(wanted: bool) -> None:
    """Print the version and the kind of machine, which the exact bytes may depend on, and exit."""
    if wanted:
        python = ".".join(platform.python_version_tuple()[:2])
        out.print(f"lewisham-study {__version__}, Python {python}, {platform.system()} {platform.machine()}")
        raise typer.Exit


@app.callback()
def begin(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=show_version, is_eager=True, help="Print the version and the kind of machine."
        ),
    ] = False,
) -> None:
    """Ofsted ratings of English councils' children's services, with caseload and spend."""


app.command()(data.build)
app.command()(data.check)
app.command(context_settings={"allow_extra_args": True})(reports.report)
app.command()(reports.compare)
app.command()(reports.site)
app.command()(reports.validate)
app.command()(reports.verify)
app.command()(reports.crate)
app.command(name="import")(data.import_)
app.command()(data.sentences)
app.command()(data.export)
app.command()(data.changes)
app.command()(reports.notebooks)
app.command()(teaching.teaching)
app.command()(teaching.explore)
app.command()(data.authorities)
