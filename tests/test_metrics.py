"""The figures against scikit-learn, against slow references, and on inputs with a known answer."""

import time
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array
from sklearn import metrics as sk

from helpers.metrics import (
    Difference,
    difference,
    f1,
    mean_average_precision,
    over_splits,
    panel,
    per_label_accuracy,
    precision_at_k,
    recall_at_k,
)

quick = settings(deadline=None, max_examples=100, database=None)


@st.composite
def cases(draw):
    """y_true with empty rows, empty labels or all ones, and scores with many ties."""
    shape = draw(st.tuples(st.integers(1, 10), st.integers(2, 5)))
    y_true = draw(arrays(np.int64, shape, elements=st.integers(0, 1)))
    special = draw(st.sampled_from(["", "rows", "labels", "ones", "zeros"]))
    if special == "rows":
        y_true[::2] = 0
    elif special == "labels":
        y_true[:, 0] = 0
    elif special:
        y_true[:] = special == "ones"
    y_score = draw(arrays(np.float64, shape, elements=st.sampled_from([0, 0.2, 0.5, 0.7, 1])))
    return y_true, y_score


@quick
@given(cases(), st.sampled_from([0.5, 0.3, "each"]))
def test_panel_agrees_with_scikit_learn(case, threshold):
    y_true, y_score = case
    y_score[0, 0] = 0.25  # never 0 and 1 alone, which would be decisions
    if threshold == "each":
        threshold = np.linspace(0, 1, y_true.shape[1])
    y_pred = (y_score >= threshold).astype(int)
    present = y_true.any(axis=0)
    expected = {
        "micro F1": sk.f1_score(y_true, y_pred, average="micro", zero_division=0),
        "macro F1": sk.f1_score(y_true, y_pred, average="macro", zero_division=0),
        "samples F1": sk.f1_score(y_true, y_pred, average="samples", zero_division=0),
        "subset accuracy": sk.accuracy_score(y_true, y_pred),
        "Hamming loss": sk.hamming_loss(y_true, y_pred),
        "mAP": np.mean([
            sk.average_precision_score(true, score)
            for true, score in zip(y_true.T[present], y_score.T[present], strict=True)
        ]) if present.any() else np.nan,
        "labels per row": y_pred.sum() / len(y_pred),
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = panel(y_true, {"scores": y_score, "decisions": y_pred}, threshold)
    assert list(table.columns) == list(expected)
    assert table.loc["scores"].to_dict() == pytest.approx(expected, abs=1e-12, nan_ok=True)
    without_order = expected | {"mAP": np.nan}
    assert table.loc["decisions"].to_dict() == pytest.approx(without_order, abs=1e-12, nan_ok=True)


@quick
@given(cases())
def test_f1_and_accuracy_agree_with_scikit_learn(case):
    y_true, y_pred = case[0], (case[1] >= 0.5).astype(int)
    for average in ("micro", "macro", "samples"):
        expected = sk.f1_score(y_true, y_pred, average=average, zero_division=0)
        assert f1(y_true, y_pred, average) == pytest.approx(expected, abs=1e-12)
    accuracy = per_label_accuracy(y_true, y_pred)
    expected = [sk.accuracy_score(*pair) for pair in zip(y_true.T, y_pred.T, strict=True)]
    assert accuracy == pytest.approx(expected, abs=1e-12)
    assert accuracy.mean() == pytest.approx(1 - sk.hamming_loss(y_true, y_pred), abs=1e-12)


def test_mean_average_precision_of_a_bootstrap_draw_is_scikit_learns():
    random = np.random.default_rng(0)
    rows = random.integers(200, size=200)  # a row that is drawn twice is a tie
    y_true, y_score = random.integers(2, size=(200, 4))[rows], random.normal(size=(200, 4))[rows]
    expected = sk.average_precision_score(y_true, y_score)
    assert mean_average_precision(y_true, y_score) == pytest.approx(expected, abs=1e-12)
    with pytest.raises(ValueError, match="y_score must hold finite numbers"):
        mean_average_precision(y_true, np.where(y_score > 2, np.nan, y_score))


def test_panel_by_hand_and_its_baselines():
    y_true = [[1, 0, 1], [1, 0, 0], [0, 0, 0], [1, 1, 0]]
    table = panel(csr_array(y_true), {"mine": [[1, 0, 0], [1, 1, 0], [0, 0, 0], [1, 1, 0]]})
    names = ["no label", "every label", "the most frequent label", "mine"]
    assert table.index.tolist() == names
    # TP 4, FP 1, FN 1; per label F1 1, 2/3, 0; per row 2/3, 2/3, 0 (nothing there), 1
    expected = [8 / 10, (1 + 2 / 3) / 3, (2 / 3 + 2 / 3 + 0 + 1) / 4, 2 / 4, 2 / 12, np.nan, 5 / 4]
    assert table.loc["mine"].tolist() == pytest.approx(expected, nan_ok=True)
    assert table["labels per row"].tolist() == [0, 3, 1, 5 / 4]
    assert table["subset accuracy"].tolist() == [1 / 4, 0, 1 / 4, 2 / 4]


def test_panel_with_one_label_counts_only_the_positive_side():
    y_true, y_score = np.array([[1], [0], [0], [1]]), np.array([[0.9], [0.8], [0.1], [0.2]])
    row = panel(y_true, {"mine": y_score}).loc["mine"]
    assert row["micro F1"] == row["macro F1"] == sk.f1_score(y_true, y_score >= 0.5) == 0.5
    assert row["mAP"] == pytest.approx(sk.average_precision_score(y_true, y_score), abs=1e-12)


def test_float32_scores_meet_a_cut_as_the_reader_compares_them():
    y_score = np.array([[0.7, 0.1], [0.1, 0.3]], dtype=np.float32)
    for cut in (0.7, np.array([0.7, 0.3], dtype=np.float32)):
        table = panel([[1, 0], [0, 1]], {"mine": y_score}, threshold=cut)
        assert table.loc["mine", "labels per row"] == (y_score >= cut).sum() / 2


GOOD = [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("y_true", "y", "threshold", "sentence"),
    [
        ([1, 0], [1, 0], 0.5, r"y_true must be a 0/1 matrix .* its shape is \(2,\)"),
        ([[1, 2]], [[1, 0]], 0.5, "y_true must be a 0/1 matrix"),
        ([["Drama"], ["War"]], GOOD, 0.5, "y_true must be a 0/1 matrix"),
        ([["Drama"], ["War", "Drama"]], GOOD, 0.5, "different lengths: use MultiLabelBinarizer"),
        (GOOD, [[1, 0]], 0.5, r"'mine' has shape \(1, 2\), but y_true has shape \(2, 2\)"),
        (GOOD, [[0.1, np.nan], [0, 1]], 0.5, "'mine' must hold finite numbers"),
        (GOOD, [["a", "b"], ["c", "d"]], 0.5, "'mine' must hold finite numbers"),
        (GOOD, [[0.1, 1.5], [0, 1]], 0.5, r"scores between 0 and 1 .* from 0.0 to 1.5"),
        (GOOD, [[-1, 0], [0, 1]], 0.5, r"scores between 0 and 1 .* from -1 to 1"),
        (GOOD, [[0.1, 0.2], [0, 1]], [0.1, 0.2, 0.3], "one for each of the 2 labels"),
        (GOOD, [[0.1, 0.2], [0, 1]], float("nan"), "threshold must be one number"),
    ],
)
def test_panel_errors(y_true, y, threshold, sentence):
    with pytest.raises(ValueError, match=sentence):
        panel(y_true, {"mine": y}, threshold)


def at_k(y_true, y_score, k):
    """Slow reference: for each row its hits among the k best and its positives."""
    for true, score in zip(y_true.tolist(), y_score.tolist(), strict=True):
        ranking = sorted(range(len(score)), key=lambda label: (-score[label], label))
        yield sum(true[label] for label in ranking[:k]), sum(true)


@quick
@given(cases(), st.data())
def test_precision_and_recall_at_k_equal_the_slow_reference(case, data):
    y_true, y_score = case
    k = data.draw(st.integers(1, y_true.shape[1]))
    counts = list(at_k(y_true, y_score, k))
    expected = np.mean([hits / k for hits, _ in counts])
    assert precision_at_k(y_true, y_score, k) == pytest.approx(expected, abs=1e-12)
    shares = [hits / positives for hits, positives in counts if positives]
    expected = np.mean(shares) if shares else np.nan
    assert recall_at_k(y_true, y_score, k) == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.uint8, bool])
