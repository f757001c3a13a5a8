"""Hold a sample of mutants against the tests of their own topic and their doctests, each in a forked process.

    python benchmarks/mutants.py FOLDER analysis/spend tidy/numerals --count 10 --seed 20261127

FOLDER is the `mutants` that mutmut 3.8 makes in a copy of the project, in an environment that has the project's
packages and mutmut: name the modules in `only_mutate` of [tool.mutmut] in pyproject.toml, `data`, `docs`, `notebooks`,
`reports` and `tests` in `also_copy`, start `mutmut run`, and stop it when it has made them. mutmut's own run traces
every test first and then starts what reaches a mutant, which takes hours; this takes minutes, and finds fewer killed:
what survives here may fall to a test of another topic.
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

TESTS = {
    "analysis/caseload": ["analysis/test_caseload"],
    "analysis/logit": ["analysis/test_logit", "analysis/test_association"],
    "analysis/population": ["analysis/test_population"],
    "analysis/prices": ["analysis/test_prices"],
    "analysis/ratings": ["analysis/test_ratings", "analysis/test_ratings_at_date"],
    "analysis/spend": ["analysis/test_spend"],
    "analysis/turnbull": ["analysis/test_turnbull", "analysis/test_waiting"],
    "tidy/figures": ["tidy/test_figures", "tidy/test_spend"],
    "tidy/known": ["tidy/test_known"],
    "tidy/numerals": ["tidy/test_tokens"],
    "tidy/periods": ["tidy/test_periods"],
    "tidy/ratings": ["tidy/test_ratings"],
    "tidy/spans": ["tidy/test_periods"],
    "tidy/spend": ["tidy/test_spend"],
    "tidy/tokens": ["tidy/test_tokens"],
    "tidy/vantage": ["tidy/test_known", "tidy/test_editions"],
}
"""The modules in which a wrong number would matter most, and the tests of their topics."""
OPTIONS = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not slow", "--doctest-modules"]
OPTIONS += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]


def list_mutants(module: str) -> list[str]:
    """List the mutants of a module by the names that mutmut gives them."""
    text = Path(f"src/lewisham_study/{module}.py").read_text(encoding="utf-8")
    found = re.findall(r"^\s*def (x\w+__mutmut_\d+)\(", text, re.MULTILINE)
    return sorted(f"lewisham_study.{module.replace('/', '.')}.{name}" for name in found)


def hold(module: str, mutant: str, limit: float = 900) -> tuple[bool, float]:
    """Run the tests with a mutant in place, "" for none; tell whether they pass, and the seconds they took."""
    begun, number = time.monotonic(), os.fork()
    if number == 0:
        end_with_tests(module, mutant)
    while time.monotonic() - begun < limit:
        ended, status = os.waitpid(number, os.WNOHANG)
        if ended:
            return status == 0, time.monotonic() - begun
        time.sleep(0.05)
    os.kill(number, signal.SIGKILL)
    os.waitpid(number, 0)
    return False, limit


def end_with_tests(module: str, mutant: str) -> None:
    """Run the tests of a module in silence, then end this process with what came of them."""
    import pytest
    from mutmut.mutation.trampoline import set_mutant_under_test

    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    set_mutant_under_test(mutant)
    code = 1
    try:
        files = [f"tests/{name}.py" for name in TESTS[module]]
        code = int(pytest.main([*OPTIONS, *files, f"src/lewisham_study/{module}.py"]))
    finally:
        os._exit(code)


def main() -> None:
    """Draw the sample, and tell what survives."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="such as analysis/spend; default: all known")
    parser.add_argument("--count", type=int, default=10, help="mutants of each module")
    parser.add_argument("--seed", type=int, default=20261127)
    asked = parser.parse_args()
    os.chdir(asked.folder)
    sys.path.insert(0, str(Path("src").resolve()))
    os.environ |= {"MUTANT_UNDER_TEST": "", "OPENBLAS_NUM_THREADS": "1"}
    modules = asked.modules or sorted(TESTS)
    for name in ("hypothesis", "pandera.pandas", *[f"lewisham_study.{module.replace('/', '.')}" for module in modules]):
        importlib.import_module(name)
    for module in modules:
        mutants = list_mutants(module)
        drawn = random.Random(f"{asked.seed} {module}").sample(mutants, min(asked.count, len(mutants)))
        passed, seconds = hold(module, "")
        if not passed:
            sys.exit(f"{module}: its tests fail without a mutant")
        survived = [mutant for mutant in drawn if hold(module, mutant, 10 * seconds + 60)[0]]
        print(f"{module}: {len(drawn) - len(survived)} of {len(drawn)} killed", *survived, sep="\n  ", flush=True)


if __name__ == "__main__":
    main()
