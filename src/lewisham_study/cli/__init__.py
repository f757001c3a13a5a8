"""The command line: `app` lists the commands, `data`, `reports` and `teaching` define them.

Only modules that Python has loaded already are imported here, so that Ctrl-C works from the first moment.
"""

import os
import signal

INTERRUPTED = 130


def main() -> None:
    """Run a command; Ctrl-C during the imports ends it silently."""
    # Commands started from here find modules where they are installed, not in the current folder.
    os.environ["PYTHONSAFEPATH"] = "1"
    handled = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    try:
        if handled:
            signal.signal(signal.SIGINT, leave)
        from lewisham_study.cli.app import run
    finally:
        if handled:
            signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


def leave(*_: object) -> None:
    """End at once; an exception would surface in whatever is being imported, with a traceback."""
    os._exit(INTERRUPTED)
