"""The readers of families of releases."""

from __future__ import annotations

import pytest

from lewisham_study.errors import UsageError
from lewisham_study.paths import find_project
from lewisham_study.raw.sources import read_releases
from lewisham_study.releases.catalogue import READERS, find_reader


def test_every_family_has_a_reader_and_every_reader_a_family() -> None:
    assert set(read_releases(find_project().coding)["family"]) == set(READERS)


def test_an_unknown_family_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no reader is called 'ofsted_1999'; there are: authority_codes, "):
        find_reader("ofsted_1999")
