"""What the exercises of lesson 6 must satisfy, and wrong turns with the sentence they get."""

import numpy as np

NOTHING = "The function returns nothing: end it with return."


def separable_weights(function):
    value = function(4, 5, 3)
    if value is None:
        return NOTHING
    if np.shape(value) != ():
        return f"It must return one number, but returns something of shape {np.shape(value)}."
    if value == 180:
        return "That is an ordinary convolution: a separable one has two small steps."
    if value == 9 * 4 * 20:
        return "Add the weights of the two steps: they do not multiply."
    if value == 36:
        return "That is step 1 alone: the 1 x 1 convolution across the channels is missing."
    if value == 61:
        return "Without bias: nothing is added for each filter."
    if value == 3 * 4 + 20:
        return "The window has two sides: window * window weights for each channel."
    if value != 56:
        return f"From 4 channels to 5 filters, window 3: 3 * 3 * 4 + 4 * 5 = 56, not {value}."
    if function(2, 3, 1) != 8:
        return "It is right for a window of 3, but not for a window of 1: use the argument."


def unseen_pairs(function):
    seen = ["red_dress", "blue_dress", "blue_hat", "green_shoes"]
    expected = {"red_hat", "red_shoes", "blue_shoes", "green_dress", "green_hat"}
    value = function(list(seen))
    if value is None:
        return NOTHING
    if not isinstance(value, (set, list, tuple, np.ndarray)):
        return f"It must return a set of names, but returns {type(value).__name__}."
    value = {str(name) for name in value}
    if value == expected | set(seen):
        return "Those are all pairs: take away the ones in seen."
    if {"_".join(reversed(name.split("_"))) for name in value} == expected:
        return "The order is turned round: the colour comes first."
    if value & {"green_pants", "black_dress", "green_shirt", "brown_dress"}:
        return "Use only the colours and garments that occur in seen."
    if value != expected:
        return f"For {seen} it must give {sorted(expected)}, but it gives {sorted(value, key=str)}."


def one_of_each(function):
    y_score = np.array(
        [
            [0.9, 0.8, 0.1, 0.1, 0.1, 0.1, 0.2, 0.3, 0.4, 0.1, 0.1],
            [0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.9, 0.1, 0.8, 0.1, 0.1],
            [0.1, 0.1, 0.3, 0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.2],
        ]
    )
    expected = np.zeros((3, 11), dtype=int)
    expected[[0, 1, 2], [0, 5, 2]] = 1
    expected[[0, 1, 2], [8, 6, 10]] = 1
    value = function(y_score.copy())
    if value is None:
        return NOTHING
    if np.shape(value) != (3, 11):
        return f"It must return a matrix of shape (3, 11) here, but returns {np.shape(value)}."
    value = np.asarray(value).astype(int)
    if np.array_equal(value, y_score >= 0.5):
        return "That is the cut at 0.5, which can give two colours or none: take the best of each."
    if (value[:, 6:].sum(axis=1) == 0).all():
        return "No garment is set: argmax of y_score[:, 6:] counts from 0, so add 6."
    if (value.sum(axis=1) == 1).all():
        return "There is one label in each row: take the best colour and the best garment."
    if (value.sum(axis=1) != 2).any() or (value[:, :6].sum(axis=1) != 1).any():
        return "Each row needs exactly one 1 among the first 6 columns, and one among the others."
    if not np.array_equal(value, expected):
        return "Each row has one colour and one garment, but not always those with the best scores."


def summed_f1(function):
    first = (np.array([[1, 0, 0], [1, 0, 0]]), np.array([[1, 1, 0], [0, 0, 0]]))
    second = (np.array([[0, 1, 0]]), np.array([[1, 1, 0]]))
    value = function([first, second])
    if value is None:
        return NOTHING
    if np.shape(value) != ():
        return f"It must return one number, but returns something of shape {np.shape(value)}."
    if np.isnan(value):
        return "0 / 0 for the third label: a label without any one counts as 0."
    # By hand: label 1 has 1 hit, 2 true, 2 predicted; label 2 has 1, 1 and 2; label 3 nothing.
    by_hand = (2 * 1 / 4 + 2 * 1 / 3 + 0) / 3
    batches = np.mean([(2 * 1 / 3 + 0 + 0) / 3, (0 + 1 + 0) / 3])
    if np.isclose(value, batches):
        return "That is the mean of the batches' F1: add up the counts first, divide once."
    if np.isclose(value, 4 / 7):
        return "That is micro F1: divide for each label, then take the mean over the labels."
    if np.isclose(value, (2 * 1 / 4 + 2 * 1 / 3) / 2):
        return "The third label counts as 0 in the mean: do not leave it out."
    if not np.isclose(value, by_hand):
        return f"On two small batches it must give {by_hand:.3f}, but it gives {value:.3f}."


CHECKS = {
    "6.1": separable_weights,
    "6.2": unseen_pairs,
    "6.3": one_of_each,
    "6.4": summed_f1,
}

# Code of a wrong answer, and a piece of the sentence that it must get.
WRONG = {
    "6.1": [
        ("lambda c, f, w: w * w * c * f", "ordinary convolution"),
        ("lambda c, f, w: w * w * c", "step 1 alone"),
        ("lambda c, f, w: w * w * c + c * f + f", "Without bias"),
        ("lambda c, f, w: w * c + c * f", "two sides"),
        ("lambda c, f, w: 9 * c + c * f", "window of 1"),
    ],
    "6.2": [
        ("lambda s: {f'{a.split(chr(95))[0]}_{b.split(chr(95))[1]}' for a in s for b in s}",
         "take away"),
        ("lambda s: {f'{b.split(chr(95))[1]}_{a.split(chr(95))[0]}' for a in s for b in s}"
         " - {'_'.join(n.split('_')[::-1]) for n in s}", "colour comes first"),
        ("lambda s: {'green_pants', 'red_hat'}", "occur in seen"),
        ("lambda s: 5", "set of names"),
    ],
    "6.3": [
        ("lambda s: (s >= 0.5).astype(int)", "cut at 0.5"),
        ("lambda s: np.eye(11, dtype=int)[s[:, :6].argmax(axis=1)]", "No garment"),
        ("lambda s: np.eye(11, dtype=int)[s.argmax(axis=1)]", "one label in each row"),
        ("lambda s: s.argmax(axis=1)", "shape (3, 11)"),
    ],
    "6.4": [
        ("lambda b: np.mean([metrics.f1(t, p, 'macro') for t, p in b])", "mean of the batches"),
        ("lambda b: metrics.f1(*map(np.vstack, zip(*b)))", "micro F1"),
        ("lambda b: [metrics.f1(t, p, 'macro') for t, p in b]", "one number"),
    ],
}  # fmt: skip
