"""Every exercise: stubs are not attempted, right answers of any kind pass, wrong ones do not."""

import ast
import functools
import inspect
import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import mutants
import nbformat
import numpy as np
import pandas as pd
import pytest
import torch
from scipy.sparse import csr_array

from helpers import exercises
from helpers.exercises.answers import read

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
CHECK = re.compile(r'^check\("([\d.]+)", (.+)\)$', re.M)
SOLUTION = re.compile(r"<summary>Solution</summary>\s*```python\n(.*?)```", re.S)
DATA = {path.name[:2]: exercises._lesson(path.name[:2]) for path in PATHS}
ALL = {name: exercise for lesson in DATA.values() for name, exercise in lesson.items()}
FUNCTIONS = {name: exercise for name, exercise in ALL.items() if callable(exercise.solution)}
# Mutants that answer alike in every case that the text allows: {exercise: {line: why}}.
EQUIVALENT = json.loads(
    (Path(__file__).parent / "equivalent_mutants.json").read_text(encoding="utf-8")
)


@pytest.fixture(autouse=True)
def no_memory(monkeypatch):
    monkeypatch.setenv("LESSON_PROGRESS", os.devnull)
    exercises._session.clear()


def lesson_exercises(path):
    """(name, answer, stub cell, solution, what is drawn for it) of each exercise of a lesson; its
    setup cell's code."""
    cells = nbformat.read(path, as_version=4).cells
    setup = next(cell.source for cell in cells if cell.cell_type == "code")
    found = []
    for position, cell in enumerate(cells):
        if cell.cell_type == "code" and (match := CHECK.search(cell.source)):
            solution = SOLUTION.search(cells[position + 1].source)
            assert solution, f"the cell after exercise {match[1]} has no folded solution"
            before = cells[position - 1]
            given = before.source if before.cell_type == "code" else ""
            found.append((match[1], match[2], cell, solution[1], given))
    return setup, found


PRINTED = [
    pytest.param(path, *exercise, id=exercise[0])
    for path in PATHS
    for exercise in lesson_exercises(path)[1]
]


def said(name, answer) -> str:
    """ "correct", or the sentence."""
    return exercises.judge(ALL[name], answer) or "correct"


# What the lesson prints


@pytest.mark.parametrize("path, name, answer, cell, solution, given", PRINTED)
def test_stub_is_not_attempted_and_solution_passes(path, name, answer, cell, solution, given):
    stored = "".join(output.get("text", "") for output in cell.outputs)
    assert f"{name}: not attempted yet" in stored
    names = {}
    exec(lesson_exercises(path)[0], names)
    exec("from sklearn.preprocessing import MultiLabelBinarizer", names)
    exec(given, names)
    exec(solution, names)
    assert said(name, eval(answer, names)) == "correct"
    if name in FUNCTIONS:  # the printed solution is the one that the answers are held against
        node = next(n for n in ast.parse(solution).body if isinstance(n, ast.FunctionDef))
        held = ast.parse(inspect.getsource(FUNCTIONS[name].solution)).body[0]
        assert ast.dump(node) == ast.dump(held)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_check_has_an_exercise(path):
    assert list(DATA[path.name[:2]]) == [name for name, *_ in lesson_exercises(path)[1]]


# Ways to leave a stub undone


def documented(*arguments):
    """To be written."""


def raising(*arguments):
    raise NotImplementedError("later")


UNDONE = {
    "...": ..., "None": None, "text": "...", "in a list": [..., ...], "in a tuple": (1, ...),
    "array": np.array(...), "NotImplemented": NotImplemented,
    "lambda ...": lambda *arguments: ..., "lambda None": lambda *arguments: None,
    "docstring": documented, "raise": raising, "pair": lambda *arguments: (..., ...),
    "returns text": lambda *arguments: "...", "returns NotImplemented": lambda *a: NotImplemented,
    "returns an array": lambda *arguments: np.array([None]),
}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_what_is_undone_is_not_attempted(name):
    for kind, answer in UNDONE.items():
        if name in FUNCTIONS or not callable(answer):
            assert said(name, answer).startswith("not attempted yet"), kind


# Right answers of other kinds


def nested(make):
    def change(value):
        return make(map(change, value)) if isinstance(value, list) else value

    return change


def is_zero_one(value):
    return np.isin(np.array(value), (0, 1)).all()


def whole(value):
    return np.array(value).dtype.kind in "iub"


def numbers(value):
    return np.array(value).dtype.kind in "iubf"


def depth(value):
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


