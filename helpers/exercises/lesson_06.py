"""The exercises of lesson 6: solutions, cases, and wrong turns with their sentences."""

from types import SimpleNamespace

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import distinct_scores, shapes, zero_one


def one_of_each(y_score):
    y_pred = np.zeros(y_score.shape, dtype=int)
    rows = np.arange(len(y_score))
    y_pred[rows, y_score[:, :6].argmax(axis=1)] = 1
    y_pred[rows, 6 + y_score[:, 6:].argmax(axis=1)] = 1
    return y_pred


def summed_f1(batches):
    hits = sum((y_true * y_pred).sum(axis=0) for y_true, y_pred in batches)
    ones = sum(y_true.sum(axis=0) + y_pred.sum(axis=0) for y_true, y_pred in batches)
    return (2 * hits / np.maximum(ones, 1)).mean()


def batches_of(rng):
    first = np.array([[1, 0, 0], [1, 0, 0]]), np.array([[1, 1, 0], [0, 0, 0]])
    second = np.array([[0, 1, 0]]), np.array([[1, 1, 0]])
    drawn = [([first, second],), ([first],), ([(second[0] * 0, second[0] * 0)],)]
    for number, labels in shapes(rng, 20):
        sizes = [(rows, max(labels, 2)) for rows in rng.integers(1, 5, number)]
        drawn.append(([(zero_one(rng, size, 0.3), zero_one(rng, size)) for size in sizes],))
    return drawn


def f1_of_labels(batches):
    """nan for a label without any one."""
    y_true, y_pred = (np.vstack(side) for side in zip(*batches, strict=True))
    return 2 * (y_true * y_pred).sum(axis=0) / (y_true + y_pred).sum(axis=0)


def bar_scores(pictures, verbose=0):
    """What a network gives that has learned 6.3's labels; the reader's own one is trained."""
    bars = ((1, 5), (5, 1))
    windows = [np.lib.stride_tricks.sliding_window_view(pictures[..., 0], b, (1, 2)) for b in bars]
    found = [(part == 1).all(axis=(3, 4)).any(axis=(1, 2)) for part in windows]
    return np.column_stack(found) * 0.8 + 0.1


model = SimpleNamespace(predict=bar_scores)  # what the printed solution calls


def decide(pictures):
    return (model.predict(pictures, verbose=0) >= 0.5).astype(int)


def bar_pictures(rng):
    """No bar, one and both; then sixteen at a time, in the right half and the left in turn."""
    y, found = np.array([[0, 0], [1, 0], [0, 1], [1, 1], [0, 0], [1, 1]]), []
    for shift in (0, *(6, 0) * 5):
        pictures = rng.uniform(0, 0.3, (len(y), 16, 16, 1))
        for picture, (flat, tall) in zip(pictures, y, strict=True):
            if flat:
                top, left = rng.integers([2, 2 + shift], [14, 4 + shift])
                picture[top, left : left + 5] = 1
            if tall:
                top, left = rng.integers([2, 2 + shift], [10, 8 + shift])
                picture[top : top + 5, left] = 1
        found.append((pictures,))
        y = rng.integers(0, 2, (16, 2))
    return found


# fmt: off
EXERCISES = {
    # Scores of one part are never equal; the best of a part can stand in the other one too.
    "6.1": Exercise(one_of_each, lambda rng: [
        (np.array([[0.1, 0.7, 0.2, 0.3, 0.4, 0.5, 0.7, 0.1, 0.9, 0.3, 0.2],
                   [0.6, 0.3, 0.2, 0.1, 0.4, 0.5, 0.3, 0.1, 0.2, 0.6, 0.9]]),),
        *((distinct_scores(rng, (rows, 6 + more)).round(2),) for rows, more in shapes(rng))], {
        "That is the cut at 0.5, which can give two colours or none: take the best of each.":
            lambda y_score: y_score >= 0.5,
        "argmax of y_score[:, 6:] counts from 0: add 6.":
            lambda y_score: sum(np.eye(y_score.shape[1])[part.argmax(axis=1)]
                                for part in (y_score[:, :6], y_score[:, 6:])) > 0,
        "That is one label in each row: take the best colour and the best garment.":
            lambda y_score: np.eye(y_score.shape[1])[y_score.argmax(axis=1)],
        "Those are the two best of all columns, which can be two colours.":
            lambda y_score: (-y_score).argsort(axis=1).argsort(axis=1) < 2,
    }),
    "6.2": Exercise(summed_f1, batches_of, {
        "That is the mean of the batches' F1: add up the counts first, divide once.":
            lambda batches: np.mean([summed_f1([pair]) for pair in batches]),
        "That is micro F1: divide for each label, then take the mean over the labels.":
            lambda batches: summed_f1([[y.reshape(-1, 1) for y in pair] for pair in batches]),
        "0 / 0 gives nan: a label without any one counts as 0.": lambda b: f1_of_labels(b).mean(),
        "A label without any one is not left out.": lambda b: np.nanmean(f1_of_labels(b)),
    }),
    # Trained: four rows of five must be right in each case.
    "6.3": Exercise(decide, bar_pictures, {
        "No picture gets a label. Was the network trained until its loss was near 0?":
            lambda pictures: np.zeros((len(pictures), 2), int),
        "Bars in the right half get no label: Dense after Flatten knows only places that it saw.":
            lambda pictures: decide(np.where(np.arange(16)[:, None] < 8, pictures, 0)),
        "The columns are the other way round: flat first, then tall.":
            lambda pictures: decide(pictures)[:, ::-1],
        "It says no where the score is high: yes is >= 0.5.": lambda p: 1 - decide(p),
    }, share=0.8),
}
