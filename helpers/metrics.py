"""Figures for multi-label predictions, always beside the trivial baselines."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from helpers._checks import dense, finite, probabilities, same_shape, whole, zero_one


def panel(y_true, models: dict, threshold=0.5) -> pd.DataFrame:
    """One row of figures for each model, the trivial baselines first.

    y_true     0/1 matrix, shape (rows, labels).
    models     {name: y_score or y_pred}, each of the same shape: scores (probabilities) between
               0 and 1, or decisions (0/1 or bool).
    threshold  a score at or above it is a yes: one number, or one for each label, shape (labels,).

    Columns: micro F1, macro F1, samples F1, subset accuracy (all labels of a row right), Hamming
    loss (share of wrong cells), mAP (mean of the average precision over the labels that have a
    positive; NaN for decisions, which cannot be ranked, and if there is no positive at all) and
    labels per row. The definitions are scikit-learn's with zero_division=0: F1 is 0 where nothing
    is present nor predicted. The baselines are chosen on y_true itself: if anything too good.
    Raises ValueError for a wrong shape, NaN, or scores outside 0 to 1.
    """
    y_true = zero_one(y_true, "y_true")
    if np.shape(threshold) not in ((), y_true.shape[1:]) or np.isnan(threshold).any():
        raise ValueError(f"threshold must be one number, or one for each of the {y_true.shape[1]} "
                         f"labels, without NaN, but it is {threshold!r}.")  # fmt: skip
    frequent = np.zeros_like(y_true)
    frequent[:, y_true.sum(axis=0).argmax()] = 1
    rows = {
        "no label": np.zeros_like(y_true),
        "every label": np.ones_like(y_true),
        "the most frequent label": frequent,
        **models,
    }
    figures = {name: _figures(y_true, y, threshold, name) for name, y in rows.items()}
    return pd.DataFrame(figures).T.rename_axis("model")


def _figures(y_true, y, threshold, name) -> dict:
    y = probabilities(y, y_true, repr(name))
    decisions = np.isin(y, (0, 1)).all()
    y_pred = (y if decisions else y >= threshold).astype(int)
    averages = ("micro", "macro", "samples")
    return {f"{average} F1": f1(y_true, y_pred, average) for average in averages} | {
        "subset accuracy": (y_pred == y_true).all(axis=1).mean(),
        "Hamming loss": (y_pred != y_true).mean(),
        "mAP": np.nan if decisions else mean_average_precision(y_true, y),
        "labels per row": y_pred.sum(axis=1).mean(),
    }


def per_label_accuracy(y_true, y_pred) -> np.ndarray:
    """Share of rows on which each label is right, float64, shape (labels,).

    Both arguments are 0/1 matrices (rows, labels). The mean is 1 - Hamming loss. A rare label has
    a high accuracy without any skill: compare it with the share of rows without the label.
    Raises ValueError for other values or different shapes.
    """
    y_true, y_pred = _two_matrices(y_true, y_pred)
    return (y_true == y_pred).mean(axis=0)


def f1(y_true, y_pred, average="micro") -> float:
    """F1 of 0/1 matrices of shape (rows, labels): 2 TP / (2 TP + FP + FN).

    average: "micro" counts all cells together, "macro" is the mean over the labels, "samples" over
    the rows. As scikit-learn's f1_score with zero_division=0, but much faster on small data, which
    ``difference`` needs. Raises ValueError for other values, shapes or averages.
    """
    y_true, y_pred = _two_matrices(y_true, y_pred)
    axes = {"micro": None, "macro": 0, "samples": 1}
    if average not in axes:
        raise ValueError(f"average must be one of {list(axes)}, but it is {average!r}.")
    hits = (y_true & y_pred).sum(axis=axes[average])
    marked = y_true.sum(axis=axes[average]) + y_pred.sum(axis=axes[average])
    return float(np.mean(2 * hits / np.maximum(marked, 1)))  # no mark, no hit: 0


def mean_average_precision(y_true, y_score) -> float:
    """mAP: the mean of the average precision over the labels that have a positive, or NaN.

    y_true is a 0/1 matrix of shape (rows, labels), y_score holds finite scores of that shape.
    As scikit-learn's average_precision_score (rows of one score are one step; Manning and others,
    Introduction to Information Retrieval, 2008, chapter 8.4), but much faster on small data, which
    ``difference`` needs. Raises ValueError for other values or shapes.
    """
    y_true = zero_one(y_true, "y_true")
    y_score = finite(y_score, y_true, "y_score").astype(float)
    order = np.argsort(-y_score, axis=0)
    hits, y_score = (np.take_along_axis(y, order, axis=0) for y in (y_true, y_score))
    place = np.arange(1, len(hits) + 1)[:, None]
    ends = np.where(np.diff(y_score, axis=0, append=-np.inf) != 0, place, len(place))
    ends = np.minimum.accumulate(ends[::-1])[::-1]  # of equal scores the last place counts
    precision = np.take_along_axis(hits.cumsum(axis=0) / place, ends - 1, axis=0)
    positives = hits.sum(axis=0)
    some = positives > 0
    each = (hits * precision).sum(axis=0)[some] / positives[some]
    return float(each.mean()) if some.any() else np.nan


def precision_at_k(y_true, y_score, k: int) -> float:
    """Share of right labels among the k best-scored labels of a row; the mean over the rows.

    y_true is a 0/1 matrix of shape (rows, labels), y_score holds finite scores of that shape.
    Of equal scores the label further left comes first. A row with fewer than k positives cannot
    reach 1, and a row without positives counts as 0: all k labels are wrong there.
    Raises ValueError for a wrong shape, NaN, or a k that is not a whole number from 1 to labels.
    """
    return float(_best(y_true, y_score, k)[1].mean())


def recall_at_k(y_true, y_score, k: int) -> float:
    """Share of a row's positives that are among its k best-scored labels; the mean over the rows.

    Arguments, ties and errors are those of precision_at_k. A row with more than k positives cannot
    reach 1. A row without positives has nothing to find (0 / 0) and is left out of the mean;
    NaN if that leaves no row.
    """
    y_true, right = _best(y_true, y_score, k)
    positives = y_true.sum(axis=1)
    some = positives > 0
    return float((right.sum(axis=1)[some] / positives[some]).mean()) if some.any() else np.nan


def _best(y_true, y_score, k) -> tuple[np.ndarray, np.ndarray]:
    """y_true, and of its cells those of the k best-scored labels of each row: (rows, k)."""
    y_true = zero_one(y_true, "y_true")
    whole(k, "k", 1, y_true.shape[1])
    y_score = finite(y_score, y_true, "y_score").astype(float)
    best = np.argsort(-y_score, axis=1, kind="stable")[:, :k]
    return y_true, np.take_along_axis(y_true, best, axis=1)


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
    Introduction to the Bootstrap, 1993, chapter 13). It shows how the difference depends on which
    rows were tested, not on the training seed. Raises ValueError if the numbers of rows differ.
    """
    y_true, a, b = zero_one(y_true, "y_true"), dense(a), dense(b)
    if not len(y_true) == len(a) == len(b):
        raise ValueError(f"y_true, a and b have {len(y_true)}, {len(a)} and {len(b)} rows, "
                         "but must have the same.")  # fmt: skip
    draws = np.random.default_rng(seed).integers(len(y_true), size=(n, len(y_true)))
    gaps = [metric(y_true[rows], a[rows]) - metric(y_true[rows], b[rows]) for rows in draws]
    low, high = np.percentile(gaps, [2.5, 97.5])
    return Difference(float(metric(y_true, a) - metric(y_true, b)), float(low), float(high))


