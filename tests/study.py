"""Compute what takes longer than a lesson, once, and store it.

python tests/study.py 09      the 30 networks of lesson 09, trained by Keras one after the other
python tests/study.py 09 3    the next three of them
python tests/study.py 10      words, morphemes and characters of lesson 10 (pip install kiwipiepy)

Delete the file to begin again. Every row holds its settings and its seed.
"""

import os
import re
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
from real_data import fit, random_parts, read_sets
from sklearn.datasets import make_multilabel_classification
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import RepeatedKFold
from sklearn.preprocessing import MultiLabelBinarizer

import helpers
from helpers import data, metrics
from helpers.thresholds import best_thresholds

STUDIES = Path(__file__).parent.parent / "notebooks" / "data" / "studies"

helpers.setup()

# What the studies share -----------------------------------------------------------------------


def stored(path):
    return pd.read_csv(path).to_dict("records") if path.exists() else []


def is_there(settings, done):
    return any(settings.items() <= row.items() for row in done)


def rounded(figures):
    return {name: round(float(value), 4) for name, value in figures.items()}


def complete(study, plan, most, figures_of):
    """Add the rows of the plan that are not stored yet, at most so many; None: all."""
    path = STUDIES / f"{study}.csv"
    done = stored(path)
    for row in [row for row in plan if not is_there(row, done)][:most]:
        done.append(row | rounded(figures_of(row)))
        path.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(done).to_csv(path, index=False)
        print(done[-1], flush=True)


# The study of lesson 09 -----------------------------------------------------------------------


