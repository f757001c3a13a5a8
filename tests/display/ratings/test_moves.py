"""Moves between frameworks: matrices, flows and their sources."""

from lewisham_study.analysis.case import open_case
from lewisham_study.display.ratings.moves import draw_flows, mix_white, show_moves
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_matrices_hold_every_authority_judged_under_both():
    exhibit = show_moves(open_case(TABLES, "Lewisham"), "sif-ilacs")
    assert exhibit.table["All"].sum() == 150
    assert exhibit.table.columns.tolist() == [
        "From",
        "outstanding",
        "good",
        "requires improvement",
        "inadequate",
        "All",
    ]


def test_a_step_cites_the_releases_of_its_frameworks():
    case = open_case(TABLES, "Lewisham")
    assert show_moves(case, "slac-sif").caption.endswith("Source: [@ofsted-2023].")
    assert show_moves(case, "sif-ilacs").caption.endswith("Sources: [@ofsted-2023; @ofsted-2025].")


def test_the_outlined_moves_are_those_of_the_authority():
    flows = draw_flows(open_case(TABLES, "Lewisham"))
    assert "Outlined: Lewisham." in flows.caption
    assert "; Lewisham: outstanding to requires improvement. First SIF" in flows.alt
    assert "Outlined" not in draw_flows(open_case(TABLES, "Cumberland")).caption


def test_colours_are_mixed_with_white():
    assert mix_white("#000000", 0.5) == (0.5, 0.5, 0.5)
