"""The table `authorities`."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.authorities import AUTHORITY_COLUMNS
from lewisham_study.raw.figures import FIGURE_COLUMNS
from lewisham_study.tidy.authorities import tidy_authorities

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
