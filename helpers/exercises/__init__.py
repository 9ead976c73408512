"""Exercises that check themselves.

``check("3.1", answer)`` says that an answer is right, or shows the first case where it is not. The
exercises stand in ``lesson_03.py``, as data: solution, cases, and wrong turns with their sentences.
"""

import contextlib
import copy
import importlib
import inspect
import io
import json
import os
import re
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from helpers.exercises.answers import difference, read, show, unfinished

_session: set[str] = set()

UNTOUCHED = "not attempted yet. Replace the ... and run the cell again."
NOTHING = "not attempted yet: the function returns nothing. If it is written, end it with return."
NOT_YET = "not yet. "
NO_FUNCTION = "Hand over the function itself, without brackets: {name}."
NO_VALUE = "Hand over the value, not a function."
ARGUMENTS = "The function must take the arguments {names}, in this order."
STOPPED = "It stops with {error}{line}, called with\n{call}"
LINE = " in your line {number}, {text}"
CHANGED = "It changes its argument {name}: leave what you are given as it is, work on a copy."
WARNED = "NumPy warns ({warning}) when it is called with\n{call}"
DIFFERS = "The first case that differs:\n{call}    right: {right}\n    yours: {yours}{why}"
NOT_THIS = "{yours} is not right{why}."
ROWS = "{right} of {rows} rows are right"
LARGE = "an array of shape {shape}, from {low:.3g} to {high:.3g}"


@dataclass(frozen=True)
class Exercise:
    """What an answer is held against.

    The sentence of a wrong turn is said only where the answer equals this turn in all cases.
    """

    solution: object  # the function that the lesson prints, or the value
    cases: object = None  # makes tuples of arguments from a seeded generator, first those by hand
    turns: dict = field(default_factory=dict)  # {sentence: wrong function, or wrong value}
    order: str = "list"  # "bag" where the order does not count; "set" where repetitions do not
    whole: bool = False  # True where the lesson needs whole numbers: 2.0 is refused
    quiet: bool = False  # True where the exercise asks that NumPy does not warn
    share: float = 1.0  # of the rows of each case that must be right: less for a trained network


def check(exercise: str, answer) -> None:
    """Say whether the answer to an exercise, for example ``check("3.1", answer)``, is right.

    A function is called, without keywords, with copies of the arguments of about thirty cases. What
    is still ``...``, or returns nothing, counts as not attempted. An error in it is shown with its
    line and the call. Raises ValueError if there is no such exercise.
    """
    exercises = _lesson(exercise.split(".")[0])
    if exercise not in exercises:
        names = ", ".join(exercises)
        raise ValueError(f"There is no exercise {exercise}; this lesson has {names}.")
    said = judge(exercises[exercise], answer)
    print(f"{exercise}: {said or 'correct.'}")
    solved = _solved()
    if (exercise in solved) == bool(said):
        _session.clear()
        _session.update(solved ^ {exercise})
        with contextlib.suppress(OSError):
            _file().write_text(json.dumps(sorted(_session)), encoding="utf-8")


def progress() -> None:
    """Print the exercises solved so far, for every lesson touched.

    They are kept in .lesson_progress.json, or in the file that LESSON_PROGRESS names; where that
    cannot be written, until the kernel ends.
    """
    solved = _solved()
    for number in sorted({int(name.split(".")[0]) for name in solved}):
        with contextlib.suppress(ValueError):  # remembered from another edition
            names = list(_lesson(str(number)))
            done = [name for name in names if name in solved]
            print(f"Lesson {number}: {len(done)} of {len(names)} solved ({', '.join(done)}).")
    if not solved:
        print("No exercise solved yet.")


def judge(exercise: Exercise, answer) -> str | None:
    """What is to be said of an answer; None if it is right."""
    if not callable(exercise.solution):
        return _judge_value(exercise, answer)
    if not callable(answer):
        name = exercise.solution.__name__
        return UNTOUCHED if unfinished(read(answer)) else NOT_YET + NO_FUNCTION.format(name=name)
    names = list(inspect.signature(exercise.solution).parameters)
    try:
        inspect.signature(answer).bind(*names)
    except TypeError:
        return NOT_YET + ARGUMENTS.format(names=", ".join(names))
    except ValueError:  # a built-in function without a signature
        pass
    cases = exercise.cases(np.random.default_rng(0))
    tried = [Outcome(exercise, answer, case) for case in cases]
    if tried[0].untouched:
        return tried[0].untouched
    for outcome, case in zip(tried, cases, strict=True):
        sentence = outcome.wrong(Outcome(exercise, exercise.solution, case), names, case)
        if sentence:
            return NOT_YET + (_wrong_turn(exercise, tried, cases) or sentence)
    return None


