"""Compute what takes longer than a lesson, once, and store it.

python tests/study.py 06      all rows of notebooks/data/studies/06.csv that are not there yet
python tests/study.py 06 3    the next three of them
python tests/study.py 09      the 30 networks of lesson 09, trained by Keras one after the other
python tests/study.py 10      words, morphemes and characters of lesson 10 (pip install kiwipiepy)

Delete the file to begin again. Every row holds its settings and its seed.
"""

import os
import re
import sys
import tempfile
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
from real_data import fit, random_parts, read_sets
from sklearn.datasets import make_multilabel_classification
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import RepeatedKFold
from sklearn.preprocessing import MultiLabelBinarizer

import helpers
from helpers import apparel, data, metrics
from helpers.thresholds import best_thresholds

STUDIES = Path(__file__).parent.parent / "notebooks" / "data" / "studies"

helpers.setup()
with helpers.quiet():
    import keras
from keras import layers, ops  # noqa: E402

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


# What lesson 06 shows in its cells ------------------------------------------------------------


def norm_relu(x):
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def begin(size):
    """The input, mirrored and moved a little at random while training, in [-1, 1]."""
    picture = keras.Input((size, size, 3))
    x = layers.RandomFlip("horizontal")(picture)
    x = layers.RandomTranslation(0.08, 0.08, fill_mode="nearest")(x)
    return picture, layers.Rescaling(1 / 127.5, offset=-1)(x)


def end(picture, x, units, activation):
    """One number per filter, then the head: sigmoid for labels, softmax for classes."""
    x = layers.Dropout(0.3)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(picture, layers.Dense(units, activation)(x))


def small_xception(size, units=11, activation="sigmoid"):
    """Separable convolutions: first every channel by itself, then 1x1 across channels."""
    picture, x = begin(size)
    for filters in (32, 64):
        x = norm_relu(layers.Conv2D(filters, 3, 2, "same", use_bias=False)(x))
    for filters in (128, 256):
        shortcut = layers.Conv2D(filters, 1, 2)(x)
        for _ in range(2):
            x = norm_relu(layers.SeparableConv2D(filters, 3, padding="same", use_bias=False)(x))
        x = layers.add([layers.MaxPooling2D(2, padding="same")(x), shortcut])
    return end(picture, x, units, activation)


def small_resnet(size, units=11, activation="sigmoid"):
    """Residual blocks with normalisation and ReLU in front of each convolution (ResNet V2)."""
    picture, x = begin(size)
    x = layers.Conv2D(16, 3, 2, "same")(x)
    for filters in (32, 64, 80):
        before = norm_relu(x)
        shortcut = layers.Conv2D(filters, 1, 2)(before)
        x = layers.Conv2D(filters, 3, 2, "same", use_bias=False)(before)
        x = layers.Conv2D(filters, 3, padding="same")(norm_relu(x))
        x = layers.add([x, shortcut])
    return end(picture, norm_relu(x), units, activation)


