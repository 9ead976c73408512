"""Every lesson has the shape that the series promises."""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
KNOWN_TAGS = {"nbval-ignore-output", "raises-exception"}
REASON = re.compile(r"whole-numbers-within-\d+-because-\w+-\w+-.+")  # see nbval_lessons.py


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture
def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture
def prose(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def is_lesson(path):
    return not path.name.startswith("00")


def test_notebook_is_valid(notebook):
    nbformat.validate(notebook)


def test_cells_were_run_once_in_order(code):
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


def test_no_error_and_no_stderr_is_stored(code):
    for cell in code:
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source


def test_no_widget_state_is_stored(notebook):
    assert "widgets" not in notebook.metadata
    assert "widget-view" not in nbformat.writes(notebook)


def test_size_and_number_of_cells(path, notebook, code):
    assert path.stat().st_size <= 300_000
    if is_lesson(path):
        assert 35 <= len(notebook.cells) <= 75
        assert 0.4 <= 1 - len(code) / len(notebook.cells) <= 0.65


def test_code_cells_are_short(path, code):
    lengths = sorted(len(cell.source.splitlines()) for cell in code)
    assert lengths[-1] <= 25
    if is_lesson(path):
        assert lengths[len(lengths) // 2] <= 8


def test_setup_stands_in_the_first_cell(code):
    assert code[0].source.startswith("import helpers")
    assert len(code[0].source.splitlines()) <= 8


def test_four_in_five_code_cells_are_compared(code):
    for cell in code:
        tags = set(cell.metadata.get("tags", []))
        assert all(tag in KNOWN_TAGS or REASON.fullmatch(tag) for tag in tags), tags
        assert not re.search(r"#\s*(NBVAL|PYTEST)_", cell.source), "use a tag, not a comment"
    ignored = [cell for cell in code if "nbval-ignore-output" in cell.metadata.get("tags", [])]
    assert len(ignored) <= len(code) / 5
    for cell in ignored:  # what is not compared is asserted
        assert re.search(r"^\s*assert ", cell.source, re.M), cell.source


def test_every_picture_has_alt_text(code):
    for cell in code:
        for output in cell.outputs:
            for kind in {"image/png", "image/jpeg"} & set(output.get("data", {})):
                alt = output.metadata.get(kind, {}).get("alt", "")
                assert len(alt) > 30, cell.source


def test_headings_are_in_order(notebook, path):
    text = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    headings = [line for source in text for line in source.splitlines() if re.match(r"#+ ", line)]
    levels = [len(line.split()[0]) for line in headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    assert headings[0].startswith(f"# {int(path.name[:2])} · ")
    numbered = [int(match[1]) for line in headings if (match := re.match(r"## (\d+) · ", line))]
    assert numbered == list(range(1, len(numbered) + 1))


def test_a_lesson_has_every_part(path, prose, code):
    if not is_lesson(path):
        return
    number = int(path.name[:2])
    parts = ("You will be able to", "## Look at the data", "**Predict", "## Spot the mistake",
             "## Exercises", "## Quiz", "## What you can do now", "**Try it on real data",
             "00_start_here.ipynb")  # fmt: skip
    for part in parts:
        assert part in prose, part
    assert prose.count("**Predict") >= 4
    sources = "\n".join(cell.source for cell in code)
    assert f"explore.quiz({number})" in sources
    assert 3 <= len(re.findall(r'check\("', sources)) <= 5


def minutes(cells) -> float:
    """150 words a minute, 5 lines of code, 1.5 minutes a prediction, 5 an exercise; without what
    is folded, and without the stubs."""
    text = [cell.source for cell in cells if cell.cell_type == "markdown"]
    seen = "\n\n".join(re.sub(r"<details>.*?</details>", "", part, flags=re.S) for part in text)
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    lines = [line.strip() for part in code if 'check("' not in part for line in part.splitlines()]
    return (
        len(seen.split()) / 150
        + len([line for line in lines if line and not line.startswith("#")]) / 5
        + seen.count("**Predict") * 1.5
        + sum(len(re.findall(r'^check\("', part, re.M)) for part in code) * 5
    )


def test_stated_minutes_are_those_of_the_count(path, notebook, prose):
    if not is_lesson(path):
        return
    counted = minutes(notebook.cells)
    stated = int(re.search(r"reading and exercises: (\d+) minutes", prose)[1])
    assert stated % 5 == 0 and abs(stated - counted) <= 3.5, f"counted: {counted:.0f}"
    assert stated <= 110


def test_links_resolve(path, prose):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if not target.startswith(("http://", "https://")):
            assert (path.parent / target.split("#")[0]).exists(), target


def test_nothing_from_the_machine_is_stored(path):
    content = path.read_text(encoding="utf-8")
    assert not re.search(r"/(home|root|work|tmp|Users)/", content)


def teaching_plans():
    """(lesson number, text) of each plan in TEACHING.md."""
    text = (ROOT / "notebooks" / "TEACHING.md").read_text(encoding="utf-8")
    parts = [re.match(r"(\d+) · (.*)", part, re.S) for part in re.split(r"^## ", text, flags=re.M)]
    return [(int(match[1]), match[2]) for match in parts if match]


def test_every_lesson_has_a_plan():
    assert [number for number, _ in teaching_plans()] == list(range(12))


@pytest.mark.parametrize("number, plan", teaching_plans(), ids=lambda value: str(value)[:2])
def test_a_plan_fits_its_lesson(number, plan):
    for part in ("**What learners get wrong.**", "**Short of time.**", "**Exit question.**"):
        assert plan.count(part) == 1
    assert plan.count("*Answer: ") == 1
    rows = re.findall(r"^\| (.+) \| (\d+|–) \| (\d+|–) \|$", plan, re.M)
    assert sum(int(short) for _, short, _ in rows if short != "–") == 45
    assert sum(int(long) for _, _, long in rows if long != "–") == 90
    paths = [path for path in PATHS if path.name.startswith(f"{number:02d}_")]
    if not paths:
        return
    cells = nbformat.read(paths[0], as_version=4).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    title, *headings = re.findall(r"^##? (.+)$", prose, re.M)
    assert title == f"{number} · {plan.splitlines()[0]}"
    planned = [name for name, _, _ in rows if not name.startswith("Lesson ")]
    assert planned == [name for name in headings if name != "What you can do now"] + [
        "Exit question"
    ]


def taught_definitions():
    """(lesson, name) of every function or class that a lesson writes and helpers holds too."""
    modules = [
        import_module(f"helpers.{file.stem}")
        for file in sorted((ROOT / "helpers").glob("*.py"))
        if file.stem not in ("__init__", "checkup")
    ]
    for path in PATHS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type != "code":
                continue
            for node in ast.parse(cell.source).body:
                if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or is_stub(node):
                    continue
                for module in modules:
                    if getattr(vars(module).get(node.name), "__module__", "") == module.__name__:
                        yield path.stem, node, vars(module)[node.name]


def is_stub(node):
    return isinstance(node.body[0], ast.Expr) and getattr(node.body[0].value, "value", 0) is ...


def without_docstrings(node):
    for part in ast.walk(node):
        body = getattr(part, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            if isinstance(getattr(body[0].value, "value", None), str) and len(body) > 1:
                del body[0]
    return ast.dump(node)


def test_what_a_lesson_teaches_is_what_helpers_hold():
    for lesson, node, helper in taught_definitions():
        held = ast.parse(inspect.getsource(helper)).body[0]
        assert without_docstrings(node) == without_docstrings(held), f"{lesson}: {node.name}"
