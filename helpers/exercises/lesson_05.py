"""The exercises of lesson 5: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import shapes


def padding_share(mask):
    return 1 - mask.mean()


def max_of_tokens(hidden, mask):
    kept = np.where(mask[:, :, None] == 1, hidden, -np.inf)
    return kept.max(axis=1)


def nearest(query, vectors, k):
    cosines = vectors @ query / np.linalg.norm(vectors, axis=1)
    return cosines.argsort()[::-1][:k]


def independent(embed, text, others):
    alone = embed([text])[0]
    together = embed([text, *others])[0]
    return np.allclose(alone, together, rtol=0, atol=1e-5)


def mask_of(lengths, places):
    """Padding at the end, as the tokenizer makes it."""
    return (np.arange(places) < np.reshape(lengths, (-1, 1))).astype(int)


def masks(rng):
    drawn = [(mask_of(rng.integers(1, s[1] + 1, s[0]), s[1]),) for s in shapes(rng)]
    return [(mask_of([4, 2], 4),), *drawn]


def hidden_states(rng):
    hidden = np.array([[[1.0, -4], [3, -2], [9, 9]], [[-1, 0], [0, 0], [0, 0]]])
    drawn = [(hidden, mask_of([2, 1], 3))]
    for texts, width in shapes(rng, 20):
        places = rng.integers(2, 6)
        mask = mask_of(rng.integers(1, places + 1, texts), places)
        numbers = rng.normal(0, 3, (*mask.shape, width)).round(1)
        drawn.append((numbers - rng.choice([0, 4, 2000]), mask))
    return drawn


def queries(rng):
    """Vectors of which no two have the same cosine to the query."""
    vectors = np.array([[9.0, 9.0], [1.0, 0.1], [0.0, 2.0], [0.5, 0.0], [-3.0, 0.0]])
    found = [(np.array([2.0, 0.0]), vectors, k) for k in (2, 1, 5)]
    while len(found) < 30:
        rows, width = rng.integers(1, 10), rng.integers(2, 5)
        query, vectors = rng.normal(0, 2, width).round(1), rng.normal(0, 2, (rows, width)).round(1)
        lengths = np.linalg.norm(vectors, axis=1)
        if np.diff(np.sort(vectors @ query / np.maximum(lengths, 0.1)), prepend=-99).min() > 0.01:
            found.append((query, vectors, int(rng.integers(1, rows + 1))))
    return found


def embedding(words, place, shift):
    """An embed of which one number, or two, moves with the batch."""

    def embed(texts):
        if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
            raise TypeError("embed takes a list of texts")
        rows = np.array([[0, -1, 49e-6, 14e-6, len(text) / 10, text.count("e")] for text in texts])
        rows[:, place] += shift(texts)
        return rows

    embed.__doc__ = words
    return embed


def batch(shift, size=2):
    return lambda texts: np.array(shift) * (len(texts) >= size)


EMBEDS = [embedding(*line) for line in [
    ("an embed in which padding to the longest text counts", 4, lambda t: max(map(len, t))),
    ("an embed in which nothing depends on the batch", 0, batch(0)),
    ("an embed that rounds -1 otherwise in a batch", 1, batch(-3e-6)),
    ("an embed that rounds a 0 otherwise in a batch", 0, batch(3e-6)),
    ("an embed that rounds two numbers otherwise in a batch", [2, 3], batch(3e-6)),
    ("an embed that adds 0.000025 to a 0 in a batch", 0, batch(25e-6)),
    ("an embed that adds 0.1 to the last number in a batch", 5, batch(0.1)),
    ("an embed that takes 0.1 from one number in a batch", 1, batch(-0.1)),
    ("an embed that moves 0.1 from number to number in a batch", [1, 4], batch([-0.1, 0.1])),
    ("an embed in which three or more texts spoil each other", 4, batch(-0.1, 3)),
]]  # fmt: skip


def companies(rng):
    texts = ["a much longer text", "x", "tree", "", "green eye"]
    drawn = [(EMBEDS[0], "short", ["a much longer text", "x"])]
    drawn += [(EMBEDS[0], "short", ["x"]), (EMBEDS[0], "x", ["tree"]), (EMBEDS[-1], "x", ["e"])]
    for embed in EMBEDS[1:]:
        for number in (0, 2, 3):
            drawn.append((embed, str(rng.choice(texts)), rng.choice(texts, number).tolist()))
    return drawn


def both(embed, text, others):
    return embed([text])[0], embed([text, *others])[0]


# fmt: off
EXERCISES = {
    "5.1": Exercise(padding_share, masks, {
        "That is the share of real tokens: padding is the rest.": lambda mask: mask.mean(),
        "That is the number of padded places: divide it by the number of all places.":
            lambda mask: (mask == 0).sum(),
        "Padding is divided by the number of texts: each text has several places.":
            lambda mask: (mask == 0).sum() / len(mask),
        "That is a share for each text: one number for the whole batch is asked for.":
            lambda mask: 1 - mask.mean(axis=1),
    }),
    "5.2": Exercise(max_of_tokens, hidden_states, {
        "The padded places take part: use the mask.": lambda hidden, mask: hidden.max(axis=1),
        "A padded place counts as 0, and 0 is larger than a negative value: use -np.inf.":
            lambda hidden, mask: (hidden * mask[:, :, None]).max(axis=1),
        "The mean of the real tokens is another way to pool: take the largest value.":
            lambda hidden, mask: (hidden * mask[:, :, None]).sum(1) / mask.sum(1)[:, None],
        "That is the largest number of each token: take the maximum over the places, axis=1.":
            lambda hidden, mask: np.where(mask[:, :, None] == 1, hidden, -np.inf).max(axis=2),
        "max gives nan as soon as one value is nan: put -np.inf where padding is.":
            lambda hidden, mask: np.where(mask[:, :, None] == 1, hidden, np.nan).max(axis=1),
    }),
    "5.3": Exercise(nearest, queries, {
        "A long vector wins by its length: divide each row by its length.":
            lambda query, vectors, k: (vectors @ query).argsort()[::-1][:k],
        "Those are the farthest rows: argsort sorts upwards, so turn its answer around.":
            lambda query, vectors, k: nearest(-query, vectors, k),
        "The rows are right, but the nearest must come first.":
            lambda query, vectors, k: nearest(query, vectors, k)[::-1],
        "That is the distance: the cosine looks at the direction alone.":
            lambda query, vectors, k: np.linalg.norm(vectors - query, axis=1).argsort()[:k],
    }),
    "5.4": Exercise(independent, companies, {
        "That is too strict: a batch rounds the last digits otherwise, so allow 0.00001.":
            lambda *given: np.array_equal(*both(*given)),
        "A difference can be negative, and then it is small however far it is from 0: use np.abs.":
            lambda *given: np.all(np.subtract(*both(*given)) < 1e-5),
        "By itself np.allclose allows almost nothing near 0: set atol.":
            lambda *given: np.allclose(*both(*given)),
        "Return one True or False for the vector: np.isclose gives one for each number.":
            lambda *given: np.isclose(*both(*given), rtol=0, atol=1e-5),
        "Nothing is compared with the batch: embed [text, *others] too.": lambda *given: True,
    }),
}
