"""Forked kernels: the same outputs and errors as ordinary ones."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from lewisham_study.analysis.country import prepare
from lewisham_study.errors import StudyError
from lewisham_study.paths import Project
from lewisham_study.report.run.execute import execute_notebook, write_notebook
from lewisham_study.report.run.kernels import provisioner
from lewisham_study.report.run.kernels.provisioner import encode_call, is_served, serve
from lewisham_study.report.run.kernels.settings import SERVER_VARIABLE, steady_environment, use_server

PROJECT = Project(Path(__file__).parents[4])
NOTEBOOKS = ["02-caseload", "04-comparison"]
"""One that uses none of what the server computed in advance, and the one that uses most of it."""

ENVIRONMENT = {**os.environ, **steady_environment(), "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
linux = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
pytestmark = linux


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run one server for all quick tests in this module."""
    with serve(Path(tmp_path_factory.mktemp("s")), ENVIRONMENT) as address:
        yield address


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a server that computes in advance what all authorities share, as that of a run does."""
    call = encode_call(partial(prepare, start_year=2012, end_year=2022))
    with serve(Path(tmp_path_factory.mktemp("p")), ENVIRONMENT, call) as address:
        yield address


@pytest.fixture
def run(
    save: Callable[..., Path], build: SimpleNamespace, server: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Run code in a forked kernel; return what it prints."""
    monkeypatch.setenv(SERVER_VARIABLE, server)

    def run_source(source: str, **options: int) -> str:
        path = save(build.text("# Title"), build.code(source))
        outputs = execute_notebook(path, {}, **options).cells[1].outputs
        return "".join(output.get("text", "") for output in outputs)

    return run_source


def wait_for_end(pid: int, seconds: float = 60) -> bool:
    """Return whether a process ends in time; a zombie has ended."""
    for _ in range(int(seconds * 20)):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("kind", ["server", pytest.param("prepared", marks=pytest.mark.slow)])