def keras_fold_row(x, y, train, test, hidden, seed):
    """Train lesson 09's network on one fold; its figures on the fold's test rows."""
    with helpers.quiet():
        import keras  # here: the studies that share this file's start need no TensorFlow
    layers = keras.layers
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    hidden_layer = layers.Dense(hidden, activation="relu", kernel_initializer="he_uniform")
    output_layer = layers.Dense(y.shape[1], activation="sigmoid")
    model = keras.Sequential([keras.Input((x.shape[1],)), hidden_layer, output_layer])
    # An epoch in one call trains the same network, about three times as fast.
    epoch = -(-len(train) // 32)
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"], steps_per_execution=epoch)
    model.fit(x[train], y[train], epochs=100, verbose=0)
    y_pred = model.predict(x[test], verbose=0) >= 0.5
    return {
        "subset_accuracy": (y_pred == y[test]).all(axis=1).mean(),
        "keras_accuracy": model.evaluate(x[test], y[test], verbose=0)[1],
    }


def study_09(most):
    x, y = make_multilabel_classification(1000, 10, n_classes=3, n_labels=2, random_state=1)
    folds = list(RepeatedKFold(n_splits=10, n_repeats=3, random_state=1).split(x))
    plan = [{"hidden": 20, "epochs": 100, "fold": n, "seed": n} for n in range(30)]
    complete("09", plan, most, lambda row: keras_fold_row(
        x, y, *folds[row["fold"]], row["hidden"], row["seed"]))  # fmt: skip


# The study of lesson 10 -----------------------------------------------------------------------

WORDS_AND_MARKS = {"token_pattern": r"\w+|[^\w\s]"}
KINDS = {  # how a text becomes columns, and the n-gram ranges to choose from on dev
    "words": ({}, ((1, 1), (1, 2))),
    "words and marks": (WORDS_AND_MARKS, ((1, 1), (1, 2))),
    "morphemes": ({"token_pattern": r"\S+", "lowercase": False}, ((1, 1), (1, 2))),
    "characters": ({"analyzer": "char"}, ((1, 2), (1, 3))),
}


def shorten_laughter(text):
    return re.sub(r"([ㅋㅎㅠㅜ])\1+", r"\1\1", unicodedata.normalize("NFC", text))


def morphemes(texts):
    """Each text as form/tag of its morphemes, with blanks between them."""
    try:
        from kiwipiepy import Kiwi
    except ModuleNotFoundError:
        sys.exit("Study 10 splits Korean with kiwipiepy, which is not installed (150 MB): "
                 "pip install kiwipiepy")  # fmt: skip
    found = Kiwi(num_workers=1).tokenize(list(texts))
    return np.array([" ".join(f"{m.form}/{m.tag}" for m in row) for row in found], dtype=object)


def korean_sets():
    """Name, texts, y, settings and splits; KOTE where KOREAN names real_data.py's folder."""
    table = data.load_emotions()
    y = MultiLabelBinarizer().fit_transform(table["emotions"])
    none = y.sum(axis=1, keepdims=True) == 0
    splits = [data.split(np.hstack([y, none]), seed=seed) for seed in range(5)]  # 0: the lesson's
    yield "emotions", table["text"].to_numpy(object), y, (1, (1, 10, 100)), splits
    if "KOREAN" not in os.environ:
        print("KOTE is skipped: the variable KOREAN names no folder (see tests/real_data.py).")
        return
    kote = next(one for one in read_sets(Path(os.environ["KOREAN"])) if one.name == "KOTE")
    splits = [random_parts(len(kote.y), seed) for seed in range(5)]
    yield "KOTE", kote.texts, kote.y, (2, (1, 10)), splits


def two_ways(y_dev, dev, y_test, test):
    """F1 with one cut for all labels and with a cut for each; both from dev."""
    one = best_thresholds(y_dev.reshape(-1, 1), dev.reshape(-1, 1))[0]
    each = best_thresholds(y_dev, dev)
    return {
        "dev_micro_f1": metrics.f1(y_dev, dev >= one),
        "micro_f1": metrics.f1(y_test, test >= one),
        "micro_f1_each": metrics.f1(y_test, test >= each),
        "macro_f1": metrics.f1(y_test, test >= one, "macro"),
        "macro_f1_each": metrics.f1(y_test, test >= each, "macro"),
    }


def korean_rows(texts, y, min_df, strengths, parts):
    """One row for each kind of features: n-grams and C from dev, figures on test."""
    train, dev, test = parts
    y_dev, y_test = y[dev], y[test]
    clean = np.array([shorten_laughter(text) for text in texts], dtype=object)
    known = set(re.findall(r"\w+", " ".join(clean[train])))
    hidden = np.array([re.sub(r"\w+", lambda word: word[0] * (word[0] in known), text)
                       for text in clean], dtype=object)  # fmt: skip
    inputs = dict.fromkeys(KINDS, clean) | {"morphemes": morphemes(clean)}

    def scores(kind, ngrams, C, text):
        vectorizer = TfidfVectorizer(ngram_range=ngrams, min_df=min_df, **KINDS[kind][0])
        x = vectorizer.fit_transform(text[train])
        model = fit(x, y[train], C)
        return [model.predict_proba(vectorizer.transform(text[rows])) for rows in (dev, test)] + [
            model.predict_proba(vectorizer.transform(hidden[rows])) for rows in (dev, test)
        ]

    best = {}
    for kind, (_, ranges) in KINDS.items():
        for ngrams in ranges:
            for C in strengths:
                found = scores(kind, ngrams, C, inputs[kind])
                row = two_ways(y_dev, found[0], y_test, found[1])
                if kind not in best or row["dev_micro_f1"] > best[kind][0]["dev_micro_f1"]:
                    best[kind] = (row | {"longest": ngrams[1], "C": C}, found)
    for kind in set(KINDS) - {"morphemes"}:
        row, found = best[kind]
        row["without_new_words"] = two_ways(y_dev, found[2], y_test, found[3])["micro_f1"]
    chosen = best["characters"][0]
    found = scores("characters", (1, chosen["longest"]), chosen["C"], texts)
    best["characters, laughter as typed"] = (two_ways(y_dev, found[0], y_test, found[1]), found)
    pair = best["morphemes"][1], best["characters"][1]
    mean = [(a + b) / 2 for a, b in zip(*pair, strict=True)]
    best["mean of both"] = (two_ways(y_dev, mean[0], y_test, mean[1]), mean)
    return {kind: row for kind, (row, _) in best.items()}


def study_10(most):
    path = STUDIES / "10.csv"
    done = stored(path)
    for name, texts, y, settings, splits in korean_sets():
        for number, parts in enumerate(splits):
            there = {"data": name, "split": number, "seed": number}
            if most == 0 or is_there(there, done):
                continue
            for kind, row in korean_rows(texts, y, *settings, parts).items():
                done.append(there | {"rows": len(y), "features": kind} | rounded(row))
                print(done[-1], flush=True)
            pd.DataFrame(done).to_csv(path, index=False)
            most = None if most is None else most - 1


if __name__ == "__main__":
    studies = {"09": study_09, "10": study_10}
    studies[sys.argv[1]](int(sys.argv[2]) if len(sys.argv) > 2 else None)
