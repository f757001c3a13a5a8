"""The markup of spreadsheets: measured as a reader would see it, refused where no release has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lewisham_study.releases.spreadsheets import Extent, MarkupError, measure_markup


def measure(text: str) -> Extent:
    return measure_markup(text.encode(), "m.xml")


CELL = '<t:table-cell o:value-type="string" {repeat}><x:p>{text}</x:p></t:table-cell>'
ODS = '<o:d xmlns:o="o" xmlns:t="t" xmlns:x="x"><t:table>{rows}</t:table>{more}</o:d>'


def render_row(cells: str, rows: int = 1) -> str:
    return f'<t:table-row t:number-rows-repeated="{rows}">{cells}</t:table-row>'


def format_cells(text: str, columns: int = 1) -> str:
    return CELL.format(repeat=f't:number-columns-repeated="{columns}"', text=text)


def test_ods_repeats_are_counted_as_cells_and_text() -> None:
    extent = measure(ODS.format(rows=render_row(format_cells("abc", 5), 7), more=""))
    assert (extent.cells, extent.text) == (35, 105)


def test_ods_empty_cells_count_only_before_the_last_that_holds_something() -> None:
    empty = '<t:table-cell t:number-columns-repeated="16384"/>'
    assert (
        measure(ODS.format(rows=render_row(format_cells("a") + empty) + render_row(empty, 1_048_575), more="")).cells
        == 1
    )
    assert (
        measure(ODS.format(rows=render_row(empty, 1_048_575) + render_row(format_cells("a")), more="")).cells
        == 1_048_576
    )


def test_every_sheet_of_an_ods_counts() -> None:
    row = render_row(format_cells("a", 3))
    assert measure(ODS.format(rows=row, more=f"<t:table>{row * 2}</t:table>")).cells == 9


def test_xlsx_cells_are_a_rectangle_to_the_last_whether_they_name_their_place_or_not() -> None:
    assert measure('<worksheet><row r="3"><c r="A3"/><c r="XFD3"/></row></worksheet>').cells == 3 * 16384
    assert measure("<worksheet><row><c/><c/></row><row><c/></row></worksheet>").cells == 4
    assert measure('<x:worksheet xmlns:x="x"><x:row r="2"><x:c r="B2"/></x:row></x:worksheet>').cells == 4


def test_xlsx_shared_text_counts_for_each_cell_that_shows_it() -> None:
    cells = measure('<worksheet><row r="1">' + '<c t="s"><v>0</v></c>' * 10 + "</row></worksheet>")
    texts = measure("<sst><si><t>a</t></si><si><r><t>abc</t></r><r><t>def</t></r></si></sst>")
    assert (cells + texts).text == 10 * 6 + 10 + 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><s>&x;</s>',
            "no document type in m.xml, found <!DOCTYPE s>",
        ),
        ('<!DOCTYPE s [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><s>&b;</s>', "no document type"),
        ('<!DOCTYPE s SYSTEM "http://127.0.0.1/x.dtd"><s/>', "no document type"),
        ('<?xml version="1.0" encoding="utf-2"?><s/>', "UTF-8 or UTF-16 in m.xml, found utf-2"),
        ('<?xml version="1.0" encoding="utf-7"?><s/>', "UTF-8 or UTF-16 in m.xml, found utf-7"),
        ("<s>&x;</s>", "well-formed XML in m.xml, found undefined entity"),
        ("<s><row>", "well-formed XML in m.xml, found no element found"),
        ("", "well-formed XML"),
        ('<s><c r="ZZZZ1"/></s>', "a cell such as C2, found 'ZZZZ1'"),
        ('<s><c r="B7" t="e"><v>#REF!</v></c></s>', "a value in cell B7, found an error"),
        ('<s><c r="A0"/></s>', "a cell such as C2, found 'A0'"),
        ('<s><row r="99999999999"/></s>', "a number in r, found '99999999999'"),
        ('<s><table-row number-rows-repeated="-1"/></s>', "a number in number-rows-repeated, found '-1'"),
    ],
)
def test_what_no_release_has_is_refused(text: str, message: str) -> None:
    with pytest.raises(MarkupError, match=message):
        measure(text)


def test_utf_16_is_measured_as_what_it_says() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><s><c r="B2"/></s>'
    assert measure_markup(text.encode("utf-16"), "m.xml").cells == 4
    with pytest.raises(MarkupError, match="encoding specified in XML declaration is incorrect"):
        measure(text)


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: f"<s><c r='A1'>{text}</c></s>".encode()))
def test_any_bytes_are_measured_or_refused(data: bytes) -> None:
    try:
        assert measure_markup(data, "m.xml").cells >= 0
    except MarkupError as error:
        assert error.expected
