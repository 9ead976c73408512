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
