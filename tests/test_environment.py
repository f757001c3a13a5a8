"""Every list of requirements agrees: pyproject (pip, uv), lock, conda, Binder, devcontainer, hooks."""

import json
import platform
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from lewisham_study.errors import UsageError, require_extra
from lewisham_study.paths import find_project

ROOT = find_project().root
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
OWN = "lewisham-study"
CORE = {r.name: r.specifier for r in map(Requirement, PYPROJECT["dependencies"])}
EXTRAS = {name: list(map(Requirement, lines)) for name, lines in PYPROJECT["optional-dependencies"].items()}
CONDA_EXTRAS = ("reports", "import", "lab", "validate")
MODULES = {"pypandoc_binary": "pypandoc", "python-calamine": "python_calamine", "jupyter-client": "jupyter_client"}
"""The module of a requirement, where the name differs."""
LIBRARY = """
import sys
for name in {blocked!r}:
    sys.modules[name] = None
import lewisham_study as study
tables = study.Tables()
case = study.open_case(tables, "Leeds")
state = study.state_at(tables["judgements"], tables["authorities"], "2022-12-31").set_index("la_name")
figures = [study.ratings.draw_path(case), study.caseload.draw_caseload(case), study.spend.draw_mix(case)]
print(state.loc["Leeds", "grade"], *["image/svg+xml" in figure._repr_mimebundle_()[0] for figure in figures])
"""


def list_requirements(*extras: str) -> dict[str, SpecifierSet]:
    """List the requirements of extras, those of the extras they include too."""
    found = {}
    for one in [requirement for extra in extras for requirement in EXTRAS[extra]]:
        found |= list_requirements(*one.extras) if one.name == OWN else {one.name: one.specifier}
    return found


def list_environment() -> tuple[dict[str, SpecifierSet], list[str]]:
    conda = [line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)]
    pip = next(line["pip"] for line in ENVIRONMENT["dependencies"] if isinstance(line, dict))
    lines = [line for line in conda + pip if line not in ("pip", "-e .") and not line.startswith("python=")]
    return {r.name: r.specifier for r in map(Requirement, lines)}, conda + pip


def test_conda_and_pyproject_have_the_same_requirements():
    wanted = CORE | list_requirements(*CONDA_EXTRAS)
    plain = {canonicalize_name(name): specifier for name, specifier in wanted.items()}
    assert {canonicalize_name(name): specifier for name, specifier in list_environment()[0].items()} == plain


def test_binder_gets_a_version_it_can_read_and_the_package_itself():
    lines = list_environment()[1]
    assert next(line for line in lines if line.startswith("python")) == "python=3.11"
    assert SpecifierSet(PYPROJECT["requires-python"]).contains("3.11")
    assert "-e ." in lines


def test_the_lock_has_every_requirement_with_hashes_and_no_address():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {
        name.lower(): (version, marker or "")
        for name, version, marker in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==(\S+)(?: ; ([^\\]+))?", lock, re.M)
    }
    for name, specifier in (CORE | list_requirements(*EXTRAS)).items():
        version = pinned[canonicalize_name(name)][0]
        assert specifier.contains(version), f"{name}=={version} is not {specifier}: run `make lock`"
    assert "://" not in lock
    assert lock.count("--hash=sha256:") > len(pinned)


