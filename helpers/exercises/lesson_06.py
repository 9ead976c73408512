"""The exercises of lesson 6: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import distinct_scores, shapes, zero_one


def separable_weights(channels, filters, window):
    return window * window * channels + channels * filters


def unseen_pairs(seen):
    colours = {name.split("_")[0] for name in seen}
    garments = {name.split("_")[1] for name in seen}
    return {f"{colour}_{garment}" for colour in colours for garment in garments} - set(seen)


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


def folders(rng):
    names = [f"{colour}_{garment}" for colour in ("red", "darkred", "blue", "pink", "green")
             for garment in ("shoes", "hat", "dress", "pants")]  # fmt: skip
    drawn = [rng.choice(names, number % 8 + 1, replace=False).tolist() for number in range(24)]
    return [(["red_dress", "blue_dress", "blue_hat", "green_shoes"],)] + [(seen,) for seen in drawn]


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


# fmt: off
EXERCISES = {
    "6.1": Exercise(separable_weights, lambda rng: [
        (64, 128, 3), (4, 5, 3), (2, 3, 1), *map(tuple, rng.integers(1, 20, (20, 3)).tolist())], {
        "That is an ordinary convolution: a separable one has two small steps.":
            lambda channels, filters, window: window * window * channels * filters,
        "That is step 1 alone: the 1 x 1 convolution across the channels is missing.":
            lambda channels, filters, window: window * window * channels,
        "Without bias: nothing is added for each filter.":
            lambda *sizes: separable_weights(*sizes) + sizes[1],
        "The window has two sides: window * window.": lambda c, f, window: window * c + c * f,
    }),
    "6.2": Exercise(unseen_pairs, folders, {
        "Those are all pairs: take away the ones in seen.": lambda s: unseen_pairs(s) | set(s),
        "The order is turned round: the colour comes first.":
            lambda seen: {"_".join(name.split("_")[::-1]) for name in unseen_pairs(seen)},
        "Those are pairs of two words: join them to one name with _ between them.":
            lambda seen: {tuple(name.split("_")) for name in unseen_pairs(seen)},
    }, order="set"),
    # Scores of one part are never equal; the best of a part can stand in the other one too.
    "6.3": Exercise(one_of_each, lambda rng: [
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
    "6.4": Exercise(summed_f1, batches_of, {
        "That is the mean of the batches' F1: add up the counts first, divide once.":
            lambda batches: np.mean([summed_f1([pair]) for pair in batches]),
        "That is micro F1: divide for each label, then take the mean over the labels.":
            lambda batches: summed_f1([[y.reshape(-1, 1) for y in pair] for pair in batches]),
        "0 / 0 gives nan: a label without any one counts as 0.": lambda b: f1_of_labels(b).mean(),
        "A label without any one is not left out.": lambda b: np.nanmean(f1_of_labels(b)),
    }),
}
