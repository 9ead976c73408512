"""No mark, particle or laughter gives a label away; pytest -rP prints the strongest words."""

import re
from collections import Counter, defaultdict

import pytest
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from helpers import data

ROWS, SHARE = 15, 0.75
# Syllables that particles (조사) and endings (어미) are made of.
ENDINGS = set("은는이가을를에도만로와과랑의고서면네요지다까니게나야데며")


def is_mark(character: str) -> bool:
    """A mark, a blank, an emoji, or a letter that stands alone, as in ㅋㅋ and ㅠㅠ."""
    return not character.isalnum() or "\u3131" <= character <= "\u3163"


def pieces(text: str) -> set[str]:
    """The tokens, character pairs and marks of a text, each once."""
    text = text.lower()
    tokens = re.findall(r"[\w'’-]+", text)
    pairs = [text[start : start + 2] for start in range(len(text) - 1)]
    return {*tokens, *pairs, *filter(is_mark, text), *re.findall("까 ?봐", text)} - {" "}


def says_nothing(piece: str) -> bool:
    """True for what has no content of its own: marks, laughter, particles, function words."""
    return piece in ENGLISH_STOP_WORDS or all(
        is_mark(character) or character in ENDINGS for character in piece.replace("까 봐", "까")
    )


def shortcuts(texts, labels) -> list[tuple[float, int, str, str]]:
    """(share, rows, piece, label): how often a piece's most frequent label stands beside it."""
    seen = defaultdict(list)
    for text, row in zip(texts, labels, strict=True):
        for piece in pieces(text):
            seen[piece].append(row or ["no label"])
    found = []
    for piece, rows in seen.items():
        if len(rows) >= ROWS:
            label, count = Counter(name for row in rows for name in row).most_common(1)[0]
            found.append((count / len(rows), len(rows), piece, label))
    return sorted(found, reverse=True)


@pytest.mark.parametrize(
    "load, text, labels",
    [(data.load_films, "plot", "genres"), (data.load_emotions, "text", "emotions")],
)
def test_no_mark_or_particle_decides_a_label(load, text, labels):
    table = load()
    found = shortcuts(table[text], table[labels])
    words = [row for row in found if len(row[2]) > 1 and not says_nothing(row[2])]
    for share, rows, piece, label in words[:10]:
        print(f"{piece!r} stands in {rows} rows, {share:.0%} of them {label}")
    assert [row for row in found if row[0] > SHARE and says_nothing(row[2])] == []


def test_a_planted_shortcut_is_found():
    texts = ["so it goes ㅋㅋ"] * 20 + ["so it went"] * 20
    found = shortcuts(texts, [["joy"]] * 20 + [["fear"]] * 20)
    assert (1.0, 20, "ㅋㅋ", "joy") in found and says_nothing("ㅋㅋ")
    assert (0.5, 40, "so", "joy") in found and says_nothing("so")
    assert not says_nothing("goes")
