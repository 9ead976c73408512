"""The exercises of lesson 3: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import one_best, scores, shapes, zero_one


def f1_score(y_true, y_pred, average):
    """That of scikit-learn, without its import and its weight."""
    axis = {"micro": None, "macro": 0}[average]
    both, ones = (y_true & y_pred).sum(axis=axis), (y_true + 0 + y_pred).sum(axis=axis)
    return (2 * both / np.maximum(ones, 1)).mean()


def inverse_frequency(texts, texts_with_word):
    return np.log((1 + texts) / (1 + texts_with_word)) + 1


def decide(y_score, cut):
    return (y_score >= cut).astype(int)


def finds_and_false_alarms(y_true, y_pred):
    finds = ((y_true == 1) & (y_pred == 1)).sum()
    false_alarms = ((y_true == 0) & (y_pred == 1)).sum()
    return finds, false_alarms


def most_frequent_label(y_train, rows):
    y_pred = np.zeros((rows, y_train.shape[1]), dtype=int)
    y_pred[:, y_train.sum(axis=0).argmax()] = 1
    return y_pred


def choose_cut(y_true, y_score, cuts):
    return max(cuts, key=lambda cut: f1_score(y_true, y_score >= cut, average="micro"))


def with_one_most_frequent(rng):
    """Matrices in which one label is more frequent than all others."""
    drawn = [(zero_one(rng, shape, 0.5), int(rng.integers(1, 9))) for shape in shapes(rng, 45)]
    found = [(np.array([[0, 1, 0], [1, 1, 0], [0, 0, 1]]), 4)]
    return found + [(y, rows) for y, rows in drawn if one_best(y.sum(axis=0))]


def with_one_best_cut(rng):
    """The first case by hand; in all of them one cut has a higher micro F1 than all others."""
    y_true = np.array([[1, 0], [1, 1], [0, 0], [0, 1]])
    y_score = np.array([[0.45, 0.1], [0.8, 0.35], [0.2, 0.05], [0.25, 0.9]])
    found = [(y_true, y_score, [0.5, 0.3, 0.1]), (y_true, y_score, [0.1, 0.5, 0.25])]
    while len(found) < 13:
        y_true = zero_one(rng, (rng.integers(3, 8), rng.integers(2, 5)), 0.3)
        y_score = np.round(0.7 * scores(rng, y_true.shape) + 0.2 * y_true, 1)
        cuts = (rng.permutation(np.arange(1, 9))[: rng.integers(3, 5)] / 10).tolist()
        if one_best([f1_score(y_true, y_score >= cut, average="micro") for cut in cuts]):
            found.append((y_true, y_score, cuts))
    return found


# fmt: off
EXERCISES = {
    "3.1": Exercise(inverse_frequency, lambda rng: [
        (7, 7), (5, 2), (5, 4), (1, 1), (10, 1), (4, 0),
        *((int(texts), int(rng.integers(1, texts + 1))) for texts in rng.integers(2, 900, 20))], {
        "The 1 after the logarithm is missing.": lambda n, k: np.log((1 + n) / (1 + k)),
        "Add 1 to both counts before you divide.": lambda n, k: np.log(n / k) + 1 if k else n / k,
        "1 is added to the number of texts only: add it to the texts with the word too.":
            lambda n, k: np.log((1 + n) / k) + 1 if k else n / k,
        "Add 1 to the number of texts too.": lambda n, k: np.log(n / (1 + k)) + 1,
        "That is the logarithm to base 10: use the natural one, np.log.":
            lambda n, k: np.log10((1 + n) / (1 + k)) + 1,
        "The last 1 stands outside the logarithm.": lambda n, k: np.log((1 + n) / (1 + k) + 1),
    }),
    "3.2": Exercise(decide, lambda rng: [
        *((np.array([[0.2, 0.5, 0.9], [0.49, 0.51, 0.5]]), cut) for cut in (0.5, 0.2, 0.51, 1.0)),
        *((scores(rng, shape), float(scores(rng, ()))) for shape in shapes(rng))], {
        "A score equal to the cut counts as a yes: use >=.": lambda y_score, cut: y_score > cut,
        "The cut is an argument: compare with cut.": lambda y_score, cut: y_score >= 0.5,
        "1 and 0 are exchanged: a 1 stands where the score reaches the cut.":
            lambda y_score, cut: y_score < cut,
        "The scores that reach the cut become 1.":
            lambda y_score, cut: np.where(y_score >= cut, y_score, 0),
    }),
    "3.3": Exercise(finds_and_false_alarms, lambda rng: [
        (np.array([[1, 1, 0], [1, 0, 0]]), np.array([[1, 1, 1], [0, 0, 1]])),
        (np.array([[1, 1, 0], [1, 0, 0]]), np.zeros((2, 3), int)),
        *((zero_one(rng, shape), zero_one(rng, shape, 0.6)) for shape in shapes(rng))], {
        "A 0 that is rightly 0 is no find: ask for y_true == 1 and y_pred == 1.":
            lambda t, p: ((t == p).sum(), ((t == 0) & (p == 1)).sum()),
        "Those are finds and misses: a false alarm is a 0 in y_true with a 1 in y_pred.":
            lambda t, p: ((t & p).sum(), ((t == 1) & (p == 0)).sum()),
        "The counts are exchanged: finds first.": lambda t, p: finds_and_false_alarms(t, p)[::-1],
        "A miss is no false alarm.": lambda t, p: ((t & p).sum(), (t != p).sum()),
    }),
    "3.4": Exercise(most_frequent_label, with_one_most_frequent, {
        "That is a single row: return a matrix.": lambda y, rows: most_frequent_label(y, 1)[0],
        "There are as many rows as in y_train: make as many as rows says.":
            lambda y, rows: most_frequent_label(y, len(y)),
        "All labels but the most frequent get a 0.": lambda y, rows: np.ones((rows, y.shape[1])),
        "That is the number of the label: return a matrix with 1 in its column.":
            lambda y, rows: y.sum(axis=0).argmax(),
    }),
    "3.5": Exercise(choose_cut, with_one_best_cut, {
        "That is the F1: return the cut that it belongs to.":
            lambda t, s, cuts: max(f1_score(t, s >= cut, average="micro") for cut in cuts),
        "That is the cut with the highest macro F1: micro F1 is asked for.":
            lambda t, s, cuts: max(cuts, key=lambda cut: f1_score(t, s >= cut, average="macro")),
        "The lowest cut finds most, but raises false alarms too.": lambda t, s, cuts: min(cuts),
        "A score equal to the cut counts as a yes: use >=.":
            lambda t, s, cuts: max(cuts, key=lambda cut: f1_score(t, s > cut, average="micro")),
    }),
}
