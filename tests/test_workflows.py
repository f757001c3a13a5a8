"""What would run on a public host, and what CI fetches: pinned, few rights, and no more claimed than is tried."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import shlex
import sys
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from lewisham_study import __version__
from lewisham_study.paths import find_project

ROOT = find_project().root
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TOOLS = sorted((ROOT / ".ci" / "tools").glob("*.txt"))
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in WORKFLOWS}
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MATRIX = yaml.safe_load(TEXTS["tests.yml"])["jobs"]["fast"]["strategy"]["matrix"]


def list_jobs() -> list[tuple[str, str, dict[str, Any]]]:
    return [(name, job, what) for name, text in TEXTS.items() for job, what in yaml.safe_load(text)["jobs"].items()]


def load_script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_action_is_pinned_by_commit_with_its_version():
    used = [line for text in TEXTS.values() for line in text.splitlines() if re.match(r"\s*-? ?uses: [^.$]", line)]
    assert len(used) > 10
    assert not [line for line in used if not re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)]


@pytest.mark.parametrize(
    ("file", "name", "job"), list_jobs(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_job_states_few_rights(file, name, job):
    assert yaml.safe_load(TEXTS[file])["permissions"] == {}
    rights = job["permissions"]
    if file == "release.yml" and name in ("attest", "deposit"):
        assert set(rights) <= {"id-token", "attestations", "contents"}
    else:
        assert rights == {"contents": "read"}
    assert "uses" in job or job["timeout-minutes"] <= 60


def test_commands_of_workflows_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    commands = [step["run"] for _, _, job in list_jobs() for step in job.get("steps", []) if "run" in step]
    assert any(".ci/fast.py" in command for command in commands)
    for command in commands:
        words = shlex.split(command)
        assert words[0] != "make" or words[1] in targets, command
        assert all((ROOT / word).is_file() for word in words if word.startswith(".ci/")), command


def test_a_job_tests_every_python_and_resolution_that_is_claimed():
    claimed = {line.rpartition(" ")[2] for line in PYPROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", line)}
    assert set(MATRIX["python"]) == claimed
    assert all(SpecifierSet(PYPROJECT["requires-python"]).contains(version) for version in claimed)
    tried = {(one["os"].partition("-")[0], one["resolution"]) for one in MATRIX["include"]}
    assert tried == {("macos", "locked"), ("windows", "locked"), ("ubuntu", "lowest-direct"), ("ubuntu", "highest")}
    assert set(load_script("fast").RESOLUTIONS) == {one["resolution"] for one in MATRIX["include"]}
    assert not [line for line in PYPROJECT["classifiers"] if line.startswith("Operating System")]


def test_what_ci_fetches_has_versions_and_hashes():
    assert {path.stem for path in TOOLS} == {"uv", "pip-audit", "roc-validator", "cffconvert", "jupyter-repo2docker"}
    for path in TOOLS:
        text = path.read_text(encoding="utf-8")
        pins = re.findall(r"^[a-z0-9._-]+(?:\[[^]]*])?==\S+", text, re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[a-z]", text, re.MULTILINE)), path
        assert text.count("--hash=sha256:") >= len(pins)
        assert "://" not in text
    axe = json.loads((ROOT / ".ci" / "tools" / "axe" / "package-lock.json").read_text(encoding="utf-8"))
    assert {"node_modules/axe-core", "node_modules/gift-pegjs"} <= set(axe["packages"])
    assert all(one["integrity"].startswith("sha512-") for name, one in axe["packages"].items() if name)
    for path in (ROOT / "Makefile", ROOT / ".ci" / "run"):
        text = path.read_text(encoding="utf-8")
        assert "uvx" not in text
        assert not [line for line in text.splitlines() if "pip install" in line and not safe(line)], path


def safe(line: str) -> bool:
    """Whether what a line installs is pinned by a list, or is the study itself."""
    return "--require-hashes" in line or ("--no-deps" in line and "--editable ." in line)


def test_every_locked_package_has_a_licence():
    with (ROOT / "LICENSES" / "packages.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    listed = {(row["package"], row["version"]) for row in rows}
    read_lock = load_script("licences").read_lock
    locked = {pin for path in (ROOT / "requirements.lock", *TOOLS) for pin in read_lock(path).items()}
    assert listed == locked, "run `make lock`"
    assert not [row["package"] for row in rows if not row["licence"]]


def test_the_first_python_that_starts_is_tried(tmp_path, monkeypatch):
    fast = load_script("fast")
    assert f"QUICK := {fast.FAST}\n" in (ROOT / "Makefile").read_text(encoding="utf-8"), "`make test` runs others"
    here = "{}.{}".format(*sys.version_info)
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setattr(fast, "list_candidates", lambda version: [tmp_path / "none", broken, fast.Path(sys.executable)])
    assert fast.find_python(here) == fast.Path(sys.executable)
    assert fast.find_python("3.99") is None
    assert fast.list_supported() == MATRIX["python"]


class Deposits(BaseHTTPRequestHandler):
    """Answer as the interface for deposits would."""

    met: list[tuple[str, str, str, bytes]]

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).met.append((self.command, self.path, self.headers["Authorization"], body))
        here = f"http://127.0.0.1:{self.server.server_address[1]}"
        reply = json.dumps({"links": {"bucket": f"{here}/files/1", "html": f"{here}/deposit/1"}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    do_POST = do_PUT = answer  # noqa: N815 names that the server calls

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def test_a_deposit_stays_a_draft_and_the_token_goes_to_one_host(tmp_path, monkeypatch):
    deposit = load_script("deposit")
    file = tmp_path / "a b.whl"
    file.write_bytes(b"wheel")
    monkeypatch.setenv("ZENODO_TOKEN", "secret")
    Deposits.met = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Deposits) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        assert deposit.leave_draft(address, [file]) == f"{address}/deposit/1"
        server.shutdown()
    assert [(method, path) for method, path, *_ in Deposits.met] == [
        ("POST", "/api/deposit/depositions"),
        ("PUT", "/files/1/a%20b.whl"),
    ]
    assert {token for _, _, token, _ in Deposits.met} == {"Bearer secret"}
    assert json.loads(Deposits.met[0][3])["metadata"]["version"] == __version__
    with pytest.raises(SystemExit, match="https"):
        deposit.leave_draft("http://example.org", [file])
