"""The exercises of lesson 10: solutions, cases, and wrong turns with their sentences."""

import re
import unicodedata

from helpers.exercises import Exercise


def clean(text):
    text = unicodedata.normalize("NFC", text)
    return re.sub(r"(.)\1{3,}", r"\1\1\1", text)


def pieces(text, shortest, longest):
    found = []
    for n in range(shortest, longest + 1):
        for start in range(len(text) - n + 1):
            found.append(text[start : start + n])
    return found


def raw_texts(rng):
    """Runs of characters, some texts in NFD. No run of line breaks or of loose accents."""
    texts = ["와!!!!!", "와!!", "와!!!", "와!!!!", "ㅋㅋㅋㅋ😊😊😊😊😊", " 1000000", "", "ababab"]
    nfd = ["강강강강강 좋아", "eeeé", "강!!!!", "AaAa"]
    for number in range(20):
        characters = rng.choice(list("와강!ㅋ😊 eéA0\\$-"), 4).tolist()
        times = rng.choice([1, 2, 3, 4, 5, 6, 9, 14], 4).tolist()
        (texts if number % 3 else nfd).append("".join(map(str.__mul__, characters, times)))
    return [(text,) for text in texts + [unicodedata.normalize("NFD", text) for text in nfd]]


def texts_and_lengths(rng):
    found = [("엄마가", 1, 2), ("ㅋㅋㅋ", 2, 2), ("가", 2, 3), ("", 1, 1), ("OK 엄마", 2, 3)]
    for length in rng.integers(2, 9, 20):
        text, shortest = "".join(rng.choice(list("가나다 aB😊"), length)), int(rng.integers(1, 5))
        found.append((text, shortest, shortest + int(rng.integers(0, 4))))
    return found


def cut(pattern, to=r"\1\1\1"):
    return lambda text: re.sub(pattern, to, unicodedata.normalize("NFC", text))


# fmt: off
EXERCISES = {
    "10.1": Exercise(clean, raw_texts, {
        "Three must stay, not one: put the character there three times.": cut(r"(.)\1{3,}", r"\1"),
        "Two in a row become three here: cut only from four on.": cut(r"(.)\1+"),
        "Four in a row stay here: the character, and then three or more of it.": cut(r"(.)\1{4,}"),
        "Every character counts, also ! and emoji: \\w is too narrow.": cut(r"(\w)\1{3,}"),
        "The text comes back as it was put together: NFC is missing.":
            lambda text: re.sub(r"(.)\1{3,}", r"\1\1\1", text),
        "The letters hide the repeated syllable: NFC first, then the cutting.":
            lambda text: unicodedata.normalize("NFC", re.sub(r"(.)\1{3,}", r"\1\1\1", text)),
    }),
    "10.2": Exercise(pieces, texts_and_lengths, {
        "A piece that stands twice must be in the list twice: TF counts them.":
            lambda *given: set(pieces(*given)),
        "The shorter pieces are missing: go from shortest to longest.":
            lambda text, a, b: pieces(text, b, b),
        "The longest pieces are missing: range leaves its end out.":
            lambda text, a, b: pieces(text, a, b - 1),
        "The last piece of each length is missing: range leaves its end out.": lambda text, a, b:
            [piece for n in range(a, b + 1) for piece in pieces(text, n, n)[:-1]],
        "Some pieces at the end are too short: stop at len(text) - n.":
            lambda text, a, b: [text[i:i + n] for n in range(a, b + 1) for i in range(len(text))],
    }, order="bag"),
    "10.3": Exercise(["A", "D", "F"], order="bag", turns={
        "A: five splits, the same search, and an interval above 0: that may be said.": ["D", "F"],
        "D: it says only what was seen, seed by seed, on that split. It may be said.": ["A", "F"],
        "F: the interval holds 0, and that is just what F says.": ["A", "D"],
        "B: an interval that holds 0 does not show that two things are equal.":
            ["A", "B", "D", "F"],
        "C: no run took the new word forms away, so the cause is a guess.": ["A", "C", "D", "F"],
        "E: nothing pretrained was measured.": ["A", "D", "E", "F"],
        "G: one shop was measured, and another one may write differently.": ["A", "D", "F", "G"],
    }),
}
