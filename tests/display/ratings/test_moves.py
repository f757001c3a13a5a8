"""Moves between frameworks: counts, their intervals as numbers, and their sources."""

from lewisham_study.analysis.case import open_case
from lewisham_study.display.ratings.moves import STEPS, cite_steps, draw_moves
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_the_table_holds_every_authority_judged_under_both_as_numbers():
    table = draw_moves(open_case(TABLES, "Lewisham")).table
    step = table[(table["From"] == "first SIF, overall") & (table["To"] == "first ILACS, overall")]
    assert step["Authorities"].sum() == 150
    assert step[["Share, %", "95% interval from, %", "95% interval to, %"]].dtypes.eq("float64").all()
    assert (step["95% interval from, %"] <= step["95% interval to, %"]).all()


def test_a_step_cites_the_releases_of_its_frameworks():
    case = open_case(TABLES, "Lewisham")
    assert cite_steps(case, STEPS["slac-sif"]) == "Source: [@ofsted-2023]"
    assert cite_steps(case, STEPS["sif-ilacs"]) == "Sources: [@ofsted-2023; @ofsted-2025]"


def test_the_outlined_moves_are_those_of_the_authority():
    moves = draw_moves(open_case(TABLES, "Lewisham"))
    assert "Outlined: its own." in moves.caption
    assert "; Lewisham: outstanding to requires improvement. first SIF" in moves.alt
    outlined = [patch for axes in moves.figure.axes for patch in axes.patches if patch.get_linewidth() == 2]
    assert len(outlined) == 3
    assert "Outlined" not in draw_moves(open_case(TABLES, "Cumberland")).caption
