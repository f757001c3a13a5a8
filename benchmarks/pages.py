"""Check every PDF and page in a folder of reports for accessibility.

    AXE_CORE=path/of/axe.min.js python benchmarks/pages.py reports

PDFs must meet PDF/UA-1 and PDF/A-2a, with type of 7 points and more; in a report and its annex, only the last page of a
chapter may be less than two thirds full. A report has at most 12 pages, without addresses of cells; a briefing has one.
Pages must have no violation that axe-core finds, at 1280 pixels in light and at 390 in dark mode, and a content
security policy that allows no requests. Prints a line for each failure and then exits with 1. Needs pdftoppm
(poppler-utils), and chromium for the pages; takes about 3 CPU seconds a page.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import page
import pypdfium2
import pypdfium2.raw
from PIL import Image

STANDARDS = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)
HEAD, TOP, BOTTOM, HEIGHT = 17, 22, 20, 297  # millimetres of A4, as in template.typ; the running head is above HEAD
LEAST_FULL, SMALLEST, MOST_PAGES = 2 / 3, 6.95, {"report.pdf": 12, "briefing.pdf": 1}  # a share, points, pages
CELL = re.compile(r"![A-Z]{1,3}\d+|[,:] [A-Z]{1,2}\d{2,6}\b|\bcell [A-Z]{1,3}\d+|\bR\d+C\d+|\brow \d+")
POLICY = r'<meta http-equiv="Content-Security-Policy"[^>]*>'
BROWSER = Path(__file__).parents[1] / "tests" / "report" / "browser.js"
LOOKS = (["--window-size=1280,1000"], ["--window-size=390,1000", "--blink-settings=preferredColorScheme=0"])


def check_standards(pdf: Path) -> list[str]:
    """List the rules of both standards that a PDF fails."""
    data, limits = pdf.read_bytes(), page.SafetyLimits.unlimited()
    results = [page.validate_pdf_bytes(data, profile=standard, limits=limits) for standard in STANDARDS]
    return [failure.message for result in results for failure in result.failures]


def measure_pages(pdf: Path) -> list[tuple[float, bool]]:
    """Measure how far down each page is filled, as a share of its height, and whether it has a running head."""
    with tempfile.TemporaryDirectory() as name:
        command = ["pdftoppm", "-r", "36", "-gray", str(pdf), f"{name}/p"]
        subprocess.run(command, check=True, capture_output=True)
        shades = [np.asarray(Image.open(path)) for path in sorted(Path(name).glob("*.pgm"))]
    measured = []
    for shade in shades:
        head, top, bottom = (round(shade.shape[0] * part / HEIGHT) for part in (HEAD, TOP, HEIGHT - BOTTOM))
        inked = np.flatnonzero((shade < 200).any(axis=1))
        text = inked[(inked >= top) & (inked < bottom)]
        measured.append(((text.max() + 1 - top) / (bottom - top) if text.size else 0.0, bool((inked < head).any())))
    return measured


def check_fill(measured: list[tuple[float, bool]]) -> list[str]:
    """List the pages less than two thirds full, except before a new chapter, whose first page has no running head.

    Where no page has one, all are of one chapter.
    """
    heads = [head or not any(one for _, one in measured) for _, head in measured]
    following = [*heads[1:], False]
    pages = zip(measured, following, strict=True)
    return [
        f"page {n} is {fill:.0%} full" for n, ((fill, _), same) in enumerate(pages, 1) if fill < LEAST_FULL and same
    ]


def check_type(pdf: Path) -> list[str]:
    """List the pages with type smaller than 7 points."""
    document, small = pypdfium2.PdfDocument(pdf), {}
    for number, one in enumerate(document, 1):
        text, matrix = one.get_textpage(), pypdfium2.raw.FS_MATRIX()
        for place in range(text.count_chars()):
            pypdfium2.raw.FPDFText_GetMatrix(text.raw, place, matrix)
            size = pypdfium2.raw.FPDFText_GetFontSize(text.raw, place) * (matrix.b**2 + matrix.d**2) ** 0.5
            if size < SMALLEST and chr(pypdfium2.raw.FPDFText_GetUnicode(text.raw, place)).strip():
                small[number] = min(size, small.get(number, size))
    return [f"page {number} has type of {size:.1f} points" for number, size in small.items()]


def check_report(pdf: Path) -> list[str]:
    """List what a report of twelve pages, or a briefing of one, may not have: more pages, addresses of cells."""
    document = pypdfium2.PdfDocument(pdf)
    found = [f"has {len(document)} pages"] if len(document) > MOST_PAGES[pdf.name] else []
    for number, one in enumerate(document, 1):
        found += [f"page {number} has a cell: {cell}" for cell in CELL.findall(one.get_textpage().get_text_range())]
    return found


def check_access(path: Path, axe: Path) -> list[str]:
    """List what axe-core finds wrong in a page, and a missing policy."""
    text = path.read_text(encoding="utf-8")
    policies = re.findall(POLICY, text)
    # The page's own policy would block axe-core too.
    opened = re.sub(POLICY, "", text)
    found = [] if ["default-src 'none'" in policy for policy in policies] == [True] else ["may make requests"]
    for look in LOOKS:
        with tempfile.TemporaryDirectory() as name:
            scripts = "".join(f'<script src="{shutil.copy(source, name)}"></script>' for source in (axe, BROWSER))
            (Path(name) / "page.html").write_text(opened.replace("</body>", scripts + "</body>"), encoding="utf-8")
            command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={name}/profile"]
            command += ["--virtual-time-budget=60000", "--dump-dom", *look, f"file://{name}/page.html"]
            shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        result = re.search(r'<pre id="axe-result">(.*?)</pre>', shown, re.DOTALL)
        found += map(str, json.loads(html.unescape(result[1]))["violations"]) if result else ["could not be read"]
    return found


def main(folder: Path) -> int:
    """Check every file in a folder; return how many fail."""
    axe = Path(os.environ.get("AXE_CORE", ""))
    pdfs, pages = sorted(folder.rglob("*.pdf")), sorted(folder.rglob("*.html")) if axe.is_file() else []
    failures = {path: check_standards(path) + check_type(path) for path in pdfs}
    failures |= {path: failures[path] + check_report(path) for path in pdfs if path.name in MOST_PAGES}
    books = {path: measure_pages(path) for path in pdfs if path.name in ("report.pdf", "annex.pdf")}
    failures |= {path: failures[path] + check_fill(measured) for path, measured in books.items()}
    failures |= {path: check_access(path, axe) for path in pages}
    for path, lines in failures.items():
        for line in lines:
            print(f"{path}: {line}")
    for path, measured in books.items():
        print(f"{path}: {len(measured)} pages, {np.mean([fill for fill, _ in measured]):.0%} full")
    count = sum(map(bool, failures.values()))
    note = "" if pages else " (without AXE_CORE no page was checked)"
    print(f"{len(pdfs)} PDFs and {len(pages)} pages, {count} fail{note}")
    return count


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1])) else 0)
