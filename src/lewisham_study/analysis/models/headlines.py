"""Compare published headlines with the values computed from the tidy tables."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

import pandas as pd

from lewisham_study.analysis.rates import sum_authorities
from lewisham_study.analysis.ratings import date_judgements, mark_ungraded, read_state
from lewisham_study.analysis.trajectories import pair_frameworks
from lewisham_study.errors import DataError, UsageError
from lewisham_study.tidy.coding import parse_key
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import GOOD_OR_BETTER, GRADES, Basis

FIGURE_KEY = ["new_la_code", "time_period", "measure", "series"]


def find_figure(tables: Frames, *, area: str, divide_by: str = "1", **choice: str) -> float:
    """Return one figure of one area (`la_name`); `divide_by` 1000000 gives millions. See `select_figures`."""
    figures = select_figures(tables, **choice)
    found = require_one(figures[figures["la_name"] == area], f"{choice} for {area}")
    return float(found["value"]) / float(divide_by)


def rank_figure(tables: Frames, *, order: str, rank: str = "1", **choice: str) -> float:
    """Return the n-th lowest or highest figure among authorities, counting a joint return once."""
    figures = select_figures(tables, **choice)
    local = figures[figures["geographic_level"] == "local_authority"]
    returns = local.assign(returned_by=local["joint_la_codes"].fillna(local["la_code"])).drop_duplicates("returned_by")
    return float(returns["value"].sort_values(ascending=order == "lowest", kind="stable").iloc[int(rank) - 1])


def sum_figures(tables: Frames, *, divide_by: str = "1", **choice: str) -> float:
    """Sum a figure over all authorities, counting a joint return once."""
    total = require_one(sum_authorities(select_figures(tables, **choice)), str(choice))
    return float(total["value"]) / float(divide_by)


def sum_per_child(tables: Frames, *, population: str, **choice: str) -> float:
    """Divide a sum over all authorities by the children of England in mid-year `population`."""
    children = tables["population"]
    england = children[(children["geographic_level"] == "national") & (children["time_period"] == population)]
    return sum_figures(tables, **choice) / float(require_one(england, f"children of England in {population}")["value"])


def average_per_child(tables: Frames, *, measures: str, period: str, population: str, index: str, base: str) -> float:
    """Return the plain mean over authorities of real spend per child.

    `measures` (space-separated) are added; `population` is the year of the children; `base` sets the prices.
    """
    spend = tables["spend"]
    chosen = spend["measure"].isin(measures.split()) & (spend["time_period"] == period)
    chosen &= spend["geographic_level"] == "local_authority"
    wide = spend[chosen].pivot(index="new_la_code", columns="measure", values="value").sum(axis=1, skipna=False)
    children = tables["population"][tables["population"]["time_period"] == population].set_index("new_la_code")["value"]
    prices = tables["prices"][tables["prices"]["index_name"] == index].set_index("time_period")["value"]
    return float((wide / children.reindex(wide.index)).mean() * prices[base] / prices[period])


def select_figures(tables: Frames, *, table: str, measure: str, period: str, edition: str = "") -> pd.DataFrame:
    """Select the figures of one measure and period, of the latest edition or the one with source_id `edition`.

    The measure must have only one series.
    """
    figures = tables[table]
    figures = figures[(figures["measure"] == measure) & (figures["time_period"] == period)]
    if edition:
        revisions = tables["revisions"]
        old = revisions[revisions["source_id_superseded"] == edition].set_index(FIGURE_KEY)["value_superseded"]
        keys = pd.MultiIndex.from_frame(figures[FIGURE_KEY])
        revised = keys.isin(old.index)
        figures = figures.assign(value=figures["value"].mask(revised, old.reindex(keys).to_numpy()))
    return figures


def require_one(found: pd.DataFrame, what: str) -> pd.Series:
    """Return the only row, or raise an error with the number of rows."""
    if len(found) != 1:
        raise UsageError(f"the recipe needs one row, found {len(found)}: {what}")
    return found.iloc[0]


TYPICAL_LAG = pd.Timedelta(days=74)
"""Median time from first day on site to publication, of the 147 first SIF inspections with known days."""
SIF = ["SIF", "SIF_REINSPECTION"]


def list_in_force(
    tables: Frames,
    *,
    date: str,
    published_by: str = "",
    grades: str = " ".join(GRADES),
    strands: str = "overall",
    regions: str = "",
) -> pd.Series:
    """Mark, of the authorities judged by a date, those whose grade in force is one of those chosen on every strand.

    `grades` and `strands` are space-separated, `regions` separated by `|` (empty: England). Authorities not yet judged
    are left out, as in the releases.
    """
    dated = date_inferred(tables, TYPICAL_LAG)
    authorities = tables["authorities"]
    if regions:
        authorities = authorities[authorities["region"].isin(regions.split("|"))]
    marked = []
    for strand in strands.split():
        state = read_state(dated, authorities, date, strand=strand, published_by=published_by or None)
        judged = state[state["grade"].isin(GRADES)].set_index("la_code")["grade"]
        marked.append(judged.isin(grades.split()))
    return pd.concat(marked, axis=1, join="inner").all(axis=1)


@once
def date_inferred(tables: Frames, lag: pd.Timedelta) -> pd.DataFrame:
    """Sort the judgements by the first day on site, estimated where no source gives it; see `infer_start`."""
    return date_judgements(mark_ungraded(infer_start(tables["judgements"], lag)), "inspected")


def infer_start(judgements: pd.DataFrame, lag: pd.Timedelta) -> pd.DataFrame:
    """Estimate the first day on site of SIF inspections without one in any source; used for headlines only.

    Ofsted counts an inspection from that day, and six (of authorities since abolished) have none here. Any gap from 53
    days, which all others but one took, to 225, the longest, gives the same headlines; a test checks this.
    """
    estimated = judgements["start_date"].isna() & judgements["framework"].isin(SIF)
    start = judgements["start_date"].mask(estimated, judgements["published_date"] - lag)
    return judgements.assign(start_date=start)


def list_judgements(
    tables: Frames,
    *,
    frameworks: str,
    strand: str = "overall",
    grades: str = " ".join(GRADES),
    since: str = "",
    until: str = "",
    dated: Basis = "published",
    published_by: str = "2100-01-01",
    rank: str = "",
) -> pd.Series:
    """Mark, of the judgements of a strand, those whose grade is among those chosen.

    `frameworks` and `grades` are space-separated; `since` and `until` are the first and last day on the basis `dated`;
    `rank` 1 keeps each authority's first judgement under these frameworks, and so on (empty: all).
    """
    judgements = infer_start(tables["judgements"], TYPICAL_LAG)
    chosen = judgements["framework"].isin(frameworks.split()) & (judgements["strand"] == strand)
    ranked = date_judgements(judgements[chosen], dated)
    ranked = ranked.assign(rank=(ranked.groupby("la_code").cumcount() + 1).astype(str))
    within = ranked["date"].between(pd.Timestamp(since or "1900-01-01"), pd.Timestamp(until or "2100-01-01"))
    within &= ranked["published_date"] <= pd.Timestamp(published_by)
    kept = ranked[within & ((ranked["rank"] == rank) | (rank == ""))]
    return kept["grade"].isin(grades.split())


def count_moves(tables: Frames, *, first: str, second: str, move: str, until: str = "2100-01-01") -> float:
    """Count the authorities that moved from their first overall grade under one framework to that under another.

    `move` is all, improved, same, declined, or kept_good (the same grade, good or outstanding); `until` is the last
    first day on site that counts.
    """
    pairs = pair_frameworks(tables, first, second, ("overall", "overall"))
    pairs = pairs[pairs["date_to"] <= pd.Timestamp(until)]
    steps = pairs["grade_to"].map(GRADES.index) - pairs["grade_from"].map(GRADES.index)
    good = pairs["grade_to"].isin(GOOD_OR_BETTER)
    moves = {"all": steps.notna(), "improved": steps < 0, "same": steps == 0, "declined": steps > 0}
    moves["kept_good"] = moves["same"] & good
    return float(moves[move].sum())


def differ_after(
    tables: Frames,
    *,
    framework: str,
    strand: str,
    prior_strand: str,
    prior_grade: str,
    grade: str,
    than: str,
    until: str = "2100-01-01",
) -> float:
    """Count how many more authorities got one grade than another, among those with a given grade just before.

    The first judgement of each authority under `framework` counts, if published by `until`; the grade before is the
    latest published on `prior_strand`.
    """
    judgements = tables["judgements"].sort_values("published_date", kind="stable")
    columns = ["la_code", "published_date", "grade"]
    later = judgements[(judgements["framework"] == framework) & (judgements["strand"] == strand)]
    later = later.loc[later["published_date"] <= pd.Timestamp(until), columns].drop_duplicates("la_code")
    prior = judgements.loc[judgements["strand"] == prior_strand, columns]
    pairs = pd.merge_asof(
        later, prior, on="published_date", by="la_code", suffixes=("", "_prior"), allow_exact_matches=False
    )
    grades = pairs.loc[pairs["grade_prior"] == prior_grade, "grade"]
    return float((grades == grade).sum() - (grades == than).sum())


def find_grade(tables: Frames, *, la_code: str, framework: str, strand: str, published: str) -> str:
    """Return the grade that one authority got in the report published on a day."""
    judgements = tables["judgements"]
    wanted = {"la_code": la_code, "framework": framework, "strand": strand, "published_date": pd.Timestamp(published)}
    found = judgements[(judgements[list(wanted)] == list(wanted.values())).all(axis=1)]
    return str(require_one(found, f"{framework} {strand} of {la_code} published {published}")["grade"])


def count_marked(mark: Callable[..., pd.Series], tables: Frames, **choice: str) -> float:
    """Count what `mark` marks."""
    return float(mark(tables, **choice).sum())


def share_marked(mark: Callable[..., pd.Series], tables: Frames, **choice: str) -> float:
    """Return the percentage of what `mark` marks, of all it looks at."""
    return float(100 * mark(tables, **choice).mean())


RECIPES: dict[str, Callable[..., float | str]] = {
    "find_figure": find_figure,
    "rank_figure": rank_figure,
    "sum_figures": sum_figures,
    "sum_per_child": sum_per_child,
    "average_per_child": average_per_child,
    "count_in_force": partial(count_marked, list_in_force),
    "share_in_force": partial(share_marked, list_in_force),
    "count_judgements": partial(count_marked, list_judgements),
    "share_judgements": partial(share_marked, list_judgements),
    "count_moves": count_moves,
    "differ_after": differ_after,
    "find_grade": find_grade,
}
"""The recipes by their names in `headline_recipes.csv`."""

RECIPE_FILE = "data/coding/headline_recipes.csv"
COMPARED = ["headline_id", "measure", "scope", "as_at", "unit", "published", "computed", "difference", "verdict"]
COMPARED += ["accepted", "reason", "source_title", "url"]


def compare_headlines(headlines: pd.DataFrame, tables: Frames) -> pd.DataFrame:
    """Compute every published headline that has a recipe and compare it with the published value.

    published and computed are text, to the precision of the publication; verdict is matches, differs or not_reached;
    accepted is the computed value that `reason` explains.
    """
    compared = headlines.rename(columns={"value": "published"})
    rows = headlines.to_dict("records")
    compared["computed"] = [round_like(compute_headline(row, tables), str(row["value"])) for row in rows]
    same = compared["computed"] == compared["published"]
    compared["verdict"] = same.map({True: "matches", False: "differs"}).mask(compared["computed"].isna(), "not_reached")
    numbers = compared[["published", "computed"]].apply(pd.to_numeric, errors="coerce")
    compared["difference"] = (numbers["computed"] - numbers["published"]).round(6)
    return compared[COMPARED]


@once
def compare_measure(tables: Frames, measure: str) -> pd.DataFrame:
    """Compare the headlines on one measure that have a recipe; see `compare_headlines`."""
    headlines = tables["headlines"]
    chosen = (headlines["measure"] == measure) & headlines["recipe"].notna()
    return compare_headlines(headlines[chosen], tables)


def compute_headline(headline: dict[Hashable, Any], tables: Frames) -> float | str | None:
    """Compute one headline by its recipe; return None if it has none."""
    recipe = headline["recipe"]
    if pd.isna(recipe):
        return None
    try:
        return RECIPES[str(recipe)](tables, **parse_key(str(headline["arguments"])))
    except (KeyError, TypeError, ValueError, UsageError) as error:
        expected = f"a recipe with its arguments for {headline['headline_id']}"
        raise DataError(
            RECIPE_FILE, expected, f"{recipe}: {error}", hint="correct the recipe or its arguments"
        ) from None


def round_like(value: float | str | None, published: str) -> str | None:
    """Round a computed value, halves up, to as many decimals as the published one has."""
    if value is None or isinstance(value, str):
        return value
    digits = len(published.partition(".")[2])
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def list_unexplained(compared: pd.DataFrame) -> list[DataError]:
    """List the headlines whose value differs from the published one without a coded reason for that value."""
    explained = (compared["verdict"] == "not_reached") | (compared["computed"] == compared["accepted"])
    unexplained = compared[(compared["verdict"] != "matches") & ~explained]
    hint = "if the data are right, add the value and the reason there"
    return [
        DataError(RECIPE_FILE, f"{row['published']} for {row['headline_id']}", str(row["computed"]), hint=hint)
        for row in unexplained.to_dict("records")
    ]
