"""What inspectors say of caseloads beside what was counted, and what they ask to be improved."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD, COMPARABLE, find_count_year
from lewisham_study.analysis.rates import look_up, mark_listed
from lewisham_study.analysis.trajectories import add_shares
from lewisham_study.authorities import find_authority
from lewisham_study.tidy.tables import Frames, Tables, once
from lewisham_study.vocabulary import GRADES

SAID = ["high", "uneven", "manageable", "low"]
"""Levels that a document can give, in the order of the figures."""
HEAVY = ("high", "uneven")
BANDS = [0, 14, 16, 18, 20, 99]
BAND_NAMES = ["under 14", "14 to 16", "16 to 18", "18 to 20", "20 or more"]
"""Counted cases per worker; a band holds its lower end."""
STEADY = 0.5
"""Cases per worker: a smaller change of the count is none."""
DIRECTIONS = ["rising", "steady", "falling", "none"]
COUNTED = ["rose", "about the same", "fell"]


def statements(
    authority: str | None = None,
    *,
    who: str | None = None,
    level: str | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Return what inspectors said about caseloads, coded sentence by sentence.

    Parameters
    ----------
    authority : str, optional
        Name or number of an authority; all of them unless given.
    who : {'social_workers', 'other_staff', 'unclear'}, optional
        Whose caseload; anybody's unless given.
    level : {'high', 'manageable', 'low', 'uneven', 'none'}, optional
        The level that the sentence gives; any unless given.
    tables : mapping of str to pandas.DataFrame, optional
        The tidy tables; those of this copy of the study unless given.

    Returns
    -------
    pandas.DataFrame
        Rows of the table `statements`, by day of publication, with the `kind`, `framework` and first day on site
        (`start_date`) of the inspection or visit.

    Raises
    ------
    UsageError
        If no authority is called so.

    See Also
    --------
    lewisham_study.load_table : Any table as it is.

    Examples
    --------
    >>> import lewisham_study as study
    >>> said = study.statements("Lewisham", who="social_workers")
    >>> said.loc[said["published_date"] == "2019-08-19", "level"].unique().tolist()
    ['uneven', 'manageable', 'low']
    """
    frames = Tables() if tables is None else tables
    rows = frames["statements"]
    if authority is not None:
        rows = rows[rows["la_code"] == find_authority(frames["authorities"], authority)["la_code"]]
    for column, value in (("who", who), ("level", level)):
        rows = rows if value is None else rows[rows[column] == value]
    about = frames["inspections"].set_index("inspection_id")[["kind", "framework", "start_date", "report_url"]]
    found = rows.join(about, on="inspection_id")
    return found.sort_values(["published_date", "statement_id"], kind="stable", ignore_index=True)


def choose_level(levels: pd.Series) -> str:
    """Choose what a whole document says of a level: the one given, or uneven where it gives several."""
    given = set(levels) - {"none"}
    return given.pop() if len(given) == 1 else "uneven" if given & set(HEAVY) else "manageable" if given else "none"


def choose_direction(directions: pd.Series) -> str:
    """Choose what a whole document says of a change: the one direction it gives, or none where it gives several."""
    given = set(directions) - {"none"}
    return given.pop() if len(given) == 1 else "none"


@once
def describe_documents(tables: Frames) -> pd.DataFrame:
    """Describe each document that speaks of social workers' caseloads: level and direction said, and counted.

    Counted is the average caseload on the last 30 September before the first day on site (`counted`), and its change
    since the year before; both are missing where none was published or the figure carries a caution.
    """
    said = statements(tables=tables, who="social_workers").dropna(subset="inspection_id")
    grouped = said.groupby("inspection_id", sort=True)
    documents = grouped[["la_code", "kind", "framework", "start_date", "published_date"]].first()
    documents["level"] = grouped["level"].agg(choose_level)
    documents["direction"] = grouped["direction"].agg(choose_direction)
    documents["year"] = find_count_year(documents["start_date"].fillna(documents["published_date"]))
    counts = list_counts(tables)
    documents["counted"] = look_up(counts, documents["la_code"], documents["year"])
    documents["change"] = documents["counted"] - look_up(counts, documents["la_code"], documents["year"] - 1)
    region = tables["authorities"].set_index("la_code")["region"]
    return documents.assign(region=documents["la_code"].map(region)).reset_index()


@once
def list_counts(tables: Frames) -> pd.Series:
    """List the counted caseloads by authority and year, without those that carry a caution."""
    workforce, cautions = tables["workforce"], tables["cautions"]
    local = (workforce["measure"] == CASELOAD) & (workforce["geographic_level"] == "local_authority")
    rows = workforce[local & workforce["series"].str.endswith(COMPARABLE)].dropna(subset="value")
    about = cautions[(cautions["table"] == "workforce") & cautions["measure"].fillna(CASELOAD).eq(CASELOAD)]
    kept = rows[~mark_listed(rows, about, ["la_code", "time_period"])]
    return kept.assign(year=kept["time_period"].astype(int)).set_index(["la_code", "year"])["value"]


def summarise_levels(documents: pd.DataFrame) -> pd.DataFrame:
    """Give for each level said the documents with a count: number, quartiles and median of cases per worker."""
    known = documents.dropna(subset="counted")
    quartiles = known.groupby("level")["counted"].quantile(np.array([0.25, 0.5, 0.75])).unstack()
    quartiles.columns = ["lower", "median", "upper"]
    return quartiles.join(known.groupby("level").size().rename("documents")).reindex(SAID)


