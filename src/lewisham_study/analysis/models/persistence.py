"""What followed a grade: types of path, regression to the mean, the next inspection, and a promise tested."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from lewisham_study.analysis.models.intervals import DAYS_A_YEAR, estimate_kaplan_meier, find_cutoff
from lewisham_study.analysis.models.ordinal import RandomFit, fit_random_ordinal
from lewisham_study.analysis.models.regression import number_values
from lewisham_study.analysis.ratings import date_judgements, mark_ungraded
from lewisham_study.analysis.trajectories import add_shares, estimate_share, grade_stages, rank_judgements
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import GOOD_OR_BETTER, GRADES, GRADES_SINCE_2013, Basis

LADDER = GRADES_SINCE_2013[::-1]
"""The four grades since 2013, lowest first."""
BELOW = "requires_improvement"
USUAL_START = (BELOW, BELOW)
"""Lewisham's start, which is also shown for an authority without both grades."""
LOWER_BOUND, TARGET = "news-shopper-2020-001", "news-shopper-2020-054"
"""The claims of January 2020: a minimum of two years, and a target of two years."""
STAGES = {"SIF": ("SIF", "overall", 1), "ILACS 1": ("ILACS", "overall", 1), "ILACS 2": ("ILACS", "overall", 2)}
"""The first SIF, and the first and second ILACS inspection, see `trajectories.grade_stages`."""
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
    return grade_stages(tables["judgements"], STAGES).sort_index()


def name_types(stages: pd.DataFrame) -> pd.Series:
    """Name the type of each path that has all three grades; see `TYPES`."""
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
    paths = np.array(list(product((1, 0), repeat=len(STAGES))))
    chance = np.prod(np.where(paths == 1, good, 1 - good), axis=1)
    words = pd.DataFrame(np.where(paths == 1, "good", "inadequate"), columns=list(STAGES))
    expected = pd.Series(chance).groupby(name_types(words)).sum()
    table = counts.rename_axis("type").rename("authorities").reset_index()
    return add_shares(table.assign(of=len(types))).assign(unrelated=table["type"].map(expected))


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
        number_values(long["la_code"]),
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
    return add_shares(table, "moved", "inspections")


@once
def count_reinspected(tables: Frames) -> tuple[int, int, float, float]:
    """Count the inadequate authorities that improved at their SIF re-inspection, all of them, and the interval's ends.

    Ofsted's annual report of December 2018 says that two thirds had improved.
    """
    found = rank_judgements(tables["judgements"], "SIF_REINSPECTION", "overall")
    return count_part(found["grade"] != LADDER[0])


def count_part(mark: pd.Series) -> tuple[int, int, float, float]:
    """Count the rows that are marked and all rows, with the ends of the 95% Jeffreys interval of their share."""
    part, total = int(mark.sum()), len(mark)
    low, high = estimate_share(part, total)
    return part, total, float(low), float(high)


@once
def list_spells(tables: Frames, basis: Basis) -> pd.DataFrame:
    """List every overall grade since the SIF began, with the inspection that followed it.

    Returns la_code, framework, rank (among the authority's grades under the framework), grade, start (day),
    next_grade (missing if not inspected again; `no_overall_grade` if inspected since April 2026), next_framework,
    next_date, inspected, and years to the next inspection or, without one, to the last day seen: that of the data or
    of the authority. Visits give no grade and end no spell.
    """
    seen_to = find_last_day(tables, basis)
    dated = date_judgements(mark_ungraded(tables["judgements"]), basis)
    overall = dated[(dated["strand"] == "overall") & dated["framework"].str.startswith(("SIF", "ILACS"))]
    after = overall.groupby("la_code")[["grade", "framework", "date"]].shift(-1).add_prefix("next_")
    spells = overall[["la_code", "framework", "grade", "date"]].rename(columns={"date": "start"}).join(after)
    spells["rank"] = spells.groupby(["la_code", "framework"]).cumcount() + 1
    spells = spells[spells["grade"].isin(GRADES)]
    ends = tables["authorities"].set_index("la_code")["valid_to"].fillna(seen_to)
    ends = ends.where(ends < seen_to, seen_to)
    last = spells["next_date"].fillna(spells["la_code"].map(ends))
    years = ((last - spells["start"]).dt.days / DAYS_A_YEAR).clip(lower=0)
    return spells.assign(inspected=spells["next_date"].notna(), years=years).reset_index(drop=True)


