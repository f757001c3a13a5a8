"""Make the tidy tables as they would have been on a day, only from what was certainly public by then."""

from __future__ import annotations

from datetime import date

import pandas as pd

from lewisham_study.paths import Project, find_project
from lewisham_study.raw.figures import read_figures
from lewisham_study.raw.sources import select_known
from lewisham_study.tidy.figures import drop_not_existing, keep_latest, type_figures
from lewisham_study.tidy.tables import Tables

FIGURES = ("workforce", "spend", "need")
"""Topics with earlier editions held; populations and prices are held only in late editions."""
PLACES = {"source_id": None, "locator": None}


def load_known_tables(day: date, project: Project | None = None) -> dict[str, pd.DataFrame]:
    """Make the tables as they would have been on a day.

    Parameters
    ----------
    day : datetime.date
        The day to look back from. A source published in a month or year counts from its last day.
    project : Project, optional
        The copy of the study; the one that `find_project` returns unless given.

    Returns
    -------
    dict of str to pandas.DataFrame
        The tables authorities, sources, inspections, judgements, facts, events, workforce, spend and need. The others
        are left out, because they judge early claims by later ones. A judgement is known from its report on; its
        source is left blank, because the release that holds it was published later.

    Examples
    --------
    >>> load_known_tables(date(2016, 1, 31))["judgements"]["published_date"].max()
    Timestamp('2016-01-20 00:00:00')
    """
    project = project or find_project()
    tables = Tables(project.processed)
    sources = select_known(tables["sources"], day)
    known = set(sources["source_id"])
    inspections = select_inspections(tables["inspections"], known, day)
    judgements = tables["judgements"][tables["judgements"]["inspection_id"].isin(inspections["inspection_id"])]
    return {
        "authorities": select_authorities(tables["authorities"], day),
        "sources": sources,
        "inspections": inspections.reset_index(drop=True),
        "judgements": judgements.assign(**PLACES).reset_index(drop=True),
        "facts": select_facts(tables["facts"], known),
        "events": select_events(tables["events"], inspections, known).reset_index(drop=True),
        **{topic: select_figures(project, topic, known) for topic in FIGURES},
    }


def select_authorities(authorities: pd.DataFrame, day: date) -> pd.DataFrame:
    """Select the authorities that existed by a day; an end after that day is unknown."""
    today = pd.Timestamp(day)
    begun = authorities[authorities["valid_from"].isna() | (authorities["valid_from"] <= today)]
    return begun.assign(valid_to=begun["valid_to"].where(begun["valid_to"] <= today)).reset_index(drop=True)


def select_inspections(inspections: pd.DataFrame, known: set[str], day: date) -> pd.DataFrame:
    """Select the inspections and visits reported by a day, or by a known source if the report has no date."""
    reported = inspections["published_date"] <= pd.Timestamp(day)
    sourced = inspections["published_date"].isna() & inspections["source_id"].isin(known)
    return inspections[reported | sourced].assign(**PLACES, start_source_id=None, start_locator=None, note=None)


def select_facts(facts: pd.DataFrame, known: set[str]) -> pd.DataFrame:
    """Select the claims of known documents as printed, without our readings and disputes.

    Some of these depend on later documents. A claim counts as a repeat only if the first statement is known too.
    """
    claims = facts[facts["source_id"].isin(known)]
    repeat = claims["same_as"].isin(claims["fact_id"])
    status = repeat.map({True: "repeat", False: "accepted"})
    readings = ["value", "value_low", "value_high", "period_start", "period_end", "period_basis", "note"]
    claims = claims.assign(status=status, same_as=claims["same_as"].where(repeat)).drop(columns=readings)
    return claims.reset_index(drop=True)


def select_events(events: pd.DataFrame, inspections: pd.DataFrame, known: set[str]) -> pd.DataFrame:
    """Select the events that a known source reports, and those that are a known inspection or report."""
    keys = {
        "inspection": set(zip(inspections["la_code"], inspections["start_date"], strict=True)),
        "report": set(zip(inspections["la_code"], inspections["published_date"], strict=True)),
    }
    dated = zip(events["kind"], events["la_code"], events["date_start"], strict=True)
    official = pd.Series([(code, start) in keys.get(kind, set()) for kind, code, start in dated], events.index)
    return events[events["source_id"].isin(known) | official].assign(source_id=None, fact_ids=None)


def select_figures(project: Project, topic: str, known: set[str]) -> pd.DataFrame:
    """Make a table of figures from the known editions, as printed: our corrections were made later."""
    figures = read_figures(project.raw, topic)
    held = figures[figures["source_id"].isin(known)].reset_index(drop=True)
    typed = drop_not_existing(type_figures(held, topic, project.coding), project.coding)
    return keep_latest(typed, topic, project.coding)
