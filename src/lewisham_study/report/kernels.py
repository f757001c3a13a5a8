"""The kernel notebooks run in: this very Python, with the same surroundings for every user."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import lewisham_study
from lewisham_study.errors import StudyError
from lewisham_study.paths import HOME_VARIABLE

FONTS = Path("mpl-data", "fonts", "ttf")


def steady_environment(home: Path | None = None) -> dict[str, str]:
    """Give the variables that make a run the same for every user, place and time zone.

    Parameters
    ----------
    home : the copy of the study whose data a notebook reads; None: the one it finds itself.
    """
    steady = {
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(Path(lewisham_study.__file__).resolve().parents[1]),
        # A matplotlibrc of the user's own would change the figures.
        "MATPLOTLIBRC": str(find_matplotlib() / "mpl-data" / "matplotlibrc"),
    }
    return steady if home is None else {**steady, HOME_VARIABLE: str(home.resolve())}


def find_matplotlib() -> Path:
    """Find matplotlib's folder, without the cost of importing it."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise StudyError("matplotlib is missing: run `make setup`")
    return Path(found.origin).parent


def write_kernelspec(folder: Path, home: Path | None = None) -> None:
    """Describe the kernel in a folder of kernels, so that no installed kernel is needed or heeded."""
    from ipykernel.kernelspec import get_kernel_dict

    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {**get_kernel_dict(), "argv": command, "env": steady_environment(home)}
    (folder / "python3").mkdir()
    (folder / "python3" / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
