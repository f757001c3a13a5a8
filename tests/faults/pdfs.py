"""Fuzz the reader of PDFs: each input is read or refused in one line, within its time and memory.

    python tests/faults/pdfs.py FOLDER --seconds 600 --seed 1

Inputs are the PDFs of a folder with bytes, words, numbers or references changed, cut, repeated or mixed. Each is read
in a fork of this process, which has loaded PDFium; what ends that fork otherwise than by an answer is given to the
real reader. Unix only.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pypdfium2  # noqa: F401 loaded before any fork

from lewisham_study.errors import DataError
from lewisham_study.releases import pdf

READ, REFUSED, MEMORY, OTHER = range(4)
ENDS = {READ: "read", REFUSED: "refused", MEMORY: "refused: memory", OTHER: "refused: other error"}
NUMBERS = [b"0", b"-1", b"1", b"65536", b"2147483647", b"-2147483648", b"4294967296", b"99999999999999999999", b"1e308"]
SLOW = 20.0
"""Seconds after which a fork is killed, and its input given to the real reader."""


def change(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Change an input in one to eight places."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        place, length = chance.randrange(max(1, len(changed))), chance.choice((1, 1, 4, 64, 1024))
        match chance.randrange(7):
            case 0:
                changed[place : place + length] = chance.randbytes(length)
            case 1:
                del changed[place : place + length]
            case 2:
                changed[place:place] = changed[place : place + length] * chance.randint(1, 50)
            case 3:
                start = chance.randrange(max(1, len(other)))
                changed[place : place + length] = other[start : start + length]
            case 4:
                numbers = list(re.finditer(rb"\d+", changed[place : place + 4000]))
                if numbers:
                    found = chance.choice(numbers)
                    changed[place + found.start() : place + found.end()] = chance.choice(NUMBERS)
            case 5:
                words = list(re.finditer(rb"/\w+", changed[place : place + 4000]))
                if len(words) > 1:
                    one, two = chance.sample(words, 2)
                    changed[place + one.start() : place + one.end()] = two[0]
            case _:
                references = list(re.finditer(rb"\d+ 0 R", changed))
                if len(references) > 1:
                    one, two = chance.sample(references, 2)
                    changed[one.start() : one.end()] = two[0]
    if chance.random() < 0.05:
        del changed[chance.randrange(max(1, len(changed))) :]
    return bytes(changed)


def read_in_fork(path: Path) -> str:
    """Read an input in a fork; return how that ended."""
    number = os.fork()
    if number == 0:
        code = OTHER
        try:
            pdf.limit()
            pdf.extract(str(path))
            code = READ
        except DataError:
            code = REFUSED
        except MemoryError:
            code = MEMORY
        except BaseException:
            code = OTHER
        os._exit(code)
    end = time.monotonic() + SLOW
    while True:
        pid, status = os.waitpid(number, os.WNOHANG)
        if pid:
            code = os.waitstatus_to_exitcode(status)
            return ENDS.get(code, f"crash {signal.Signals(-code).name}" if code < 0 else f"exit {code}")
        if time.monotonic() > end:
            os.kill(number, signal.SIGKILL)
            os.waitpid(number, 0)
            return "slow"
        time.sleep(0.0005)


def confirm(path: Path) -> str:
    """Give an input to the real reader; return how that ended."""
    begun = time.monotonic()
    try:
        pdf.extract_apart(path)
    except DataError as error:
        line = f"expected {error.expected}, found {error.found}; {error.hint}"
        fault = "FAULT, not one line: " if "\n" in line else ""
        return f"{fault}{line} ({time.monotonic() - begun:.0f} s)"
    return f"read after all ({time.monotonic() - begun:.0f} s)"


def fuzz(folder: Path, seconds: float, seed: int) -> int:
    """Read changed inputs for some seconds; print the counts; return the number of faults."""
    chance, ends = random.Random(seed), Counter[str]()
    corpus = [path.read_bytes() for path in sorted(folder.rglob("*.pdf"))]
    end, faults = time.monotonic() + seconds, 0
    with tempfile.TemporaryDirectory(prefix="faults-") as scratch:
        path = Path(scratch) / "input.pdf"
        while time.monotonic() < end:
            path.write_bytes(change(chance.choice(corpus), chance.choice(corpus), chance))
            ended = read_in_fork(path)
            ends[ended] += 1
            if ended not in ENDS.values() or ended == ENDS[OTHER]:
                confirmed = confirm(path)
                faults += confirmed.startswith("FAULT")
                print(ended, "->", confirmed, flush=True)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{sum(ends.values()):,} inputs from {len(corpus)} files: {dict(ends)}")
    print(f"most memory {most:,.0f} MB; {faults} faults")
    return faults


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    sys.exit(1 if fuzz(asked.folder, asked.seconds, asked.seed) else 0)
