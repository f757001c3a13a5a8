"""How English councils' children's services are rated, and how ratings move beside caseload and spend.

The names below are the library for reuse, in any notebook or script; each is loaded when it is first used. Frames go
in and frames come out. The rest of the package may change between minor versions.

- Tables: `Tables` (all of them by name) and `load_table`.
- Ratings: `state_at` a date, `trace_path` of one authority, `trace_states` and `trace_shares` over time.
- Trajectories: `list_patterns`, `match_pattern`, `trace_annual_states`, `measure_distances`.
- Comparators: `find_authority`, `open_case`, `list_comparators`.
- Money and children: `to_real_terms`, `per_child`, `rate_per_10000`.
- Figures and tables to show: the modules `ratings`, `caseload`, `spend`, `comparison` and `evidence`, whose functions
  take a case.

Examples
--------
>>> import lewisham_study as study
>>> tables = study.Tables()
>>> state = study.state_at(tables["judgements"], tables["authorities"], "2022-12-31")
>>> state.set_index("la_name").loc["Lewisham", ["grade", "framework"]].tolist()
['requires_improvement', 'ILACS']
>>> case = study.open_case(tables, "Lewisham", 2012, 2022)
>>> study.ratings.draw_path(case).title
'Lewisham was rated requires improvement at the end of 2022; it was judged good in December 2023, after the window'
"""

import lazy_loader

__version__ = "0.1.0"

# What there is, and where, stands once, in __init__.pyi, where type checkers and editors read it too.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
