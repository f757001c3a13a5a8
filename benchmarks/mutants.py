"""Test a sample of mutants with the tests and doctests of their own module, each in a forked process.

    python benchmarks/mutants.py FOLDER analysis/spend tidy/parsing/numbers --count 10 --seed 20261127

FOLDER is the folder `mutants` that mutmut 3.8 makes in a copy of the project, in an environment with the project's
packages and mutmut: name the modules in `only_mutate` of [tool.mutmut] in pyproject.toml, `data`, `docs`,
`notebooks`, `reports` and `tests` in `also_copy`, start `mutmut run`, and stop it when it has made them. mutmut's own
run traces every test first and then runs all that reach a mutant, which takes hours. This script takes minutes and
kills fewer mutants: a test of another module may kill those that survive here.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import re
import signal
import sys
import time
from pathlib import Path

MODULES = [
    *("analysis/caseload", "analysis/models/intervals", "analysis/models/regression", "analysis/rates"),
    *("analysis/ratings", "analysis/spend", "tidy/known_tables", "tidy/figures", "tidy/authorities"),
    *("tidy/parsing/numbers", "tidy/parsing/periods", "tidy/parsing/spans", "tidy/ratings"),
]
"""Modules in which a wrong number would matter most."""
OPTIONS = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not slow", "--doctest-modules"]
OPTIONS += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]


def list_mutants(module: str) -> list[str]:
    """List the mutants of a module by mutmut's names."""
    text = Path(f"src/lewisham_study/{module}.py").read_text(encoding="utf-8")
    found = re.findall(r"^\s*def (x\w+__mutmut_\d+)\(", text, re.MULTILINE)
    return sorted(f"lewisham_study.{module.replace('/', '.')}.{name}" for name in found)


def run_tests(module: str, mutant: str, limit: float = 900) -> tuple[bool, float]:
    """Run a module's tests with a mutant, or none if ""; return whether they pass, and the seconds."""
    begun, number = time.monotonic(), os.fork()
    if number == 0:
        run_tests_in_child(module, mutant)
    while time.monotonic() - begun < limit:
        ended, status = os.waitpid(number, os.WNOHANG)
        if ended:
            return status == 0, time.monotonic() - begun
        time.sleep(0.05)
    os.kill(number, signal.SIGKILL)
    os.waitpid(number, 0)
    return False, limit


def run_tests_in_child(module: str, mutant: str) -> None:
    """Run a module's tests without output and exit with their result."""
    import pytest
    from mutmut.mutation.trampoline import set_mutant_under_test

    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    set_mutant_under_test(mutant)
    folder, _, name = module.rpartition("/")
    tests = Path("tests", folder, f"test_{name}.py")
    code = 1
    try:
        files = [str(tests)] if tests.is_file() else []
        code = int(pytest.main([*OPTIONS, *files, f"src/lewisham_study/{module}.py"]))
    finally:
        os._exit(code)


def main() -> None:
    """Draw a sample of mutants and print those that survive."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("modules", nargs="*", metavar="MODULE", default=MODULES, help="such as analysis/spend")
    parser.add_argument("--count", type=int, default=10, help="mutants of each module")
    parser.add_argument("--seed", type=int, default=20261127)
    given = parser.parse_args()
    os.chdir(given.folder)
    sys.path.insert(0, str(Path("src").resolve()))
    os.environ |= {"MUTANT_UNDER_TEST": "", "OPENBLAS_NUM_THREADS": "1"}
    modules = [f"lewisham_study.{module.replace('/', '.')}" for module in given.modules]
    for name in ("hypothesis", "pandera.pandas", *modules):
        importlib.import_module(name)
    for module in given.modules:
        mutants = list_mutants(module)
        sample = random.Random(f"{given.seed} {module}").sample(mutants, min(given.count, len(mutants)))
        passed, seconds = run_tests(module, "")
        if not passed:
            sys.exit(f"{module}: its tests fail without a mutant")
        survived = [mutant for mutant in sample if run_tests(module, mutant, 10 * seconds + 60)[0]]
        print(f"{module}: {len(sample) - len(survived)} of {len(sample)} killed", *survived, sep="\n  ", flush=True)


if __name__ == "__main__":
    main()
