"""The exercises of lesson 7: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import distinct_scores, shapes


def macro_from_counts(finds, misses, false_alarms):
    total = 2 * finds + misses + false_alarms
    return (2 * finds / np.maximum(total, 1)).mean()


def top_k_above(y_score, k, cut):
    places = (-y_score).argsort(axis=1).argsort(axis=1)
    return ((places < k) & (y_score >= cut)).astype(int)


def cheapest_cut(y_true, y_score, miss, false_alarm):
    def price(cut):
        misses = ((y_true == 1) & (y_score < cut)).sum()
        false_alarms = ((y_true == 0) & (y_score >= cut)).sum()
        return miss * misses + false_alarm * false_alarms

    return min(y_score, key=price)


def counted(rng):
    drawn = [rng.integers(0, 6, (3, n)) * (rng.random(n) < 0.8) for n in rng.integers(1, 8, 26)]
    by_hand = [[3, 1], [0, 1], [2, 3]], [[2, 0], [0, 0], [0, 0]], [[0], [0], [0]]
    return [tuple(map(np.array, three)) for three in [*by_hand, *drawn]]


def rankings(rng):
    """No two scores are equal; every other cut is one of the scores."""
    by_hand = np.array([[0.9, 0.8, 0.7], [0.6, 0.1, 0.2], [0.3, 0.2, 0.1]])
    drawn = [(by_hand, 2, 0.2), (by_hand, 2, 0.5), (by_hand, 1, 0.0), (by_hand, 3, 0.7)]
    for number, (rows, columns) in enumerate(shapes(rng)):
        y_score = distinct_scores(rng, (rows, columns)).round(2)
        cut = rng.choice(y_score.ravel()) if number % 2 else rng.random()
        drawn.append((y_score, int(rng.integers(1, columns + 1)), float(cut)))
    return drawn


def priced(rng):
    """One label, with both classes, of which exactly one score is the cheapest cut."""
    y_true, y_score = np.array([1, 0, 1, 0, 0, 1, 0]), np.array([9, 8, 6, 5, 4, 3, 1]) / 10
    found = [(y_true, y_score, 5, 1), (y_true, y_score, 1, 5), (y_true, y_score, 1, 1.5)]
    while len(found) < 30:
        rows = rng.integers(2, 12)
        y_true, y_score = rng.integers(0, 2, rows), rng.integers(1, 20, rows) / 20
        prices = rng.choice([0.5, 1, 1.5, 2, 4, 7], 2, replace=False).tolist()
        cuts = {cheapest_cut(y_true[order], y_score[order], *prices)
                for order in (y_score.argsort(), (-y_score).argsort())}  # fmt: skip
        if len(cuts) == 1 and 0 < y_true.sum() < rows:
            found.append((y_true, y_score, *prices))
    return found


# fmt: off
EXERCISES = {
    "7.1": Exercise(macro_from_counts, counted, {
        "That is micro F1: compute F1 of each label first, then the mean.":
            lambda *counts: macro_from_counts(*(count.sum() for count in counts)),
        "That is the Jaccard score: finds count twice in F1, above and below.":
            lambda finds, *wrong: (finds / np.maximum(finds + sum(wrong), 1)).mean(),
        "A label with three zeros divides 0 by 0: it must count as 0.":
            lambda finds, *wrong: (2 * finds / (2 * finds + sum(wrong))).mean(),
        "A label with three zeros must count as 0 in the mean: do not leave it out.":
            lambda finds, *wrong: np.nanmean(2 * finds / (2 * finds + sum(wrong))),
    }),
    "7.2": Exercise(top_k_above, rankings, {
        "That is the cut alone: only the k best of a row may get a yes.":
            lambda y_score, k, cut: y_score >= cut,
        "That is the k best alone: below the cut there is no yes.":
            lambda y_score, k, cut: top_k_above(y_score, k, 0),
        "A score equal to the cut counts as a yes: use >=.":
            lambda y_score, k, cut: top_k_above(y_score, k, cut) & (y_score > cut),
        "argsort once gives the label of each place, and not the place of each label: once more.":
            lambda y_score, k, cut: ((-y_score).argsort(axis=1) < k) & (y_score >= cut),
        "Those are the best of a column: look along the row (axis=1).":
            lambda y_score, k, cut: top_k_above(y_score.T, k, cut).T,
    }),
    "7.3": Exercise(cheapest_cut, priced, {
        "The formula needs calibrated scores: try every score and compare the sums.":
            lambda y_true, y_score, *prices: prices[1] / sum(prices),
        "The two prices are swapped: a miss is a 1 below the cut.":
            lambda y_true, y_score, *prices: cheapest_cut(y_true, y_score, *prices[::-1]),
        "That is the cut with the fewest mistakes: weigh the two counts with their prices.":
            lambda y_true, y_score, *prices: cheapest_cut(y_true, y_score, 1, 1),
        "That is the cut with the best F1: weigh the two counts with their prices.":
            lambda y_true, y_score, *prices: max(y_score, key=lambda cut:
                (y_true & (y_score >= cut)).sum() / (y_true.sum() + (y_score >= cut).sum())),
    }),
}
