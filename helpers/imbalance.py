"""Three remedies for rare labels that act before or during training: weights, loss, resampling."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from helpers._checks import zero_one

GROWTH = 0.25  # oversample adds at most this share of the rows


def pos_weight(y, cap=100) -> np.ndarray:
    """Negatives / positives of each label, at most ``cap``: float32, shape (labels,).

    y  0/1 matrix, shape (rows, labels); dense or SciPy sparse.

    For ``BCEWithLogitsLoss(pos_weight=torch.tensor(pos_weight(y)))``, which multiplies the loss of
    the positive cells, so that positives and negatives of a label weigh the same in all.
    A label without positives gets ``cap``; a label that every row has gets 0 and adds no loss.
    Raises ValueError if y is not a 0/1 matrix or cap is not above 0.
    """
    if not cap > 0:
        raise ValueError(f"cap must be above 0, but it is {cap!r}.")
    y = zero_one(y, "y")
    positives = y.sum(axis=0)
    weights = np.where(positives > 0, (len(y) - positives) / np.maximum(positives, 1), cap)
    return np.minimum(weights, cap).astype(np.float32)


class FocalLoss(nn.Module):
    """Binary cross-entropy that pays less attention to cells that are already right.

    gamma       how much less: each cell counts (1 - p) ** gamma, where p is the probability
                given to the true answer. 0 gives BCEWithLogitsLoss; 2 is usual.
    pos_weight  None, or a weight for the positive cells of each label, shape (labels,).

    Call it with logits and 0/1 targets, both of shape (rows, labels); it returns the mean over the
    cells, finite for large logits too, as its gradient is. Raises ValueError for a gamma below 0
    and for targets of another shape. Source: Lin, Goyal, Girshick, He and Dollár, Focal Loss for
    Dense Object Detection, 2017, equation 4; pos_weight stands where they have alpha.
    """

    def __init__(self, gamma: float = 2.0, pos_weight=None):
        super().__init__()
        if not gamma >= 0:
            raise ValueError(f"gamma must be 0 or more, but it is {gamma!r}.")
        self.gamma = gamma
        if pos_weight is not None:
            pos_weight = torch.as_tensor(pos_weight, dtype=torch.float32)
        self.register_buffer("pos_weight", pos_weight)  # moves with .to(device)

    def forward(self, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        targets = targets.to(logits.dtype)
        cross_entropy = F.binary_cross_entropy_with_logits(
            logits, targets, pos_weight=self.pos_weight, reduction="none"
        )
        # log(1 - p): the power of a probability that is rounded to 0 would have the gradient NaN
        log_wrong = F.logsigmoid(logits * (1 - 2 * targets))
        return (torch.exp(self.gamma * log_wrong) * cross_entropy).mean()


def oversample(y, seed=0) -> np.ndarray:
    """Row numbers (int64) for training: every row once, then repeats of rows with rare labels.

    y  0/1 matrix, shape (rows, labels); dense or SciPy sparse. Take ``x[rows]`` and ``y[rows]``.

    Whole rows are repeated, so labels that go with a rare one become more frequent too. The rule
    is ML-ROS (Charte, Rivera, del Jesus and Herrera, Addressing imbalance in multilabel
    classification: measures and random resampling algorithms, Neurocomputing 163, 2015): the
    imbalance ratio of a label is the count of the most frequent label / its own count; a label is
    rare if its ratio is above the mean of all ratios. The rare labels take turns to repeat one of
    their rows, drawn at random, until their ratio has come down to that mean or a quarter of the
    rows (GROWTH) has been added. Labels without positives are left out. Repeat rows after the
    split and in train only. Raises ValueError if y is not a 0/1 matrix.
    """
    y = zero_one(y, "y")
    random = np.random.default_rng(seed)
    counts = y.sum(axis=0)
    ratios = counts.max() / np.maximum(counts, 1)
    limit = ratios[counts > 0].mean() if counts.any() else np.inf
    rare = [label for label in np.flatnonzero(counts) if ratios[label] > limit]
    rows_with = {label: np.flatnonzero(y[:, label]) for label in rare}
    repeats, most = [], int(GROWTH * len(y))
    while rare and len(repeats) < most:
        for label in rare[: most - len(repeats)]:
            row = random.choice(rows_with[label])
            repeats.append(row)
            counts += y[row]
        rare = [label for label in rare if counts.max() / counts[label] > limit]
    return np.concatenate([np.arange(len(y)), np.array(repeats, dtype=np.int64)])
