"""The exercises of lesson 1: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import scores, shapes, zero_one

NAMES = ["War", "Drama", "Star War", "Comedy", "drama", "Sci-Fi"]


def to_matrix(rows, classes):
    return np.array([[int(name in row) for name in classes] for row in rows])


def binary_cross_entropy(y_true, y_score):
    right_answer = np.where(y_true == 1, y_score, 1 - y_score)
    return -np.log(right_answer).mean()


def decide(logits):
    return (logits >= 0).astype(int)


def label_lists(rng):
    """Rows in any order, some empty, some with a name twice."""
    found = [([["War"], [], ["Drama", "Comedy"]], ["Comedy", "War", "Drama"]),
             ([["War", "War"], ["Star War", "drama"]], ["Drama", "War", "drama", "Star War"]),
             ([[]], ["b", "a"]), ([["a"], [], ["a"], ["a"]], ["a"])]  # fmt: skip
    for rows, columns in shapes(rng, 20):
        classes = rng.permutation(NAMES)[:columns].tolist()
        sizes = rng.integers(0, columns + 1, rows)
        found.append(([rng.choice(classes, size).tolist() for size in sizes], classes))
    return found


def probabilities(rng):
    film, extreme = np.array([[1, 1, 0]]), np.array([[0.001, 0.4], [0.7, 0.999]])
    found = [(film, np.array([[0.9, 0.4, 0.2]])), (1 - film, np.array([[0.9, 0.4, 0.2]])),
             (np.array([[1, 0], [0, 1]]), extreme)]  # fmt: skip
    return found + [(zero_one(rng, shape), scores(rng, shape)) for shape in shapes(rng)]


def some_logits(rng):
    by_hand = [[[-2.0, 0.0, 0.3], [0.6, -0.1, 5.0]], [[-0.0, -0.01], [30, -30], [0.01, 0]]]
    drawn = [rng.integers(-12, 13, shape) / 8 for shape in shapes(rng)]
    return [(np.array(logits),) for logits in by_hand] + [(logits,) for logits in drawn]


def cells(y_true, y_score):
    return -np.log(np.where(y_true == 1, y_score, 1 - y_score))


# fmt: off
EXERCISES = {
    "1.1": Exercise(["multi-class", "multi-label", "binary"], turns={
        "Blood group: a patient has exactly one of four, never two.":
            ["multi-label", "multi-label", "binary"],
        "Allergies: a patient can have several, or none.": ["multi-class", "multi-class", "binary"],
        "Smoking: there is one question, and its answer is yes or no.":
            ["multi-class", "multi-label", "multi-class"],
        "Blood group and allergies: of which of them can a patient have two?":
            ["multi-label", "multi-class", "binary"],
        "Write the names as the text does, with a hyphen.": ["multiclass", "multilabel", "binary"],
    }),
    "1.2": Exercise(to_matrix, label_lists, {
        "The columns are sorted: keep the order of classes.":
            lambda rows, classes: to_matrix(rows, sorted(classes)),
        "Rows and columns are exchanged: one row for each list, one column for each name.":
            lambda rows, classes: to_matrix(rows, classes).T,
        "A name that stands twice in a row still gives a 1: ask whether it is there.":
            lambda rows, classes: [[row.count(name) for name in classes] for row in rows],
        "A name is looked for in the whole text of a row, and War is found in Star War.":
            lambda rows, classes: [[int(name in str(row)) for name in classes] for row in rows],
    }),
    "1.3": Exercise(binary_cross_entropy, probabilities, {
        "Only the labels that are 1 are counted: a 0 has a cost too, -log(1 - score).":
            lambda y, p: -(y * np.log(p)).mean(),
        "A loss is not negative: put a minus before the logarithm.":
            lambda y, p: -cells(y, p).mean(),
        "That is the sum: take the mean.": lambda y, p: cells(y, p).sum(),
        "That is the sum divided by the rows: divide by the number of all cells.":
            lambda y, p: cells(y, p).sum() / len(y),
        "That is another logarithm: use the natural one, np.log.":
            lambda y, p: cells(y, p).mean() / np.log(2),
        "y_true is not used: a high score is a cost where y_true is 0.":
            lambda y, p: -np.log(p).mean(),
    }),
    "1.4": Exercise(decide, some_logits, {
        "That cuts the logit at 0.5: it is the sigmoid of the logit that is cut at 0.5.":
            lambda logits: logits >= 0.5,
        "A logit of exactly 0 has the sigmoid 0.5, and at least 0.5 is a 1: use >=.":
            lambda logits: logits > 0,
        "That takes one label on each row: multi-label logits are cut one by one.":
            lambda logits: np.eye(logits.shape[1])[logits.argmax(axis=1)],
        "Softmax makes the labels of a row compete: cut the sigmoid of each logit.":
            lambda logits: np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True) >= 0.5,
    }),
}
