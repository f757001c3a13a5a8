"""Corrections, and the cautions made from them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import Project, find_project
from lewisham_study.tidy.coding import (
    CAUTION_COLUMNS,
    CORRECTION_COLUMNS,
    list_unreviewed,
    read_corrections,
    record_review,
    tidy_cautions,
)
from lewisham_study.tidy.tables import load_table


def write(path: Path, columns: list[str], row: list[str]) -> None:
    pd.DataFrame([row], columns=columns).to_csv(path, index=False, lineterminator="\n")


def test_a_repeated_correction_is_refused(tmp_path: Path) -> None:
    text = (find_project().coding / "corrections.csv").read_text(encoding="utf-8")
    (tmp_path / "corrections.csv").write_text(text + text.splitlines()[-1] + "\n", encoding="utf-8")
    last = len(text.splitlines()) + 1
    with pytest.raises(DataError, match=rf"corrections\.csv, row {last}: expected a new .* again"):
        read_corrections(tmp_path)


def test_corrections_of_status_and_coded_cautions_make_one_table(tmp_path: Path) -> None:
    key = "la_code=209; time_period=2022; value_as_published=0"
    reason = "no leavers, yet fewer in post"
    row = ["workforce-x", "workforce", key, "status", "published", "implausible", reason, "dfe-workforce-2025"]
    write(tmp_path / "corrections.csv", CORRECTION_COLUMNS, row)
    write(
        tmp_path / "cautions.csv",
        CAUTION_COLUMNS,
        ["spend-x", "spend", "local_authority", "", "2024-25", "", "figure", "first edition", "s"],
    )
    cautions = tidy_cautions(tmp_path).set_index("caution_id")
    assert cautions.loc["workforce-x", ["la_code", "measure", "status", "caution"]].tolist() == [
        "209",
        "",
        "implausible",
        reason,
    ]
    assert cautions.loc["spend-x", ["la_code", "status"]].tolist() == ["", "published"]


def test_a_correction_of_a_value_is_not_a_caution(tmp_path: Path) -> None:
    row = ["x", "figures/inspections", "area_name=Slough", "value_as_published", "a", "b", "misprint", "s"]
    write(tmp_path / "corrections.csv", CORRECTION_COLUMNS, row)
    (tmp_path / "cautions.csv").write_text(",".join(CAUTION_COLUMNS) + "\n", encoding="utf-8")
    assert tidy_cautions(tmp_path).empty


def test_each_figure_we_removed_has_a_reason() -> None:
    cautions = load_table("cautions")
    keys = ["la_code", "time_period", "measure"]
    for topic in ("workforce", "spend"):
        figures = load_table(topic)
        removed = figures[figures["status"].isin(["implausible", "withheld"])]
        reasons = cautions[(cautions["table"] == topic) & (cautions["status"] != "published")]
        whole = reasons.loc[reasons["measure"].isna(), keys[:2]].drop_duplicates()
        exact = removed.merge(reasons[keys], on=keys)
        by_year = removed.merge(whole, on=keys[:2])
        assert len(removed) == len(exact) + len(by_year)


def test_the_cautions_of_lewisham_agree_with_the_figures() -> None:
    spend = load_table("spend")
    here = spend[(spend["la_code"] == "209") & (spend["geographic_level"] == "local_authority")]
    value = here.set_index(["measure", "time_period"])["value"]
    measures = ["total_gross", "looked_after_gross", "ro3_gross"]
    assert [round(value[m, "2024-25"] / value[m, "2023-24"] - 1, 2) for m in measures] == [0.32, 0.49, 0.1]
    assert round((value["total_gross", "2018-19"] - value["total_gross", "2017-18"]) / 1e6, 1) == 11.9
    assert find_project().coding.joinpath("cautions.csv").is_file()


def test_cautions_on_returns_quote_the_figures_in_use() -> None:
    cautions, workforce = load_table("cautions"), load_table("workforce")
    published = cautions[(cautions["table"] == "workforce") & (cautions["status"] == "published")]
    counts = (
        workforce[workforce["measure"] == "case_holders_fte"]
        .set_index(["la_code", "time_period"])["value"]
        .sort_index()
    )
    quoting = published[published["caution"].str.contains("full-time equivalents in post")]
    assert len(quoting) > 15
    for row in quoting.to_dict("records"):
        held = counts[row["la_code"], row["time_period"]]
        quoted = f"{held:.1f}" in row["caution"] or row["caution_id"] == "workforce-calderdale-2018-caseload"
        assert quoted, row["caution_id"]


@pytest.fixture
def reviewed(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    for folder, name in ((project.coding, "cautions.csv"), (project.raw, "headlines.csv")):
        folder.mkdir(parents=True)
        (folder / name).write_text("id,reason\na,one\nb,two\n", encoding="utf-8")
    assert len(record_review(project)) == 6
    return project


def test_reviewed_decisions_are_not_listed(reviewed: Project) -> None:
    assert list_unreviewed(reviewed) == []
    assert record_review(reviewed) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id,reason\na,one\nb,too\n", "row 3: expected a row as reviewed, found b,too"),
        ("id,reason\na,one\nb,two\nc,three\n", "row 4: expected a row as reviewed, found c,three"),
        ("id,reason\na,one\n", "expected every row that was reviewed, found 1 fewer"),
        ("id,reason\nb,two\na,one\n", "expected the rows in the order reviewed, found another order"),
    ],
)
def test_a_changed_decision_is_listed_until_it_is_accepted(reviewed: Project, text: str, problem: str) -> None:
    (reviewed.coding / "cautions.csv").write_text(text, encoding="utf-8")
    (finding,) = list_unreviewed(reviewed)
    assert problem in str(finding)
    assert "check --accept" in finding.hint
    assert len(record_review(reviewed)) == 1
    assert list_unreviewed(reviewed) == []


def test_many_changed_rows_are_counted_and_a_file_that_is_gone_is_named(reviewed: Project) -> None:
    rows = "".join(f"{number},new\n" for number in range(9))
    (reviewed.coding / "cautions.csv").write_text(f"id,reason\n{rows}", encoding="utf-8")
    (reviewed.raw / "headlines.csv").unlink()
    found = [str(finding) for finding in list_unreviewed(reviewed)]
    assert len(found) == 7
    assert "expected rows as reviewed, found 4 more that are not" in found[5]
    assert "headlines.csv: expected a file that was reviewed, found none" in found[6]
