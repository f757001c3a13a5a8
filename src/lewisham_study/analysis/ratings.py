"""Ratings: the grade in force on a date, the history of an authority, and shares of a country.

Grades of different frameworks are not on one scale, so every result keeps the framework with the grade.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import get_args

import pandas as pd

from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import (
    ERA,
    GOOD_OR_BETTER,
    GRADES,
    NO_LONGER_JUDGED,
    NO_OVERALL,
    NO_OVERALL_FRAMEWORKS,
    NOT_YET_JUDGED,
    STRANDS,
    UNGRADED,
    Basis,
)

Day = str | datetime.date


def read_day(day: Day) -> pd.Timestamp:
    """Read a date, or text with the year first: 06/05/2022 could mean two days, so it is refused."""
    try:
        if not isinstance(day, int | float):
            return pd.Timestamp(datetime.date.fromisoformat(day) if isinstance(day, str) else day)
    except ValueError:
        pass
    raise UsageError(f"expected a date, found {day!r}; write it as 2022-05-06: year, month, day")


def date_judgements(judgements: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Sort judgements by the day each counts from, added as a column `date`.

    Where no source gives the days on site, publication is used: the latest day on which the grade can have been true.
    Of one day, the later framework comes last, then the later publication.
    """
    if basis not in get_args(Basis):
        raise UsageError(f"no basis is called {basis!r}; there are: {', '.join(get_args(Basis))}")
    date = judgements["published_date"]
    if basis == "inspected":
        date = judgements["start_date"].fillna(date)
    dated = judgements.assign(date=date, era=judgements["framework"].map(ERA))
    ordered = dated.sort_values(["date", "era", "published_date", "inspection_id"], ignore_index=True)
    return ordered.drop(columns="era")


def mark_ungraded(judgements: pd.DataFrame) -> pd.DataFrame:
    """Add a row 'no_overall_grade' for each inspection since April 2026: it ends the overall grade before it."""
    since = judgements[judgements["framework"].isin(NO_OVERALL_FRAMEWORKS)]
    if since.empty:
        return judgements
    rows = since.sort_values("strand", key=lambda names: names != "leadership", kind="stable")
    rows = rows.drop_duplicates("inspection_id").assign(strand="overall", grade=NO_OVERALL)
    wording = {column: None for column in ("domain", "grade_as_published") if column in rows}
    return pd.concat([judgements, rows.assign(**wording)], ignore_index=True)


@once
def list_graded_sources(tables: Frames, basis: Basis, until: pd.Timestamp) -> set[str]:
    """List the releases behind all grades up to a day, and behind the first days on site if these count."""
    dated = date_judgements(tables["judgements"], basis)
    dated = dated[dated["date"] <= until]
    inspections = tables["inspections"]
    used = inspections[inspections["inspection_id"].isin(dated["inspection_id"])]
    dates = used["start_source_id"].dropna() if basis == "inspected" else ()
    return {*dated["source_id"], *dates}


def date_lapses(dated: pd.DataFrame) -> pd.Series:
    """Return the day each judgement ceased to be in force (missing: still in force), for rows of `date_judgements`.

    A grade ends when its strand is judged again or the authority is inspected under a later framework, even one without
    that strand: a care-leavers grade of 2015 ended in 2019, when care leavers were judged with children in care.
    """
    again = dated.groupby(["la_code", "strand"])["date"].shift(-1)
    era = dated["framework"].map(ERA)
    whole = dated[dated["strand"].isin(["overall", "leadership"])]
    first = whole.assign(era=era).groupby(["la_code", "era"])["date"].min()
    for later in first.index.unique("era"):
        replaced = dated["la_code"].map(first.xs(later, level="era")).where(era < later)
        again = again.fillna(replaced).where(~(replaced < again), replaced)
    return again


def list_existing(authorities: pd.DataFrame, date: Day) -> pd.DataFrame:
    """Select the authorities that existed on a day."""
    day = read_day(date)
    begun = authorities["valid_from"].isna() | (authorities["valid_from"] <= day)
    ended = authorities["valid_to"].notna() & (authorities["valid_to"] < day)
    return authorities[begun & ~ended]


