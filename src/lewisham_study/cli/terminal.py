"""What commands print to, and how they end in one clear line."""

from __future__ import annotations

import sys
from typing import NoReturn

from rich.console import Console

out, err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)


def fail(message: str, exit_code: int = 1) -> NoReturn:
    """Tell what went wrong, and end."""
    err.print(f"[bold red]error:[/] {escape(message)}")
    sys.exit(exit_code)


def escape(text: str) -> str:
    """Keep text from being read as rich's markup."""
    from rich.markup import escape as escape_markup

    return escape_markup(text)
