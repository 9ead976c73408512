"""Figures for multi-label predictions, always beside the trivial baselines."""

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, f1_score


def panel(y_true, models: dict, threshold=0.5) -> pd.DataFrame:
    """One row of figures for each model, the trivial baselines first.

    y_true     0/1 matrix, shape (rows, labels).
    models     {name: y_score or y_pred}, each of the same shape: scores (probabilities) between
               0 and 1, or decisions (0/1 or bool).
    threshold  a score at or above it is a yes: one number, or one for each label, shape (labels,).

    Columns: micro F1, macro F1, samples F1, subset accuracy (all labels of a row right), Hamming
    loss (share of wrong cells), mAP (macro average precision; NaN for decisions, which cannot be
    ranked) and labels per row. F1 of a label that is neither present nor predicted counts as 0
    (zero_division=0). The definitions are scikit-learn's.
    The baselines are chosen on y_true itself, so they are if anything too good.
    Raises ValueError for a wrong shape, NaN, or scores outside 0 to 1.
    """
    y_true = check_y(y_true, "y_true")
    frequent = np.zeros_like(y_true)
    frequent[:, y_true.sum(axis=0).argmax()] = 1
    rows = {
        "no label": np.zeros_like(y_true),
        "every label": np.ones_like(y_true),
        "the most frequent label": frequent,
        **models,
    }
    return pd.DataFrame(
        {name: _figures(y_true, np.asarray(y), threshold, name) for name, y in rows.items()}
    ).T.rename_axis("model")


def _figures(y_true, y, threshold, name) -> dict:
    if y.shape != y_true.shape:
        raise ValueError(f"{name!r} has shape {y.shape}, but y_true has shape {y_true.shape}.")
    if not np.isfinite(y).all() or y.min() < 0 or y.max() > 1:
        raise ValueError(
            f"{name!r} must hold scores between 0 and 1 or decisions 0/1, without NaN; "
            f"its values go from {y.min()} to {y.max()}."
        )
    decisions = np.isin(y, (0, 1)).all()
    y_pred = (y if decisions else y >= threshold).astype(int)
    average_precision = np.nan
    if not decisions:
        present = y_true.any(axis=0)  # average precision needs at least one positive
        average_precision = average_precision_score(
            y_true[:, present], y[:, present], average="macro"
        )
    scores = {
        f"{average} F1": f1_score(y_true, y_pred, average=average, zero_division=0)
        for average in ("micro", "macro", "samples")
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
    y_true, y_pred = check_y(y_true, "y_true"), check_y(y_pred, "y_pred")
    if y_true.shape != y_pred.shape:
        raise ValueError(f"y_pred has shape {y_pred.shape}, but y_true has shape {y_true.shape}.")
    return (y_true == y_pred).mean(axis=0)


def check_y(y, name: str) -> np.ndarray:
    """y as an int array, if it is a 0/1 matrix (rows, labels); ValueError otherwise."""
    y = np.asarray(y.todense()) if hasattr(y, "todense") else np.asarray(y)
    if y.ndim != 2 or y.size == 0 or not np.isin(y, (0, 1)).all():
        raise ValueError(
            f"{name} must be a 0/1 matrix (rows, labels), but its shape is {y.shape} "
            f"and its type {y.dtype}."
        )
    return y.astype(int)
