"""What the exercises of lesson 2 must satisfy, and wrong turns with the sentence they get."""

import numpy as np

NOTHING = "The function returns nothing: end it with return."


def matrix_of_reviews(y):
    y = np.asarray(y)
    if y.shape != (3, 3):
        return f"The matrix must have 3 rows and 3 columns, but its shape is {y.shape}."
    if y.tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 0]]:
        return "The columns are in alphabetical order: pass classes= with your own order."
    if y.tolist() != [[0, 0, 1], [1, 1, 0], [0, 0, 0]]:
        return "The columns must mean short, long, funny, in this order: pass classes=."


def cardinality(function):
    y = np.array([[1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 1, 0]])
    value = function(y)
    if value is None:
        return NOTHING
    if np.shape(value) != ():
        return f"It must return one number, but returns something of shape {np.shape(value)}."
    if np.isclose(value, 0.5):
        return "That is the label density, the share of ones: count per row first, then average."
    if np.isclose(value, 1.5):
        return "That is the mean count of a label (axis=0): count along the row (axis=1)."
    if not np.isclose(value, 2):
        return f"Rows with 2, 1 and 3 labels have cardinality 2, but it returns {value:.3g}."


def cleaned(function):
    result = function(" drama;WAR ; drama")
    if result is None:
        return NOTHING
    if isinstance(result, set):
        return "A set has no order: return a sorted list."
    if result == ["Drama", "Drama", "War"]:
        return "Drama stands there twice: a set drops what is there already."
    if result != ["Drama", "War"]:
        return f"' drama;WAR ; drama' must give ['Drama', 'War'], but gives {result!r}."
    if function("sci-fi") != ["Sci-Fi"]:
        return f"'sci-fi' must become 'Sci-Fi', but is {function('sci-fi')!r}: try .title()."
    if function("") != [] or function(" ; War") != ["War"]:
        return f"An empty name is no label, so '' must give [], but it gives {function('')!r}."


def closest(function):
    y = np.array([[1, 1, 0], [1, 0, 1], [1, 0, 1], [1, 1, 1]])
    pair = function(y.copy(), ["A", "B", "C"])
    if pair is None:
        return NOTHING
    if len(pair) != 2 or not all(isinstance(name, str) for name in pair):
        return f"It must return two names, but returns {pair!r}."
    if pair[0] == pair[1]:
        return "A label always stands with itself: set the diagonal to 0 first."
    if set(pair) != {"A", "C"}:
        return f"In a test matrix A and C are together on 3 of 4 rows, but it returns {pair!r}."
    rare = np.array([[1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 1, 1], [0, 1, 1]])
    if set(function(rare, ["A", "B", "C"])) != {"B", "C"}:
        return "The most frequent label need not be in the closest pair: compare all pairs."


CHECKS = {"2.1": matrix_of_reviews, "2.2": cardinality, "2.3": cleaned, "2.4": closest}

# Code of a wrong answer, and a piece of the sentence that it must get.
WRONG = {
    "2.1": [
        ("MultiLabelBinarizer().fit_transform([['funny'], ['long', 'short'], []])", "alphabetical"),
        ("MultiLabelBinarizer().fit_transform(['funny', 'long, short', ''])", "3 rows and 3"),
    ],
    "2.2": [
        ("lambda y: y.mean()", "density"),
        ("lambda y: y.sum(axis=0).mean()", "axis=1"),
        ("lambda y: y.sum(axis=1)", "one number"),
    ],
    "2.3": [
        ("lambda field: sorted(name.strip().title() for name in field.split(';'))", "twice"),
        ("lambda field: {name.strip().title() for name in field.split(';')}", "order"),
        ("lambda field: sorted({n.strip().capitalize() for n in field.split(';')})", "Sci-Fi"),
        ("lambda field: sorted({name.strip().title() for name in field.split(';')})", "empty"),
    ],
    "2.4": [
        ("lambda y, labels: (labels[0], labels[0])", "diagonal"),
        ("lambda y, labels: (0, 2)", "two names"),
        ("lambda y, labels: (labels[0], labels[1])", "A and C"),
        ("lambda y, labels: (labels[0], labels[2])", "need not be"),
    ],
}
