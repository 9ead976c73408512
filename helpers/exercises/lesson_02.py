"""The exercises of lesson 2: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import one_best, zero_one


def leaks(texts, parts):
    plain = [text.strip().lower() for text in texts]
    seen = {text for text, part in zip(plain, parts, strict=True) if part == "train"}
    return [row for row, text in enumerate(plain) if parts[row] == "test" and text in seen]


def clean(field):
    names = [name.strip().title() for name in field.split(";")]
    return sorted({name for name in names if name})


def closest_pair(y, labels):
    together = y.T @ y
    np.fill_diagonal(together, 0)
    first, second = np.unravel_index(together.argmax(), together.shape)
    return labels[first], labels[second]


def split_texts(rng):
    names = ["A storm.", " A storm. ", "a storm", "Two thieves.", "TWO THIEVES.", "Two  thieves."]
    texts = [" A storm. ", "Two thieves.", "a STORM.", "a storm", "TWO THIEVES."]
    found = [(texts, ["train", "dev", "test", "test", "test"]), ([], []), (["x"], ["test"])]
    for rows in rng.integers(2, 9, 25):
        drawn = list(map(str, rng.choice(names, rows)))
        found.append((drawn, list(map(str, rng.choice(["train", "dev", "test"], rows)))))
    return found


def fields(rng):
    names = ["drama", " WAR", "sci-fi ", "Film Noir", "", "  ", "comedy", "Drama", "a b-c"]
    drawn = [";".join(rng.choice(names, rng.integers(1, 6))) for _ in range(25)]
    by_hand = [" drama;WAR ; drama;sci-fi", "war;drama", "", " ; War", "film noir", "drama, war"]
    return [(field,) for field in by_hand + drawn]


def labelled(rng):
    """Matrices of which exactly one pair of labels is the closest."""
    by_hand = np.array([[1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 1, 1], [0, 1, 1]])
    found = [(by_hand, ["Drama", "War", "Crime"])]
    while len(found) < 25:
        y = zero_one(rng, (rng.integers(4, 12), rng.integers(3, 6)), 0.5)
        if one_best((y.T @ y)[np.triu_indices(y.shape[1], 1)]):
            found.append((y, [f"L{number}" for number in rng.permutation(y.shape[1])]))
    return found


# fmt: off
EXERCISES = {
    "2.1": Exercise(["B", "C", "E"], turns={
        "A is right: a row knows no order. Both names are in a list of their own.":
            ["A", "B", "C", "E"],
        "D names all seven columns in their order, so its row is the right one.":
            ["B", "C", "D", "E"],
        "F stops with an error: transform takes one list of films.": ["B", "C", "E", "F"],
        "One is missing: in B each text is taken for a film, and its letters for labels.":
            ["C", "E"],
        "One is missing: a new binarizer without classes= has only the columns it has seen.":
            ["B", "E"],
        "One is missing: 'drama' is not 'Drama', so its row is all zeros.": ["B", "C"],
    }, order="set"),
    "2.2": Exercise(leaks, split_texts, {
        "Two texts can be the same and look different: mind the capitals and the blanks.":
            lambda texts, parts: leaks([text.encode().hex() for text in texts], parts),
        "Blanks at the ends make no difference: strip them.":
            lambda texts, parts: leaks([text.replace(" ", "_") for text in texts], parts),
        "Capitals make no difference: make all letters small.":
            lambda texts, parts: leaks([text.strip().encode().hex() for text in texts], parts),
        "Only train counts here: a text that stands in dev and test is another matter.":
            lambda texts, parts: leaks(texts, [part.replace("dev", "train") for part in parts]),
        "Only the rows of test are asked for.":
            lambda texts, parts: leaks(texts * 2, parts + ["test"] * len(parts)),
        "Those are the texts: return the numbers of their rows.":
            lambda texts, parts: [texts[row] for row in leaks(texts, parts)],
    }, order="bag"),
    "2.3": Exercise(clean, fields, {
        "A name that stands there twice stays once: a set drops what is there already.":
            lambda field: sorted(n.strip().title() for n in field.split(";") if n.strip()),
        "The list must be sorted.": lambda field: list(dict.fromkeys(
            n.strip().title() for n in field.split(";") if n.strip())),
        "An empty name is no label: leave it out.":
            lambda field: sorted({name.strip().title() for name in field.split(";")}),
        "capitalize makes 'Sci-fi' of 'sci-fi': title gives each word its capital.":
            lambda field: sorted({n.strip().capitalize() for n in field.split(";")} - {""}),
        "The names keep their blanks: strip them before you compare.":
            lambda field: sorted({name.title() for name in field.split(";") if name.strip()}),
    }),
    "2.4": Exercise(closest_pair, labelled, {
        "A label always stands with itself: set the diagonal to 0 before you look.":
            lambda y, labels: [labels[y.sum(axis=0).argmax()]] * 2,
        "Those are the column numbers: return the names, labels[number].":
            lambda y, labels: closest_pair(y, range(len(labels))),
        "Those are the two most frequent labels: they need not stand on the same rows.":
            lambda y, labels: [labels[place] for place in np.argsort(-y.sum(axis=0))[:2]],
    }, order="bag"),
}
