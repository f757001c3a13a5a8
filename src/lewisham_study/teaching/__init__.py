"""The teaching case, its exercises and the interactive page."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submodules=["answers", "council", "handouts", "marking"])
