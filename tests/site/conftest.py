"""Reports and documentation of a few councils, small enough to make a site of in a test."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace

import pytest

from lewisham_study.paths import find_project

SVG = (
    '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    "<metadata>x</metadata><rect/></svg>"
)
PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; base-uri 'none'">
<title>NAME</title>
</head>
<body>
<header>
<h1>NAME</h1>
<ul class="documents" aria-label="Documents">
<li><a href="annex.html">Technical annex</a></li><li><a href="../index.html">All councils</a></li></ul>
</header>
<main id="main">
<figure id="fig-one" class="exhibit"><figcaption><strong class="number">Figure 1.</strong>
One</figcaption><img src="data:image/svg+xml;base64,SVG" alt="One">
<p><a href="#ref-a">A</a></p></figure>
<p><a href="annex.html#fig-two">Figure A2</a></p>
<p id="ref-a">A source</p>
</main>
</body>
</html>
"""
INDEX = (
    'Search.setIndex({"docnames": ["glossary"], "titles": ["Glossary"], "terms": {"caseload": [0]}, "titleterms": {}})'
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Make stubs of reports and documentation; gives their folders and a function that adds councils."""
    root = tmp_path_factory.mktemp("made")
    docs, reports = root / "docs", root / "reports"
    references = json.loads((find_project().reports / "references.json").read_bytes())
    anchors = "".join(f'<p id="{one["id"]}">x</p>' for one in references)
    for name in ("index", "glossary", "data-dictionary", "how-to/use-the-data", "reference/sources", "project/changes"):
        path = docs / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'<html lang="en"><body><div id="pst-skip-link"></div><main>{anchors}</main></body></html>')
    (docs / "searchindex.js").write_text(INDEX)
    (docs / "objects.inv").write_text("x")

    def add(*slugs: str) -> None:
        for slug in slugs:
            (reports / slug).mkdir(parents=True)
            page = PAGE.replace("NAME", slug).replace("SVG", base64.b64encode(SVG.encode()).decode())
            for name in ("briefing.html", "report.html"):
                (reports / slug / name).write_text(page, encoding="utf-8")
            for name in ("briefing.pdf", "report.pdf", "annex.pdf"):
                (reports / slug / name).write_bytes(PDF)

    return SimpleNamespace(docs=docs, reports=reports, add=add, page=PAGE, svg=SVG, pdf=PDF)
