"""Settings of the reading site: the README, the lessons as they are stored, the plans, the data.

    .venv/bin/python -m sphinx -W -c .site . build/site

SITE_REPOSITORY=owner/name fills in the links to Binder and Colab, SITE_HUB the address of a
JupyterHub, SITE_BRANCH another branch than main. Without them there are no such links.
"""

import os
import shutil
import sys
from pathlib import Path

import vl_convert

sys.path.insert(0, str(Path(__file__).parent))

project = "Multi-label classification in notebooks"
html_title = "Multi-label classification"
author = ""  # or the theme writes "Author name not set"
language = "en"
extensions = ["myst_nb"]
root_doc = "README"
include_patterns = [
    "README.md",
    "notebooks/*.ipynb",
    "notebooks/TEACHING.md",
    "notebooks/data/DATA.md",
]
nb_execution_mode = "off"  # outputs are stored by tests/refresh.py
nb_custom_formats = {".ipynb": "lessons.read"}
nb_ipywidgets_js = {}  # widgets need a kernel; their script would come from another host
myst_enable_extensions = []  # formulas become MathML, see lessons.py
myst_heading_anchors = 3
html_theme = "sphinx_book_theme"
html_static_path = ["style.css", "charts.js"]
html_css_files = ["style.css"]
html_copy_source = False
html_show_copyright = False
html_theme_options = {"use_download_button": False, "show_toc_level": 2, "home_page_in_toc": True}

repository = os.environ.get("SITE_REPOSITORY", "")
branch = os.environ.get("SITE_BRANCH", "main")
hub = os.environ.get("SITE_HUB", "")
if repository:
    html_theme_options |= {
        "repository_url": f"https://github.com/{repository}",
        "repository_branch": branch,
        "use_repository_button": True,
        "launch_buttons": {
            "binderhub_url": "https://mybinder.org",
            "colab_url": "https://colab.research.google.com",
            "jupyterhub_url": hub,
            "notebook_interface": "jupyterlab",
        },
    }

CONTENTS = """
```{toctree}
:hidden:
:glob:
notebooks/[01]*
notebooks/TEACHING
notebooks/data/DATA
```
"""


def fill_in(app, name, source):
    """The contents, which GitHub does not need, and the names of this repository."""
    if name == root_doc:
        text = source[0].replace("](.github/CONTRIBUTING.md)", "](#the-folders)")  # not on the site
        # Colab's cell has commands of the shell, which no lexer of Python reads.
        source[0] = text.replace("```python\n# On Google", "```text\n# On Google") + CONTENTS
    if repository:
        source[0] = source[0].replace("OWNER/REPO", repository).replace("/BRANCH?", f"/{branch}?")
    if hub:
        source[0] = source[0].replace("https://HUB/", f"https://{hub.removeprefix('https://')}/")


def add_charts(app, page, template, context, doctree):
    if 'class="vega-lite"' in context.get("body", ""):
        app.add_js_file("charts.js", loading_method="defer")


def write_rest(app, error):
    """The library of the charts, and the first page under its usual name."""
    if error is None and app.builder.name == "html":
        static = Path(app.outdir) / "_static"
        library = vl_convert.javascript_bundle()
        (static / "vega.js").write_text(f"(() => {{{library}}})();", encoding="utf-8")
        # 1.6 MB of icons as pictures; the style sheet has the same ones as a font.
        (static / "scripts" / "fontawesome.js").write_text("")
        shutil.copy(Path(app.outdir) / "README.html", Path(app.outdir) / "index.html")


def setup(app):
    app.connect("source-read", fill_in)
    app.connect("html-page-context", add_charts)
    app.connect("build-finished", write_rest)
