"""What the commands for teachers hand on and tell."""

from pathlib import Path

from lewisham_study.paths import find_project

PROJECT = find_project()


def test_the_case_is_made_about_the_council_that_is_asked_for(run, monkeypatch):
    monkeypatch.chdir(PROJECT.root)
    asked = []

    def make_teaching(project, authority, folder, console):
        asked.append((authority.la_code, folder))
        return [PROJECT.reports / "teaching" / "handouts" / "part-a.pdf"]

    monkeypatch.setattr("lewisham_study.teaching.papers.make_teaching", make_teaching)
    assert run("teaching", "--authority", "Leeds")[:2] == (0, "reports/teaching/handouts/part-a.pdf\n")
    run("teaching", "--out", "elsewhere")
    assert asked == [("383", PROJECT.reports / "teaching"), ("209", Path("elsewhere"))]


def test_the_page_is_served_on_the_port_that_is_asked_for(run, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "lewisham_study.teaching.explorer.serve_page", lambda _, port, *, browser: asked.append((port, browser))
    )
    assert run("explore", "--port", "9000", "--no-browser") == (0, "", "")
    run("explore")
    assert asked == [(9000, False), (8866, True)]