@once
def find_last_day(tables: Frames, basis: Basis) -> pd.Timestamp:
    """Return the last day for which inspections are held: of the last overall grade, or a later one without any."""
    judgements = tables["judgements"]
    dated = date_judgements(judgements[judgements["framework"].str.startswith("ILACS")], basis)["date"]
    last: pd.Timestamp = max(find_cutoff(judgements, basis), dated.max())
    return last


def find_start(spells: pd.DataFrame, la_code: str) -> tuple[str, str] | None:
    """Return the grades of an authority's first SIF and first ILACS inspection; None without both."""
    own = spells[(spells["la_code"] == la_code) & (spells["rank"] == 1)].set_index("framework")["grade"]
    return (str(own["SIF"]), str(own["ILACS"])) if {"SIF", "ILACS"} <= set(own.index) else None


def select_same_start(spells: pd.DataFrame, start: tuple[str, str]) -> pd.DataFrame:
    """Select the first ILACS spells of the authorities with two given grades at the first SIF and the first ILACS."""
    first = spells[spells["rank"] == 1]
    sif = first.loc[(first["framework"] == "SIF") & (first["grade"] == start[0]), "la_code"]
    chosen = (first["framework"] == "ILACS") & (first["grade"] == start[1]) & first["la_code"].isin(sif)
    return first[chosen].sort_values(["years", "la_code"], ignore_index=True)


def count_next(spells: pd.DataFrame) -> pd.DataFrame:
    """Count the next overall grades of spells that have one, best first.

    Returns next_grade, authorities, of, share, and low and high, the ends of the 95% Jeffreys interval.
    """
    graded = spells[spells["next_grade"].isin(GRADES)]
    counts = graded["next_grade"].value_counts().reindex(GRADES_SINCE_2013)
    table = counts.fillna(0).astype(int).rename_axis("next_grade").rename("authorities").reset_index()
    return add_shares(table.assign(of=len(graded)))


def count_good(spells: pd.DataFrame) -> tuple[int, int, float, float]:
    """Count the spells followed by good or outstanding, those followed by any grade, and the ends of the interval."""
    graded = spells[spells["next_grade"].isin(GRADES)]
    return count_part(graded["next_grade"].isin(GOOD_OR_BETTER))


def follow_gaps(spells: pd.DataFrame) -> pd.DataFrame:
    """Return the share inspected again by each time (years): inspections are dated, so nothing is hidden."""
    return estimate_kaplan_meier(spells["years"], spells["inspected"])


@dataclass(frozen=True)
class Promise:
    """A claim about the time to good, and what could be known about it.

    `said` and `due` are its day and the day it names; `own` is the spell it was about; `standing` are the ILACS spells
    at requires improvement in force on that day, of which `inspected_by_due` were inspected again by `due`;
    `soonest` is the shortest time (years) from any such grade to the next inspection, and `earliest` the day that is
    that long after the own grade.
    """

    said: pd.Timestamp
    years: float
    due: pd.Timestamp
    own: pd.Series
    standing: pd.DataFrame
    inspected_by_due: int
    soonest: float
    earliest: pd.Timestamp


@once
def check_promise(tables: Frames, basis: Basis) -> Promise:
    """Compare the claim of January 2020, a minimum of two years, with the inspections of those years."""
    facts = tables["facts"]
    claim, target = (facts[facts["fact_id"] == one].iloc[0] for one in (LOWER_BOUND, TARGET))
    said, due = pd.Timestamp(target["period_start"]), pd.Timestamp(target["period_end"])
    spells = list_spells(tables, basis)
    below = spells[(spells["framework"] == "ILACS") & (spells["grade"] == BELOW)]
    standing = below[(below["start"] <= said) & ~(below["next_date"] <= said)]
    events = tables["events"]
    about = events.loc[events["source_id"] == target["source_id"], "la_code"].iloc[0]
    own = standing[standing["la_code"] == about].iloc[-1]
    soonest = float(below.loc[below["inspected"], "years"].min())
    earliest = own["start"] + pd.Timedelta(days=round(soonest * DAYS_A_YEAR))
    inspected = int((standing["next_date"] <= due).sum())
    return Promise(said, float(claim["value"]), due, own, standing, inspected, soonest, earliest)
