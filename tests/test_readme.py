"""The README names what is there, and promises no less than the lessons say."""

import re
from pathlib import Path

import nbformat
import pytest
import refresh

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| \[(\d+) · (.+?)\]\((.+?)\) \| .+ \| (\d+) \| (\d+) s \| ([\d.]+) (MB|GB) \|$", re.M
)
ROWS = {int(row[0]): row[1:] for row in ROW.findall(README)}


def megabytes(figure, unit):
    return float(figure) * (1000 if unit == "GB" else 1)


def test_every_lesson_has_a_row():
    assert sorted(ROWS) == [int(path.name[:2]) for path in refresh.lessons([])]


@pytest.mark.parametrize("path", refresh.lessons([])[1:], ids=lambda path: path.stem)
def test_a_lessons_own_table_agrees_with_the_readme(path):
    """Measured figures change from run to run: the lesson's may not be far below the README's."""
    cells = nbformat.read(path, as_version=4).cells
    title, link, minutes, seconds, memory, unit = ROWS[int(path.name[:2])]
    assert cells[0].source.startswith(f"# {int(path.name[:2])} · {title}\n")
    assert link == f"notebooks/{path.name}"
    table = cells[0].source + cells[1].source
    assert re.search(r"reading and exercises: (\d+) minutes", table)[1] == minutes
    assert int(re.search(r"running: (\d+) seconds", table)[1]) >= 0.7 * int(seconds)
    said = re.search(r"memory: ([\d.]+) (MB|GB)", table)
    assert megabytes(*said.groups()) >= 0.9 * megabytes(memory, unit)


def test_links_and_pictures_lead_somewhere():
    for link in re.findall(r"\]\(((?!http)[^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_bench_wrote_its_table():
    table = README.split("<!-- tests/bench.py writes this table -->")[1].split("<!-- end -->")[0]
    for what in ("import helpers", "best_thresholds", "folds.fit_predict", "bert.embed",
                 "apparel.load", "small_xception", "small_resnet"):  # fmt: skip
        assert what in table, what
