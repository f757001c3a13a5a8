"""Convert a report to a tagged PDF with pandoc and Typst, a page of it or its figures to pictures."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lewisham_study.errors import StudyError
from lewisham_study.report.document.pandoc import ATTRIBUTION, Report, run_pandoc, write_page
from lewisham_study.report.run.kernels.settings import find_matplotlib

if TYPE_CHECKING:
    from PIL.Image import Image

PAGE_DPI, PICTURE_PIXELS = 200, 1620
PICTURE_DPI = PICTURE_PIXELS / (160 / 25.4)
COLOURS, COMPRESSION = 256, 6
MOST_PLACES, UNCLEAR = 16, b"\r\nendstream"
BYTES = np.array([1 << 16, 1 << 8, 1])
"""Weights that make one number of red, green and blue."""
# The fonts of the figures. Matplotlib's other fonts are left out: one draws a box for any letter it lacks.
FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf")
BODY = "body.typ"
TYPST_HEAD = '#import "template.typ": *\n{more}#let details = json("details.json")\n#show: {layout}.with(details)\n'


def render_pdf(report: Report) -> bytes:
    """Convert a report to a PDF that meets PDF/UA-1 and PDF/A-2a."""
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as folder:
        return compile_body(report, run_pandoc(report, "typst-citations", {}, Path(folder)), Path(folder))


def render_both(report: Report) -> tuple[bytes, bytes]:
    """Convert a report to a page and a PDF, the same as those made singly, for which pandoc reads it once."""
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as folder:
        page = write_page(report, Path(folder), body=BODY)
        return page, compile_body(report, Path(folder, BODY).read_bytes(), Path(folder))


def compile_body(report: Report, body: bytes, folder: Path) -> bytes:
    """Typeset the body that pandoc wrote, in the folder of the figures."""
    (folder / "details.json").write_text(json.dumps(list_details(report)), encoding="utf-8")
    more = "" if report.layout == "report" else f'#import "{report.layout}.typ": *\n'
    head = TYPST_HEAD.format(more=more, layout=report.layout)
    (folder / "main.typ").write_bytes(head.encode() + body)
    made = folder / "made.pdf"
    problem = typeset(folder, made, pdf_standards=["a-2a", "ua-1"], timestamp=int(report.moment.timestamp()))
    if problem:
        raise StudyError(explain_typst(problem, report))
    return pack_pdf(made.read_bytes())


def typeset(folder: Path, out: Path, **options: Any) -> str:
    """Typeset `main.typ` of a folder with the fonts of the figures; return what Typst says of it, or "" if all is well.

    `options` are those of `typst.compile`.
    """
    copy_fonts(folder)
    given = json.dumps({"output": str(out), **options})
    done = subprocess.run(
        [sys.executable, "-P", "-X", "utf8", str(Path(__file__).with_name("typeset.py")), str(folder), given],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return (done.stderr.strip() or f"Typst was stopped ({done.returncode})") if done.returncode else ""


def list_details(report: Report) -> dict[str, Any]:
    """List the values that the Typst templates need."""
    return {
        "title": report.title,
        "full-title": report.full_title,
        "subtitle": report.subtitle,
        "official": report.official,
        "data": report.data,
        "book": report.is_book,
        "cover": report.has_cover,
        "licence": ATTRIBUTION,
        "prefix": report.prefix,
    }


def render_png(pdf: bytes) -> bytes:
    """Convert the first page of a PDF to a picture."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        image = document[0].render(scale=PAGE_DPI / 72).to_pil()
    finally:
        document.close()
    return save_picture(image, PAGE_DPI)


def save_picture(image: Image, dpi: float) -> bytes:
    """Save a picture as PNG in its 256 commonest colours; the others, at edges of letters, become the nearest."""
    from PIL.Image import fromarray

    plain = image.convert("RGB")
    counted = sorted(plain.getcolors(plain.width * plain.height) or [], key=lambda one: (-one[0], one[1]))
    colours = np.array([colour for _, colour in counted], dtype=np.int64)
    common = colours[:COLOURS]
    nearest = [int(((common - colour) ** 2).sum(axis=1).argmin()) for colour in colours[COLOURS:]]
    places = np.zeros(1 << 24, dtype=np.uint8)
    places[colours @ BYTES] = [*range(len(common)), *nearest]
    small = fromarray(places[np.asarray(plain, dtype=np.uint32) @ BYTES.astype(np.uint32)])
    small.putpalette(common.astype(np.uint8).tobytes())
    stream = io.BytesIO()
    small.save(stream, "png", dpi=(dpi, dpi), compress_level=COMPRESSION)
    return stream.getvalue()


def render_pictures(figures: Mapping[str, bytes]) -> dict[str, bytes]:
    """Convert figures, SVG by name, to PNG: `PICTURE_PIXELS` wide, all in one run of Typst."""
    from PIL.Image import open as open_picture

    if not figures:
        return {}
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        folder = Path(name)
        for number, data in enumerate(figures.values()):
            (folder / f"{number}.svg").write_bytes(data)
        images = [f'#image("{number}.svg", width: 160mm)' for number in range(len(figures))]
        text = "#set page(width: 160mm, height: auto, margin: 0pt)\n" + "\n#pagebreak()\n".join(images)
        (folder / "main.typ").write_text(text, encoding="utf-8")
        problem = typeset(folder, folder / "{0p}.png", format="png", ppi=PICTURE_DPI)
        if problem:
            raise StudyError(f"the figures cannot be made pictures: {problem}")
        pages = [io.BytesIO(path.read_bytes()) for path in sorted(folder.glob("*.png"))]
    return {name: save_picture(open_picture(page), PICTURE_DPI) for name, page in zip(figures, pages, strict=True)}


def copy_fonts(folder: Path) -> None:
    """Copy the fonts of the figures into a folder."""
    for font in FONTS:
        shutil.copy(find_matplotlib() / "mpl-data" / "fonts" / "ttf" / font, folder)


def explain_typst(message: str, report: Report) -> str:
    """Explain an error of Typst; a letter missing from the fonts is traced to its cell."""
    missing = re.search(r"""the text `"(.+?)"` could""", message)
    for chapter in report.chapters if missing else ():
        before, letter, _ = chapter.markdown.partition(missing[1] if missing else "")
        if letter:
            cell = re.findall(r'cell="(\d+)"', before)[-1]
            return f"{chapter.notebook}, cell {cell}: the PDF's fonts do not have {letter!r}; use another letter"
    return f"{report.names}: the PDF cannot be made: {message}"


def pack_pdf(data: bytes) -> bytes:
    """Pack the objects of a PDF into compressed streams, which PDF/A-2 allows: half the size, the same content.

    Strict checkers count a stream that ends with a carriage return as one byte too short. A line feed after it is no
    part of what the stream holds; objects are packed again one place on, by an entry that every reader ignores.
    """
    import pikepdf

    packed = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        streams: list[Any] = [one for one in document.objects if isinstance(one, pikepdf.Stream)]
        for stream in streams:
            raw = stream.read_raw_bytes()
            if raw.endswith(b"\r"):
                stream.write(raw + b"\n", filter=stream.get("/Filter"), decode_parms=stream.get("/DecodeParms"))
        for place in range(MOST_PLACES):
            packed.seek(packed.truncate(0))
            document.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
            if UNCLEAR not in packed.getvalue():
                break
            document.Root[f"/Place{place}"] = document.make_indirect(pikepdf.Array())
    return packed.getvalue()
