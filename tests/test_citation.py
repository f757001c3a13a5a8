"""How the study is cited, deposited and described: CITATION.cff, Zenodo's file and the README say one thing."""

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


def test_the_version_stands_in_one_place_and_the_citation_follows():
    assert PYPROJECT["dynamic"] == ["version"]
    assert "version" not in PYPROJECT
    assert str(CITATION["version"]) == ZENODO["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGES.md").read_text(encoding="utf-8")
    assert f"Version {__version__} ·" in README


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


def test_the_readmes_line_of_facts_is_true():
    """There are no badges: a picture from elsewhere says what its server says, this line what a test holds."""
    line = next(line for line in README.splitlines() if line.startswith("Version "))
    first, last = re.search(r"Python (3\.\d+)–(3\.\d+)", line).groups()
    versions = [c.rpartition(" ")[2] for c in PYPROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", c)]
    assert (first, last) == (versions[0], versions[-1])
    assert "code MIT, figures OGL v3.0, facts CC BY 4.0" in line
    assert not re.search(r"!\[[^]]*\]\(https?:", README)