def share_heavy(documents: pd.DataFrame, by: str | pd.Series) -> pd.DataFrame:
    """Give for each group the share of documents that call caseloads high or uneven, of those that give a level."""
    given = documents[documents["level"] != "none"]
    heavy = given["level"].isin(HEAVY)
    groups = given[by] if isinstance(by, str) else by.reindex(given.index)
    table = pd.DataFrame({"heavy": heavy.groupby(groups, observed=False).sum(), "of": groups.value_counts(sort=False)})
    return add_shares(table, "heavy")


def share_by_count(documents: pd.DataFrame) -> pd.DataFrame:
    """Give the share of `share_heavy` by the counted cases per worker, in bands."""
    known = documents.dropna(subset="counted")
    return share_heavy(known, pd.cut(known["counted"], BANDS, right=False, labels=BAND_NAMES))


def cross_directions(documents: pd.DataFrame) -> pd.DataFrame:
    """Count documents by the direction said and by what the count did since the year before."""
    known = documents.dropna(subset="change")
    moved = pd.cut(-known["change"].round(1), [-99, -STEADY - 0.01, STEADY, 99], labels=COUNTED)
    return pd.crosstab(known["direction"], moved, dropna=False).reindex(index=DIRECTIONS, columns=COUNTED, fill_value=0)


@once
def grade_documents(tables: Frames) -> pd.DataFrame:
    """Return every graded ILACS inspection with its overall grade and what its report says of caseloads.

    The level is `none` where no sentence on social workers' caseload gives one.
    """
    judgements = tables["judgements"]
    ilacs = judgements[(judgements["framework"] == "ILACS") & (judgements["strand"] == "overall")]
    said = describe_documents(tables).set_index("inspection_id")
    graded = ilacs[["inspection_id", "la_code", "published_date", "grade"]]
    joined = graded.join(said[["level", "direction", "counted"]], on="inspection_id")
    return joined.fillna({"level": "none", "direction": "none"}).reset_index(drop=True)


def count_levels_by_grade(graded: pd.DataFrame) -> pd.DataFrame:
    """Count inspections by grade and level said; `none` last."""
    table = pd.crosstab(graded["grade"], graded["level"])
    grades = [grade for grade in GRADES if grade in table.index]
    return table.reindex(index=grades, columns=[*SAID, "none"], fill_value=0)


def list_points(case: Case, inspections: int = 3) -> pd.DataFrame:
    """List the points to improve of an authority's last inspections, newest first, in the order of their lists."""
    points = case.own("improvements")
    days = sorted(points["published_date"].unique(), reverse=True)[:inspections]
    chosen = points[points["published_date"].isin(days)]
    return chosen.sort_values(["published_date", "improvement_id"], ascending=[False, True], ignore_index=True)


@once
def share_themes(tables: Frames) -> pd.DataFrame:
    """Give for each theme the share of inspections that asked for it, by overall grade, with Jeffreys intervals."""
    asked = list_asked(tables)
    return pd.concat([share_asked(asked, rows).assign(grade=grade) for grade, rows in asked.groupby("grade")])


@once
def list_asked(tables: Frames) -> pd.DataFrame:
    """List ILACS inspections with points: overall grade, the set of themes, and how the next inspection moved."""
    judgements = tables["judgements"]
    overall = judgements[(judgements["framework"] == "ILACS") & (judgements["strand"] == "overall")]
    themes = tables["improvements"].groupby("inspection_id")["theme"].agg(frozenset)
    ordered = overall.sort_values(["la_code", "start_date"], kind="stable")
    rank = ordered["grade"].map(list(GRADES).index)
    after = rank.groupby(ordered["la_code"]).shift(-1)
    next_move = pd.Series("", index=ordered.index).mask(after < rank, "rose").mask(after == rank, "stayed")
    rows = ordered.assign(next=next_move.mask(after > rank, "fell")).join(themes.rename("themes"), on="inspection_id")
    return rows.dropna(subset="themes")[["inspection_id", "la_code", "published_date", "grade", "next", "themes"]]


def share_asked(asked: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Give for each theme how many of some inspections asked for it, the share and its interval."""
    names = sorted(set().union(*asked["themes"]))
    count = pd.Series({name: sum(name in some for some in rows["themes"]) for name in names}, name="asked")
    return add_shares(count.to_frame().assign(of=len(rows)), "asked").rename_axis("theme")


@once
def compare_next(tables: Frames) -> pd.DataFrame:
    """Compare what was asked of authorities below good that next rose with what was asked of those that did not."""
    asked = list_asked(tables)
    below = asked[asked["grade"].isin(["requires_improvement", "inadequate"]) & (asked["next"] != "")]
    rose = share_asked(asked, below[below["next"] == "rose"]).add_suffix("_rose")
    other = share_asked(asked, below[below["next"] != "rose"]).add_suffix("_other")
    return rose.join(other)


def measure_agreement(first: pd.DataFrame, second: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """Measure how far two codings of the same sentences agree: share, and Cohen's kappa (1960), for each code."""
    rows = []
    for code in codes:
        agree = first[code] == second[code]
        shares = [coding[code].value_counts(normalize=True) for coding in (first, second)]
        chance = float((shares[0] * shares[1]).fillna(0).sum())
        kappa = (agree.mean() - chance) / (1 - chance) if chance < 1 else 1.0
        rows.append({"code": code, "sentences": len(agree), "agree": int(agree.sum()), "kappa": float(kappa)})
    return pd.DataFrame(rows)