def test_every_list_names_the_same_oldest_python():
    """Binder and conda, the devcontainer's Debian 12, the lock and the type checker: all 3.11."""
    oldest = re.fullmatch(r">=(3\.\d+),<3\.\d+", PYPROJECT["requires-python"])[1]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert f"python={oldest}" in ENVIRONMENT["dependencies"]
    assert settings["mypy"]["python_version"] == oldest
    assert f"--python-version {oldest}" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "FROM debian:12\n" in (ROOT / ".devcontainer" / "Dockerfile").read_text(encoding="utf-8")
    assert oldest == "3.11", "Debian 12 has Python 3.11: choose another Debian for the devcontainer"
    newest = {line.rpartition(" ")[2] for line in PYPROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", line)}
    assert {
        v for v in (f"3.{n}" for n in range(9, 20)) if SpecifierSet(PYPROJECT["requires-python"]).contains(v)
    } == newest


def test_developers_get_every_extra():
    assert set(list_requirements("dev")) == set(list_requirements(*EXTRAS))


@pytest.mark.slow
def test_the_core_draws_figures_without_jupyter_documents_or_release_readers():
    """Block every package that only an extra installs."""
    optional = set(list_requirements(*EXTRAS)) - set(CORE)
    blocked = sorted(MODULES.get(name, name.lower().replace("-", "_")) for name in optional)
    assert {"jupyterlab", "papermill", "nbformat", "pypandoc", "pyarrow", "ipykernel"} <= set(blocked)
    command = [sys.executable, "-c", LIBRARY.format(blocked=blocked)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["outstanding", "True", "True", "True"], done.stderr


def test_a_missing_extra_is_named_in_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "papermill", None)
    expected = r"papermill is not installed: run `make setup`, or `pip install 'lewisham-study\[reports]'`"
    with pytest.raises(UsageError, match=expected):
        require_extra("reports", "pandas", "papermill")
    require_extra("reports", "pandas")


@pytest.mark.parametrize(
    ("words", "module", "extra"),
    [
        (["report"], "typst", "reports"),
        (["verify", "reports"], "papermill", "reports"),
        (["notebooks"], "ipykernel", "reports"),
        (["validate", "reports"], "nbval", "validate"),
        (["crate"], "rocrate", "crate"),
        (["import", "dfe-workforce-2025", "file.csv"], "python_calamine", "import"),
        (["teaching"], "nbgrader", "teaching"),
        (["explore"], "voila", "teaching"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else value,
)
def test_a_command_without_its_extra_says_which_to_install(words, module, extra, monkeypatch):
    from typer.main import get_command

    from lewisham_study.cli.app import app

    assert module in {MODULES.get(name, name) for name in list_requirements(extra)}
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError, match=rf"{module} is not installed.*\[{extra}]"):
        get_command(app).main(words, standalone_mode=False)


def test_the_devcontainer_sets_up_from_the_lock_and_lists_no_python_package():
    settings = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert settings["postCreateCommand"] == "make setup"
    assert settings["build"]["dockerfile"] == "Dockerfile"
    image = (ROOT / ".devcontainer" / "Dockerfile").read_text(encoding="utf-8")
    assert "pip install" not in image
    assert {"git", "make", "python3-venv", "chromium"} <= set(image.split())


def test_hooks_are_local_and_call_targets_or_files_that_exist():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [one["repo"] for one in hooks] == ["local"]
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for hook in hooks[0]["hooks"]:
        assert hook["language"] == "system"
        command, *words = hook["entry"].split()
        assert words[0] in targets if command == "make" else (ROOT / words[-1]).is_file()


def test_the_running_python_is_supported():
    assert SpecifierSet(PYPROJECT["requires-python"]).contains(platform.python_version())


@pytest.mark.parametrize(
    ("extra", "name"),
    [("", "pandas"), ("", "matplotlib"), ("lab", "jupyterlab"), ("reports", "papermill"), ("validate", "nbval")],
)
def test_the_main_packages_are_where_they_belong(extra, name):
    assert name in (list_requirements(extra) if extra else CORE)
    assert extra == "" or name not in CORE


def test_a_measurement_that_a_killed_process_left_is_not_combined(request: pytest.FixtureRequest, tmp_path: Path):
    for name in ("vm.pid1.XabC12dx", "vm.pid2.Xyz1234x.H0123456789h", "vm.pid3.Xyz1234x.combine"):
        (tmp_path / f".coverage.{name}").touch()
    plugins = request.config.pluginmanager.get_plugins()
    next(one.drop_unfinished for one in plugins if hasattr(one, "drop_unfinished"))(tmp_path)
    assert sorted(path.name[13:17] for path in tmp_path.iterdir()) == ["pid2", "pid3"]
