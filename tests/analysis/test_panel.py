"""The panel: one row for each authority and year, and every value that of its source table."""

from __future__ import annotations

import pandas as pd
import pytest

import lewisham_study as study
from lewisham_study.analysis.panel import NEED, USED, WORKFORCE, list_columns
from lewisham_study.analysis.rates import SHARES
from lewisham_study.paths import find_project
from lewisham_study.tidy.schemas import find_breaches, find_orphans, read_tables
from lewisham_study.tidy.tables import type_table

TABLES = study.Tables()
PANEL = study.panel(TABLES)
CHANGES = study.changes(TABLES)
DESCRIBED = read_tables(find_project().coding, "library")
COMPUTED = {"panel": PANEL, "changes": CHANGES}


@pytest.mark.parametrize("name", COMPUTED)
def test_columns_types_and_order_are_those_described(name: str) -> None:
    table, frame = DESCRIBED[name], COMPUTED[name]
    assert [column.name for column in table.columns] == list(frame)
    pd.testing.assert_frame_equal(frame, type_table(frame, table))
    assert find_breaches(frame, table) == []
    tables = read_tables(find_project().coding) | DESCRIBED
    assert find_orphans({name: frame, **{one: TABLES[one] for one in ("inspections", "cautions")}}, tables) == []


def test_a_row_is_an_authority_that_existed_on_31_march() -> None:
    authorities = TABLES["authorities"].set_index("la_code")
    days = pd.to_datetime(PANEL["year"].astype(str) + "-03-31")
    begun, ended = (PANEL["la_code"].map(authorities[name]) for name in ("valid_from", "valid_to"))
    assert ((begun.isna() | (begun <= days)) & (ended.isna() | (ended >= days))).all()
    counts = PANEL.groupby("year").size()
    assert counts.index.tolist() == list(range(2012, TABLES["judgements"]["published_date"].max().year + 1))
    assert counts.loc[[2012, 2019, 2020, 2024]].tolist() == [152, 152, 151, 153]


def look_up(table: str, measure: str, column: str = "value") -> dict[tuple[str, int], object]:
    """Return the values of a source table by authority and the year that ends on 31 March."""
    rows = TABLES[table].query("measure == @measure and la_code.notna()")
    if table == "spend":
        rows = rows[rows["time_period"] >= "2011-12"]
    later = table in ("spend", "workforce")
    periods = rows["time_period"].str[:4].astype(int) + later
    return dict(zip(zip(rows["la_code"], periods, strict=True), rows[column], strict=True))


COPIED = [("workforce", name, name) for name in WORKFORCE] + [("need", name, name) for name in NEED]
COPIED += [
    ("spend", "total_gross", "total_gross"),
    ("deprivation", "children_in_low_income_families", "low_income_rate"),
]


@pytest.mark.parametrize(("table", "measure", "column"), COPIED)
def test_every_value_is_that_of_its_table_and_missing_is_not_zero(table: str, measure: str, column: str) -> None:
    known = look_up(table, measure)
    rows = list(zip(PANEL["la_code"], PANEL["year"], PANEL[column], strict=True))
    assert sum(pd.notna(value) for *_, value in rows) > 700
    for code, year, value in rows:
        expected = known.get((code, year))
        assert value == expected or (pd.isna(value) and (expected is None or pd.isna(expected))), (code, year)
    held = {key for key, value in known.items() if pd.notna(value) and key[1] <= PANEL["year"].max()}
    placed = {(code, year) for code, year, value in rows if pd.notna(value)}
    # A year before 2012, or one in which the authority of today did not exist.
    assert all(
        year < 2012 or (code, year) not in set(zip(*rows_of_panel(), strict=True)) for code, year in held - placed
    )


def rows_of_panel() -> tuple[list[str], list[int]]:
    return PANEL["la_code"].tolist(), PANEL["year"].tolist()


