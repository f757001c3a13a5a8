"""The table `neighbours`: ten statistical neighbours of each authority under the models of 2021 and 2025."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.raw.areas import resolve_areas
from lewisham_study.raw.figures import locate, read_figures

COLUMNS = ["la_code", "model", "rank", "neighbour_la_code", "closeness", "source_id", "locator"]
HEADING = r"SN_?(?P<rank>\d+)(?P<closeness>P| \| SNP)?"


def tidy_neighbours(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `neighbours`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        Ten rows for each authority and model; rank 1 is the nearest. The words for closeness are the
        model's own. An authority that was abolished may be a neighbour.

    Raises
    ------
    DataError
        Where an authority has not ten neighbours, or a neighbour is not a known authority.
    """
    figures = read_figures(raw, "neighbours")
    figures = figures.assign(la_code=resolve_areas(figures, coding), locator=locate(figures))
    figures = figures.join(figures["measure"].str.extract(f"^{HEADING}$"))
    figures["text"] = figures["value_as_published"].str.strip()
    place = ["source_id", "row", "rank"]
    closeness = figures[figures["closeness"].notna()].set_index(place)["text"].rename("how_close")
    neighbours = figures[figures["closeness"].isna()].join(closeness, on=place, validate="one_to_one")
    known = resolve_areas(neighbours.assign(area_code=neighbours["text"], area_name=""), coding)
    tidy = neighbours.assign(
        neighbour_la_code=known, model=neighbours["time_period"], closeness=neighbours["how_close"]
    )
    tidy["rank"] = tidy["rank"].astype(int)
    check_ten(tidy)
    return tidy[COLUMNS].sort_values(["la_code", "model", "rank"], ignore_index=True)


def check_ten(neighbours: pd.DataFrame) -> None:
    """Refuse an authority that has not ten different neighbours other than itself, ranked 1 to 10."""
    for (model, la_code), group in neighbours.groupby(["model", "la_code"]):
        others = set(group["neighbour_la_code"]) - {la_code}
        if sorted(group["rank"]) != list(range(1, 11)) or len(others) != 10 or group["closeness"].isna().any():
            got = f"{len(others)} for {la_code} in the model of {model}"
            source, row = group["source_id"].iloc[0], group["row"].iloc[0]
            raise DataError(source, "ten neighbours, ranked 1 to 10, and how close each is", got, row=row)
