"""Settings of the documentation site. `make docs` builds it from the files of the project, without a network."""

import sys
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pages

from lewisham_study import __version__

HERE = Path(__file__).parent

project = "lewisham-study"
author = "the lewisham-study authors"
project_copyright = "2026, the lewisham-study authors; official figures: Open Government Licence v3.0"
version = release = __version__
language = "en-GB"

extensions = ["myst_nb", "sphinx.ext.autodoc", "numpydoc"]
exclude_patterns = ["_build", "conf.py", "pages.py", "pictures.py"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
suppress_warnings = ["mystnb.unknown_mime_type"]
highlight_language = "none"
default_role = "code"

myst_heading_anchors = 3
myst_enable_extensions = ["smartquotes"]

# The committed outputs are shown unchanged; nbval runs the notebooks again and compares them.
nb_execution_mode = "off"
nb_ipywidgets_js = {}

# Only the public API has full docstrings; numpydoc validates them, and a warning ends the build.
autodoc_member_order = "bysource"
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_validation_checks = set(
    tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["tool"]["numpydoc_validation"]["checks"]
)
numpydoc_validation_exclude = {r"\.(Case|Tables)\."}
toc_object_entries = False
add_module_names = False
python_use_unqualified_type_names = True

html_theme = "sphinx_book_theme"
html_title = "lewisham-study"
html_search_scorer = str(HERE / "search.js")
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
    """Write the generated pages; change links between documents, and correct the theme, as pages are made."""
    pages.write_pages(HERE)
    app.connect("source-read", pages.change_links)
    app.connect("build-finished", pages.correct_theme)
