"""Exhibits: figures and tables need a plain label and their texts; plain text is escaped."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from lewisham_study.errors import StudyError
from lewisham_study.files import escape_markdown
from lewisham_study.report.document.exhibits import Exhibit, Place, quote, read_exhibit


def read(build: SimpleNamespace, *label: str, **changes: str) -> Exhibit:
    output = build.figure(*label, **changes)
    return read_exhibit(output.metadata["exhibit"], output.data, Place("n.ipynb", 2))


@pytest.mark.parametrize("label", ["", "steps", "fig-", "fig-A", "fig-a_b", "fig-../x", "tbl-steps", "fig-a b"])
def test_label_must_be_a_plain_name(build: SimpleNamespace, label: str) -> None:
    with pytest.raises(StudyError, match=r"n\.ipynb, cell 2: the figure's label is .*write it like fig-words"):
        read(build, label)


@pytest.mark.parametrize("missing", ["alt", "title"])
def test_figure_needs_its_texts(build: SimpleNamespace, missing: str) -> None:
    with pytest.raises(StudyError, match=f"cell 2: fig-steps has no {missing} text; give {missing}="):
        read(build, **{missing: ""})


def test_plain_text_is_escaped() -> None:
    assert escape_markdown("£5 *now*\n`x` @y <b>") == r"£5 \*now\* \`x\` \@y \<b\>"
    assert quote('a "b" \\ &amp;\nc') == r"a \"b\" \\ \&amp; c"


def test_a_figure_drawn_for_a_phone_is_a_file_of_its_own(build: SimpleNamespace) -> None:
    plain, phone = read(build), read(build, narrow="<svg>narrow</svg>")
    assert phone.files["fig-steps.narrow"] == b"<svg>narrow</svg>"
    assert ".figure .phone " in phone.markdown
    assert ".phone" not in plain.markdown
    assert list(plain.files) == ["fig-steps.csv", "fig-steps.svg"]
