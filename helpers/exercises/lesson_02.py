"""The exercises of lesson 2: solutions, cases, and wrong turns with their sentences."""

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import one_best, shapes, zero_one


def label_cardinality(y):
    return y.sum(axis=1).mean()


def clean(field):
    names = [name.strip().title() for name in field.split(";")]
    return sorted({name for name in names if name})


def closest_pair(y, labels):
    together = y.T @ y
    np.fill_diagonal(together, 0)
    first, second = np.unravel_index(together.argmax(), together.shape)
    return labels[first], labels[second]


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
    "2.1": Exercise([[0, 0, 1], [1, 1, 0], [0, 0, 0]], turns={
        "The columns are in alphabetical order: pass classes= with your own order.":
            [[1, 0, 0], [0, 1, 1], [0, 0, 0]],
        "A review without a label has a row too, with zeros only.": [[0, 0, 1], [1, 1, 0]],
    }),
    "2.2": Exercise(label_cardinality, lambda rng: [
        (np.array([[1, 0, 1], [0, 1, 0], [1, 1, 1]]),), (np.zeros((2, 3), int),),
        *((zero_one(rng, shape),) for shape in shapes(rng))], {
        "That is the label density, the share of ones: count per row first, then average.":
            lambda y: y.mean(),
        "That is the mean count of a label (axis=0): count along the row (axis=1).":
            lambda y: y.sum(axis=0).mean(),
        "Those are the counts of the rows: take their mean.": lambda y: y.sum(axis=1),
        "Rows without a label count too: divide by the number of all rows.":
            lambda y: y.sum() / max((y.sum(axis=1) > 0).sum(), 1),
    }),
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
