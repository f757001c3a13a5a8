"""What a crawl of a site finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from lewisham_study.site.crawl import crawl_site


def save(root: Path, **pages: str) -> Path:
    for name, text in pages.items():
        (root / f"{name}.html").write_text(text, encoding="utf-8")
    return root


def test_a_site_with_sound_links_has_no_faults(tmp_path):
    one = '<a href="two.html#here">2</a><a href="#top">up</a><i id="top"></i><a href="https://a.uk/">a</a>'
    two = (
        '<p id="here">x</p><img src="data:image/png;base64,AA=="><a href="mailto:a@b.uk">m</a><a href="a%20b.pdf">p</a>'
    )
    (tmp_path / "a b.pdf").write_text("x")
    assert crawl_site(save(tmp_path, one=one, two=two)) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<a href="none.html">x</a>', "none.html does not exist"),
        ('<a href="#none">x</a>', "#none has no such anchor"),
        ('<a href="folder/">x</a>', "folder/ does not exist"),
        ('<img src="none.svg">', "none.svg does not exist"),
        ('<picture><source srcset="none.svg 1x"></picture>', "none.svg does not exist"),
        ('<script src="https://a.uk/x.js"></script>', "fetches https://a.uk/x.js"),
        ('<link rel="preload stylesheet" href="//a.uk/x.css">', "fetches //a.uk/x.css"),
        ("<style>p { background: url('https://a.uk/x.png') }</style>", "fetches https://a.uk/x.png"),
        ('<style>@import "https://a.uk/x.css";</style>', "fetches https://a.uk/x.css"),
    ],
)
def test_each_fault_is_named_with_its_page(tmp_path, text, fault):
    (tmp_path / "folder").mkdir()
    assert crawl_site(save(tmp_path, one=text)) == [f"one.html: {fault}"]


def test_a_style_sheet_may_not_fetch_from_another_host(tmp_path):
    (tmp_path / "a.css").write_text("p { background: url(x.png) } b { background: url(//a.uk/x.png) }")
    assert crawl_site(tmp_path) == ["a.css: fetches //a.uk/x.png"]
