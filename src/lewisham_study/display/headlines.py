"""Published headlines beside what the data here gives for them."""

from __future__ import annotations

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.headlines import compare_measure
from lewisham_study.display.exhibits import Prose, TableExhibit


def tell_headlines(case: Case, measure: str) -> Prose:
    """Tell how many published headlines of a measure come out as published, and why the others do not."""
    compared = compare_measure(case.tables, measure)
    counts = compared["verdict"].value_counts()
    text = (
        f"Of {len(compared)} published headlines on “{measure.lower()}”, {counts.get('matches', 0)} come out as "
        "published; `lewisham-study check` holds every published number that the data can reach."
    )
    told = [
        f"- {row['scope']}, {row['as_at']}: published {row['published']}, computed {row['computed']}; {row['reason']}."
        for row in compared[compared["verdict"] == "differs"].to_dict("records")
    ]
    return Prose("\n".join([text, "", *told]) if told else text)


def show_headlines(case: Case, measure: str, label: str, title: str) -> TableExhibit:
    """Show the published headlines of a measure beside the computed ones, oldest first.

    Parameters
    ----------
    case : the case under study.
    measure : as the table `headlines` names it.
    label, title : of the table.
    """
    compared = compare_measure(case.tables, measure).sort_values(["as_at", "scope"])
    table = compared[["scope", "as_at", "unit", "published", "computed"]]
    table = table.assign(unit=table["unit"].str.replace("per_cent", "%"))
    names = {"scope": "Where", "as_at": "As at", "unit": "Unit"}
    table = table.rename(columns={**names, "published": "Published", "computed": "Computed"})
    caption = "Computed from the tables here, to the precision of the publication, which the table `headlines` names."
    return TableExhibit(table.reset_index(drop=True), label, title, caption)
