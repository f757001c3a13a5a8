"""English councils' children's services: ratings, caseload and spend, for use in any notebook or script.

Each name below is loaded when it is first used; functions take and return frames. Other parts of the package may
change between minor versions.

- Tables: `Tables` (all of them by name), `load_table`, and `load_known_tables` (as known on a day).
- The panel, one row per authority and year: `panel`; `changes` from each judgement to the next.
- Authorities and comparators: `find_authority`, `open_case`, `Case`, `list_comparators`.
- Ratings: `state_at` a date, `share_good`, `trace_path` of one authority, `trace_states` and `trace_shares` over time.
- Trajectories: `list_patterns`, `match_pattern`, `trace_annual_states`, `measure_distances`.
- Caseload: `select_measure`, `select_authorities`, `trace_caseload`, `select_others`, `note_joint`.
- Money and children: `to_real_terms`, `per_child`, `rate_per_10000`.
- Figures and tables: the modules `ratings`, `need`, `caseload`, `spend`, `comparison` and `evidence`, whose functions
  take a case.
- Teaching: `explore`, and the modules `answers`, `handouts` and `marking`.

Examples
--------
>>> import lewisham_study as study
>>> tables = study.Tables()
>>> state = study.state_at(tables["judgements"], tables["authorities"], "2022-12-31")
>>> state.set_index("la_name").loc["Lewisham", ["grade", "framework"]].tolist()
['requires_improvement', 'ILACS']
>>> case = study.open_case(tables, "Lewisham", 2012, 2022)
>>> study.ratings.draw_areas(case).title
'Lewisham was judged requires improvement in July 2019; it was judged good in December 2023, after the window'
"""

import lazy_loader

__version__ = "1.0.0"
__data_version__ = "2026.1.0"

# The names and their modules are listed once, in __init__.pyi, which type checkers and editors also read.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
