"""Where things are, and what a folder of reports may be called."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lewisham_study.paths import HOME_VARIABLE, find_project, shorten, slugify


def test_the_checkout_is_found_whatever_the_working_folder(monkeypatch, tmp_path):
    here = find_project()
    monkeypatch.chdir(tmp_path)
    assert find_project() == here
    assert (here.raw / "sources.csv").is_file()


def test_another_copy_can_be_named(monkeypatch, tmp_path):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    assert find_project().processed == tmp_path / "data" / "processed"


def test_paths_are_told_as_the_user_would_type_them(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert shorten(tmp_path / "reports" / "x.pdf") == "reports/x.pdf"
    assert shorten(tmp_path.parent) == str(tmp_path.parent)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Lewisham", "lewisham"),
        ("Kingston upon Hull, City of", "kingston-upon-hull-city-of"),
        ("St. Helens", "st-helens"),
        ("King's Lynn", "kings-lynn"),
    ],
)
def test_slugs(name, slug):
    assert slugify(name) == slug


@given(st.text())
def test_no_name_leaves_its_folder(name):
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slugify(name))
