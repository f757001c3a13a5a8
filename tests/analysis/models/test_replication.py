"""Published claims computed again: none is stale, and each has its reason."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.analysis.models.replication import RECIPES, format_percents, format_ratio, replicate_claims
from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.tidy.coding import tidy_replications
from lewisham_study.tidy.tables import Tables


@pytest.fixture(scope="module")
def claims() -> pd.DataFrame:
    return replicate_claims(Tables()).set_index("replication_id")


def test_every_claim_gives_what_was_accepted(claims: pd.DataFrame) -> None:
    known = claims[claims["key"].notna()]
    stale = known[known["ours"] != known["accepted"]]
    assert stale[["accepted", "ours"]].to_dict("index") == {}
    assert set(known["key"]) == set(RECIPES)


def test_a_match_is_the_same_number(claims: pd.DataFrame) -> None:
    for name in ("ofsted-reinspections", "webb-deprivation"):
        published, ours = claims.loc[name, ["published", "ours"]]
        assert published.partition(" (")[0] == ours.partition(" (")[0]
        assert claims.loc[name, "verdict"] == "matches"


def test_what_cannot_be_computed_says_why(claims: pd.DataFrame) -> None:
    lacking = claims[claims["verdict"] == "not_reproduced"]
    assert lacking["ours"].isna().all()
    assert lacking["reason"].notna().all()
    assert claims.loc[claims["verdict"] != "matches", "reason"].notna().all()


def test_the_claims_of_the_brief_are_there(claims: pd.DataFrame) -> None:
    wanted = {"webb", "hazard", "ofsted", "agency", "nao", "hood", "wilkins", "bach"}
    assert wanted <= set(claims.index.str.partition("-").get_level_values(0))


@pytest.mark.parametrize("change", [{"verdict": "close", "reason": ""}, {"verdict": "matches", "key": ""}])
def test_a_row_without_key_or_reason_is_an_error(tmp_path: Path, change: dict[str, str]) -> None:
    rows = pd.read_csv(find_project().coding / "replications.csv", dtype=str, keep_default_na=False)
    for column, value in change.items():
        rows.loc[rows["replication_id"] == "ofsted-reinspections", column] = value
    rows.to_csv(tmp_path / "replications.csv", index=False, lineterminator="\n")
    with pytest.raises(DataError, match="ofsted-reinspections"):
        tidy_replications(tmp_path)


def test_ratios_and_changes_are_rounded_half_up() -> None:
    assert format_ratio(1.69, 1.275, 2.24) == "1.69 (1.28–2.24)"
    assert format_percents([-0.16, -0.25, 0.057], 1) == "−16.0% (−25.0% to +5.7%)"
