"""The exercises made and marked by nbgrader: blank, solutions, five imperfect attempts, and one that cheats."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from rich.console import Console

from lewisham_study.errors import StudyError
from lewisham_study.paths import Project, find_project
from lewisham_study.report.batch.authorities import read_authority
from lewisham_study.teaching import nbgrader as exercises
from lewisham_study.teaching.nbgrader import (
    ASSIGNMENT,
    list_exercises,
    make_exercises,
    refuse_work,
    release_students,
    run_nbgrader,
    write_course,
)
from lewisham_study.teaching.papers import make_teaching

PROJECT = find_project()
TEACHING = PROJECT.notebooks / "teaching"
ATTEMPTS: list[dict[str, Any]] = json.loads((TEACHING / "attempts.json").read_text(encoding="utf-8"))
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)\n### END HIDDEN TESTS", re.DOTALL)


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def list_checks(notebook: NotebookNode) -> dict[str, float]:
    """List the points of a notebook's checks by their ids."""
    marks = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return {mark["grade_id"]: mark["points"] for mark in marks if mark.get("grade") and not mark["solution"]}


def list_rubric() -> dict[str, float]:
    """List the points in the rubric of the marking guide."""
    text = "\n".join(cell.source for cell in read(TEACHING / "marking-guide.ipynb").cells)
    rows = re.findall(r"^\| ([a-z]+-t[\w-]+) \| (\d+) \|", text, re.MULTILINE)
    return {name: float(points) for name, points in rows}


def test_the_rubric_matches_the_checks() -> None:
    checks = {name: points for path in list_exercises(PROJECT) for name, points in list_checks(read(path)).items()}
    assert checks == list_rubric()
    assert sum(checks.values()) == 45


@pytest.mark.parametrize("path", list_exercises(PROJECT), ids=lambda path: path.stem)
def test_exercises_are_thin_and_no_answer_is_typed_into_a_check(path: Path) -> None:
    for cell in read(path).cells:
        lines = [line for line in cell.source.splitlines() if line.strip() and not line.startswith("###")]
        assert cell.cell_type != "code" or len(lines) <= 10, cell.source
        for hidden in HIDDEN.findall(cell.source):
            constants = [node.value for node in ast.walk(ast.parse(hidden)) if isinstance(node, ast.Constant)]
            typed = [value for value in constants if isinstance(value, float | str) and value not in WAYS]
            assert typed == [], hidden


WAYS = {"inspected", "published", "facts", "conflicts", "; ", 0.05, 0.005}
"""Constants allowed in a hidden check: names of bases and tables, and tolerances."""


OTHERS = ("Isles of Scilly", "Kingston upon Thames", "838")


@pytest.mark.parametrize("name", ["Leeds", *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)])
def test_the_model_solutions_pass_for_other_councils(name: str) -> None:
    authority = read_authority(PROJECT.processed, name)
    for path in list_exercises(PROJECT):
        notebook = read(path)
        assert mark_here(notebook, authority.parameter) == list_checks(notebook)


def test_a_joint_return_counted_twice_earns_nothing_where_it_changes_the_median() -> None:
    rows = "rows = tables['workforce'].query(\"measure == 'caseload_fte' and time_period == '2022'\")\n"
    rows += "rows = rows[rows['la_code'].isin(peers)]\n"
    median = "peer_median = float(rows['value'].median())"
    once = "rows = rows[~rows['joint_la_codes'].str.contains(case.la_code, na=False)]\n"
    once += "rows = rows.loc[~rows['joint_la_codes'].fillna(rows['la_code']).duplicated()]\n"
    for council, answered in (("Kingston upon Thames", rows + once), ("Medway", rows + once), ("Leeds", rows)):
        assert mark_peers(council, answered + median) == {"claims-t1": 2}
    for council in ("Kingston upon Thames", "Medway"):
        with pytest.raises(AssertionError):
            mark_peers(council, rows + median)


def mark_peers(council: str, source: str) -> dict[str, float]:
    """Mark an answer to 4.1 alone, for a council."""
    notebook = read(list_exercises(PROJECT)[3])
    names = [cell.metadata.nbgrader.grade_id for cell in notebook.cells]
    notebook.cells = notebook.cells[: names.index("claims-t1") + 1]
    return mark_here(answer(notebook, {"claims-a1": source}), read_authority(PROJECT.processed, council).parameter)


