"""Typeset `main.typ` of a folder in a process of its own: `python typeset.py FOLDER OPTIONS`, the options as JSON.

Typst keeps a quarter of a gigabyte of what its last documents used; here it goes with the process.
"""

import datetime
import json
import sys
import warnings
from pathlib import Path

import typst


def main() -> None:
    """Write the PDF, or the pictures, beside the document; what Typst refuses or warns of goes to standard error."""
    folder, options = Path(sys.argv[1]), json.loads(sys.argv[2])
    if "timestamp" in options:
        options["timestamp"] = datetime.datetime.fromtimestamp(options["timestamp"], datetime.UTC)
    warnings.simplefilter("error", typst.TypstWarning)
    try:
        typst.compile(folder / "main.typ", root=folder, font_paths=[folder], ignore_system_fonts=True, **options)
    except (typst.TypstError, typst.TypstWarning) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
