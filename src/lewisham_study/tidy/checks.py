"""Check that the project agrees with itself: raw, coding and processed data, keys, joins, checksums, locators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError, UsageError
from lewisham_study.files import read_csv
from lewisham_study.paths import Project, shorten
from lewisham_study.raw.anchors import find_changes, find_damaged_copies
from lewisham_study.raw.authorities import read_regions
from lewisham_study.raw.documents import list_unread, verify_documents
from lewisham_study.raw.figures import figures_path, read_figures
from lewisham_study.raw.reports import TOPIC
from lewisham_study.raw.sources import read_releases, read_sources
from lewisham_study.raw.statements import CODES, find_quotes
from lewisham_study.tidy.build import make_tables, render_files
from lewisham_study.tidy.coding import list_unreviewed
from lewisham_study.tidy.evidence import select_standing
from lewisham_study.tidy.schemas import Table, find_breaches, find_orphans, read_tables, trace

CONTRADICTION = ["rule", "table", "area", "time_period", "measure"]
SERIES = ["time_period", "measure", "series"]
COUNTS = {
    "workforce": ["inpost_fte", "starters_fte", "leavers_fte", "vacancy_fte", "agency_fte", "cases", "case_holders_fte"]
}
"""The measures of a table that add up; of the others all do."""
ROUNDED = {"workforce": 1.5, "spend": 60.0, "need": 6.0, "population": 0.0, "parts": 2.0}
"""How far rounding can move a sum: counts of children are rounded to five, spend of 150 authorities to a pound."""
CATEGORIES = ["looked_after", "safeguarding", "family_support", "young_people", "youth_justice", "sure_start", "other"]
CATEGORIES += ["strategy", "asylum", "child_trust_fund", "commissioning"]
PROVIDERS = ["own", "private", "public", "voluntary", "own_or_public"]
REVISED = 0.2
"""The share by which a later edition may change a figure without a reason."""
REBUILD = "this file is generated: run `make data`"
RESTORE = "restore the file from git, or import the release again"


@dataclass(frozen=True)
class Check:
    """The errors that a check found, and what it could not check, with the reason."""

    findings: list[DataError]
    not_checked: list[str]


def check_project(project: Project, documents: Sequence[Path] = ()) -> Check:
    """Check schemas, keys, joins, checksums, cells and conflicts, and compare `data/processed` with a rebuild.

    With the folders of the documents' texts, which are not in the project, every quote is checked at its locator.
    """
    missing = [folder for folder in documents if not folder.is_dir()]
    if missing:
        why = "the documents are not part of the project, see CONTRIBUTING.md"
        raise UsageError(f"there is no folder {missing[0]}; {why}")
    findings = [*try_check(find_changes, project.raw), *try_check(find_damaged_copies, project.raw)]
    not_checked = ["the official files, which are not in the project: `import` compares their checksums"]
    if findings:
        not_checked.append("the tables, because they are made from rows that are not as imported")
    else:
        findings = [*try_check(list_unreviewed, project), *try_check(check_figures, project)]
        findings += try_check(check_built, project)
    if not documents:
        not_checked.append("quotes in the documents, which are not in the project: add --documents with their folders")
        return Check(findings, not_checked)
    found = try_check(verify_documents, project.raw, documents)
    found += [problem for kind in CODES for problem in try_check(find_quotes, project, kind, documents)]
    if not found and (unread := list_unread(project.raw, documents)):
        not_checked.append(f"quotes in {', '.join(unread)}: add --documents with the folder of their texts too")
    return Check(findings + found, not_checked)


def try_check(check: Callable[..., Iterable[DataError]], *arguments: object) -> list[DataError]:
    """Return the findings of a check; a file that cannot be read at all is one."""
    try:
        return list(check(*arguments))
    except DataError as error:
        return [error]


def check_built(project: Project) -> list[DataError]:
    """Check the tables as a build makes them, then the files of the last build against them."""
    tables, frames = read_tables(project.coding), make_tables(project)
    findings = check_tables(frames, tables, read_regions(project.coding))
    findings += check_contradictions(frames, project.coding)
    return findings + list(check_rebuild(render_files(frames, tables, project)))


def check_figures(project: Project) -> list[DataError]:
    """Check that each official figure is of a registered release, and has a row and column."""
    releases = read_releases(project.coding)
    sources = read_sources(project.raw).set_index("source_id")
    # An inspection report is imported by itself, so its row of the register is enough.
    reports = set(sources.index[sources["kind"] == "inspection_report"])
    findings = []
    for topic in sorted(set(releases["topic"])):
        figures, file = read_figures(project.raw, topic), shorten(figures_path(project.raw, topic))
        source, row, column = (figures[name] for name in ("source_id", "row", "column"))
        known = set(releases.loc[releases["topic"] == topic, "source_id"]) | (reports if topic == TOPIC else set())
        registered = source.isin(known)
        placed = row.str.fullmatch("[1-9][0-9]*") & column.str.fullmatch("[A-Z]+")
        rules = {
            f"a release of {topic} in data/coding/releases.csv": (registered, source),
            "a row number and column letters": (placed, row + " " + column),
        }
        for expected, (kept, found) in rules.items():
            wrong = figures.index[~kept.astype(bool)]
            findings += [DataError(file, expected, repr(found[at]), row=int(at) + 2, hint=RESTORE) for at in wrong]
    return findings


def check_tables(frames: dict[str, pd.DataFrame], tables: dict[str, Table], regions: pd.DataFrame) -> list[DataError]:
    """Check the tidy tables, each by itself and against the others."""
    findings = [finding for name, frame in frames.items() for finding in find_breaches(frame, tables[name])]
    findings += find_orphans(frames, tables)
    authorities, region_names = frames["authorities"], regions.set_index("region_code")["region_name"]
    codes = pd.concat([authorities.set_index("new_la_code")["la_name"], region_names])
    names = authorities.set_index("la_code")["la_name"]
    for name, frame in frames.items():
        if name != "authorities" and {"la_code", "la_name"} <= set(frame):
            known = frame["la_code"].map(names)
            if "new_la_code" in frame:
                known = known.fillna(frame["new_la_code"].map(codes))
            findings += list_wrong(frame, known != frame["la_name"], "la_name", "the name of its code", tables[name])
    inspections = frames["inspections"]
    late = inspections["start_date"] > inspections["published_date"]
    findings += list_wrong(inspections, late, "start_date", "a day before publication", tables["inspections"])
    return findings + check_conflicts(frames["facts"], frames["conflicts"], tables["facts"])


def check_contradictions(frames: dict[str, pd.DataFrame], coding: Path) -> list[DataError]:
    """Check that figures agree with sums, parts, rates and earlier editions, except as `contradictions.csv` records."""
    file, columns = "data/coding/contradictions.csv", [*CONTRADICTION, "expected", "found"]
    known = read_csv(coding / "contradictions.csv", [*columns, "reason"], CONTRADICTION)
    found = list_contradictions(frames)
    found = found.assign(**{name: found[name].map("{:.10g}".format) for name in ("expected", "found")})
    recorded, present = (pd.MultiIndex.from_frame(frame[columns]) for frame in (known, found))
    hint = f"look at both: correct one in data/coding/corrections.csv, or add the reason to {file}"
    findings = []
    for row in found[~present.isin(recorded)].to_dict("records"):
        expected = f"{row['measure']} of {row['area']} {row['time_period']} to be {row['rule']}, {row['expected']}"
        findings.append(DataError(f"data/processed/{row['table']}.csv", expected, row["found"], hint=hint))
    for number, gone in known[~recorded.isin(present)].iterrows():
        cell = f"{gone['measure']} of {gone['area']} {gone['time_period']}, {gone['found']}"
        place = int(str(number)) + 2
        findings.append(DataError(file, "a contradiction that is there", cell, row=place, hint="delete the row"))
    return findings


def list_contradictions(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """List the figures that another figure contradicts: `CONTRADICTION`, what it says, and the figure."""
    names = ("workforce", "spend", "need", "population")
    parts = [compare_areas(name, frames[name], frames["authorities"]) for name in names]
    parts += [compare_parts(frames["spend"]), compare_rates(frames["workforce"]), compare_net(frames["spend"])]
    parts += [compare_editions(frames["revisions"])]
    return pd.concat(parts, ignore_index=True)[[*CONTRADICTION, "expected", "found"]]


def compare_areas(table: str, figures: pd.DataFrame, authorities: pd.DataFrame) -> pd.DataFrame:
    """Compare the sums of authorities with what is published of their region and of England.

    If the figure of an authority is missing, the sum may be smaller. Regions were rounded to ten until 2016.
    """
    blank = {"measure": "children", "series": "", "joint_la_codes": None}
    figures = figures.assign(**{name: value for name, value in blank.items() if name not in figures})
    figures = figures[figures["measure"].isin(COUNTS.get(table, figures["measure"].unique()))]
    own = figures[figures["geographic_level"] == "local_authority"].merge(
        authorities[["la_code", "region", "subregion"]], on="la_code"
    )
    own = own.assign(area=own["joint_la_codes"].fillna(own["new_la_code"])).drop_duplicates(["area", *SERIES])
    levels = [own.assign(larger=own[name]) for name in ("region", "subregion")] + [own.assign(larger="England")]
    grouped = pd.concat(levels).dropna(subset="larger").groupby(["larger", *SERIES])["value"]
    sums = grouped.agg(summed="sum", held="count", size="size").reset_index()
    larger = figures[figures["geographic_level"] != "local_authority"].dropna(subset="value")
    both = larger.merge(sums, left_on=["la_name", *SERIES], right_on=["larger", *SERIES])
    rounding = pd.Series(ROUNDED[table], both.index).mask((table == "workforce") & (both["time_period"] < "2017"), 5.0)
    more = both["summed"] - both["value"]
    wrong = (more > rounding) | ((more < -rounding) & (both["held"] == both["size"]))
    named = both.assign(rule="the sum of its authorities", table=table, area=both["la_name"])
    return named.assign(expected=both["summed"], found=both["value"])[wrong]


def compare_parts(spend: pd.DataFrame) -> pd.DataFrame:
    """Compare the categories of an authority's spend with its total, and the providers with their category."""
    rules = {f"total_{kind}": [f"{name}_{kind}" for name in CATEGORIES] for kind in ("gross", "net")}
    rules |= {f"{name}_gross": [f"{name}_{one}" for one in PROVIDERS] for name in ("looked_after", "safeguarding")}
    wide = widen(spend)
    parts = []
    for whole, names in rules.items():
        summed = wide.reindex(columns=names).sum(axis="columns", min_count=3)
        wrong = (summed - wide[whole]).abs() > ROUNDED["parts"]
        parts.append(describe(wide[wrong], whole, "the sum of its parts", "spend", summed, wide[whole]))
    return pd.concat(parts, ignore_index=True)


