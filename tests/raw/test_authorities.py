"""The authority or region that a published label means."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.authorities import AUTHORITY_COLUMNS, DISTRICT_COLUMNS, read_regions, resolve_areas

LABELS = """label,source_id,row,areas,note
209,,,209,
204,,,204,
Lewisham,,,209,
Hackney,,,204,
314 / 318,,,314 318,
Lewisham,odd,7,204,
"""


@pytest.fixture
def coding(tmp_path: Path) -> Path:
    (tmp_path / "area_labels.csv").write_text(LABELS)
    (tmp_path / "authorities.csv").write_text(",".join(AUTHORITY_COLUMNS) + "\n")
    (tmp_path / "county_districts.csv").write_text(",".join(DISTRICT_COLUMNS) + "\nE07000223,Adur,938,E3831,,,\n")
    return tmp_path


def resolve(coding: Path, code: str, name: str, source_id: str = "even") -> str:
    figures = pd.DataFrame({"source_id": [source_id], "row": "7", "column": "C", "area_code": code, "area_name": name})
    return str(resolve_areas(figures, coding).item())


def test_a_district_of_a_county_has_no_area(coding: Path) -> None:
    assert resolve(coding, "E07000223", "Adur") == ""


@pytest.mark.parametrize(
    ("code", "name", "source_id", "area"),
    [
        ("209", "Lewisham", "even", "209"),
        (" 209 ", "a new spelling", "even", "209"),
        ("", "Lewisham", "even", "209"),
        ("314 / 318", "", "even", "314 318"),
        ("209", "Lewisham", "odd", "204"),
    ],
    ids=["code and name", "code", "name", "joint return", "one place in one release"],
)
def test_a_label_is_resolved(coding: Path, code: str, name: str, source_id: str, area: str) -> None:
    assert resolve(coding, code, name, source_id) == area


def test_an_unknown_label_is_refused_with_its_cell(coding: Path) -> None:
    with pytest.raises(DataError, match="even, cell C7: expected a known authority or region, found code '999', name"):
        resolve(coding, "999", "Lewishampton")


def test_a_code_and_a_name_of_two_areas_are_refused(coding: Path) -> None:
    with pytest.raises(DataError, match="expected a code and a name of the same area, found code '204', name 'Lewi"):
        resolve(coding, "204", "Lewisham")


def test_regions_in_the_project_are_england_nine_regions_and_two_halves_of_london() -> None:
    levels = read_regions(find_project().coding)["geographic_level"].value_counts()
    assert levels.to_dict() == {"region": 11, "national": 1}
