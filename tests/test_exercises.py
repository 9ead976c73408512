"""Every exercise: the stub is "not attempted", the solution passes, wrong turns get a sentence."""

import re
from importlib import import_module
from pathlib import Path

import nbformat
import pytest

from helpers import exercises

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
CHECK = re.compile(r'^check\("([\d.]+)", (.+)\)$', re.M)
SOLUTION = re.compile(r"<summary>Solution</summary>\s*```python\n(.*?)```", re.S)


def lesson_exercises(path):
    """(name, stub cell, solution) of each exercise of a lesson, and the code of its setup cell."""
    cells = nbformat.read(path, as_version=4).cells
    setup = next(cell.source for cell in cells if cell.cell_type == "code")
    found = []
    for position, cell in enumerate(cells):
        if cell.cell_type == "code" and (match := CHECK.search(cell.source)):
            solution = SOLUTION.search(cells[position + 1].source)
            assert solution, f"the cell after exercise {match[1]} has no folded solution"
            found.append((match[1], match[2], cell, solution[1]))
    return setup, found


EXERCISES = [
    pytest.param(path, *exercise, id=exercise[0])
    for path in PATHS
    for exercise in lesson_exercises(path)[1]
]


def namespace(path):
    """The names that the reader has: those of the setup cell, and what a solution may import."""
    names = {}
    exec(lesson_exercises(path)[0], names)
    exec("from sklearn.preprocessing import MultiLabelBinarizer", names)
    exec("from sklearn.metrics import f1_score", names)
    return names


def said(capsys, exercise, answer):
    capsys.readouterr()
    exercises.check(exercise, answer)
    return capsys.readouterr().out


@pytest.mark.parametrize("path, exercise, answer, cell, solution", EXERCISES)
def test_stub_is_not_attempted_and_solution_passes(path, exercise, answer, cell, solution, capsys):
    stored = "".join(output.get("text", "") for output in cell.outputs)
    assert f"{exercise}: not attempted yet" in stored
    names = namespace(path)
    exec(solution, names)
    assert said(capsys, exercise, eval(answer, names)) == f"{exercise}: correct.\n"


@pytest.mark.parametrize("path, exercise, answer, cell, solution", EXERCISES)
def test_wrong_turns_get_a_sentence_of_their_own(path, exercise, answer, cell, solution, capsys):
    wrong = import_module(f"helpers.exercises.lesson_{path.name[:2]}").WRONG[exercise]
    assert len(wrong) >= 2
    names = namespace(path)
    sentences = set()
    for code, piece in wrong:
        sentence = said(capsys, exercise, eval(code, names))
        assert sentence.startswith(f"{exercise}: not yet.") and piece in sentence, sentence
        sentences.add(sentence)
    assert len(sentences) == len(wrong)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_check_has_an_exercise(path):
    module = import_module(f"helpers.exercises.lesson_{path.name[:2]}")
    names = [name for name, *_ in lesson_exercises(path)[1]]
    assert list(module.CHECKS) == names == list(module.WRONG)


def test_progress_counts_what_is_solved(capsys):
    exercises._solved.clear()
    exercises.progress()
    assert "No exercise solved yet" in capsys.readouterr().out
    exercises.check("0.1", [1, 1, 1])
    exercises.check("0.1", [1, 0, 1])
    capsys.readouterr()
    exercises.progress()
    assert capsys.readouterr().out == "Lesson 0: 1 of 1 solved (0.1).\n"


def test_an_error_in_the_answer_is_a_sentence(capsys):
    def broken(y_score, cut):
        return y_score[99]

    sentence = said(capsys, "3.2", broken)
    assert sentence.startswith("3.2: not yet.") and "IndexError" in sentence


@pytest.mark.parametrize("name", ["3.9", "99.1", "x"])
def test_an_unknown_exercise_is_refused(name):
    with pytest.raises(ValueError, match="There is no"):
        exercises.check(name, 1)
