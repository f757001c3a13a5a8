"""Locations, and the names of report folders."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lewisham_study.paths import HOME_VARIABLE, find_project, shorten, slugify


def test_checkout_is_found_from_any_working_folder(monkeypatch, tmp_path):
    here = find_project()
    monkeypatch.chdir(tmp_path)
    assert find_project() == here
    assert (here.raw / "sources.csv").is_file()


def test_environment_variable_names_another_copy(monkeypatch, tmp_path):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    assert find_project().processed == tmp_path / "data" / "processed"


def test_paths_in_the_working_folder_are_shortened(monkeypatch, tmp_path):
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
        ("../../etc", "etc"),
    ],
)
def test_slugs(name, slug):
    assert slugify(name) == slug


@given(st.text())
def test_no_name_leaves_its_folder(name):
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slugify(name))
