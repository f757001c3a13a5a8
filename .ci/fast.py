"""Try the study with one Python: set up, make Lewisham's report, run the fast tests; nothing in the checkout changes.

    python .ci/fast.py                              # this Python, with the packages of requirements.lock
    python .ci/fast.py --resolution lowest-direct   # the lowest versions that pyproject.toml allows; or: highest
    python .ci/fast.py --every                      # every supported Python that is found here (make test-pythons)

Only the standard library is used. uv is the one beside this Python or on the path, as .ci/tools/uv.txt pins it. Other
interpreters can be named in PYTHONS, separated as in PATH.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESOLUTIONS = ("locked", "lowest-direct", "highest")
FAST = "not slow and not browser and not shared"
WINDOWS = sys.platform == "win32"
TAIL = 200
"""Lines shown of a step that failed."""


class FailedError(Exception):
    """A step failed, with the end of what it printed."""


def find_uv() -> str:
    """Return the uv beside this Python, or the one on the path."""
    found = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if not found:
        sys.exit("uv is missing: pip install --require-hashes -r .ci/tools/uv.txt")
    return found


def list_supported() -> list[str]:
    """Return the versions of Python that pyproject.toml names, as 3.11."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return re.findall(r'"Programming Language :: Python :: (3\.\d+)"', text)


def list_candidates(version: str) -> list[Path]:
    """Return where an interpreter of a version may be: PYTHONS, the path, pyenv's and uv's folders."""
    named = [Path(one) for one in os.environ.get("PYTHONS", "").split(os.pathsep) if one]
    on_path = [shutil.which(f"python{version}", path=folder) for folder in os.get_exec_path()]
    home = Path.home()
    kept = [
        *Path(os.environ.get("PYENV_ROOT", home / ".pyenv")).glob(f"versions/{version}.*/bin/python"),
        *home.glob(f".local/share/uv/python/cpython-{version}.*/bin/python{version}"),
    ]
    return [*named, *(Path(one) for one in on_path if one), *sorted(kept)]


def find_python(version: str) -> Path | None:
    """Return the first interpreter of a version that starts; a shim may not."""
    question = "import sys; print('{}.{}'.format(*sys.version_info))"
    for path in list_candidates(version):
        try:
            done = subprocess.run([path, "-c", question], capture_output=True, text=True, check=False)
        except OSError:
            continue
        if done.returncode == 0 and done.stdout.strip() == version:
            return path
    return None


def run_step(words: list[str | Path], **environment: str) -> tuple[str, float]:
    """Run a command in the checkout; return what it printed and the seconds it took."""
    begun = time.monotonic()
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise FailedError("\n".join(done.stdout.splitlines()[-TAIL:]) or f"exit code {done.returncode}")
    return done.stdout, time.monotonic() - begun


def set_up(python: Path, folder: Path, resolution: str) -> tuple[Path, float]:
    """Make an environment in a folder; return its interpreter and the seconds it took."""
    uv, new = find_uv(), folder / ("Scripts/python.exe" if WINDOWS else "bin/python")
    _, seconds = run_step([uv, "venv", "--quiet", "--python", python, folder])
    pip = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", new]
    if resolution == "locked":
        sync = [uv, "pip", "sync", "--quiet", "--compile-bytecode", "--python", new]
        own = [*pip, "--no-deps", "--no-build-isolation", "--editable", "."]
        steps = [[*sync, "--require-hashes", "requirements.lock"], own]
    else:
        steps = [[*pip, "--upgrade", "--resolution", resolution, "--editable", ".[dev]"]]
    return new, seconds + sum(run_step(step)[1] for step in steps)


def compare_bytes(reports: Path) -> str:
    """Count the files of Lewisham's report whose bytes are those of reports/lewisham.sha256."""
    lines = (ROOT / "reports" / "lewisham.sha256").read_text(encoding="utf-8").splitlines()
    expected = dict(reversed(line.split(maxsplit=1)) for line in lines if "  reports/" in line)
    same = [
        name
        for name, digest in expected.items()
        if (path := reports / Path(name).relative_to("reports")).is_file()
        and hashlib.sha256(path.read_bytes()).hexdigest() == digest
    ]
    return f"{len(same)} of {len(expected)} files with the expected bytes"


def count_tests(output: str) -> str:
    """Return pytest's last line without its frame."""
    return output.rstrip().splitlines()[-1].strip("= ")


def try_python(python: Path, resolution: str, tests: list[str]) -> str:
    """Set up, make the report, run the fast tests; return a line of figures."""
    with tempfile.TemporaryDirectory(prefix="fast-", ignore_cleanup_errors=True) as scratch:
        new, setting = set_up(python, Path(scratch) / "venv", resolution)
        version = run_step([new, "-c", "import platform; print(platform.python_version())"])[0].strip()
        reports = Path(scratch) / "reports"
        _, making = run_step([new, "-m", "lewisham_study", "report", "--out", reports, "--quiet"])
        same = compare_bytes(reports)
        print(
            f"Python {version}, {resolution}: set up in {setting:.0f} s; report in {making:.0f} s, {same}", flush=True
        )
        pytest = [new, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "-p", "no:cacheprovider", "-m", FAST]
        output, _ = run_step([*pytest, *tests])
        return f"Python {version}, {resolution}: {count_tests(output)}"


def try_all() -> int:
    """Try what was asked for; return the number of Pythons that failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--resolution", choices=RESOLUTIONS, default="locked")
    parser.add_argument("tests", nargs="*", help="files to test, instead of all")
    asked = parser.parse_args()
    found = (
        {version: find_python(version) for version in list_supported()} if asked.every else {"": Path(sys.executable)}
    )
    failed = 0
    for python in filter(None, found.values()):
        try:
            print(try_python(python, asked.resolution, asked.tests), flush=True)
        except FailedError as fault:
            failed += 1
            print(f"{python}, {asked.resolution}: FAILED\n{fault}", flush=True)
    for version in (version for version, python in found.items() if python is None):
        print(f"Python {version}: not found on this machine, not tried")
    return failed


if __name__ == "__main__":
    sys.exit(1 if try_all() else 0)
