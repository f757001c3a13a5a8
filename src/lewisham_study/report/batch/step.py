"""Steps in processes apart, for those who run threads: papermill is safe in processes alone.

A process takes one pickled step after another from standard input and writes the pickled result of each to
standard output, both preceded by their length. When its input closes, nobody wants more of it and it ends.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from queue import SimpleQueue
from typing import IO, Any

from lewisham_study.errors import StudyError
from lewisham_study.report.run.kernels.forkserver import NUMBER

OPENED = ExitStack()
IDLE: list[subprocess.Popen[bytes]] = []
"""Processes that wait for their next step."""


def run_apart(environment: Mapping[str, str], function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in another process, one that is idle or a new one, and give its result.

    Raises
    ------
    StudyError
        Where the process dies.

    Examples
    --------
    >>> run_apart(os.environ, pow, 2, 5)
    32
    """
    process = take_process()
    if process.stdin is None or process.stdout is None:
        raise AssertionError
    with contextlib.suppress(BrokenPipeError):
        write_message(process.stdin, (dict(environment), function, arguments))
        answer = read_message(process.stdout)
        if answer is not None:
            IDLE.append(process)
            return answer[0]
    raise StudyError(f"its process died ({process.wait()}); is the memory full?")


def take_process() -> subprocess.Popen[bytes]:
    """Take an idle process, or start one."""
    while IDLE:
        with contextlib.suppress(IndexError):
            process = IDLE.pop()
            if process.poll() is None:
                return process
    command = [sys.executable, "-m", "lewisham_study.report.batch.step"]
    return OPENED.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))


def write_message(stream: IO[bytes], message: tuple[Any, ...]) -> None:
    """Write a message with its length before it."""
    data = pickle.dumps(message)
    stream.write(NUMBER.pack(len(data)) + data)
    stream.flush()


def read_message(stream: IO[bytes]) -> Any:
    """Read a message; None where it does not come whole."""
    head = stream.read(NUMBER.size)
    size = NUMBER.unpack(head)[0] if len(head) == NUMBER.size else 0
    data = stream.read(size)
    return pickle.loads(data) if size and len(data) == size else None  # noqa: S301 -- from our own process, by a pipe


def main() -> None:
    """Run the steps that standard input asks for, one after another."""
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever else prints does not get into the answers.
    os.dup2(2, 1)
    requests: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=receive, args=(requests,), daemon=True).start()
    while True:
        environment, function, arguments = requests.get()
        os.environ.clear()
        os.environ.update(environment)
        tempfile.tempdir = None
        write_message(answers, (function(*arguments),))


def receive(requests: SimpleQueue[Any]) -> None:
    """Take in requests, also while one is worked on, so as to end at once when nobody wants the result."""
    while (request := read_message(sys.stdin.buffer)) is not None:
        requests.put(request)
    os._exit(1)


atexit.register(OPENED.close)
if __name__ == "__main__":
    main()
