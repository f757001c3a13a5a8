"""Convert an executed notebook to a chapter in Markdown.

- The first cell is text and begins with the title, ``# Title``; other headings are ``##`` and below.
- Text cells are pandoc's Markdown: footnotes, maths, ``[@source-id, p. 4]`` for a source, and ``@fig-steps`` or
  ``@tbl-flows`` for the figure or table with that label, which becomes "Figure 3" with a link.
- Code is folded; its outputs must be exhibits (see `lewisham_study.display`) or Markdown.
- Cells tagged ``hide`` are left out with their outputs, and so are the parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lewisham_study.report.document.exhibits import FENCE, PREFIXES, Exhibit, Place, quote, read_exhibit
from lewisham_study.report.run.execute import number_cells

if TYPE_CHECKING:
    from nbformat import NotebookNode
HIDDEN = {"hide", "parameters", "injected-parameters"}
TICKS = "`" * 12


@dataclass(frozen=True)
class Chapter:
    """An executed notebook as Markdown, with its exhibits in order of appearance.

    Each cell is a fenced div with the notebook's name and the cell's number, for error messages.
    """

    notebook: str
    title: str
    markdown: str
    exhibits: tuple[Exhibit, ...] = field(repr=False)

    @property
    def files(self) -> dict[str, bytes]:
        """The files its Markdown refers to, by name."""
        return {name: data for exhibit in self.exhibits for name, data in exhibit.files.items()}


def read_chapter(notebook: NotebookNode, name: str) -> Chapter:
    """Convert an executed notebook to a chapter; error messages call it `name`."""
    cells = [(n, cell) for n, cell in number_cells(notebook) if not HIDDEN & set(cell.metadata.get("tags", []))]
    title = read_title(cells, name)
    exhibits: list[Exhibit] = []
    parts: list[str] = []
    for number, cell in cells:
        place = Place(name, number)
        if cell.cell_type == "markdown":
            text = place.scope_notes(cell.source.partition("\n")[2] if not parts else cell.source)
        elif cell.cell_type == "code":
            text = render_code_cell(cell, place, exhibits)
        else:
            raise place.error("a report cannot show a raw cell", "make it a text cell or delete it")
        parts.append(f'{FENCE} {{.cell notebook="{quote(name)}" cell="{number}"}}\n{text.strip()}\n{FENCE}\n')
    return Chapter(name, title, "\n".join(parts), tuple(exhibits))


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
        if exhibit.label in [other.label for other in exhibits]:
            raise place.error(f"the label {exhibit.label} is already used", "give each figure and table its own label")
        exhibits.append(exhibit)
        return exhibit.markdown
    if "text/markdown" in data:
        return place.scope_notes(data["text/markdown"])
    kind = output.get("name") or ", ".join(data) or output.output_type
    raise place.error(
        f"a report cannot show this output ({kind})",
        "show a FigureExhibit, TableExhibit or Prose, end the line with `;`, or tag the cell `hide`",
    )
