"""Import an official release: read it, compare it with the figures held, and only then write it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError, StudyError, UsageError, suggest
from lewisham_study.files import lock_data, write_csv
from lewisham_study.paths import Project, shorten
from lewisham_study.raw.anchors import are_anchored, find_changes, write_anchors
from lewisham_study.raw.authorities import resolve_areas
from lewisham_study.raw.figures import (
    COUNTED_TOPICS,
    FIGURE_COLUMNS,
    figures_path,
    keep_declared,
    map_inspections,
    parse_years,
    read_figures,
    read_status_codes,
    refuse_first,
    refuse_formulas,
    refuse_negatives,
    refuse_unknown_codes,
    write_figures,
)
from lewisham_study.raw.sources import read_releases, read_sources
from lewisham_study.releases import authorities, need, ofsted, reports, spend, workforce
from lewisham_study.releases.cells import NEW_LAYOUT

Reader = Callable[[Path, str], pd.DataFrame]
TIDY = "tidy_csv"
"""The family of tidy files, of which only declared measures are kept."""
READERS: dict[str, Reader] = {
    TIDY: need.read_tidy,
    "ofsted_2023": ofsted.read_ofsted_2023,
    "ofsted_2024": ofsted.read_ofsted_2024,
    "ofsted_2025": ofsted.read_ofsted_2025,
    "ofsted_report_dates": ofsted.read_ofsted_report_dates,
    "report_index": reports.read_report_index,
    "d2i_jtai": reports.read_joint_addresses,
    "workforce": workforce.read_workforce,
    "workforce_sfr": workforce.read_workforce_sfr,
    "section_251": spend.read_section_251,
    "lait": spend.read_lait,
    "lait_low_income": need.read_low_income,
    "iod_upper_tier": need.read_upper_tier,
    "iod_districts": need.read_districts,
    "ro3": spend.read_ro3,
    "ro3_workbook": spend.read_ro3_workbook,
    "rsx": spend.read_rsx,
    "looked_after": need.read_looked_after,
    "looked_after_sfr": need.read_looked_after_sfr,
    "children_in_need": need.read_children_in_need,
    "children_in_need_sfr": need.read_children_in_need_sfr,
    "population": need.read_population,
    "deflator": spend.read_deflator,
    "deflator_calendar": spend.read_deflator_calendar,
    "neighbours_2021": authorities.read_neighbours_2021,
    "neighbours_2025": authorities.read_neighbours_2025,
    "authority_codes": authorities.read_authority_codes,
    "provider_numbers": authorities.read_provider_numbers,
}
"""Families as `data/coding/releases.csv` names them. A reader takes a file and its `source_id`, and returns cells."""
REVISION_COLUMNS = ["area_code", "area_name", "time_period", "measure", "old", "new"]
LISTED = 5
"""Areas that are named one by one."""
SHOWN = 20
"""Revisions that are listed one by one."""
UNDATED_TOPICS = ["inspections", "authorities", "reports"]
"""Topics whose releases have no period, or a date in a cell, and may have several figures of one area."""
FORECAST = "is_forecast"
"""Heading of the column of prices that marks forecasts; the others hold numbers."""
NEIGHBOUR = r"SN_?\d+"
"""Headings of the columns that hold the number of a neighbour."""
LARGEST = 200_000_000
"""Bytes; the largest release held has two million."""


@dataclass(frozen=True)
class ImportResult:
    """The comparison of a file with the figures held of its release, and whether anything was written.

    `newer` says whether the file has another checksum than the registered one; `revised` holds `REVISION_COLUMNS`,
    a row for each figure that differs; `places` are the areas and periods with figures added or removed.
    """

    source_id: str
    topic: str
    newer: bool
    added: int
    removed: int
    unchanged: int
    revised: pd.DataFrame
    written: bool
    places: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Describe what differs, what was done and what to do next."""
        lines = [
            f"{self.source_id}: {self.unchanged:,} figures as held, {len(self.revised):,} revised, "
            f"{self.added:,} added, {self.removed:,} removed"
        ]
        if len(self.revised):
            lines.append(self.revised.head(SHOWN).to_string(index=False, max_colwidth=60))
        if len(self.revised) > SHOWN:
            lines.append(f"and {len(self.revised) - SHOWN:,} more")
        lines += self.places
        if self.written:
            files = [f"data/raw/figures/{self.topic}.csv", "data/raw/imported.csv"]
            files += ["data/raw/sources.csv"] * self.newer
            lines.append(f"Written to {', '.join(files[:-1])} and {files[-1]}")
        elif self.newer:
            lines.append("This is not the registered file. Nothing was written: to replace it, add --accept")
        else:
            lines.append("Nothing to write")
        return "\n".join(lines)


