"""Run a command as from a terminal, in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from lewisham_study.cli import main


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command; gives its exit code and what it printed on standard output and standard error."""

    def run_command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["lewisham-study", *words])
        monkeypatch.setenv("PYTHONSAFEPATH", "")
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capsys.readouterr()
        return int(stopped.value.code or 0), printed.out, printed.err

    return run_command
