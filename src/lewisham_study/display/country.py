"""Draw in advance what the reports of all authorities share.

A process that forks many kernels calls `prepare` first. No report depends on it: it only saves time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def prepare(*, draws: bool = True, **choices: Any) -> None:
    """Compute what does not depend on the authority (`analysis.country`), then draw and write the exhibits of it.

    For a single report they are better drawn by its own kernels, side by side with the rest.
    """
    # Imported here: a command names this function for another process, and has no use for matplotlib.
    from lewisham_study.analysis import country
    from lewisham_study.analysis.case import CHOICES, open_case

    tables = country.prepare(**choices)
    if not draws:
        return
    case = open_case(tables, "Lewisham", **{name: choices[name] for name in CHOICES if name in choices})
    for make in list_shared():
        make(case)._repr_mimebundle_()


def list_shared() -> list[Callable[..., Any]]:
    """List the exhibits that are the same for every authority, see `display.common.shared_exhibits.make_once`."""
    from lewisham_study.display import comparison, spend

    return [
        comparison.show_falls,
        comparison.draw_prediction_odds,
        comparison.show_events,
        comparison.draw_curve,
        comparison.show_nulls,
        comparison.draw_forest,
        comparison.show_steps,
        comparison.show_claims,
        spend.show_providers,
    ]
