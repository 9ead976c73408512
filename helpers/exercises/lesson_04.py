"""The exercises of lesson 4: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import mask_of, shapes


def unknown_share(words, vocabulary):
    if not words:
        return 0.0
    return sum(word not in vocabulary for word in words) / len(words)


def pad_batch(rows):
    lengths = np.array([len(row) for row in rows])
    ids = np.zeros((len(rows), lengths.max()), dtype=int)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = row
    return ids, lengths


def stop_epoch(dev, patience):
    best, best_epoch = dev[0], 1
    for epoch, figure in enumerate(dev, start=1):
        if figure > best:
            best, best_epoch = figure, epoch
        if epoch - best_epoch == patience:
            return epoch
    return len(dev)


def words_and_vocabulary(rng):
    film = {"a": 2, "film": 3}
    found = [(["a", "b", "b", "film"], film), (["b", "b", "cat"], film), ([], film), ([], {}),
             (["Film", "fil", "a", "a", "a"], film), (["a"], {})]  # fmt: skip
    for _ in range(20):
        known = rng.permutation(list("abcdefghij"))[: rng.integers(1, 8)].tolist()
        words = rng.choice(list("abcdefghij"), rng.integers(1, 9)).tolist()
        found.append((words, {name: number for number, name in enumerate(known, start=2)}))
    return found


def id_rows(rng):
    """Ids from 1: 0 is the padding. One row may be empty, but not all."""
    found = [[[5, 6, 7], [8], [9, 2]], [[4] * 5], [[3], [2, 2, 1, 9], []], [[7], [8]]]
    for rows, longest in shapes(rng, 20):
        sizes = [longest, *rng.integers(0, 8, rows - 1)]
        found.append([rng.integers(1, 90, size).tolist() for size in sizes])
    return [(rows,) for rows in found]


def network(ids, lengths):
    """What a network gives that has learned 4.4's labels; the reader's own one is trained."""
    real = (ids * mask_of(lengths, ids.shape[1]))[:, :, None]
    seen = (real == [1, 3]).cumsum(axis=1)  # 1 or 3 stands here or before
    return (seen * (real == [2, 4])).any(axis=1) - 0.5


def decide(ids, lengths):
    return np.where(network(ids, lengths) > 0, 1, 0)


def ordered_rows(rng):
    """By hand: both orders, both labels, two rows that only left-over ids complete. Then drawn."""
    ids = [[1, 5, 2, 6, 7, 8], [2, 5, 1, 6, 7, 8], [5, 3, 6, 4, 2, 1],
           [1, 3, 2, 4, 5, 6], [1, 3, 5, 6, 2, 4], [5, 1, 6, 3, 2, 4]]  # fmt: skip
    found = [(np.array(ids), np.array([6, 6, 6, 6, 4, 4]))]
    for _ in range(11):
        rows = rng.permuted(np.tile(np.arange(1, 9), (16, 1)), axis=1)
        found.append((rows, rng.integers(4, 9, 16)))
    return found


# fmt: off
EXERCISES = {
    "4.1": Exercise(unknown_share, words_and_vocabulary, {
        "That is the share of the known words: count those that are not in vocabulary.":
            lambda words, v: sum(word in v for word in words) / max(len(words), 1),
        "That is how many are unknown: divide by the number of words.":
            lambda words, v: sum(word not in v for word in words),
        "A word that stands twice counts twice: do not make a set of the words.":
            lambda words, v: len(set(words) - set(v)) / max(len(set(words)), 1),
        "An empty list must give 0: ask for it before you divide by its length.":
            lambda words, v: sum(word not in v for word in words) / len(words),
    }),
    "4.2": Exercise(pad_batch, id_rows, {
        "That is padded on the left: the zeros belong on the right.":
            lambda rows: (np.fliplr(pad_batch([row[::-1] for row in rows])[0]), [*map(len, rows)]),
        "The lengths are those of the rows before padding.":
            lambda rows: (pad_batch(rows)[0], [max(map(len, rows))] * len(rows)),
        "The two arrays stand in the wrong order: ids first.": lambda rows: pad_batch(rows)[::-1],
        "Those are the ids alone: return the lengths too.": lambda rows: pad_batch(rows)[0],
    }, whole=True),
    "4.3": Exercise(stop_epoch, lambda rng: [
        ([0.1, 0.3, 0.2, 0.25, 0.9], 2), ([0.1, 0.3, 0.2, 0.4, 0.2, 0.5], 2), ([0.2], 1),
        ([0.3, 0.3, 0.3, 0.4], 2), ([0.5, 0.2, 0.3, 0.4, 0.4], 3), ([0.4, 0.3, 0.2], 2),
        ([0.0, 0.0, 0.3, 0.2], 2), ([-2.0, -1.5, -1.6, -1.7, -1.0], 2),
        *(((rng.integers(2, 9, length) / 10).tolist(), int(rng.integers(1, 5)))
          for length in rng.integers(1, 12, 25))], {
        "The first epoch without a new best is not enough: wait for patience epochs.":
            lambda dev, patience: stop_epoch(dev, 1),
        "That is the best epoch: training stops patience epochs later.":
            lambda dev, patience: int(np.argmax(dev)) + 1,
        "An equal figure is no new best: compare with >.": lambda dev, patience:
            stop_epoch([figure + epoch / 1e6 for epoch, figure in enumerate(dev)], patience),
        "Compare with the best figure so far, not with the epoch before.": lambda dev, patience:
            next((epoch for epoch in range(patience + 1, len(dev))
                  if np.diff(dev[:epoch])[-patience:].max() <= 0), len(dev)),
        "The epochs are counted from 1.": lambda dev, patience: stop_epoch(dev, patience) - 1,
        "That is one epoch too late: it stops as soon as patience epochs brought no new best.":
            lambda dev, patience: stop_epoch(dev, patience + 1),
    }),
    # Trained: four rows of five must be right in each case.
    "4.4": Exercise(decide, ordered_rows, {
        "No row gets a label. A mean of vectors knows no order; a GRU needs a loss near 0.":
            lambda ids, lengths: np.zeros((len(ids), 2), int),
        "The lengths are not used in decide: left-over ids count too.":
            lambda ids, lengths: decide(ids, np.full(len(ids), ids.shape[1])),
        "The network never gets the lengths: it guesses which ids are left over.":
            lambda ids, lengths: decide(ids, np.full(len(ids), 6)),
        "The columns are the other way round: A first, then B.":
            lambda ids, lengths: decide(ids, lengths)[:, ::-1],
        "It says no where the logit is high: yes is > 0.":
            lambda ids, lengths: 1 - decide(ids, lengths),
    }, share=0.8),
}
