"""Exhibits that are the same for every authority: made, and written as SVG, once for the same tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from lewisham_study.analysis.case import Case
from lewisham_study.display.common.exhibit import Bundle, FigureExhibit, TableExhibit

Exhibit = TypeVar("Exhibit", FigureExhibit, TableExhibit)
Given = ParamSpec("Given")


class Kept:
    """What a notebook shows of an exhibit, kept from the first time."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        bundle: list[Bundle] = vars(self)["bundle"]
        if not bundle:
            bundle.append(super()._repr_mimebundle_())  # type: ignore[misc]
        data, details = bundle[0]
        return dict(data), dict(details)


@dataclass(frozen=True)
class KeptFigure(Kept, FigureExhibit):
    """A figure that is the same for every authority."""

    bundle: list[Bundle] = field(default_factory=list, repr=False)


@dataclass(frozen=True)
class KeptTable(Kept, TableExhibit):
    """A table that is the same for every authority."""

    bundle: list[Bundle] = field(default_factory=list, repr=False)


def make_once(make: Callable[Concatenate[Case, Given], Exhibit]) -> Callable[Concatenate[Case, Given], Exhibit]:
    """Make an exhibit once for the same tables and choices; it must not depend on the authority."""

    @wraps(make)
    def recall(case: Case, /, *choices: Given.args, **named: Given.kwargs) -> Exhibit:
        if case.work is None:
            return make(case, *choices, **named)
        key = (make.__module__, make.__qualname__, case.basis, choices, tuple(sorted(named.items())))
        if key not in case.work.results:
            made = make(case, *choices, **named)
            case.work.results[key] = (KeptFigure if isinstance(made, FigureExhibit) else KeptTable)(**vars(made))
        kept: Exhibit = case.work.results[key]
        # A table that a reader changes is his own.
        return replace(kept, table=kept.table.copy(deep=False))

    return recall
