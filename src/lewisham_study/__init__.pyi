from .analysis.authorities import find_authority
from .analysis.case import Case, list_comparators, open_case
from .analysis.population import per_child, rate_per_10000
from .analysis.prices import to_real_terms
from .analysis.rating_shares import share_good, trace_shares, trace_states
from .analysis.ratings import state_at, trace_path
from .analysis.trajectories import list_patterns, match_pattern, measure_distances, trace_annual_states
from .display import caseload, comparison, evidence, ratings, spend
from .tidy.tables import Tables, load_table

__version__: str
__all__ = [
    "Case",
    "Tables",
    "caseload",
    "comparison",
    "evidence",
    "find_authority",
    "list_comparators",
    "list_patterns",
    "load_table",
    "match_pattern",
    "measure_distances",
    "open_case",
    "per_child",
    "rate_per_10000",
    "ratings",
    "share_good",
    "spend",
    "state_at",
    "to_real_terms",
    "trace_annual_states",
    "trace_path",
    "trace_shares",
    "trace_states",
]
