"""The tables `authorities`, `neighbours`, `deprivation` and `county_districts`."""

from __future__ import annotations

import csv
import shutil
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.authorities import AUTHORITY_COLUMNS, read_authorities
from lewisham_study.raw.figures import FIGURE_COLUMNS, read_figures, write_figures
from lewisham_study.tidy.authorities import (
    tidy_authorities,
    tidy_county_districts,
    tidy_deprivation,
    tidy_neighbours,
)
from lewisham_study.tidy.schemas import read_tables
from lewisham_study.tidy.tables import type_table

PROJECT = find_project()
FOLDER = "neighbours_and_codes"
TYPES = {
    "OLB": {"london_borough"},
    "ILB": {"london_borough"},
    "MD": {"metropolitan_district"},
    "UA": {"unitary_authority"},
    "SC": {"county", "unitary_authority"},
}
"""LAIT still counts as a shire county (SC) those that have become unitary."""
BECAME_UNITARY = {"815", "825", "933"}
OLD = "928,E10000021,Northamptonshire,East Midlands,,county,,2021-03-31,940 941,,121939,"
NORTH = "940,E06000061,North Northamptonshire,East Midlands,,unitary_authority,2021-04-01,,,928,2637539,"
WEST = "941,E06000062,West Northamptonshire,East Midlands,,unitary_authority,2021-04-01,,,928,2637548,"


def write_coding(coding: Path, *authorities: str, listed: str = "") -> Path:
    """Write a coding folder that is its own raw folder, with what the official lists hold."""
    (coding / "figures").mkdir()
    (coding / "figures" / "authorities.csv").write_text(",".join(FIGURE_COLUMNS) + "\n" + listed)
    labels = "label,source_id,row,areas,note\n928,,,928,\n940,,,940,\n941,,,941,\n"
    (coding / "area_labels.csv").write_text(labels)
    (coding / "authorities.csv").write_text("\n".join([",".join(AUTHORITY_COLUMNS), *authorities]) + "\n")
    regions = "region_code,region_name,geographic_level,ofsted_region\nE12000004,East Midlands,region,East Midlands\n"
    (coding / "regions.csv").write_text(regions)
    heads = "district_code,district_name,la_code,e_code,income_deprived,income_share,source_id\n"
    (coding / "county_districts.csv").write_text(heads)
    return coding


