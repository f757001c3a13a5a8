"""The consoles that commands print to, and how a command ends with an error."""

from __future__ import annotations

import sys
from typing import NoReturn

from rich.console import Console

out, err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)


def fail(message: str, exit_code: int = 1) -> NoReturn:
    """Print an error and exit."""
    err.print(f"[bold red]error:[/] {escape(message)}")
    sys.exit(exit_code)


def escape(text: str) -> str:
    """Escape text, so that rich does not read it as markup."""
    from rich.markup import escape as escape_markup

    return escape_markup(text)
