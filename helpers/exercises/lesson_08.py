"""What the exercises of lesson 8 must satisfy, and wrong turns with the sentence they get."""

import numpy as np

NOTHING = "The function returns nothing: end it with return."


def rare_labels(function):
    y = np.zeros((12, 4), dtype=int)
    y[:12, 0] = y[:2, 2] = y[:6, 3] = 1  # ratios 1, none, 6, 2; mean 3
    with np.errstate(all="ignore"):
        columns = function(y)
    if columns is None:
        return NOTHING
    if np.ndim(columns) != 1:
        return f"Return a list of column numbers, but it returns {columns!r}."
    if np.asarray(columns).dtype == bool:
        return "Return column numbers, not True and False: np.flatnonzero turns one into the other."
    columns = np.asarray(columns).tolist()
    if columns == [1]:
        return "Numbers in the list without column 1 are not column numbers: translate them back."
    if 1 in columns or columns == []:
        return "Column 1 has no positive at all: leave it out, of the mean too."
    if columns == [2, 3]:
        return "Ratios 1, 6 and 2 have the mean 3, so only column 2 is above it."
    if columns == [0]:
        return "Column 0 is the most frequent label: divide the highest count by the own count."
    if columns != [2]:
        return f"With ratios 1, none, 6 and 2 the answer must be [2], not {columns}."


def yes_weights(function):
    y = np.zeros((10, 4), dtype=int)
    y[:2, 0] = y[:1, 1] = y[:, 3] = 1  # 8 / 2, 9 / 1, none, 0 / 10
    try:
        with np.errstate(divide="raise", invalid="raise"):
            weights = function(y, 5)
    except FloatingPointError:
        return "It divides by 0 for the label without positives."
    if weights is None:
        return NOTHING
    if np.shape(weights) != (4,):
        return f"Return one weight for each of the 4 labels, not shape {np.shape(weights)}."
    weights = np.asarray(weights, dtype=float)
    if np.isclose(weights[0], 5) and np.isclose(function(y, 100)[0], 5):
        return "That is rows / positives: the numerator counts the negatives only."
    if np.isclose(weights[0], 0.25):
        return "That is positives / negatives: turn the fraction round."
    if weights[1] > 5:
        return f"A label on 1 of 10 rows gets {weights[1]:g}, above the cap 5."
    if not np.isclose(function(y, 100)[2], 100):
        return "A label without positives must get the cap, also when the cap is 100."
    if not np.allclose(weights, [4, 5, 5, 0]):
        return f"The weights must be 4, 5, 5 and 0, but they are {weights.tolist()}."


def focal_loss(function):
    y_true, y_score = np.array([[1, 0]]), np.array([[0.5, 0.2]])
    value = function(y_true, y_score, 2)
    if value is None:
        return NOTHING
    if np.shape(value) != ():
        return f"Return one number, the mean over the cells, not shape {np.shape(value)}."
    cells = -(np.array([0.5, 0.2]) ** 2) * np.log([0.5, 0.8])
    if np.isclose(value, -cells.mean()):
        return "A loss is never negative: log p is below 0, so put a minus before it."
    if np.isclose(value, cells.sum()):
        return "That is the sum: take the mean over the cells."
    if np.isclose(value, (-(np.array([0.5, 0.8]) ** 2) * np.log([0.5, 0.2])).mean()):
        return "For a 0 the true answer has the probability 1 - y_score."
    if np.isclose(value, (-(np.array([0.5, 0.8]) ** 2) * np.log([0.5, 0.8])).mean()):
        return "The factor is (1 - p) ** gamma: it must be small where the model is right."
    if not np.isclose(value, cells.mean()):
        return f"A 1 with score 0.5 and a 0 with 0.2 must give {cells.mean():.4f}, not {value:.4f}."
    if not np.isclose(function(y_true, y_score, 0), -np.log([0.5, 0.8]).mean()):
        return "With gamma 0 it must be binary cross-entropy: use gamma."


def fair_test(function):
    original = np.array([0, 1, 2, 3, 0, 4, 2, 1])  # rows 0 and 4, 2 and 6, 1 and 7 belong together
    test_rows, train_rows = np.array([4, 5, 6, 7]), np.array([0, 2, 3])
    rows = function(test_rows, train_rows, original)
    if rows is None:
        return NOTHING
    rows = np.asarray(rows)
    if rows.dtype == bool:
        return "Return row numbers, not True and False: use them as a mask on test_rows."
    rows = rows.tolist()
    if rows == [1, 3]:
        return "Those are places in test_rows: return the row numbers that stand there."
    if rows == [4, 5, 6, 7]:
        return "Rows 4 and 6 are versions of films in train: compare originals, not row numbers."
    if rows == [4, 6]:
        return "Those are the rows to leave out: return the others."
    if rows != [5, 7]:
        return f"In a test case rows 5 and 7 are fair, but it returns {rows}."
    if np.asarray(function(test_rows, np.array([6, 7]), original)).tolist() != [4, 5]:
        return "Train may hold the version and test its original: compare original on both sides."


CHECKS = {
    "8.1": rare_labels,
    "8.2": yes_weights,
    "8.3": focal_loss,
    "8.4": fair_test,
}

# Code of a wrong answer, and a piece of the sentence that it must get.
WRONG = {
    "8.1": [
        ("lambda y: y.sum(axis=0).max() / y.sum(axis=0) > 3", "True and False"),
        ("lambda y: [1, 2]", "no positive at all"),
        ("lambda y: [2, 3]", "have the mean 3"),
        ("lambda y: [0]", "most frequent"),
        ("lambda y: [1]", "translate"),
    ],
    "8.2": [
        ("lambda y, cap: np.minimum((len(y) - y.sum(0)) / y.sum(0), cap)", "divides by 0"),
        ("lambda y, cap: np.minimum(len(y) / np.maximum(y.sum(0), 1), cap)", "rows / positives"),
        ("lambda y, cap: y.sum(0) / np.maximum(len(y) - y.sum(0), 1)", "turn the fraction"),
        ("lambda y, cap: (len(y) - y.sum(0)) / np.maximum(y.sum(0), 1)", "above the cap"),
        ("lambda y, cap: np.minimum((len(y) - y.sum(0)) / np.maximum(y.sum(0), 1), cap)",
         "must get the cap"),
    ],
    "8.3": [
        ("lambda t, s, g: ((1 - np.where(t, s, 1 - s)) ** g * "
         "np.log(np.where(t, s, 1 - s))).mean()", "never negative"),
        ("lambda t, s, g: (-((1 - np.where(t, s, 1 - s)) ** g) * "
         "np.log(np.where(t, s, 1 - s))).sum()", "the sum"),
        ("lambda t, s, g: (-(np.where(t, s, 1 - s) ** g) * np.log(np.where(t, s, 1 - s))).mean()",
         "small where the model is right"),
        ("lambda t, s, g: (-((1 - s) ** g) * np.log(s)).mean()", "1 - y_score"),
        ("lambda t, s, g: (-((1 - np.where(t, s, 1 - s)) ** 2) * "
         "np.log(np.where(t, s, 1 - s))).mean()", "use gamma"),
    ],
    "8.4": [
        ("lambda test, train, original: ~np.isin(original[test], original[train])", "as a mask"),
        ("lambda test, train, original: np.flatnonzero(~np.isin(original[test], original[train]))",
         "places"),
        ("lambda test, train, original: test[~np.isin(test, train)]", "compare originals"),
        ("lambda test, train, original: test[np.isin(original[test], original[train])]", "others"),
        ("lambda test, train, original: test[~np.isin(original[test], train)]", "both sides"),
    ],
}  # fmt: skip
