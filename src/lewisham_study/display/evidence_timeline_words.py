"""Words for the dated timeline of one authority: title, caption, description and table."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.display.sources import cite_releases, credit


def title_timeline(case: Case, events: pd.DataFrame) -> str:
    """State the finding: how many events, how many known to the day, how many after the window."""
    within = events[events["window"] != "after"]
    exact, later = int((within["precision"] == "day").sum()), len(events) - len(within)
    noun, verb = "event" if len(within) == 1 else "events", "lies" if later == 1 else "lie"
    known = "all" if exact == len(within) > 1 else f"{exact} of them" if len(within) > 1 else ""
    text = f"{case.label}: {len(within) or 'no'} dated {noun} by the end of {case.end_year}"
    text += f", {known} known to the day".replace("  ", " ") if exact else ""
    return f"{text}; {later}{' more' if len(within) else ''} {verb} after the window" if later else text


def caption_timeline(events: pd.DataFrame) -> str:
    """Say how to read the marks."""
    return (
        "A disc marks what is known to the day, at its first day; a bar spans the days between which the event lies, "
        "without saying where. Hollow marks fall after the window. "
        f"{credit(cite_releases(events['source_id']))}."
    )


def describe_timeline(case: Case, events: pd.DataFrame) -> str:
    """Describe the events in the order of time."""
    told = []
    for event in events.sort_values("date_start", kind="stable").to_dict("records"):
        after = " (after the window)" if event["window"] == "after" else ""
        told.append(f"{event['when']}: {event['title']}{after}")
    return f"Timeline of {case.spoken}, {case.start_year} to {events['date_end'].max().year}. {'; '.join(told)}."


def tabulate_events(events: pd.DataFrame) -> pd.DataFrame:
    """Give the events as a table in the order of time."""
    rows = events.sort_values(["date_start", "date_end"])
    known = rows["precision"].map(
        {"day": "the day", "month": "a month", "quarter": "a quarter", "year": "a year or less"}
    )
    return pd.DataFrame(
        {
            "When": rows["when"],
            "Kind": rows["kind"].str.replace("_", " ").str.capitalize(),
            "What": rows["title"],
            "Known to": known,
            "Window": rows["window"],
            "Source": rows["places"],
        }
    ).reset_index(drop=True)
