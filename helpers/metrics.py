"""Figures for multi-label predictions, always beside the trivial baselines."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score


def panel(y_true, models: dict, threshold=0.5) -> pd.DataFrame:
    """One row of figures for each model, the trivial baselines first.

    y_true     0/1 matrix, shape (rows, labels).
    models     {name: y_score or y_pred}, each of the same shape: scores (probabilities) between
               0 and 1, or decisions (0/1 or bool).
    threshold  a score at or above it is a yes: one number, or one for each label, shape (labels,).

    Columns: micro F1, macro F1, samples F1, subset accuracy (all labels of a row right), Hamming
    loss (share of wrong cells), mAP (mean of the average precision over the labels that have a
    positive; NaN for decisions, which cannot be ranked, and if there is no positive at all) and
    labels per row. F1 of a label (or row) that is neither present nor predicted counts as 0
    (zero_division=0). The definitions are scikit-learn's.
    The baselines are chosen on y_true itself, so they are if anything too good.
    Raises ValueError for a wrong shape, NaN, or scores outside 0 to 1.
    """
    y_true = check_y(y_true, "y_true")
    if np.shape(threshold) not in ((), y_true.shape[1:]) or np.isnan(threshold).any():
        raise ValueError(
            f"threshold must be one number, or one for each of the {y_true.shape[1]} labels, "
            f"without NaN, but it is {threshold!r}."
        )
    frequent = np.zeros_like(y_true)
    frequent[:, y_true.sum(axis=0).argmax()] = 1
    rows = {
        "no label": np.zeros_like(y_true),
        "every label": np.ones_like(y_true),
        "the most frequent label": frequent,
        **models,
    }
    return pd.DataFrame(
        {name: _figures(y_true, y, threshold, name) for name, y in rows.items()}
    ).T.rename_axis("model")


def _figures(y_true, y, threshold, name) -> dict:
    y = check_scores(y_true, y, repr(name))
    if y.min() < 0 or y.max() > 1:
        raise ValueError(f"{name!r} must hold scores between 0 and 1 or decisions 0/1, "
                         f"but its values go from {y.min()} to {y.max()}.")  # fmt: skip
    decisions = np.isin(y, (0, 1)).all()
    y_pred = (y if decisions else y >= threshold).astype(int)
    average_precision = np.nan
    present = y_true.any(axis=0)  # average precision needs at least one positive
    if present.any() and not decisions:
        average_precision = average_precision_score(
            y_true[:, present], y[:, present], average="macro"
        )
    scores = {
        f"{average} F1": f1(y_true, y_pred, average) for average in ("micro", "macro", "samples")
    }
    return scores | {
        "subset accuracy": (y_pred == y_true).all(axis=1).mean(),
        "Hamming loss": (y_pred != y_true).mean(),
        "mAP": average_precision,
        "labels per row": y_pred.sum(axis=1).mean(),
    }


def per_label_accuracy(y_true, y_pred) -> np.ndarray:
    """Share of rows on which each label is right, float64, shape (labels,).

    Both arguments are 0/1 matrices of shape (rows, labels). Its mean is 1 - Hamming loss. A label
    that is rare has a high accuracy without any skill: compare it with the share of rows
    without the label. Raises ValueError for other values or different shapes.
    """
    y_true, y_pred = _two_matrices(y_true, y_pred)
    return (y_true == y_pred).mean(axis=0)


def f1(y_true, y_pred, average="micro") -> float:
    """F1 of 0/1 matrices of shape (rows, labels): 2 TP / (2 TP + FP + FN).

    average  "micro" counts all cells together, "macro" is the mean over the labels, "samples" the
             mean over the rows.

    The same as scikit-learn's f1_score with zero_division=0, and much faster on small data, which
    ``difference`` needs. Raises ValueError for other values, shapes or averages.
    """
    y_true, y_pred = _two_matrices(y_true, y_pred)
    axes = {"micro": None, "macro": 0, "samples": 1}
    if average not in axes:
        raise ValueError(f"average must be one of {list(axes)}, but it is {average!r}.")
    hits = (y_true & y_pred).sum(axis=axes[average])
    marked = y_true.sum(axis=axes[average]) + y_pred.sum(axis=axes[average])
    return float(np.mean(2 * hits / np.maximum(marked, 1)))  # no mark, no hit: 0


def precision_at_k(y_true, y_score, k: int) -> float:
    """Share of right labels among the k best-scored labels of a row; the mean over the rows.

    y_true is a 0/1 matrix of shape (rows, labels), y_score holds finite scores of that shape.
    Of equal scores the label further left comes first. A row with fewer than k positives cannot
    reach 1, and a row without positives counts as 0: all k labels are wrong there.
    Raises ValueError for a wrong shape, NaN, or a k that is not a whole number from 1 to labels.
    """
    y_true, y_score = check_ranking(y_true, y_score, k)
    top = np.argsort(-y_score, axis=1, kind="stable")[:, :k]
    return float(np.take_along_axis(y_true, top, axis=1).mean())


def recall_at_k(y_true, y_score, k: int) -> float:
    """Share of a row's positives that are among its k best-scored labels; the mean over the rows.

    Arguments, ties and errors are those of precision_at_k. A row with more than k positives cannot
    reach 1. A row without positives has nothing to find (0 / 0) and is left out of the mean;
    NaN if that leaves no row.
    """
    y_true, y_score = check_ranking(y_true, y_score, k)
    top = np.argsort(-y_score, axis=1, kind="stable")[:, :k]
    found = np.take_along_axis(y_true, top, axis=1).sum(axis=1)
    positives = y_true.sum(axis=1)
    some = positives > 0
    return float(np.mean(found[some] / positives[some])) if some.any() else float("nan")


def check_ranking(y_true, y_score, k):
    """y_true and y_score as int and float64 arrays, if they and k fit together."""
    y_true = check_y(y_true, "y_true")
    if not isinstance(k, (int, np.integer)) or not 1 <= k <= y_true.shape[1]:
        raise ValueError(f"k must be a whole number from 1 to {y_true.shape[1]}, but it is {k!r}.")
    return y_true, check_scores(y_true, y_score, "y_score").astype(float)


class Difference(NamedTuple):
    """A difference between two models and the ends of its 95 % interval."""

    difference: float
    low: float
    high: float

    def __repr__(self) -> str:
        return f"{self.difference:+.3f} (95 % interval {self.low:+.3f} to {self.high:+.3f})"


def difference(y_true, a, b, metric, n: int = 1000, seed: int = 0) -> Difference:
    """metric of a minus metric of b, with the 95 % interval of a paired bootstrap over the rows.

    y_true  0/1 matrix, shape (rows, labels).
    a, b    what metric takes of two models: decisions or scores, with the rows of y_true.
    metric  a function metric(y_true, y) -> float; it is called 2 n + 2 times.
    n       how many times as many rows are drawn with replacement, the same for both models.

    The interval runs from the 2.5th to the 97.5th percentile (Efron and Tibshirani, An
    Introduction to the Bootstrap, 1993, chapter 13). It says how much the difference depends on
    which rows were in the test, and nothing about another training seed.
    Raises ValueError if the numbers of rows differ.
    """
    y_true, a, b = check_y(y_true, "y_true"), _dense(a), _dense(b)
    if not len(y_true) == len(a) == len(b):
        raise ValueError(f"y_true, a and b have {len(y_true)}, {len(a)} and {len(b)} rows, "
                         "but must have the same.")  # fmt: skip
    draws = np.random.default_rng(seed).integers(len(y_true), size=(n, len(y_true)))
    gaps = [metric(y_true[rows], a[rows]) - metric(y_true[rows], b[rows]) for rows in draws]
    low, high = np.percentile(gaps, [2.5, 97.5])
    return Difference(float(metric(y_true, a) - metric(y_true, b)), float(low), float(high))


def check_y(y, name: str) -> np.ndarray:
    """y as an int array, if it is a 0/1 matrix (rows, labels); ValueError otherwise."""
    try:
        y = _dense(y)
    except ValueError:  # rows of different lengths
        raise ValueError(f"{name} must be a 0/1 matrix, but it holds lists of different lengths: "
                         "use MultiLabelBinarizer.") from None  # fmt: skip
    if y.ndim != 2 or y.size == 0 or not ((y == 0) | (y == 1)).all():
        raise ValueError(
            f"{name} must be a 0/1 matrix (rows, labels), but its shape is {y.shape} "
            f"and its type {y.dtype}."
        )
    return y.astype(int)


def check_scores(y_true: np.ndarray, y, name: str) -> np.ndarray:
    """y as an array of the shape of y_true, if its values are finite; ValueError otherwise."""
    y = _dense(y)
    if y.shape != y_true.shape:
        raise ValueError(f"{name} has shape {y.shape}, but y_true has shape {y_true.shape}.")
    if y.dtype.kind not in "biuf" or not np.isfinite(y).all():
        raise ValueError(
            f"{name} must hold finite numbers, but its type is {y.dtype} and at least one value is "
            "NaN, infinite or no number."
        )
    return y


def _two_matrices(y_true, y_pred):
    y_true, y_pred = check_y(y_true, "y_true"), check_y(y_pred, "y_pred")
    if y_true.shape != y_pred.shape:
        raise ValueError(f"y_pred has shape {y_pred.shape}, but y_true has shape {y_true.shape}.")
    return y_true, y_pred


def _dense(y) -> np.ndarray:
    return np.asarray(y.toarray() if hasattr(y, "toarray") else y)