def test_matching_successors_are_accepted(tmp_path: Path) -> None:
    authorities = tidy_authorities(tmp_path, write_coding(tmp_path, OLD, NORTH, WEST))
    assert authorities["la_code"].tolist() == ["928", "940", "941"]
    assert authorities["spoken_name"].tolist() == authorities["la_name"].tolist()


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        ("codes,0,Sheet1,2,C,940,x,,Region,South East\n", "row 3: expected the Region 'South East' .*'East Midlands'"),
        ("codes,0,,2,A,928,x,,urn,1\n", "row 2: expected the urn '1' of the official list, found '121939' for 928"),
    ],
)
def test_a_difference_from_an_official_list_is_refused(tmp_path: Path, listed: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        tidy_authorities(tmp_path, write_coding(tmp_path, OLD, NORTH, WEST, listed=listed))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([OLD, NORTH], "row 2: expected a successor that names 928 as its predecessor, found '941'"),
        ([OLD, NORTH, WEST.replace("928", "")], "row 2: expected a successor that names 928"),
        ([OLD.replace("940 941", "940"), NORTH, WEST], "row 4: expected a predecessor that names 941"),
        (
            [OLD, NORTH, WEST.replace("04-01", "04-02")],
            "expected a successor from 2021-04-01, found 941 from 2021-04-02",
        ),
        ([OLD.replace("2021-03-31", ""), NORTH, WEST], "row 2: expected successors for an authority that has ended"),
        ([OLD.replace(",,2021", ",2022-01-01,2021"), NORTH, WEST], "expected valid_to after 2022-01-01"),
        ([OLD, NORTH.replace("E06000061", "E10000061"), WEST], "row 3: expected a code that begins with E06"),
        ([OLD, NORTH, WEST.replace("unitary_authority", "parish")], "row 4: expected a code .* for a parish"),
        ([OLD.replace("East Midlands", "Midlands"), NORTH, WEST], "expected a region of regions.csv, found 'Midlands'"),
        (
            [OLD.replace("Midlands,,", "Midlands,North,"), NORTH, WEST],
            "expected a subregion of regions.csv, found 'North'",
        ),
    ],
)
def test_a_wrong_value_or_link_is_refused(tmp_path: Path, rows: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        tidy_authorities(tmp_path, write_coding(tmp_path, *rows))


def test_the_number_of_authorities_is_right_on_every_day_since_2012() -> None:
    authorities = tidy_authorities(PROJECT.raw, PROJECT.coding)
    begun, ended = authorities["valid_from"], authorities["valid_to"].replace("", "9999")
    days = ["2012-03-31", "2019-03-31", "2019-04-01", "2021-03-31", "2021-04-01", "2023-03-31", "2023-04-01"]
    counts = [int(((begun <= day) & (day <= ended)).sum()) for day in days]
    assert counts == [152, 152, 151, 151, 152, 152, 153]


def test_london_has_its_33_boroughs() -> None:
    authorities = tidy_authorities(PROJECT.raw, PROJECT.coding).set_index("la_code")
    london = authorities[authorities["region"] == "London"]
    assert len(london) == 33
    assert set(london["subregion"]) == {"Inner London", "Outer London"}
    assert authorities.loc["209", ["new_la_code", "la_name", "ofsted_urn"]].tolist() == [
        "E09000023",
        "Lewisham",
        "80508",
    ]


@pytest.mark.shared
def test_numbers_regions_and_types_are_those_of_lait(official: Path) -> None:
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(official / FOLDER / "la_code_list.xlsx").get_sheet_by_index(0).to_python()
    listed = {str(int(number)): (region, kind) for number, _, region, kind in rows[1:] if kind in TYPES}
    authorities = tidy_authorities(PROJECT.raw, PROJECT.coding).set_index("la_code")
    assert set(listed) == set(authorities.index)
    for la_code, (region, kind) in listed.items():
        row = authorities.loc[la_code]
        assert region in (row["region"], row["subregion"]), la_code
        assert row["authority_type"] in TYPES[kind], la_code
    shires = {la_code for la_code, (_, kind) in listed.items() if kind == "SC"}
    assert {c for c in shires if authorities.loc[c, "authority_type"] != "county"} == BECAME_UNITARY


@pytest.mark.shared
def test_ons_codes_and_provider_numbers_are_those_of_the_lookup(official: Path) -> None:
    with (official / FOLDER / "Provider_data_lookup.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = {row["la_code"]: (row["la_code_new"], row["urn"]) for row in csv.DictReader(file)}
    authorities = tidy_authorities(PROJECT.raw, PROJECT.coding).set_index("la_code")
    assert set(authorities.index) - set(listed) == {"835", "837"}, "abolished in 2019, and in no list held"
    assert {code: tuple(authorities.loc[code, ["new_la_code", "ofsted_urn"]]) for code in listed} == listed


FUNCTIONS = {
    "deprivation": tidy_deprivation,
    "county_districts": tidy_county_districts,
    "neighbours": tidy_neighbours,
}
ABOLISHED = ["835", "836", "837", "909", "928"]
NEIGHBOURS_2021 = ["Lambeth", "Croydon", "Haringey", "Waltham Forest", "Hackney", "Southwark", "Enfield", "Brent"]
NEIGHBOURS_2021 += ["Greenwich", "Hammersmith and Fulham"]
NEIGHBOURS_2025 = ["Lambeth", "Southwark", "Croydon", "Hammersmith and Fulham", "Greenwich", "Waltham Forest"]
NEIGHBOURS_2025 += ["Haringey", "Barnet", "Leeds", "Salford"]


@cache
def make(table: str) -> pd.DataFrame:
    return type_table(FUNCTIONS[table](PROJECT.raw, PROJECT.coding), read_tables(PROJECT.coding)[table])


def pick(frame: pd.DataFrame, **values: str) -> pd.DataFrame:
    for column, value in values.items():
        frame = frame[frame[column] == value]
    return frame


@pytest.mark.parametrize("table", FUNCTIONS)
def test_a_table_has_one_row_for_each_key(table: str) -> None:
    assert not make(table).duplicated(list(read_tables(PROJECT.coding)[table].key)).any()


def pick_low_income(**values: str) -> pd.DataFrame:
    return pick(make("deprivation"), measure="children_in_low_income_families", **values)


def test_deprivation_has_ten_years_of_every_authority_of_2025() -> None:
    local = pick_low_income(geographic_level="local_authority")
    counts = local[local["value"].notna()].groupby("la_code").size()
    assert len(counts) == 153
    assert counts.drop("855").eq(10).all()
    assert not set(ABOLISHED) & set(counts.index)


def test_deprivation_of_lewisham_is_as_published() -> None:
    here = pick_low_income(la_code="209").set_index("time_period")["value"]
    assert here["2015":"2019"].round(1).tolist() == [14.1, 14.7, 14.2, 16.2, 15.1]


def test_missing_deprivation_has_a_status_and_is_never_zero() -> None:
    deprivation = pick_low_income()
    missing = deprivation[deprivation["value"].isna()]
    assert set(missing["status"]) == {"not_available", "implausible"}
    assert set(pick(missing, status="not_available")["la_code"].dropna()) == set(ABOLISHED)
    assert (deprivation["value"].dropna() > 0).all()


def test_a_county_without_one_poor_child_is_implausible() -> None:
    (odd,) = pick(make("deprivation"), status="implausible").to_dict("records")
    assert (odd["la_name"], odd["time_period"], odd["value_as_published"]) == ("Leicestershire", "2015", "0")


def pick_index(measure: str) -> pd.DataFrame:
    return pick(make("deprivation"), geographic_level="local_authority", measure=measure).set_index("time_period")


def test_indices_of_deprivation_of_lewisham_are_as_published() -> None:
    index = pd.DataFrame(
        {
            name: pick(make("deprivation"), la_code="209", measure=name).set_index("time_period")["value"]
            for name in ("imd_average_score", "imd_rank", "idaci_average_score")
        }
    )
    assert index.loc["2015"].tolist() == [28.591, 38, 0.296]
    assert index.loc["2019"].tolist() == [26.661, 49, 0.229]
    assert index.loc["2025"].tolist() == [25.472, 75, 0.418]


@pytest.mark.parametrize("measure", ["imd_average_score", "imd_rank", "idaci_average_score"])
def test_indices_of_deprivation_have_every_authority_of_their_day(measure: str) -> None:
    index = pick_index(measure)
    assert index.groupby("time_period").size().to_dict() == {"2015": 152, "2019": 151, "2025": 153}
    missing = index[index["value"].isna()]
    assert len(missing) == (21 if measure == "imd_rank" else 0), "a county has no rank among districts"
    assert missing["new_la_code"].str.startswith("E10").all()


def test_scores_of_counties_are_weighted_from_their_districts() -> None:
    districts = make("county_districts")
    assert len(districts) == 164
    assert districts.groupby("la_code")["weight"].sum().sub(1).abs().max() < 0.001
    assert districts["district_code"].str.startswith("E07").all()
    assert districts["people"].sum() == pytest.approx(19_500_000, rel=0.01)
    part = districts["imd_average_score"] * districts["weight"]
    weighted = pick(make("deprivation"), status="weighted", measure="imd_average_score").set_index("la_code")["value"]
    assert len(weighted) == 21
    assert (part.groupby(districts["la_code"]).sum() - weighted).abs().max() < 0.01
    bounds = districts.groupby("la_code")["imd_average_score"].agg(["min", "max"]).reindex(weighted.index)
    assert weighted.between(bounds["min"], bounds["max"]).all()


def test_a_district_without_a_score_is_an_error(tmp_path: Path) -> None:
    shutil.copytree(PROJECT.coding, tmp_path / "coding")
    path = tmp_path / "coding" / "county_districts.csv"
    row = "E07999999,Atlantis,830,E1099,1,0.1,mhclg-iod-2025-income\n"
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    with pytest.raises(DataError, match=r"county_districts\.csv: expected a score of each district, found E07999999"):
        tidy_deprivation(PROJECT.raw, tmp_path / "coding")


@pytest.mark.shared
def test_districts_lie_in_the_county_that_their_code_of_the_outturn_names(official: Path) -> None:
    from lewisham_study.releases.spreadsheets import read_sheet

    table = read_sheet(official / "spend/RSX_LA_Data_2024-25_data_by_LA.ods", "RSX_LA_Data_202425")
    codes = table[table[1].str.startswith(("E07", "E10"))].set_index(1)[0]
    counties = codes[codes.index.str.startswith("E10")]
    own = read_authorities(PROJECT.coding).set_index("new_la_code")["la_code"]
    county = pd.Series(counties.index.map(own), counties.str[:3])
    districts = make("county_districts").set_index("district_code")
    assert set(districts.index) == set(codes.index[codes.index.str.startswith("E07") & (codes.index.str.len() == 9)])
    assert (districts["e_code"] == codes[districts.index]).all()
    assert (districts["e_code"].str[:3].map(county) == districts["la_code"]).all()


@pytest.mark.parametrize("year", ["2015", "2019"])
def test_the_rank_of_an_index_is_that_of_its_score(year: str) -> None:
    score, rank = (
        pick_index(name).loc[year].set_index("la_code")["value"] for name in ("imd_average_score", "imd_rank")
    )
    assert sorted(rank) == list(range(1, len(rank) + 1))
    assert rank.corr(score.rank(ascending=False), method="spearman") > 0.9999


@pytest.mark.parametrize(("model", "expected"), [("2021", NEIGHBOURS_2021), ("2025", NEIGHBOURS_2025)])
def test_neighbours_of_lewisham_are_in_order(model: str, expected: list[str]) -> None:
    names = read_authorities(PROJECT.coding).set_index("la_code")["la_name"]
    rows = pick(make("neighbours"), la_code="209", model=model)
    assert rows["rank"].tolist() == list(range(1, 11))
    assert rows["neighbour_la_code"].map(names).tolist() == expected


def test_every_authority_has_ten_neighbours() -> None:
    neighbours = make("neighbours")
    assert neighbours.groupby(["model", "la_code"]).size().eq(10).all()
    assert neighbours.groupby("model")["la_code"].nunique().to_dict() == {"2021": 156, "2025": 153}
    assert not (neighbours["la_code"] == neighbours["neighbour_la_code"]).any()


def test_closeness_keeps_its_wording_and_does_not_rise_with_rank() -> None:
    neighbours = make("neighbours")
    order = ["extremely close", "very close", "close", "somewhat close", "not close"]
    grade = neighbours["closeness"].str.lower().map(order.index)
    assert neighbours["closeness"].eq(neighbours["closeness"].str.strip()).all()
    steps = grade.groupby([neighbours["model"], neighbours["la_code"]]).diff()
    assert (steps.dropna() >= 0).all()


@pytest.mark.parametrize(
    ("heading", "value", "message"),
    [
        ("SN3", "208", "expected ten neighbours.*found 9 for 209"),
        ("SN3", "209", "expected ten neighbours.*found 9 for 209"),
        ("SN3", "999", "a known authority or region, found code '999'"),
        ("SN3 | SNP", None, "expected ten neighbours.*found 10 for 209"),
    ],
)
def test_other_than_ten_neighbours_are_refused(tmp_path: Path, heading: str, value: str | None, message: str) -> None:
    figures = pick(read_figures(PROJECT.raw, "neighbours"), area_code="209", time_period="2021")
    chosen = figures["measure"] == heading
    changed = figures.assign(value_as_published=figures["value_as_published"].mask(chosen, value or ""))
    write_figures(changed[~chosen] if value is None else changed, tmp_path, "neighbours")
    with pytest.raises(DataError, match=message):
        tidy_neighbours(tmp_path, PROJECT.coding)