def test_kernel_is_forked_fresh_from_a_single_thread(
    run: Callable[..., str], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv(SERVER_VARIABLE, request.getfixturevalue(kind))
    source = "import os, sys\nprint(os.getppid(), 'pandas' in sys.modules, 'x' in globals(), os.environ['TZ'])\nx = 1"
    parent, *first = run(source).split()
    assert first == ["True", "False", "UTC"]
    assert run(source).split() == [parent, *first]
    threads = [(task / "comm").read_text().strip() for task in Path(f"/proc/{parent}/task").iterdir()]
    assert threads in (["python"], ["python3"])


def test_kernel_uses_no_port_that_another_program_may_take(run: Callable[..., str]) -> None:
    source = "import json\nfrom ipykernel import get_connection_file\n"
    assert run(source + "print(json.load(open(get_connection_file()))['transport'])") == "ipc\n"


@pytest.mark.slow
def test_kernel_has_the_common_results(run: Callable[..., str], prepared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SERVER_VARIABLE, prepared)
    source = "from lewisham_study.tidy.tables import Tables\nt = Tables()\nprint(len(t.work.tables) == len(t), "
    assert run(source + "'estimate_all' in {name for _, name, *_ in t.work.results})") == "True True\n"


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_gives_the_same_as_in_an_ordinary_kernel(
    name: str, prepared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, notebook = [], PROJECT.notebooks / f"{name}.ipynb"
    for address in ("", prepared):
        monkeypatch.setenv(SERVER_VARIABLE, address)
        made.append(write_notebook(execute_notebook(notebook, {"authority": "Leeds"}, home=PROJECT.root)))
    assert made[0] == made[1]


SURROUNDINGS = """\
import os, sys, locale, multiprocessing, threading, signal, __main__
print(sys.argv[1:2], sys.path[:2], os.getcwd(), hash("a"), locale.getlocale(), sys.flags)
print(multiprocessing.get_start_method(), multiprocessing.current_process().name, __main__.__dict__ is globals())
print(sorted(k for k in os.environ if not k.startswith(("JPY", "LEWISHAM"))), os.getpgrp() == os.getpid())
print(signal.getsignal(signal.SIGCHLD), signal.getsignal(signal.SIGINT), os.environ["MPLBACKEND"])
import matplotlib.pyplot as plt
print(plt.get_backend(), plt.rcParams["font.size"])
await __import__("asyncio").sleep(0)
_ = plt.plot([1, 2])"""


@pytest.mark.slow
def test_environment_is_that_of_an_ordinary_kernel(
    save: Callable[..., Path], build: SimpleNamespace, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(
        build.text("# Title"),
        build.code(SURROUNDINGS),
        build.code("import pandas as pd; pd.Series([1])"),
        build.code(
            "import os, time\nprint('from Python', flush=True)\n_ = os.system('echo from a shell')\ntime.sleep(2)"
        ),
    )
    # Under pytest kernels do not listen to what shells print.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    made = []
    for address in ("", server):
        monkeypatch.setenv(SERVER_VARIABLE, address)
        made.append(execute_notebook(path, {}))
    texts = ["".join(output.get("text", "") for output in one.cells.pop().outputs) for one in made]
    assert [sorted(text.splitlines()) for text in texts] == [["from Python", "from a shell"]] * 2
    # The output of a cell may arrive in one piece or several.
    printed = ["".join(output.get("text", "") for output in one.cells[1].outputs) for one in made]
    assert printed[0] == printed[1]
    shown = [[output for output in one.cells[1].outputs if "data" in output] for one in made]
    assert shown[0] == shown[1]
    assert len(shown[0]) == 1
    assert made[0].cells[2] == made[1].cells[2]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1\n1 / 0", "cell 2, line 2 `1 / 0`: ZeroDivisionError: division by zero"),
        ("import warnings\nwarnings.warn('mind this')", "cell 2 warned: line 2: UserWarning: mind this"),
        ("input('name?')", "cell 2, line 1 `input('name?')`: StdinNotImplementedError"),
        ("while True: pass", "cell 2 took more than 2 s; look for an endless loop"),
        ("import sys\nsys.exit(3)", "SystemExit: 3"),
        ("import os\nos._exit(3)", "cell 2: the kernel died"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "cell 2: the kernel died"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nwhile True: pass", "KeyboardInterrupt"),
    ],
)
def test_errors_are_those_of_an_ordinary_kernel(run: Callable[..., str], source: str, message: str) -> None:
    with pytest.raises(StudyError) as caught:
        run(source, cell_seconds=2 if source.startswith("while") else 60)
    assert message in str(caught.value)
    assert run("print('still here')") == "still here\n"


def test_two_kernels_draw_different_numbers(run: Callable[..., str]) -> None:
    source = "import random, numpy, uuid\nprint(random.random(), numpy.random.rand(), uuid.uuid4())"
    for first, second in zip(run(source).split(), run(source).split(), strict=True):
        assert first != second


def test_notebook_may_start_processes(run: Callable[..., str]) -> None:
    shell = "import subprocess\nprint(subprocess.run(['echo', 'hello'], capture_output=True, text=True).stdout)"
    assert "hello" in run(shell)
    pool = "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as p: print(p.map(abs, [-1, -2]))"
    assert "[1, 2]" in run(pool)


def test_processes_of_a_notebook_end_with_it(run: Callable[..., str]) -> None:
    source = "import subprocess, os\nprint(subprocess.Popen(['sleep', '100']).pid, os.getpid())"
    assert all(wait_for_end(int(pid)) for pid in run(source).split())


CLIENT = """\
import sys
from pathlib import Path
from lewisham_study.report.run.execute import execute_notebook
execute_notebook(Path(sys.argv[1]), {})
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_kernel_ends_with_its_client(
    save: Callable[..., Path], build: SimpleNamespace, server: str, tmp_path: Path, number: int
) -> None:
    mark = tmp_path / "pid"
    code = f"import os, time\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(100)"
    path = save(build.text("# Title"), build.code(code))
    environment = {**os.environ, SERVER_VARIABLE: server, "TMPDIR": str(tmp_path)}
    client = subprocess.Popen([sys.executable, "-c", CLIENT, str(path)], env=environment, stderr=subprocess.DEVNULL)
    while not mark.is_file() or not mark.read_text():
        assert client.poll() is None
        time.sleep(0.05)
    client.send_signal(number)
    assert wait_for_end(int(mark.read_text()), 20)
    client.kill()
    client.wait()


@pytest.mark.slow
def test_kernels_are_ordinary_after_the_server_has_ended(
    tmp_path: Path, save: Callable[..., Path], build: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(tmp_path, {**os.environ, **steady_environment()}) as address:
        assert is_served(address)
    assert not is_served(address)
    monkeypatch.setenv(SERVER_VARIABLE, "")
    use_server(address)
    path = save(build.text("# T"), build.code("import os; print(os.getppid())"))
    assert execute_notebook(path, {}).cells[1].outputs[0].text == f"{os.getpid()}\n"


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_nothing_is_forked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(provisioner.sys, "platform", platform)
    with serve(tmp_path, {}) as address:
        assert address == ""
    assert not is_served(address)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("moment", ["before it is asked", "before it answers"])
def test_a_server_that_dies_while_it_is_asked_is_named(
    tmp_path: Path, save: Callable[..., Path], build: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    address = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        monkeypatch.setenv(SERVER_VARIABLE, address)
        monkeypatch.setattr(provisioner, "is_served", lambda address: True)

        def die() -> None:
            asked, _ = listener.accept()
            asked.recv(10)
            asked.close()

        dying = threading.Thread(target=die)
        if moment == "before it is asked":
            listener.close()
        else:
            dying.start()
        with pytest.raises(
            StudyError, match=r"01-ratings\.ipynb: the kernel died \(the process that forks kernels ended"
        ):
            execute_notebook(save(build.text("# T"), build.code("1")), {})
    if dying.ident:
        dying.join()
