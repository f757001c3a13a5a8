"""Readers of statistics of need, of population and of deprivation."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.figures import read_figures
from lewisham_study.releases.cells import CELL_COLUMNS
from lewisham_study.releases.need import (
    CHILDREN_IN_NEED,
    CHILDREN_IN_NEED_2012,
    DOMAINS,
    LOW_INCOME,
    read_categories,
    read_children_in_need,
    read_children_in_need_sfr,
    read_districts,
    read_looked_after,
    read_looked_after_sfr,
    read_low_income,
    read_population,
    read_tidy,
    read_upper_tier,
)

SOURCE = "dfe-lait-2025-low-income"
OFFICIAL = find_project().root.parent / "shared/data/official/"
FILES = {
    SOURCE: (read_low_income, "lait/bds_long_0_2025-04-29.parquet"),
    "mhclg-iod-2015": (read_upper_tier, "deprivation/iod2015_upper_tier.xlsx"),
    "mhclg-iod-2019": (read_upper_tier, "deprivation/iod2019_upper_tier.xlsx"),
    "mhclg-iod-2025": (read_districts, "deprivation/iod2025_lower_tier_trafford.csv"),
}
INDEX_AREA = ["Upper Tier Local Authority District code (2019)", "Upper Tier Local Authority District name (2019)"]
AREA = "time_period,country_code,country_name,region_code,region_name,old_la_code,la_name"
LEWISHAM = "2022,E92000001,England,E13000001,Inner London,209,Lewisham"


def write_file(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


@pytest.mark.parametrize(
    ("column", "category", "count"),
    [
        ("population_count", "Children looked after at 31 March each year", "number"),
        ("population_type", "Children looked after on 31 March each year", "children_count"),
    ],
)
def test_both_layouts_give_the_children_looked_after_on_31_march(
    tmp_path: Path, column: str, category: str, count: str
) -> None:
    flows = f"{LEWISHAM},Children starting to be looked after each year,203,31"
    path = write_file(tmp_path / "a.csv", f"{AREA},{column},{count},rate", flows, f"{LEWISHAM},{category},462,72")
    cells = read_looked_after(path, "dfe-looked-after-2025")
    assert list(cells) == CELL_COLUMNS
    assert cells.to_numpy().tolist() == [["", "3", "I", "209", "Lewisham", "2022", f"{category} | {count}", "462"]]


def test_looked_after_in_another_layout_is_refused(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", f"{AREA},population,number", f"{LEWISHAM},all,462")
    with pytest.raises(DataError, match="found 'population_type' 0 times"):
        read_looked_after(path, "dfe-looked-after-2025")


def test_looked_after_sfr_keeps_letters_for_regions_and_the_suppression_code(tmp_path: Path) -> None:
    lines = [
        "New_geog_code,geog_l,geog_c,geog_n,CLA_Mar2016,CLA_2016",
        "E12000007,REGION,H,INNER LONDON,4050,1",
        "E09000001,LA,201,City of London,x,2",
    ]
    cells = read_looked_after_sfr(write_file(tmp_path / "a.csv", *lines), "dfe-looked-after-2016")
    assert cells.to_numpy().tolist() == [
        ["", "2", "E", "H", "INNER LONDON", "2016", "CLA_Mar2016", "4050"],
        ["", "3", "E", "201", "City of London", "2016", "CLA_Mar2016", "x"],
    ]


def test_looked_after_sfr_of_another_year_is_refused(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", "geog_c,geog_n,CLA_Mar2015", "209,Lewisham,486")
    with pytest.raises(DataError, match="'CLA_Mar2016' 0 times"):
        read_looked_after_sfr(path, "dfe-looked-after-2016")


@pytest.mark.parametrize("category", list(CHILDREN_IN_NEED))
def test_each_table_of_children_in_need_gives_its_counts(tmp_path: Path, category: str) -> None:
    headings = CHILDREN_IN_NEED[category]
    counts = [str(100 + place) for place in range(len(headings))]
    lines = [",".join([AREA, "category", "percent", *headings]), ",".join([LEWISHAM, category, "9", *counts])]
    cells = read_children_in_need(write_file(tmp_path / "a.csv", *lines), "dfe-children-in-need-2025")
    assert cells["measure"].tolist() == [f"{category} | {heading}" for heading in headings]
    assert cells["value_as_published"].tolist() == counts


def test_children_in_need_without_the_count_is_refused(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", f"{AREA},category,At31_child", f"{LEWISHAM},Children in Need,2776")
    with pytest.raises(DataError, match="'At31_episodes' 0 times"):
        read_children_in_need(path, "dfe-children-in-need-2025-b1")


def test_children_in_need_2012_are_read_by_their_headings(tmp_path: Path) -> None:
    lines = [
        ",".join(["geog_l", "geog_c", "geog_n", *CHILDREN_IN_NEED_2012]),
        ",".join(["LA", "316", "Newham", *[".."] * len(CHILDREN_IN_NEED_2012)]),
    ]
    cells = read_children_in_need_sfr(write_file(tmp_path / "a.csv", *lines), "dfe-children-in-need-2012")
    assert cells["measure"].tolist() == CHILDREN_IN_NEED_2012
    assert set(cells["value_as_published"]) == {".."}
    assert set(cells["time_period"]) == {"2012"}


@pytest.mark.parametrize("heading", ["geog_c", "CPPAt310312"])
def test_children_in_need_2012_in_another_layout_are_refused(tmp_path: Path, heading: str) -> None:
    headings = ["geog_l", "geog_c", "geog_n", *CHILDREN_IN_NEED_2012]
    path = write_file(tmp_path / "a.csv", ",".join(headings).replace(heading, "other"))
    with pytest.raises(DataError, match=f"'{heading}' 0 times"):
        read_children_in_need_sfr(path, "dfe-children-in-need-2012")


HEAD = "time_period,geographic_level,country_code,country_name,region_code,region_name,old_la_code,la_name,kind,number"
ROWS = [
    "2022,National,E92000001,England,,,,,all,404310",
    "2022,Regional,E92000001,England,E13000001,Inner London,,,all,15620",
    "2022,Local authority,E92000001,England,E13000001,Inner London,209,Lewisham,all,2776",
    "2022,Local authority,E92000001,England,E13000001,Inner London,204,Hackney,all,x",
    "2022,Local authority,E92000001,England,E13000001,Inner London,204,Hackney,other,7",
]


def write_categories(path: Path, head: str = HEAD, rows: list[str] = ROWS) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8-sig")
    return path


def test_each_row_has_the_smallest_area_it_names(tmp_path: Path) -> None:
    cells = read_categories(write_categories(tmp_path / "file.csv"), "kind", {"all": ["number"]})
    areas = cells[["area_code", "area_name"]].to_numpy().tolist()
    assert areas == [["E92000001", "England"], ["E13000001", "Inner London"], ["209", "Lewisham"], ["204", "Hackney"]]


def test_cells_have_their_published_content_and_place(tmp_path: Path) -> None:
    cells = read_categories(write_categories(tmp_path / "file.csv"), "kind", {"all": ["number"]})
    assert cells.iloc[3].tolist() == ["", "5", "J", "204", "Hackney", "2022", "all | number", "x"]


def test_two_categories_are_read_with_their_own_rows(tmp_path: Path) -> None:
    cells = read_categories(write_categories(tmp_path / "file.csv"), "kind", {"all": ["number"], "other": ["number"]})
    assert cells["row"].tolist() == ["2", "3", "4", "5", "6"]
    assert cells["measure"].tolist() == ["all | number"] * 4 + ["other | number"]


def test_a_moved_column_is_read_by_its_heading(tmp_path: Path) -> None:
    rows = [f"{row.rsplit(',', 1)[1]},{row.rsplit(',', 1)[0]}" for row in ROWS]
    path = write_categories(tmp_path / "file.csv", "number," + HEAD.removesuffix(",number"), rows)
    cells = read_categories(path, "kind", {"all": ["number"]})
    assert cells.loc[2, ["column", "value_as_published"]].tolist() == ["A", "2776"]


@pytest.mark.parametrize("heading", ["time_period", "old_la_code", "region_name", "kind", "number"])
def test_a_missing_heading_is_refused(tmp_path: Path, heading: str) -> None:
    path = write_categories(tmp_path / "file.csv", HEAD.replace(heading, "other"))
    with pytest.raises(DataError, match=f"row 1: expected one heading each of .*found '{heading}' 0 times"):
        read_categories(path, "kind", {"all": ["number"]})


def test_a_repeated_heading_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="found 'number' 2 times"):
        read_categories(
            write_categories(tmp_path / "file.csv", HEAD + ",number", [row + ",7" for row in ROWS]),
            "kind",
            {"all": ["number"]},
        )


def test_a_file_without_the_category_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"expected kind 'none', found 'all', 'other'"):
        read_categories(write_categories(tmp_path / "file.csv"), "kind", {"none": ["number"]})


def test_moved_columns_are_found_by_heading_and_located_at_their_new_place(tmp_path: Path) -> None:
    there = read_categories(write_categories(tmp_path / "file.csv"), "kind", {"all": ["number"]})
    turned = [",".join(reversed(line.split(","))) for line in [HEAD, *ROWS]]
    moved = read_categories(
        write_categories(tmp_path / "moved.csv", turned[0], turned[1:]), "kind", {"all": ["number"]}
    )
    assert (set(there["column"]), set(moved["column"])) == ({"J"}, {"A"})
    assert moved.drop(columns="column").equals(there.drop(columns="column"))


TIDY = "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code"
TIDY += ",la_name,new_la_code,cla_group,stability,children_count,children_percent"
ENGLAND = "2025,Reporting year,National,E92000001,England,,,,,,CLA,Same carer,19680,69"
LOCAL = "2025,Reporting year,Local authority,E92000001,England,E13000001,Inner London,{},E09000023,CLA,Same carer,{}"


def test_a_tidy_file_is_read_by_its_categories_and_counts(tmp_path: Path) -> None:
    own = LOCAL.format("209,Lewisham", "78,64")
    path = write_file(tmp_path / "a.csv", TIDY, ENGLAND, own, LOCAL.format("201,City of London", "c,z"))
    cells = read_tidy(path, "dfe-stability-2025")
    assert list(cells) == CELL_COLUMNS
    assert cells["measure"].value_counts().to_dict() == {
        "CLA | Same carer | children_count": 3,
        "CLA | Same carer | children_percent": 3,
    }
    rows = cells.set_index(["measure", "area_code"])[["row", "column", "value_as_published"]]
    assert rows.loc[("CLA | Same carer | children_count", "209")].tolist() == ["3", "M", "78"]
    assert rows.loc[("CLA | Same carer | children_percent", "201")].tolist() == ["4", "N", "z"]
    assert rows.loc[("CLA | Same carer | children_count", "E92000001")].tolist() == ["2", "M", "19680"]


def test_a_tidy_file_without_categories_gives_its_headings(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", f"{AREA},rate", f"{LEWISHAM},71.5")
    assert read_tidy(path, "any")["measure"].tolist() == ["rate"]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([AREA.replace("la_name", "authority") + ",rate", f"{LEWISHAM},71.5"], "found 'la_name' 0 times"),
        ([f"{AREA},words", f"{LEWISHAM},some"], "expected a column of numbers, found none"),
        ([f"{AREA},rate"], "expected a column of numbers, found none"),
    ],
)
def test_a_file_in_another_layout_is_refused(tmp_path: Path, lines: list[str], found: str) -> None:
    with pytest.raises(DataError, match=found):
        read_tidy(write_file(tmp_path / "a.csv", *lines), "any")


POPULATION_HEAD = (
    "time_period,country_code,country_name,region_code,region_name,old_la_code,la_name,age_group,population_estimate"
)
CHILDREN_OF_LEWISHAM = "2012,E92000001,England,E13000001,Inner London,209,Lewisham,Children aged 0 to 17 years,64514"


def test_children_are_read_as_published(tmp_path: Path) -> None:
    path = tmp_path / "population.csv"
    path.write_text(f"{POPULATION_HEAD}\n{CHILDREN_OF_LEWISHAM}\n")
    measure = "Children aged 0 to 17 years | population_estimate"
    expected = [["", "2", "I", "209", "Lewisham", "2012", measure, "64514"]]
    assert read_population(path, "ons-population-2024").to_numpy().tolist() == expected


def test_another_age_group_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "population.csv"
    path.write_text(f"{POPULATION_HEAD}\n{CHILDREN_OF_LEWISHAM.replace('17', '24')}\n")
    with pytest.raises(
        DataError, match="expected age_group 'Children aged 0 to 17 years', found 'Children aged 0 to 24"
    ):
        read_population(path, "ons-population-2024")


def write_lait(path: Path, measure: str) -> Path:
    columns = {"Short Desc": [measure, "CIN"], "Years": "2015", "LA and Regions": "Lewisham", "Values": ["14.1", "300"]}
    pd.DataFrame({**columns, "LA Number": 209.0}).to_parquet(path)
    return path


def test_only_the_measure_is_read(tmp_path: Path) -> None:
    cells = read_low_income(write_lait(tmp_path / "lait.parquet", LOW_INCOME), SOURCE)
    assert list(cells.columns) == CELL_COLUMNS
    assert cells[["area_code", "time_period", "value_as_published"]].to_numpy().tolist() == [["209", "2015", "14.1"]]


def test_a_table_without_the_measure_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=LOW_INCOME):
        read_low_income(write_lait(tmp_path / "lait.parquet", "PriFSM"), SOURCE)


def write_index(path: Path, ends: tuple[str, ...] = ("Average rank ", "Average score ")) -> Path:
    """Write a summary with a sheet for each index; headings end in a space, as in 2019."""
    book = openpyxl.Workbook()
    for name in ("IMD", "IDACI"):
        sheet = book.create_sheet(name)
        sheet.append([*INDEX_AREA, *(f"{name} - {end}" for end in ends), f"{name} - Rank of average score "])
        sheet.append(["E09000023", "Lewisham", *[26.661] * len(ends), 49])
    book.save(path)
    return path


def test_scores_and_a_rank_are_read_from_an_index(tmp_path: Path) -> None:
    cells = read_upper_tier(write_index(tmp_path / "iod.xlsx"), "mhclg-iod-2019")
    assert list(cells.columns) == CELL_COLUMNS
    assert cells[["sheet", "row", "column", "measure", "value_as_published"]].to_numpy().tolist() == [
        ["IMD", "2", "D", "IMD - Average score", "26.661"],
        ["IMD", "2", "E", "IMD - Rank of average score", "49"],
        ["IDACI", "2", "D", "IDACI - Average score", "26.661"],
    ]
    assert set(cells["time_period"]) == {"2019"}


@pytest.mark.parametrize("ends", [("Average rank",), ("Average score", "2010 - Average score")])
def test_an_index_without_one_average_score_is_refused(tmp_path: Path, ends: tuple[str, ...]) -> None:
    path = write_index(tmp_path / "iod.xlsx", ends)
    with pytest.raises(DataError, match="one heading that ends in 'Average score' in sheet IMD"):
        read_upper_tier(path, "mhclg-iod-2019")


def write_districts(path: Path, domains: list[str]) -> Path:
    rows = [
        [code, name, domain, 25.472, 75]
        for code, name in (("E09000023", "Lewisham"), ("E07000223", "Adur"))
        for domain in domains
    ]
    heads = ["area_code", "area_name", "index_domain", "average_score", "rank_average_score"]
    pd.DataFrame(rows, columns=heads).to_csv(path, index=False)
    return path


def test_every_district_is_read(tmp_path: Path) -> None:
    cells = read_districts(write_districts(tmp_path / "iod.csv", ["Crime", *DOMAINS]), "mhclg-iod-2025")
    assert set(cells["area_name"]) == {"Lewisham", "Adur"}
    own = cells[cells["area_name"] == "Lewisham"]
    assert own[["row", "column", "value_as_published"]].to_numpy().tolist() == [
        ["3", "D", "25.472"],
        ["3", "E", "75"],
        ["4", "D", "25.472"],
    ]
    assert cells["measure"].iloc[-1] == "Income Deprivation Affecting Children | average_score"


def test_an_index_without_the_domain_of_children_is_refused(tmp_path: Path) -> None:
    path = write_districts(tmp_path / "iod.csv", ["Index of Multiple Deprivation"])
    with pytest.raises(DataError, match="rows of 'Income Deprivation Affecting Children'"):
        read_districts(path, "mhclg-iod-2025")


@pytest.mark.skipif(
    not OFFICIAL.is_dir(),
    reason="no official releases in ../shared/data/official: data/raw/sources.csv says where each is published",
)
@pytest.mark.parametrize("source_id", FILES)
def test_the_figures_in_the_project_are_those_of_the_file(source_id: str) -> None:
    reader, file = FILES[source_id]
    place = ["sheet", "row", "column"]
    read = reader(OFFICIAL / file, source_id)[CELL_COLUMNS].sort_values(place, ignore_index=True)
    held = read_figures(find_project().raw, "deprivation")
    held = held[held["source_id"] == source_id][CELL_COLUMNS].sort_values(place, ignore_index=True)
    pd.testing.assert_frame_equal(read, held)
