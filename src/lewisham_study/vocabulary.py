"""Lists shared by several stages: grades, strands, frameworks, formats, comparators, price indices."""

from datetime import date
from typing import Literal

Basis = Literal["inspected", "published"]
"""Which date counts: the first day on site (what was true) or the day of publication (what was known)."""

GRADES = ["outstanding", "good", "requires_improvement", "adequate", "inadequate"]
"""Best first. 'adequate' was the third grade until November 2013."""
GRADES_SINCE_2013 = [grade for grade in GRADES if grade != "adequate"]
GOOD_OR_BETTER = ["outstanding", "good"]
NOT_YET_JUDGED = "not_yet_judged"
NO_LONGER_JUDGED = "no_longer_judged"
NO_OVERALL = "no_overall_grade"
"""The overall strand of an authority inspected since April 2026: inspections give no overall grade any more."""
UNGRADED = [NOT_YET_JUDGED, NO_LONGER_JUDGED, NO_OVERALL]
GRADE_NAMES = {grade: grade.replace("_", " ") for grade in GRADES}
GRADE_NAMES |= {
    NOT_YET_JUDGED: "not yet judged",
    NO_LONGER_JUDGED: "no longer judged separately",
    NO_OVERALL: "no overall grade any more",
}
GRADE_LETTERS = {"outstanding": "O", "good": "G", "requires_improvement": "RI", "adequate": "A", "inadequate": "I"}
GRADE_LETTERS |= dict.fromkeys(UNGRADED, "–")

STRAND_NAMES = {
    "overall": "Overall",
    "leadership": "Leadership",
    "help_and_protection": "Help and protection",
    "children_in_care": "Children in care",
    "care_leavers": "Care leavers",
    "adoption": "Adoption",
    "safeguarding": "Safeguarding",
    "looked_after": "Looked-after children",
    "lscb": "Safeguarding board",
}
STRANDS = list(STRAND_NAMES)

FRAMEWORK_NAMES = {
    "SLAC": "SLAC",
    "CPI": "Child protection",
    "CPRI": "Child protection again",
    "TLAC": "Looked after, targeted",
    "SIF": "SIF",
    "SIF_REINSPECTION": "SIF re-inspection",
    "ILACS": "ILACS",
    "ILACS_2026": "ILACS 2026",
    "JTAI": "Joint area inspection",
}
ERA = {"SLAC": 1, "CPI": 1, "CPRI": 1, "TLAC": 1, "SIF": 2, "SIF_REINSPECTION": 2, "ILACS": 3, "ILACS_2026": 4}
"""Frameworks with the same number share a set of strands; numbers follow time."""
SCALE = {**ERA, "ILACS_2026": ERA["ILACS"]}
"""Frameworks with the same number share a scale: a strand that goes on under ILACS 2026 keeps its grades."""
NO_OVERALL_SINCE = date(2026, 4, 1)
"""Inspections that begin on this day or later give no overall effectiveness grade (Ofsted)."""
NO_OVERALL_FRAMEWORKS = ("ILACS_2026",)
"""The frameworks since that day: four judgements, none of them overall."""

VISIT_NAMES = {
    "focused_visit": "Focused visit",
    "monitoring_visit": "Monitoring visit",
    "joint_targeted": "Joint area inspection",
}
"""Kinds of inspection that give no grade."""

FORMATS = ("html", "pdf", "png", "ipynb", "xlsx", "docx", "pptx")
USUAL_FORMATS = ("html", "pdf", "ipynb")
FORMAT_NAMES = {"html": "page", "pdf": "PDF", "png": "image", "xlsx": "workbook", "ipynb": "notebook"}
FORMAT_NAMES |= {"docx": "Word", "pptx": "slides"}

COMPARATORS = ("neighbours", "neighbours 2021", "neighbours 2025", "region", "London", "core cities")
"""The words for a group of authorities to compare with; `data/coding/groups.csv` may have more."""
USUAL_NEIGHBOURS = "neighbours 2021"
INDEX_NAMES = {"gdp_deflator": "GDP deflator", "cpi": "CPI", "cpih": "CPIH"}
DEFLATORS = tuple(INDEX_NAMES)
FEWEST = 5
"""Below so many cases, workers, documents or authorities there are counts, and no shares, rates, medians or lines."""
