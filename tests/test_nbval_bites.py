"""The comparison of outputs finds what a reader would notice, and lets the last digit be."""

import re
import subprocess
import sys
from pathlib import Path

import edges
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbval_lessons import agree

ROOT = Path(__file__).parent.parent

PLAN = '0.5<script type="application/json">[{}]</script>'
SAME = [
    ("0.65", "0.66"), ("0.65", "0.64"), ("0.6", "0.59"), ("0.60", "0.6"), ("-0.00", "0.00"),
    ("-0.01", "0.00"), ("1,048.5 rows", "1,048.6 rows"), ("1.20e-05", "1.21e-05"),
    ("a  9.99\nb  1.00", "a 10.00\nb  1.00"), ("[0.1 0.25]", "[0.1  0.24]"),
    ("<f at 0x7f3a>", "<f at 0x1b>"),
    (PLAN.format(1), PLAN.format(2)), ("C10 0.5", "C10 0.6"), ("7 of 9", "7 of 9"),
]  # fmt: skip
DIFFERENT = [
    ("0.65", "0.67"), ("0.65", "0.63"), ("0.6", "0.58"), ("0.35", "-0.35"), ("-0.01", "0.01"),
    ("12", "13"), ("82 %", "83 %"), ("1,048", "1,049"), ("there are 3.", "there are 4."),
    ("True", "False"), ("Drama 0.5", "Drame 0.5"), ("0.5", "nan"), ("0.5 0.6", "0.5"),
    ("0.5", "0.5 0.6"), ("1.20e-05", "1.20e-04"), ("C10 0.5", "C11 0.5"), ("a\nb", "a b"),
    ("a b 0.5", "b a 0.5"), ("0.5\n0.6", "0.5 0.6"), ("1.9.1", "1.9.3"), ("a, b", "a b"),
]  # fmt: skip


@pytest.mark.parametrize("stored, new", SAME)
def test_the_last_digit_may_differ(stored, new):
    assert agree(stored, new) and agree(new, stored)


@pytest.mark.parametrize("stored, new", DIFFERENT)
def test_what_a_reader_would_notice_is_found(stored, new):
    assert not agree(stored, new) and not agree(new, stored)


def test_whole_numbers_may_differ_where_a_tag_says_why():
    assert agree("12 errors", "13 errors", whole=1) and not agree("12 errors", "14 errors", whole=1)
    assert not agree("12 words", "12 errors", whole=1)


CODE = "import numpy as np\nprint('three scores:', np.array([0.25, 0.5, 0.75]), 'of', 12)"
PRINTED = "three scores: [0.25 0.5  0.75] of 12\n"


# What is changed in the stored output, the cell's tags, what pytest must say
CELLS = [
    (("", ""), (), "PASSED"),
    (("0.25", "0.26"), (), "PASSED"),
    (("0.25", "0.27"), (), "FAILED"),
    (("0.5 ", "-0.5 "), (), "FAILED"),
    (("scores", "score"), (), "FAILED"),
    (("12", "13"), (), "FAILED"),
    (("12", "13"), ("whole-numbers-within-1-because-a-film-is-at-the-cut",), "PASSED"),
]


def test_a_changed_output_is_found(tmp_path):
    cells = []
    for count, (change, tags, _) in enumerate(CELLS, 1):
        output = new_output("stream", name="stdout", text=PRINTED.replace(*change))
        tagged = {"tags": list(tags)}
        cells.append(new_code_cell(CODE, execution_count=count, metadata=tagged, outputs=[output]))
    path = tmp_path / "lesson.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    command = [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", "-c",
               str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), str(path)]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stdout
    found = {int(number): word for word, number in re.findall(r"(PASSED|FAILED) .*Cell (\d)", said)}
    assert [found[number] for number in range(len(CELLS))] == [word for *_, word in CELLS], said


def test_a_run_that_differs_from_the_stored_one_is_listed(tmp_path):
    """What edges.py and the test on an old core look at."""
    path = tmp_path / "lesson.ipynb"
    cell = new_code_cell(CODE, outputs=[new_output("stream", text=PRINTED)])
    nbformat.write(new_notebook(cells=[cell]), path)
    for new, found in [("0.26", 0), ("0.27", 1)]:
        cell.outputs[0].text = PRINTED.replace("0.25", new)
        assert len(edges.differing(path, new_notebook(cells=[cell]))) == found
