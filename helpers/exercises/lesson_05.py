"""The exercises of lesson 5: solutions, cases, and wrong turns with their sentences."""

from types import SimpleNamespace

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import mask_of, states


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


def embedding(shift):
    def embed(texts):
        vectors = np.array([[0, -900, 14e-6, len(text) / 10] for text in texts])
        return vectors + np.array(shift) * (sum(map(len, texts)) > 9)

    embed.__doc__ = ADDS.format(shift=shift)  # which is how an embed is shown
    return embed


ADDS = "an embed that adds {shift} in a batch of more than 9 letters"
EMBEDS = list(map(embedding, [
    [0, 0, 0, -0.1], [0, 0, 0, 0], [0, -3e-6, 0, 0], [0, 2e-3, 0, 0], [4e-6, 0, 0, 0],
    [4e-6, 0, 4e-6, 4e-6], [25e-6, 0, 0, 0], [0, 0.1, 0, 0], [0, -0.1, 0, 0.1]]))  # fmt: skip


def companies(rng):
    texts = ["short", "x", "tree", "green eye", "", "a much longer text"]
    drawn = [(embed, str(rng.choice(texts[:4])), rng.choice(texts, number).tolist())
             for number in (0, 1, 2, 3) for embed in EMBEDS]  # fmt: skip
    by_hand = [("short", ["a much longer text", "x"]), ("green eye", ["x"]), ("x", ["green eye"])]
    return [(EMBEDS[0], *texts) for texts in by_hand] + drawn


def both(embed, text, others):
    return embed([text])[0], embed([text, *others])[0]


SUBJECTS = np.random.default_rng(5).normal(size=(3, 64))  # as in the cell of 5.4
torch = SimpleNamespace(tensor=np.asarray)  # what the printed solution of 5.4 calls


def head(units):
    """What a linear head gives that has learned 5.4's labels; the reader's own one is trained."""
    return units @ np.linalg.pinv(SUBJECTS) - 0.054


def decide(vectors):
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(head(torch.tensor(units)) > 0, 1, 0)


def summed_texts(rng):
    """No, one, two and three labels; then short texts, long ones, and twice both, in turn."""
    y, found = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 0, 0], [0, 1, 1], [1, 1, 1]]), []
    for low, high in [(-0.3, 0.3), *[(-1, -0.8), (0.8, 1), (-1, 1), (-1, 1)] * 3]:
        mixed = y @ SUBJECTS + 0.5 * rng.normal(size=(len(y), 64))
        found.append(((mixed * 10 ** rng.uniform(low, high, (len(y), 1))).astype("float32"),))
        y = rng.integers(0, 2, (16, 3))
    return found


# fmt: off
EXERCISES = {
    "5.1": Exercise(max_of_tokens, lambda rng: [
        (np.array([[[1.0, -4], [3, -2], [9, 9]], [[-1, 0], [0, 0], [0, 0]]]), mask_of([2, 1], 3)),
        *((hidden - rng.choice([0, 4, 2000]), mask_of(lengths, hidden.shape[1]))
          for hidden, lengths in states(rng))], {
        "The padded places take part: use the mask.": lambda hidden, mask: hidden.max(axis=1),
        "A padded place counts as 0, and 0 is larger than a negative value: use -np.inf.":
            lambda hidden, mask: (hidden * mask[:, :, None]).max(axis=1),
        "The mean of the real tokens is another way to pool: take the largest value.":
            lambda hidden, mask: (hidden * mask[:, :, None]).sum(1) / mask.sum(1)[:, None],
        "That is the largest number of each token: take the maximum over the places, axis=1.":
            lambda hidden, mask: np.where(mask[:, :, None] == 1, hidden, -np.inf).max(axis=2),
    }),
    "5.2": Exercise(nearest, queries, {
        "A long vector wins by its length: divide each row by its length.":
            lambda query, vectors, k: (vectors @ query).argsort()[::-1][:k],
        "Those are the farthest rows: argsort sorts upwards, so turn its answer around.":
            lambda query, vectors, k: nearest(-query, vectors, k),
        "The nearest must come first.": lambda *given: nearest(*given)[::-1],
        "That is the distance: the cosine looks at the direction alone.":
            lambda query, vectors, k: np.linalg.norm(vectors - query, axis=1).argsort()[:k],
    }),
    "5.3": Exercise(independent, companies, {
        "That is too strict: a batch rounds the last digits otherwise, so allow 0.00001.":
            lambda *given: np.array_equal(*both(*given)),
        "Rounding can part two numbers that are close: look at their difference.":
            lambda *given: np.array_equal(*np.round(both(*given), 5)),
        "A difference can be negative, and then it is small however far it is from 0: use np.abs.":
            lambda *given: np.all(np.subtract(*both(*given)) < 1e-5),
        "By itself np.allclose allows almost nothing near 0: set atol.":
            lambda *given: np.allclose(*both(*given)),
        "Return one True or False for the vector: np.isclose gives one for each number.":
            lambda *given: np.isclose(*both(*given), rtol=0, atol=1e-5),
        "Nothing is compared with the batch: embed [text, *others] too.": lambda *given: True,
    }),
    # Trained: nine rows of ten must be right in each case.
    "5.4": Exercise(decide, summed_texts, {
        "No text gets a label. Was the head trained until its loss was near 0?":
            lambda vectors: np.zeros((len(vectors), 3), int),
        "Every text gets exactly one label: do not take argmax, ask for each label if it is > 0.":
            lambda vectors: np.eye(3, dtype=int)[(vectors @ np.linalg.pinv(SUBJECTS)).argmax(1)],
        "The columns are the other way round.": lambda vectors: decide(vectors)[:, ::-1],
        "It says no where the logit is high: yes is > 0.": lambda vectors: 1 - decide(vectors),
    }, share=0.9),
}
