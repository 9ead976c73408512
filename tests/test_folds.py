"""Networks trained together must be the networks that training one at a time gives."""

import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.datasets import make_multilabel_classification
from sklearn.model_selection import RepeatedKFold
from torch import nn

from helpers import metrics
from helpers.folds import SEED_STEP, fit_predict

STORED = Path(__file__).parent.parent / "notebooks" / "data" / "studies" / "09.csv"

X, Y = make_multilabel_classification(
    n_samples=240, n_features=10, n_classes=3, n_labels=2, random_state=1
)
EQUAL = list(RepeatedKFold(n_splits=4, n_repeats=2, random_state=1).split(X))
# Train sizes 200, 5, 96 (three full batches), 97 (a last batch of one row), 31 and 1.
ROWS = np.random.default_rng(0).permutation(len(X))
UNEQUAL = [(ROWS[:n], ROWS[200 : 200 + m]) for n, m in
           [(200, 40), (5, 1), (96, 17), (97, 40), (31, 3), (1, 2)]]  # fmt: skip


@pytest.mark.parametrize("folds", [EQUAL, UNEQUAL], ids=["equal", "unequal"])
@pytest.mark.parametrize("hidden", [20, (8, 4)])
def test_together_equals_one_at_a_time(folds, hidden):
    together = fit_predict(X, Y, folds, hidden=hidden, epochs=40, seed=3)
    for i, fold in enumerate(folds):
        (alone,) = fit_predict(X, Y, [fold], hidden=hidden, epochs=40, seed=3 + SEED_STEP * i)
        np.testing.assert_allclose(together[i], alone, rtol=0, atol=1e-7)


def train_one_plainly(train, test, hidden, epochs, seed):
    """One network with torch.nn, an ordinary loop over batches and torch.optim.Adam."""
    generator = np.random.default_rng(seed)
    layers = []
    sizes = [X.shape[1], *hidden, Y.shape[1]]
    for fan_in, fan_out in pairwise(sizes):
        linear = nn.Linear(fan_in, fan_out).double()
        last = len(layers) == 2 * len(hidden)
        limit = (6 / (fan_in + fan_out)) ** 0.5 if last else (6 / fan_in) ** 0.5
        weight = generator.uniform(-limit, limit, (fan_in, fan_out))  # Keras' order: (in, out)
        linear.weight.data = torch.from_numpy(weight.T.copy())
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.Sigmoid() if last else nn.ReLU()]
    network = nn.Sequential(*layers)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    x, y = torch.from_numpy(X), torch.from_numpy(Y).double()
    step = 0
    for _ in range(epochs):
        for batch in torch.from_numpy(generator.permutation(train)).split(32):
            step += 1
            # Keras adds 1e-7 before the square root is corrected for its bias, torch after it.
            optimizer.param_groups[0]["eps"] = 1e-7 / (1 - 0.999**step) ** 0.5
            optimizer.zero_grad()
            nn.BCELoss()(network(x[batch]), y[batch]).backward()
            optimizer.step()
    with torch.no_grad():
        return network(x[test]).numpy()


@pytest.mark.parametrize("hidden", [(20,), (8, 4), ()])
@pytest.mark.parametrize("i", [0, 1, 3])  # 1 and 3 run out of rows before fold 0 does
def test_equals_a_plain_torch_network(hidden, i):
    together = fit_predict(X, Y, UNEQUAL, hidden=hidden, epochs=40, seed=7)
    plain = train_one_plainly(*UNEQUAL[i], hidden, epochs=40, seed=7 + SEED_STEP * i)
    np.testing.assert_allclose(together[i], plain, rtol=0, atol=1e-6)


def test_shapes_types_and_folds_from_a_generator():
    folds = (fold for fold in UNEQUAL)
    probabilities = fit_predict(X, Y, folds, epochs=1)
    assert [p.shape for p in probabilities] == [(len(test), 3) for _, test in UNEQUAL]
    assert all(p.dtype == np.float64 and ((p > 0) & (p < 1)).all() for p in probabilities)
    assert fit_predict(X, Y[:, :1], [(ROWS, [])], epochs=1)[0].shape == (0, 1)


def test_the_same_for_any_form_of_the_same_numbers():
    expected = fit_predict(X, Y, UNEQUAL, epochs=3)
    read_only = np.asfortranarray(X)
    read_only.flags.writeable = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for x, y in [(X.astype(np.float32), Y.astype(bool)), (X.tolist(), Y.astype(float)),
                     (read_only, Y), (pd.DataFrame(X), pd.DataFrame(Y))]:  # fmt: skip
            for one, other in zip(expected, fit_predict(x, y, UNEQUAL, epochs=3), strict=True):
                np.testing.assert_array_equal(one, other)


