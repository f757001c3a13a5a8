"""The panel: one row for each authority and year, with grades, workforce, need, spend and deprivation; and changes."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import FIRST_YEAR, find_last_judgement
from lewisham_study.analysis.caseload import COMPARABLE, RATES, RETURNED
from lewisham_study.analysis.cautions import IN_POST
from lewisham_study.analysis.rates import find_children, look_up, measure_need, widen
from lewisham_study.analysis.ratings import date_judgements, mark_ungraded, read_state
from lewisham_study.analysis.spend import SPEND_SERIES, Prices, express
from lewisham_study.tidy.tables import Frames, Tables, once
from lewisham_study.vocabulary import GRADES, SCALE, Basis

GRADED = {"": "overall", "leaders_": "leadership", "safeguarding_": "safeguarding"}
"""The strands in the panel, by the beginning of their columns' names."""
WORKFORCE = [*RETURNED, IN_POST, *RATES]
NEED = ["looked_after", "children_in_need", "on_protection_plan", "referrals", "stable_placements"]
SPEND = "total_gross"
LOW_INCOME, IDACI, IDACI_YEAR = "children_in_low_income_families", "idaci_average_score", "2019"
USED = {"workforce": WORKFORCE, "need": NEED, "spend": [SPEND], "deprivation": [LOW_INCOME, IDACI]}
KEY = ["la_code", "year"]


def panel(
    tables: Frames | None = None,
    *,
    basis: Basis = "inspected",
    price_base: str = "2021-22",
    deflator: str = "gdp_deflator",
) -> pd.DataFrame:
    """Return one row for each authority and year: grades, workforce, need, spend, deprivation and cautions.

    A year ends on 31 March, so 2022 has the grades in force and the children looked after on 31 March 2022, the
    workforce of 30 September 2021, the spend of 2021-22 and the children of mid-2021.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, optional
        The tidy tables; those of this copy of the study unless given.
    basis : {'inspected', 'published'}, optional
        Whether a grade counts from the first day on site (what was true) or from publication (what was known).
    price_base : str, optional
        Financial year whose prices are used for real terms.
    deflator : {'gdp_deflator', 'cpi', 'cpih'}, optional
        Price index for real terms.

    Returns
    -------
    pandas.DataFrame
        The columns of `panel` in the data dictionary, sorted by la_code and year: every authority that existed on 31
        March, from 2012 to the latest 31 March with known grades. What was not published is missing, never zero;
        values under a caution stay, and `cautions` names the cautions. Grades of two frameworks are not on one scale.

    Examples
    --------
    >>> import lewisham_study as study
    >>> own = study.panel().set_index(["la_code", "year"]).loc[("209", 2022)]
    >>> own["grade"], own["framework"], float(own["caseload_fte"]), float(own["looked_after"])
    ('requires_improvement', 'ILACS', 15.1, 462.0)
    """
    held = Tables() if tables is None else tables
    return gather_panel(held, basis, price_base, deflator)


@once
def gather_panel(tables: Frames, basis: Basis, price_base: str, deflator: str) -> pd.DataFrame:
    """Join the parts of the panel; see `panel`."""
    rows = list_grades(tables, basis)
    for part in (
        pick_workforce(tables["workforce"]),
        pick_need(tables),
        pick_spend(tables, Prices(tables["prices"], price_base, deflator)),
        pick_deprivation(tables["deprivation"]),
    ):
        rows = rows.merge(part, "left", on=KEY, validate="one_to_one")
    children = find_children(rows["new_la_code"], rows["year"] - 1, tables["population"])
    idaci = tables["deprivation"].query("measure == @IDACI and time_period == @IDACI_YEAR").dropna(subset="la_code")
    rows = rows.assign(
        children=children,
        idaci_2019=rows["la_code"].map(idaci.set_index("la_code")["value"]),
        cautions=list_cautions(tables["cautions"], rows),
    )
    return rows.sort_values(KEY, kind="stable", ignore_index=True)[list_columns()]


def list_columns() -> list[str]:
    """List the columns of the panel in order."""
    grades = [f"{start}{name}" for start in GRADED for name in ("grade", "framework", "inspection_id")]
    need = [name for measure in NEED for name in (measure, f"{measure}_rate")]
    spend = [SPEND, f"{SPEND}_real", f"{SPEND}_per_child_real"]
    workforce = ["workforce_comparable", "joint_la_codes", *WORKFORCE]
    columns = [*KEY, "new_la_code", "la_name", "region", *grades, *workforce, "children", *need, *spend]
    return [*columns, "low_income_rate", "idaci_2019", "cautions"]


def list_grades(tables: Frames, basis: Basis) -> pd.DataFrame:
    """List the authorities that existed on each 31 March with the grades then in force."""
    authorities, dated = tables["authorities"], date_judgements(mark_ungraded(tables["judgements"]), basis)
    last = find_last_judgement(tables, "published")
    days = [day for year in range(FIRST_YEAR, last.year + 1) if (day := pd.Timestamp(year, 3, 31)) <= last]
    years = []
    for day in days:
        rows = authorities[["la_code", "new_la_code"]].assign(year=day.year)
        for start, strand in GRADED.items():
            state = read_state(dated, authorities, day, strand=strand)
            named = {name: f"{start}{name}" for name in ("grade", "framework", "inspection_id")}
            places = ["la_name", "region"] if not start else []
            rows = rows.merge(state[["la_code", *places, *named]].rename(columns=named), on="la_code")
        years.append(rows)
    return pd.concat(years, ignore_index=True)


