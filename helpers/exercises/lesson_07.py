"""What the exercises of lesson 7 must satisfy, and wrong turns with the sentence they get."""

import numpy as np

NOTHING = "The function returns nothing: end it with return."


def macro_from_counts(function):
    finds, misses, false_alarms = np.array([3, 1]), np.array([0, 1]), np.array([2, 3])
    value = function(finds, misses, false_alarms)
    if value is None:
        return NOTHING
    if np.shape(value) != ():
        return f"Return one number, the mean over the labels, not shape {np.shape(value)}."
    if np.isclose(value, 8 / 14):
        return "That is micro F1: compute F1 of each label first, then the mean."
    if np.isclose(value, (3 / 5 + 1 / 5) / 2):
        return "That is the Jaccard score: finds count twice in F1, above and below."
    if not np.isclose(value, (0.75 + 1 / 3) / 2):
        return f"Labels with F1 0.75 and 0.333 must give 0.542, but it returns {value:.3f}."
    with np.errstate(all="ignore"):
        value = function(np.array([2, 0]), np.array([0, 0]), np.array([0, 0]))
    if not np.isfinite(value):
        return "A label with three zeros divides 0 by 0: it must count as 0."
    if not np.isclose(value, 0.5):
        return "A label with three zeros must count as 0 in the mean: do not leave it out."


def top_k_above(function):
    y_score = np.array([[0.9, 0.8, 0.7], [0.6, 0.1, 0.2], [0.3, 0.2, 0.1]])
    y_pred = function(y_score, 2, 0.2)
    if y_pred is None:
        return NOTHING
    if np.shape(y_pred) != (3, 3):
        return f"The shape of the scores must stay (3, 3), but it is {np.shape(y_pred)}."
    y_pred = np.asarray(y_pred).astype(int).tolist()
    if y_pred == [[1, 1, 1], [1, 0, 1], [1, 1, 0]]:
        return "The first row got three labels: only the k best may get a yes."
    if y_pred == [[1, 1, 0], [1, 0, 0], [1, 0, 0]]:
        return "A score equal to the cut counts as a yes: use >=."
    if y_pred == [[1, 1, 0], [1, 0, 1], [1, 1, 0]]:
        y_pred = np.asarray(function(y_score, 2, 0.5)).astype(int).tolist()
        if y_pred != [[1, 1, 0], [1, 0, 0], [0, 0, 0]]:
            return "At the cut 0.5 the last row must get no label: being among the k is not enough."
        return None
    return f"Scores 0.9, 0.8, 0.7 with k=2 and cut 0.2 must give 1, 1, 0, not {y_pred[0]}."


def cheapest_cut(function):
    y_true = np.array([1, 0, 1, 0, 0, 1, 0])
    y_score = np.array([0.9, 0.8, 0.6, 0.5, 0.4, 0.3, 0.1])
    cut = function(y_true, y_score, 5, 1)
    if cut is None:
        return NOTHING
    if np.shape(cut) != () or cut not in y_score:
        return f"It must return one of the scores, but returns {cut!r}."
    if cut == 0.9:
        return "When misses are dear the cut must be low: are the two prices swapped?"
    if cut == 0.1:
        return "The lowest cut misses nothing, but it pays for every false alarm: compare the sums."
    if cut == 0.6:
        return "That cut has the best F1: weigh the two counts with their prices."
    if cut != 0.3:
        return f"With a miss at 5 and a false alarm at 1 the cheapest cut is 0.3, not {cut}."
    if function(y_true, y_score, 1, 5) != 0.9:
        return "With a miss at 1 and a false alarm at 5 the cheapest cut is 0.9: use both prices."


CHECKS = {
    "7.1": macro_from_counts,
    "7.2": top_k_above,
    "7.3": cheapest_cut,
}

# Code of a wrong answer, and a piece of the sentence that it must get.
WRONG = {
    "7.1": [
        ("lambda f, m, a: 2 * f.sum() / (2 * f + m + a).sum()", "micro"),
        ("lambda f, m, a: (f / (f + m + a)).mean()", "Jaccard"),
        ("lambda f, m, a: 2 * f / (2 * f + m + a)", "one number"),
        ("lambda f, m, a: (2 * f / (2 * f + m + a)).mean()", "0 by 0"),
        ("lambda f, m, a: np.nanmean(2 * f / (2 * f + m + a))", "leave it out"),
    ],
    "7.2": [
        ("lambda s, k, cut: (s >= cut).astype(int)", "three labels"),
        ("lambda s, k, cut: ((s > cut) & (s >= np.sort(s)[:, [-k]])).astype(int)", "use >="),
        ("lambda s, k, cut: (s >= np.sort(s)[:, [-k]]).astype(int)", "not enough"),
        ("lambda s, k, cut: np.argsort(-s)[:, :k]", "shape"),
    ],
    "7.3": [
        ("lambda t, s, miss, alarm: alarm / (alarm + miss)", "one of the scores"),
        ("lambda t, s, miss, alarm: min(s)", "every false alarm"),
        ("lambda t, s, miss, alarm: 0.3", "use both prices"),
        ("lambda t, s, miss, alarm: max(s, key=lambda cut: f1_score(t, s >= cut))", "best F1"),
        ("lambda t, s, m, a: min(s, key=lambda c: a * (t * (s < c)).sum() "
         "+ m * ((1 - t) * (s >= c)).sum())", "swapped"),
    ],
}  # fmt: skip