def test_only_the_seed_decides_and_torch_stays_as_it_was():
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    one = fit_predict(X, Y, EQUAL[:2], epochs=3, seed=5)
    np.testing.assert_array_equal(before, torch.get_rng_state())
    assert torch.get_num_threads() == threads
    torch.rand(1)  # the state that others share has no say
    again = fit_predict(X, Y, EQUAL[:2], epochs=3, seed=5)
    np.testing.assert_array_equal(one, again)
    other = fit_predict(X, Y, EQUAL[:2], epochs=3, seed=6)
    assert all(np.abs(a - b).max() > 0.01 for a, b in zip(one, other, strict=True))


def test_the_same_split_twice_gives_two_networks():
    first, second = fit_predict(X, Y, [EQUAL[0], EQUAL[0]], epochs=3)
    assert np.abs(first - second).max() > 0.01


def test_test_labels_are_never_seen():
    train, test = EQUAL[0]
    hidden_y = Y.copy()
    hidden_y[test] = 1 - hidden_y[test]
    (expected,), (actual,) = (fit_predict(X, y, [(train, test)], epochs=3) for y in (Y, hidden_y))
    np.testing.assert_array_equal(expected, actual)


@pytest.fixture(scope="module")
def lesson_09():
    """Its data, which take seconds to draw, and its folds."""
    x, y = make_multilabel_classification(
        n_samples=1000, n_features=10, n_classes=3, n_labels=2, random_state=1
    )
    return x, y, list(RepeatedKFold(n_splits=10, n_repeats=3, random_state=1).split(x))


@pytest.mark.parametrize(("changes", "as_keras"), [({}, True), ({"hidden": 10}, False),
                                                   ({"epochs": 50}, False)])  # fmt: skip
def test_it_learns_what_keras_learns(lesson_09, changes, as_keras):
    """The 30 networks of lesson 09, against the same 30 trained by Keras (tests/study.py 09).

    Both trained on the same splits, so only the random numbers of the networks differ, and the
    interval of the mean needs no term for other data. Half the epochs or half the units fail.
    """
    x, y, folds = lesson_09
    predicted = fit_predict(x, y, folds, **changes)
    scores = [((p >= 0.5) == y[test]).all(axis=1).mean() for p, (_, test) in
              zip(predicted, folds, strict=True)]  # fmt: skip
    stored = pd.read_csv(STORED).sort_values("fold")["subset_accuracy"]
    _, low, high = metrics.over_splits(scores - stored.to_numpy(), test_to_train=0)
    assert high - low < 0.03
    assert (low < 0 < high) == as_keras


X_WITH_NAN = X.copy()
X_WITH_NAN[7, 2] = np.nan
ALL = np.arange(len(X))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"folds": []}, "folds is empty"),
        ({"folds": [(ALL, [240])]}, r"test rows of folds\[0\] must lie between 0 and 239.* 240"),
        ({"folds": [(ALL, [0]), ([-1], [0])]}, r"train rows of folds\[1\] must lie .* -1"),
        ({"folds": [(ALL > 5, ALL)]}, "must be whole numbers .* but they are bool"),
        ({"folds": [(ALL, [[0]])]}, r"one dimension, but they are int64, shape \(1, 1\)"),
        ({"folds": [([], ALL)]}, "at least one train row"),
        ({"folds": [(ALL, ALL, ALL)]}, "must be a pair"),
        ({"y": Y * 2}, "y must be a 0/1 matrix"),
        ({"y": Y[:, 0]}, r"y must be a 0/1 matrix.*\(240,\)"),
        ({"y": Y + np.nan}, "y must be a 0/1 matrix"),
        ({"y": Y[:9]}, "x has 240 and y 9"),
        ({"x": X_WITH_NAN}, r"1 of its values are NaN or infinite, .* \[row, column\] \[7, 2\]"),
        ({"x": X[:, 0]}, r"x must have shape .* \(240,\)"),
        ({"x": [["a film"]]}, "x must be a matrix of numbers, but it is list"),
        ({"hidden": 0}, "hidden .* from 1 up, but it is 0"),
        ({"hidden": (8, 2.5)}, "hidden .* but it is 2.5"),
        ({"epochs": 0}, "epochs must be a whole number from 1 up"),
        ({"seed": -1}, "seed must be a whole number from 0 up"),
    ],
)
def test_bad_input_gets_one_sentence(changes, message):
    with pytest.raises(ValueError, match=message) as error:
        fit_predict(**{"x": X, "y": Y, "folds": EQUAL, "epochs": 1} | changes)
    text = str(error.value)
    assert text.endswith(".") and "\n" not in text and ". " not in text
