"""How long it took from below good to good, in words: a band, for nobody saw the day."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.ratings import GRADES
from lewisham_study.analysis.turnbull import bound_share
from lewisham_study.analysis.waiting import UNTIL, Waits, estimate_waits, find_median
from lewisham_study.display.exhibits import Prose
from lewisham_study.display.sources import RATING_SOURCES, cite_releases, credit
from lewisham_study.display.style import GRADE_NAMES, write_day

LAST_YEAR = 11


def find_own(found: Waits, case: Case) -> pd.Series | None:
    """Find the authority's own wait; None where its first SIF was good, or it had none."""
    own = found.waits[found.waits["la_code"] == case.la_code]
    return None if own.empty else own.iloc[0]


def write_wait(own: pd.Series) -> str:
    """Write within what time after its first SIF an authority became good.

    Examples
    --------
    >>> write_wait(pd.Series({"lower": 3.7, "upper": 8.1})), write_wait(pd.Series({"lower": 0.0, "upper": 3.1}))
    ('between 3.7 and 8.1 years later', 'within 3.1 years')
    """
    if own["lower"]:
        return f"between {own['lower']:.1f} and {own['upper']:.1f} years later"
    return f"within {own['upper']:.1f} years"


def title_waits(found: Waits) -> str:
    """State the finding: within what band half had reached good, and what the naive curve says."""
    low, high = found.half
    return (
        f"Half of {len(found.waits)} authorities below good at their first SIF had reached good after {low:.1f} to "
        f"{high:.1f} years; read naively, after {find_median(found.curve):.1f}"
    )


def caption_waits(case: Case, found: Waits) -> str:
    """Say how the band came about and what it assumes."""
    day = "first day on site" if case.basis == "inspected" else "day of publication"
    return (
        f"Estimated. {int(found.waits['reached'].sum())} of {len(found.waits)} authorities had been found good by "
        f"{write_day(UNTIL)} ({day}); each became good somewhere between two inspections. The band is the "
        "non-parametric maximum likelihood estimate (Turnbull 1976), the bar the times for which its likelihood is "
        "within 5% of the best. Both curves take the time of inspections to tell nothing, which is doubtful: "
        "authorities judged inadequate are seen again sooner, and none were between March 2020 and April 2021. A wait "
        "ends at the last inspection, or at an abolition: successors do not go on with it. "
        f"{credit(cite_releases(RATING_SOURCES))}."
    )


def describe_waits(found: Waits) -> str:
    """Describe the curves at whole years."""
    bounds = bound_share(found.band, list(range(1, LAST_YEAR + 1)))
    rows = zip(bounds["time"], bounds["least"], bounds["greatest"], strict=True)
    told = [f"year {time:.0f} {write_range(least, greatest)}" for time, least, greatest in rows]
    return f"Share that had reached good, by year since the first SIF, least to greatest: {', '.join(told)}."


def write_range(low: float, high: float) -> str:
    """Write two shares as one range.

    Examples
    --------
    >>> write_range(0.2, 0.2), write_range(0.0, 0.202)
    ('20%', '0% to 20%')
    """
    return f"{low:.0%}" if f"{low:.0%}" == f"{high:.0%}" else f"{low:.0%} to {high:.0%}"


def tabulate_waits(found: Waits) -> pd.DataFrame:
    """Give both estimates at whole years."""
    years = list(range(LAST_YEAR + 1))
    bounds = bound_share(found.band, years)
    curve = found.curve
    naive = [curve.loc[curve["time"] <= year, "share"].iloc[-1] for year in years]
    return pd.DataFrame(
        {
            "Years since first SIF": [str(year) for year in years],
            "Reached good, least": bounds["least"].map("{:.0%}".format),
            "Reached good, greatest": bounds["greatest"].map("{:.0%}".format),
            "Naive Kaplan–Meier": [f"{share:.0%}" for share in naive],
        }
    )


def tell_waits(case: Case) -> Prose:
    """Tell the authority's own wait beside that of all."""
    found = estimate_waits(case.tables, case.basis)
    own = find_own(found, case)
    low, high = found.half
    every = (
        f"Of {len(found.waits)} authorities below good at their first SIF, {int(found.waits['reached'].sum())} had "
        f"been found good by {write_day(UNTIL)}. Half of all had reached good after a time that the data place "
        f"**anywhere from {low:.1f} to {high:.1f} years**; the naive median is {find_median(found.curve):.1f} years."
    )
    if own is None:
        return Prose(f"{tell_no_wait(case)} {every}")
    start = f"{case.opening} was judged {GRADE_NAMES[own['grade']]} at its first SIF ({write_day(own['start'])})"
    if own["reached"]:
        return Prose(f"{start}; it became good {write_wait(own)}. {every}")
    if not own["lower"]:
        return Prose(f"{start}, and was not inspected again in the years that count here. {every}")
    return Prose(f"{start} and was still below good when last inspected, {own['lower']:.1f} years later. {every}")


def tell_no_wait(case: Case) -> str:
    """Say why the authority has no wait: its first SIF was good, or it had none."""
    judgements = case.tables["judgements"]
    mine = (
        (judgements["la_code"] == case.la_code)
        & (judgements["framework"] == "SIF")
        & (judgements["strand"] == "overall")
    )
    if judgements.loc[mine, "grade"].isin(GRADES).any():
        return f"{case.opening} was good or better at its first SIF, so it is not among those that waited."
    return f"{case.opening} had no inspection under the SIF, so it is not among those that waited."
