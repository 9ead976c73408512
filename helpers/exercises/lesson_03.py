"""The exercises of lesson 3: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import scores, shapes, zero_one


def precision_and_recall(y_true, y_pred):
    finds = (y_true & y_pred).sum(axis=0)
    precision = finds / np.maximum(y_pred.sum(axis=0), 1)
    recall = finds / np.maximum(y_true.sum(axis=0), 1)
    return precision, recall


def cut_for_precision(y_true, y_score, cuts, wanted):
    return min(cut for cut in cuts if y_true[y_score >= cut].mean() >= wanted)


def with_a_cut(rng):
    """The first cases by hand; each cut says yes, and at least one reaches the precision."""
    y_true = np.array([[1, 0], [1, 1], [0, 0], [0, 1]])
    y_score = np.array([[0.45, 0.1], [0.8, 0.35], [0.2, 0.5], [0.25, 0.9]])
    found = [(y_true, y_score, [0.1, 0.5, 0.3, 0.9], wanted) for wanted in (0.8, 0.6, 0.625, 0.5)]
    found.append((y_true, y_score, [0.9, 0.8], 1.0))
    while len(found) < 30:
        y_true = zero_one(rng, (rng.integers(3, 8), rng.integers(2, 5)), 0.4)
        y_score = np.round(0.6 * scores(rng, y_true.shape) + 0.3 * y_true, 1)
        cuts = [cut / 10 for cut in rng.permutation(11)[:5].tolist() if cut / 10 <= y_score.max()]
        wanted = float(rng.choice([0.5, 0.6, 0.75, 0.8]))
        if any(y_true[y_score >= cut].mean() >= wanted for cut in cuts):
            found.append((y_true, y_score, cuts, wanted))
    return found


# fmt: off
EXERCISES = {
    "3.1": Exercise(precision_and_recall, lambda rng: [
        (np.array([[1, 1, 0], [1, 0, 0]]), np.array([[1, 1, 1], [0, 1, 0]])),
        (np.array([[1, 1, 0], [1, 0, 0]]), np.zeros((2, 3), int)),
        *((zero_one(rng, shape), zero_one(rng, shape, 0.6)) for shape in shapes(rng))], {
        "The two are exchanged: precision first.": lambda t, p: precision_and_recall(p, t),
        "Where there is no yes, or nothing true, the text asks for 0.":
            lambda t, p: [(t & p).sum(axis=0) / np.where(n := y.sum(axis=0), n, np.nan)
                          for y in (p, t)],
        "Those are the figures of the rows: count along axis=0, one figure for each label.":
            lambda t, p: precision_and_recall(t.T, p.T),
        "That is one figure for all cells: count along axis=0, one figure for each label.":
            lambda t, p: [(t & p).sum() / max(y.sum(), 1) for y in (p, t)],
        "A rightful no is no find: a find is a 1 that was predicted as 1.":
            lambda t, p: [(t == p).sum(axis=0) / np.maximum(y.sum(axis=0), 1) for y in (p, t)],
    }),
    "3.2": Exercise(cut_for_precision, with_a_cut, {
        "The highest cut finds least: of those that are precise enough take the lowest.":
            lambda t, s, cuts, wanted: max(c for c in cuts if t[s >= c].mean() >= wanted),
        "The lowest cut of all finds most, but its precision may be too low.":
            lambda t, s, cuts, wanted: min(cuts),
        "That cut has the highest precision: the lowest that is precise enough is asked for.":
            lambda t, s, cuts, wanted: max(sorted(cuts), key=lambda c: t[s >= c].mean()),
        "That is recall: precision divides by all yes said.": lambda t, s, cuts, wanted: min(
            (c for c in cuts if t[s >= c].sum() >= wanted * t.sum()), default=0),
        "A precision of exactly wanted is enough: use >=.": lambda t, s, cuts, wanted: min(
            (c for c in cuts if t[s >= c].mean() > wanted), default=0),
        "1 - 0.8 is a little under 0.2 for a computer: compare the precision with wanted.":
            lambda t, s, cuts, wanted: min(
                (c for c in cuts if (t[s >= c] == 0).mean() <= 1 - wanted), default=0),
    }),
    "3.3": Exercise(["A", "E"], turns={
        "B: the interval of the forest holds 0, so a loss is not shown.": ["A", "B", "E"],
        "C: not shown is not equal. The interval allows a gain and a loss.": ["A", "C", "E"],
        "D: the two were not compared with each other; that gap needs its own interval.":
            ["A", "D", "E"],
        "F: nothing in the table says why. That needs a run without the cause.": ["A", "E", "F"],
        "A is right, but one more sentence stands on solid ground.": ["A"],
        "E is right, but one more sentence stands on solid ground.": ["E"],
    }, order="set"),
}
