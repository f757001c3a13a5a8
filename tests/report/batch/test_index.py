"""The page from which one finds reports."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lewisham_study.paths import Project, find_project
from lewisham_study.report.batch.index import list_reports, name_latest, read_grades, render_strip, write_index
from lewisham_study.report.document.pandoc import hash_part

LINE = "Data published up to 25 September 2025"


@pytest.fixture
def out(study: Project, tmp_path: Path) -> Path:
    """Make a folder with reports of two authorities, one of them whole."""
    files = [f"{name}.{form}" for name in ("report", "briefing") for form in ("html", "pdf")]
    for name in [*[f"lewisham/{file}" for file in files], "lewisham/annex.pdf", "dorset/ratings.ipynb"]:
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).write_text("x")
    (tmp_path / "out" / "lewisham" / "tables").mkdir()
    return tmp_path / "out"


def test_every_authority_with_a_report_is_listed(study: Project, out: Path) -> None:
    page = write_index(study, out, LINE).read_text(encoding="utf-8")
    assert re.findall(r"<h2>(.*?)</h2>", page) == ["Dorset (since 2019)", "Lewisham"]
    links = re.findall(r'<a href="([^#"]+)"', page)
    assert links == ["dorset/ratings.ipynb", "lewisham/briefing.html", "lewisham/report.html", "lewisham/annex.pdf"]
    assert all((out / link).is_file() for link in links)
    assert '<option value="London">' in page
    assert re.findall(r'<option value="(\w*)">', page)[-3:] == ["", "good", "none"]


def test_a_council_is_found_by_the_name_of_the_one_it_replaced(tmp_path: Path) -> None:
    for slug in ("cumberland", "lewisham"):
        (tmp_path / slug).mkdir()
        (tmp_path / slug / "briefing.html").write_text("x")
    page = write_index(find_project(), tmp_path, LINE).read_text(encoding="utf-8")
    words = re.findall(r'data-words="(.*?)"', page)
    assert "Cumbria" in words[0]
    assert words[1] == "Lewisham Lewisham 209 E09000023 lewisham"


def test_the_strip_tells_grades_in_order_with_frameworks_apart(study: Project, out: Path) -> None:
    judged = read_grades(study)["209"]
    assert [(framework, grade) for framework, grade, _ in judged] == [
        ("SIF", "requires_improvement"),
        ("ILACS", "requires_improvement"),
        ("ILACS", "good"),
    ]
    strip = render_strip(judged)
    assert re.findall(r'<li class="([^"]*)"', strip) == ["requires-improvement", "requires-improvement changed", "good"]
    assert "good, ILACS 2024" in strip
    assert render_strip([("SIF", "good", "2015")]) == render_strip([("SIF", "good", "2015-01-02")])


def test_an_inspection_without_an_overall_grade_is_a_dash(study: Project) -> None:
    real = read_grades(find_project())
    assert real["851"][-1] == ("ILACS_2026", "no_overall_grade", "2026-07-06")
    assert name_latest(real["851"]) == "no_overall_grade"
    assert name_latest(real["209"]) == "good"
    strip = render_strip(real["851"])
    assert strip.endswith(
        '<li class="no-overall-grade"><span aria-hidden="true">–<small>2026</small></span>'
        '<span class="hidden">no overall grade any more, ILACS 2026</span></li></ol>'
    )


def test_only_the_script_of_the_page_may_run(study: Project, out: Path) -> None:
    page = write_index(study, out, LINE).read_text(encoding="utf-8")
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert script
    assert style
    own = f"style-src 'sha256-{hash_part(style[1])}'; script-src 'sha256-{hash_part(script[1])}'"
    assert f"content=\"default-src 'none'; {own}; base-uri 'none'; form-action 'none'\"" in page
    assert "unsafe" not in page
    assert not re.search(r"<[^>]* (style|on\w+)=", page)
    assert page.count("<script") == 1
    assert not re.search(r'(src|href)="(https?:)?//', page)


def test_hostile_names_stay_text(study: Project, out: Path) -> None:
    path = study.processed / "authorities.csv"
    rows = path.read_text(encoding="utf-8").replace("Lewisham", '"Lewisham<script>x</script>"')
    path.write_text(rows, encoding="utf-8")
    (out / "lewisham").rename(out / "lewisham-script-x-script")
    page = write_index(study, out, LINE).read_text(encoding="utf-8")
    assert "<h2>Lewisham&lt;script&gt;x&lt;/script&gt;</h2>" in page
    assert page.count("<script") == 1


def test_the_page_is_the_same_every_time_and_may_be_empty(study: Project, out: Path, tmp_path: Path) -> None:
    first = write_index(study, out, LINE).read_bytes()
    assert write_index(study, out, LINE).read_bytes() == first
    assert b"0 authorities" in write_index(study, tmp_path / "empty", LINE).read_bytes()


def test_a_card_has_the_briefing_first_and_a_link_for_each_document(out: Path) -> None:
    found = list_reports(out / "lewisham")
    assert {name: path.name for name, path in found.items()} == {
        "Briefing": "briefing.html",
        "Report": "report.html",
        "Technical annex": "annex.pdf",
    }
    assert list_reports(out / "dorset") == {"Ratings": out / "dorset" / "ratings.ipynb"}


@pytest.mark.browser
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_axe_finds_nothing(
    study: Project, out: Path, check_access: Callable[..., dict[str, Any]], width: int, dark: bool
) -> None:
    result = check_access(write_index(study, out, LINE).read_text(encoding="utf-8"), width, dark=dark)
    assert result["violations"] == []
    assert result["passes"] > 20


@pytest.mark.browser
@pytest.mark.parametrize(
    ("field", "value", "left"),
    [
        ("words", "LEWIS", ["209"]),
        ("words", "838", ["838"]),
        ("words", "e0", ["838", "209"]),
        ("words", "nowhere", []),
        ("words", "London Borough of Lewisham", ["209"]),
        ("words", "Dorset, county council", ["838"]),
        ("region", "London", ["209"]),
        ("grade", "good", ["838", "209"]),
        ("grade", "none", []),
    ],
)
def test_typing_finds_an_authority(
    study: Project, out: Path, check_access: Callable[..., dict[str, Any]], field: str, value: str, left: list[str]
) -> None:
    act = (
        f'document.getElementById("{field}").value = "{value}";'
        f'document.getElementById("{field}").dispatchEvent(new Event("input", {{bubbles: true}}));'
    )
    result = check_access(write_index(study, out, LINE).read_text(encoding="utf-8"), 800, dark=False, act=act)
    shown = re.findall(
        r'<li data-words="[^"]*? (\d{3}) [^"]*"[^>]*>', re.sub(r"<li [^>]*hidden[^>]*>", "", result["dom"])
    )
    assert shown == left
    assert f"{len(left)} of 2 authorities" in result["dom"]
    assert result["violations"] == []
