"""The exercises of lesson 1: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import scores, shapes, zero_one


def binary_cross_entropy(y_true, y_score):
    right_answer = np.where(y_true == 1, y_score, 1 - y_score)
    return -np.log(right_answer).mean()


def decide(logits):
    largest = logits.max(axis=1, keepdims=True)
    return ((logits >= 0) | (logits == largest)).astype(int)


def logit_rows(rng):
    """Some rows without a yes; within a row no logit stands twice, save 0."""
    first = [[[-2, 0, 0.3], [-3, -0.5, -1]], [[-0.0, -0.01], [3, 0]], [[0, 0, -1]], [[-4]]]
    found = [(np.array(rows),) for rows in first]
    for rows, columns in shapes(rng):
        logits = rng.permuted(np.tile(np.arange(columns) - columns / 2, (rows, 1)), axis=1) / 2
        found.append((logits - rng.integers(0, 2, (rows, 1)) * columns,))
    return found


# fmt: off
HEADS = [[10, "CE"], [14, "BCE"], [1, "BCE"], [8, "CE"], [8, "BCE"]]
EXERCISES = {
    "1.1": Exercise(HEADS, turns={
        "X-rays: a picture can have several findings, so each gets its own yes or no.":
            [HEADS[0], [14, "CE"], *HEADS[2:]],
        "X-rays: no finding needs no output of its own, it is a row of zeros.":
            [HEADS[0], [15, "BCE"], *HEADS[2:]],
        "Fraud: two outputs with CE would work too; the table takes one, with BCE.":
            [*HEADS[:2], [2, "CE"], *HEADS[3:]],
        "Fraud: a softmax over one output is always 1. A yes or no needs a sigmoid.":
            [*HEADS[:2], [1, "CE"], *HEADS[3:]],
        "The strongest emotion is exactly one, so the scores share 1.":
            [*HEADS[:3], [8, "BCE"], HEADS[4]],
        "Every emotion of a message: several can be there, or none.": [*HEADS[:4], [8, "CE"]],
        "A digit is one of ten, so it needs ten outputs.": [[1, "CE"], *HEADS[1:]],
    }),
    "1.2": Exercise(binary_cross_entropy, lambda rng: [
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
    "1.3": Exercise(decide, logit_rows, {
        "A row without a yes is still empty: it gets a 1 at its largest logit.":
            lambda logits: logits >= 0,
        "That takes only the largest logit of each row: all with a sigmoid of 0.5 or more count.":
            lambda logits: logits == logits.max(axis=1, keepdims=True),
        "That cuts the logit at 0.5: cut its sigmoid at 0.5.":
            lambda logits: (logits >= 0.5) | (logits == logits.max(axis=1, keepdims=True)),
        "A logit of 0 has the sigmoid 0.5, which is a 1: use >=.":
            lambda logits: (logits > 0) | (logits == logits.max(axis=1, keepdims=True)),
        "The largest is taken of all rows together: take it of each row.":
            lambda logits: (logits >= 0) | (logits == logits.max()),
    }),
    "1.4": Exercise(["C", "B", "D", "A"], turns={
        "CrossEntropyLoss on two ones adds up two costs: its loss is twice the other one.":
            ["D", "B", "C", "A"],
        "The sigmoid of 0 is 0.5. B takes it for a logit, so its loss is not log(2).":
            ["C", "A", "D", "B"],
        "Both BCE losses are means over yes and no, so they are below 1; log(12) is 2.48.":
            ["A", "C", "B", "D"],
    }),
}
