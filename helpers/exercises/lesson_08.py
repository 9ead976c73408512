"""The exercises of lesson 8: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import mask_of, scores, shapes, zero_one


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


def labelled(rng):
    """Ratios equal to their mean only where floats hold them exactly."""
    by_hand = [([6, 0, 1, 3], 6), ([1, 4, 2, 4], 4), ([2, 0, 4, 1, 4], 4), ([1, 0, 1], 1), ([2], 3)]
    found = [mask_of(counts, rows).T for counts, rows in by_hand]
    for rows, labels in shapes(rng):
        y = zero_one(rng, (rows + 5, labels), rng.random(labels) * 0.7)
        if y.any() and abs(ratio(y) - mean_ratio(y)).min() > 1e-6:
            found.append(y)
    return [(y,) for y in found]


def ratio(y):
    return y.sum(axis=0).max() / np.maximum(y.sum(axis=0), 1)


def mean_ratio(y):
    return ratio(y)[y.any(axis=0)].mean()


def versions(rng):
    """Test and train share no row, need not hold all rows, and are not sorted."""
    found = [(np.array([4, 5, 6]), np.array([0, 1, 2, 3]), np.array([7, 1, 2, 3, 7, 4, 4]))]
    for rows in rng.integers(5, 14, 30):
        test, train, _ = np.split(rng.permutation(rows), np.sort(rng.integers(1, rows + 1, 2)))
        found.append((test, train, rng.integers(0, rng.integers(2, 2 * rows), rows)))
    return found


# fmt: off
EXERCISES = {
    "8.1": Exercise(rare_labels, labelled, {
        "Return column numbers, not True and False.": lambda y: ratio(y) > mean_ratio(y),
        "Places in the list of the present labels are no column numbers: translate them back.":
            lambda y: np.flatnonzero(ratio(y)[y.any(axis=0)] > mean_ratio(y)),
        "A label without positives makes the mean ratio infinite: leave it out first.":
            lambda y: rare_labels(y) if y.any(axis=0).all() else [],
        "A ratio equal to the mean is not above it: use >.":
            lambda y: np.flatnonzero(y.any(axis=0) & (ratio(y) >= mean_ratio(y))),
    }, order="bag"),
    "8.2": Exercise(yes_weights, lambda rng: [
        *((mask_of([2, 1, 0, 10], 10).T, cap) for cap in (5, 100, 4, 2.5)),
        *((zero_one(rng, shape, rng.choice([0.1, 0.3, 0.7])), [1, 1.5, 3, 20][rng.integers(4)])
          for shape in shapes(rng))], {
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
    "8.3": Exercise(focal_loss, lambda rng: [
        *((np.array([[1, 0]]), np.array([[0.5, 0.2]]), gamma) for gamma in (2, 0)),
        *((zero_one(rng, shape), scores(rng, shape), rng.choice([0, 0.5, 1, 2, 5]))
          for shape in shapes(rng))], {
        "A loss is never negative: put a minus before log p.": lambda *given: -focal_loss(*given),
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
        "A version of a test row may be in train: compare the originals.": lambda test, *_: test,
        "Those are the others, which have a version in train.":
            lambda test, train, film: test[np.isin(film[test], film[train])],
        "Compare films with films, original on both sides: train_rows holds numbers of rows.":
            lambda test, train, film: test[~np.isin(film[test], train)],
    }, order="bag"),
}
