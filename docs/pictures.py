"""Draw the pictures of README and guides from reports and pages of the project; `make pictures` runs it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from lewisham_study.paths import find_project
from lewisham_study.teaching.explorer import describe_server

PROJECT = find_project()
PLACE = Path(__file__).parent / "pictures"
PORT = 8790
HEIGHT, GAP, SHADE = 760, 16, "#c8c8c8"
"""Height of a page and the space between two, in pixels, and the background colour."""
COLOURS = 256
"""Pages look the same with a palette and need half the bytes."""


def draw_pages(name: str, columns: list[list[tuple[str, str]]]) -> None:
    """Draw pages of PDFs, each found by words on it, in columns."""
    pieces = []
    for column in columns:
        height = (HEIGHT - GAP * (len(column) - 1)) // len(column)
        pieces.append([draw_page(PROJECT.reports / path, words, height) for path, words in column])
    width = sum(column[0].width + GAP for column in pieces) + GAP
    sheet = Image.new("RGB", (width, HEIGHT + 2 * GAP), SHADE)
    left = GAP
    for column in pieces:
        top = GAP
        for page in column:
            sheet.paste(page, (left, top))
            top += page.height + GAP
        left += column[0].width + GAP
    save(sheet, name)


def draw_page(pdf: Path, words: str, height: int) -> Image.Image:
    """Return the first page of a PDF that contains the words, in a given height."""
    reader = ["pdftotext", str(pdf), "-"]
    text = subprocess.run(reader, check=True, capture_output=True, text=True).stdout
    page = next((number for number, one in enumerate(text.split("\f"), 1) if words in one), None)
    if page is None:
        raise SystemExit(f"{pdf}: expected a page with {words!r}, found none")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "page"
        scale = ["-scale-to-x", "-1", "-scale-to-y", str(height)]
        command = ["pdftoppm", "-png", "-singlefile", "-f", str(page), *scale, str(pdf), str(place)]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        return Image.open(place.with_suffix(".png")).convert("RGB")


def photograph_explorer(name: str) -> None:
    """Take a screenshot of the page that `make explore` serves."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        command, environment = describe_server(PROJECT, PORT, Path(folder), browser=False)
        server = subprocess.Popen(
            command, env=environment, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            address = next(line.strip() for line in server.stdout if line.strip().startswith("http://127.0.0.1"))
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 980, "height": 720})
            page.set_default_timeout(120_000)
            page.goto(address)
            page.locator("#state").wait_for()
            page.screenshot(path=str(Path(folder) / "page.png"))
            save(Image.open(Path(folder) / "page.png").convert("RGB"), name)
        finally:
            server.terminate()
            server.wait()


def save(picture: Image.Image, name: str) -> None:
    """Write a picture to disk, with a palette."""
    PLACE.mkdir(exist_ok=True)
    picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        PLACE / f"{name}.png", optimize=True
    )
    print(PLACE / f"{name}.png")


if __name__ == "__main__":
    for tool in ("pdftoppm", "chromium"):
        if shutil.which(tool) is None:
            raise SystemExit(f"no {tool}: on Debian `apt-get install poppler-utils chromium`")
    handouts, instructor = "teaching/handouts", "teaching/instructor"
    draw_pages(
        "report",
        [
            [("lewisham/briefing.pdf", "Children’s services")],
            [("leeds/report.pdf", "How has Ofsted graded the service")],
            [("leeds/report.pdf", "How many cases does each social worker hold, and is that")],
        ],
    )
    slides = [
        (f"{instructor}/slides.pdf", "three scales"),
        (f"{instructor}/slides.pdf", "The same start"),
        (f"{instructor}/slides.pdf", "cannot show"),
    ]
    draw_pages(
        "teaching",
        [
            [(f"{handouts}/part-a.pdf", "an overspend")],
            [(f"{handouts}/part-a.pdf", "Your decision")],
            [(f"{handouts}/part-d.pdf", "The grades")],
            slides,
        ],
    )
    photograph_explorer("explore")