@lock_data
def import_release(project: Project, source_id: str, file: Path, *, accept: bool = False) -> ImportResult:
    """Read a registered official release into `data/raw/figures`.

    A file with another checksum than the registered one is a newer edition: it is compared with the figures held,
    and replaces them and the registered checksum only if `accept` is true. Importing a file twice changes nothing.
    """
    sha256 = check_file(file)
    topic, family = find_release(project, source_id, sha256)
    sources = read_sources(project.raw)
    known = sources.loc[sources["sha256"] == sha256, "source_id"].tolist()
    # Many files do not say in their cells which release they are.
    if known and source_id not in known:
        raise UsageError(f"{shorten(file)} is the file of {' and '.join(known)}, not of {source_id}")
    figures = read_file(file, source_id, family).assign(source_id=source_id, sha256=sha256[:12])[FIGURE_COLUMNS]
    if family == TIDY:
        figures = keep_declared(figures, source_id, topic, project.coding)
    check_figures(figures, file, topic, project.coding)
    held = read_held(project.raw, topic)
    own, row = held["source_id"] == source_id, sources["source_id"] == source_id
    newer = bool((sources.loc[row, "sha256"] != sha256).any())
    as_held = not newer and are_same(held[own], figures) and are_anchored(project.raw, topic, source_id)
    written = not as_held and (accept or not newer)
    if written:
        keep_figures(pd.concat([held[~own], figures]), project.raw, topic, [source_id])
        if newer:
            write_csv(sources.assign(sha256=sources["sha256"].mask(row, sha256)), project.raw / "sources.csv")
        write_anchors(project.raw, topic, [source_id])
    return compare_editions(held[own], figures, source_id, topic, newer, written)


def compare_editions(
    held: pd.DataFrame, figures: pd.DataFrame, source_id: str, topic: str, newer: bool, written: bool
) -> ImportResult:
    """Compare the figures held of a release with those of a file."""
    pairs = pair_figures(held, figures)
    both, differs = pairs["_merge"] == "both", pairs["old"] != pairs["new"]
    return ImportResult(
        source_id,
        topic,
        newer,
        added=int((pairs["_merge"] == "right_only").sum()),
        removed=int((pairs["_merge"] == "left_only").sum()),
        unchanged=int((both & ~differs).sum()),
        revised=pairs.loc[both & differs, REVISION_COLUMNS].reset_index(drop=True),
        written=written,
        places=(*name_places("added", pairs, "right_only"), *name_places("removed", pairs, "left_only")),
    )


