"""Settings of the documentation site: `make docs` builds it, without a network, from what is in the project."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pages

from lewisham_study import __version__

project = "lewisham-study"
author = "the lewisham-study authors"
project_copyright = "2026, the lewisham-study authors; official figures: Open Government Licence v3.0"
version = release = __version__
language = "en-GB"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "conf.py", "pages.py", "pictures.py"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
suppress_warnings = ["mystnb.unknown_mime_type"]
highlight_language = "none"
default_role = "code"

myst_heading_anchors = 3
myst_enable_extensions = ["smartquotes"]

# The committed outputs are shown as they stand; a test runs the notebooks again and holds them to it.
nb_execution_mode = "off"
nb_ipywidgets_js = {}

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
toc_object_entries = False
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
add_module_names = False
python_use_unqualified_type_names = True

html_theme = "sphinx_book_theme"
html_title = "lewisham-study"
html_search_scorer = str(Path(__file__).parent / "search.js")
html_static_path = ["_static"]
html_css_files = ["study.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "show_navbar_depth": 1,
    "navbar_persistent": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}


def setup(app: object) -> None:
    """Write the pages that are made from the project, and read its docstrings as they are written."""
    pages.write_pages(Path(__file__).parent)
    app.connect("source-read", pages.mend_links)
    app.connect("autodoc-process-docstring", pages.spread_parameters, priority=400)
