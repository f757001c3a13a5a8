"""The readers of children in low-income families and of the Indices of Deprivation."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.figures import read_figures
from lewisham_study.releases.cells import CELL_COLUMNS
from lewisham_study.releases.deprivation import DOMAINS, LOW_INCOME, read_districts, read_low_income, read_upper_tier

SOURCE = "dfe-lait-2025-low-income"
OFFICIAL = find_project().root.parent / "shared/data/official/"
FILES = {
    SOURCE: (read_low_income, "lait/bds_long_0_2025-04-29.parquet"),
    "mhclg-iod-2015": (read_upper_tier, "deprivation/iod2015_upper_tier.xlsx"),
    "mhclg-iod-2019": (read_upper_tier, "deprivation/iod2019_upper_tier.xlsx"),
    "mhclg-iod-2025": (read_districts, "deprivation/iod2025_lower_tier_trafford.csv"),
}
AREA = ["Upper Tier Local Authority District code (2019)", "Upper Tier Local Authority District name (2019)"]


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
        sheet.append([*AREA, *(f"{name} - {end}" for end in ends), f"{name} - Rank of average score "])
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