def compare_rates(workforce: pd.DataFrame) -> pd.DataFrame:
    """Compare the published average caseload with cases for each case holder, as far as both are rounded to 0.1."""
    wide = widen(workforce[workforce["time_period"] >= "2017"])
    rate = wide["cases"] / wide["case_holders_fte"]
    rounding = 0.05 + rate / wide["case_holders_fte"] * 0.05 + 1e-9
    wrong = (rate - wide["caseload_fte"]).abs() > rounding
    return describe(
        wide[wrong], "caseload_fte", "cases for each case holder", "workforce", rate.round(1), wide["caseload_fte"]
    )


def compare_net(spend: pd.DataFrame) -> pd.DataFrame:
    """Compare net spend, from which income is taken, with gross spend."""
    wide = widen(spend)
    names = [name.removesuffix("_net") for name in map(str, wide) if name.endswith("_net")]
    parts = []
    for name in [name for name in names if f"{name}_gross" in wide]:
        net, gross = wide[f"{name}_net"], wide[f"{name}_gross"]
        parts.append(describe(wide[net > gross + 1], f"{name}_net", "no more than gross", "spend", gross, net))
    return pd.concat(parts, ignore_index=True)


def compare_editions(revisions: pd.DataFrame) -> pd.DataFrame:
    """List the figures that a later edition changed by more than `REVISED`."""
    old, new = revisions["value_superseded"], revisions["value_standing"]
    named = revisions.assign(rule="near the earlier edition", table=revisions["topic"], area=revisions["la_name"])
    return named.assign(expected=old, found=new)[((new / old - 1).abs() > REVISED) | ((old != 0) & new.isna())]


