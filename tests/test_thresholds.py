"""best_thresholds against a search over every distinct score, and against the slow grid."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array
from sklearn.metrics import f1_score

from helpers.thresholds import best_thresholds

SCORES = [-2.0, 0.0, 0.1, 0.2, 0.3, 0.30000000000000004, 0.7, 1.0, 40.0]  # few, so many ties


@st.composite
def rows(draw):
    shape = draw(st.tuples(st.integers(1, 12), st.integers(1, 4)))
    y_true = draw(arrays(np.int64, shape, elements=st.integers(0, 1)))
    y_score = draw(arrays(np.float64, shape, elements=st.sampled_from(SCORES)))
    return y_true, y_score


def f1_at(y_true, y_score, cut):
    return f1_score(y_true, (y_score >= cut).astype(int), zero_division=0)


def slow(y_true, y_score):
    """Every distinct score and 'none', from the highest down; a later cut must be better."""
    best, best_f1 = np.inf, 0.0
    for cut in sorted(set(y_score.tolist()), reverse=True):
        f1 = f1_at(y_true, y_score, cut)
        if f1 > best_f1 + 1e-12:
            best, best_f1 = cut, f1
    return best


@settings(deadline=None, max_examples=150, database=None)
@given(rows(), st.sampled_from([np.float64, np.float32]))
def test_equals_the_search_over_every_score(data, dtype):
    y_true, y_score = data[0], data[1].astype(dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cuts = best_thresholds(y_true, y_score)
    assert cuts.dtype == dtype and cuts.shape == (y_true.shape[1],)
    for column, cut in enumerate(cuts):
        assert cut == slow(y_true[:, column], y_score[:, column])


@pytest.mark.filterwarnings("ignore:No row has")
@pytest.mark.parametrize("seed", range(5))
def test_ties_between_cuts_in_larger_data(seed):
    random = np.random.default_rng(seed)
    y_true = (random.random((60, 6)) < [0, 0.02, 0.1, 0.3, 0.9, 1]).astype(int)
    y_score = random.integers(0, 25, y_true.shape) / 25
    cuts = best_thresholds(y_true, y_score)
    assert cuts.tolist() == [slow(*pair) for pair in zip(y_true.T, y_score.T, strict=True)]


def test_of_equally_good_cuts_the_highest():
    # 0.9 finds one of two (F1 2/3); 0.2 finds both among four (F1 2/3)
    y_true, y_score = np.array([[1], [0], [0], [1]]), np.array([[0.9], [0.5], [0.4], [0.2]])
    assert f1_at(y_true[:, 0], y_score[:, 0], 0.9) == f1_at(y_true[:, 0], y_score[:, 0], 0.2)
    assert best_thresholds(y_true, y_score) == [0.9]


def test_a_label_without_positives_is_never_predicted_and_named():
    y_true, y_score = np.array([[1, 0], [0, 0]]), np.array([[0.6, 0.6], [0.2, 1.0]])
    with pytest.warns(UserWarning, match=r"never predicted: \[1\]\.") as caught:
        cuts = best_thresholds(y_true, y_score)
    assert caught[0].filename == __file__
    assert cuts.tolist() == [0.6, np.inf]
    assert (y_score >= cuts).tolist() == [[True, False], [False, False]]


def test_sparse_bool_and_whole_number_scores():
    random = np.random.default_rng(0)
    y_true = (random.random((50, 3)) < 0.3).astype(int)
    y_score = random.integers(-5, 5, y_true.shape)
    expected = best_thresholds(y_true, y_score.astype(float)).tolist()
    for y in (csr_array(y_true), y_true.astype(bool), y_true.astype(np.float32), y_true.tolist()):
        assert best_thresholds(y, y_score).tolist() == expected


def test_leaves_its_arguments_alone():
    random = np.random.default_rng(0)
    y_true, y_score = np.eye(4, dtype=int), random.random((4, 4))
    before = y_true.copy(), y_score.copy()
    best_thresholds(y_true, y_score)
    assert (y_true == before[0]).all() and (y_score == before[1]).all()


@pytest.mark.parametrize(
    ("y_true", "y_score", "sentence"),
    [
        ([[1, 0]], [[0.1, 0.2, 0.3]], r"y_score has shape \(1, 3\), but y_true has shape \(1, 2\)"),
        ([1, 0], [0.1, 0.2], r"y_true must be a 0/1 matrix \(rows, labels\), .* shape is \(2,\)"),
        (np.zeros((0, 2)), np.zeros((0, 2)), r"y_true must be a 0/1 matrix .* shape is \(0, 2\)"),
        ([[1, 2]], [[0.1, 0.2]], "y_true must be a 0/1 matrix .* 1 of its values are neither"),
        ([[1, np.nan]], [[0.1, 0.2]], "y_true must be a 0/1 matrix .* 1 of its values are neither"),
        ([["Drama", "War"]], [[0.1, 0.2]], "y_true must be a 0/1 matrix .* 2 of its values are"),
        ([[1, 0]], [[0.1, np.nan]], "y_score must hold finite numbers"),
        ([[1, 0]], [[0.1, np.inf]], "y_score must hold finite numbers"),
        ([[1, 0]], [["0.1", "0.2"]], "y_score must hold finite numbers"),
    ],
)
def test_bad_input(y_true, y_score, sentence):
    with pytest.raises(ValueError, match=sentence):
        best_thresholds(y_true, y_score)


def test_never_below_the_grid():
    random = np.random.default_rng(0)
    y_true = (random.random((2000, 20)) < random.uniform(0.02, 0.4, 20)).astype(int)
    y_score = np.clip(0.25 * y_true + random.random(y_true.shape) * 0.75, 0, 1)

    grid_f1 = [
        max(f1_at(true, score, cut) for cut in np.linspace(0.1, 0.9, 17))
        for true, score in zip(y_true.T, y_score.T, strict=True)
    ]
    exact_f1 = f1_score(y_true, y_score >= best_thresholds(y_true, y_score), average=None)
    assert (exact_f1 >= np.array(grid_f1) - 1e-12).all()
