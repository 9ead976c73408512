"""Read any answer into plain Python, compare two of them, and show them."""

import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set

import numpy as np

NO_ORDER = "a set has no order: make it a list"
NO_LIST = "this can be read only once: make it a list"
OTHER_LENGTH = "{right} entries are right, yours has {got}"
WHOLE = "whole numbers are asked for, as in the lesson"
SAME_LETTERS = "the same letters, put together in another way (NFC and NFD)"

NUMBERS = (bool, int, float)


class Unordered(list):
    """The elements of a set."""


def read(value):
    """Numbers, text, lists and dictionaries of Python, whatever kind they came in.

    Tuples, arrays, tensors, Series, DataFrames and sparse matrices become lists. Nothing is
    rounded, and no text becomes a number.
    """
    for method in ("detach", "toarray", "to_numpy", "numpy"):  # tensor, sparse, pandas, TensorFlow
        if hasattr(value, method) and not isinstance(value, (type, np.ndarray)):
            value = getattr(value, method)()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {key: read(item) for key, item in value.items()}
    if isinstance(value, Set):
        return Unordered(map(read, value))
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [read(item) for item in value]
    return value


def unfinished(value) -> bool:
    """True for ``...``, None or "..." as an answer, for a list with a ..., or with None only."""
    if isinstance(value, list):
        parts = [part for part in value if part is not None]
        return any(map(unfinished, parts)) or (bool(value) and not parts)
    return value is None or value is ... or value is NotImplemented or value == "..."


def difference(right, got, order="list", whole=False) -> str | None:
    """None if two values that were read are equal; else what is to be said, often just "".

    A whole number must be met exactly, any other to within 0.001 % or 1e-7.
    """
    if isinstance(got, Iterator):
        return NO_LIST
    if isinstance(right, list) and isinstance(got, list):
        if isinstance(got, Unordered) and order == "list":
            if not isinstance(right, Unordered):
                return NO_ORDER
            order = "bag"
        if order != "list":
            kind = set if order == "set" else list
            right, got = (sorted(kind(map(_key, items))) for items in (right, got))
        if len(right) != len(got):
            return OTHER_LENGTH.format(right=len(right), got=len(got))
        whys = (difference(a, b, "list", whole) for a, b in zip(right, got, strict=True))
        return next((why for why in whys if why is not None), None)
    if isinstance(right, dict) and isinstance(got, dict):
        same = right.keys() == got.keys()
        return None if same and all(difference(right[k], got[k]) is None for k in right) else ""
    if isinstance(right, NUMBERS) and isinstance(got, NUMBERS):
        if whole and isinstance(got, float):
            return WHOLE
        if isinstance(right, int) or not math.isfinite(right):
            return None if got == right or (got != got and right != right) else ""
        return None if math.isclose(right, got, rel_tol=1e-5, abs_tol=1e-7) else ""
    if isinstance(right, str) and isinstance(got, str) and right != got:
        composed = (unicodedata.normalize("NFC", text) for text in (right, got))
        return SAME_LETTERS if len(set(composed)) == 1 else ""
    same = isinstance(right, str) or type(right) is type(got)
    return None if same and right == got else ""


def _key(item) -> str:
    """Equal for equal items of lists whose order does not count."""
    if isinstance(item, list):
        return f"[{', '.join(map(_key, item))}]"
    return f"{item:.9g}" if isinstance(item, NUMBERS) else repr(item)


def show(*values) -> list[str]:
    """How the values are printed: short, but so that what differs looks different."""
    short = [_write(value, lambda number: f"{number:.6g}", repr) for value in values]
    if len(set(short)) == len(short):
        return short
    return [_write(value, repr, ascii) for value in values]


def _write(value, number, text) -> str:
    if isinstance(value, Unordered):
        return "{" + ", ".join(sorted(_write(item, number, text) for item in value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_write(item, number, text) for item in value) + "]"
    if callable(value):
        return (value.__doc__ or value.__name__).strip()
    if isinstance(value, float):
        return number(value)
    return text(value) if isinstance(value, str) else repr(value)
