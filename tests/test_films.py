"""The films keep what DATA.md promises."""

import math
import re
from collections import Counter
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import MultiLabelBinarizer

from helpers import bert, data

GENRES = ("Action", "Comedy", "Crime", "Drama", "Family", "Fantasy",
          "Horror", "Mystery", "Romance", "Sci-Fi", "Thriller", "War")  # fmt: skip
OWN_NAME = {  # a genre's name as it would stand in a plot
    "Sci-Fi": r"\bsci-?fi\b|science fiction",
    "Romance": r"\bromanc|\bromantic",
    "Comedy": r"\bcomed",
    "Mystery": r"\bmyster",
    "Fantasy": r"\bfantas",
    "Family": r"\bfamil",
    "War": r"\bwars?\b|\bwartime",
}
CARD = (Path(data.DATA) / "DATA.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def films():
    return data.load_films()


@pytest.fixture(scope="module")
def y(films):
    return MultiLabelBinarizer(classes=GENRES).fit_transform(films["genres"])


def words(plot):
    return re.findall(r"[\w'’-]+", plot.lower())


def test_number_of_films_and_labels(films, y):
    assert len(films) >= 1000
    assert set(chain.from_iterable(films["genres"])) == set(GENRES)
    assert set(y.sum(axis=1)) == {1, 2, 3, 4}
    assert 1.8 <= y.sum(axis=1).mean() <= 2.2


def test_long_tail(y):
    share = y.mean(axis=0)
    assert share.max() > 0.35
    assert 0.04 <= share.min() <= 0.06
    assert y.sum(axis=0).min() >= 40


def test_plots_have_15_to_60_words_and_none_is_there_twice(films):
    lengths = films["plot"].map(lambda plot: len(words(plot)))
    assert lengths.between(15, 60).all()
    assert films["plot"].is_unique


def test_no_two_plots_share_six_words_in_a_row(films):
    seen = {}
    for row, plot in enumerate(films["plot"]):
        tokens = words(plot)
        for six in {tuple(tokens[start : start + 6]) for start in range(len(tokens) - 5)}:
            assert six not in seen, (films["plot"][seen[six]], plot)
            seen[six] = row


@pytest.mark.parametrize("genre", GENRES)
def test_a_genre_is_rarely_named_in_its_own_plots(films, genre):
    own = films["plot"][[genre in row for row in films["genres"]]]
    pattern = OWN_NAME.get(genre, rf"\b{genre.lower()}")
    assert own.str.lower().str.contains(pattern).mean() <= 1 / 12


def test_the_first_genre_is_not_the_alphabets(films):
    several = [row for row in films["genres"] if len(row) > 1]
    alphabetical = np.mean([row == sorted(row) for row in several])
    by_chance = np.mean([1 / math.factorial(len(row)) for row in several])
    assert abs(alphabetical - by_chance) < 0.12
    first = Counter(row[0] for row in films["genres"])
    for genre, count in Counter(chain.from_iterable(films["genres"])).items():
        assert first[genre] >= count / 10, genre


def test_no_story_is_told_in_two_parts(films):
    """By the sentence vectors of lesson 5; all pairs over 0.8 were read."""
    tokenizer, model = bert.load()
    vectors = bert.embed(list(films["plot"]), tokenizer, model).numpy()
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = np.triu(vectors @ vectors.T, 1)
    assert cosines.max() < 0.8


def test_splits_hold_every_label_alike(films, y):
    assert films["split"].value_counts(normalize=True).round(1).to_dict() == {
        "train": 0.6, "dev": 0.2, "test": 0.2,
    }  # fmt: skip
    for part in data.SPLITS:
        gap = np.abs(y[films["split"] == part].mean(axis=0) - y.mean(axis=0))
        assert gap.max() < 0.02


def test_splits_are_those_of_data_split(y, films):
    for part, rows in zip(data.SPLITS, data.split(y), strict=True):
        assert (films.index[films["split"] == part] == rows).all()


def test_a_simple_model_learns_something_and_not_everything(films, y):
    part = films["split"].to_numpy()
    vectorizer = TfidfVectorizer().fit(films["plot"][part == "train"])
    x = vectorizer.transform(films["plot"])
    model = OneVsRestClassifier(LogisticRegression()).fit(x[part == "train"], y[part == "train"])
    score_dev, score_test = (model.predict_proba(x[part == name]) for name in ("dev", "test"))
    grid = np.linspace(0.02, 0.9, 89)
    dev = y[part == "dev"]
    cuts = [
        max(grid, key=lambda cut: f1_score(dev[:, k], score_dev[:, k] >= cut, zero_division=0))
        for k in range(len(GENRES))
    ]
    assert 0.40 <= f1_score(y[part == "test"], score_test >= cuts, average="micro") <= 0.75


def test_the_data_card_has_the_counts(films):
    counts = Counter(chain.from_iterable(films["genres"]))
    first = Counter(row[0] for row in films["genres"])
    section = CARD.split("## films.csv")[1].split("\n## ")[0]
    for genre, count in counts.items():
        assert re.search(rf"\| {genre} \| {count} \| [\d.]+ % \| {first[genre]} \|", section), genre
    assert f"{len(films):,} plots" in section
