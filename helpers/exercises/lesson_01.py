"""The exercises of lesson 1: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import scores, shapes, zero_one


def to_matrix(rows, classes):
    return np.array([[int(name in row) for name in classes] for row in rows])


def binary_cross_entropy(y_true, y_score):
    right_answer = np.where(y_true == 1, y_score, 1 - y_score)
    return -np.log(right_answer).mean()


def decide(logits):
    return (logits >= 0).astype(int)


def label_lists(rng):
    """Rows in any order, some empty, some with a name twice."""
    names = ["War", "Drama", "Star War", "Comedy", "drama", "Sci-Fi"]
    found = [([["War"], [], ["Drama", "Comedy"]], ["Comedy", "War", "Drama"]),
             ([["War", "War"], ["Star War", "drama"]], ["Drama", "War", "drama", "Star War"]),
             ([[]], ["b", "a"])]  # fmt: skip
    for rows, columns in shapes(rng, 20):
        classes = rng.permutation(names)[:columns].tolist()
        sizes = rng.integers(0, columns + 1, rows)
        found.append(([rng.choice(classes, size).tolist() for size in sizes], classes))
    return found


# fmt: off
EXERCISES = {
    "1.1": Exercise(["multi-class", "multi-label", "binary"], turns={
        "Blood group: there are four, and a patient has one.": ["multi-label"] * 2 + ["binary"],
        "Allergies: a patient can have several, or none.": ["multi-class", "multi-class", "binary"],
        "Smoking: the answer is yes or no.": ["multi-class", "multi-label", "multi-class"],
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
    "1.3": Exercise(binary_cross_entropy, lambda rng: [
        (np.array([[1, 1, 0]]), np.array([[0.9, 0.4, 0.2]])),
        (np.array([[1, 0], [0, 1]]), np.array([[0.001, 0.4], [0.7, 0.999]])),
        *((zero_one(rng, shape), scores(rng, shape)) for shape in shapes(rng))], {
        "A 0 has a cost too, -log(1 - score): count all labels.":
            lambda y, p: -(y * np.log(p)).mean(),
        "A loss is not negative: put a minus before it.": lambda *y: -binary_cross_entropy(*y),
        "That is the sum: take the mean.": lambda y, p: binary_cross_entropy(y, p) * y.size,
        "That is the sum divided by the rows: divide by the number of all cells.":
            lambda y, p: binary_cross_entropy(y, p) * y.shape[1],
        "That is another logarithm: use np.log.": lambda *y: binary_cross_entropy(*y) / np.log(2),
        "y_true is not used: a high score costs where it is 0.": lambda y, p: -np.log(p).mean(),
    }),
    "1.4": Exercise(decide, lambda rng: [
        (np.array([[-2.0, 0.0, 0.3], [0.6, -0.1, 5.0]]),), (np.array([[-0.0, -0.01], [30, -30]]),),
        *((rng.integers(-12, 13, shape) / 8,) for shape in shapes(rng))], {
        "That cuts the logit at 0.5: cut its sigmoid at 0.5.": lambda logits: logits >= 0.5,
        "A logit of 0 has the sigmoid 0.5, which is a 1: use >=.": lambda logits: logits > 0,
        "That takes one label on each row: multi-label logits are cut one by one.":
            lambda logits: np.eye(logits.shape[1])[logits.argmax(axis=1)],
        "Softmax makes the labels of a row compete: cut the sigmoid of each logit.":
            lambda logits: np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True) >= 0.5,
    }),
}
