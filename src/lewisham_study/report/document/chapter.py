"""Convert an executed notebook to a chapter in Markdown.

- The first cell is text and begins with the title, ``# Title``; other headings are ``##`` and below.
- Text cells are pandoc's Markdown: footnotes, maths, ``[@source-id, p. 4]`` for a source, and ``@fig-steps`` or
  ``@tbl-flows`` for the figure or table with that label, which becomes "Figure 3" with a link.
- Code is folded; its outputs must be exhibits (see `lewisham_study.display`) or Markdown.
- Cells tagged ``hide`` are left out with their outputs, and so are the parameters.
- Cells tagged ``annex`` are in the technical annex only, those tagged ``briefing-only`` in the briefing only, those
  tagged ``briefing`` in briefing and report, and all others in the report only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lewisham_study.report.document.exhibits import FENCE, PREFIXES, Exhibit, Place, quote, read_exhibit
from lewisham_study.report.run.execute import number_cells

if TYPE_CHECKING:
    from nbformat import NotebookNode
HIDDEN = {"hide", "parameters", "injected-parameters"}
TICKS = "`" * 12


BRIEFING, REPORT, ANNEX = PARTS = ("briefing", "report", "annex")
"""The documents."""
ALONE = "briefing-only"
SHOWN = {BRIEFING: {BRIEFING, ALONE}, REPORT: {BRIEFING, REPORT}, ANNEX: {ANNEX}}
"""The tags of the cells that each document shows."""
HEADING = re.compile(r"^##+ .*$", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """A cell as Markdown, with its exhibits; a fenced div holds the notebook's name and the cell's number."""

    part: str  # the document it is tagged for
    markdown: str = field(repr=False)
    headings: tuple[str, ...] = ()
    exhibits: tuple[Exhibit, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Chapter:
    """An executed notebook, or what one document shows of it, in the order of its cells."""

    notebook: str
    title: str
    pieces: tuple[Piece, ...]

    @property
    def markdown(self) -> str:
        """Its text, to which each exhibit belongs as a fenced div."""
        return "\n".join(piece.markdown for piece in self.pieces)

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """Its figures and tables in order of appearance."""
        return tuple(exhibit for piece in self.pieces for exhibit in piece.exhibits)

    @property
    def files(self) -> dict[str, bytes]:
        """The files its Markdown refers to, by name."""
        return {name: data for exhibit in self.exhibits for name, data in exhibit.files.items()}

    @property
    def is_summary(self) -> bool:
        """Whether any of it is in the briefing."""
        return any(piece.part == BRIEFING for piece in self.pieces)

    def select(self, part: str) -> Chapter:
        """Select what a document shows of it; the report shows the briefing too.

        In the annex, headings that a cell stands under in the report alone are repeated above it.
        """
        wanted = SHOWN[part]
        chosen: list[Piece] = []
        path: list[str] = []
        shown: list[str] = []
        for piece in self.pieces:
            above = path if not piece.headings else path[: measure_level(piece.headings[0]) - 2]
            for heading in piece.headings:
                path = [*path[: measure_level(heading) - 2], heading]
            if piece.part not in wanted:
                continue
            first = next((n for n, one in enumerate(above) if shown[n : n + 1] != [one]), len(above))
            repeated = above[first:] if part == ANNEX else []
            chosen.append(replace(piece, markdown="\n\n".join([*repeated, piece.markdown])))
            shown = path
        return replace(self, pieces=tuple(chosen))


def measure_level(heading: str) -> int:
    """Return the level of a heading: ``## Steps`` is of level 2."""
    return len(heading) - len(heading.lstrip("#"))


def read_chapter(notebook: NotebookNode, name: str) -> Chapter:
    """Convert an executed notebook to a chapter; error messages call it `name`."""
    cells = [(n, cell) for n, cell in number_cells(notebook) if not HIDDEN & set(cell.metadata.get("tags", []))]
    title = read_title(cells, name)
    pieces: list[Piece] = []
    labels: set[str] = set()
    for number, cell in cells:
        place = Place(name, number)
        exhibits: list[Exhibit] = []
        headings: tuple[str, ...] = ()
        if cell.cell_type == "markdown":
            text = place.scope_notes(cell.source if pieces else cell.source.partition("\n")[2])
            headings = tuple(HEADING.findall(text))
        elif cell.cell_type == "code":
            text = render_code_cell(cell, place, exhibits)
        else:
            raise place.error("a report cannot show a raw cell", "make it a text cell or delete it")
        for exhibit in exhibits:
            if exhibit.label in labels:
                hint = "give each figure and table its own label"
                raise place.error(f"the label {exhibit.label} is already used", hint)
            labels.add(exhibit.label)
        fenced = f'{FENCE} {{.cell notebook="{quote(name)}" cell="{number}"}}\n{text.strip()}\n{FENCE}\n'
        pieces.append(Piece(choose_part(cell), fenced, headings, tuple(exhibits)))
    return Chapter(name, title, tuple(pieces))


def choose_part(cell: NotebookNode) -> str:
    """Return the document that a cell's tags name; the report if they name none."""
    tags = cell.metadata.get("tags", [])
    return next((part for part in (ANNEX, BRIEFING, ALONE) if part in tags), REPORT)


def read_title(cells: Sequence[tuple[int, NotebookNode]], name: str) -> str:
    """Read the title, a level-1 heading at the start of the first cell."""
    number, first = cells[0] if cells else (1, None)
    line = first.source.partition("\n")[0] if first is not None and first.cell_type == "markdown" else ""
    if not line.startswith("# ") or not line[2:].strip():
        raise Place(name, number).error("a report needs a title", "begin the first text cell with `# Title`")
    return str(line[2:].strip())


def render_code_cell(cell: NotebookNode, place: Place, exhibits: list[Exhibit]) -> str:
    """Format a code cell's code and outputs as Markdown, adding its figures and tables to `exhibits`."""
    code = f"{FENCE}: {{.code}}\n{TICKS}{{.python}}\n{cell.source}\n{TICKS}\n{FENCE}:\n"
    return "\n\n".join([code, *[render_output(output, place, exhibits) for output in cell.outputs]])


def render_output(output: NotebookNode, place: Place, exhibits: list[Exhibit]) -> str:
    """Format an output, which must be an exhibit or Markdown."""
    data, details = output.get("data", {}), output.get("metadata", {}).get("exhibit", {})
    if details.get("kind") in PREFIXES:
        exhibit = read_exhibit(details, data, place)
        exhibits.append(exhibit)
        return exhibit.markdown
    if "text/markdown" in data:
        return place.scope_notes(data["text/markdown"])
    kind = output.get("name") or ", ".join(data) or output.output_type
    raise place.error(
        f"a report cannot show this output ({kind})",
        "show a FigureExhibit, TableExhibit or Prose, end the line with `;`, or tag the cell `hide`",
    )