def pair_figures(held: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Pair the figures of two editions by area, period and measure: `REVISION_COLUMNS` and `_merge`.

    The area is the published code, else the name. If a measure occurs several times for an area and period, the first
    is paired with the first, and so on.
    """
    key = ["area", "time_period", "measure"]
    both = [
        frame.assign(area=frame["area_code"].where(frame["area_code"] != "", frame["area_name"]))
        for frame in (held, figures)
    ]
    old, new = (frame.assign(occurrence=frame.groupby(key).cumcount()) for frame in both)
    pairs = old.merge(new, on=[*key, "occurrence"], how="outer", suffixes=("_old", "_new"), indicator=True)
    names = {column: pairs[f"{column}_new"].fillna(pairs[f"{column}_old"]) for column in ("area_code", "area_name")}
    return pairs.assign(old=pairs["value_as_published_old"], new=pairs["value_as_published_new"], **names)


def name_places(change: str, pairs: pd.DataFrame, side: str) -> list[str]:
    """Return a line on the areas and periods that only one edition has; no line if there are none.

    Examples
    --------
    >>> pairs = pd.DataFrame({"area_name": "Leeds", "time_period": ["2021", "2022"], "_merge": "left_only"})
    >>> name_places("removed", pairs, "left_only"), name_places("added", pairs, "right_only")
    (['removed: Leeds, 2021 to 2022'], [])
    """
    only = pairs[pairs["_merge"] == side]
    if only.empty:
        return []
    areas, periods = only["area_name"].unique(), sorted(set(only["time_period"]) - {""})
    named = ", ".join(areas) if len(areas) <= LISTED else f"{len(areas)} areas"
    when = f", {periods[0]}" + (f" to {periods[-1]}" if len(periods) > 1 else "") if periods else ""
    return [f"{change}: {named}{when}"]


def check_file(file: Path) -> str:
    """Return a file's sha256; a missing or empty file, or one larger than any release, is an error."""
    name = shorten(file)
    if not file.is_file():
        raise UsageError(f"there is no file {name}")
    try:
        size = file.stat().st_size
        if not 0 < size <= LARGEST:
            raise DataError(name, f"between 1 and {LARGEST:,} bytes", f"{size:,}", hint="fetch the file again")
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise StudyError(f"cannot read {name}: {error.strerror}") from None


def find_release(project: Project, source_id: str, sha256: str) -> tuple[str, str]:
    """Return the topic and family of a release; the error for an unknown name suggests the nearest ones."""
    releases = read_releases(project.coding).set_index("source_id")
    registered = set(releases.index) & set(read_sources(project.raw)["source_id"])
    if source_id not in registered:
        advice = suggest(source_id, sorted(registered), "`data/coding/releases.csv` lists them.")
        raise UsageError(
            f"no release is called {source_id!r}; {advice} To register a new one, add a row to data/raw/sources.csv"
            f" (sha256 {sha256}) and one to data/coding/releases.csv (its topic, and the family of its layout)"
        )
    return str(releases.loc[source_id, "topic"]), str(releases.loc[source_id, "family"])


def read_file(file: Path, source_id: str, family: str) -> pd.DataFrame:
    """Read a file with its family's reader; any other error of the reader means an unknown layout."""
    if family not in READERS:
        raise UsageError(f"no reader is called {family!r}; there are: {', '.join(sorted(READERS))}")
    try:
        return READERS[family](file, source_id)
    except (ValueError, LookupError, OSError) as error:
        found = f"{type(error).__name__}: {error}"
        raise DataError(shorten(file), f"the layout of {family}", found, hint=NEW_LAYOUT) from None


def check_figures(figures: pd.DataFrame, file: Path, topic: str, coding: Path) -> None:
    """Refuse a file without figures, and an empty, unknown or repeated figure, period or area."""
    empty = figures["value_as_published"].str.strip() == ""
    if figures.empty or empty.any():
        row = figures.loc[empty, "row"].iloc[0] if len(figures) else None
        raise DataError(shorten(file), "a figure in every cell", "none", row=row, hint="is the file complete?")
    refuse_formulas(figures)
    check_cells(figures, topic, coding)
    resolve_areas(figures, coding)
    parse_years(figures[figures["time_period"] != ""] if topic in UNDATED_TOPICS else figures)
    if topic not in UNDATED_TOPICS:
        repeated = figures.duplicated(["sheet", "area_code", "area_name", "time_period", "measure"])
        refuse_first(figures[repeated], "one figure for each area, period and measure", "is a row repeated?")


def check_cells(figures: pd.DataFrame, topic: str, coding: Path) -> None:
    """Refuse a cell that holds what no cell of the topic may hold."""
    if topic in COUNTED_TOPICS:
        refuse_unknown_codes(figures, read_status_codes(coding))
        refuse_negatives(figures)
    elif topic == "inspections":
        map_inspections(figures, coding)
    elif topic == "prices":
        refuse_unknown_codes(figures[figures["measure"] != FORECAST], read_status_codes(coding))
    elif topic == "neighbours":
        named = figures[figures["measure"].str.fullmatch(NEIGHBOUR)]
        resolve_areas(named.assign(area_code=named["value_as_published"], area_name=""), coding)


def keep_figures(figures: pd.DataFrame, raw: Path, topic: str, source_ids: Sequence[str]) -> None:
    """Write a topic's figures, of which some releases are new; the others must be as they were imported."""
    if figures_path(raw, topic).is_file():
        for error in find_changes(raw, [topic], without=source_ids):
            raise error
    write_figures(figures, raw, topic)


def read_held(raw: Path, topic: str) -> pd.DataFrame:
    """Return the figures held of a topic, of all its releases; an empty frame before the first import."""
    if figures_path(raw, topic).is_file():
        return read_figures(raw, topic)
    return pd.DataFrame(columns=FIGURE_COLUMNS, dtype=str)


def are_same(held: pd.DataFrame, figures: pd.DataFrame) -> bool:
    """Return whether two sets of figures are the same in every cell, in any order."""
    first, second = (frame[FIGURE_COLUMNS].sort_values(FIGURE_COLUMNS, ignore_index=True) for frame in (held, figures))
    return first.equals(second)
