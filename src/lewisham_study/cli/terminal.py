"""The consoles that commands print to, and how a command ends with an error."""

from __future__ import annotations

import sys
from typing import NoReturn

from rich.console import Console
from rich.markup import escape

out, err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)


def show(*lines: object) -> None:
    """Print lines as they are, without markup."""
    for line in lines:
        out.print(escape(str(line)))


def fail(message: str, exit_code: int = 1) -> NoReturn:
    """Print an error and exit."""
    err.print(f"[bold red]error:[/] {escape(message)}")
    sys.exit(exit_code)