def state_at(
    judgements: pd.DataFrame,
    authorities: pd.DataFrame,
    date: Day,
    *,
    strand: str = "overall",
    basis: Basis = "inspected",
    published_by: Day | None = None,
) -> pd.DataFrame:
    """Return the grade in force in every authority on a date.

    A grade is in force until the next judgement of the same strand. An authority abolished before the date is left
    out; its successor starts without a grade. Visits give no grade and change nothing.

    Parameters
    ----------
    judgements : pandas.DataFrame
        The table `judgements`.
    authorities : pandas.DataFrame
        The table `authorities`.
    date : str or datetime.date
        The day, such as 2022-05-06. For a day after the latest judgement, the latest known grades are returned.
    strand : str, optional
        The strand of the service, see `vocabulary.STRANDS`.
    basis : {'inspected', 'published'}, optional
        Whether a grade counts from the first day on site (what was true) or from publication (what was known).
    published_by : str or datetime.date, optional
        Leave out judgements published after this day, as a statistical release must.

    Returns
    -------
    pandas.DataFrame
        One row per authority: la_code, la_name, region, grade ('not_yet_judged' if there was none yet,
        'no_longer_judged' if a later framework has ended the strand, 'no_overall_grade' if the authority was
        inspected since April 2026), framework, inspection_id, start_date, published_date. Where there is no
        overall grade any more, these are of the inspection that gave none.

    Raises
    ------
    UsageError
        If there is no such strand or basis, or a date is not written as 2022-05-06.

    Examples
    --------
    >>> import lewisham_study as study
    >>> tables = study.Tables()
    >>> state = study.state_at(tables["judgements"], tables["authorities"], "2022-12-31")
    >>> state.set_index("la_code").loc["209", ["grade", "framework"]].tolist()
    ['requires_improvement', 'ILACS']
    """
    dated = date_judgements(mark_ungraded(judgements), basis)
    return read_state(dated, authorities, date, strand=strand, published_by=published_by)


STATE = ["la_code", "grade", "framework", "inspection_id", "start_date", "published_date"]


def read_state(
    dated: pd.DataFrame,
    authorities: pd.DataFrame,
    date: Day,
    *,
    strand: str = "overall",
    published_by: Day | None = None,
) -> pd.DataFrame:
    """Return the grade in force in every authority on a date, from rows of `date_judgements`; see `state_at`.

    The last grade of a strand is no longer in force if the authority was inspected under a later framework since.
    """
    if strand not in STRANDS:
        raise UsageError(f"no strand is called {strand!r}; there are: {', '.join(STRANDS)}")
    known = dated["date"] <= read_day(date)
    if published_by is not None:
        known &= dated["published_date"] <= read_day(published_by)
    whole = dated.loc[known & dated["strand"].isin(["overall", "leadership"]), ["la_code", "framework"]]
    existing = list_existing(authorities, date)[["la_code", "la_name", "region"]]
    if whole.empty and not (known & (dated["strand"] == strand)).any():
        # Grouping by an empty column of text would start a thread, and a process with threads should not be forked.
        return existing.merge(dated.loc[[], STATE], how="left").assign(grade=NOT_YET_JUDGED)
    newest = whole["framework"].map(ERA).groupby(whole["la_code"]).max()
    last = dated.loc[known & (dated["strand"] == strand), STATE].drop_duplicates("la_code", keep="last")
    ended = last["la_code"].map(newest).astype(float) > last["framework"].map(ERA).astype(float)
    last["grade"] = last["grade"].mask(ended, NO_LONGER_JUDGED)
    return existing.merge(last, how="left").fillna({"grade": NOT_YET_JUDGED})


def read_code(la_code: str | int) -> str:
    """Return an authority's code as text; anything but three digits is an error."""
    code = str(la_code)
    if not re.fullmatch("[0-9]{3}", code):
        raise UsageError(f"la_code: expected three digits, found {code!r}; find_authority gives the code of a name")
    return code


def trace_path(
    judgements: pd.DataFrame, la_code: str | int, *, basis: Basis = "inspected", strand: str | None = None
) -> pd.DataFrame:
    """Return the history of one authority: each grade of each strand, and how long it was in force.

    Parameters
    ----------
    judgements : pandas.DataFrame
        The table `judgements`.
    la_code : str or int
        DfE number of the authority, such as 209; `find_authority` gives it for a name.
    basis : {'inspected', 'published'}, optional
        Whether a grade counts from the first day on site (what was true) or from publication (what was known).
    strand : str, optional
        Only this strand of the service; all of them unless given.

    Returns
    -------
    pandas.DataFrame
        Columns strand, framework, grade, date (from), until (missing: still in force), inspection_id, start_date,
        start_precision, published_date, domain, source_id, locator; ordered by strand and date. Empty if the
        authority was never judged.

    Raises
    ------
    UsageError
        If `la_code` is not a three-digit code: a name must not look like an authority that was never judged.

    Examples
    --------
    >>> import lewisham_study as study
    >>> path = study.trace_path(study.load_table("judgements"), 209, strand="overall")
    >>> path["grade"].tolist()
    ['requires_improvement', 'requires_improvement', 'good']
    """
    steps = date_judgements(judgements[judgements["la_code"] == read_code(la_code)], basis)
    steps["until"] = date_lapses(steps)
    if strand is not None:
        steps = steps[steps["strand"] == strand]
    columns = ["strand", "framework", "grade", "date", "until", "inspection_id", "start_date"]
    columns += ["start_precision", "published_date", "domain", "source_id", "locator"]
    return steps[columns].sort_values(["strand", "date"], ignore_index=True)


