"""The case under study: one authority, a window of years, and the choices a reader may vary."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import pandas as pd

from lewisham_study.analysis.ratings import date_judgements
from lewisham_study.authorities import drop_article, find_authorities, find_authority, label_authorities
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Work, once
from lewisham_study.vocabulary import DEFLATORS, Basis

FIRST_YEAR, LAST_YEAR = 2012, 2025


@dataclass(frozen=True)
class Case:
    """One authority and window, with the tables to study it by.

    Parameters
    ----------
    tables : the tidy tables by name.
    la_code, la_name, region : the authority.
    start_year, end_year : the window, both years in it.
    comparators : one of `COMPARATORS`, or names of authorities with commas between.
    price_base, deflator : financial year and index of real terms.
    basis : 'inspected' (what was true) or 'published' (what was known).
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

    @property
    def spoken(self) -> str:
        """The authority's name within a sentence: Bristol, the Isle of Wight."""
        return str(self._find("spoken_name"))

    @property
    def opening(self) -> str:
        """The authority's name at the beginning of a sentence: Bristol, The Isle of Wight."""
        return self.spoken[0].upper() + self.spoken[1:]

    @property
    def label(self) -> str:
        """The authority's name beside a mark, in a heading or a table: Bristol, Isle of Wight."""
        return drop_article(self.spoken)

    @property
    def labels(self) -> pd.Series:
        """The names of all authorities as a label or list has them, by `la_code`."""
        return label_authorities(self.tables["authorities"])

    def own(self, table: str) -> pd.DataFrame:
        """Select the authority's own rows of a table."""
        rows = self.tables[table]
        return rows[rows["la_code"] == self.la_code]

    @property
    def valid_from(self) -> pd.Timestamp | None:
        """The first day of an authority that began within the data; None where it is older."""
        return self._find_day("valid_from")

    @property
    def work(self) -> Work | None:
        """What was worked out from the same tables so far, see `tidy.once`."""
        return getattr(self.tables, "work", None)

    @property
    def choices(self) -> tuple[Hashable, ...]:
        """What tells it from other cases on the same tables."""
        return tuple(getattr(self, one.name) for one in fields(self) if one.name != "tables")

    @property
    def valid_to(self) -> pd.Timestamp | None:
        """The last day of an abolished authority; None where it still exists."""
        return self._find_day("valid_to")

    def _find_day(self, column: str) -> pd.Timestamp | None:
        day = self._find(column)
        return None if pd.isna(day) else day

    def _find(self, column: str) -> Any:
        authorities = self.tables["authorities"]
        return authorities.loc[authorities["la_code"] == self.la_code, column].iloc[0]

    @property
    def window_end(self) -> pd.Timestamp:
        """The last day of the window."""
        return pd.Timestamp(year=self.end_year, month=12, day=31)

    @property
    def graded_to(self) -> pd.Timestamp:
        """The day at which the window's grades are told: its last, or that of the last judgement held of anyone.

        A grade stands until the next one, but nobody can say of a day after the last release that it stood.
        """
        last: pd.Timestamp = date_judgements(self.tables["judgements"], self.basis)["date"].max()
        return min(self.window_end, last)


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
    """Check the choices of a reader and give the case they describe.

    Raises
    ------
    UsageError
        Where the authority is unknown (the nearest names are suggested), the window is empty or lies
        outside the data, or another choice is not among those there are.
    """
    row = find_authority(tables["authorities"], authority)
    check_window(start_year, end_year)
    if deflator not in DEFLATORS:
        raise UsageError(f"no deflator is called {deflator!r}; there are: {', '.join(DEFLATORS)}")
    if basis not in ("inspected", "published"):
        raise UsageError(f"basis is 'inspected' or 'published', not {basis!r}")
    case = Case(
        tables,
        str(row["la_code"]),
        str(row["la_name"]),
        str(row["region"]),
        start_year,
        end_year,
        str(comparators),
        price_base,
        deflator,
        basis,
    )
    list_comparators(case)
    return case


def check_window(start_year: int, end_year: int) -> None:
    """Refuse a window that is reversed or reaches outside the data.

    Examples
    --------
    >>> check_window(2022, 2012)
    Traceback (most recent call last):
    ...
    lewisham_study.errors.UsageError: the window 2022 to 2012 is empty: the first year comes after the last
    """
    if start_year > end_year:
        raise UsageError(f"the window {start_year} to {end_year} is empty: the first year comes after the last")
    if start_year < FIRST_YEAR or end_year > LAST_YEAR:
        raise UsageError(f"the window {start_year} to {end_year} reaches outside the data, {FIRST_YEAR} to {LAST_YEAR}")


@once
def list_comparators(case: Case) -> list[str]:
    """List the authorities to compare with: their `la_code`, the case itself left out.

    Returns
    -------
    list of str
        Statistical neighbours by rank; London or the region as it stands today; or those named. An
        authority that a model does not know (one abolished or created since) has no neighbours in it.
    """
    authorities, wanted = case.tables["authorities"], case.comparators.strip()
    if wanted.startswith("neighbours"):
        neighbours = case.tables["neighbours"]
        model = wanted.removeprefix("neighbours").strip()
        if model not in set(neighbours["model"].astype(str)):
            raise UsageError(f"no model of neighbours is called {model!r}; there are: 2021, 2025")
        chosen = neighbours[(neighbours["la_code"] == case.la_code) & (neighbours["model"].astype(str) == model)]
        return [str(code) for code in chosen.sort_values("rank", kind="stable")["neighbour_la_code"]]
    if wanted in ("London", "region"):
        region = "London" if wanted == "London" else case.region
        present = authorities[(authorities["region"] == region) & authorities["valid_to"].isna()]
        return [str(code) for code in present["la_code"] if code != case.la_code]
    return [code for code in find_authorities(authorities, wanted) if code != case.la_code]


def place_in_window(starts: pd.Series, start_year: int, end_year: int) -> pd.Series:
    """Tell of each fact, event or grade whether it falls before, within or after the study window, by its first day.

    Parameters
    ----------
    starts : first days, typed as dates; missing where none is known.
    start_year, end_year : the window, both years within it.

    Returns
    -------
    pandas.Series
        before, within, after or undated.

    Examples
    --------
    >>> place_in_window(pd.Series(pd.to_datetime(["2019-07-01", "2023-12-04", None])), 2012, 2022).tolist()
    ['within', 'after', 'undated']
    """
    year = starts.dt.year
    placed = pd.Series("within", index=starts.index).mask(year < start_year, "before").mask(year > end_year, "after")
    return placed.mask(starts.isna(), "undated")
