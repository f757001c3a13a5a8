"""The lists of requirements say the same, and the lock holds no address."""

import re
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from lewisham_study.paths import find_project

ROOT = find_project().root
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
WANTED = {r.name: r.specifier for r in map(Requirement, PYPROJECT["dependencies"])}


def list_environment() -> tuple[dict[str, SpecifierSet], list[str]]:
    conda = [line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)]
    pip = next(line["pip"] for line in ENVIRONMENT["dependencies"] if isinstance(line, dict))
    lines = [line for line in conda + pip if line not in ("pip", "-e .") and not line.startswith("python=")]
    return {r.name: r.specifier for r in map(Requirement, lines)}, conda + pip


def test_conda_and_pyproject_ask_for_the_same():
    assert list_environment()[0] == WANTED


def test_binder_gets_a_version_it_can_read_and_the_package_itself():
    lines = list_environment()[1]
    assert next(line for line in lines if line.startswith("python")) == "python=3.11"
    assert SpecifierSet(PYPROJECT["requires-python"]).contains("3.11")
    assert "-e ." in lines


def test_the_lock_holds_every_requirement_with_hashes_and_no_address():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {
        name.lower(): (version, marker or "")
        for name, version, marker in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==(\S+)(?: ; ([^\\]+))?", lock, re.M)
    }
    for name, specifier in WANTED.items():
        version = pinned[name.lower().replace("_", "-")][0]
        assert specifier.contains(version), f"{name}=={version} is not {specifier}: run `make lock`"
    assert "://" not in lock
    assert lock.count("--hash=sha256:") > len(pinned)


def test_the_python_that_runs_this_is_one_that_is_promised():
    import platform

    assert SpecifierSet(PYPROJECT["requires-python"]).contains(platform.python_version())


@pytest.mark.parametrize("name", ["pandas", "matplotlib", "jupyterlab", "papermill", "nbval"])
def test_the_packages_the_study_is_built_on(name):
    assert name in WANTED
