"""How the reading site reads a lesson: as it is stored, without what needs a kernel."""

import re

import nbformat
from latex2mathml.converter import convert

FORMULA = re.compile(r"(?<![\w$])\$([^$\n`]+)\$(?![\w$])")
WIDGET = "application/vnd.jupyter.widget-view+json"


def read(text: str) -> nbformat.NotebookNode:
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":  # as MathML: browsers draw it without a script
            cell.source = FORMULA.sub(lambda match: convert(match[1]), cell.source)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
            for kind in ("image/png", "image/jpeg"):
                if kind in output.get("data", {}):
                    image = {"alt": output.metadata[kind]["alt"]}
                    cell.metadata.setdefault("mystnb", {})["image"] = image
    return notebook