def over_splits(gaps, test_to_train: float) -> Difference:
    """The mean of differences over repeated splits, with its 95 % interval.

    gaps           one difference a split or fold (two models, same rows), shape (splits,), >= 2.
    test_to_train  test rows / training rows of one split: 100 / 900 for ten folds of 1,000 rows.

    The interval is t(splits - 1) standard errors wide on either side; the squared error is
    (1 / splits + test_to_train) times the variance (ddof=1), because the splits share rows (Nadeau
    and Bengio, Inference for the Generalization Error, 2003; for repeated folds: Bouckaert and
    Frank, 2004). Raises ValueError for fewer than two numbers, NaN, or a negative ratio.
    """
    gaps = np.asarray(gaps, float)
    if gaps.ndim != 1 or len(gaps) < 2 or not np.isfinite(gaps).all():
        raise ValueError(
            f"gaps must be two or more finite numbers, one a split, but it is {gaps!r}."
        )
    if not 0 <= test_to_train < np.inf:
        raise ValueError(f"test_to_train must be 0 or more (test rows / training rows), "
                         f"but it is {test_to_train!r}.")  # fmt: skip
    error = gaps.std(ddof=1) * np.sqrt(1 / len(gaps) + test_to_train)
    half = stats.t.ppf(0.975, len(gaps) - 1) * error
    return Difference(float(gaps.mean()), float(gaps.mean() - half), float(gaps.mean() + half))


def _two_matrices(y_true, y_pred) -> tuple[np.ndarray, np.ndarray]:
    y_true = zero_one(y_true, "y_true")
    return y_true, same_shape(zero_one(y_pred, "y_pred"), y_true, "y_pred")
