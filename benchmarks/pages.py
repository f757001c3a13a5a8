"""Hold every PDF and page in a folder of reports against what is promised of them.

    AXE_CORE=path/of/axe.min.js python benchmarks/pages.py reports

PDFs: no failure of PDF/UA-1 or PDF/A-2a; in a whole report no page under a third full but the last of a chapter. Pages:
no violation that axe-core finds, at 1280 pixels in light and at 390 in dark, and a policy that lets no request out. A
line for each that falls short; exit 1 where one does. Needs pdftoppm (poppler-utils) and chromium for the
pages; about 3 CPU seconds a page.
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
from PIL import Image

STANDARDS = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)
HEAD, TOP, BOTTOM, HEIGHT = 17, 22, 20, 297  # millimetres of A4, as in report/template.typ; above HEAD the running head
POLICY = r'<meta http-equiv="Content-Security-Policy"[^>]*>'
BROWSER = Path(__file__).parents[1] / "tests" / "report" / "browser.js"
LOOKS = (["--window-size=1280,1000"], ["--window-size=390,1000", "--blink-settings=preferredColorScheme=0"])


def check_standards(pdf: Path) -> list[str]:
    """Give the rules of both standards that a PDF fails."""
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
    """Name the pages under a third full that no new chapter follows, whose first page has no running head."""
    following = [head for _, head in measured[1:]] + [False]
    pages = zip(measured, following, strict=True)
    return [f"page {n} is {fill:.0%} full" for n, ((fill, _), same) in enumerate(pages, 1) if fill < 1 / 3 and same]


def check_access(path: Path, axe: Path) -> list[str]:
    """Give what axe-core finds wrong in a page, and the lack of a policy."""
    text = path.read_text(encoding="utf-8")
    # The page's own policy lets no script run, axe-core's neither.
    policies = re.findall(POLICY, text)
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
        found += (
            [str(one) for one in json.loads(html.unescape(result[1]))["violations"]] if result else ["was not read"]
        )
    return found


def main(folder: Path) -> int:
    """Check every file under a folder; give how many fall short."""
    axe = Path(os.environ.get("AXE_CORE", ""))
    pdfs, pages = sorted(folder.rglob("*.pdf")), sorted(folder.rglob("*.html")) if axe.is_file() else []
    short = {path: check_standards(path) for path in pdfs}
    books = {path: measure_pages(path) for path in pdfs if path.name == "report.pdf"}
    short |= {path: short[path] + check_fill(measured) for path, measured in books.items()}
    short |= {path: check_access(path, axe) for path in pages}
    for path, told in short.items():
        for line in told:
            print(f"{path}: {line}")
    for path, measured in books.items():
        print(f"{path}: {len(measured)} pages, {np.mean([fill for fill, _ in measured]):.0%} full")
    count = sum(map(bool, short.values()))
    print(
        f"{len(pdfs)} PDFs and {len(pages)} pages, {count} fall short"
        + ("" if pages else " (no AXE_CORE: no page read)")
    )
    return count


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1])) else 0)
