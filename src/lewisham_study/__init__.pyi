from .analysis.case import Case, list_comparators, open_case
from .analysis.caseload import select_authorities, select_measure, select_others, trace_caseload
from .analysis.group import Group, open_group
from .analysis.panel import changes, panel
from .analysis.rates import per_child, rate_per_10000, to_real_terms
from .analysis.ratings import share_good, state_at, trace_path, trace_shares, trace_states
from .analysis.statements import statements
from .analysis.trajectories import list_patterns, match_pattern, measure_distances, trace_annual_states
from .authorities import find_authority
from .display import caseload, comparison, evidence, need, ratings, spend, summary
from .display.common.cautions import note_joint
from .teaching import answers, council, handouts, marking
from .teaching.explorer import explore
from .tidy.known_tables import load_known_tables
from .tidy.tables import Tables, load_table

__version__: str
__data_version__: str
__all__ = [
    "Case",
    "Group",
    "Tables",
    "answers",
    "caseload",
    "changes",
    "comparison",
    "council",
    "evidence",
    "explore",
    "find_authority",
    "handouts",
    "list_comparators",
    "list_patterns",
    "load_known_tables",
    "load_table",
    "marking",
    "match_pattern",
    "measure_distances",
    "need",
    "note_joint",
    "open_case",
    "open_group",
    "panel",
    "per_child",
    "rate_per_10000",
    "ratings",
    "select_authorities",
    "select_measure",
    "select_others",
    "share_good",
    "spend",
    "state_at",
    "statements",
    "summary",
    "to_real_terms",
    "trace_annual_states",
    "trace_caseload",
    "trace_path",
    "trace_shares",
    "trace_states",
]
