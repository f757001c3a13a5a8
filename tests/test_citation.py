"""CITATION.cff, Zenodo's file, the changelog and the README agree on version, title, authors and licences."""

import json
import re
import tomllib

import yaml

from lewisham_study import __version__
from lewisham_study.paths import find_project

ROOT = find_project().root
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
ZENODO = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGES = (ROOT / "CHANGES.md").read_text(encoding="utf-8")


def test_the_version_is_defined_once_and_the_citation_follows():
    assert PYPROJECT["dynamic"] == ["version"]
    assert "version" not in PYPROJECT
    assert str(CITATION["version"]) == ZENODO["version"] == __version__
    assert f"Version {__version__} ·" in README
    assert f"## {__version__}" in CHANGES or "Nothing has been released yet" in CHANGES


def test_the_changelog_lists_data_and_code_apart_under_the_usual_headings():
    parts = re.findall(r"^(##+) (.+)$", CHANGES, re.MULTILINE)
    assert parts[0] == ("##", "Unreleased")
    assert [name for level, name in parts if level == "###"][:2] == ["Data", "Code"]
    known = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert {name for level, name in parts if level == "####"} <= known


def test_citation_and_deposit_agree():
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["title"] == ZENODO["title"]
    assert [one["name"] for one in CITATION["authors"]] == [one["name"] for one in ZENODO["creators"]]
    assert CITATION["keywords"] == ZENODO["keywords"] == PYPROJECT["keywords"]
    assert ZENODO["upload_type"] == CITATION["type"] == "software"


def test_licences_are_those_of_the_project():
    package = json.loads((find_project().processed / "datapackage.json").read_bytes())
    assert set(CITATION["license"]) == {ZENODO["license"], *[one["name"] for one in package["licenses"]]}
    assert PYPROJECT["license"] == ZENODO["license"] == "MIT"
    assert "Contains public sector information licensed under the Open Government Licence v3.0" in ZENODO["description"]


def test_the_second_line_of_the_readme_is_true():
    """The README has no badges: a remote picture shows what its server says, this line is tested."""
    line = next(line for line in README.splitlines() if line.startswith("Version "))
    first, last = re.search(r"Python (3\.\d+)–(3\.\d+)", line).groups()
    versions = [c.rpartition(" ")[2] for c in PYPROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", c)]
    assert (first, last) == (versions[0], versions[-1])
    assert "code MIT, figures OGL v3.0, facts CC BY 4.0" in line
    assert not re.search(r"!\[[^]]*\]\(https?:", README)


def test_the_readme_has_at_most_150_lines_and_a_block_for_each_reader():
    assert len(README.splitlines()) <= 150
    headings = re.findall(r"^## (.+)$", README, re.MULTILINE)
    assert {"If you make reports", "If you do research", "If you teach", "If you contribute"} <= set(headings)