def widen(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of each area and period side by side, a column for each measure."""
    return figures.pivot_table(index=["la_name", "time_period"], columns="measure", values="value")


def describe(
    wrong: pd.DataFrame, measure: str, rule: str, table: str, expected: pd.Series, found: pd.Series
) -> pd.DataFrame:
    """Describe rows of a wide table in which a measure contradicts another."""
    named = wrong.index.to_frame(index=False).rename(columns={"la_name": "area"})
    figures = {"expected": expected[wrong.index].to_numpy(), "found": found[wrong.index].to_numpy()}
    return named.assign(rule=rule, table=table, measure=measure, **figures)


def check_conflicts(facts: pd.DataFrame, conflicts: pd.DataFrame, table: Table) -> list[DataError]:
    """Check that every disputed fact belongs to a conflict in which a fact or source was chosen."""
    conflicts = select_standing(conflicts)
    chosen = conflicts["chosen_fact_id"].notna() | conflicts["chosen_source_id"].notna()
    settled = set(conflicts.loc[chosen, "fact_ids"].str.split().explode())
    undecided = (facts["status"] == "disputed") & ~facts["fact_id"].isin(settled)
    return list_wrong(facts, undecided, "status", "a choice in data/coding/choices.csv for a disputed fact", table)


def list_wrong(frame: pd.DataFrame, wrong: pd.Series, column: str, expected: str, table: Table) -> list[DataError]:
    """Return an error for each wrong row of a table."""
    expected, cells = f"{expected} in column {column}", frame.loc[wrong, column]
    return [
        DataError(table.file, expected, repr(cell), row=int(str(row)) + 2, hint=trace(frame, int(str(row))))
        for row, cell in cells.items()
    ]


def check_rebuild(files: dict[Path, str]) -> Iterator[DataError]:
    """Compare the files of a build with those in the project: the first line that differs in each."""
    for path, text in files.items():
        if not path.is_file():
            yield DataError(shorten(path), "a file", "none", hint=REBUILD)
        elif text.encode() != path.read_bytes():
            made, present = text.splitlines(), path.read_bytes().decode("utf-8", errors="replace").splitlines()
            length = min(len(made), len(present))
            row = next((line for line in range(length) if made[line] != present[line]), length)
            expected, found = (lines[row] if row < len(lines) else "the end of the file" for lines in (made, present))
            yield DataError(shorten(path), expected, found, row=row + 1, hint=REBUILD)
