"""Write the pages of the site that come from the project: notebooks, commands, modules, sources, root documents."""

from __future__ import annotations

import ast
import base64
import html
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from markdown_it import MarkdownIt

import lewisham_study as study
from lewisham_study.analysis.statements import measure_agreement
from lewisham_study.files import escape_markdown, read_csv
from lewisham_study.paths import find_project
from lewisham_study.raw.statements import CODE_COLUMNS, CODES, THEME_COLUMNS, read_again
from lewisham_study.site.pages import cite as cite_sources
from lewisham_study.site.pages import read_titles
from lewisham_study.tidy.tables import load_table
from lewisham_study.vocabulary import GRADE_NAMES

PROJECT = find_project()
SOURCES = "../reference/sources.html"
ROOT_PAGES = {
    "REPRODUCING.md": "reproducing",
    "CONTRIBUTING.md": "contributing",
    "CODE_OF_CONDUCT.md": "conduct",
    "SECURITY.md": "security",
    "CHANGES.md": "changes",
    "LICENSES/README.md": "licences",
}
PACKAGE = PROJECT.root / "src" / "lewisham_study"
PACKAGES = ("releases", "raw", "tidy", "analysis", "display", "publish", "report", "teaching", "site", "cli")
"""The stages, in the order in which data pass through them."""
READERS = ("first", "second")
SHOWN = {
    "display": ("summary", "ratings", "need", "caseload", "spend", "comparison", "evidence"),
    "teaching": ("handouts", "council", "answers", "marking"),
}
"""Public modules whose functions are listed, by package."""
LINK = re.compile(r"(!?)\[([^\]]*)]\(([^)\s#:]+)(#[^)\s]*)?\)")


def write_pages(docs: Path) -> None:
    """Write every generated page; an unchanged one is not touched, so that Sphinx does not read it again."""
    titles = read_titles(PROJECT.reports / "references.json")
    made = {f"notebooks/{path.name}": show_notebook(path, titles) for path in PROJECT.notebooks.glob("[0-9]*.ipynb")}
    made |= {f"project/{name}.md": (PROJECT.root / file).read_text("utf-8") for file, name in list_root_pages().items()}
    made |= {"reference/api/modules.md": list_modules(), "reference/api/exhibits.md": list_exhibits()}
    made |= {"reference/commands.md": describe_commands(), "reference/sources.md": list_sources()}
    made |= {"reference/claims.md": list_claims(), "reference/grades.md": list_grades()}
    made |= {"reference/simulations.md": list_simulations(), "reference/statements.md": describe_coding()}
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
    """List the documents of the root that exist."""
    return {file: name for file, name in ROOT_PAGES.items() if (PROJECT.root / file).is_file()}


def show_notebook(path: Path, titles: dict[str, str]) -> str:
    """Return a committed notebook with its outputs, and exhibits with caption and alternative text."""
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
    """Return a figure or table as HTML."""
    # HTML in a caption is escaped; the links of its citations are ours, so they are added afterwards.
    caption = cite(MarkdownIt("commonmark", {"html": False}).renderInline(details["caption"]), titles)
    if details["kind"] == "table":
        table = re.sub(r"</table>.*", "</table>", data["text/html"], flags=re.DOTALL)
        return f'<figure id="{details["label"]}">{table}<figcaption>{caption}</figcaption></figure>'
    picture = base64.b64encode(data["image/svg+xml"].encode()).decode()
    image = f'<img src="data:image/svg+xml;base64,{picture}" alt="{html.escape(details["alt"])}">'
    title = f"<strong>{html.escape(details['title'])}.</strong>"
    return f'<figure id="{details["label"]}">{image}<figcaption>{title} {caption}</figcaption></figure>'


def cite(text: str, titles: dict[str, str]) -> str:
    """Replace each citation by publisher, year and a link."""
    return cite_sources(text, titles, SOURCES)


def list_sources() -> str:
    """List every document and release, each with the anchor of its citations."""
    parts = ["# Sources\n", "Every document and official release in `data/raw/sources.csv`.\n"]
    for row in load_table("sources").fillna("").to_dict("records"):
        publisher, title = escape_markdown(row["publisher"]), f"*{escape_markdown(row['title'])}*"
        title = f"[{title}](<{row['url']}>)" if row["url"] else title
        parts.append(
            f'<a id="{row["source_id"]}"></a>**{publisher}**, {row["published"]}. {title}. '
            f"{row['licence']}, `{row['source_id']}`\n"
        )
    return "\n".join(parts)


