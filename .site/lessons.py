"""How the reading site reads a lesson: as it is stored, with MathML and the alt texts."""

import re

import nbformat
from latex2mathml.converter import convert

FORMULA = re.compile(r"(?<![\w$])\$([^$\n`]+)\$(?![\w$])")


def read(text: str) -> nbformat.NotebookNode:
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":  # as MathML: browsers draw it without a script
            cell.source = FORMULA.sub(lambda match: convert(match[1]), cell.source)
        for output in cell.get("outputs", []):
            for kind in ("image/png", "image/jpeg"):
                if kind in output.get("data", {}):
                    image = {"alt": output.metadata[kind]["alt"]}
                    cell.metadata.setdefault("mystnb", {})["image"] = image
    return notebook
