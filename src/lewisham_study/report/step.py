"""One step in a process of its own, for those who run threads: papermill is safe in processes alone.

Reads a pickled function with its arguments from standard input, which stays open: when it closes, the step
is no longer wanted and ends. Writes the pickled result to standard output.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from lewisham_study.errors import StudyError
from lewisham_study.report.forkserver import NUMBER

WHOLE = b"whole"
"""What an answer ends with that was written to its end."""


def run_apart(environment: Mapping[str, str], function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in a fresh process and give its result.

    Raises
    ------
    StudyError
        Where the process dies.

    Examples
    --------
    >>> run_apart(os.environ, pow, 2, 5)
    32
    """
    command = [sys.executable, "-m", "lewisham_study.report.step"]
    request = pickle.dumps((function, arguments))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError
        process.stdin.write(NUMBER.pack(len(request)) + request)
        process.stdin.flush()
        answer = process.stdout.read()
    # Its exit code says nothing: having answered it may end by itself, or because nobody wants more of it.
    if not answer.endswith(WHOLE):
        raise StudyError(f"its process died ({process.returncode}); is the memory full?")
    return pickle.loads(answer)  # noqa: S301 -- from our own process, by a pipe


def main() -> None:
    """Run the step that standard input asks for."""
    answer = os.fdopen(os.dup(1), "wb")
    # Whatever else prints does not get into the answer.
    os.dup2(2, 1)
    size = NUMBER.unpack(sys.stdin.buffer.read(NUMBER.size))[0]
    function, arguments = pickle.loads(sys.stdin.buffer.read(size))  # noqa: S301 -- from whoever started this
    threading.Thread(target=end_when_unwanted, daemon=True).start()
    with answer:
        answer.write(pickle.dumps(function(*arguments)) + WHOLE)
    os._exit(0)


def end_when_unwanted() -> None:
    """Wait until standard input closes, then end."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main()