@pytest.mark.slow
def test_solutions_are_kept_separately_with_their_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only = list_exercises(PROJECT)[:1]
    monkeypatch.setattr(exercises, "list_exercises", lambda _: only)
    monkeypatch.setattr(exercises, "release_students", lambda course, students: [students / "given.ipynb"])
    given, solved = make_exercises(PROJECT, read_authority(PROJECT.processed, "Leeds"), tmp_path)
    assert given.parent == tmp_path / "students"
    assert solved == tmp_path / "instructor" / "solutions" / only[0].name
    cells = [cell for cell in read(solved).cells if cell.cell_type == "code"]
    assert 'authority: str = "Leeds"' in cells[0].source
    assert all(cell.execution_count for cell in cells)
    assert [cell.metadata for cell in read(solved).cells] == [cell.metadata for cell in read(only[0]).cells]
    assert (solved.parent / "data" / "judgements.csv").is_file()
    answers = [cell for cell in cells if cell.source.startswith("### BEGIN SOLUTION")]
    assert all(cell.outputs for cell in answers), "a teacher sees the value of each answer, not only its code"
    assert len(answers) == 4


@pytest.mark.slow
def test_the_tables_of_a_class_are_its_own_and_have_no_formula(tmp_path: Path) -> None:
    study = Project(tmp_path / "study")
    shutil.copytree(PROJECT.processed, study.processed)
    facts = study.processed / "facts.csv"
    leeds = read_authority(PROJECT.processed, "Leeds")
    exercises.write_data(study, leeds, tmp_path / "data")
    honest = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "data").iterdir()}
    assert not re.search(r"(^|,)\"?'", "".join(honest.values()), re.MULTILINE)
    assert {row.split(",")[0] for row in honest["workforce.csv"].splitlines()[1:]} == {"383"}
    head, first, rest = facts.read_text(encoding="utf-8").split("\n", 2)
    cells = next(csv.reader([first]))
    cells[head.split(",").index("quote")] = "=cmd|' /C calc'!A0"
    row = io.StringIO()
    csv.writer(row, lineterminator="\n").writerow(cells)
    facts.write_text(f"{head}\n{row.getvalue()}{rest}", encoding="utf-8")
    exercises.write_data(study, leeds, tmp_path / "data")
    guarded = (tmp_path / "data" / "facts.csv").read_text(encoding="utf-8")
    assert ",'=cmd|' /C calc'!A0," in guarded
    assert guarded.replace(guarded.splitlines()[1], "") == honest["facts.csv"].replace(
        honest["facts.csv"].splitlines()[1], ""
    )


def test_nobodys_work_is_overwritten(tmp_path: Path) -> None:
    given, students = tmp_path / "course" / "release" / ASSIGNMENT, tmp_path / "students"
    refuse_work(tmp_path)
    for folder in (given, students):
        (folder / "data").mkdir(parents=True)
        (folder / "1-grades.ipynb").write_text("blank")
        (folder / "data" / "prices.csv").write_text("year")
    (students / ".ipynb_checkpoints").mkdir()
    (students / ".ipynb_checkpoints" / "1-grades-checkpoint.ipynb").write_text("blank")
    refuse_work(tmp_path)
    (students / "1-grades.ipynb").write_text("answered")
    with pytest.raises(
        StudyError, match=r"students/1-grades\.ipynb was changed or added since this command ran.*move it"
    ):
        make_teaching(PROJECT, read_authority(PROJECT.processed, "Leeds"), tmp_path, Console(file=io.StringIO()))
    (students / "1-grades.ipynb").write_text("blank")
    (students / "my notes.txt").write_text("mine")
    with pytest.raises(StudyError, match=r"students/my notes\.txt was changed or added"):
        refuse_work(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course", "students"]


def mark_here(notebook: NotebookNode, authority: str) -> dict[str, float]:
    """Run a notebook's cells in this process, for an authority, and return the points of its checks."""
    space: dict[str, Any] = {}
    earned = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        parts = ast.parse(cell.source)
        last = parts.body.pop() if isinstance(parts.body[-1], ast.Expr) else None
        exec(compile(parts, "cell", "exec"), space)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), space) if last else None  # type: ignore[attr-defined]
        mark = cell.metadata.nbgrader
        if mark["grade"]:
            earned[mark["grade_id"]] = mark["points"] if value is None else value
        if "parameters" in cell.metadata.get("tags", []):
            space["authority"] = authority
    return earned


def answer(notebook: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    """Replace answers of a notebook."""
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}
    for name, source in answers.items():
        assert cells[name].metadata.nbgrader.solution, name
        cells[name].source = source
    return notebook


