"""Arguments for the cases, drawn from a seeded generator: sizes differ, values tie."""

import numpy as np


def shapes(rng, times=24):
    """(rows, columns) of small matrices: never square, with one row or one column among them."""
    drawn = [(1, 3), (4, 1)] + [tuple(rng.integers(2, 7, 2)) for _ in range(times - 2)]
    return [(rows + (rows == columns), columns) for rows, columns in drawn]


def zero_one(rng, shape, share=0.4):
    """A 0/1 matrix (int64), of which a row and a column may be empty."""
    return (rng.random(shape) < share).astype(int)


def scores(rng, shape):
    """Scores from 0.05 to 0.95 in steps of 0.05 (float64), so that some are equal."""
    return rng.integers(1, 20, shape) / 20


def distinct_scores(rng, shape):
    """Scores between 0 and 1 (float64), no two of them equal."""
    return (rng.permutation(int(np.prod(shape))).reshape(shape) + 0.5) / np.prod(shape)


def mask_of(lengths, places):
    """A 0/1 matrix of which each row starts with so many ones; the rest is padding."""
    return (np.arange(places) < np.reshape(lengths, (-1, 1))).astype(int)


def states(rng, times=20):
    """(vectors of tokens, lengths of texts): at least one token, other numbers in the padding."""
    found = []
    for texts, places in shapes(rng, times):
        vectors = rng.integers(-40, 41, (texts, places, rng.choice([1, 7, 8]))) / 8
        found.append((vectors, rng.integers(1, places + 1, texts)))
    return found


def one_best(values):
    """True if one value is the largest by 0.01 at least."""
    return np.sum(np.asarray(values) > np.max(values) - 0.01) == 1
