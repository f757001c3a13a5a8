"""Silences: what none of the five documents says, held against what the facts say."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.tidy.evidence import SILENCE_COLUMNS, tidy_silences
from lewisham_study.tidy.tables import load_table

PROJECT = find_project()


def test_every_silence_says_what_follows_from_it():
    silences = tidy_silences(PROJECT.coding)
    assert silences["silence_id"].tolist() == [f"S{number:02}" for number in range(1, len(silences) + 1)]
    assert (silences[["area", "not_said", "consequence"]] != "").all(axis=None)
    assert silences["area"].is_unique


def test_a_silence_coded_twice_is_refused(tmp_path):
    row = dict.fromkeys(SILENCE_COLUMNS, "S01")
    pd.DataFrame([row, row]).to_csv(tmp_path / "silences.csv", index=False)
    with pytest.raises(DataError, match="S01"):
        tidy_silences(tmp_path)


def test_the_ledger_of_the_five_documents_bears_the_silences_out():
    sources = load_table("sources")
    facts = load_table("facts")
    assert facts.loc[facts["area"] == "adoption", "source_id"].tolist() == ["ofsted-lewisham-2016"]
    facts = facts[facts["source_id"].isin(sources.loc[sources["coded"] == "whole", "source_id"])]
    assert facts.loc[facts["claim_type"] == "caseload", "unit"].eq("word").all()
    assert facts.loc[facts["measure"] == "overspend", "value_as_stated"].unique().tolist() == ["£15.6m"]
    assert facts.loc[facts["measure"] == "cost_of_failing", "unit"].eq("word").all()
    assert not facts["area"].eq("adoption").any()
    grades = facts[facts["measure"] == "grade"]
    years = grades.groupby(grades["period_start"].dt.year)["area"].unique().map(sorted)
    assert years[2012] == ["looked_after", "safeguarding"]
    assert years[2015] == ["children_in_care", "overall"]
    assert not grades["source_id"].eq("ofsted-letter-2021").any()
    letter = facts[facts["source_id"] == "ofsted-letter-2021"]
    assert not letter["area"].isin(["front_door", "domestic_abuse", "early_help", "help_and_protection"]).any()
    assert not facts["quote"].str.contains(re.compile(r"\b(?:Lambeth|Southwark|Greenwich)\b")).any()