def share_good(state: pd.DataFrame) -> float:
    """Return the share of judged authorities that are good or outstanding: a full count, not a sample.

    Parameters
    ----------
    state : pandas.DataFrame
        Grades on one day, as `state_at` returns them.

    Returns
    -------
    float
        Between 0 and 1; missing if no authority is judged.

    Examples
    --------
    >>> share_good(pd.DataFrame({"grade": ["good", "inadequate", "not_yet_judged"]}))
    0.5
    """
    judged = state[state["grade"].isin(GRADES)]
    return float(judged["grade"].isin(GOOD_OR_BETTER).mean())


def trace_shares(
    judgements: pd.DataFrame,
    authorities: pd.DataFrame,
    dates: list[pd.Timestamp],
    *,
    strand: str = "overall",
    basis: Basis = "inspected",
    published_by: Day | None = None,
) -> pd.DataFrame:
    """Count the grades in force on each of several dates.

    Parameters
    ----------
    judgements : pandas.DataFrame
        The table `judgements`.
    authorities : pandas.DataFrame
        The table `authorities`; give only the rows of a region to count that region.
    dates : list of pandas.Timestamp
        The days.
    strand : str, optional
        The strand of the service.
    basis : {'inspected', 'published'}, optional
        Whether a grade counts from the first day on site (what was true) or from publication (what was known).
    published_by : str or datetime.date, optional
        Leave out judgements published after this day.

    Returns
    -------
    pandas.DataFrame
        Columns date, grade, authorities (count) and share (of all authorities that existed, with or without a grade).

    Examples
    --------
    >>> import lewisham_study as study
    >>> tables = study.Tables()
    >>> shares = study.trace_shares(tables["judgements"], tables["authorities"], [pd.Timestamp("2022-12-31")])
    >>> shares.set_index("grade")["authorities"].loc[["outstanding", "good"]].tolist()
    [24, 63]
    """
    dated = date_judgements(mark_ungraded(judgements), basis)
    states = {day: read_state(dated, authorities, day, strand=strand, published_by=published_by) for day in dates}
    return count_shares(states)


def count_shares(states: Mapping[pd.Timestamp, pd.DataFrame]) -> pd.DataFrame:
    """Count the grades of the states on several days, best first, an unused grade as 0; see `trace_shares`."""
    order = [*GRADES, *UNGRADED]
    counts = {day: state["grade"].value_counts().reindex(order, fill_value=0) for day, state in states.items()}
    long = pd.DataFrame(counts).rename_axis("grade").melt(ignore_index=False, var_name="date", value_name="authorities")
    long = long.reset_index()[["date", "grade", "authorities"]]
    long["share"] = long["authorities"] / long.groupby("date")["authorities"].transform("sum")
    return long


def trace_states(
    judgements: pd.DataFrame,
    authorities: pd.DataFrame,
    years: range,
    *,
    strand: str = "overall",
    basis: Basis = "inspected",
) -> pd.DataFrame:
    """Return the grade in force in every authority at the end of each year.

    Parameters
    ----------
    judgements : pandas.DataFrame
        The table `judgements`.
    authorities : pandas.DataFrame
        The table `authorities`.
    years : range
        The years, such as ``range(2012, 2023)``.
    strand : str, optional
        The strand of the service.
    basis : {'inspected', 'published'}, optional
        Whether a grade counts from the first day on site (what was true) or from publication (what was known).

    Returns
    -------
    pandas.DataFrame
        One row per `la_code`, one column per year; missing where the authority did not exist.

    Examples
    --------
    >>> import lewisham_study as study
    >>> tables = study.Tables()
    >>> states = study.trace_states(tables["judgements"], tables["authorities"], range(2015, 2017))
    >>> states.loc["209"].tolist()
    ['requires_improvement', 'requires_improvement']
    """
    dated = date_judgements(mark_ungraded(judgements), basis)
    states = {year: read_state(dated, authorities, pd.Timestamp(year, 12, 31), strand=strand) for year in years}
    return pd.DataFrame({year: state.set_index("la_code")["grade"] for year, state in states.items()})


def compare_leadership(judgements: pd.DataFrame, framework: str = "ILACS") -> pd.DataFrame:
    """Compare the grade for leaders with the overall grade in every report of a framework that gave both.

    Returns inspection_id, la_code, date (published), overall, leadership and differ, oldest first.
    """
    chosen = judgements[(judgements["framework"] == framework) & judgements["strand"].isin(["overall", "leadership"])]
    key = ["inspection_id", "la_code", "published_date"]
    wide = chosen.pivot(index=key, columns="strand", values="grade").reindex(columns=["overall", "leadership"])
    both = wide.dropna().reset_index().rename(columns={"published_date": "date"}).rename_axis(columns=None)
    both = both.assign(differ=both["overall"] != both["leadership"])
    return both.sort_values(["date", "inspection_id"], ignore_index=True)
