"""Make the exercises for a class: student versions by nbgrader, and the solutions in a separate folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd

from lewisham_study.errors import StudyError
from lewisham_study.files import guard, write_bytes, write_csv, write_text
from lewisham_study.paths import Project, shorten
from lewisham_study.report.batch.authorities import Authority
from lewisham_study.report.run.execute import execute_notebook, first_line, read_notebook, write_notebook

ASSIGNMENT = "case"
TABLES = ("judgements", "inspections", "workforce", "spend", "population")
"""Tables of which the class gets the rows of its own council, for R or a spreadsheet; it gets all of `WHOLE`."""
WHOLE = ("facts", "prices")
READINGS = ["value", "value_low", "value_high", "period_start", "period_end", "period_basis", "note"]
"""Columns of the facts that are answers to an exercise, so the class does not get them."""
CONFIG = '''"""Settings of the course; run nbgrader in this folder."""

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "lewisham-study"
c.ExecutePreprocessor.timeout = 120
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\\nraise NotImplementedError()"}
'''


def list_exercises(project: Project) -> list[Path]:
    """List the exercises, each with its solution, in order."""
    return sorted((project.notebooks / "teaching" / "exercises").glob("[0-9]*.ipynb"))


def make_exercises(project: Project, authority: Authority, folder: Path) -> list[Path]:
    """Make a course for nbgrader, the student versions, and the solutions as run.

    This replaces ``course/source``, ``students`` and ``instructor/solutions``; submitted and graded work stays, and so
    do the course's settings. It raises an error if a solution fails its own checks for this authority.
    """
    sources = write_course(project, authority, folder / "course")
    answers = folder / "instructor" / "solutions"
    for source in sources:
        write_bytes(solve(source, project), answers / source.name)
    shutil.rmtree(answers / "data", ignore_errors=True)
    shutil.copytree(sources[0].parent / "data", answers / "data")
    students = release_students(folder / "course", folder / "students")
    return [*students, *sorted(answers.glob("*.ipynb"))]


def solve(source: Path, project: Project) -> bytes:
    """Run an exercise with its solutions; cells keep nbgrader's marks, so that the result can be handed in."""
    executed = execute_notebook(source, {}, home=project.root, label=source.name)
    for cell, marked in zip(executed.cells, read_notebook(source).cells, strict=True):
        cell.metadata = marked.metadata
    return write_notebook(executed)


def write_course(project: Project, authority: Authority, course: Path) -> list[Path]:
    """Write the course's settings, notebooks and data for the class's authority; return the notebooks."""
    source = course / "source" / ASSIGNMENT
    shutil.rmtree(source, ignore_errors=True)
    for path in list_exercises(project):
        write_bytes(set_authority(path, authority), source / path.name)
    write_data(project, authority, source / "data")
    if not (course / "nbgrader_config.py").is_file():
        write_text(CONFIG, course / "nbgrader_config.py")
    return sorted(source.glob("*.ipynb"))


def refuse_work(folder: Path) -> None:
    """Refuse to replace student versions that somebody has changed, or files this command did not make."""
    given, students = folder / "course" / "release" / ASSIGNMENT, folder / "students"
    for path in sorted(path for path in students.rglob("*") if path.is_file()):
        place = path.relative_to(students)
        if ".ipynb_checkpoints" in place.parts:
            continue
        if not (given / place).is_file() or (given / place).read_bytes() != path.read_bytes():
            fix = "move it elsewhere, or choose another folder with --out"
            raise StudyError(f"{shorten(path)} was changed or added since this command ran, and would be lost; {fix}")


def release_students(course: Path, students: Path) -> list[Path]:
    """Make the student versions of a course with nbgrader and copy them to a folder."""
    released = course / "release" / ASSIGNMENT
    for old in (released, students):
        shutil.rmtree(old, ignore_errors=True)
    run_nbgrader(course, "generate_assignment", ASSIGNMENT, "--force")
    shutil.copytree(released, students)
    return sorted(students.glob("*.ipynb"))


def set_authority(notebook: Path, authority: Authority) -> bytes:
    """Return a notebook with the class's authority as the default of its parameter."""
    content = read_notebook(notebook)
    for cell in content.cells:
        if "parameters" in cell.metadata.get("tags", []):
            _, _, comment = cell.source.partition("#")
            cell.source = f"authority: str = {json.dumps(authority.parameter)}  #{comment}"
    return write_notebook(content)


def write_data(project: Project, authority: Authority, folder: Path) -> None:
    """Write the tables that a class needs outside Python, as CSV without formulas."""
    for name in (*TABLES, *WHOLE):
        table = pd.read_csv(project.processed / f"{name}.csv", dtype=str, keep_default_na=False)
        own = table if name in WHOLE else table[table["la_code"] == authority.la_code]
        kept = own.drop(columns=READINGS) if name == "facts" else own
        write_csv(kept.map(guard), folder / f"{name}.csv")


def run_nbgrader(course: Path, *arguments: str) -> str:
    """Run nbgrader in a course folder with the course's settings alone; return its messages."""
    home = course / ".jupyter"
    home.mkdir(parents=True, exist_ok=True)
    own = {"JUPYTER_CONFIG_DIR": str(home), "JUPYTER_DATA_DIR": str(home), "IPYTHONDIR": str(home)}
    # nbgrader calls its own tools by name, so this environment must come first on the path.
    own["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course, env={**os.environ, **own}, capture_output=True, text=True, check=False)
    if done.returncode:
        errors = [line.strip() for line in done.stderr.splitlines() if re.match(r"\s*\w*(Error|Exception)\b", line)]
        raise StudyError(f"nbgrader {arguments[0]}: {(errors or [first_line(done.stderr)])[-1]}")
    return done.stderr