def list_simulations() -> str:
    """List the bias and coverage of each estimator on simulated panels."""
    found = pd.read_csv(PROJECT.root / "docs" / "reference" / "simulations.csv").round(3).astype(object)
    rows = found.where(found.notna(), "–").drop(columns="estimator")
    heads = ("Estimate", "Truth", "Mean", "Bias", "Spread", "Coverage of the 95% interval", "Panels")
    about = (
        "Each row: panels of the size of the real ones, drawn so that the truth is known. Bias is the mean estimate "
        "less the truth, spread the standard deviation of the estimates. A test has no interval; its truth is the "
        "share of panels without any link that it should call significant. `benchmarks/simulate_estimators.py` writes "
        "them.\n"
    )
    table = show_rows(heads, rows.to_numpy(), ["---", *["---:"] * 6])
    return "\n".join(["# Estimators on simulated panels\n", about, table])


def list_claims() -> str:
    """List the claims that others published, each with its address, our number and why it differs."""
    shown = study.comparison.show_claims(study.open_case(study.Tables(), "Lewisham"))
    addresses = load_table("replications").set_index("replication_id")["url"]
    rows = shown.table.fillna("–").assign(
        Who=[f"[{w}]({u})" for w, u in zip(shown.table["Who"], addresses, strict=True)]
    )
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows.to_numpy()]
    about = (
        f"{shown.title}. Each row of `data/coding/replications.csv` names the function that computes it, in "
        "`analysis/models/replication.py`; a test fails when its result changes.\n"
    )
    table = show_rows(list(rows.columns), cells, [":--"] * rows.shape[1])
    return "\n".join(["# Published claims, computed again\n", about, table])


def list_grades() -> str:
    """List every authority's overall and leaders' grade at the end of the month of the latest report."""
    tables = study.Tables()
    judgements, authorities = tables["judgements"], tables["authorities"]
    day = judgements["published_date"].max() + pd.offsets.MonthEnd(0)
    overall, leaders = (
        study.state_at(judgements, authorities, day.date(), strand=strand).set_index("la_code").sort_values("la_name")
        for strand in ("overall", "leadership")
    )
    counts = pd.DataFrame({"overall": overall["grade"].value_counts(), "leaders": leaders["grade"].value_counts()})
    counts = counts.reindex([grade for grade in GRADE_NAMES if grade in counts.index]).fillna(0).astype(int)
    rows = leaders.assign(overall=overall["grade"]).reset_index()
    rows = rows.merge(tables["inspections"][["inspection_id", "source_id", "report_url"]], how="left")
    return "\n".join(
        [
            f"# Grades on {day.day} {day:%B %Y}\n",
            "A grade counts from the first day on site of its inspection until the next one. Inspections that begin in "
            "April 2026 or later give no overall grade. The judgement on leaders goes on; it is not the "
            "overall grade under another name.\n",
            show_rows(
                ["grade", "overall", "leaders"],
                [[GRADE_NAMES[grade], one.overall, one.leaders] for grade, one in counts.iterrows()],
                [":--", "--:", "--:"],
            ),
            show_rows(
                ["authority", "overall", "leaders", "inspected", "source"],
                [show_position(row) for row in rows.to_dict("records")],
                [":--"] * 5,
            ),
        ]
    )


def show_position(row: dict[str, Any]) -> list[str]:
    """Show an authority's grades as cells: the inspection of its leaders' grade, with source and report."""
    key = row["source_id"]
    source = f'<a href="sources.html#{key}">{key}</a>' if isinstance(key, str) else ""
    report = f", [report](<{row['report_url']}>)" if isinstance(row["report_url"], str) else ""
    start = "" if pd.isna(row["start_date"]) else f"{row['start_date'].day} {row['start_date']:%B %Y}"
    grades = [GRADE_NAMES[row[strand]] for strand in ("overall", "grade")]
    return [escape_markdown(row["la_name"]), *grades, start, f"{source}{report}"]


