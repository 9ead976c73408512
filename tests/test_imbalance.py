"""Weights, focal loss and oversampling, each against its definition."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.sparse import csr_array

from helpers.imbalance import GROWTH, FocalLoss, oversample, pos_weight

quick = settings(deadline=None, max_examples=100, database=None)
matrices = arrays(
    np.int64, array_shapes(min_dims=2, max_dims=2, max_side=30), elements=st.integers(0, 1)
)


@quick
@given(matrices, st.sampled_from([100, 2.5]))
def test_pos_weight_is_negatives_by_positives_up_to_the_cap(y, cap):
    expected = [
        min((column == 0).sum() / (column == 1).sum(), cap) if column.any() else cap
        for column in y.T
    ]
    weights = pos_weight(y, cap)
    assert weights.dtype == np.float32 and weights.shape == (y.shape[1],)
    np.testing.assert_allclose(weights, expected, rtol=1e-6)
    assert (pos_weight(csr_array(y), cap) == weights).all()


def test_pos_weight_makes_both_sides_of_a_label_weigh_the_same():
    y = np.array([[1, 0], [0, 1], [0, 1], [0, 1]])
    loss = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor(pos_weight(y)), reduction="none")
    cells = loss(torch.zeros(4, 2), torch.tensor(y, dtype=torch.float32)).numpy()
    np.testing.assert_allclose((cells * y).sum(axis=0), (cells * (1 - y)).sum(axis=0), rtol=1e-6)


@pytest.mark.parametrize("y", [[[0, 2]], [1, 0], [["a", "b"]], [[0, np.nan]], np.zeros((0, 3))])
def test_bad_matrices(y):
    for function in (pos_weight, oversample):
        with pytest.raises(ValueError, match="y must be a 0/1 matrix"):
            function(y)


def test_bad_settings():
    for cap in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="cap must be above 0"):
            pos_weight([[1, 0]], cap)
    with pytest.raises(ValueError, match="gamma must be 0 or more"):
        FocalLoss(gamma=-1)
    with pytest.raises(ValueError, match="size"):
        FocalLoss()(torch.zeros(2, 3), torch.zeros(2, 2))


@pytest.mark.parametrize("weights", [None, [1.0, 5.0, 0.2]])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_focal_loss_follows_its_formula(gamma, weights):
    torch.manual_seed(0)
    logits = torch.randn(40, 3, dtype=torch.float64) * 3
    targets = (torch.rand(40, 3) < 0.3).double()
    right = torch.where(targets == 1, torch.sigmoid(logits), 1 - torch.sigmoid(logits))
    alpha = torch.where(targets == 1, torch.tensor(weights or [1.0] * 3).double(), 1.0)
    expected = -(alpha * (1 - right) ** gamma * torch.log(right)).mean()
    assert FocalLoss(gamma, weights)(logits, targets).item() == pytest.approx(expected.item())


def test_gamma_zero_is_binary_cross_entropy_and_takes_whole_number_targets():
    torch.manual_seed(0)
    logits, targets = torch.randn(20, 4), torch.randint(0, 2, (20, 4))
    weights = torch.tensor([1.0, 2.0, 3.0, 4.0])
    expected = torch.nn.BCEWithLogitsLoss(pos_weight=weights)(logits, targets.float())
    torch.testing.assert_close(FocalLoss(0, weights)(logits, targets), expected)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_large_logits_stay_finite_and_wrong_ones_are_pushed_back(gamma):
    logits = torch.tensor([[-1e4, -200.0, -90.0, 0.0, 90.0, 200.0, 1e4]], requires_grad=True)
    for target in (0.0, 1.0):
        (gradient,) = torch.autograd.grad(
            FocalLoss(gamma)(logits, torch.full_like(logits, target)), logits
        )
        assert torch.isfinite(gradient).all()
        wrong = gradient[0, 4:] if target == 0 else gradient[0, :3]
        assert (wrong * (1 - 2 * target) > 0.9 / 7).all()
        assert torch.isfinite(FocalLoss(gamma)(logits, torch.full_like(logits, target)))


def test_the_gradient_is_right():
    torch.manual_seed(0)
    logits = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
    targets = torch.tensor([[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1]])
    loss = FocalLoss(2.0, [1.0, 4.0, 9.0])
    assert torch.autograd.gradcheck(lambda z: loss(z, targets), logits)


def ratios(y):
    counts = y.sum(axis=0)
    return counts.max() / counts


@quick
@given(matrices, st.integers(0, 3))
def test_oversample_repeats_only_rows_with_rare_labels(y, seed):
    rows = oversample(y, seed)
    repeats = rows[len(y) :]
    assert rows.dtype == np.int64
    assert (rows[: len(y)] == np.arange(len(y))).all()
    assert len(repeats) <= GROWTH * len(y)
    assert (oversample(y, seed) == rows).all()
    if len(repeats):
        used = y[:, y.any(axis=0)]
        rare = ratios(used) > ratios(used).mean()
        assert used[repeats][:, rare].any(axis=1).all()


def test_oversample_brings_rare_labels_down_to_the_mean_ratio():
    random = np.random.default_rng(0)
    y = (random.random((2000, 5)) < [0.5, 0.4, 0.3, 0.2, 0.02]).astype(int)
    y[:, 3] |= y[:, 4]  # a label that goes with the rare one
    mean = ratios(y).mean()
    rows = oversample(y)
    assert ratios(y)[4] > 3 * mean
    assert ratios(y[rows])[4] <= mean
    assert len(rows) < len(y) * (1 + GROWTH)  # it stopped because the ratio was reached
    assert (y[rows][:, 4] <= y[rows][:, 3]).all()
    assert len(oversample(csr_array(y))) == len(rows)
    assert (oversample(y, seed=1)[len(y) :][:20] != rows[len(y) :][:20]).any()


def test_nothing_to_repeat_where_all_labels_are_as_frequent():
    for y in (np.eye(6, dtype=int), np.zeros((6, 2), dtype=int), np.ones((6, 2), dtype=int)):
        assert oversample(y).tolist() == list(range(6))
