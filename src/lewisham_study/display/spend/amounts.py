"""How amounts of spend are written, and what is said where there are none."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.cautions import select_sound
from lewisham_study.analysis.spend import list_window
from lewisham_study.display.common.exhibit import Prose
from lewisham_study.display.common.phrases import summarise_absence
from lewisham_study.display.common.style import PAGE_WIDTH, SMALLEST
from lewisham_study.vocabulary import INDEX_NAMES


def summarise_no_spend(case: Case) -> Prose:
    """Say that the authority has no spend in the window, and why."""
    years = list_window(case)
    why = summarise_absence(case, f"{years[-1][:4]}-04-01")
    text = f"No spend of {case.spoken} is held for {years[0]} to {years[-1]}"
    return Prose(f"{text}." if why == "has no figure" else f"{text}: it {why}.")


def summarise_nothing(case: Case) -> Prose:
    """Say that there is nothing to show, where the reason was given before."""
    return Prose(f"Nothing to show: no spend of {case.spoken} is held for this window.")


def explain_no_children(case: Case) -> str:
    """Say why spend cannot be divided by children."""
    population = case.tables["population"]
    if case.own("population")["value"].notna().any():
        first = population["time_period"].min()
        return f"The population estimates held begin in {first}, so spend before then cannot be given per child."
    return (
        f"The population estimates held follow today’s boundaries and have no children of {case.spoken}, so its spend "
        "cannot be given per child."
    )


def mark_years(axes: Axes, years: list[int], names: list[str], width: float = PAGE_WIDTH) -> None:
    """Mark financial years below an axis, shortened (`12-13`) where there are many; on a phone every third."""
    every = 3 if width < PAGE_WIDTH and len(years) > 5 else 1
    shown = [name if number % every == 0 else "" for number, name in enumerate(names)]
    axes.set_xticks(years, [name[2:] if len(years) > 5 else name for name in shown])
    axes.set_xlim(years[0] - 0.35, years[-1] + 0.35)
    if len(years) > 10:
        axes.tick_params(axis="x", labelsize=SMALLEST)


def choose_span(case: Case, known: pd.DataFrame) -> tuple[str, str] | None:
    """Return the years between which to lead with growth; None where any growth would cross a break or end unsure."""
    sound = select_sound(case.tables["cautions"], case.la_code, known)["time_period"]
    return (sound.iloc[0], sound.iloc[-1]) if len(sound) > 1 else None


def list_spans(case: Case, known: pd.DataFrame) -> list[tuple[str, str]]:
    """List the pairs of years between which to give growth: the ones to lead with, then those of the whole window."""
    first, last = str(known["time_period"].iloc[0]), str(known["time_period"].iloc[-1])
    lead = choose_span(case, known)
    if lead is None:
        return [(first, last)]
    return list(dict.fromkeys([lead, (first, lead[1]), (lead[0], last)]))


def note_break(case: Case, known: pd.DataFrame) -> str:
    """Say, after a space, between which years growth is led with; empty where it is the whole window."""
    first, last = str(known["time_period"].iloc[0]), str(known["time_period"].iloc[-1])
    span = choose_span(case, known)
    if len(known) < 2 or span == (first, last):
        return ""
    if span is None:
        return " A caution rules growth out."
    if span[1] == last:
        return f" Growth is from {span[0]}, after a caution."
    return f" Growth is {'' if span[0] == first else f'from {span[0]} '}to {span[1]}, between cautions."


def format_millions(pounds: float) -> str:
    """Format an amount in millions."""
    sign, size = "−" if pounds < 0 else "", abs(pounds)
    if size < 100_000:
        return f"{sign}£{size / 1e3:,.0f},000" if round(size / 1e3) else "£0"
    return f"{sign}£{size / 1e6:,.{2 if size < 1e6 else 1}f}m"


@dataclass(frozen=True)
class Unit:
    """A unit of money: its name, its pounds, and the decimals to write."""

    name: str
    pounds: float
    decimals: int

    def write(self, pounds: float) -> str:
        """Format an amount of pounds in the unit, without its name."""
        return f"{pounds / self.pounds:,.{self.decimals}f}".replace("-", "−")

    def scale(self, pounds: pd.Series) -> pd.Series:
        """Return amounts of pounds in the unit, rounded as they are written."""
        scaled = (pounds / self.pounds).round(self.decimals)
        return scaled if self.decimals else scaled.astype("Int64")


POUNDS = Unit("£", 1, 0)


def choose_unit(pounds: pd.Series) -> Unit:
    """Choose a unit for amounts: thousands where the largest is below a million, else millions."""
    largest = float(pounds.abs().max())
    if largest < 1e6:
        return Unit("£ thousand", 1e3, 0)
    return Unit("£ million", 1e6, 2 if largest < 1e7 else 1 if largest < 5e8 else 0)


def format_pounds(pounds: float) -> str:
    """Format an amount per child in whole pounds."""
    return f"£{pounds:,.0f}"


def format_percent(share: float) -> str:
    """Format a change as a percentage with its sign."""
    return f"{share:+.1%}".replace("-", "−")


def format_part(share: float) -> str:
    """Format a share as a whole percentage; a small one is not zero."""
    if 0 < share < 0.005:
        return "less than 1%"
    return f"{share:.0%}" if share else "none"


def format_more(share: float, *, alone: bool = False) -> str:
    """Format a change in words, to follow what it is compared with: `as much as`, `5% more than`; or to stand alone."""
    if abs(share) < 0.005:
        return "as much" if alone else "as much as"
    return f"{abs(share):.0%} {'more' if share > 0 else 'less'}{'' if alone else ' than'}"


def format_prices(case: Case) -> str:
    """Name the prices of real terms."""
    return f"prices of {case.price_base} ({INDEX_NAMES[case.deflator]})"