def test_rates_and_real_terms_are_those_of_the_published_counts() -> None:
    people = TABLES["population"].set_index(["new_la_code", "time_period"])["value"]
    prices = TABLES["prices"].query("index_name == 'gdp_deflator'").set_index("time_period")["value"]
    for row in PANEL.sample(400, random_state=1).to_dict("records"):
        children = people.get((row["new_la_code"], str(row["year"] - 1)), float("nan"))
        assert row["children"] == pytest.approx(children, nan_ok=True)
        for name in NEED:
            if name in SHARES:
                continue  # a share of its own base, tested in test_rates.py
            few = pd.notna(row[name]) and row[name] < 5
            expected = float("nan") if few else row[name] / children * 10_000
            assert row[f"{name}_rate"] == pytest.approx(expected, nan_ok=True)
        if row["year"] in range(2012, 2026):
            factor = prices["2021-22"] / prices[f"{row['year'] - 1}-{row['year'] % 100:02d}"]
            assert row["total_gross_real"] == pytest.approx(row["total_gross"] * factor, nan_ok=True)
        assert row["total_gross_per_child_real"] == pytest.approx(
            row["total_gross_real"] / row["children"], nan_ok=True
        )


@pytest.mark.parametrize("year", [2012, 2016, 2022, 2026])
def test_grades_are_those_in_force_on_31_march(year: int) -> None:
    rows = PANEL[PANEL["year"] == year].set_index("la_code")
    for start, strand in {"": "overall", "leaders_": "leadership", "safeguarding_": "safeguarding"}.items():
        state = study.state_at(TABLES["judgements"], TABLES["authorities"], f"{year}-03-31", strand=strand)
        state = state.set_index("la_code").reindex(rows.index)
        for name in ("grade", "framework", "inspection_id"):
            assert rows[f"{start}{name}"].equals(state[name].rename(f"{start}{name}")), (strand, name)


def test_cautions_on_figures_of_the_row_are_named() -> None:
    rows = PANEL.set_index(["la_code", "year"])["cautions"].dropna().str.split()
    local = TABLES["cautions"].query("geographic_level == 'local_authority' and la_code.notna()")
    for one in local.itertuples():
        used = pd.isna(one.measure) or one.measure in USED[one.table]
        year = int(one.time_period[:4]) + (one.table in ("workforce", "spend"))
        listed = one.caution_id in rows.get((one.la_code, year), [])
        there = ((PANEL["la_code"] == one.la_code) & (PANEL["year"] == year)).any()
        assert listed == (used and there), one.caution_id
    # One on a whole edition is on every authority.
    assert (rows.xs(2025, level="year").map(lambda names: "spend-2024-25" in names)).sum() == 153


def test_another_basis_and_price_year_change_what_they_should() -> None:
    other = study.panel(TABLES, basis="published", price_base="2012-13")
    assert list(other) == list_columns()
    assert not other["grade"].equals(PANEL["grade"])
    assert other["total_gross"].equals(PANEL["total_gross"])
    own = other.set_index(["la_code", "year"]).loc[("209", 2013)]
    assert own["total_gross_real"] == own["total_gross"]


def test_changes_pair_each_judgement_with_the_one_before() -> None:
    graded = TABLES["judgements"]
    firsts = graded.groupby(["la_code", "strand"]).ngroups
    assert len(CHANGES) == len(graded) - firsts
    assert (CHANGES["date_from"] <= CHANGES["date"]).all()
    grades = graded.set_index(["inspection_id", "strand"])["grade"]
    for side in ("_from", ""):
        keys = pd.MultiIndex.from_frame(CHANGES[[f"inspection_id{side}", "strand"]])
        assert (grades.reindex(keys).to_numpy() == CHANGES[f"grade{side}"]).all()


def test_only_changes_within_one_scale_have_a_direction() -> None:
    assert (CHANGES["direction"].notna() == CHANGES["comparable"]).all()
    pairs = set(zip(CHANGES["framework_from"], CHANGES["framework"], CHANGES["comparable"], strict=True))
    assert ("SIF", "ILACS", False) in pairs
    assert ("ILACS", "ILACS_2026", True) in pairs
    fell = CHANGES.query("direction == 'fell'")[["grade_from", "grade"]]
    assert not fell.eq("inadequate")["grade_from"].any()
    assert not fell.eq("outstanding")["grade"].any()