def test_at_k_by_hand(dtype):
    y_true = [[1, 1, 0], [0, 0, 1], [0, 0, 0]]
    y_score = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 0]]).astype(dtype)
    # best two: labels 0 1, 0 1, 0 1 (of equal scores the left one)
    assert precision_at_k(y_true, y_score, 2) == pytest.approx((2 / 2 + 0 + 0) / 3)
    assert recall_at_k(y_true, y_score, 2) == pytest.approx((2 / 2 + 0) / 2)
    assert recall_at_k(y_true, y_score, 3) == 1


@pytest.mark.parametrize("k", [0, 4, -1, 1.5, "2"])
def test_k_must_be_a_number_of_labels(k):
    for function in (precision_at_k, recall_at_k):
        with pytest.raises(ValueError, match="k must be a whole number from 1 to 3"):
            function(np.eye(3, dtype=int), np.eye(3), k)


def test_at_k_refuses_nan_and_other_shapes():
    for y_score in (np.full((3, 3), np.nan), np.eye(2)):
        with pytest.raises(ValueError, match="y_score"):
            precision_at_k(np.eye(3, dtype=int), y_score, 1)


def noisy(y_true, share, seed):
    return y_true ^ (np.random.default_rng(seed).random(y_true.shape) < share)


Y_TRUE = (np.random.default_rng(0).random((200, 12)) < 0.2).astype(int)


