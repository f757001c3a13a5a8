"""Pages of the site that are made from the project: notebooks, commands, modules, sources, documents of the root."""

from __future__ import annotations

import base64
import html
import json
import re
from pathlib import Path
from typing import Any

import nbformat
from markdown_it import MarkdownIt

from lewisham_study.files import escape_markdown
from lewisham_study.paths import find_project
from lewisham_study.tidy.tables import load_table

PROJECT = find_project()
SOURCES = "../reference/sources.html"
ROOT_PAGES = {
    "REPRODUCING.md": "reproducing",
    "CONTRIBUTING.md": "contributing",
    "SECURITY.md": "security",
    "CHANGES.md": "changes",
    "LICENSES/README.md": "licences",
}
ROOMS = {
    "analysis": "Pure functions: frames in, results out.",
    "display": "Results as figures, tables and sentences.",
    "tidy": "From printed tokens to typed tables.",
    "raw": "The registers of what publishers said.",
    "releases": "One reader for each family of official publication.",
    "report": "From notebooks to documents, one or all of them.",
}
CITED = re.compile(r"\[((?:-?@[\w-]+[^\[\]@;]*;?\s*)+)]|(?<![\w\[])@([a-z][\w]*-[\w-]*\w)")
LINK = re.compile(r"(!?)\[([^\]]*)]\(([^)\s#:]+)(#[^)\s]*)?\)")


def write_pages(docs: Path) -> None:
    """Write every page that is made; one that is the same already is left alone, so that Sphinx need not read it."""
    titles = read_titles()
    made = {f"notebooks/{path.name}": show_notebook(path, titles) for path in PROJECT.notebooks.glob("[0-9]*.ipynb")}
    made |= {f"project/{name}.md": (PROJECT.root / file).read_text("utf-8") for file, name in list_root_pages().items()}
    made |= {f"reference/api/{room}.md": list_modules(room, text) for room, text in ROOMS.items()}
    made |= {"reference/commands.md": describe_commands(), "reference/sources.md": list_sources()}
    for folder in ("notebooks", "project", "reference/api"):
        for path in (docs / folder).glob("*.*"):
            if path.relative_to(docs).as_posix() not in made:
                path.unlink()
    for name, text in made.items():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def list_root_pages() -> dict[str, str]:
    """List the documents of the root that are there."""
    return {file: name for file, name in ROOT_PAGES.items() if (PROJECT.root / file).is_file()}


def read_titles() -> dict[str, str]:
    """Read how a source is named in a text: its publisher and year."""
    references = json.loads((PROJECT.reports / "references.json").read_text("utf-8"))
    return {
        one["id"]: f"{one['author'][0]['literal']} {one['issued']['date-parts'][0][0]}"
        for one in references
        if "author" in one and "date-parts" in one["issued"]
    }


