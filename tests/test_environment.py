"""Every list of what the study needs says the same: pyproject (pip, uv), lock, conda, Binder, devcontainer, hooks."""

import json
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
EXTRAS = {name: list(map(Requirement, lines)) for name, lines in PYPROJECT["optional-dependencies"].items()}


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
    extras = {one.name: one.specifier for lines in EXTRAS.values() for one in lines}
    for name, specifier in (WANTED | extras).items():
        version = pinned[name.lower().replace("_", "-")][0]
        assert specifier.contains(version), f"{name}=={version} is not {specifier}: run `make lock`"
    assert "://" not in lock
    assert lock.count("--hash=sha256:") > len(pinned)


def test_every_list_names_the_same_oldest_python():
    """Binder and conda, the devcontainer's Debian 12, the lock and the type checker: all 3.11, the oldest promised."""
    oldest = re.fullmatch(r">=(3\.\d+),<3\.\d+", PYPROJECT["requires-python"])[1]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert f"python={oldest}" in ENVIRONMENT["dependencies"]
    assert settings["mypy"]["python_version"] == oldest
    assert f"--python-version {oldest}" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "FROM debian:12\n" in (ROOT / ".devcontainer" / "Dockerfile").read_text(encoding="utf-8")
    assert oldest == "3.11", "Debian 12 brings 3.11: choose the devcontainer's Debian anew"
    newest = {line.rpartition(" ")[2] for line in PYPROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", line)}
    assert {
        v for v in (f"3.{n}" for n in range(9, 20)) if SpecifierSet(PYPROJECT["requires-python"]).contains(v)
    } == newest


def test_what_a_user_installs_as_an_extra_is_there_for_developers_too():
    developers = {one.name: one.specifier for one in EXTRAS["dev"]}
    for name in ("cluster", "crate"):
        assert {one.name: one.specifier for one in EXTRAS[name]}.items() <= developers.items()


def test_the_devcontainer_sets_up_from_the_lock_and_lists_no_package_of_python():
    settings = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert settings["postCreateCommand"] == "make setup"
    assert settings["build"]["dockerfile"] == "Dockerfile"
    image = (ROOT / ".devcontainer" / "Dockerfile").read_text(encoding="utf-8")
    assert "pip install" not in image
    assert {"git", "make", "python3-venv", "chromium"} <= set(image.split())


def test_hooks_are_local_and_call_what_there_is():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [one["repo"] for one in hooks] == ["local"]
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for hook in hooks[0]["hooks"]:
        assert hook["language"] == "system"
        command, *words = hook["entry"].split()
        assert words[0] in targets if command == "make" else (ROOT / words[-1]).is_file()


def test_the_python_that_runs_this_is_one_that_is_promised():
    import platform

    assert SpecifierSet(PYPROJECT["requires-python"]).contains(platform.python_version())


@pytest.mark.parametrize("name", ["pandas", "matplotlib", "jupyterlab", "papermill", "nbval"])
def test_the_packages_the_study_is_built_on(name):
    assert name in WANTED
