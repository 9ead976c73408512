"""The exercises of lesson 8: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import mask_of, shapes, zero_one


def yes_weights(y, cap):
    positives = y.sum(axis=0)
    weights = (len(y) - positives) / np.maximum(positives, 1)
    return np.minimum(np.where(positives > 0, weights, cap), cap)


def fair_test(test_rows, train_rows, original):
    seen = np.isin(original[test_rows], original[train_rows])
    return test_rows[~seen]


def versions(rng):
    """Test and train share no row, need not hold all rows, and are not sorted."""
    found = [(np.array([4, 5, 6]), np.array([0, 1, 2, 3]), np.array([7, 1, 2, 3, 7, 4, 4]))]
    for rows in rng.integers(5, 14, 30):
        test, train, _ = np.split(rng.permutation(rows), np.sort(rng.integers(1, rows + 1, 2)))
        found.append((test, train, rng.integers(0, rng.integers(2, 2 * rows), rows)))
    return found


# fmt: off
EXERCISES = {
    "8.1": Exercise(yes_weights, lambda rng: [
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
    "8.2": Exercise(["A", "C", "E"], turns={
        "B: no column compares a remedy at 0.5 with the plain model that has its own cuts.":
            ["A", "B", "C", "E"],
        "D: a wide interval that holds 0 shows no gain, and it shows no equality either.":
            ["A", "C", "D", "E"],
        "F: these are one data set and one model.": ["A", "C", "E", "F"],
        "One is missing: the ends of an interval also say how large a gain can be.": ["A", "E"],
        "One is missing: average precision reads the order, and no cut.": ["A", "C"],
        "One is missing: the sentence says 0.5 for both, and so does the table.": ["C", "E"],
    }, order="set"),
    "8.3": Exercise(fair_test, versions, {
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