def show_notebook(path: Path, titles: dict[str, str]) -> str:
    """Show a committed notebook: its cells and outputs as they stand, exhibits with caption and alternative text."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = cite(cell.source, titles)
            continue
        for output in cell.outputs:
            details = output.metadata.get("exhibit", {})
            if details.get("kind") == "prose":
                output.data = {"text/markdown": cite(output.data["text/markdown"], titles)}
            elif details:
                output.data = {"text/html": show_exhibit(details, output.data, titles)}
    return nbformat.writes(notebook) + "\n"


def show_exhibit(details: dict[str, str], data: dict[str, Any], titles: dict[str, str]) -> str:
    """Show a figure or table as HTML."""
    # A caption's own HTML would be text; the links of its citations are ours, so they come afterwards.
    caption = cite(MarkdownIt("commonmark", {"html": False}).renderInline(details["caption"]), titles)
    if details["kind"] == "table":
        table = re.sub(r"</table>.*", "</table>", data["text/html"], flags=re.DOTALL)
        return f'<figure id="{details["label"]}">{table}<figcaption>{caption}</figcaption></figure>'
    picture = base64.b64encode(data["image/svg+xml"].encode()).decode()
    image = f'<img src="data:image/svg+xml;base64,{picture}" alt="{html.escape(details["alt"])}">'
    title = f"<strong>{html.escape(details['title'])}.</strong>"
    return f'<figure id="{details["label"]}">{image}<figcaption>{title} {caption}</figcaption></figure>'


def cite(text: str, titles: dict[str, str]) -> str:
    """Put publisher, year and a link in place of each citation."""

    def name(cited: str) -> str:
        key, rest = re.fullmatch(r"-?@([\w-]+)(.*)", cited.strip(), re.DOTALL).groups()
        return f'<a href="{SOURCES}#{key}">{html.escape(titles.get(key, key))}</a>{rest}'

    def put(match: re.Match[str]) -> str:
        if match[2]:
            return name(f"@{match[2]}") if match[2] in titles else match[0]
        named = "; ".join(name(part) for part in match[1].split(";") if part.strip())
        # As in a report (brackets.lua): what is named and not added stands without brackets.
        return named if re.search(r"(^|:|\bfrom|\bto)\s*$", text[: match.start()]) else f"({named})"

    return CITED.sub(put, text)


def list_sources() -> str:
    """List every document and release, each with the anchor that citations lead to."""
    parts = ["# Sources\n", "Every document and official release, as `data/raw/sources.csv` registers them.\n"]
    for row in load_table("sources").fillna("").to_dict("records"):
        publisher, title = escape_markdown(row["publisher"]), f"*{escape_markdown(row['title'])}*"
        title = f"[{title}](<{row['url']}>)" if row["url"] else title
        parts.append(
            f'<a id="{row["source_id"]}"></a>**{publisher}**, {row["published"]}. {title}. '
            f"{row['licence']}, `{row['source_id']}`\n"
        )
    return "\n".join(parts)


def describe_commands() -> str:
    """Describe the command line from its own help."""
    from click import Context
    from typer.cli import get_docs_for_click
    from typer.main import get_command

    from lewisham_study.cli.app import app

    command = get_command(app)
    text = get_docs_for_click(obj=command, ctx=Context(command, info_name="lewisham-study"), name="lewisham-study")
    for name, one in command.commands.items():
        # Typer cuts the help of a command in this list after a few words.
        first = " ".join((one.help or "").split("\n\n")[0].split())
        text = re.sub(rf"^\* `{name}`: .*$", f"* [`{name}`](#lewisham-study-{name}): {first}", text, flags=re.MULTILINE)
    return text.replace("# `lewisham-study`", "# Commands", 1)


def list_modules(room: str, text: str) -> str:
    """List the modules of a room with their public functions and classes."""
    folder = PROJECT.root / "src" / "lewisham_study" / room
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    parts = [f"# {room}\n\n{text}\n"]
    for name in names:
        parts.append(f"## {name}\n\n```{{eval-rst}}\n.. automodule:: lewisham_study.{room}.{name}\n   :members:\n```\n")
    return "\n".join(parts)


def mend_links(app: Any, name: str, source: list[str]) -> None:
    """Turn links to documents that are pages here into links to those pages; a file that is no page keeps its name."""
    docs = Path(app.srcdir)
    page = next((file for file, made in list_root_pages().items() if name == f"project/{made}"), f"docs/{name}.md")
    folder = (PROJECT.root / page).parent

    def mend(match: re.Match[str]) -> str:
        picture, text, target, anchor = match.groups()
        path = (folder / target).resolve()
        if not path.exists() or not path.is_relative_to(PROJECT.root):
            return match[0]
        inside = path.relative_to(PROJECT.root).as_posix()
        up = "../" * name.count("/")
        if inside in list_root_pages():
            return f"[{text}]({up}project/{list_root_pages()[inside]}.md{anchor or ''})"
        if path.is_relative_to(docs) and path.is_file():
            return f"{picture}[{text}]({up}{path.relative_to(docs).as_posix()}{anchor or ''})"
        return f"`{inside}`" if inside.startswith(text.strip("`")) else f"{text} (`{inside}`)"

    source[0] = LINK.sub(mend, source[0])


def spread_parameters(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Set a parameter's description, which follows its name on the line, where numpydoc expects it: below."""
    if what in ("property", "attribute", "data") and lines:
        # Before a colon napoleon would see a type.
        lines[0] = lines[0].replace(": ", " – ", 1)
    within, spread = False, []
    for number, line in enumerate(lines):
        if number + 1 < len(lines) and set(lines[number + 1].strip()) == {"-"}:
            within = line.strip() in ("Parameters", "Attributes")
        found = re.fullmatch(r"([\w*][\w*, <>]*) : (.+)", line)
        if within and found and found[2] != "":
            spread += [found[1], f"    {found[2]}"]
        else:
            spread.append(line)
    lines[:] = spread