def _wrong_turn(exercise, tried, cases) -> str | None:
    for sentence, turn in exercise.turns.items():
        pairs = zip(tried, cases, strict=True)
        if all(outcome.same(Outcome(exercise, turn, case)) for outcome, case in pairs):
            return sentence
    return None


def _judge_value(exercise, answer) -> str | None:
    got = read(answer)
    if unfinished(got) or got in ([], "", {}):
        return UNTOUCHED
    if callable(answer):
        return NOT_YET + NO_VALUE
    why = difference(exercise.solution, got, exercise.order, exercise.whole)
    if why is None:
        return None
    for sentence, turn in exercise.turns.items():
        if difference(turn, got, exercise.order, exercise.whole) is None:
            return NOT_YET + sentence
    return NOT_YET + NOT_THIS.format(yours=show(got)[0], why=why and f": {why}")


class Outcome:
    """What a function did with copies of the arguments of one case."""

    def __init__(self, exercise, function, case):
        self.exercise, self.function = exercise, function
        self.value = self.error = self.untouched = self.changed = None
        copies = copy.deepcopy(case)
        with warnings.catch_warnings(record=True) as self.warnings:
            warnings.simplefilter("always")
            with contextlib.redirect_stdout(io.StringIO()):
                try:
                    self.value = read(function(*copies))
                except (Exception, SystemExit) as error:
                    self.error = error
        if isinstance(self.error, NotImplementedError):
            self.untouched = UNTOUCHED
        elif not self.error and unfinished(self.value):
            self.untouched = NOTHING if self.value is None else UNTOUCHED
        for place, (before, after) in enumerate(zip(case, copies, strict=True)):
            if isinstance(before, np.ndarray) and np.array_equal(before, after):
                continue  # quicker, for pictures
            if not callable(before) and difference(read(before), read(after)) is not None:
                self.changed = place

    def difference(self, right) -> str | None:
        exercise = self.exercise
        why = difference(right.value, self.value, exercise.order, exercise.whole)
        rows = (right.value, self.value)
        lists = all(isinstance(part, list) for part in rows) and len(rows[0]) == len(rows[1])
        if why is None or exercise.share == 1 or not lists:
            return why
        same = [difference(*pair) is None for pair in zip(*rows, strict=True)]
        why = why or ROWS.format(right=sum(same), rows=len(same))
        return why if np.mean(same) < exercise.share else None

    def same(self, turn) -> bool:
        if self.error or turn.error:
            return type(self.error) is type(turn.error)
        return self.difference(turn) is None

    def wrong(self, right, names, case) -> str | None:
        """The sentence for this outcome where ``right`` is the solution's; None if it is right."""
        arguments = [_shown(argument) for argument in case]
        call = "".join(f"    {n} = {a}\n" for n, a in zip(names, arguments, strict=True))
        if self.error:
            error = f"{type(self.error).__name__}: {self.error}".rstrip(": ")
            file = getattr(getattr(self.function, "__code__", None), "co_filename", None)
            trace = traceback.extract_tb(self.error.__traceback__)
            own = [frame for frame in trace if frame.filename == file]  # the reader's own code
            line = LINE.format(number=own[-1].lineno, text=own[-1].line) if own else ""
            return STOPPED.format(error=error, line=line, call=call).rstrip()
        why = self.difference(right)
        if why is not None:
            shown, yours = show(right.value, self.value)
            return DIFFERS.format(call=call, right=shown, yours=yours, why=why and f" ({why})")
        if self.changed is not None:
            return CHANGED.format(name=names[self.changed])
        if self.exercise.quiet and self.warnings:
            return WARNED.format(warning=self.warnings[0].message, call=call).rstrip()
        return None


def _shown(argument) -> str:
    if isinstance(argument, np.ndarray) and argument.size > 400:  # pictures, vectors
        return LARGE.format(shape=argument.shape, low=argument.min(), high=argument.max())
    return show(read(argument))[0]


def _lesson(number: str) -> dict[str, Exercise]:
    try:
        return importlib.import_module(f"{__name__}.lesson_{int(number):02d}").EXERCISES
    except (ValueError, ModuleNotFoundError):
        raise ValueError(f"There is no lesson {number!r} with exercises.") from None


def _file() -> Path:
    return Path(os.environ.get("LESSON_PROGRESS", ".lesson_progress.json"))


def _solved() -> set[str]:
    try:
        names = json.loads(_file().read_text(encoding="utf-8"))
        return {name for name in names if re.fullmatch(r"\d+\.\d+", name)}
    except (OSError, ValueError, TypeError):  # no file, or not one of ours
        return set(_session)