CONTAINERS = {  # kind: (does it fit this answer?, the answer in it)
    "plain Python": (lambda v: True, lambda v: v),
    "tuples": (lambda v: depth(v), nested(tuple)),
    "array": (lambda v: depth(v), np.array),
    "0-d array": (lambda v: not depth(v) and numbers(v), np.array),
    "NumPy text": (lambda v: isinstance(v, str), np.str_),
    "NumPy scalar": (lambda v: not depth(v) and numbers(v), lambda v: np.array(v)[()]),
    "float32": (lambda v: numbers(v) and not whole(v), lambda v: np.array(v, dtype=np.float32)),
    "uint8": (lambda v: depth(v) and whole(v) and is_zero_one(v), lambda v: np.array(v, "uint8")),
    "int32": (lambda v: whole(v), lambda v: np.array(v, "int32")),
    "bool": (lambda v: depth(v) and whole(v) and is_zero_one(v), lambda v: np.array(v, bool)),
    "tensor": (lambda v: numbers(v), lambda v: torch.tensor(np.array(v))),
    "tensor with a gradient": (lambda v: numbers(v) and not whole(v),
                               lambda v: torch.tensor(np.array(v)).requires_grad_()),
    "Series": (lambda v: depth(v) == 1, lambda v: pd.Series(v, dtype=np.array(v).dtype)),
    "Index": (lambda v: depth(v) == 1, pd.Index),
    "DataFrame": (lambda v: depth(v) == 2 and numbers(v), pd.DataFrame),
    "sparse": (lambda v: depth(v) == 2 and whole(v), lambda v: csr_array(np.array(v))),
    "list of arrays": (lambda v: depth(v) == 2 and numbers(v), lambda v: [np.array(r) for r in v]),
    "tuple of lists": (lambda v: depth(v) >= 1, tuple),
}  # fmt: skip
UNORDERED = {
    "set": set, "frozenset": frozenset, "reversed": lambda v: v[::-1],
    "keys": lambda v: dict.fromkeys(v).keys(),
}  # fmt: skip


class Callable:
    def __init__(self, function):
        self.function = function

    def __call__(self, *arguments):
        return self.function(*arguments)

    def method(self, *arguments):
        return self.function(*arguments)


STYLES = {
    "lambda": lambda f: lambda *arguments: f(*arguments),
    "partial": functools.partial,
    "object": Callable,
    "method": lambda f: Callable(f).method,
    "decorated": lambda f: functools.wraps(f)(lambda *arguments: f(*arguments)),
    "talks and warns": lambda f: lambda *a: (print("x"), np.log(np.zeros(0)), f(*a))[-1],
}


def rectangular(value):
    """False for lists of lists of different lengths, which no array can hold."""
    try:
        return np.array(value).dtype.kind != "O"
    except ValueError:
        return False