def tamper(notebook: NotebookNode) -> NotebookNode:
    """Cheat: empty the checks, delete one, raise the points, unlock everything, add a cell with 100."""
    checks = [cell for cell in notebook.cells if cell.metadata.nbgrader.grade and not cell.metadata.nbgrader.solution]
    for cell in checks:
        cell.source = "assert True"
        cell.metadata.nbgrader.update(points=100, locked=False)
    notebook.cells.remove(checks[0])
    notebook.cells.append(nbformat.v4.new_code_cell("100"))
    return notebook


@pytest.fixture(scope="module")
def marks(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, dict[str, float]]]:
    """Make the course, hand in every attempt, mark all with nbgrader, and return a reader of the marks."""
    pytest.importorskip("nbgrader", reason="nbgrader is missing: install the extra `teaching`")
    folder = tmp_path_factory.mktemp("teaching")
    course = folder / "course"
    write_course(PROJECT, read_authority(PROJECT.processed, "Lewisham"), course)
    release_students(course, folder / "students")
    source, release = course / "source" / ASSIGNMENT, course / "release" / ASSIGNMENT
    shutil.copytree(folder / "students", course / "submitted" / "blank" / ASSIGNMENT)
    for path in sorted(source.glob("*.ipynb")):
        solved = course / "submitted" / "solutions" / ASSIGNMENT / path.name
        solved.parent.mkdir(parents=True, exist_ok=True)
        solved.write_bytes(exercises.solve(path, PROJECT))
    handed = [
        (one["name"], one["notebook"], answer(read(source / f"{one['notebook']}.ipynb"), one["answers"]))
        for one in ATTEMPTS
    ]
    handed.append(("cheat", "2-awkward-facts", tamper(read(release / "2-awkward-facts.ipynb"))))
    for student, name, notebook in handed:
        place = course / "submitted" / student / ASSIGNMENT / f"{name}.ipynb"
        place.parent.mkdir(parents=True)
        nbformat.write(notebook, place)
    run_nbgrader(course, "autograde", ASSIGNMENT)
    run_nbgrader(course, "export", "--to=marks.csv")
    with (course / "marks.csv").open(encoding="utf-8") as file:
        total = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}

    def give(student: str) -> dict[str, dict[str, float]]:
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
            submission = book.find_submission(ASSIGNMENT, student)
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            cells = {grade.name: grade.score for grade in grades if "-t" in grade.name}
        return {"cells": cells, "total": {"score": total[student][0], "max": total[student][1]}}

    give.folder = folder  # type: ignore[attr-defined]
    return give


@pytest.mark.slow
def test_the_blank_scores_nothing_and_the_solutions_handed_in_as_they_are_everything(marks: Any) -> None:
    assert marks("blank")["total"] == {"score": 0, "max": 45}
    assert marks("solutions")["total"] == {"score": 45, "max": 45}
    assert marks("solutions")["cells"] == list_rubric()


@pytest.mark.slow
@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt["name"])
def test_imperfect_attempts_score_as_in_the_rubric(marks: Any, attempt: dict[str, Any]) -> None:
    scored = marks(attempt["name"])
    rubric = list_checks(read(TEACHING / "exercises" / f"{attempt['notebook']}.ipynb"))
    assert {name: scored["cells"][name] for name in rubric} == attempt["points"]
    assert scored["total"]["score"] == sum(attempt["points"].values())
    assert 0 < scored["total"]["score"] < sum(rubric.values())


@pytest.mark.slow
def test_editing_the_checks_gains_nothing(marks: Any) -> None:
    assert marks("cheat")["total"] == {"score": 0, "max": 45}


@pytest.mark.slow
def test_students_get_no_solution(marks: Any) -> None:
    folder: Path = marks.folder
    for path in list_exercises(PROJECT):
        given = read(folder / "students" / path.name)
        text = "\n".join(cell.source for cell in given.cells)
        assert "HIDDEN TESTS" not in text
        assert "BEGIN SOLUTION" not in text
        answers = [c for c in read(path).cells if c.metadata.nbgrader.solution and c.cell_type == "code"]
        assert text.count("raise NotImplementedError()") == len(answers) >= 3
        for cell in answers:
            assert cell.source.splitlines()[1] not in text
        written = [c for c in read(path).cells if c.metadata.nbgrader.solution and c.cell_type == "markdown"]
        assert text.count("YOUR ANSWER HERE") == len(written)
    head = (folder / "students" / "data" / "facts.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "value_as_stated" in head
    assert "value_low" not in head
