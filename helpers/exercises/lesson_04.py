"""What the exercises of lesson 4 must satisfy, and wrong turns with the sentence they get."""

import numpy as np

NOTHING = "The function returns nothing: end it with return."


def unknown_share(function):
    share = function(["a", "b", "b", "c"], {"a": 2, "d": 3})
    if share is None:
        return NOTHING
    if np.shape(share) != ():
        return f"It must return one number, but it returns {share!r}."
    if np.isclose(share, 0.25):
        return "That is the share of the known words: count those that are not in vocabulary."
    if np.isclose(share, 3):
        return "That is how many are unknown: divide by the number of words."
    if np.isclose(share, 2 / 3):
        return "A word that stands twice counts twice: do not make a set of the words."
    if not np.isclose(share, 0.75):
        return f"In a test text 3 of 4 words are unknown, which is 0.75, but it gives {share}."
    try:
        empty = function([], {"a": 2})
    except ZeroDivisionError:
        return "An empty list must give 0, but it divides by zero."
    if empty != 0:
        return f"An empty list must give 0, but it gives {empty!r}."


def pad_batch(function):
    returned = function([[5, 6, 7], [8], [9, 2]])
    if returned is None:
        return NOTHING
    if not isinstance(returned, tuple) or len(returned) != 2:
        return "Return two arrays, the ids and the lengths."
    ids, lengths = map(np.asarray, returned)
    if ids.ndim == 1 and lengths.ndim == 2:
        return "The two arrays stand in the wrong order: ids first."
    if ids.shape != (3, 3):
        return f"The longest row has 3 ids, so the shape must be (3, 3), but it is {ids.shape}."
    if ids.tolist() == [[5, 6, 7], [0, 0, 8], [0, 9, 2]]:
        return "That is padded on the left: the zeros belong on the right."
    if ids.tolist() != [[5, 6, 7], [8, 0, 0], [9, 2, 0]]:
        return f"The row [8] must become [8, 0, 0], but the ids are {ids.tolist()}."
    if lengths.tolist() == [3, 3, 3]:
        return "The lengths are those of the rows before padding: 3, 1 and 2."
    if lengths.tolist() != [3, 1, 2]:
        return f"The lengths must be 3, 1 and 2, but they are {lengths.tolist()}."
    ids, lengths = map(np.asarray, function([[4, 4, 4, 4, 4]]))
    if ids.tolist() != [[4] * 5] or lengths.tolist() != [5]:
        return "The width must follow the batch: one row of 5 ids gives the shape (1, 5)."


def mean_of_states(function):
    states = np.array(
        [[[1.0, 2.0], [3.0, 4.0], [90.0, 90.0]], [[6.0, 0.0], [0.0, 6.0], [3.0, 3.0]]]
    )
    means = function(states, np.array([2, 3]))
    if means is None:
        return NOTHING
    if np.shape(means) != (2, 2):
        return f"For 2 rows and 2 numbers the shape must be (2, 2), but it is {np.shape(means)}."
    if np.allclose(means, states.mean(axis=1)):
        return "That is the mean over all positions: leave out what stands behind the length."
    if np.allclose(means[0], [47, 48]):
        return "The sum still holds the padding: dividing by the length is not enough."
    if np.allclose(means, [[3, 4], [3, 3]]):
        return "That is the last state of each row: take the mean of all its real states."
    if not np.allclose(means, [[2, 3], [3, 3]]):
        return f"The states [1, 2] and [3, 4] have the mean [2, 3], but it gives {means[0]}."


def stop_epoch(function):
    epoch = function([0.1, 0.3, 0.2, 0.25, 0.9], 2)
    if epoch is None:
        return NOTHING
    if epoch == 3:
        return "The first epoch without a new best is not enough: wait for patience epochs."
    if epoch == 2:
        return "That is the best epoch: training stops patience epochs later."
    if epoch == 5:
        return "Epochs 3 and 4 brought no new best, so with patience 2 it never sees epoch 5."
    if epoch != 4:
        return f"For 0.1, 0.3, 0.2, 0.25, 0.9 and patience 2 it must stop after 4, not {epoch}."
    if function([0.1, 0.3, 0.2, 0.4, 0.2, 0.5], 2) != 6:
        return "A new best starts the count again: 0.1, 0.3, 0.2, 0.4, 0.2, 0.5 runs to epoch 6."
    if function([0.3, 0.3, 0.3], 2) != 3 or function([0.3, 0.3, 0.3, 0.4], 2) != 3:
        return "An equal figure is no new best: 0.3, 0.3, 0.3 stops after epoch 3."
    if function([0.5, 0.2, 0.3, 0.4], 2) != 3:
        return "Compare with the best figure so far, not with the epoch before."


CHECKS = {
    "4.1": unknown_share,
    "4.2": pad_batch,
    "4.3": mean_of_states,
    "4.4": stop_epoch,
}

_STOP = """(lambda dev, patience: next((e for e in range(patience + 1, len(dev) + 1)
    if {no_new_best}), len(dev)))"""

# Code of a wrong answer, and a piece of the sentence that it must get.
WRONG = {
    "4.1": [
        ("lambda words, v: sum(w in v for w in words) / max(len(words), 1)", "known words"),
        ("lambda words, v: sum(w not in v for w in words)", "divide"),
        ("lambda words, v: len(set(words) - set(v)) / max(len(set(words)), 1)", "set"),
        ("lambda words, v: sum(w not in v for w in words) / len(words)", "divides by zero"),
    ],
    "4.2": [
        ("lambda rows: (np.array([r + [0] * (9 - len(r)) for r in rows]), "
         "np.array([len(r) for r in rows]))", "longest row"),
        ("lambda rows: (np.array([[0] * (max(map(len, rows)) - len(r)) + r for r in rows]), "
         "np.array([len(r) for r in rows]))", "left"),
        ("lambda rows: (np.array([r + [0] * (max(map(len, rows)) - len(r)) for r in rows]), "
         "np.array([max(map(len, rows))] * len(rows)))", "before padding"),
        ("lambda rows: np.array([r + [0] * (max(map(len, rows)) - len(r)) for r in rows])",
         "two arrays"),
        ("lambda rows: (np.array([r + [0] * (3 - len(r)) for r in rows])[:, :3], "
         "np.array([len(r) for r in rows]))", "follow the batch"),
    ],
    "4.3": [
        ("lambda s, n: s.mean(axis=1)", "all positions"),
        ("lambda s, n: s.sum(axis=1) / n[:, None]", "not enough"),
        ("lambda s, n: s[np.arange(len(s)), n - 1]", "last state"),
    ],
    "4.4": [
        (_STOP.format(no_new_best="dev[e - 1] <= dev[e - 2]").replace("patience + 1", "2"),
         "not enough"),
        ("lambda dev, patience: int(np.argmax(dev)) + 1", "never sees"),
        ("lambda dev, patience: int(np.argmax(dev[:4])) + 1", "best epoch"),
        (_STOP.format(no_new_best="max(dev[e - patience:e]) < max(dev[:e - patience])"), "equal"),
    ],
}  # fmt: skip
