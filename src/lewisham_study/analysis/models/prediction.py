"""Caseload and workforce before an inspection, and the grade that it gave."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lewisham_study.analysis.caseload import COMPARABLE, WORKERS, find_count_year
from lewisham_study.analysis.models.ordinal import fit_ordinal
from lewisham_study.analysis.models.persistence import LADDER, list_spells
from lewisham_study.analysis.models.regression import fit_cox, number_values
from lewisham_study.analysis.rates import score_deprivation
from lewisham_study.analysis.ratings import date_judgements, state_at
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import FEWEST, GRADES

MEASURES = {
    "caseload_fte": ("Cases per worker", "one more case per worker", 1.0),
    "agency_rate_fte": ("Agency workers", "10 points more agency workers", 10.0),
    "vacancy_rate_fte": ("Vacancies", "10 points more vacancies", 10.0),
    "turnover_rate_fte": ("Turnover", "10 points more turnover", 10.0),
}
"""Each measure with its name, the difference that an odds ratio is for, and that difference in its unit."""
VERSIONS = {
    "alone": "each measure alone",
    "adjusted": "with previous grade, year and deprivation",
    "region": "and region",
    "together": "and region, all four measures together",
}
RESAMPLES = 400
REPORTED = {"outstanding": 6.4, "good": 15.1, "requires_improvement": 16.4, "inadequate": 27.0}
"""Agency workers per 100 by grade in Community Care, 24 September 2021, from the workforce of 30 September 2020."""
HAZARDS = {"caseload_fte": 1.053, "agency_rate_fte": 1.001, "turnover_rate_fte": 1.007}
"""Hazard ratios of a lower grade, per case and per point, in the public notebook of another study."""


def list_workforce(workforce: pd.DataFrame) -> pd.DataFrame:
    """Return each authority's `MEASURES` by year of the count on 30 September, since 2017.

    Columns are la_code, year, the measures, and returned_by (the authority, or all of a joint return). Authorities with
    fewer than five workers are left out: one worker more or less would change everything.
    """
    wanted = [*MEASURES, WORKERS]
    chosen = workforce["measure"].isin(wanted) & (workforce["geographic_level"] == "local_authority")
    rows = workforce[chosen & workforce["series"].str.endswith(COMPARABLE)]
    joint = rows["joint_la_codes"].fillna(rows["la_code"])
    rows = rows.assign(year=rows["time_period"].astype(int), returned_by=joint)
    wide = rows.pivot_table(index=["la_code", "year", "returned_by"], columns="measure", values="value")
    wide = wide.reindex(columns=wanted).reset_index().rename_axis(columns=None)
    return wide[~(wide[WORKERS] < FEWEST)].drop(columns=WORKERS)


@once
def list_predicted(tables: Frames) -> pd.DataFrame:
    """List every graded ILACS inspection with the workforce of the last 30 September before its first day on site.

    Returns la_code, date, grade, level (its place on `LADDER`), previous (the overall grade before; missing for a first
    one) with its framework, year (of the count), the measures, returned_by, deprivation and region.
    """
    dated = date_judgements(tables["judgements"], "inspected")
    overall = dated[dated["strand"] == "overall"].copy()
    before = overall.groupby("la_code")[["grade", "framework"]].shift(1)
    overall[["previous", "previous_framework"]] = before.to_numpy()
    ilacs = overall[overall["framework"] == "ILACS"]
    columns = ["la_code", "date", "grade", "previous", "previous_framework", "source_id"]
    found = ilacs[columns].assign(
        year=find_count_year(ilacs["date"]), level=ilacs["grade"].map(LADDER.index).astype("int64")
    )
    region = tables["authorities"].set_index("la_code")["region"]
    deprivation = score_deprivation(tables["deprivation"])
    found = found.assign(region=found["la_code"].map(region), deprivation=found["la_code"].map(deprivation))
    return found.merge(list_workforce(tables["workforce"]), on=["la_code", "year"], how="left")


@once
def list_prediction_sources(tables: Frames) -> set[str]:
    """List the sources of the inspections and of the workforce."""
    workforce = tables["workforce"]
    used = workforce["measure"].isin(list(MEASURES)) & workforce["series"].str.endswith(COMPARABLE)
    return {*list_predicted(tables)["source_id"], *workforce.loc[used, "source_id"]}


@once
def measure_means(tables: Frames) -> pd.DataFrame:
    """Return the mean and the quartiles of each measure by grade: measure, grade, inspections, mean, low, high."""
    predicted, rows = list_predicted(tables), []
    for measure in MEASURES:
        for grade in LADDER:
            values = predicted.loc[predicted["grade"] == grade, measure].dropna()
            low, high = values.quantile([0.25, 0.75])
            rows.append((measure, grade, len(values), values.mean(), low, high))
    return pd.DataFrame(rows, columns=["measure", "grade", "inspections", "mean", "low", "high"])


def arrange_controls(sample: pd.DataFrame, *, region: bool) -> np.ndarray:
    """Return the controls as columns: previous grade, whether it was of the SIF, year, deprivation and region."""
    parts = [(sample["previous"] == grade).astype(float) for grade in LADDER if grade != "requires_improvement"]
    parts += [(sample["previous_framework"] != "ILACS").astype(float), sample["year"] - 2020.0, sample["deprivation"]]
    columns = [np.asarray(part, dtype=float) for part in parts]
    if region:
        columns += list(pd.get_dummies(sample["region"], drop_first=True, dtype=float).to_numpy().T)
    return np.column_stack(columns)


@once
def estimate_prediction(tables: Frames) -> pd.DataFrame:
    """Estimate the odds of a higher grade by each measure, in every one of `VERSIONS`.

    Returns measure, version, odds_ratio, low, high, inspections and authorities. All versions use the same inspections:
    those with every measure and a previous grade. Intervals come from authorities drawn with replacement.
    """
    sample = list_predicted(tables).dropna(subset=[*MEASURES, "previous", "deprivation"])
    groups = number_values(sample["returned_by"])
    level = sample["level"].to_numpy()
    scaled = np.column_stack([sample[name].to_numpy() / unit for name, (_, _, unit) in MEASURES.items()])
    near, far = (arrange_controls(sample, region=region) for region in (False, True))
    counts, rows = (len(sample), int(groups.max()) + 1), []
    for place, measure in enumerate(MEASURES):
        own = scaled[:, [place]]
        designs = {"alone": own, "adjusted": np.hstack([own, near]), "region": np.hstack([own, far])}
        for version, design in designs.items():
            fit = fit_ordinal(level, design, groups, resamples=RESAMPLES)
            rows.append((measure, version, *fit.odds(0), *counts))
    joint = fit_ordinal(level, np.hstack([scaled, far]), groups, resamples=RESAMPLES)
    rows += [(measure, "together", *joint.odds(place), *counts) for place, measure in enumerate(MEASURES)]
    columns = ["measure", "version", "odds_ratio", "low", "high", "inspections", "authorities"]
    return pd.DataFrame(rows, columns=columns).round({"odds_ratio": 4, "low": 4, "high": 4})


@once
def compare_agency(tables: Frames) -> pd.DataFrame:
    """Return the mean agency rate of 30 September 2020 by the grade published by 24 September 2021.

    All authorities count, also the tiny ones, as in the article. Returns grade, authorities, mean (of authorities),
    reported (in Community Care) and difference.
    """
    state = state_at(tables["judgements"], tables["authorities"], "2021-09-24", basis="published")
    workforce = tables["workforce"]
    counted = (workforce["measure"] == "agency_rate_fte") & (workforce["time_period"] == "2020")
    rates = workforce[counted].dropna(subset="la_code").set_index("la_code")["value"]
    graded = state[state["grade"].isin(GRADES)].assign(rate=state["la_code"].map(rates))
    means = graded.groupby("grade")["rate"].agg(authorities="count", mean="mean").reindex(list(REPORTED))
    table: pd.DataFrame = means.assign(reported=pd.Series(REPORTED)).rename_axis("grade").reset_index()
    return table.assign(difference=table["mean"] - table["reported"])


@once
def estimate_downgrades(tables: Frames) -> pd.DataFrame:
    """Estimate the hazard of a lower grade at the next ILACS, by the workforce of the last 30 September.

    Returns measure, hazard_ratio (per case or point), low, high, reported (by the other study), inspections (spells)
    and downgrades. Time runs from the inspection that gave the grade; one that gives no lower grade ends it.
    """
    spells = list_spells(tables, "inspected")
    spells = spells[(spells["framework"] == "ILACS") & (spells["grade"] != LADDER[0])].reset_index(drop=True)
    later = spells["next_grade"].map({grade: place for place, grade in enumerate(LADDER)})
    fell = later < spells["grade"].map(LADDER.index)
    periods = []
    for year in range(2017, int(tables["workforce"]["time_period"].astype(int).max()) + 1):
        opens = (pd.Timestamp(year, 10, 1) - spells["start"]).dt.days / 365.25
        begin, end = opens.clip(lower=0), (opens + 1).clip(upper=spells["years"])
        part = pd.DataFrame({"spell": spells.index, "la_code": spells["la_code"], "year": year})
        part = part.assign(begin=begin, end=end, ended=fell & (spells["years"] <= opens + 1))
        periods.append(part[end > begin])
    rows = pd.concat(periods).merge(list_workforce(tables["workforce"]), on=["la_code", "year"])
    rows = rows.dropna(subset=list(HAZARDS))
    groups = number_values(rows["returned_by"])
    design = rows[list(HAZARDS)].to_numpy()
    middle = design.mean(axis=0)
    fit = fit_cox(
        rows["begin"].to_numpy(), rows["end"].to_numpy(), rows["ended"].to_numpy(dtype=bool), design - middle, groups
    )
    counts = rows["spell"].nunique(), int(rows["ended"].sum())
    found = [(name, *fit.ratio(place), HAZARDS[name], *counts) for place, name in enumerate(HAZARDS)]
    columns = ["measure", "hazard_ratio", "low", "high", "reported", "inspections", "downgrades"]
    return pd.DataFrame(found, columns=columns).round({"hazard_ratio": 4, "low": 4, "high": 4})
