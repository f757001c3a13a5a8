"""The grade in force at a date: rules on made-up judgements, and whole releases of Ofsted authority by authority."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.ratings import state_at
from lewisham_study.errors import UsageError
from lewisham_study.paths import find_project
from lewisham_study.raw.authorities import resolve_areas
from lewisham_study.releases.spreadsheets import read_sheet
from lewisham_study.tidy.tables import Tables
from lewisham_study.vocabulary import GRADES, NO_LONGER_JUDGED, NOT_YET_JUDGED

PROJECT = find_project()
OFFICIAL = PROJECT.root.parent / "shared" / "data" / "official" / "inspections"
RELEASES = {
    "ofsted-2023": ("Childrens_social_care_in_England_2023_underlying_data.ods", "LA_level_at_31_Mar_2023"),
    "ofsted-2024": ("LA_Inspection_Outcomes_as_at_March_2024.ods", "Inspections_31_March_2024"),
    "ofsted-2025": ("LA_Inspection_Outcomes_as_at_31_March_2025.ods", "Inspections_as_at_31_March"),
}
STRANDS = {
    "overall": "overall",
    "leaders": "leadership",
    "help and protection": "help_and_protection",
    "in care": "children_in_care",
    "care leavers": "care_leavers",
}
SOUTH_TYNESIDE, STAFFORDSHIRE, SCILLY = "393", "860", "420"
COLUMNS = ["framework", "strand", "grade", "start_date", "published_date"]
AUTHORITIES = pd.DataFrame(
    {
        "la_code": ["909", "942"],
        "la_name": ["Cumbria", "Cumberland"],
        "region": "North West",
        "valid_from": pd.to_datetime([None, "2023-04-01"]),
        "valid_to": pd.to_datetime(["2023-03-31", None]),
    }
)
FIRST = ("SIF", "overall", "inadequate", "2014-01-06", "2014-03-03")
LEAVERS = ("SIF", "care_leavers", "good", "2014-01-06", "2014-03-03")
AGAIN = ("SIF_REINSPECTION", "overall", "good", "2016-01-11", "2016-03-07")
LATER = ("ILACS", "overall", "requires_improvement", "2018-06-04", "2018-07-23")
UNDATED = ("SIF", "overall", "good", None, "2014-03-03")


def make_judgements(*rows: tuple[str | None, ...]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=COLUMNS)
    days = {column: pd.to_datetime(made[column]) for column in ("start_date", "published_date")}
    return made.assign(la_code="909", inspection_id=made["framework"] + made["published_date"], **days)


def find_grade(rows: list[tuple[str | None, ...]], date: str, la_code: str = "909", **choices: str) -> str:
    state = state_at(make_judgements(*rows), AUTHORITIES, date, **choices)
    return str(state.set_index("la_code")["grade"].get(la_code, "absent"))


@pytest.mark.parametrize(
    ("date", "choices", "grade"),
    [
        ("2014-01-05", {}, NOT_YET_JUDGED),
        ("2014-01-06", {}, "inadequate"),
        ("2014-01-06", {"published_by": "2014-03-02"}, NOT_YET_JUDGED),
        ("2014-01-06", {"published_by": "2014-03-03"}, "inadequate"),
        ("2014-03-02", {"basis": "published"}, NOT_YET_JUDGED),
        ("2014-03-03", {"basis": "published"}, "inadequate"),
        ("2016-02-01", {}, "good"),
        ("2016-02-01", {"published_by": "2016-03-06"}, "inadequate"),
        ("2016-02-01", {"basis": "published"}, "inadequate"),
        ("2016-02-01", {"strand": "care_leavers"}, "good"),
        ("2018-06-03", {"strand": "care_leavers"}, "good"),
        ("2018-06-04", {"strand": "care_leavers"}, NO_LONGER_JUDGED),
        ("2018-06-04", {"strand": "care_leavers", "published_by": "2018-06-30"}, "good"),
        ("2018-07-22", {"strand": "care_leavers", "basis": "published"}, "good"),
        ("2023-03-31", {}, "requires_improvement"),
        ("2023-04-01", {}, "absent"),
    ],
)
def test_a_grade_stands_from_its_day_to_the_next(date: str, choices: dict[str, str], grade: str) -> None:
    assert find_grade([LATER, AGAIN, LEAVERS, FIRST], date, **choices) == grade


def test_a_successor_exists_from_its_first_day_and_inherits_nothing() -> None:
    assert find_grade([FIRST], "2023-03-31", "942") == "absent"
    assert find_grade([FIRST], "2023-04-01", "942") == NOT_YET_JUDGED


def test_without_a_first_day_publication_stands_in() -> None:
    assert find_grade([UNDATED], "2014-03-02") == NOT_YET_JUDGED
    assert find_grade([UNDATED], "2014-03-03") == "good"


@pytest.mark.parametrize("basis", ["inspected", "published"])
def test_of_two_judgements_of_one_day_the_later_framework_stands(basis: str) -> None:
    day = "2018-07-23"
    rows = [("ILACS", "overall", "good", day, day), ("SIF", "overall", "inadequate", day, day)]
    assert find_grade(rows, day, basis=basis) == find_grade(rows[::-1], day, basis=basis) == "good"


def test_no_judgements_leave_every_authority_unjudged() -> None:
    assert find_grade([], "2014-03-03") == NOT_YET_JUDGED


def test_a_slip_in_strand_or_basis_is_refused() -> None:
    with pytest.raises(UsageError, match="no strand is called 'leaders'; there are: overall, leadership"):
        find_grade([FIRST], "2014-03-03", strand="leaders")
    with pytest.raises(UsageError, match="no basis is called 'known'; there are: inspected, published"):
        find_grade([FIRST], "2014-03-03", basis="known")


def read_release(source_id: str) -> pd.DataFrame:
    """Give the grades that a release prints for 31 March: la_code, strand, grade (empty where none), inspected."""
    file, sheet = RELEASES[source_id]
    if not (OFFICIAL / file).is_file():
        pytest.skip(
            "no official releases in ../shared/data/official: data/raw/sources.csv says where each is published"
        )
    table = read_sheet(OFFICIAL / file, sheet)
    heading = int(table.index[(table == "Local authority name").any(axis=1)][0])
    heads = [" ".join(head.split()) for head in table.loc[heading]]
    rows = table.loc[heading + 1 :].set_axis(heads, axis="columns")
    rows = rows[rows["Local authority name"].str.strip() != ""]
    named = pd.DataFrame(
        {"source_id": source_id, "row": "", "area_code": "", "area_name": rows["Local authority name"]}
    )
    rows = rows.assign(la_code=resolve_areas(named, PROJECT.coding))
    columns = {head: strand for head in heads for word, strand in STRANDS.items() if word in head.lower()}
    long = rows.melt(["la_code", "Inspection date"], list(columns), "heading", "grade")
    grade = long["grade"].str.strip().str.lower().replace("requires improvement to be good", "requires_improvement")
    return long.assign(strand=long["heading"].map(columns), grade=grade)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("source_id", "cut_off", "differ"),
    [
        ("ofsted-2023", "2023-04-30", {SOUTH_TYNESIDE}),
        ("ofsted-2024", "2024-05-31", {STAFFORDSHIRE}),
        ("ofsted-2024", "2024-06-30", {STAFFORDSHIRE}),
        ("ofsted-2025", "2025-05-31", set()),
        ("ofsted-2025", "2025-06-30", set()),
    ],
)
def test_every_grade_a_release_prints_comes_out(source_id: str, cut_off: str, differ: set[str]) -> None:
    """But South Tyneside's of 2023, published after the cut-off (note 4), and the care-leavers grade put right."""
    tables, printed = Tables(), read_release(source_id)
    states = []
    for strand in STRANDS.values():
        date = f"{source_id[-4:]}-03-31"
        state = state_at(tables["judgements"], tables["authorities"], date, strand=strand, published_by=cut_off)
        states.append(state.assign(strand=strand, grade=state["grade"].where(state["grade"].isin(GRADES), "")))
    both = printed.merge(pd.concat(states), on=["la_code", "strand"], how="outer", suffixes=("_printed", ""))
    assert len(both) == 5 * (153 if source_id != "ofsted-2023" else 152)
    assert set(both.loc[both["grade_printed"] != both["grade"], "la_code"]) == differ
    overall = both[(both["strand"] == "overall") & ~both["la_code"].isin([SOUTH_TYNESIDE, SCILLY])]
    judged = overall[overall["grade"] != ""]
    assert (judged["start_date"].astype(str) == judged["Inspection date"]).all()
