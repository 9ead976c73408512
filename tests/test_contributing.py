"""The contributors' page names files that are there, and draws the imports as they are."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
MODULES = {path.stem: path for path in (ROOT / "helpers").glob("*.py") if path.stem != "__init__"}


def imports(path):
    """The modules of helpers/ that a module names in its imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers"):
            part = node.module.partition(".")[2]
            yield from [part] if part else [alias.name for alias in node.names]


def test_the_diagram_shows_the_imports():
    drawn = set(re.findall(r"^  (\w+) --> (\w+)$", PAGE, re.M))
    assert drawn == {
        (name, used) for name, path in MODULES.items() for used in imports(path) if used in MODULES
    }


def test_files_and_modules_on_the_page_are_there():
    for name in re.findall(r"`([\w./]+\.(?:py|md|txt|json))(?: \w+)?`", PAGE):
        places = [ROOT / name, ROOT / "tests" / name, ROOT / "notebooks" / "data" / name]
        assert any(place.exists() for place in places), name
    alone = PAGE.split("```")[-1]
    for name in re.findall(r"`([a-z]+)`", alone):
        assert name in MODULES or (ROOT / "helpers" / name).is_dir(), name
