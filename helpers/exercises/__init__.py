"""Exercises that check themselves.

``check("3.1", answer)`` says what is still wrong in one sentence, or that it is right.
What an exercise must satisfy stands in ``lesson_03.py`` under ``CHECKS``: a function that takes
the answer and returns None when it is right, or the sentence that helps.
"""

import dis
import importlib

_solved: set[str] = set()


def check(exercise: str, answer) -> None:
    """Say whether the answer to an exercise, for example ``check("3.1", answer)``, is right.

    An answer that is still ``...``, or a function whose body is still ``...``, counts as not
    attempted. An error in the reader's function is reported in a sentence, never raised.
    Raises ValueError if there is no exercise of that name.
    """
    checks = _checks(exercise.split(".")[0])
    if exercise not in checks:
        raise ValueError(f"There is no exercise {exercise}; this lesson has {', '.join(checks)}.")
    if _not_attempted(answer):
        print(f"{exercise}: not attempted yet. Replace the ... and run the cell again.")
        return
    try:
        wrong = checks[exercise](answer)
    except Exception as error:  # whatever the reader's code or an odd type raises
        wrong = f"Checking it stopped with {type(error).__name__}: {error}"
    if wrong:
        _solved.discard(exercise)
        print(f"{exercise}: not yet. {wrong}")
    else:
        _solved.add(exercise)
        print(f"{exercise}: correct.")


def progress() -> None:
    """Print the exercises solved since the kernel was started, for every lesson touched."""
    for lesson in sorted({int(name.split(".")[0]) for name in _solved}):
        names = list(_checks(str(lesson)))
        done = [name for name in names if name in _solved]
        print(f"Lesson {lesson}: {len(done)} of {len(names)} solved ({', '.join(done)}).")
    if not _solved:
        print("No exercise solved yet in this session.")


def _checks(lesson: str) -> dict:
    try:
        return importlib.import_module(f"{__name__}.lesson_{int(lesson):02d}").CHECKS
    except (ValueError, ModuleNotFoundError):
        raise ValueError(f"There is no lesson {lesson!r} with exercises.") from None


def _not_attempted(answer) -> bool:
    if answer is ...:
        return True
    if isinstance(answer, (tuple, list)):
        return any(part is ... for part in answer)
    code = getattr(answer, "__code__", None)
    if code is None:
        return False
    names = {step.opname for step in dis.get_instructions(code)}  # a body of ... does nothing
    return names <= {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"} and (
        code.co_consts in ((None,), (code.co_consts[0], None))
    )