def train_network(model, images, y, loss, epochs, batch_size=32):
    """Train with AdamW: one epoch of warm-up to the full learning rate, then a cosine to 0."""
    steps = -(-len(images) // batch_size)
    rate = keras.optimizers.schedules.CosineDecay(
        1e-4, (epochs - 1) * steps, warmup_target=5e-3, warmup_steps=steps
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=1e-3)
    model.compile(optimizer, loss, jit_compile=False)  # compiling takes longer than it saves
    return model.fit(images, y, batch_size=batch_size, epochs=epochs, verbose=0)


def known_labels_loss(y_true, y_score):
    """Binary cross-entropy over the labels that are known; -1 in y_true stands for unknown."""
    y_true = ops.cast(y_true, y_score.dtype)
    known = ops.cast(y_true >= 0, y_score.dtype)
    loss = ops.binary_crossentropy(ops.maximum(y_true, 0), y_score)
    return ops.sum(known * loss, axis=-1) / ops.maximum(ops.sum(known, axis=-1), 1)


def recolour(images, y, random):
    """The same pictures in false colours: channels shuffled, half of them as a negative.

    Nobody knows what to call these colours, so the six colour labels become -1, unknown.
    """
    order = random.permuted(np.tile([0, 1, 2], (len(images), 1)), axis=1)
    images = np.take_along_axis(images, order[:, None, None], axis=3)
    negative = random.random(len(images)) < 0.5
    images[negative] = 255 - images[negative]
    return images, np.hstack([np.full((len(y), 6), -1), y[:, 6:]])


def shuffle_tiles(images, y, random):
    """The same pictures cut into 4 x 4 tiles that change places: no garment, the same colours."""
    count, size = len(images), images.shape[1] // 4
    tiles = images.reshape(count, 4, size, 4, size, 3).swapaxes(2, 3)
    tiles = tiles.reshape(count, 16, size, size, 3)
    order = random.permuted(np.tile(np.arange(16), (count, 1)), axis=1)
    tiles = np.take_along_axis(tiles, order[:, :, None, None, None], axis=1)
    images = tiles.reshape(count, 4, 4, size, size, 3).swapaxes(2, 3).reshape(images.shape)
    return images, np.hstack([y[:, :6], np.full((len(y), 5), -1)])


# The study of lesson 06 -----------------------------------------------------------------------

PER_PAIR, SIZE = 80, 40
# Epochs of each remedy. "none" is lesson 06's own training; the others take equally many steps.
REMEDIES = {"none": 10, "longer": 20, "recolour": 10, "shuffle": 10, "both": 7}
HELD_OUT = ["green_shirt", "brown_pants", "white_dress"]  # green_shirt: a third of all shirts


def pictures(folder):
    """The drawn pictures, and the rows for training, for choices and for the final figures."""
    apparel.draw(folder, PER_PAIR, SIZE)
    images, pairs, y, labels = apparel.load(folder, SIZE)
    return images, pairs, y, data.split(y, (0.7, 0.15, 0.15))


def remedied(images, y, remedy, seed):
    """The pictures, followed by their recoloured and shuffled copies where the remedy has them."""
    random = np.random.default_rng(seed)
    parts = [(images, y)]
    if remedy in ("recolour", "both"):
        parts.append(recolour(images, y, random))
    if remedy in ("shuffle", "both"):
        parts.append(shuffle_tiles(images, y, random))
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def held_out_row(images, pairs, y, parts, held_out, remedy, seed):
    """Train without the pictures of one pair, then ask for their labels."""
    train_rows = parts[0][pairs[parts[0]] != held_out]
    x_train, y_train = remedied(images[train_rows], y[train_rows], remedy, seed)
    keras.backend.clear_session()  # or 45 networks stay in memory
    keras.utils.set_random_seed(seed)
    model = small_resnet(SIZE)
    train_network(model, x_train, y_train, known_labels_loss, REMEDIES[remedy])
    unseen = pairs == held_out
    y_score = model.predict(images[unseen], verbose=0)
    test = parts[2][pairs[parts[2]] != held_out]
    test_score = model.predict(images[test], verbose=0)
    colour, garment = (y[unseen][0, part].argmax() for part in (slice(0, 6), slice(6, 11)))
    right_colour = y_score[:, :6].argmax(axis=1) == colour
    right_garment = y_score[:, 6:].argmax(axis=1) == garment
    return {
        "both_right": ((y_score >= 0.5) == y[unseen]).all(axis=1).mean(),
        "colour_right": right_colour.mean(),
        "garment_right": right_garment.mean(),
        "pair_right": (right_colour & right_garment).mean(),
        "test_micro_f1": f1_score(y[test], test_score >= 0.5, average="micro"),
    }


def study_06(most):
    settings = {"network": "small_resnet", "per_pair": PER_PAIR, "size": SIZE}
    plan = [
        settings | {"held_out": pair, "remedy": remedy, "epochs": epochs, "seed": seed}
        for seed in (0, 1, 2)
        for pair in HELD_OUT
        for remedy, epochs in REMEDIES.items()
    ]
    with tempfile.TemporaryDirectory() as folder:
        material = pictures(folder)
        complete("06", plan, most, lambda row: held_out_row(
            *material, row["held_out"], row["remedy"], row["seed"]))  # fmt: skip


# The study of lesson 09 -----------------------------------------------------------------------


def keras_fold_row(x, y, train, test, hidden, seed):
    """Train lesson 09's network on one fold; its figures on the fold's test rows."""
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
    studies = {"06": study_06, "09": study_09, "10": study_10}
    studies[sys.argv[1]](int(sys.argv[2]) if len(sys.argv) > 2 else None)