def test_difference_is_that_of_the_metric_and_repeatable():
    good, bad = noisy(Y_TRUE, 0.05, 1), noisy(Y_TRUE, 0.2, 2)
    result = difference(Y_TRUE, good, bad, f1, n=200)
    assert isinstance(result, Difference)
    assert result.difference == f1(Y_TRUE, good) - f1(Y_TRUE, bad)
    assert 0 < result.low < result.difference < result.high
    assert difference(Y_TRUE, good, bad, f1, n=200) == result
    assert difference(Y_TRUE, good, bad, f1, n=200, seed=1) != result
    swapped = difference(Y_TRUE, bad, good, f1, n=200)
    assert tuple(swapped) == pytest.approx((-result.difference, -result.high, -result.low))
    assert str(Difference(0.5, -0.25, 1)) == "+0.500 (95 % interval -0.250 to +1.000)"


def test_difference_is_paired():
    pred = noisy(Y_TRUE, 0.2, 1)
    assert tuple(difference(Y_TRUE, pred, pred, f1, n=50)) == (0, 0, 0)


def test_difference_equals_a_slow_bootstrap_and_takes_scores():
    random = np.random.default_rng(3)
    y_true, a, b = Y_TRUE[:40], random.random((40, 12)), random.random((40, 12))

    def metric(y_true, y_score):
        return precision_at_k(y_true, y_score, 3)

    result = difference(y_true, a, b, metric, n=100, seed=7)
    draws = np.random.default_rng(7)
    gaps = []
    for rows in (draws.integers(40, size=40) for _ in range(100)):
        gaps.append(metric(y_true[rows], a[rows]) - metric(y_true[rows], b[rows]))
    assert (result.low, result.high) == pytest.approx(np.percentile(gaps, [2.5, 97.5]))


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    """Correct cells: model a has 0.9, b has 0.8, so the true difference in accuracy is 0.1."""

    def accuracy(y_true, y_pred):
        return (y_true == y_pred).mean()

    covered = 0
    for seed in range(200):
        y_true = Y_TRUE[:100, :3]
        a, b = noisy(y_true, 0.1, 1000 + seed), noisy(y_true, 0.2, 2000 + seed)
        result = difference(y_true, a, b, accuracy, n=200, seed=seed)
        covered += result.low <= 0.1 <= result.high
    assert 176 <= covered <= 199  # 190 expected, binomial standard deviation 3


def test_a_thousand_resamples_take_less_than_two_seconds():
    start = time.perf_counter()
    difference(Y_TRUE, noisy(Y_TRUE, 0.1, 1), noisy(Y_TRUE, 0.2, 2), f1, n=1000)
    assert time.perf_counter() - start < 2


def test_the_interval_over_splits_is_that_of_nadeau_and_bengio():
    result = over_splits([0.1, 0.2, 0.3, 0.2, 0.2], 1 / 3)  # s² = 0.005, t(4) = 2.776
    half = 2.776445 * (0.005 * (1 / 5 + 1 / 3)) ** 0.5
    assert tuple(result) == pytest.approx((0.2, 0.2 - half, 0.2 + half), abs=1e-6)


def test_the_interval_over_splits_refuses_what_has_none():
    for gaps in ([0.1], [], [0.1, np.nan], [[0.1, 0.2]]):
        with pytest.raises(ValueError, match="two or more finite numbers"):
            over_splits(gaps, 0.1)
    with pytest.raises(ValueError, match="must be 0 or more"):
        over_splits([0.1, 0.2], -1)


def test_difference_and_f1_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match="have 200, 199 and 200 rows"):
        difference(Y_TRUE, Y_TRUE[1:], Y_TRUE, f1)
    with pytest.raises(ValueError, match="average must be one of"):
        f1(Y_TRUE, Y_TRUE, "weighted")
    for function in (f1, per_label_accuracy):
        with pytest.raises(ValueError, match=r"y_pred has shape \(199, 12\)"):
            function(Y_TRUE, Y_TRUE[1:])
        with pytest.raises(ValueError, match="y_pred must be a 0/1 matrix"):
            function(Y_TRUE, np.full(Y_TRUE.shape, 0.5))
