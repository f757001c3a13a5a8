"""The command line: `app` lists the commands, `data`, `reports` and `teaching` hold them.

Nothing is imported here but what Python has loaded by itself, so that Ctrl-C is heeded from the first moment on.
"""

import os
import signal

INTERRUPTED = 130


def main() -> None:
    """Run a command; until it begins there is nothing to take back, and Ctrl-C ends it without a word."""
    # What a command starts finds its modules where they are installed, not in the folder somebody stands in.
    os.environ["PYTHONSAFEPATH"] = "1"
    heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    try:
        if heeded:
            signal.signal(signal.SIGINT, leave)
        from lewisham_study.cli.app import run
    finally:
        if heeded:
            signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


def leave(*_: object) -> None:
    """End at once; an exception would come out of whatever import is under way, with a traceback."""
    os._exit(INTERRUPTED)