def describe_coding() -> str:
    """Describe how sentences were coded: codebooks, counts, agreement of two readers, and what was found."""
    tables, coding = study.Tables(), PROJECT.coding
    said = study.statements(tables=tables)
    parts = [
        "# Statements and points to improve\n",
        f"{len(said):,} sentences on caseload or workload of {said['locator'].str.split(',').str[0].nunique()} reports "
        f"and letters (`statements`), and {len(tables['improvements']):,} points to improve of "
        f"{tables['improvements']['inspection_id'].nunique()} ILACS reports (`improvements`), each coded by reading. "
        "How to code further reports: [](../how-to/code-reports.md).\n",
        "## Codebook of statements\n",
        show_table(read_csv(coding / "statement_codes.csv", CODE_COLUMNS)),
        "## Codebook of points to improve\n",
        show_table(read_csv(coding / "improvement_themes.csv", THEME_COLUMNS)),
        "## How many\n",
        count_codes(said.assign(year=said["published_date"].dt.year), "year"),
        count_codes(said.assign(kind=said["kind"].fillna("other")), "kind"),
        count_codes(said.assign(framework=said["framework"].fillna("other")), "framework"),
        f"Directions: {list_counts(said['direction'])}. Who: {list_counts(said['who'])}. "
        f"Voice: {list_counts(said['voice'])}.\n",
        "## Agreement of two readers\n",
        "A sample drawn at random was coded a second time by a reader who did not see the first codes.\n",
        *[describe_agreement(kind) for kind in CODES],
        "## What the finder misses\n",
        "Twenty whole reports and letters were read, and every sentence on workload written down before the function "
        "that finds sentences was run on them. It found 43 of 43 sentences that use the word caseload or workload (95% "
        "Jeffreys interval 94% to 100%), and 44 of 50 that speak of the work that workers hold in any words (77% to "
        "95%). Its patterns were then widened and find 48 of these 50. Sentences on pressure, demand or capacity "
        "alone, without the work that anybody holds, are left out on purpose: with those it finds 50 of 72.\n",
    ]
    return "\n".join(parts)


def count_codes(said: pd.DataFrame, by: str) -> str:
    """Count statements by one column and the level they give."""
    return show_table(pd.crosstab(said[by], said["level"], margins=True, margins_name="all").reset_index())


def list_counts(values: pd.Series) -> str:
    """List values with their counts in one line."""
    return ", ".join(f"{name} {count:,}" for name, count in values.value_counts().items())


def describe_agreement(kind: str) -> str:
    """Show agreement and Cohen's kappa of each code, and every difference with how it was settled."""
    both = read_again(PROJECT.raw, kind)
    first, second = (both[[f"{code}_{n}" for code in CODES[kind]]].set_axis(CODES[kind], axis=1) for n in READERS)
    table = measure_agreement(first, second, CODES[kind]).round({"kappa": 2})
    differ = both[(first != second).any(axis=1)]
    shown = pd.DataFrame({"sentence": differ.iloc[:, 0], "settled": differ["settled"]})
    for code in CODES[kind]:
        pair = differ[f"{code}_first"] + " / " + differ[f"{code}_second"]
        shown[code] = pair.where(differ[f"{code}_first"] != differ[f"{code}_second"], "")
    return f"### {kind.capitalize()}\n\n{show_table(table)}\n{show_table(shown)}"


def show_table(frame: pd.DataFrame) -> str:
    """Write a table in Markdown."""
    heads, *rows = [[escape_markdown(str(cell)) for cell in row] for row in [frame.columns, *frame.to_numpy()]]
    return show_rows(heads, rows)


def show_rows(heads: Sequence[str], rows: Iterable[Iterable[object]], marks: Sequence[str] = ()) -> str:
    """Write rows of Markdown as a table; the marks say how columns are aligned."""
    lines = [f"| {' | '.join(map(str, row))} |" for row in [heads, *rows]]
    return "\n".join([lines[0], f"|{'|'.join(marks or ['---'] * len(heads))}|", *lines[1:], ""])


def describe_commands() -> str:
    """Return a page on the command line, made from its own help."""
    from click import Context
    from typer.cli import get_docs_for_click
    from typer.main import get_command

    from lewisham_study.cli.app import app

    command = get_command(app)
    text = get_docs_for_click(obj=command, ctx=Context(command, info_name="lewisham-study"), name="lewisham-study")
    for name, one in command.commands.items():
        # Typer shortens the help of a command in this list to a few words.
        first = " ".join((one.help or "").split("\n\n")[0].split())
        text = re.sub(rf"^\* `{name}`: .*$", f"* [`{name}`](#lewisham-study-{name}): {first}", text, flags=re.MULTILINE)
    return text.replace("# `lewisham-study`", "# Commands", 1)


