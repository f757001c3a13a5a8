"""A request becomes a plan, or one clear line before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from lewisham_study.errors import UsageError
from lewisham_study.paths import Project
from lewisham_study.report.batch.authorities import read_authority
from lewisham_study.report.batch.plan import Planner, ReportPlan, Request


@pytest.fixture
def plan(study: Project, save_chapter: Callable[..., None], tmp_path: Path) -> Callable[..., ReportPlan]:
    """Plan the reports of Lewisham."""

    def plan_report(**options: Any) -> ReportPlan:
        request = Request(out=tmp_path / "out", **options)
        return Planner(study, request).plan_report(read_authority(study.processed, "Lewisham"))

    return plan_report


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"parameters": {"start_yaer": 2012}}, "no notebook has a parameter 'start_yaer'; did you mean start_year"),
        ({"parameters": {"start_year": "2012"}}, "start_year: expected int, found '2012'"),
        ({"parameters": {"start_year": 2023}}, "the window is empty"),
        ({"formats": ["htm"]}, "no format is called 'htm'; did you mean html"),
        ({"formats": []}, "no format is called ''; there are: html, pdf, png, ipynb, xlsx, docx, pptx"),
        ({"notebooks": ["rating"]}, "no notebook is called 'rating'; did you mean ratings"),
    ],
)
def test_a_wrong_request_is_refused(plan: Callable[..., ReportPlan], options: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        plan(**options)


def test_a_report_of_all_notebooks_is_made_again_without_naming_them(plan: Callable[..., ReportPlan]) -> None:
    for names, said in (([], ""), (["ratings", "evidence"], ""), (["ratings"], "--notebook ratings ")):
        made = plan(notebooks=names, formats=["pdf"])
        assert f'report --authority "Lewisham" {said}--from 2012' in made.details["closing"]


def test_the_command_in_a_report_has_every_choice_that_is_not_the_default(plan: Callable[..., ReportPlan]) -> None:
    made = plan(notebooks=["ratings"], parameters={"end_year": 2020}, show_code=True)
    assert "--notebook ratings --from 2012 --to 2020 --show-code\n" in made.details["closing"]


def test_tags_and_formats_say_which_files_there_are(
    plan: Callable[..., ReportPlan], study: Project, build: SimpleNamespace
) -> None:
    assert list(plan().documents.values()) == [["report.html", "report.pdf"]]
    tagged = [build.text("# Models", tags=["annex"]), build.text("Words.", tags=["briefing"])]
    (study.notebooks / "06-models.ipynb").write_text(nbformat.writes(build.notebook(*tagged)), encoding="utf-8")
    assert list(plan(formats=["pdf", "png", "xlsx"]).documents.items()) == [
        ("annex.pdf", ["annex.pdf"]),
        ("report.pdf", ["report.pdf"]),
        ("briefing.pdf", ["briefing.pdf", "briefing.png"]),
        ("report.xlsx", ["report.xlsx"]),
    ]
    assert plan(formats=["png"]).documents == {"briefing.png": ["briefing.png"]}
    assert list(plan(notebooks=["ratings"]).documents) == ["report.html"]
    chapter = plan(formats=["png", "ipynb"]).chapters[0]
    assert chapter.list_files() == ["ratings.ipynb"]
    without = plan(formats=["html"]).chapters[0]
    assert (chapter.inputs["pictures"], without.inputs["pictures"]) == (True, False)
    assert without.list_files() == []