def pick_workforce(workforce: pd.DataFrame) -> pd.DataFrame:
    """Pick the workforce measures of 30 September, for the year that ends on the 31 March after."""
    chosen = workforce[workforce["la_code"].notna() & workforce["measure"].isin(WORKFORCE)]
    chosen = chosen.assign(year=chosen["time_period"].astype(int) + 1)
    marks = chosen.assign(workforce_comparable=chosen["series"].str.endswith(COMPARABLE)).groupby(KEY)
    about = marks.agg(workforce_comparable=("workforce_comparable", "all"), joint_la_codes=("joint_la_codes", "first"))
    typed = about.astype({"workforce_comparable": "boolean", "joint_la_codes": "str"})
    return widen(chosen, WORKFORCE, KEY).join(typed).reset_index()


def pick_need(tables: Frames) -> pd.DataFrame:
    """Pick the counts of need at, or in the year to, 31 March, and their rates per 10,000 children, or per cent."""
    rates = measure_need(tables)
    return widen(rates, NEED, KEY).join(widen(rates, NEED, KEY, "rate").add_suffix("_rate")).reset_index()


def pick_spend(tables: Frames, prices: Prices) -> pd.DataFrame:
    """Pick total spend of the financial year, in cash, in real terms, and in real terms per child."""
    spend = tables["spend"]
    chosen = spend[spend["la_code"].notna() & (spend["measure"] == SPEND) & (spend["series"] == SPEND_SERIES)]
    real = express(chosen, tables["population"], prices).assign(year=chosen["time_period"].str[:4].astype(int) + 1)
    names = {"value": SPEND, "real_value": f"{SPEND}_real", "real_per_child": f"{SPEND}_per_child_real"}
    return real[[*KEY, *names]].rename(columns=names)


def pick_deprivation(deprivation: pd.DataFrame) -> pd.DataFrame:
    """Pick the share of children in families with low incomes in the year to 31 March."""
    chosen = deprivation[deprivation["la_code"].notna() & (deprivation["measure"] == LOW_INCOME)]
    rows = chosen.assign(year=chosen["time_period"].astype(int))
    return rows[[*KEY, "value"]].rename(columns={"value": "low_income_rate"})


def list_cautions(cautions: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """List the cautions on the figures of each row, by caution_id with spaces between; missing where there are none.

    A caution without a measure is on all of its table; one without an authority is on every authority.
    """
    local = cautions[cautions["geographic_level"] == "local_authority"]
    used = [
        pd.isna(measure) or measure in USED.get(table, [])
        for table, measure in zip(local["table"], local["measure"], strict=True)
    ]
    own = local[used]
    start = own["time_period"].str[:4].astype(int)
    own = own.assign(year=start + own["table"].isin(["workforce", "spend"]))
    named = own.dropna(subset="la_code")
    general = own[own["la_code"].isna()].drop(columns="la_code").merge(rows[KEY], on="year")
    every = pd.concat([named, general])[[*KEY, "caution_id"]].sort_values([*KEY, "caution_id"])
    listed = every.groupby(KEY)["caution_id"].agg(" ".join).astype("str")
    return look_up(listed, rows["la_code"], rows["year"]).astype("str")


def changes(tables: Frames | None = None, *, basis: Basis = "inspected") -> pd.DataFrame:
    """Return each change from one judgement of a strand to the next of the same authority.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, optional
        The tidy tables; those of this copy of the study unless given.
    basis : {'inspected', 'published'}, optional
        Whether judgements are in the order of the first day on site or of publication.

    Returns
    -------
    pandas.DataFrame
        The columns of `changes` in the data dictionary, sorted by la_code, strand and date. `comparable` is whether
        both frameworks have one scale; only then has `direction` a value ('rose', 'stayed' or 'fell').

    Examples
    --------
    >>> import lewisham_study as study
    >>> own = study.changes().query("la_code == '209' and strand == 'overall'")
    >>> own[["framework_from", "grade_from", "framework", "grade", "direction"]].iloc[-1].tolist()
    ['ILACS', 'requires_improvement', 'ILACS', 'good', 'rose']
    """
    held = Tables() if tables is None else tables
    return gather_changes(held, basis)


@once
def gather_changes(tables: Frames, basis: Basis) -> pd.DataFrame:
    """Pair each judgement of a strand with the one before it; see `changes`."""
    judgements = tables["judgements"]
    dated = date_judgements(judgements, basis).sort_values(["la_code", "strand", "date"], kind="stable")
    groups = dated.groupby(["la_code", "strand"])
    columns = ["inspection_id", "date", "published_date", "framework", "grade"]
    rows = dated.join(groups[columns].shift(1).add_suffix("_from")).dropna(subset="inspection_id_from")
    comparable = rows["framework_from"].map(SCALE) == rows["framework"].map(SCALE)
    rank = {grade: place for place, grade in enumerate(GRADES)}
    step = rows["grade_from"].map(rank) - rows["grade"].map(rank)
    direction = pd.Series("stayed", index=rows.index, dtype="str").mask(step > 0, "rose").mask(step < 0, "fell")
    names = tables["authorities"].set_index("la_code")["la_name"]
    rows = rows.assign(la_name=rows["la_code"].map(names), comparable=comparable, direction=direction.where(comparable))
    pairs = [name for column in columns for name in (f"{column}_from", column)]
    return rows[["la_code", "la_name", "strand", *pairs, "comparable", "direction"]].reset_index(drop=True)