def variants(exercise):
    """(kind, function) for each container and style that fits all answers."""
    solution = exercise.solution
    answers = [read(solution(*case)) for case in exercise.cases(np.random.default_rng(0))]
    for kind, style in STYLES.items():
        yield kind, style(solution)
    if all(map(rectangular, answers)) and all(a != [] for a in answers):
        for kind, (fits, make) in CONTAINERS.items():
            if all(map(fits, answers)):
                yield kind, lambda *a, make=make: make(read(solution(*a)))
    else:
        yield "tuples", lambda *a: nested(tuple)(read(solution(*a)))
        yield "tuple of lists", lambda *a: tuple(read(solution(*a)))
    if exercise.order != "list":
        unique = all(len(set(map(str, answer))) == len(answer) for answer in answers)
        for kind, make in UNORDERED.items():
            if unique or kind == "reversed":
                yield kind, lambda *a, make=make: make(read(solution(*a)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_right_answers_of_every_kind_pass(name):
    kinds = dict(variants(FUNCTIONS[name]))
    refused = {kind: said(name, answer) for kind, answer in kinds.items()}
    assert {kind: text for kind, text in refused.items() if text != "correct"} == {}
    assert len(kinds) >= 8


# Wrong answers


@pytest.mark.parametrize("name", ALL)
def test_each_wrong_turn_gets_its_own_sentence(name):
    turns = ALL[name].turns
    assert len(turns) >= 2
    for sentence, turn in turns.items():
        assert said(name, turn) == f"not yet. {sentence}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_wrong_turns_that_change_nothing_are_no_wrong_turns(name):
    cases = FUNCTIONS[name].cases(np.random.default_rng(0))
    assert 8 <= len(cases) <= 60
    again = FUNCTIONS[name].cases(np.random.default_rng(0))
    assert repr(read(list(cases))) == repr(read(list(again)))  # the same in every kernel


def refused_and_survivors(name):
    exercise = FUNCTIONS[name]
    cases = exercise.cases(np.random.default_rng(0))
    tried = itertools.chain(
        mutants.edited(exercise.solution), mutants.behaving_otherwise(exercise.solution, cases)
    )
    survivors, refused = [], 0
    for what, mutant in tried:
        if said(name, mutant) == "correct":
            survivors.append(what)
        else:
            refused += 1
    return refused, survivors


def test_mutants_are_refused():
    """98 % at least; those that answer alike in every allowed case are listed with the reason."""
    total, missed = 0, []
    for name in FUNCTIONS:
        refused, survivors = refused_and_survivors(name)
        total += refused
        missed += [(name, line) for line in survivors if line not in EQUIVALENT.get(name, {})]
    print(f"{total} of {total + len(missed)} mutants refused")
    assert len(missed) <= 0.02 * (total + len(missed)), missed


ODD = [object(), object, 0, -1.5, float("nan"), True, "", "text", b"bytes", [], (), {}, {1}, [[]],
       {"a": 1}, [1, "a", None], np.zeros(0), np.zeros((2, 0, 3)), pd.DataFrame(), iter([1]),
       range(3), np, int, len, print, np.nan, 1j, lambda: 1, lambda *a: 1 / 0, lambda *a: a,
       lambda *a: sys.exit(), lambda *a: exit(1), lambda *a: (x for x in a), lambda *a: {},
       lambda *a: a[99], lambda **more: 1, lambda *a: torch.zeros(2), lambda *a: pd.Series([1]),
       lambda *a: float("nan"), lambda *a: np.ma.masked, lambda *a: [[1], [1, 2]]]  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_odd_answers_get_a_sentence_and_never_raise(name, capsys):
    for answer in ODD:
        exercises.check(name, answer)
        lines = capsys.readouterr().out.splitlines()
        assert lines[0].startswith((f"{name}: not yet. ", f"{name}: not attempted yet")), lines


def label_cardinality(y):
    return y.sum(axis=1).mean()


CARDINALITY = exercises.Exercise(
    label_cardinality, lambda rng: [(np.array([[1, 0, 1], [0, 1, 0], [1, 1, 1]]),)]
)


def test_an_error_is_shown_with_the_readers_line_and_the_call():
    def broken(y):
        counts = y.sum(axis=1)
        return counts[99].mean()

    sentence = exercises.judge(CARDINALITY, broken)
    assert "It stops with IndexError: index 99 is out of bounds" in sentence
    assert "counts[99].mean()" in sentence and "    y = [[" in sentence


def test_what_differs_looks_different():
    text = exercises.judge(CARDINALITY, lambda y: str(float(y.sum(axis=1).mean())))
    assert "yours: '2.0'" in text
    close = exercises.judge(CARDINALITY, lambda y: y.sum(axis=1).mean() + 1e-4)
    right, yours = re.findall(r"(?:right|yours): (.+)", close)
    assert right != yours


# progress() and the rest


def test_a_trained_answer_may_miss_a_few_rows():
    five = exercises.Exercise(lambda y: y, lambda rng: [(np.eye(5, dtype=int),)], share=0.8)

    def wrong_in(rows):
        return lambda y: np.where(np.arange(5)[:, None] < rows, 1 - y, y)

    assert exercises.judge(five, wrong_in(1)) is None
    assert "3 of 5 rows are right" in exercises.judge(five, wrong_in(2))
    assert "3 of 5" not in exercises.judge(five, lambda y: y[:4])


def test_progress_is_kept_beside_the_lessons(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("LESSON_PROGRESS")
    monkeypatch.chdir(tmp_path)
    exercises.progress()
    assert "No exercise solved yet" in capsys.readouterr().out
    exercises.check("0.1", [1, 1, 1])
    exercises.check("0.1", [1, 0, 1])
    exercises._session.clear()  # another kernel
    capsys.readouterr()
    exercises.progress()
    assert capsys.readouterr().out == "Lesson 0: 1 of 1 solved (0.1).\n"
    exercises.check("0.1", [1, 1, 1])
    assert json.loads((tmp_path / ".lesson_progress.json").read_text()) == []


@pytest.mark.parametrize("content", ["", "{", '{"a": 1}', "[1, null]", '["99.1", "x", "0.1"]'])
def test_a_damaged_memory_is_no_error(tmp_path, monkeypatch, capsys, content):
    monkeypatch.setenv("LESSON_PROGRESS", str(tmp_path / "memory.json"))
    (tmp_path / "memory.json").write_text(content)
    exercises.progress()
    exercises.check("0.1", [1, 0, 1])
    exercises.progress()
    assert "Lesson 0: 1 of 1 solved (0.1).\n" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["3.9", "99.1", "x"])
def test_an_unknown_exercise_is_refused(name):
    with pytest.raises(ValueError, match="There is no"):
        exercises.check(name, 1)


def test_a_check_imports_nothing_heavy():
    code = (
        "import sys; from helpers import exercises\n"
        f"for lesson in {list(DATA)}: exercises._lesson(lesson)\n"
        "print([name for name in ('torch', 'keras', 'sklearn', 'pandas', 'matplotlib', 'scipy') "
        "if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "[]\n", result.stderr


def test_sentences_are_constants():
    """They will be translated: no f-strings."""
    for file in Path(exercises.__file__).parent.glob("*.py"):
        if file.name not in ("answers.py", "draw.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Dict):
                    assert not any(isinstance(key, ast.JoinedStr) for key in node.keys), file.name
