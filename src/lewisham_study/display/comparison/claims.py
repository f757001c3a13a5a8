"""Claims that others published, each next to the number computed here."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models.replication import replicate_claims
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import begin_sentence, format_count

VERDICTS = {
    "matches": "matches",
    "close": "close",
    "same_direction": "same direction",
    "differs": "differs",
    "not_reproduced": "not reproduced",
}


def show_claims(case: Case) -> TableExhibit:
    """Show every published claim with its number, ours, and the reason for any difference."""
    claims = replicate_claims(case.tables)
    table = pd.DataFrame(
        {
            "Who": claims["source_title"],
            "Claim": claims["claim"],
            "Published": claims["published"],
            "Here": claims["ours"],
            "Verdict": claims["verdict"].map(VERDICTS),
            "Why": claims["reason"].map(begin_sentence, na_action="ignore"),
        }
    )
    return TableExhibit(
        table,
        "tbl-comparison-claims",
        title_claims(claims),
        "The same for every authority. Brackets: 95% intervals. The table `replications` has each address and the key "
        "of the function that computes it.",
    )


def title_claims(claims: pd.DataFrame) -> str:
    """Count the claims by verdict."""
    counts = claims["verdict"].value_counts()
    words = VERDICTS | {"matches": "match", "differs": "differing"}
    parts = [f"{counts[verdict]} {word}" for verdict, word in words.items() if verdict in counts]
    return f"Of {len(claims)} published claims: {', '.join(parts)}"


def summarise_claims(case: Case) -> Prose:
    """Summarise how many claims come out as published, which differ and which cannot be computed."""
    claims = replicate_claims(case.tables)
    verdicts = claims["verdict"]
    near = int(verdicts.isin(["matches", "close", "same_direction"]).sum())
    apart, lacking = claims[verdicts == "differs"], int((verdicts == "not_reproduced").sum())
    named = "; ".join(
        f"{row['source_title']}: {row['published']}, here {row['ours']}" for row in apart.to_dict("records")
    )
    differ = f" {format_count(len(apart))} differ{'s' if len(apart) == 1 else ''} ({named})." if len(apart) else ""
    cannot = f" {format_count(lacking)} cannot be computed from official data." if lacking else ""
    return Prose(
        f"Of {len(claims)} claims of others, computed again from the tables of this study, **{near}** match, come "
        f"close or point in the same direction.{differ}{cannot} A claim computed again is not thereby shown to be more "
        "than an association."
    )
