"""Names as readers write them tell every authority from every other."""

from __future__ import annotations

from lewisham_study import load_table
from lewisham_study.authorities import fold_name


def test_no_two_authorities_of_a_day_fold_to_one_name() -> None:
    authorities = load_table("authorities")
    present = authorities[authorities["valid_to"].isna()]
    assert present["la_name"].map(fold_name).is_unique
    assert (present["la_name"].map(fold_name) != "").all()
