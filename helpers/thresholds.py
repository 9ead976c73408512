"""The best cut for each label: which score is high enough for a yes."""

import warnings

import numpy as np

from helpers._checks import finite, zero_one


def best_thresholds(y_true, y_score) -> np.ndarray:
    """The cut that gives each label its highest possible F1 on these rows, shape (labels,).

    y_true   0/1 matrix, shape (rows, labels); dense or SciPy sparse.
    y_score  scores of the same shape, float32 or float64 (other numbers become float64);
             probabilities or logits.

    Predict with ``y_score >= cut``; the cuts have the type of y_score. Every distinct score is
    tried, so no cut can do better; of equally good cuts the highest is taken. ``np.inf`` is the
    answer for a label without positives, whose F1 is 0 (zero_division=0) at every cut: never
    predict it. A warning names such labels.

    Find the cuts on dev and report on test, never on the same rows.
    One common cut with the best micro F1: hand over both matrices as ``reshape(-1, 1)``.
    Sorting costs O(rows log rows) for each label; memory is about five times y_score in float64.
    Raises ValueError for a wrong shape, values other than 0 and 1 in y_true, NaN or infinity.
    """
    y_true, y_score = checked(y_true, y_score)
    order = np.argsort(y_score, axis=0)[::-1]  # highest score first
    ranked = np.take_along_axis(y_score, order, axis=0)
    finds = np.take_along_axis(y_true, order, axis=0).cumsum(axis=0, dtype=np.int32)
    positives = finds[-1]
    yes_said = np.arange(1, len(y_true) + 1, dtype=np.int32)[:, None]
    f1 = 2 * finds / (yes_said + positives)
    f1[:-1][ranked[:-1] == ranked[1:]] = -1  # equal scores cannot be separated by a cut
    best = f1.argmax(axis=0)  # the first maximum, so the highest cut
    cuts = np.take_along_axis(ranked, best[None], axis=0)[0]
    return np.where(positives > 0, cuts, np.inf)


def checked(y_true, y_score) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays, bool and float; ValueError unless they fit, a warning without positives."""
    y_true = zero_one(y_true, "y_true") == 1
    y_score = finite(y_score, y_true, "y_score")
    if y_score.dtype not in (np.float32, np.float64):
        y_score = y_score.astype(np.float64)
    without = np.flatnonzero(~y_true.any(axis=0)).tolist()
    if without:
        warnings.warn(f"No row has a label in these columns, so their cut is infinite and they are "
                      f"never predicted: {without}.", stacklevel=3)  # fmt: skip
    return y_true, y_score
