"""The exercises of lesson 9: solutions, cases, and wrong turns with their sentences."""

from types import SimpleNamespace

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import shapes, zero_one


def over_splits(gaps, test_to_train):
    from helpers.metrics import over_splits  # imports pandas: only when it is called

    return over_splits(gaps, test_to_train)


def true_scores(rows, verbose=0):
    """What a network gives that has learned 9.4's labels; the reader's own one is trained."""
    return np.column_stack([rows[:, 0] * rows[:, 1] > 0, (rows**2).sum(axis=1) < 0.5]) * 0.8 + 0.1


# What the printed solutions call.
metrics, model = SimpleNamespace(over_splits=over_splits), SimpleNamespace(predict=true_scores)


def count_parameters(sizes):
    return sum(a * b + b for a, b in zip(sizes, sizes[1:]))  # noqa: B905


def without_learning(y):
    first = y.argmax(axis=1)
    return np.bincount(first).max() / len(y)


def claim(a, b, train_rows, test_rows):
    gap = metrics.over_splits(a - b, test_rows / train_rows)
    if gap.low > 0:
        return "a is better"
    return "b is better" if gap.high < 0 else "not shown"


def decide(rows):
    return (model.predict(rows, verbose=0) >= 0.5).astype(int)


def paired(rng):
    """Mean differences of 0.85 to 1.2 times half the right interval: near the edge, not at it."""
    found = [(np.array([0.9, 0.8, 0.7, 0.8]), np.array([0.7, 0.7, 0.6, 0.8]), 75, 25),
             (np.array([0.5, 0.75]), np.array([0.5, 0.75]), 100, 100)]  # fmt: skip
    for times in [0.85, 0.95, 1.1, 1.2] * 8:
        folds, train = rng.integers(3, 12), rng.integers(100, 900)
        test = rng.integers(train // 30, train)
        gaps, b = rng.normal(size=folds) / 20, rng.integers(500, 700, folds) / 1000
        half = -over_splits(gaps - gaps.mean(), test / train).low * rng.choice([-1, 1])
        found.append((b + gaps - gaps.mean() + times * half, b, int(train), int(test)))
    return found


def two_errors(a, b, train_rows, test_rows):
    half = 2 * (a - b).std(ddof=1) * np.sqrt(1 / len(a) + test_rows / train_rows)
    return said((a - b).mean(), half)


def said(gap, half):
    return ["not shown", "a is better", "b is better"][int(gap > half) - int(gap < -half)]


def clear_points(rng):
    """One point, then eleven times 16, each 0.2 away from every border at least."""
    points = rng.uniform(-1, 1, size=(2000, 2))
    far = (abs(points) > 0.2).all(axis=1) & (abs(np.hypot(*points.T) - 0.5**0.5) > 0.15)
    return [(points[far][:1],), *((points[far][i : i + 16],) for i in range(1, 177, 16))]


# fmt: off
EXERCISES = {
    "9.1": Exercise(count_parameters, lambda rng: [
        *(([10, 20, 3],), ([4, 3, 2],), ([4, 2],), ([4, 3, 5, 2],), ([72, 64, 64, 32, 6],)),
        *((rng.integers(1, 12, length).tolist(),) for length in rng.integers(2, 8, 14))], {
        "Each unit also has a bias.": lambda sizes: np.dot(sizes[:-1], sizes[1:]),
        "The inputs are no units, so they have no biases: add only those of a layer's end.":
            lambda sizes: np.dot(sizes[:-1], sizes[1:]) + sum(sizes),
        "There can be more hidden layers than one, or none: loop over the layers.":
            lambda sizes: count_parameters([sizes[0], sizes[1], sizes[2]]),
    }),
    # Two labels or more: with one column Keras would report something else.
    "9.2": Exercise(without_learning, lambda rng: [
        (np.array([[1, 1, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1]]),),
        *((zero_one(rng, s, rng.choice([0.2, 0.5])),) for s in shapes(rng, 30) if s[1] > 1)], {
        "A row without labels counts for the first column: argmax of zeros is 0.": lambda y:
            np.bincount(y.argmax(axis=1), weights=y.any(axis=1)).max() / len(y),
        "Keras looks at one column of a row, that of its first 1, not at all of its labels.":
            lambda y: y.mean(axis=0).max(),
        "That is the best subset accuracy: Keras compares only the first 1 of a row.":
            lambda y: np.unique(y, axis=0, return_counts=True)[1].max() / len(y),
        "That is a number of rows: divide by len(y).": lambda y: without_learning(y) * len(y),
        "The largest score may stand in any column: take the best one, not always the first.":
            lambda y: (y.argmax(axis=1) == 0).mean(),
    }),
    "9.3": Exercise(claim, paired, {
        "The sign is turned round: take a - b.": lambda a, b, n, m: claim(b, a, n, m),
        "The folds count as independent here: hand over test_rows / train_rows.":
            lambda a, b, n, m: claim(a, b, np.inf, m),
        "The fraction is upside down: it is test_rows / train_rows.":
            lambda a, b, n, m: claim(a, b, m, n),
        "That is the share of all rows: divide the test rows by the training rows.":
            lambda a, b, n, m: claim(a, b, n + m, m),
        "Two errors are too few for a few folds: take Student's t.": two_errors,
        "The mean alone shows nothing yet: look whether the interval holds 0.":
            lambda a, b, n, m: said((a - b).mean(), 0),
    }),
    "9.4": Exercise(decide, clear_points, {
        "No point gets a label: is there a hidden layer with relu, and was it trained long enough?":
            lambda rows: np.zeros((len(rows), 2), int),
        "The columns are the other way round: A first, then B.": lambda rows: decide(rows)[:, ::-1],
        "It says no where the score is high: yes is >= 0.5.": lambda rows: 1 - decide(rows),
    }, share=0.9),
}
