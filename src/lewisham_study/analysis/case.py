"""The case under study: one authority, a window of years, and the reader's choices."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, fields, replace
from numbers import Integral
from typing import Any, get_args

import pandas as pd

from lewisham_study.analysis.ratings import date_judgements
from lewisham_study.authorities import drop_article, find_authorities, find_authority, label_authorities
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Work, once
from lewisham_study.vocabulary import COMPARATORS, DEFLATORS, USUAL_NEIGHBOURS, Basis

FIRST_YEAR = 2012
"""The first year that grades, caseload and spend can be compared in."""
CHOICES = ("start_year", "end_year", "comparators", "price_base", "deflator", "basis")
"""What a reader may choose for a case, apart from the authority."""


@dataclass(frozen=True)
class Case:
    """One authority, a window of years and the reader's choices, with the tables to study it by.

    `open_case` makes one and checks it.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        The tidy tables by name.
    la_code : str
        DfE number of the authority.
    la_name : str
        Its official name.
    region : str
        Its region.
    start_year : int
        First year of the window.
    end_year : int
        Last year of the window.
    comparators : str
        One of `vocabulary.COMPARATORS`, or names of authorities with commas between.
    price_base : str
        Financial year whose prices are used for real terms.
    deflator : str
        Price index for real terms.
    basis : {'inspected', 'published'}
        Whether a grade counts from the first day on site (what was true) or from publication (what was known).
    apart : str, optional
        Its label where a namesake is set beside it, with the years it existed.

    Examples
    --------
    >>> import lewisham_study as study
    >>> case = study.open_case(study.Tables(), "Isle of Wight")
    >>> case.la_code, case.label, case.opening
    ('921', 'Isle of Wight', 'The Isle of Wight')
    """

    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    la_code: str
    la_name: str
    region: str
    start_year: int
    end_year: int
    comparators: str
    price_base: str
    deflator: str
    basis: Basis
    apart: str = ""

    @property
    def members(self) -> tuple[Case, ...]:
        """The authorities that a figure of all authorities marks: this one."""
        return (self,)

    @property
    def spoken(self) -> str:
        """The authority's name within a sentence: Bristol, the Isle of Wight."""
        return str(self.own("authorities")["spoken_name"].iloc[0])

    @property
    def opening(self) -> str:
        """The authority's name at the beginning of a sentence: Bristol, The Isle of Wight."""
        return self.spoken[0].upper() + self.spoken[1:]

    @property
    def label(self) -> str:
        """The authority's name in a heading, a label or a table: Bristol, Isle of Wight."""
        return self.apart or drop_article(self.spoken)

    @property
    def labels(self) -> pd.Series:
        """The labels of all authorities, by `la_code`."""
        return list_labels(self.tables)

    @once
    def own(self, table: str) -> pd.DataFrame:
        """Select the authority's own rows of a table."""
        rows = self.tables[table]
        return rows[rows["la_code"] == self.la_code]

    @property
    def valid_from(self) -> pd.Timestamp | None:
        """The first day of an authority created since 2012; None for an older one."""
        return self._find_day("valid_from")

    @property
    def valid_to(self) -> pd.Timestamp | None:
        """The last day of an abolished authority; None where it still exists."""
        return self._find_day("valid_to")

    @property
    def work(self) -> Work | None:
        """Results already computed from the same tables, see `tidy.tables.once`."""
        return getattr(self.tables, "work", None)

    @property
    def choices(self) -> tuple[Hashable, ...]:
        """What distinguishes the case from others on the same tables."""
        return tuple(getattr(self, one.name) for one in fields(self) if one.name != "tables")

    def _find_day(self, column: str) -> pd.Timestamp | None:
        day = self.own("authorities")[column].iloc[0]
        return None if pd.isna(day) else day

    @property
    def window_end(self) -> pd.Timestamp:
        """The last day of the window."""
        return pd.Timestamp(year=self.end_year, month=12, day=31)

    @property
    def graded_to(self) -> pd.Timestamp:
        """The last day whose grades are known: the end of the window or, if earlier, the latest judgement of anyone."""
        return min(self.window_end, find_last_judgement(self.tables, self.basis))


