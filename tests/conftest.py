"""What tests of several rooms share: a browser, and tables that their package vouches for."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def _have_kernels_measured() -> None:
    """While branches are counted, have kernels end by themselves: one that is killed leaves no count."""
    if "COVERAGE_PROCESS_CONFIG" in os.environ:
        from lewisham_study.report import execute

        execute.SHUTDOWN = "graceful"


@pytest.fixture(scope="session")
def vouch() -> Callable[[Path], None]:
    """Have the data package vouch for tables that a test changed, as a build would."""

    def vouch_for(processed: Path) -> None:
        package = json.loads((processed / "datapackage.json").read_bytes())
        for resource in package["resources"]:
            digest = hashlib.sha256((processed / resource["path"]).read_bytes()).hexdigest()
            resource["hash"] = f"sha256:{digest}"
        (processed / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")

    return vouch_for


@pytest.fixture(scope="session")
def another_user() -> tuple[str, ...]:
    """Say how to run a command as a user that is not root, where the system can make one up; else as the same."""
    prefix = ("unshare", "--user", "--map-user=4321", "--map-group=4321")
    if sys.platform != "linux" or not shutil.which("unshare"):
        return ()
    return prefix if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0 else ()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Find Debian's Chromium or its like; skips where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None) or pytest.skip(
        "no Chromium: install it, on Debian with `apt-get install chromium`"
    )


@pytest.fixture
def browser(chromium: str) -> Iterator[Any]:
    """Open Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-quic"])
        yield opened
        opened.close()
