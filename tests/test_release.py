"""`make release` writes the version wherever it stands, refuses a wrong one, and makes each step."""

from __future__ import annotations

import datetime
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from lewisham_study import __data_version__, __version__
from lewisham_study.paths import find_project

ROOT = find_project().root
SCRIPT = ROOT / ".ci" / "release.py"
DAY = datetime.date(2026, 12, 1)


@pytest.fixture(scope="module")
def release() -> ModuleType:
    found = importlib.util.spec_from_file_location("release", SCRIPT)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path: Path, release: ModuleType) -> Path:
    for name in [*release.PLACES, "Makefile"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def read_changes(copy: Path) -> str:
    return (copy / "CHANGES.md").read_text("utf-8")


def test_the_version_is_written_everywhere_it_stands(release: ModuleType, copy: Path) -> None:
    assert release.read_versions(copy) == (__version__, __data_version__)
    changes = re.sub(r"(?<=## Unreleased\n\n).*?(?=\n## )", "### Data\n\n- New.\n", read_changes(copy), flags=re.DOTALL)
    (copy / "CHANGES.md").write_text(changes, encoding="utf-8")
    release.write_versions(copy, "7.0.0", "2027.1.0", DAY)
    assert release.read_versions(copy) == ("7.0.0", "2027.1.0")
    texts = {name: (copy / name).read_text("utf-8") for name in release.PLACES}
    assert json.loads(texts[".zenodo.json"])["version"] == "7.0.0"
    assert "\nversion: 7.0.0\ndate-released: 2026-12-01\nauthors:" in texts["CITATION.cff"]
    assert "Version 7.0.0 ·" in texts["README.md"]
    assert set(re.findall(r"lewisham_study-([\d.]+)-py3", texts["docs/how-to/install.md"])) == {"7.0.0"}
    assert not [name for name, text in texts.items() if "not published yet" in text or "has been released yet" in text]
    heading = (
        "## Unreleased\n\nNothing yet.\n\n## 7.0.0\n\nReleased 2026-12-01, with data version 2027.1.0.\n\n"
        "### Data\n\n- New."
    )
    assert heading in texts["CHANGES.md"]


def test_a_second_release_follows_the_first(release: ModuleType, copy: Path) -> None:
    release.write_versions(copy, "7.0.0", "2027.1.0", DAY)
    release.write_versions(copy, "7.1.0", "2027.1.0", DAY.replace(day=2))
    assert (copy / "CITATION.cff").read_text("utf-8").count("date-released: 2026-12-02") == 1
    assert read_changes(copy).count("Nothing yet.") == 1


def test_a_place_without_a_version_is_an_error(release: ModuleType, copy: Path) -> None:
    (copy / "README.md").write_text("No version here.\n")
    with pytest.raises(SystemExit, match=r"README.md: expected .*correct PLACES in .ci/release.py"):
        release.write_versions(copy, "7.0.0", "2027.1.0", DAY)


@pytest.mark.parametrize(
    ("version", "data", "message"),
    [
        ("1.0", "2026.1.0", "VERSION: expected three numbers such as 1.0.0, found '1.0'"),
        ("1.2.3", "2026.1.0", "VERSION: expected more than 1.2.3, found 1.2.3"),
        ("1.2.2", "2026.1.0", "VERSION: expected more than 1.2.3, found 1.2.2"),
        ("1.3.0", "2025.9.0", "DATA: expected more than 2026.1.0, found 2025.9.0"),
    ],
)
def test_a_wrong_version_is_refused(release: ModuleType, version: str, data: str, message: str) -> None:
    with pytest.raises(SystemExit) as refused:
        release.check_numbers(version, data, ("1.2.3", "2026.1.0"))
    assert str(refused.value) == message


def test_the_data_may_keep_their_version(release: ModuleType) -> None:
    release.check_numbers("1.10.0", "2026.1.0", ("1.9.9", "2026.1.0"))


def test_steps_are_made_in_order_and_unknown_ones_refused(
    release: ModuleType, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(release, "run", lambda *command, folder: ran.append(command))
    release.prepare(copy, ["data", "dist"])
    assert ran == [("make", "data"), ("make", "dist")]
    with pytest.raises(SystemExit, match=r"STEPS: expected some of data, .*, found chek"):
        release.refuse_unknown(["data", "chek"])


def test_every_step_is_a_target(release: ModuleType) -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    assert all(f"\n{step}:" in text for step in release.STEPS)


def test_changes_that_are_not_committed_are_refused(release: ModuleType, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    release.refuse_changes(tmp_path)
    (tmp_path / "new.txt").write_text("new")
    with pytest.raises(SystemExit, match=r"\?\? new.txt"):
        release.refuse_changes(tmp_path)


def test_a_failing_step_ends_the_run_with_its_name(release: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="failed: "):
        release.run(sys.executable, "-c", "raise SystemExit(3)", folder=tmp_path)
