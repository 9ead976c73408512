"""What the exercises of lesson 1 must satisfy, and wrong turns with the sentence they get."""

import numpy as np

NOTHING = "The function returns nothing: end it with return."


def kinds(answer):
    if not isinstance(answer, (list, tuple)) or len(answer) != 3:
        return "Give a list of three strings, one for each problem."
    known = ("binary", "multi-class", "multi-label")
    for kind in answer:
        if kind not in known:
            return f"{kind!r} is not one of {', '.join(known)}."
    if answer[0] != "multi-class":
        return "Blood group: a patient has exactly one of four."
    if answer[1] != "multi-label":
        return "Allergies: a patient can have several, or none."
    if answer[2] != "binary":
        return "Smoking: there is one question, and the answer is yes or no."


def to_matrix(function):
    y = function([["b"], [], ["c", "a"]], ["c", "a", "b"])
    if y is None:
        return NOTHING
    if np.shape(y) != (3, 3):
        return f"Three rows and three classes give the shape (3, 3), but it is {np.shape(y)}."
    y = np.asarray(y)
    if y.dtype.kind != "i":
        return f"The values must be integers 0 and 1, but their type is {y.dtype}."
    if y.tolist() == [[0, 1, 0], [0, 0, 0], [1, 0, 1]]:
        return "The columns are sorted: keep the order of classes."
    if y.tolist() != [[0, 0, 1], [0, 0, 0], [1, 1, 0]]:
        return "Row ['c', 'a'] with the classes c, a, b must be 1 1 0, and an empty row 0 0 0."


def binary_cross_entropy(function):
    y_true, y_score = np.array([[1, 0], [0, 1]]), np.array([[0.9, 0.2], [0.4, 0.5]])
    right = np.array([0.9, 0.8, 0.6, 0.5])
    value = function(y_true, y_score)
    if value is None:
        return NOTHING
    if np.shape(value) != ():
        return f"It must be one number, the mean of all cells, but its shape is {np.shape(value)}."
    if value < 0:
        return "A loss is not negative: put a minus before the logarithm."
    if np.isclose(value, -np.log([0.9, 0.5]).sum() / 4):
        return "Only the labels that are 1 are counted: a 0 costs -log(1 - score)."
    if np.isclose(value, -np.log(right).sum()):
        return "That is the sum: take the mean."
    if np.isclose(value, -np.log2(right).mean()) or np.isclose(value, -np.log10(right).mean()):
        return "Use the natural logarithm, np.log."
    if not np.isclose(value, -np.log(right).mean()):
        return f"For a test matrix it must be {-np.log(right).mean():.3f}, but it is {value:.3f}."


def decide(function):
    y_pred = function(np.array([[-2.0, 0.0, 0.3], [0.6, -0.1, 5.0]]))
    if y_pred is None:
        return NOTHING
    if np.shape(y_pred) != (2, 3):
        return f"One answer for each logit: the shape must be (2, 3), not {np.shape(y_pred)}."
    y_pred = np.asarray(y_pred)
    if y_pred.tolist() == [[0, 0, 0], [1, 0, 1]]:
        return "That cuts the logit at 0.5: it is the sigmoid of the logit that is cut at 0.5."
    if y_pred.tolist() == [[0, 0, 1], [1, 0, 1]]:
        return "A logit of exactly 0 has the sigmoid 0.5 and counts as a yes: use >=."
    if y_pred.tolist() != [[0, 1, 1], [1, 0, 1]]:
        return "Logits -2, 0 and 0.3 must give 0, 1, 1."
    if y_pred.dtype.kind != "i":
        return f"The values must be integers, but their type is {y_pred.dtype}: add .astype(int)."


CHECKS = {"1.1": kinds, "1.2": to_matrix, "1.3": binary_cross_entropy, "1.4": decide}

# Code of a wrong answer, and a piece of the sentence that it must get.
WRONG = {
    "1.1": [
        ("['multi-label', 'multi-label', 'binary']", "Blood group"),
        ("['multi-class', 'multi-class', 'binary']", "Allergies"),
        ("['multi-class', 'multi-label', 'multi-class']", "Smoking"),
        ("['multiclass', 'multilabel', 'binary']", "is not one of"),
    ],
    "1.2": [
        ("lambda rows, c: np.array([[int(n in r) for n in sorted(c)] for r in rows])", "sorted"),
        ("lambda rows, c: np.array([[n in r for n in c] for r in rows])", "integers"),
        ("lambda rows, c: np.array([[int(n in r) for r in rows] for n in c])", "0 0 0"),
    ],
    "1.3": [
        ("lambda y, p: -(y * np.log(p)).mean()", "Only the labels"),
        ("lambda y, p: np.log(np.where(y == 1, p, 1 - p)).mean()", "minus"),
        ("lambda y, p: -np.log(np.where(y == 1, p, 1 - p)).sum()", "mean"),
        ("lambda y, p: -np.log(np.where(y == 1, p, 1 - p)).mean(axis=0)", "one number"),
    ],
    "1.4": [
        ("lambda z: (z >= 0.5).astype(int)", "cuts the logit"),
        ("lambda z: (z > 0).astype(int)", ">="),
        ("lambda z: z.argmax(axis=1)", "One answer for each logit"),
        ("lambda z: z >= 0", "integers"),
    ],
}
