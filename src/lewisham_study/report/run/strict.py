"""A plugin for pytest: nbval compares also what it would pass over, pictures in pixels and an output's metadata.

A report offers the pixels for download and reads title, caption and alternative text from the metadata.
"""

from __future__ import annotations

import pytest

PASSED_OVER = ("output_type", "name", "execution_count", "traceback", "prompt_number")
"""How an output came about; `validate.list_code` holds the counts against their order."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Have a notebook's cells compared in everything else."""
    vars(item.parent)["skip_compare"] = PASSED_OVER
