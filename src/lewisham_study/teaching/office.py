"""Papers as DOCX and slides as PPTX, to change in an office program."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lewisham_study.errors import StudyError
from lewisham_study.report.document.office import (
    drop_file_names,
    make_reference,
    rewrite_xml,
    style_document,
    style_slides,
)
from lewisham_study.report.document.pandoc import ATTRIBUTION, Report, read_part
from lewisham_study.report.run.kernels.settings import find_matplotlib

if TYPE_CHECKING:
    from nbformat import NotebookNode

READER = "markdown-implicit_figures-yaml_metadata_block+lists_without_preceding_blankline"
PIXELS = 200
"""Pixels per inch of a figure."""
PAGE = "#set page(width: auto, height: auto, margin: 0pt)\n#image({name})\n"
WIDTH = "16cm"
LONGEST = 45
"""The letters that the widest column of a table counts for."""
SHORTEST = 20
"""The letters that a column with words counts for at least."""
PADDING = 4
"""The letters that the margins of a narrow column count for."""
SMALL = '<w:sz w:val="18" />'
"""Nine points, as in the PDF: larger words do not fit into a table of seven columns."""
NAMED = re.compile(r"(: |from |to )(\[-?@[^\]]+\])")
"""A citation that is part of its sentence: marked for brackets.lua, which removes its brackets."""
ELSEWHERE = "The hand-outs give the sources in full."
Exhibits = dict[str, dict[str, Any]]


def render_office(executed: NotebookNode, report: Report, kind: str) -> bytes:
    """Convert an executed notebook to DOCX, or to PPTX with a slide for each second-level heading."""
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        folder = Path(name)
        (folder / "text.md").write_text(write_markdown(executed, kind, folder), encoding="utf-8")
        for part in ("references.csl", "brackets.lua"):
            (folder / part).write_text(read_part(part), encoding="utf-8")
        (folder / "defaults.json").write_text(json.dumps(list_settings(report, kind)), encoding="utf-8")
        style = style_document if kind == "docx" else style_talk
        (folder / "reference").write_bytes(make_reference(kind, style))
        run_pandoc(folder, int(report.moment.timestamp()))
        return rewrite_xml((folder / "out").read_bytes(), set_tables if kind == "docx" else drop_file_names)


def list_settings(report: Report, kind: str) -> dict[str, Any]:
    """List pandoc's settings."""
    return {
        "from": READER,
        "to": kind,
        "input-files": ["text.md"],
        "output-file": "out",
        "reference-doc": "reference",
        "filters": ["citeproc", "brackets.lua"],
        "slide-level": 2,
        "csl": "references.csl",
        "bibliography": [str(path.resolve()) for path in report.bibliographies],
        "metadata": {
            "title": report.title,
            "subtitle": f"{report.subtitle}. {report.data}.",
            "lang": "en-GB",
            "reference-section-title": "Sources",
            "suppress-bibliography": kind == "pptx",
        },
    }


def run_pandoc(folder: Path, moment: int) -> None:
    """Run pandoc in a folder with its settings; the document is dated by the data."""
    import pypandoc

    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--defaults=defaults.json", f"--data-dir={folder}"],
        cwd=folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(moment)},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise StudyError(f"pandoc could not write the document: {done.stderr.decode(errors='replace').strip()}")


def style_talk(name: str, text: str) -> str:
    """Give a template of slides short titles, in our colour and font."""
    return style_slides(name, text, points=28)


def write_markdown(executed: NotebookNode, kind: str, folder: Path) -> str:
    """Write a notebook's text, tables and figures as Markdown, and its figures as pictures into a folder."""
    exhibits = number_exhibits(executed)
    parts = []
    for cell in executed.cells:
        if cell.cell_type == "markdown":
            parts.append(re.sub(r"\A# .*\n?", "", cell.source))
        for output in cell.get("outputs", []):
            details = output.get("metadata", {}).get("exhibit", {})
            if details.get("kind") == "prose":
                parts.append(output["data"]["text/markdown"])
            elif details:
                parts.append(write_exhibit(output["data"], exhibits[details["label"]], kind, folder))
    parts.append(f"## Sources\n\n{ATTRIBUTION} {ELSEWHERE}" if kind == "pptx" else ATTRIBUTION)
    return re.sub(r"@((?:fig|tbl)-[\w-]+)", lambda found: exhibits[found[1]]["number"], "\n\n".join(parts))


