"""The exercises of lesson 9: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import scores, shapes, zero_one


def count_parameters(sizes):
    return sum(a * b + b for a, b in zip(sizes, sizes[1:]))  # noqa: B905


def keras_accuracy(y_true, y_score):
    return (y_true.argmax(axis=1) == y_score.argmax(axis=1)).mean()


def difference_interval(a, b, train_rows, test_rows):
    gaps = np.asarray(a) - np.asarray(b)
    error = gaps.std(ddof=1) * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    return gaps.mean() - 2 * error, gaps.mean() + 2 * error


def choose_columns(x, y, train, k):
    columns = range(x.shape[1])
    strength = [abs(np.corrcoef(x[train, j], y[train])[0, 1]) for j in columns]
    return np.argsort(strength)[-k:]


def paired(rng):
    found = [(np.array([0.9, 0.8, 0.7, 0.8]), np.array([0.7, 0.7, 0.6, 0.8]), 75, 25),
             (np.array([0.5, 0.75]), np.array([0.5, 0.75]), 100, 100)]  # fmt: skip
    for folds in rng.integers(2, 12, 20):
        a, b = rng.integers(500, 900, (2, folds)) / 1000
        found.append((a, b, int(rng.integers(50, 900)), int(rng.integers(10, 100))))
    return found


def columns_and_label(rng):
    """Strengths that differ clearly; no column, and no label, is constant in train."""
    found = []
    while len(found) < 16:
        rows, columns = rng.integers(9, 14), rng.integers(2, 7)
        x = (rng.normal(size=(rows, columns)) * 2.0 ** rng.integers(-2, 4, columns)).round(2)
        y, train = rng.integers(0, 2, rows), rng.permutation(rows)[: rng.integers(5, rows - 2)]
        strengths = abs(correlations(x, y, train)) if 0 < y[train].mean() < 1 else [0]
        if np.diff(np.sort([0, *strengths])).min() > 0.01:
            found.append((x, y, train, len(found) // 2 % columns + 1))
    return found


def correlations(x, y, rows):
    return np.corrcoef(x[rows], y[rows], rowvar=False)[-1, :-1]


# fmt: off
EXERCISES = {
    "9.1": Exercise(count_parameters, lambda rng: [
        *(([10, 20, 3],), ([4, 3, 2],), ([4, 2],), ([4, 3, 5, 2],), ([72, 64, 64, 32, 6],)),
        *((rng.integers(1, 12, length).tolist(),) for length in rng.integers(2, 8, 14))], {
        "Each unit also has a bias.": lambda sizes: np.dot(sizes[:-1], sizes[1:]),
        "The inputs are no units, so they have no biases: add only those of a layer's end.":
            lambda sizes: np.dot(sizes[:-1], sizes[1:]) + sum(sizes),
        "A layer has as many biases as units at its end, not at its start.":
            lambda sizes: np.dot(sizes[:-1], sizes[1:]) + sum(sizes[:-1]),
        "There can be more hidden layers than one, or none: loop over the layers.":
            lambda sizes: count_parameters([sizes[0], sizes[1], sizes[2]]),
    }),
    # Two labels or more: with one column Keras would report something else.
    "9.2": Exercise(keras_accuracy, lambda rng: [
        (np.array([[1, 1, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1]]),
         np.array([[6, 9, 1], [1, 4, 2], [3, 2, 3], [1, 6, 8]]) / 10),
        *((zero_one(rng, s), scores(rng, s)) for s in shapes(rng, 30) if s[1] > 1)], {
        "That is subset accuracy: Keras compares the column of the largest value.":
            lambda t, s: ((s >= 0.5) == t).all(axis=1).mean(),
        "That is the mean per-label accuracy: Keras compares the column of the largest value.":
            lambda t, s: ((s >= 0.5) == t).mean(),
        "With axis=0 you compare the rows of each column: look along the row with axis=1.":
            lambda t, s: (t.argmax(axis=0) == s.argmax(axis=0)).mean(),
        "Take the largest score itself, before any cut.": lambda t, s: keras_accuracy(t, s >= 0.5),
    }),
    "9.3": Exercise(difference_interval, paired, {
        "The sign is turned round: take a - b.": lambda a, b, n, m: difference_interval(b, a, n, m),
        "The folds count as independent here: add test_rows / train_rows under the root.":
            lambda a, b, n, m: difference_interval(a, b, np.inf, m),
        "The fraction is upside down: it is test_rows / train_rows.":
            lambda a, b, n, m: difference_interval(a, b, m, n),
        "The standard deviation of a few scores needs ddof=1.": lambda a, b, n, m: np.mean(a - b)
            + np.std(a - b) * np.sqrt(1 / len(a) + m / n) * np.array([-2, 2]),
    }),
    "9.4": Exercise(choose_columns, columns_and_label, {
        "It looks at test rows too: use x[train] and y[train] only.":
            lambda x, y, train, k: choose_columns(x, y, range(len(x)), k),
        "A strong negative correlation counts as well: take its absolute value.":
            lambda x, y, train, k: correlations(x, y, train).argsort()[-k:],
        "Those are the weakest columns: take the largest strengths.":
            lambda x, y, train, k: choose_columns(x, y, train, x.shape[1])[:k],
    }, order="bag"),
}
