"""Results as figures, tables and sentences."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submodules=["caseload", "comparison", "evidence", "need", "ratings", "spend", "summary"]
)
