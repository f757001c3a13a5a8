"""How far grades last: paths over three inspections by a rule, variance between authorities, regression to the mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lewisham_study.analysis.models.ordinal import RandomFit, fit_random_ordinal
from lewisham_study.analysis.models.prediction import LADDER
from lewisham_study.analysis.trajectories import estimate_share, rank_judgements
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import GOOD_OR_BETTER

STAGES = {"SIF": ("SIF", 1), "ILACS 1": ("ILACS", 1), "ILACS 2": ("ILACS", 2)}
"""The first SIF, and the first and second ILACS inspection: framework and rank."""
TYPES = {
    "steadily good": "good or better at all three",
    "improved": "below good, then good or better and not below again",
    "fell": "good or better, then below good and not good again",
    "steadily below": "below good at all three",
    "up and down": "changed side twice",
}
"""The types of path, with the rule that a reader can apply."""


@once
def list_stages(tables: Frames) -> pd.DataFrame:
    """List each authority's overall grade at each of `STAGES`, by la_code; missing where it was not graded."""
    grades = {}
    for stage, (framework, rank) in STAGES.items():
        ranked = rank_judgements(tables["judgements"], framework, "overall")
        grades[stage] = ranked[ranked["rank"] == rank].set_index("la_code")["grade"]
    return pd.DataFrame(grades).sort_index()


def name_types(stages: pd.DataFrame) -> pd.Series:
    """Name the type of each path that has all three grades; see `TYPES`.

    Examples
    --------
    >>> rows = [("good", "good", "outstanding"), ("inadequate", "good", "good"), ("good", "inadequate", "good")]
    >>> name_types(pd.DataFrame(rows, columns=list(STAGES))).tolist()
    ['steadily good', 'improved', 'up and down']
    """
    good = stages.dropna().isin(GOOD_OR_BETTER)
    changes = (good.iloc[:, 1:].to_numpy() != good.iloc[:, :-1].to_numpy()).sum(axis=1)
    first = good.iloc[:, 0].to_numpy()
    steady = np.where(first, "steadily good", "steadily below")
    once_changed = np.where(first, "fell", "improved")
    named = np.where(changes == 0, steady, np.where(changes == 1, once_changed, "up and down"))
    return pd.Series(named, index=good.index, dtype=object)


def count_types(stages: pd.DataFrame) -> pd.DataFrame:
    """Count the types of path: type, authorities, of, share, low, high, and unrelated.

    `unrelated` is the share expected if one grade said nothing about the next, with as many good at each stage.
    """
    types, complete = name_types(stages), stages.dropna()
    counts = types.value_counts().reindex(list(TYPES), fill_value=0)
    good = complete.isin(GOOD_OR_BETTER).mean().to_numpy()
    paths = np.array([[first, second, third] for first in (1, 0) for second in (1, 0) for third in (1, 0)])
    chance = np.prod(np.where(paths == 1, good, 1 - good), axis=1)
    words = pd.DataFrame(np.where(paths == 1, "good", "inadequate"), columns=list(STAGES))
    expected = pd.Series(chance).groupby(name_types(words)).sum()
    table = counts.rename_axis("type").rename("authorities").reset_index()
    total = pd.Series(len(types), index=table.index)
    low, high = estimate_share(table["authorities"], total)
    share = table["authorities"] / total
    return table.assign(of=total, share=share, low=low, high=high, unrelated=table["type"].map(expected))


@dataclass(frozen=True)
class Persistence:
    """The variance of grades between authorities, and what followed the lowest and highest grades.

    `returns` has a row for each step and grade: step, grade, inspections, moved (towards the middle), share, low, high
    (Jeffreys) and expected (by the model in which no authority ever changed).
    """

    fit: RandomFit
    authorities: int
    returns: pd.DataFrame


@once
def measure_persistence(tables: Frames) -> Persistence:
    """Fit the grades of all authorities at the three stages, each stage with cut points of its own."""
    stages = list_stages(tables)
    long = stages.reset_index().melt("la_code", var_name="stage", value_name="grade").dropna()
    fit = fit_random_ordinal(
        long["grade"].map(LADDER.index).to_numpy(dtype=np.int64),
        long["stage"].map(list(STAGES).index).to_numpy(dtype=np.int64),
        np.unique(long["la_code"], return_inverse=True)[1].astype(np.int64),
    )
    return Persistence(fit, long["la_code"].nunique(), follow_extremes(stages, fit))


def follow_extremes(stages: pd.DataFrame, fit: RandomFit) -> pd.DataFrame:
    """Count those that moved towards the middle from the lowest and the highest grade, at each step."""
    names, rows = list(STAGES), []
    for step in range(len(names) - 1):
        pair = stages[[names[step], names[step + 1]]].dropna()
        for grade in ("inadequate", "outstanding"):
            place = LADDER.index(grade)
            later = pair.loc[pair[names[step]] == grade, names[step + 1]]
            moved = int((later != grade).sum())
            expected = 1 - float(fit.predict(step, place, step + 1)[place])
            rows.append((f"{names[step]} to {names[step + 1]}", grade, len(later), moved, expected))
    table = pd.DataFrame(rows, columns=["step", "grade", "inspections", "moved", "expected"])
    low, high = estimate_share(table["moved"], table["inspections"])
    return table.assign(share=table["moved"] / table["inspections"], low=low, high=high)


@once
def count_reinspected(tables: Frames) -> tuple[int, int, float, float]:
    """Count the inadequate authorities that improved at their SIF re-inspection, all of them, and the interval's ends.

    Ofsted's annual report of December 2018 says that two thirds had improved.
    """
    found = rank_judgements(tables["judgements"], "SIF_REINSPECTION", "overall")
    improved = found["grade"].map(LADDER.index) > 0
    low, high = estimate_share(pd.Series([int(improved.sum())]), pd.Series([len(found)]))
    return int(improved.sum()), len(found), float(low.iloc[0]), float(high.iloc[0])
