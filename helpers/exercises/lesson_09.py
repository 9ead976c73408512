"""What the exercises of lesson 9 must satisfy, and wrong turns with the sentence they get."""

import numpy as np

NOTHING = "The function returns nothing: end it with return."


def count_parameters(function):
    value = function([4, 3, 2])
    if value is None:
        return NOTHING
    if np.shape(value) != ():
        return f"It must return one number, but returns something of shape {np.shape(value)}."
    if value == 18:
        return "Those are the weights alone: each unit also has a bias."
    if value == 27:
        return "The inputs are no units, so they have no biases: add only those of a layer's end."
    if value != 23:
        return f"[4, 3, 2] has 4 * 3 + 3 + 3 * 2 + 2 = 23 parameters, but it returns {value}."
    if function([4, 3, 5, 2]) != 47:
        return "It is right for one hidden layer, but there can be more, or none: loop over layers."
    if function([4, 2]) != 10:
        return "It is right with hidden layers, but [4, 2] has none, and 10 parameters."


def keras_accuracy(function):
    y_true = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1]])
    y_score = np.array([[0.6, 0.9, 0.1], [0.1, 0.4, 0.2], [0.3, 0.2, 0.1], [0.1, 0.6, 0.8]])
    value = function(y_true, y_score)
    if value is None:
        return NOTHING
    if np.shape(value) != ():
        return f"It must return one number, but returns something of shape {np.shape(value)}."
    if np.isclose(value, 0.5):
        return "That is subset accuracy: Keras compares the column of the largest value."
    if np.isclose(value, 10 / 12):
        return (
            "That is the mean per-label accuracy: Keras compares the column of the largest value."
        )
    if np.isclose(value, 0):
        return "With axis=0 you compare the rows of each column: look along the row with axis=1."
    if not np.isclose(value, 0.75):
        return f"On 3 of 4 test rows the largest columns agree, but it returns {value:.3g}."


def difference_interval(function):
    a, b = np.array([0.9, 0.8, 0.7, 0.8]), np.array([0.7, 0.7, 0.6, 0.8])
    result = function(a, b, 75, 25)
    if result is None:
        return NOTHING
    if np.shape(result) != (2,):
        return f"It must return two numbers, low and high, but returns {result!r}."
    gaps = a - b
    spread = gaps.std(ddof=1)
    if np.isclose(np.mean(result), -gaps.mean()):
        return "The sign is turned round: take a - b."
    if not np.isclose(np.mean(result), gaps.mean()):
        return f"The middle must be the mean of a - b, 0.1, but it is {np.mean(result):.3g}."
    half = (result[1] - result[0]) / 2
    if half < 0:
        return "The two ends stand in the wrong order: low first."
    if np.isclose(half, 2 * spread * np.sqrt(1 / 4)):
        return "The folds count as independent here: add test_rows / train_rows under the root."
    if np.isclose(half, 2 * spread * np.sqrt(1 / 4 + 3)):
        return "The fraction is upside down: it is test_rows / train_rows."
    if np.isclose(half, spread * np.sqrt(1 / 4 + 1 / 3)):
        return "That is one error on each side: take two."
    if np.isclose(half, 2 * gaps.std() * np.sqrt(1 / 4 + 1 / 3)):
        return "The standard deviation of a few scores needs ddof=1."
    if not np.isclose(half, 2 * spread * np.sqrt(1 / 4 + 1 / 3)):
        return f"Half of its width must be {2 * spread * np.sqrt(7 / 12):.3f}, but is {half:.3f}."


def choose_columns(function):
    y = np.array([0, 1, 0, 1, 0, 1, 0, 1])
    test_only = np.array([5, 5, 6, 6, -90, 90, -90, 90])  # fits the label only in the test rows
    negative = np.array([1, -1, 2, -1, 0, 0, 0, 0])
    noise = np.array([1, 2, 1, 1, 1, 0, 1, 1])
    positive = np.array([1, 3, 2, 3, 0, 0, 0, 0])
    x = np.column_stack([test_only, negative, noise, positive])
    columns = function(x, y, np.array([0, 1, 2, 3]), 2)
    if columns is None:
        return NOTHING
    if np.shape(columns) != (2,):
        return f"For k=2 it must return two column numbers, but returns {columns!r}."
    chosen = {int(column) for column in columns}
    if 0 in chosen and chosen != {0, 2}:
        return "It looks at test rows too: use x[train] and y[train] only."
    if chosen == {2, 3}:
        return "A strong negative correlation counts as well: take its absolute value."
    if chosen == {0, 2}:
        return "Those are the weakest columns: take the largest strengths."
    if chosen != {1, 3}:
        return f"In a test table the columns 1 and 3 go best with y, but it chooses {chosen}."


CHECKS = {
    "9.1": count_parameters,
    "9.2": keras_accuracy,
    "9.3": difference_interval,
    "9.4": choose_columns,
}

# Code of a wrong answer, and a piece of the sentence that it must get.
WRONG = {
    "9.1": [
        ("lambda s: sum(a * b for a, b in zip(s, s[1:]))", "weights alone"),
        ("lambda s: sum(a * b for a, b in zip(s, s[1:])) + sum(s)", "inputs are no units"),
        ("lambda s: s[0] * s[1] + s[1] + s[1] * s[2] + s[2]", "loop over layers"),
        ("lambda s: [a * b + b for a, b in zip(s, s[1:])]", "one number"),
    ],
    "9.2": [
        ("lambda t, s: ((s >= 0.5) == t).all(axis=1).mean()", "subset accuracy"),
        ("lambda t, s: ((s >= 0.5) == t).mean()", "per-label"),
        ("lambda t, s: t.argmax(axis=1) == s.argmax(axis=1)", "one number"),
    ],
    "9.3": [
        ("lambda a, b, n, m: tuple((a - b).mean() + k * (a - b).std(ddof=1) for k in (-1, 1))",
         "independent"),
        ("lambda a, b, n, m: tuple((b - a).mean() + k for k in (-1, 1))", "sign"),
        ("lambda a, b, n, m: (a - b).mean()", "two numbers"),
        ("lambda a, b, n, m: tuple((a - b).mean() + k * (a - b).std(ddof=1)"
         " * (1 / 4 + n / m) ** 0.5 for k in (-2, 2))", "upside down"),
        ("lambda a, b, n, m: tuple((a - b).mean() + k * (a - b).std()"
         " * (1 / 4 + m / n) ** 0.5 for k in (-2, 2))", "ddof=1"),
    ],
    "9.4": [
        ("lambda x, y, train, k: np.argsort([abs(np.corrcoef(c, y)[0, 1]) for c in x.T])[-k:]",
         "test rows"),
        ("lambda x, y, t, k: np.argsort([np.corrcoef(c, y[t])[0, 1] for c in x[t].T])[-k:]",
         "absolute"),
        ("lambda x, y, t, k: np.argsort([abs(np.corrcoef(c, y[t])[0, 1]) for c in x[t].T])[:k]",
         "weakest"),
    ],
}  # fmt: skip
