"""Read the text of a PDF in a process of its own: PDFium reads files of others, and may crash, loop or fill the memory.

`python -m lewisham_study.releases.pdf FILE` prints JSON: the pages, or what is wrong. It imports little else of the
study, so that it starts in a fraction of a second.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

from lewisham_study.errors import DataError, require_extra
from lewisham_study.paths import shorten

LARGEST = 50_000_000
"""Bytes; the largest report held has two million."""
LEAST_TEXT = 1_500
"""Characters; a report with less is a picture of its pages."""
SECONDS = 60
"""How long reading may take; the longest report held takes one second."""
MEMORY = 2_000_000_000
"""Bytes of address space, on systems that limit it; the largest report held needs 300 million."""
MOST_PAGES = 120
MOST_LETTERS = 3_000_000
"""Characters in all; the longest report held has 150,000."""
MODULE = "lewisham_study.releases.pdf"
AGAIN = "fetch the report again, or open it and print it to a new PDF"


def read_pdf_pages(path: Path) -> list[str]:
    """Read the text of a PDF, page by page; refuse one that is encrypted, broken, too large or a scan."""
    require_extra("import", "pypdfium2")
    name = shorten(path)
    size = path.stat().st_size
    if not 0 < size <= LARGEST:
        raise DataError(name, f"between 1 and {LARGEST:,} bytes", f"{size:,}", hint="fetch the report again")
    pages = extract_apart(path)
    letters = sum(map(len, pages))
    if letters < LEAST_TEXT:
        found, hint = (
            f"{letters} characters on {len(pages)} pages",
            "it is a scan: enter its judgements by a correction",
        )
        raise DataError(name, "a report with text", found, hint=hint)
    return pages


def extract_apart(path: Path) -> list[str]:
    """Extract the text of each page in a child process; an error if that fails, or takes too long or too much."""
    name, command = shorten(path), [sys.executable, "-m", MODULE, str(path.resolve())]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PYTHONSAFEPATH": "1"}
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        expected, found = f"a PDF that is read in {SECONDS} seconds", "one that takes longer"
        raise DataError(name, expected, found, hint=AGAIN) from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        found = f"a crash of the reader (exit code {done.returncode})"
        raise DataError(name, "a PDF that can be read", found, hint=AGAIN) from None
    if "refused" in answer:
        expected, found, hint = answer["refused"]
        raise DataError(name, expected, found, hint=hint)
    return [str(page) for page in answer["pages"]]


def limit() -> None:
    """Limit this process's memory and time, on systems that can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def extract(path: str) -> list[str]:
    """Extract the text of each page."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        hint = "it is encrypted: print it to a new PDF" if "assword" in str(error) else "fetch the report again"
        raise DataError(path, "a PDF that opens", str(error), hint=hint) from None
    if len(document) > MOST_PAGES:
        raise DataError(path, f"at most {MOST_PAGES} pages", str(len(document)), hint="is it one report?")
    pages: list[str] = []
    letters = 0
    try:
        for page in document:
            text = page.get_textpage()
            letters += text.count_chars()
            if letters > MOST_LETTERS:
                raise DataError(path, f"at most {MOST_LETTERS:,} characters", "more", hint="is it one report?")
            pages.append(text.get_text_range().replace("\r\n", "\n").replace("\r", "\n"))
            text.close()
            page.close()
    except pypdfium2.PdfiumError as error:
        raise DataError(path, "pages that can be read", str(error), hint="fetch the report again") from None
    return pages


def main() -> None:
    """Print the pages of a file or what is wrong; leave without PDFium's own tidying, which may crash."""
    limit()
    answer: dict[str, object]
    try:
        answer = {"pages": extract(sys.argv[1])}
    except DataError as error:
        answer = {"refused": [error.expected, error.found, error.hint]}
    except MemoryError:
        answer = {"refused": ["a PDF that fits into 2 GB of memory", "one that needs more", AGAIN]}
    except Exception as error:
        answer = {"refused": ["a PDF that can be read", f"{type(error).__name__}: {error}", AGAIN]}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
