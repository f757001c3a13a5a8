"""Find dead links, missing anchors and requests to other hosts in a folder of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("object", "data")}
FETCHED |= {("video", "src"), ("audio", "src"), ("embed", "src"), ("use", "href"), ("image", "href")}
STARTS = {"stylesheet", "icon", "preload", "preconnect", "prefetch", "modulepreload", "dns-prefetch", "manifest"}
"""Relations of a link in a page's head that a browser follows by itself."""
STYLED = re.compile(r"url\(\s*['\"]?((?:https?:)?//[^)'\"]+)|@import\s+['\"]((?:https?:)?//[^'\"]+)")
OUTSIDE = re.compile(r"(https?:)?//")


class Page(HTMLParser):
    """The addresses that a page fetches and links to, its anchors, and what its styles fetch from other hosts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.styled = list_styled(text)
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what one tag fetches, links to and can be linked by."""
        given = {name: value or "" for name, value in attrs}
        self.anchors.update(given[name] for name in ("id", "name") if name in given)
        self.fetched.extend(given[name] for kind, name in FETCHED if kind == tag and name in given)
        if not given.get("srcset", "data:").startswith("data:"):
            self.fetched.extend(part.split()[0] for part in given["srcset"].split(",") if part.strip())
        if tag == "link" and STARTS & set(given.get("rel", "").split()):
            self.fetched.append(given["href"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])


def list_styled(text: str) -> list[str]:
    """List the addresses of other hosts that styles in a text fetch."""
    return ["".join(found) for found in STYLED.findall(text)]


def read_page(path: Path) -> Page:
    """Read the addresses and anchors of a page."""
    return Page(path.read_text(encoding="utf-8"))


def crawl_site(root: Path) -> list[str]:
    """List what is wrong with the links of a site: "page.html: what.html does not exist"."""
    pages = {path: read_page(path) for path in sorted(root.resolve().rglob("*.html"))}
    found = [f"{path.relative_to(root.resolve())}: {fault}" for path in pages for fault in check_page(path, pages)]
    for path in sorted(root.rglob("*.css")):
        styled = list_styled(path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(root)}: fetches {address}" for address in styled]
    return found


def check_page(path: Path, pages: dict[Path, Page]) -> Iterator[str]:
    """Yield what is wrong with the links of one page."""
    page = pages[path]
    for address in [*page.fetched, *page.styled]:
        if OUTSIDE.match(address):
            yield f"fetches {address}"
    for address in dict.fromkeys([*page.links, *page.fetched]):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not target.is_file():
            yield f"{address} does not exist"
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
            yield f"{address} has no such anchor"
