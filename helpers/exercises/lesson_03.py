"""What the exercises of lesson 3 must satisfy, and wrong turns with the sentence they get."""

import numpy as np

NOTHING = "The function returns nothing: end it with return."


def inverse_frequency(function):
    value = function(7, 7)
    if value is None:
        return NOTHING
    if np.isclose(value, 0):
        return "A word in every text must get 1: add 1 after the logarithm."
    if not np.isclose(value, 1):
        return f"A word in every text must get 1, but gets {value:.3f}: add 1 in both brackets."
    if np.isclose(function(5, 2), np.log10(2) + 1):
        return "That is the logarithm to base 10: use np.log."
    if np.isclose(function(5, 2), np.log(5 / 2) + 1):
        return "Add 1 to both counts before you divide."
    if not np.isclose(function(5, 2), np.log(2) + 1):
        return f"For 2 of 5 texts it must be 1.693, but it is {function(5, 2):.3f}."


def decide(function):
    y_pred = function(np.array([[0.2, 0.5, 0.9], [0.49, 0.51, 0.5]]), 0.5)
    if y_pred is None:
        return NOTHING
    if np.shape(y_pred) != (2, 3):
        return f"The shape of the scores must stay (2, 3), but it is {np.shape(y_pred)}."
    y_pred = np.asarray(y_pred)
    if y_pred.tolist() == [[0, 0, 1], [0, 1, 0]]:
        return "A score equal to the cut counts as a yes: use >=."
    if y_pred.tolist() != [[0, 1, 1], [0, 1, 1]]:
        return f"Scores 0.2, 0.5, 0.9 at the cut 0.5 must give 0, 1, 1, not {y_pred[0].tolist()}."
    if y_pred.dtype.kind != "i":
        return f"The values must be integers, but their type is {y_pred.dtype}: add .astype(int)."


def finds_and_false_alarms(function):
    y_true = np.array([[1, 1, 0, 0], [1, 0, 0, 0]])
    y_pred = np.array([[1, 1, 1, 0], [0, 0, 1, 1]])
    counts = function(y_true, y_pred)
    if counts is None:
        return NOTHING
    if np.shape(counts) != (2,):
        return f"Return two numbers, finds and false alarms, but it returns {counts!r}."
    counts = tuple(int(count) for count in counts)
    if counts == (4, 3):
        return "A 0 that is rightly 0 is no find: ask for y_true == 1 and y_pred == 1."
    if counts == (2, 1):
        return "Those are the misses: a false alarm is a 0 in y_true with a 1 in y_pred."
    if counts == (3, 2):
        return "The two counts stand in the wrong order: finds first."
    if counts != (2, 3):
        return f"In a test matrix there are 2 finds and 3 false alarms, but it counts {counts}."


def most_frequent_label(function):
    y_pred = function(np.array([[0, 1, 0], [1, 1, 0], [0, 0, 1]]), 4)
    if y_pred is None:
        return NOTHING
    if np.shape(y_pred) != (4, 3):
        return f"For 4 rows and 3 labels the shape must be (4, 3), but it is {np.shape(y_pred)}."
    if np.asarray(y_pred).tolist() != [[0, 1, 0]] * 4:
        return "Every row must have a 1 for the most frequent label only, here the second."


def choose_cut(function):
    y_true = np.array([[1, 0], [1, 1], [0, 0], [0, 1]])
    y_score = np.array([[0.45, 0.1], [0.8, 0.35], [0.2, 0.05], [0.25, 0.9]])
    cuts = [0.5, 0.3, 0.1]
    cut = function(y_true, y_score, cuts)
    if cut is None:
        return NOTHING
    if np.shape(cut) != () or cut not in cuts:
        return f"It must return one of the cuts {cuts}, but returns {cut!r}."
    if cut == 0.5:
        return "At 0.5 half of the labels are missed: compare the F1 of every cut."
    if cut == 0.1:
        return "The lowest cut finds most, but it raises false alarms too: compare micro F1."
    if function(y_true, y_score, [0.3, 0.5]) != 0.3:
        return "With the cuts in another order it gives another answer: compare their F1."


CHECKS = {
    "3.1": inverse_frequency,
    "3.2": decide,
    "3.3": finds_and_false_alarms,
    "3.4": most_frequent_label,
    "3.5": choose_cut,
}

# Code of a wrong answer, and a piece of the sentence that it must get.
WRONG = {
    "3.1": [
        ("lambda n, k: np.log((1 + n) / (1 + k))", "after the logarithm"),
        ("lambda n, k: np.log(n / k) + 1", "before you divide"),
        ("lambda n, k: np.log10((1 + n) / (1 + k)) + 1", "base 10"),
        ("lambda n, k: np.log(n / (1 + k)) + 1", "both brackets"),
    ],
    "3.2": [
        ("lambda y_score, cut: (y_score > cut).astype(int)", ">="),
        ("lambda y_score, cut: y_score >= cut", "integers"),
        ("lambda y_score, cut: int((y_score >= cut).all())", "shape"),
    ],
    "3.3": [
        ("lambda t, p: ((t == p).sum(), ((t == 0) & (p == 1)).sum())", "no find"),
        ("lambda t, p: ((t & p).sum(), ((t == 1) & (p == 0)).sum())", "misses"),
        ("lambda t, p: (((t == 0) & (p == 1)).sum(), (t & p).sum())", "order"),
    ],
    "3.4": [
        ("lambda y, rows: np.eye(y.shape[1], dtype=int)[[1]]", "shape"),
        ("lambda y, rows: np.ones((rows, y.shape[1]), dtype=int)", "only"),
    ],
    "3.5": [
        ("lambda t, s, cuts: cuts[0]", "half of the labels"),
        ("lambda t, s, cuts: min(cuts)", "false alarms"),
        ("lambda t, s, cuts: cuts[1]", "another order"),
        ("lambda t, s, cuts: max(f1_score(t, s >= c, average='micro') for c in cuts)", "one of"),
    ],
}
