"""The Korean emotions keep what DATA.md promises."""

import re
import unicodedata
from collections import Counter
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import MultiLabelBinarizer

from helpers import data, metrics, thresholds

OWN_NAME = {  # an emotion's dictionary word as it would stand in a text
    "joy": "기쁘|기쁨|기뻐|즐거|즐겁|행복",
    "anticipation": "기대|설레|설렌",
    "trust": "믿|신뢰",
    "surprise": "놀라|놀랐|놀랍|깜짝",
    "disgust": "역겨|역겹|혐오|더러|더럽",
    "fear": "무서|무섭|두렵|두려|겁",
    "anger": "화나|화났|화가|분노|짜증",
    "sadness": "슬프|슬퍼|슬픔|우울",
}
EMOTIONS = tuple(OWN_NAME)
KOREAN = "[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc]"
CARD = (Path(data.DATA) / "DATA.md").read_text(encoding="utf-8").split("## emotions_ko.csv")[1]


@pytest.fixture(scope="module")
def texts():
    return data.load_emotions()


@pytest.fixture(scope="module")
def y(texts):
    return MultiLabelBinarizer(classes=EMOTIONS).fit_transform(texts["emotions"])


def test_columns(texts):
    assert list(texts.columns) == ["text", "gloss", "emotions", "split"]
    assert all(isinstance(row, list) for row in texts["emotions"])
    assert (texts["text"] == texts["text"].str.strip()).all()


def test_number_of_texts_and_labels(texts, y):
    assert len(texts) >= 800
    assert set(chain.from_iterable(texts["emotions"])) == set(EMOTIONS)
    assert set(texts["emotions"].map(len)) == {0, 1, 2, 3}
    assert (texts["emotions"].map(len) == texts["emotions"].map(set).map(len)).all()
    assert 1.3 <= y.sum(axis=1).mean() <= 1.5
    assert (y.sum(axis=1) == 0).mean() >= 0.06


def test_no_emotion_is_too_rare_to_measure(y):
    assert y.sum(axis=0).min() >= 100


def test_texts_are_korean_and_nfc_and_none_is_there_twice(texts):
    assert texts["text"].map(lambda text: unicodedata.is_normalized("NFC", text)).all()
    assert texts["text"].str.contains("[가-힣]").all()
    assert texts["text"].str.split().str.len().between(2, 30).all()
    assert texts["text"].is_unique


def test_every_text_has_a_gloss_without_korean(texts):
    assert texts["gloss"].str.contains("[a-z]{2}").all()
    assert not texts["gloss"].str.contains(KOREAN).any()
    assert texts["gloss"].is_unique


def test_no_two_texts_share_four_words_in_a_row(texts):
    seen = {}
    for row, text in enumerate(texts["text"]):
        words = re.findall(r"\w+", text)
        for four in {tuple(words[start : start + 4]) for start in range(len(words) - 3)}:
            assert four not in seen, (texts["text"][seen[four]], text)
            seen[four] = row


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_an_emotion_is_rarely_named_in_its_own_texts(texts, emotion):
    own = texts["text"][[emotion in row for row in texts["emotions"]]]
    assert own.str.contains(OWN_NAME[emotion]).mean() <= 1 / 14


def test_splits_hold_every_label_alike(texts, y):
    shares = texts["split"].value_counts(normalize=True)
    assert shares.round(1).to_dict() == {"train": 0.6, "dev": 0.2, "test": 0.2}
    for part in data.SPLITS:
        rows = y[texts["split"] == part]
        assert np.abs(rows.mean(axis=0) - y.mean(axis=0)).max() < 0.02
        assert abs((rows.sum(axis=1) == 0).mean() - (y.sum(axis=1) == 0).mean()) < 0.02


def test_splits_are_those_of_data_split(texts):
    y = MultiLabelBinarizer().fit_transform(texts["emotions"])
    y = np.column_stack([y, y.sum(axis=1) == 0])  # texts without an emotion are shared out too
    for part, rows in zip(data.SPLITS, data.split(y), strict=True):
        assert (texts.index[texts["split"] == part] == rows).all()


def test_a_simple_model_learns_something_and_not_everything(texts, y):
    part = texts["split"].to_numpy()
    vectorizer = TfidfVectorizer().fit(texts["text"][part == "train"])
    x = vectorizer.transform(texts["text"])
    model = OneVsRestClassifier(LogisticRegression(C=10, solver="liblinear"))
    model.fit(x[part == "train"], y[part == "train"])
    score_dev, score_test = (model.predict_proba(x[part == name]) for name in ("dev", "test"))
    cuts = thresholds.best_thresholds(y[part == "dev"], score_dev)
    assert 0.5 <= metrics.f1(y[part == "test"], score_test >= cuts) <= 0.85


def test_the_data_card_has_the_counts(texts, y):
    counts = Counter(chain.from_iterable(texts["emotions"]))
    for emotion, count in counts.items():
        assert f"| {emotion} | {count} | {100 * count / len(texts):.1f} % |" in CARD
    assert f"{len(texts):,} Korean sentences" in CARD
    for part, count in texts["split"].value_counts().items():
        assert re.search(rf"`{part}` {count}\b", CARD)
    for number, word in enumerate(("have no emotion", "have one", "two", "three")):
        assert re.search(rf"\b{(y.sum(axis=1) == number).sum()} (texts \([\d.]+ %\) )?{word}", CARD)
    for emotion, row in zip(EMOTIONS, y.T @ y, strict=True):
        assert f"| {emotion} | {' | '.join(map(str, row))} |" in CARD


def test_the_study_says_what_lesson_10_says():
    study = pd.read_csv(Path(data.DATA) / "studies" / "10.csv")
    table = study.pivot(index=["data", "split"], columns="features")
    assert table["micro_f1"].shape == (10, 6) and not table["micro_f1"].isna().any(axis=None)

    def gap(name, one, other):
        return metrics.over_splits((table[one] - table[other]).loc[name], 1 / 3)

    own = "characters"
    for name in ("emotions", "KOTE"):
        lead = gap(name, ("micro_f1", own), ("micro_f1", "words and marks"))
        assert lead.low > 0 and gap(name, ("micro_f1", own), ("micro_f1", "words")).low > 0
        hidden = gap(name, *[("without_new_words", kind) for kind in (own, "words and marks")])
        assert hidden.difference < lead.difference / 3
        for level in ("morphemes", "characters, laughter as typed"):
            assert abs(gap(name, ("micro_f1", own), ("micro_f1", level)).difference) < 0.02
            assert gap(name, ("micro_f1", own), ("micro_f1", level)).low < 0
    assert gap("KOTE", ("micro_f1", "mean of both"), ("micro_f1", own)).low > 0
    assert gap("KOTE", ("micro_f1", own), ("micro_f1_each", own)).low > 0
    assert gap("KOTE", ("macro_f1_each", own), ("macro_f1", own)).low > 0
    for kind in ("micro_f1", "macro_f1"):
        low, high = gap("emotions", (f"{kind}_each", own), (kind, own))[1:]
        assert low < 0 < high
