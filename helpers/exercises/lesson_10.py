"""The exercises of lesson 10: solutions, cases, and wrong turns with their sentences."""

import json
import re
import unicodedata

import numpy as np

from helpers.exercises import Exercise
from helpers.exercises.draw import mask_of, scores, shapes, states, zero_one


def clean(text):
    text = unicodedata.normalize("NFC", text)
    return re.sub(r"(.)\1{3,}", r"\1\1\1", text)


def pieces(text, shortest, longest):
    found = []
    for n in range(shortest, longest + 1):
        for start in range(len(text) - n + 1):
            found.append(text[start : start + n])
    return found


def mean_of_tokens(hidden, mask):
    total = (hidden * mask[:, :, None]).sum(axis=1)
    return total / mask.sum(axis=1, keepdims=True)


def name_emotions(y_score, settings):
    settings = json.loads(settings)
    named = []
    for row in y_score:
        triples = zip(settings["labels"], row, settings["cuts"])  # noqa: B905
        named.append([label for label, score, cut in triples if score >= cut])
    return named


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


def scores_and_files(rng):
    """Some scores are equal to the cut; of some files the cuts stand first."""
    text = '{"labels": ["joy", "fear"], "cuts": [0.4, 0.7]}'
    found = [(np.array([[0.9, 0.6], [0.4, 0.8], [0.1, 0.69]]), text)]
    for rows, columns in shapes(rng, 20):
        labels = rng.permutation(["joy", "trust", "fear", "anger", "기쁨", "sad", "Awe"])[:columns]
        cuts, y_score = scores(rng, columns), scores(rng, (rows, columns))
        y_score = np.where(zero_one(rng, y_score.shape), cuts, y_score)
        settings = [("labels", labels.tolist()), ("cuts", cuts.tolist())]
        found.append((y_score, json.dumps(dict(settings[:: 1 if rows % 2 else -1]))))
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
    "10.3": Exercise(mean_of_tokens, lambda rng: [
        (np.array([[[1.0, 2], [3, 6], [5, 5]], [[4, 0], [2, 3], [0, 9]]]), mask_of([2, 3], 3)),
        *((hidden, mask_of(lengths, hidden.shape[1])) for hidden, lengths in states(rng))], {
        "Padding counts as if it were a word: use the mask.": lambda hidden, _: hidden.mean(axis=1),
        "Divide by the number of tokens of the row, not by the length with padding.":
            lambda hidden, mask: (hidden * mask[:, :, None]).mean(axis=1),
        "That is the sum: divide it by the number of tokens.":
            lambda hidden, mask: (hidden * mask[:, :, None]).sum(axis=1),
        "That is the mean over the width: take axis 1.": lambda hidden, _: hidden.mean(axis=2),
    }),
    "10.4": Exercise(name_emotions, scores_and_files, {
        "A score equal to the cut is a yes: use >=.": lambda y, file: name_emotions(y - 1e-9, file),
        "0.5 is not in the file: each label has its own cut.": lambda y_score, file:
            name_emotions(y_score, json.dumps(json.loads(file) | {"cuts": [0.5] * 9})),
        "A row can have several labels, or none: compare every score with its cut.":
            lambda y_score, file: [[json.loads(file)["labels"][n]] for n in y_score.argmax(axis=1)],
        "The labels stand in the order of the file: do not sort them.":
            lambda *given: [sorted(row) for row in name_emotions(*given)],
    }),
}