def number_exhibits(executed: NotebookNode) -> Exhibits:
    """Number the figures and tables of a notebook, by label."""
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    found = [output.get("metadata", {}).get("exhibit", {}) for output in outputs]
    counts = {"figure": 0, "table": 0}
    exhibits = {}
    for details in found:
        if details.get("kind") in counts:
            counts[details["kind"]] += 1
            number = f"{details['kind'].capitalize()} {counts[details['kind']]}"
            exhibits[details["label"]] = {**details, "number": number}
    return exhibits


def write_exhibit(data: dict[str, str], details: dict[str, Any], kind: str, folder: Path) -> str:
    """Write a figure or table with its title above and its caption below; on a slide the caption is a note."""
    caption = NAMED.sub(r"\1[\2]{.bare}", details["caption"])
    if details["kind"] == "figure":
        name = f"{details['label']}.png"
        (folder / name).write_bytes(draw_picture(data["image/svg+xml"], folder))
        alt = re.sub(r'["\[\]]', "", details["alt"])
        # On a slide a description would be printed below the picture; a title is read out only.
        body = f'![]({name} "{alt}")' if kind == "pptx" else f"![{alt}]({name}){{width={WIDTH}}}"
    else:
        body = fit_table(data["text/markdown"])
    if kind == "pptx":
        return f"{body}\n\n::: notes\n{details['number']}. {details['title']}. {caption}\n:::"
    title = f'::: {{custom-style="Table Caption"}}\n**{details["number"]}. {details["title"]}**\n:::'
    return f"{title}\n\n{body}\n\n*{caption}*"


def fit_table(table: str) -> str:
    """Give the columns of a pipe table widths by their longest cells."""
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table.strip().splitlines()]
    head, marks, body = rows[0], rows[1], rows[2:]
    sizes = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    longest = [min(LONGEST, max(SHORTEST, size)) if size > 3 else size + PADDING for size in sizes]
    rules = [mark[:1] + "-" * max(3, size) + mark[-1:] for mark, size in zip(marks, longest, strict=True)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, rules, *body])


def set_tables(name: str, text: str) -> str:
    """Set the tables of a document in small type; no row goes on over the page."""
    return re.sub(r"<w:tbl>.*?</w:tbl>", set_table, text, flags=re.DOTALL) if name == "word/document.xml" else text


def set_table(found: re.Match[str]) -> str:
    """Set one table in small type, with rows that stay on a page."""
    table = re.sub(r"<w:tr>(?:<w:trPr>)?", "<w:tr><w:trPr><w:cantSplit />", found[0])
    table = table.replace("<w:cantSplit /><w:tc>", "<w:cantSplit /></w:trPr><w:tc>")
    plain, marked = f"<w:r><w:rPr>{SMALL}</w:rPr><w:t", f"{SMALL}</w:rPr><w:t"
    return table.replace("</w:rPr><w:t", marked).replace("<w:r><w:t", plain)


def draw_picture(svg: str, folder: Path) -> bytes:
    """Convert a drawing to a PNG picture with the fonts of the figures."""
    import typst

    (folder / "drawing.svg").write_text(svg, encoding="utf-8")
    (folder / "drawing.typ").write_text(PAGE.format(name='"drawing.svg"'), encoding="utf-8")
    place = find_matplotlib() / "mpl-data" / "fonts" / "ttf"
    picture: Any = typst.compile(
        folder / "drawing.typ", root=folder, font_paths=[place], ignore_system_fonts=True, format="png", ppi=PIXELS
    )
    return bytes(picture)
