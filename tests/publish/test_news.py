"""What changed between two versions: inspections, figures and conclusions that moved are listed, others are not."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lewisham_study.errors import UsageError
from lewisham_study.paths import Project, find_project
from lewisham_study.publish import news
from lewisham_study.publish.news import UNCOMPUTED, compare_tables, describe_changes, describe_code, open_version
from lewisham_study.tidy.tables import Tables

PROJECT = find_project()
SPEND = "new_la_code,time_period,measure,value\n"


def write_version(folder: Path, text: str, name: str = "spend", key: tuple[str, ...] = ("new_la_code",)) -> Path:
    folder.mkdir(parents=True)
    (folder / f"{name}.csv").write_text(text)
    fields = [{"name": column} for column in text.splitlines()[0].split(",")]
    resource = {"name": name, "hash": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"}
    resource["schema"] = {"fields": fields, "primaryKey": list(key)}
    (folder / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    return folder


def test_rows_and_cells_are_compared_by_key_as_written(tmp_path: Path) -> None:
    old = write_version(tmp_path / "old", f"{SPEND}E1,2022,total,5\nE2,2022,total,\nE3,2022,total,7\n")
    new = write_version(tmp_path / "new", f"{SPEND}E2,2022,total,0\nE3,2022,total,7\nE4,2022,total,9\n")
    found = compare_tables(old, new, "spend")
    assert found.added["new_la_code"].tolist() == ["E4"]
    assert found.removed["new_la_code"].tolist() == ["E1"]
    # A missing value that is zero now is a change.
    assert found.changed.to_numpy().tolist() == [["E2", "value", "", "0"]]
    assert found.columns == []


def test_a_column_that_one_version_lacks_is_named_and_not_compared(tmp_path: Path) -> None:
    old = write_version(tmp_path / "old", "new_la_code,value\nE1,5\n")
    new = write_version(tmp_path / "new", "new_la_code,value,note\nE1,5,new\n")
    found = compare_tables(old, new, "spend")
    assert (len(found.changed), found.columns) == (0, ["note"])


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory, update_hashes: Callable[[Path], None]) -> Path:
    """Return a copy of the tables without Lewisham's inspection of 2023, and with another figure."""
    folder = tmp_path_factory.mktemp("study") / "data" / "processed"
    shutil.copytree(PROJECT.processed, folder)
    for name in ("inspections", "judgements"):
        path = folder / f"{name}.csv"
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith("209-ILACS-2024-01-31")), "utf-8")
    path = folder / "need.csv"
    rows = path.read_text("utf-8")
    row = next(
        line for line in rows.splitlines() if line.startswith("209,") and ",2022,31_march,looked_after,462," in line
    )
    path.write_text(rows.replace(row, row.replace(",looked_after,462,", ",looked_after,461,")), "utf-8")
    update_hashes(folder)
    return folder


def test_what_changed_is_listed(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "compute_headline", lambda row, tables: float(len(tables["judgements"])))
    monkeypatch.setattr(news, "RECIPES", {})
    text = describe_changes(earlier, PROJECT.processed, Tables(), "From old_tables", "changes old_tables")
    assert text.startswith("# From old\\_tables\n\nMade by `changes old_tables` from the tables of both versions.")
    assert "1 with grades, 0 visits and joint inspections; 0 no longer held under the same identifier." in text
    assert "| Lewisham | ILACS | 2023-12-04 | 2024-01-31 | good |" in text
    assert "| `need` | 0 | 0 | 1 |" in text
    assert "| need | E09000023 | 2022 | looked_after | looked_after | 461 | 462 |" in text
    assert "| `workforce` |" not in text
    asked = Tables()["headlines"]["recipe"].notna().sum()
    claims = Tables()["replications"]["key"].notna().sum()
    assert f"Of {asked + claims} published headlines and claims" in text
    assert f"{asked} gave another number." in text
    assert UNCOMPUTED not in text


@pytest.mark.slow
def test_the_same_tables_have_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "compute_headline", lambda row, tables: 1.0)
    monkeypatch.setattr(news, "RECIPES", {})
    text = describe_changes(PROJECT.processed, PROJECT.processed, Tables(), "A", "b")
    for line in ("0 with grades", "No figure was added, removed or revised.", " 0 gave another number.", "No row was"):
        assert line in text


def test_what_an_old_version_cannot_give_is_said(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def need_a_column(row: dict[str, str], tables: Tables) -> float:
        if tables.processed == earlier:
            raise KeyError("kind")
        return 1.0

    monkeypatch.setattr(news, "compute_headline", need_a_column)
    monkeypatch.setattr(news, "RECIPES", {})
    text = news.compare_conclusions(news.Asked(earlier, Tables()), news.Asked(PROJECT.processed, Tables()))
    assert "0 gave another number, and" in text
    assert f"| {UNCOMPUTED} | 1 |" in text


@pytest.fixture
def repository(tmp_path: Path) -> Project:
    """Return a study with two commits."""
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    for number, lines in (("1", "a = 1\n"), ("2", "a = 1\nb = 2\n")):
        shutil.rmtree(tmp_path / "data", ignore_errors=True)
        write_version(tmp_path / "data" / "processed", f"{SPEND}E1,2022,total,{number}\n")
        module = tmp_path / "src" / "lewisham_study" / "tidy" / "one.py"
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text(lines)
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "--quiet", "-m", number], check=True)
    return Project(tmp_path)


def test_a_version_is_a_folder_or_a_commit(repository: Project) -> None:
    with open_version(str(repository.root), repository) as now, open_version("HEAD~1", repository) as before:
        assert compare_tables(before, now, "spend").changed["was"].tolist() == ["1"]
    with pytest.raises(UsageError, match=r"'v9' is no folder with datapackage\.json, and no commit or tag"):
        open_version("v9", repository).__enter__()


def test_changed_modules_are_counted_by_package(repository: Project) -> None:
    assert "| tidy | 1 | 1 | 0 |" in describe_code(repository, "HEAD~1", "HEAD")
    assert "No module changed." in describe_code(repository, "HEAD", "HEAD")
    assert describe_code(repository, "some-folder", "HEAD") == ""
