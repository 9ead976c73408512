"""The exercises of lesson 8: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import scores, shapes, zero_one


def rare_labels(y):
    counts = y.sum(axis=0)
    present = np.flatnonzero(counts)
    ratios = counts.max() / counts[present]
    return present[ratios > ratios.mean()].tolist()


def yes_weights(y, cap):
    positives = y.sum(axis=0)
    weights = (len(y) - positives) / np.maximum(positives, 1)
    return np.minimum(np.where(positives > 0, weights, cap), cap)


def focal_loss(y_true, y_score, gamma):
    p = np.where(y_true == 1, y_score, 1 - y_score)
    return (-((1 - p) ** gamma) * np.log(p)).mean()


def fair_test(test_rows, train_rows, original):
    seen = np.isin(original[test_rows], original[train_rows])
    return test_rows[~seen]


def with_counts(rows, *counts):
    """A 0/1 matrix with so many ones in each column."""
    return (np.arange(rows)[:, None] < counts).astype(int)


def labelled(rng):
    """Ratios equal to their mean only where floats hold them exactly."""
    by_hand = [(6, 6, 0, 1, 3), (4, 1, 4, 2, 4), (4, 2, 0, 4, 1, 4), (1, 1, 0, 1), (3, 2)]
    found = [with_counts(*sizes) for sizes in by_hand]
    for rows, labels in shapes(rng):
        y = zero_one(rng, (rows + 5, labels), rng.random(labels) * 0.7)
        if y.any() and abs(ratio(y) - mean_ratio(y)).min() > 1e-6:
            found.append(y)
    return [(y,) for y in found]


def capped(rng):
    y, caps = with_counts(10, 2, 1, 0, 10), [5, 100, 4, 2.5]
    drawn = [zero_one(rng, shape, rng.choice([0.1, 0.3, 0.7])) for shape in shapes(rng)]
    return [(y, cap) for cap in caps] + [(y, [1, 1.5, 3, 20][rng.integers(4)]) for y in drawn]


def scored(rng):
    drawn = [(zero_one(rng, s), scores(rng, s), rng.choice([0, 0.5, 1, 2, 5])) for s in shapes(rng)]
    pair = np.array([[1, 0]]), np.array([[0.5, 0.2]])
    return [(*pair, 2), (*pair, 0)] + drawn


def versions(rng):
    """Test and train share no row, need not hold all rows, and are not sorted."""
    found = [(np.array([4, 5, 6]), np.array([0, 1, 2, 3]), np.array([7, 1, 2, 3, 7, 4, 4]))]
    for rows in rng.integers(5, 14, 30):
        test, train, _ = np.split(rng.permutation(rows), np.sort(rng.integers(1, rows + 1, 2)))
        found.append((test, train, rng.integers(0, rng.integers(2, 2 * rows), rows)))
    return found


def ratio(y):
    return y.sum(axis=0).max() / np.maximum(y.sum(axis=0), 1)


def mean_ratio(y):
    return ratio(y)[y.any(axis=0)].mean()


# fmt: off
EXERCISES = {
    "8.1": Exercise(rare_labels, labelled, {
        "Return column numbers, not True and False: np.flatnonzero turns one into the other.":
            lambda y: ratio(y) > mean_ratio(y),
        "Places in the list of the present labels are no column numbers: translate them back.":
            lambda y: np.flatnonzero(ratio(y)[y.any(axis=0)] > mean_ratio(y)),
        "A label without positives makes the mean ratio infinite: leave it out first.":
            lambda y: rare_labels(y) if y.any(axis=0).all() else [],
        "A label without positives has no ratio: leave it out, of the mean too.":
            lambda y: np.flatnonzero(ratio(y) > ratio(y).mean()),
        "A ratio equal to the mean is not above it: use >.":
            lambda y: np.flatnonzero(y.any(axis=0) & (ratio(y) >= mean_ratio(y))),
    }, order="bag"),
    "8.2": Exercise(yes_weights, capped, {
        "That is rows / positives: the numerator counts the negatives only.":
            lambda y, cap: np.minimum(yes_weights(y, np.inf) + 1, cap),
        "That is positives / negatives: turn the fraction round.":
            lambda y, cap: np.minimum(np.where(
                y.any(axis=0), y.sum(axis=0) / np.maximum((1 - y).sum(axis=0), 1), cap), cap),
        "Some weights are above the cap.":
            lambda y, cap: np.where(y.any(axis=0), yes_weights(y, np.inf), cap),
        "A label without positives gets the cap, however large the cap is.":
            lambda y, cap: np.minimum((1 - y).sum(axis=0) / np.maximum(y.sum(axis=0), 1), cap),
    }, quiet=True),
    "8.3": Exercise(focal_loss, scored, {
        "A loss is never negative: log p is below 0, so put a minus before it.":
            lambda t, s, gamma: -focal_loss(t, s, gamma),
        "That is the sum: take the mean over the cells.":
            lambda t, s, gamma: focal_loss(t, s, gamma) * t.size,
        "The factor must be small where the model is right: (1 - p) ** gamma.":
            lambda t, s, g: -((p := np.where(t, s, 1 - s)) ** g * np.log(p)).mean(),
        "For a 0 the true answer has the probability 1 - y_score.":
            lambda t, s, gamma: focal_loss(np.ones_like(t), s, gamma),
        "gamma is an argument: use it, not a fixed 2.": lambda t, s, gamma: focal_loss(t, s, 2),
    }),
    "8.4": Exercise(fair_test, versions, {
        "That is a mask: return the row numbers, test_rows[mask].":
            lambda test, train, film: ~np.isin(film[test], film[train]),
        "Those are places in test_rows: return the row numbers, test_rows[places].":
            lambda test, train, film: np.flatnonzero(~np.isin(film[test], film[train])),
        "No row of test is in train, but a version of it may be: compare the originals.":
            lambda test, train, film: test,
        "Those are the others, which have a version in train.":
            lambda test, train, film: test[np.isin(film[test], film[train])],
        "Compare films with films, original on both sides: train_rows holds numbers of rows.":
            lambda test, train, film: test[~np.isin(film[test], train)],
    }, order="bag"),
}
