"""What pytest needs to know for running lessons: their kernel, the comparison, how many at once.

A plugin (see pyproject.toml), so that one lesson alone is tested as in the whole suite.
"""

import os
import re

import nbval.plugin
import psutil
import pytest
import refresh
from nbval.plugin import IPyNbCell as Cell

import helpers

os.environ |= refresh.QUIET
MEMORY_OF_A_LESSON = 3 * 2**30  # with the process that tests it

PLAN = re.compile(r'<script type="application/json".*?</script>', re.S)  # its figures are tested
ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
NUMBER = re.compile(r"(?<![\w.])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d+)?")
WITHIN = re.compile(r"whole-numbers-within-(\d+)-because-.+")


class ReaderKernel(nbval.plugin.RunningKernel):
    """A kernel that does not know that it is tested.

    ipykernel leaves what C libraries print uncaptured while PYTEST_CURRENT_TEST is set, so what
    such a library writes would be stored by refresh.py and never seen by the test.
    """

    def __init__(self, *args, **kwargs):
        current = os.environ.pop("PYTEST_CURRENT_TEST", None)
        try:
            super().__init__(*args, **kwargs)
        finally:
            if current is not None:
                os.environ["PYTEST_CURRENT_TEST"] = current


def unit(number: str) -> float:
    """One unit of the last printed place; 0 for a whole number."""
    digits, _, power = number.partition("e")
    if "." not in digits and not power:
        return 0.0
    return 10.0 ** (int(power or 0) - len(digits.partition(".")[2]))


def agree(stored: str, new: str, whole: int = 0) -> bool:
    """True if the texts are equal, and their numbers to within one unit of the last place.

    Of two numbers with different places the finer one counts (0.6 is 0.60). Whole numbers may
    differ by ``whole``. Blanks beside a number are not compared: tables are aligned by them.
    """
    stored, new = (ADDRESS.sub("0xADDRESS", PLAN.sub("", text)) for text in (stored, new))
    words, new_words = ([piece.strip(" ") for piece in NUMBER.split(t)] for t in (stored, new))
    pairs = zip(NUMBER.findall(stored), NUMBER.findall(new), strict=False)
    return words == new_words and all(close(a, b, whole) for a, b in pairs)


def close(stored: str, new: str, whole: int) -> bool:
    units = [unit(stored), unit(new)]
    allowed = min(u for u in units if u) if any(units) else whole
    gap = abs(float(stored.replace(",", "")) - float(new.replace(",", "")))
    return gap <= allowed * (1 + 1e-6)


def compare_outputs(cell, test, ref, skip_compare=None, nbvals_own=Cell.compare_outputs):
    """nbval's comparison, with printed numbers compared as numbers."""
    found = [WITHIN.fullmatch(tag) for tag in cell.cell.metadata.get("tags", [])]
    whole = max((int(match[1]) for match in found if match), default=0)
    for new, stored in zip(test, ref, strict=False):
        take_over_what_agrees(new, stored, whole)
        take_over_what_agrees(new.get("data", {}), stored.get("data", {}), whole)
    return nbvals_own(cell, test, ref, skip_compare)


def take_over_what_agrees(new, stored, whole: int) -> None:
    """Where two texts agree, write the stored one over the new: nbval then finds them equal."""
    for kind, text in stored.items():
        if isinstance(text, str) and isinstance(new.get(kind), str):
            if agree(text, new[kind], whole):
                new[kind] = text


nbval.plugin.RunningKernel = ReaderKernel
Cell.compare_outputs = compare_outputs


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config):
    """Lessons at a time: one on each core, where memory allows; a lesson alone takes all cores."""
    if len(config.args) == 1 and config.args[0].partition("::")[0].endswith(".ipynb"):
        return 0
    cores = helpers.usable_cores()
    at_once = max(1, min(cores, psutil.virtual_memory().available // MEMORY_OF_A_LESSON))
    os.environ.setdefault("OMP_NUM_THREADS", str(cores // at_once))
    return at_once
