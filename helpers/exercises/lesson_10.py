"""What the exercises of lesson 10 must satisfy, and wrong turns with the sentence they get."""

import unicodedata

import numpy as np

NOTHING = "The function returns nothing: end it with return."


def clean(function):
    text = function("와!!!!!")
    if text is None:
        return NOTHING
    if text == "와!":
        return "Three must stay, not one: the second pattern is the character three times."
    if text != "와!!!":
        return f"'와!!!!!' must become '와!!!', but it becomes {text!r}."
    if function("와!!ㅋㅋㅋ") != "와!!ㅋㅋㅋ":
        return "Two or three in a row must stay as they are: cut only from four on."
    if function("ㅋㅋㅋㅋ😊😊😊😊😊") != "ㅋㅋㅋ😊😊😊":
        return "It must work for every character, ㅋ and emoji too: catch any one with (.)."
    letters = unicodedata.normalize("NFD", "강강강강강 좋아")
    if function(letters) == "강강강강강 좋아":
        return "Letters hide the repeated syllable: NFC first, then the cutting."
    if function(letters) != "강강강 좋아":
        return "A text in NFD must come back in NFC: use unicodedata.normalize."


def pieces(function):
    found = function("엄마가", 1, 2)
    if found is None:
        return NOTHING
    found = sorted(found)
    if found == sorted(["엄마", "마가"]):
        return "The shorter pieces are missing: go from shortest to longest."
    if found == sorted(["엄", "마", "가"]):
        return "The longest pieces are missing: range leaves its end out."
    if found == sorted(["엄", "마", "엄마"]):
        return "The last piece of each length is missing: range leaves its end out."
    if "" in found or len(found) > 5:
        return "Some pieces are shorter than n: stop at len(text) - n."
    if found != sorted(["엄", "마", "가", "엄마", "마가"]):
        return f"For '엄마가', 1, 2 it must give 엄, 마, 가, 엄마, 마가, but it gives {found}."
    if sorted(function("ㅋㅋㅋ", 2, 2)) != ["ㅋㅋ", "ㅋㅋ"]:
        return "A piece that stands twice must be in the list twice: TF counts them."
    if list(function("가", 2, 3)) != []:
        return "A text shorter than n has no piece of length n: the list must be empty."


def mean_of_tokens(function):
    hidden = np.array(
        [[[1.0, 2.0], [3.0, 6.0], [50.0, 50.0]], [[4.0, 0.0], [2.0, 3.0], [0.0, 9.0]]]
    )
    mask = np.array([[1, 1, 0], [1, 1, 1]])
    mean = function(hidden, mask)
    if mean is None:
        return NOTHING
    if np.shape(mean) != (2, 2):
        return f"The shape must be (rows, width), here (2, 2), but it is {np.shape(mean)}."
    if np.allclose(mean, hidden.mean(axis=1)):
        return "Padding counts as if it were a word: use the mask."
    if np.allclose(mean, (hidden * mask[:, :, None]).mean(axis=1)):
        return "Divide by the number of tokens of the row, not by the length with padding."
    if np.allclose(mean, (hidden * mask[:, :, None]).sum(axis=1)):
        return "That is the sum: divide it by the number of tokens."
    if not np.allclose(mean, [[2, 4], [2, 4]]):
        return f"Both rows of a small example have the mean [2, 4], but it gives {mean}."


def name_emotions(function):
    settings = '{"labels": ["joy", "fear", "anger"], "cuts": [0.4, 0.7, 0.05]}'
    y_score = np.array([[0.9, 0.6, 0.0], [0.4, 0.8, 0.04], [0.1, 0.6, 0.01]])
    named = function(y_score, settings)
    if named is None:
        return NOTHING
    if len(named) != 3:
        return f"There are 3 rows, so 3 lists, but it gives {len(named)}."
    named = [list(row) for row in named]
    if named == [["joy"], ["fear"], []]:
        return "A score equal to the cut is a yes: use >=."
    if named == [["joy", "fear"], ["fear"], ["fear"]]:
        return "0.5 is not in the file: each label has its own cut."
    if [] not in named:
        return "The third row is below every cut: its list must be empty."
    if named != [["joy"], ["joy", "fear"], []]:
        return f"It must give [['joy'], ['joy', 'fear'], []], but it gives {named}."


CHECKS = {
    "10.1": clean,
    "10.2": pieces,
    "10.3": mean_of_tokens,
    "10.4": name_emotions,
}

_IMPORTS = "(__import__('re'), __import__('unicodedata'))"

# Code of a wrong answer, and a piece of the sentence that it must get.
WRONG = {
    "10.1": [
        (f"lambda text, m={_IMPORTS}: m[0].sub(r'(.)\\1+', r'\\1', text)", "not one"),
        (f"lambda text, m={_IMPORTS}: m[0].sub(r'([!ㅋ])\\1{{3,}}', r'\\1\\1\\1', text)", "emoji"),
        (f"lambda text, m={_IMPORTS}: m[0].sub(r'(.)\\1{{3,}}', r'\\1\\1\\1', text)", "come back"),
        (
            f"lambda text, m={_IMPORTS}: m[1].normalize("
            "'NFC', m[0].sub(r'(.)\\1{3,}', r'\\1\\1\\1', text))",
            "NFC first",
        ),
        (f"lambda text, m={_IMPORTS}: m[0].sub(r'(.)\\1+', r'\\1\\1\\1', text)", "Two or three"),
    ],
    "10.2": [
        ("lambda t, a, b: [t[i : i + b] for i in range(len(t) - b + 1)]", "shorter pieces"),
        (
            "lambda t, a, b: [t[i : i + n] for n in range(a, b) for i in range(len(t) - n + 1)]",
            "longest pieces",
        ),
        (
            "lambda t, a, b: [t[i : i + n] for n in range(a, b + 1) for i in range(len(t) - n)]",
            "last piece",
        ),
        (
            "lambda t, a, b: [t[i : i + n] for n in range(a, b + 1) for i in range(len(t))]",
            "shorter than n",
        ),
        (
            "lambda t, a, b: {t[i : i + n] for n in range(a, b + 1)"
            " for i in range(len(t) - n + 1)}",
            "twice",
        ),
    ],
    "10.3": [
        ("lambda hidden, mask: hidden.mean(axis=1)", "as if it were a word"),
        ("lambda hidden, mask: (hidden * mask[:, :, None]).mean(axis=1)", "of the row"),
        ("lambda hidden, mask: (hidden * mask[:, :, None]).sum(axis=1)", "the sum"),
        ("lambda hidden, mask: hidden.mean(axis=2)", "shape"),
    ],
    "10.4": [
        (
            "lambda y, s, j=__import__('json'): [[n for n, p, c in zip(j.loads(s)['labels'], row,"
            " j.loads(s)['cuts']) if p > c] for row in y]",
            ">=",
        ),
        (
            "lambda y, s, j=__import__('json'): [[n for n, p in zip(j.loads(s)['labels'], row)"
            " if p >= 0.5] for row in y]",
            "its own cut",
        ),
        (
            "lambda y, s, j=__import__('json'): [[j.loads(s)['labels'][row.argmax()]]"
            " for row in y]",
            "must be empty",
        ),
        ("lambda y, s: [['joy']]", "3 lists"),
    ],
}