def list_modules() -> str:
    """List every module of the package with one line each, by package."""
    parts = [
        "# Modules\n\nWhat each module does. Unlike `import lewisham_study`, they may change between minor versions.\n"
    ]
    parts.append(f"## Shared modules\n\n{list_table('module', list_summaries(PACKAGE))}")
    folders = [path.parent for name in PACKAGES for path in sorted((PACKAGE / name).rglob("__init__.py"))]
    for folder in folders:
        name = folder.relative_to(PACKAGE).as_posix()
        parts.append(
            f"## {name}\n\n{read_summary(folder / '__init__.py')}\n\n{list_table('module', list_summaries(folder))}"
        )
    return "\n".join(parts)


def list_summaries(folder: Path) -> dict[str, str]:
    """Return the first line of each module in a folder."""
    paths = sorted(path for path in folder.glob("*.py") if not path.stem.startswith("__"))
    return {path.name: read_summary(path) for path in paths}


def list_exhibits() -> str:
    """List the functions of the public modules that return figures, tables, sentences or answers."""
    parts = ["# Figures, tables and exercises\n\nA `case` is what `open_case` returns.\n"]
    for package, names in SHOWN.items():
        for name in names:
            module = PACKAGE / package / name
            found = list_offered(module / "__init__.py" if module.is_dir() else module.with_suffix(".py"))
            parts.append(f"## lewisham_study.{name}\n\n{list_table('function', found)}")
    return "\n".join(parts)


def list_offered(path: Path) -> dict[str, str]:
    """Return the call and summary of each function that a module defines, or imports and lists in `__all__`."""
    text = path.read_text("utf-8")
    imports = [node for node in ast.parse(text).body if isinstance(node, ast.ImportFrom)]
    offered = list_functions(path)
    for node in imports if "__all__" in text else []:
        module = PACKAGE.parent / f"{str(node.module).replace('.', '/')}.py"
        names = {alias.name for alias in node.names}
        functions = list_functions(module) if module.is_file() else {}
        offered |= {call: line for call, line in functions.items() if call.partition("(")[0] in names}
    return dict(sorted(offered.items()))


def list_functions(path: Path) -> dict[str, str]:
    """Return the call of each public function of a module, such as `draw_path(case)`, with its summary."""
    functions = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
    calls = {
        f"{one.name}({', '.join(argument.arg for argument in [*one.args.args, *one.args.kwonlyargs])})": one
        for one in functions
        if not one.name.startswith("_")
    }
    return {call: summarise(ast.get_docstring(one)) for call, one in calls.items()}


def read_summary(path: Path) -> str:
    """Return the first line of a module's docstring."""
    return summarise(ast.get_docstring(ast.parse(path.read_text("utf-8"))))


def summarise(docstring: str | None) -> str:
    """Return the first paragraph of a docstring as one line of Markdown."""
    text = " ".join((docstring or "").split("\n\n")[0].split())
    return text.replace("<", "&lt;").replace("|", "\\|")


def list_table(heading: str, rows: dict[str, str]) -> str:
    """Return names and their summaries as a table; nothing if there are none."""
    return show_rows([heading, ""], [[f"`{name}`", text] for name, text in rows.items()]) if rows else ""


THEME = {
    '<summary><span class="toctree-toggle"': '<summary aria-label="Show its pages"><span class="toctree-toggle"',
    'title="Search" aria-label="Search" data-bs': 'title="Search" data-bs',
    '<div id="pst-primary-sidebar" class': '<div id="pst-primary-sidebar" role="navigation" aria-label="Pages" class',
}
"""What axe-core finds wrong in the theme's templates, and what is right."""


def correct_theme(app: Any, error: Exception | None) -> None:
    """Correct what the theme gives readers with a screen reader no name for, on every page."""
    for path in Path(app.outdir).rglob("*.html") if error is None else ():
        text = before = path.read_text("utf-8")
        for wrong, right in THEME.items():
            text = text.replace(wrong, right)
        if text != before:
            path.write_text(text, "utf-8")


def change_links(app: Any, name: str, source: list[str]) -> None:
    """Change links to documents into links to their pages; a link to any other file becomes the file's name."""
    docs = Path(app.srcdir)
    page = next((file for file, made in list_root_pages().items() if name == f"project/{made}"), f"docs/{name}.md")
    folder = (PROJECT.root / page).parent

    def change(match: re.Match[str]) -> str:
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

    source[0] = LINK.sub(change, source[0])