def forget_authority(case: Case) -> Case:
    """Return the case without its authority, by which `once` keeps what all authorities share."""
    return replace(case, la_code="", la_name="", region="", comparators="", apart="")


@once
def list_labels(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return the labels of all authorities, by `la_code`."""
    return label_authorities(tables["authorities"])


@once
def find_last_judgement(tables: Mapping[str, pd.DataFrame], basis: Basis) -> pd.Timestamp:
    """Return the day of the latest judgement of anyone."""
    last: pd.Timestamp = date_judgements(tables["judgements"], basis)["date"].max()
    return last


def open_case(
    tables: Mapping[str, pd.DataFrame],
    authority: str | int,
    start_year: int = 2012,
    end_year: int = 2022,
    *,
    comparators: str | int = "neighbours 2021",
    price_base: str = "2021-22",
    deflator: str = "gdp_deflator",
    basis: Basis = "inspected",
) -> Case:
    """Check a reader's choices and return the case they describe.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        The tidy tables by name, such as `Tables()`.
    authority : str or int
        Any name or code, see `find_authority`.
    start_year : int, optional
        First year of the window, from 2012.
    end_year : int, optional
        Last year of the window, up to the year of the latest report held.
    comparators : str or int, optional
        'neighbours' (those of 2021), 'neighbours 2025', 'region', 'London', 'core cities', or names or codes with
        commas between.
    price_base : str, optional
        Financial year whose prices are used for real terms, such as 2021-22.
    deflator : {'gdp_deflator', 'cpi', 'cpih'}, optional
        Price index for real terms.
    basis : {'inspected', 'published'}, optional
        Whether a grade counts from the first day on site (what was true) or from publication (what was known).

    Returns
    -------
    Case
        The case, with every choice checked.

    Raises
    ------
    UsageError
        If the authority or another choice is unknown (the message lists or suggests what there is), or the
        window is empty or outside the data.

    Examples
    --------
    >>> import lewisham_study as study
    >>> study.open_case(study.Tables(), "Leeds", 2015, 2024, comparators="region").region
    'Yorkshire and The Humber'
    >>> study.open_case(study.Tables(), "Leeds", "2015", 2024)
    Traceback (most recent call last):
    ...
    lewisham_study.errors.UsageError: start_year: expected a year as a whole number, found '2015'; write 2015
    """
    row = find_authority(tables["authorities"], authority)
    choices: dict[str, Any] = {"start_year": start_year, "end_year": end_year, "basis": basis, "deflator": deflator}
    choices |= {"comparators": settle_comparators(comparators), "price_base": price_base}
    check_case_choices(tables, **choices)
    return Case(tables, str(row["la_code"]), str(row["la_name"]), str(row["region"]), **choices)


def check_case_choices(
    tables: Mapping[str, pd.DataFrame],
    *,
    start_year: Any = 2012,
    end_year: Any = 2022,
    comparators: Any = "neighbours 2021",
    price_base: Any = "2021-22",
    deflator: Any = "gdp_deflator",
    basis: Any = "inspected",
) -> None:
    """Refuse choices that `open_case` would refuse, whatever the authority."""
    for name, year in (("start_year", start_year), ("end_year", end_year)):
        if not isinstance(year, Integral) or isinstance(year, bool):
            fix = f"write {str(year).strip()}" if str(year).strip().isdecimal() else "write it as 2012"
            raise UsageError(f"{name}: expected a year as a whole number, found {year!r}; {fix}")
    last_year = find_last_year(tables)
    if start_year > end_year:
        raise UsageError(f"the window {start_year} to {end_year} is empty: the first year comes after the last")
    if start_year < FIRST_YEAR or end_year > last_year:
        raise UsageError(f"the window {start_year} to {end_year} reaches outside the data, {FIRST_YEAR} to {last_year}")
    if deflator not in DEFLATORS:
        raise UsageError(f"no deflator is called {deflator!r}; there are: {', '.join(DEFLATORS)}")
    if basis not in get_args(Basis):
        raise UsageError(f"no basis is called {basis!r}; there are: {', '.join(get_args(Basis))}")
    # Tables as known on an early day hold no prices: their spend is shown in cash.
    if "prices" in tables:
        years = tables["prices"].loc[tables["prices"]["index_name"] == deflator, "time_period"]
        if price_base not in set(years):
            fix = f"write a financial year from {years.min()} to {years.max()}"
            raise UsageError(f"price_base: {deflator} has no value for {price_base!r}; {fix}")
    find_comparators(tables, settle_comparators(comparators))


def settle_comparators(comparators: str | int) -> str:
    """Return a choice of comparators as it is compared: a group in its own spelling, neighbours with their model.

    Examples
    --------
    >>> settle_comparators("Core Cities"), settle_comparators("neighbours"), settle_comparators(" Leeds, 380")
    ('core cities', 'neighbours 2021', 'Leeds, 380')
    """
    wanted = " ".join(str(comparators).split())
    found = next((name for name in COMPARATORS if name.casefold() == wanted.casefold()), wanted)
    return USUAL_NEIGHBOURS if found == "neighbours" else found


@once
def find_last_year(tables: Mapping[str, pd.DataFrame]) -> int:
    """Return the last year that can be studied: that of the latest inspection report."""
    return int(tables["judgements"]["published_date"].max().year)


@once
def list_comparators(case: Case) -> list[str]:
    """Return the authorities to compare a case with.

    Parameters
    ----------
    case : Case
        The case, which is never its own comparator.

    Returns
    -------
    list of str
        The `la_code` of the statistical neighbours by rank, of London or the region today, or of those named. A
        model that does not know the authority (abolished or created since) gives an empty list.

    Raises
    ------
    UsageError
        If the comparators of the case are unknown.

    Examples
    --------
    >>> import lewisham_study as study
    >>> study.list_comparators(study.open_case(study.Tables(), "Leeds", comparators="Bradford, York"))
    ['380', '816']
    """
    found = find_comparators(case.tables, case.comparators, case.la_code, case.region)
    return [code for code in found if code != case.la_code]


def find_comparators(
    tables: Mapping[str, pd.DataFrame], comparators: str, la_code: str = "", region: str = ""
) -> list[str]:
    """Return the `la_code` of each comparator that a choice means for one authority."""
    authorities, wanted = tables["authorities"], comparators.strip()
    if wanted.startswith("neighbours"):
        neighbours = tables["neighbours"]
        models = neighbours["model"].astype(str)
        model = wanted.removeprefix("neighbours").strip()
        if model not in set(models):
            raise UsageError(f"no model of neighbours is called {model!r}; there are: {', '.join(sorted(set(models)))}")
        chosen = neighbours[(neighbours["la_code"] == la_code) & (models == model)]
        return [str(code) for code in chosen.sort_values("rank", kind="stable")["neighbour_la_code"]]
    members = tables["groups"] if "groups" in tables else authorities.assign(group="")
    if wanted in set(members["group"]):
        return [str(code) for code in members.loc[members["group"] == wanted, "la_code"]]
    if wanted in ("London", "region"):
        within = authorities["region"] == (region if wanted == "region" else wanted)
        return [str(code) for code in authorities.loc[within & authorities["valid_to"].isna(), "la_code"]]
    return find_authorities(authorities, wanted)


def list_neighbours(neighbours: pd.DataFrame, la_code: str) -> pd.DataFrame:
    """List an authority's statistical neighbours in both models, by rank: neighbour_la_code, rank_2021, rank_2025.

    A rank is missing where a model does not name the neighbour; no rows where neither model includes the authority.
    """
    own = neighbours[neighbours["la_code"] == la_code]
    wide = own.assign(model="rank_" + own["model"].astype(str))
    wide = wide.pivot(index="neighbour_la_code", columns="model", values="rank")
    wide = wide.reindex(columns=["rank_2021", "rank_2025"]).astype("Int64")
    return wide.sort_values(["rank_2021", "rank_2025"]).rename_axis(columns=None).reset_index()


def place_in_window(starts: pd.Series, start_year: int, end_year: int) -> pd.Series:
    """Place each day before, within or after the window of years; a missing day is undated."""
    year = starts.dt.year
    placed = pd.Series("within", index=starts.index).mask(year < start_year, "before").mask(year > end_year, "after")
    return placed.mask(starts.isna(), "undated")
