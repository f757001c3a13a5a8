"""Fork kernels on request, from a process without threads that has done once what all kernels would do.

`provisioner.serve` starts this server, which runs until its standard input closes. Each request is a connection
that lasts as long as its kernel: the client reads the kernel's process id and exit code from it, and the kernel's
process group is killed when the client closes it or dies.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import lewisham_study

NUMBER = struct.Struct("!q")
KERNEL = (
    *("ipykernel.kernelapp", "ipykernel.zmqshell", "ipykernel.debugger", "tornado.platform.asyncio"),
    *("IPython.core.completer", "IPython.core.debugger", "IPython.core.oinspect", "IPython.extensions.storemagic"),
)
"""What every kernel imports as it starts."""
USUAL = (
    *("pandas", "scipy.special", "matplotlib.pyplot"),
    *("matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "PIL.Image"),
)
"""What notebooks import, and `lewisham_study` when it is used."""
NO_PARENT_WATCH = 1
"""A parent id that ipykernel does not watch: `end_with_client` does that."""
GARBAGE = 50_000
"""New objects after which a kernel collects garbage; Python's default is 700."""


def main() -> None:
    """Import what kernels need, then fork one for each connection until standard input closes."""
    descriptor, call = sys.argv[1:]
    if sys.path[0] in ("", str(Path.cwd())):
        del sys.path[0]
    # No report is debugged, and importing the debugger takes as long as matplotlib; ipykernel does without.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    given = set(os.environ)
    import_modules(KERNEL)
    imported = {name: value for name, value in os.environ.items() if name not in given}
    import_modules(USUAL)
    choose_strings()
    import_library()
    prepare(json.loads(call))
    # Collecting garbage in a forked process would touch, and so copy, all memory that these imports fill; and a
    # process that runs a single notebook has little to collect.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    with socket.socket(fileno=int(descriptor)) as listener:
        serve_requests(listener, imported)


def import_modules(names: Iterable[str]) -> None:
    """Import modules, ignoring those that do not exist."""
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def import_library() -> None:
    """Import everything that notebooks may use of `lewisham_study`, whose names are loaded when they are first used."""
    for name in lewisham_study.__all__:
        with contextlib.suppress(ImportError, AttributeError):
            getattr(lewisham_study, name)


def choose_strings() -> None:
    """Have pandas keep text in Python's strings: in small tables four fifths of the time of pyarrow's, same values."""
    pandas = sys.modules.get("pandas")
    if pandas is not None:
        pandas.set_option("mode.string_storage", "python")


def prepare(call: dict[str, Any] | None) -> None:
    """Make a call, see `provisioner.encode_call`, whose results all kernels share; if it fails, each reports why."""
    if call is not None:
        with contextlib.suppress(Exception):
            getattr(importlib.import_module(call["module"]), call["function"])(**call["arguments"])


def serve_requests(listener: socket.socket, imported: dict[str, str]) -> None:
    """Fork a kernel for each request and send its exit code; `imported` are variables that the imports set."""
    kernels: dict[int, socket.socket] = {}
    ended, waker = socket.socketpair()
    for end in (ended, waker):
        end.setblocking(False)
    signal.set_wakeup_fd(waker.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with selectors.DefaultSelector() as selector:
        for source in (listener, ended, sys.stdin):
            selector.register(source, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in selector.select()]
            if sys.stdin in ready:
                return
            if ended in ready:
                ended.recv(4096)
                report_ends(kernels)
            if listener in ready:
                connection, _ = listener.accept()
                request = read_request(connection)
                if request is None:
                    connection.close()
                    continue
                request["environment"] |= imported
                number = os.fork()
                if number == 0:
                    for inherited in (listener, ended, waker, *kernels.values()):
                        inherited.close()
                    run_kernel(connection, request)
                kernels[number] = connection
                with contextlib.suppress(OSError):
                    connection.sendall(NUMBER.pack(number))


def read_request(connection: socket.socket) -> dict[str, Any] | None:
    """Read a request, one line of JSON; return None from a client that only tests the connection."""
    connection.settimeout(5)
    with contextlib.suppress(OSError, ValueError), connection.makefile("rb") as lines:
        request: dict[str, Any] = json.loads(lines.readline())
        connection.settimeout(None)
        return request
    return None


def report_ends(kernels: dict[int, socket.socket]) -> None:
    """Send the exit codes of all kernels that have ended, negative for a signal."""
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            with contextlib.suppress(OSError), kernels.pop(found[0]) as connection:
                connection.sendall(NUMBER.pack(os.waitstatus_to_exitcode(found[1])))


def run_kernel(connection: socket.socket, request: dict[str, Any]) -> NoReturn:
    """Run a kernel in the child process, set up as if it had been started on its own."""
    code = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(request["environment"])
        time.tzset()
        os.chdir(request["folder"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        threading.Thread(target=end_with_client, args=(connection,), name="end-with-client", daemon=True).start()
        reseed()
        start_kernel(request["arguments"])
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def start_kernel(arguments: list[str]) -> None:
    """Start IPython's kernel and return when it ends."""
    from ipykernel.kernelapp import IPKernelApp

    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher.origin if launcher else ""), *arguments]
    # Without a parent's id it would print how to connect.
    IPKernelApp.launch_instance(arguments, parent_handle=NO_PARENT_WATCH)


def reseed() -> None:
    """Seed the random numbers, so that forked processes do not draw the same."""
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def end_with_client(connection: socket.socket) -> None:
    """Kill this process group when the client closes the connection."""
    with contextlib.suppress(OSError):
        connection.recv(1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
