"""What followed a grade: the next inspection of every authority, of those with the same start, and a promise tested."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from lewisham_study.analysis.models.intervals import DAYS_A_YEAR, find_cutoff
from lewisham_study.analysis.ratings import date_judgements, mark_ungraded
from lewisham_study.analysis.trajectories import estimate_share
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import GOOD_OR_BETTER, GRADES, Basis

BELOW = "requires_improvement"
USUAL_START = (BELOW, BELOW)
"""Lewisham's start, which is also shown for an authority without both grades."""
LOWER_BOUND, TARGET = "news-shopper-2020-001", "news-shopper-2020-054"
"""The claims of January 2020: a minimum of two years, and a target of two years."""


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
    counts = graded["next_grade"].value_counts().reindex([grade for grade in GRADES if grade != "adequate"])
    table = counts.fillna(0).astype(int).rename_axis("next_grade").rename("authorities").reset_index()
    total = pd.Series(len(graded), index=table.index)
    low, high = estimate_share(table["authorities"], total)
    return table.assign(of=total, share=table["authorities"] / total, low=low, high=high)


def count_good(spells: pd.DataFrame) -> tuple[int, int, float, float]:
    """Count the spells followed by good or outstanding, those followed by any grade, and the ends of the interval."""
    graded = spells[spells["next_grade"].isin(GRADES)]
    good, total = int(graded["next_grade"].isin(GOOD_OR_BETTER).sum()), len(graded)
    low, high = estimate_share(pd.Series([good]), pd.Series([total]))
    return good, total, float(low.iloc[0]), float(high.iloc[0])


def follow_gaps(spells: pd.DataFrame) -> pd.DataFrame:
    """Return the share inspected again by each time (Kaplan-Meier: inspections are dated, so nothing is hidden).

    Columns are time (years) and share, from time 0.
    """
    table = pd.DataFrame({"seen": spells.groupby("years")["inspected"].sum(), "left": spells.groupby("years").size()})
    at_risk = table["left"][::-1].cumsum()[::-1]
    share = 1 - (1 - table["seen"] / at_risk).cumprod()
    curve = pd.DataFrame({"time": share.index.astype(float), "share": share.to_numpy()})
    return pd.concat([pd.DataFrame({"time": [0.0], "share": [0.0]}), curve], ignore_index=True)


def find_gap(spells: pd.DataFrame, share: float = 0.5) -> float:
    """Return the years after which a share had been inspected again; infinite if it has not been reached."""
    curve = follow_gaps(spells)
    past = curve[curve["share"] >= share - 1e-12]
    return float(past["time"].iloc[0]) if len(past) else float("inf")


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
