"""Checks of arguments that several modules share: each raises ValueError with one sentence."""

from numbers import Integral

import numpy as np


def zero_one(y, name: str) -> np.ndarray:
    """y, dense or SciPy sparse, as an int array, if it is a 0/1 matrix (rows, labels)."""
    try:
        y = dense(y)
    except ValueError:  # rows of different lengths
        raise ValueError(f"{name} must be a 0/1 matrix, but it holds lists of different lengths: "
                         "use MultiLabelBinarizer.") from None  # fmt: skip
    others = np.count_nonzero((y != 0) & (y != 1))
    if y.ndim != 2 or y.size == 0 or others:
        raise ValueError(
            f"{name} must be a 0/1 matrix (rows, labels), but its shape is {y.shape}, its type "
            f"{y.dtype}, and {others} of its values are neither 0 nor 1."
        )
    return y.astype(int)


def finite(y, y_true: np.ndarray, name: str) -> np.ndarray:
    """y as an array, if it has the shape of y_true and holds finite numbers."""
    y = same_shape(dense(y), y_true, name)
    if y.dtype.kind not in "biuf" or not np.isfinite(y).all():
        raise ValueError(f"{name} must hold finite numbers, but its type is {y.dtype} and at least "
                         "one value is NaN, infinite or no number.")  # fmt: skip
    return y


def probabilities(y, y_true: np.ndarray, name: str) -> np.ndarray:
    """y as an array, if it has the shape of y_true and its values lie between 0 and 1."""
    y = finite(y, y_true, name)
    if y.min() < 0 or y.max() > 1:
        raise ValueError(f"{name} must hold scores between 0 and 1 or decisions 0/1, but its "
                         f"values go from {y.min()} to {y.max()}.")  # fmt: skip
    return y


def same_shape(y: np.ndarray, y_true: np.ndarray, name: str) -> np.ndarray:
    if y.shape != y_true.shape:
        raise ValueError(f"{name} has shape {y.shape}, but y_true has shape {y_true.shape}.")
    return y


def whole(value, name: str, least: int, most: int | None = None) -> None:
    if not isinstance(value, Integral) or value < least or (most is not None and value > most):
        limits = f"{least} up" if most is None else f"{least} to {most}"
        raise ValueError(f"{name} must be a whole number from {limits}, but it is {value!r}.")


def dense(y) -> np.ndarray:
    return np.asarray(y.toarray() if hasattr(y, "toarray") else y)
