"""The exercises of lesson 7: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import scores, shapes, zero_one


def cuts_for_precision(y_true, y_score, least):
    cuts = []
    for column in range(y_true.shape[1]):
        truth, score = y_true[:, column], y_score[:, column]
        good = [cut for cut in score if truth[score >= cut].mean() >= least]
        cuts.append(min(good, default=np.inf))
    return np.array(cuts)


def paired_interval(y_true, a, b, metric, draws):
    gaps = [metric(y_true[rows], a[rows]) - metric(y_true[rows], b[rows]) for rows in draws]
    return np.percentile(gaps, [2.5, 97.5])


def cheapest_cut(y_true, y_score, miss, false_alarm):
    def price(cut):
        misses = ((y_true == 1) & (y_score < cut)).sum()
        false_alarms = ((y_true == 0) & (y_score >= cut)).sum()
        return miss * misses + false_alarm * false_alarms

    return min(y_score, key=price)


def labelled(rng):
    """Truth, scores with ties, and a precision that some cuts meet exactly."""
    y_true = np.array([[1, 0], [0, 0], [1, 1], [0, 0]])
    y_score = np.array([[0.9, 0.8], [0.7, 0.6], [0.6, 0.5], [0.2, 0.1]])
    found = [(y_true, y_score, 0.6), (y_true, y_score, 0.5), (y_true, y_score, 1.0)]
    for shape in shapes(rng):
        shape = (shape[0] + 3, shape[1])
        least = float(rng.choice([0.4, 0.5, 0.6, 0.75, 1]))
        found.append((zero_one(rng, shape, 0.5), scores(rng, shape), least))
    return found


def all_right(y_true, y_pred):
    """subset accuracy"""
    return (y_true == y_pred).all(axis=1).mean()


def micro_f1(y_true, y_pred):
    """micro F1"""
    return 2 * (y_true & y_pred).sum() / np.maximum(y_true.sum() + y_pred.sum(), 1)


def drawn_rows(rng):
    found = []
    for number in range(10):
        shape = (int(rng.integers(6, 12)), int(rng.integers(2, 5)))
        y_true, a, b = (zero_one(rng, shape, 0.5) for _ in range(3))
        draws = rng.integers(shape[0], size=(int(rng.integers(20, 60)), shape[0]))
        found.append((y_true, a, b, (all_right, micro_f1)[number % 2], draws))
    return found


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


def from_gaps(summary):
    """A wrong paired_interval: something else of the same differences."""
    return lambda y_true, a, b, metric, draws: summary(
        np.array([metric(y_true[rows], a[rows]) - metric(y_true[rows], b[rows]) for rows in draws])
    )


def of_each(find_cut):
    """A wrong cuts_for_precision: another cut of one label's truth and scores."""
    return lambda y_true, y_score, least: [
        find_cut(truth, score, least) for truth, score in zip(y_true.T, y_score.T, strict=True)
    ]


def until_it_fails(truth, score, least):
    last = np.inf
    for cut in np.unique(score)[::-1]:
        if truth[score >= cut].mean() < least:
            return last
        last = cut
    return last


# fmt: off
EXERCISES = {
    "7.1": Exercise(cuts_for_precision, labelled, {
        "That is the highest cut with this precision: the lowest one finds most.":
            of_each(lambda t, s, p: max([c for c in s if t[s >= c].mean() >= p], default=np.inf)),
        "Do not stop at the first cut that fails: precision may rise again further down.":
            of_each(until_it_fails),
        "A precision equal to least is good enough: use >=.":
            lambda y_true, y_score, least: cuts_for_precision(y_true, y_score, least + 1e-9),
        "That is the cut for recall: divide the finds by the yes said, not by the positives.":
            of_each(lambda t, s, p: min([c for c in s if t[s >= c].sum() >= p * t.sum()])),
        "One cut came for all labels: look at each column alone.":
            lambda y_true, y_score, least: np.repeat(cuts_for_precision(
                y_true.reshape(-1, 1), y_score.reshape(-1, 1), least), y_true.shape[1]),
    }),
    "7.2": Exercise(["B", "D", "F"], order="bag", turns={
        "D: the base rates come from train, and nothing was chosen on dev. Dev is fresh there.":
            ["B", "F"],
        "F: no film of test had a part in the cuts, and the scores are of unseen films.":
            ["B", "D"],
        "B: a figure that disappoints is still the right one.": ["D", "F"],
        "A: these cuts fit the accidents of dev. The same figure on test would be lower.":
            ["A", "B", "D", "F"],
        "C: the best of 40 on test is chosen by test, so its figure is too high.":
            ["B", "C", "D", "F"],
        "E: a film of test stands in train, in other words. Split by film, not by row.":
            ["B", "D", "E", "F"],
        "G: the curves were fitted on the rows that judge them.": ["B", "D", "F", "G"],
    }),
    "7.3": Exercise(paired_interval, drawn_rows, {
        "The difference is a minus b: yours has the other sign.":
            lambda y_true, a, b, metric, draws: paired_interval(y_true, b, a, metric, draws),
        "Take the difference draw by draw, and the percentiles of the differences at the end.":
            lambda y_true, a, b, metric, draws: np.subtract(*(np.percentile(
                [metric(y_true[rows], y[rows]) for rows in draws], [2.5, 97.5]) for y in (a, b))),
        "Those ends hold 90 %: cut off 2.5 % on each side.":
            from_gaps(lambda gaps: np.percentile(gaps, [5, 95])),
        "Those are the smallest and the largest difference: cut off 2.5 % on each side.":
            from_gaps(lambda gaps: [gaps.min(), gaps.max()]),
        "Percentiles count in percent: 0.025 is not 2.5 %.":
            from_gaps(lambda gaps: np.percentile(gaps, [0.025, 0.975])),
        "That is the mean plus and minus 1.96 standard deviations: take percentiles.":
            from_gaps(lambda gaps: gaps.mean() + gaps.std() * np.array([-1.96, 1.96])),
        "A row that is drawn twice counts twice.":
            lambda *given: paired_interval(*given[:4], [np.unique(rows) for rows in given[4]]),
    }),
    "7.4": Exercise(["C", "E", "A", "B", "F", "D"], turns={
        "Use 2 reads one long list from the top, and use 6 must not depend on the share of sick.":
            ["C", "D", "A", "B", "F", "E"],
        "Use 4: micro F1 is decided by the frequent styles.": ["C", "E", "A", "G", "F", "D"],
        "Use 1: the seller sees five tags, whatever their scores are.":
            ["B", "E", "A", "B", "F", "D"],
        "Use 3: one wrong label is as bad as five.": ["C", "E", "H", "B", "F", "D"],
        "Use 5: F1 has prices of its own; these are given.":
            ["C", "E", "A", "B", "B", "D"],
    }),
    "7.5": Exercise(cheapest_cut, priced, {
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
