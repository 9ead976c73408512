"""Run the lessons' headline conclusions on public data and store the figures.

    python tests/real_data.py FOLDER          every conclusion
    python tests/real_data.py FOLDER 03 07    those of these lessons

FOLDER holds what is there of these public sets; what is missing is skipped with a sentence:
- films_tmdb.csv: film overviews from TMDB with 18 genres, columns overview and genre, as gathered
  in szybec31/Movie_Multi-Label-Classification on GitHub
- goemotions/: train.tsv, dev.tsv, test.tsv, labels.txt of GoEmotions (Demszky and others 2020),
  English comments, 28 labels, as in monologg/GoEmotions-pytorch on GitHub
- kote/: val.tsv, test.tsv of KOTE (Jeon and others 2022), Korean comments, searle-j/KOTE on GitHub,
  and labels.txt with its 44 label names, one on each line

Every figure is the mean over five random splits of 8,000 rows (60 % train, 20 % dev, 20 % test;
lesson 05, which has no Korean: 4,000 rows, and about ten minutes on one core),
with the 95 % interval for repeated splits of Nadeau and Bengio (2003): the variance counts
1/5 + test/train. Labels with fewer than 25 rows are left out.
Writes notebooks/data/studies/real.csv: lesson, claim, data, rows, labels, figure, low, high, holds.
A claim holds where its interval lies above 0, and falls where it lies below 0. It is "impossible",
without figures, where scikit-learn refuses the split.
"""

import argparse
import contextlib
import functools
import io
import time
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import train_test_split
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import ClassifierChain
from sklearn.preprocessing import MultiLabelBinarizer

from helpers import data, imbalance, metrics
from helpers.thresholds import best_thresholds

STORED = Path(__file__).parent.parent / "notebooks" / "data" / "studies" / "real.csv"
SPLITS, ROWS, SIZES = 5, 8000, (0.6, 0.2, 0.2)
ENGLISH_ROWS = 4000  # of these, what the encoder of lesson 5 reads
GRID = (0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05)
WORDS_AND_MARKS = r"[^\W_]+|[^\w\s]"  # of Korean also one-syllable words, and every mark


class Set(NamedTuple):
    name: str
    texts: np.ndarray
    y: np.ndarray
    labels: list


class Split(NamedTuple):
    """One random split: TF-IDF features and labels of train, dev and test; the texts."""

    x: list
    y: list
    texts: list
    seed: int


def read_sets(folder: Path) -> list[Set]:
    found = []
    emotions, kote = folder / "goemotions", folder / "kote"
    sources = {
        "TMDB": [(folder / "films_tmdb.csv", {"text": "overview", "labels": "genre"})],
        "GoEmotions": [
            (emotions / f"{part}.tsv", {"text": 0, "labels": 1, "names": emotions / "labels.txt"})
            for part in ("train", "dev", "test")
        ],
        "KOTE": [
            (kote / f"{part}.tsv", {"text": 1, "labels": 2, "names": kote / "labels.txt"})
            for part in ("val", "test")
        ],
    }
    for name, files in sources.items():
        if not all(path.exists() for path, _ in files):
            print(f"{name} is not in {folder}: skipped.")
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            tables = [data.load_table(path, **options) for path, options in files]
        table = pd.concat(tables).drop_duplicates("text")
        table = table.sample(min(ROWS, len(table)), random_state=0)
        binarizer = MultiLabelBinarizer()
        y = binarizer.fit_transform(table["labels"])
        common = y.sum(axis=0) >= 25  # five positives in dev and in test
        texts = table["text"].to_numpy(dtype=object)
        found.append(Set(name, texts, y[:, common], list(binarizer.classes_[common])))
    return found


def random_parts(rows: int, seed: int) -> list[np.ndarray]:
    """The numbers of the rows of train, dev and test."""
    order = np.random.default_rng(seed).permutation(rows)
    return np.split(order, np.round(np.cumsum(SIZES)[:-1] * rows).astype(int))


def split(one: Set, seed: int, vectorizer=None) -> Split:
    parts = random_parts(len(one.y), seed)
    texts = [one.texts[rows] for rows in parts]
    vectorizer = vectorizer or TfidfVectorizer()
    x = [vectorizer.fit_transform(texts[0]), *map(vectorizer.transform, texts[1:])]
    return Split(x, [one.y[rows] for rows in parts], texts, seed)


def fit(x, y, C, **more):
    return OneVsRestClassifier(LogisticRegression(C=C, solver="liblinear", **more)).fit(x, y)


def scores(now: Split, C=10, **more):
    model = fit(now.x[0], now.y[0], C, **more)
    return [model.predict_proba(x) for x in now.x[1:]]


def common_cut(y_true, y_score):
    return max(GRID, key=lambda cut: metrics.f1(y_true, y_score >= cut))


def f1_at_common_cut(now, dev, test):
    """Micro F1 on test with the common cut of these scores of dev."""
    return metrics.f1(now.y[2], test >= common_cut(now.y[1], dev))


def macro(y_true, y_pred):
    return metrics.f1(y_true, y_pred, "macro")


# Each claim: one figure of one split, above 0 where the claim holds there.


def lower_cut(now):
    dev, test = scores(now)
    return f1_at_common_cut(now, dev, test) - metrics.f1(now.y[2], test >= 0.5)


def cut_for_each_label(now, measure=macro):
    dev, test = scores(now)
    common = max(GRID, key=lambda cut: measure(now.y[1], dev >= cut))
    each = best_thresholds(now.y[1], dev)
    return measure(now.y[2], test >= each) - measure(now.y[2], test >= common)


def cut_for_each_label_micro(now):
    return cut_for_each_label(now, metrics.f1)


def cut_for_each_label_base(now):
    """Macro F1 of own cuts minus that of the base rates of train as cuts, which tune nothing."""
    dev, test = scores(now)
    each = best_thresholds(now.y[1], dev)
    return macro(now.y[2], test >= each) - macro(now.y[2], test >= now.y[0].mean(axis=0))


def tuned_figure_on_dev(now, rows):
    """Macro F1 of tuned cuts on the rows that tuned them, minus on test."""
    dev, test = scores(now)
    y_dev, dev = now.y[1][:rows], dev[:rows]
    cuts = best_thresholds(y_dev, dev)
    present = y_dev.any(axis=0) & now.y[2].any(axis=0)
    on_dev, on_test = (
        macro(y[:, present], (score >= cuts)[:, present])
        for y, score in ((y_dev, dev), (now.y[2], test))
    )
    return on_dev - on_test


def score_sum(now, C):
    """Share of true cells minus mean score, among the test cells scored 0.3 to 0.5."""
    _, test = scores(now, C)
    middle = (test >= 0.3) & (test < 0.5)
    return now.y[2][middle].mean() - test[middle].mean()


def C_beats(now, C, other):
    """Micro F1 at one C minus that at another, each with its own common cut."""
    return f1_at_common_cut(now, *scores(now, C)) - f1_at_common_cut(now, *scores(now, other))


def chain_beats(now, average):
    """Micro F1 of One-vs-Rest minus that of a chain, or of the mean of five chains."""
    dev, test = scores(now)
    chain_dev, chain_test = 0, 0
    for order in range(5 if average else 1):
        base = LogisticRegression(C=10, solver="liblinear")
        chain = ClassifierChain(base, order="random", random_state=order)
        chain.fit(now.x[0], now.y[0])
        chain_dev = chain_dev + chain.predict_proba(now.x[1])
        chain_test = chain_test + chain.predict_proba(now.x[2])
    count = 5 if average else 1
    of_chains = f1_at_common_cut(now, chain_dev / count, chain_test / count)
    return f1_at_common_cut(now, dev, test) - of_chains


def rare(y):
    return y.mean(axis=0) < np.median(y.mean(axis=0))


def rare_f1(now, dev, test):
    columns = rare(now.y[0])
    cuts = best_thresholds(now.y[1], dev)
    return macro(now.y[2][:, columns], (test >= cuts)[:, columns])


def remedy(now, C, name):
    """Macro F1 of the rarer half of the labels, own cuts: plain minus a remedy."""
    plain = rare_f1(now, *scores(now, C))
    if name == "balanced":
        other = scores(now, C, class_weight="balanced")
    else:
        rows = imbalance.oversample(now.y[0], seed=now.seed)
        model = fit(now.x[0][rows], now.y[0][rows], C)
        other = [model.predict_proba(x) for x in now.x[1:]]
    return plain - rare_f1(now, *other)


def remedy_ranks(now, C):
    """The same in mAP of the rarer half, which needs no cut."""
    columns = rare(now.y[0]) & now.y[2].any(axis=0)
    found = [
        average_precision_score(now.y[2][:, columns], scores(now, C, **more)[1][:, columns])
        for more in ({}, {"class_weight": "balanced"})
    ]
    return found[0] - found[1]


def off(y, rows):
    """Mean over labels of |share in these rows / share - 1|."""
    share = y.mean(axis=0)
    held = share > 0
    return np.abs(y[rows].mean(axis=0)[held] / share[held] - 1).mean()


def two_thousand(now):
    """2,000 rows, and which of them have a label set that no other row has."""
    y = np.vstack(now.y)[:2000]
    _, sets, times = np.unique(y, axis=0, return_inverse=True, return_counts=True)
    return y, sets, times[sets] == 1


def alone(now):
    return two_thousand(now)[2].mean()


def way_off(now, way):
    """`off` of a fifth of the rows, drawn in one of the four ways of lesson 2; NaN: impossible."""
    y, sets, single = two_thousand(now)
    if way == "data.split":
        return off(y, data.split(y, seed=now.seed)[2])
    if way == "shuffled":
        return off(y, np.random.default_rng(now.seed).permutation(len(y))[: len(y) // 5])
    rows = np.flatnonzero(~single) if way == "left out" else np.arange(len(y))
    classes = np.where(single, -1, sets)[rows]
    try:
        return off(y, train_test_split(rows, test_size=0.2, stratify=classes,
                                       random_state=now.seed)[1])  # fmt: skip
    except ValueError:  # fewer rows in test than sets
        return np.nan


def more_even(now, other):
    return way_off(now, other) - way_off(now, "data.split")


@functools.cache
def sentence_vectors(texts):
    """Vectors of length 1 from the encoder of lesson 5. This takes minutes, so only once a set."""
    from helpers import bert  # it imports PyTorch

    vectors = bert.embed(texts, *bert.load()).numpy()
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def with_best_C(now, values):
    """Scores of dev and test with the C that has the best micro F1 on dev."""
    every = [scores(now, C) for C in values]
    on_dev = [metrics.f1(now.y[1], dev >= common_cut(now.y[1], dev)) for dev, _ in every]
    return every[np.argmax(on_dev)]


MODELS = {}  # the three models of a split serve three claims


def with_encoder(one, seed, name, other):
    """Micro F1, common cut: one of TF-IDF, the encoder and the mean of both, minus another."""
    if (one.name, seed) not in MODELS:
        now = split(one, seed)
        vectors = sentence_vectors(tuple(one.texts))
        vectors = [vectors[rows] for rows in random_parts(len(one.y), seed)]
        words = with_best_C(now, (1, 10, 100))
        encoder = with_best_C(now._replace(x=vectors), (1, 10, 100))
        both = [sum(pair) / 2 for pair in zip(words, encoder, strict=True)]
        models = {"TF-IDF": words, "encoder": encoder, "both": both}
        MODELS[one.name, seed] = {key: f1_at_common_cut(now, *m) for key, m in models.items()}
    return MODELS[one.name, seed][name] - MODELS[one.name, seed][other]


def characters_beat(one, seed, marks):
    """Micro F1 of characters minus words, common cut; words with marks and short words if asked."""
    words = {"token_pattern": WORDS_AND_MARKS} if marks else {}
    found = []
    for vectorizer in (
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2),
        TfidfVectorizer(**words),
    ):
        now = split(one, seed, vectorizer)
        found.append(f1_at_common_cut(now, *scores(now)))
    return found[0] - found[1]


CLAIMS = [  # lesson, claim, figure of a split
    ("02", "some rows have a label set of their own (share)", alone),
    ("02", "data.split keeps labels more even than chance",
     lambda now: more_even(now, "shuffled")),
    ("02", "data.split keeps labels more even than sets, left out",
     lambda now: more_even(now, "left out")),
    ("02", "data.split keeps labels more even than sets, pooled",
     lambda now: more_even(now, "pooled")),
    ("03", "a lower common cut beats 0.5 in micro F1", lower_cut),
    ("03", "at C=1 cells scored 0.3 to 0.5 are true more often", lambda now: score_sum(now, 1)),
    ("03", "at C=100 cells scored 0.3 to 0.5 are true more often", lambda now: score_sum(now, 100)),
    ("03", "C=10 beats C=1 in micro F1", lambda now: C_beats(now, 10, 1)),
    ("03", "C=10 beats C=100 in micro F1", lambda now: C_beats(now, 10, 100)),
    ("03", "One-vs-Rest beats one chain in micro F1", lambda now: chain_beats(now, False)),
    ("03", "One-vs-Rest beats the mean of five chains", lambda now: chain_beats(now, True)),
    ("07", "a cut for each label beats a common one in macro F1", cut_for_each_label),
    ("07", "a cut for each label beats a common one in micro F1", cut_for_each_label_micro),
    ("07", "a cut for each label beats base rates in macro F1", cut_for_each_label_base),
    ("07", "cuts tuned on 100 rows look better there than on test",
     lambda now: tuned_figure_on_dev(now, 100)),
    ("07", "cuts tuned on 400 rows look better there than on test",
     lambda now: tuned_figure_on_dev(now, 400)),
    ("07", "cuts tuned on 1,600 rows look better there than on test",
     lambda now: tuned_figure_on_dev(now, 1600)),
    ("08", "C=1: own cuts alone beat class_weight", lambda now: remedy(now, 1, "balanced")),
    ("08", "C=10: own cuts alone beat class_weight", lambda now: remedy(now, 10, "balanced")),
    ("08", "C=100: own cuts alone beat class_weight", lambda now: remedy(now, 100, "balanced")),
    ("08", "C=10: own cuts alone beat repeated rows", lambda now: remedy(now, 10, "rows")),
    ("08", "C=1: plain ranks rare labels better than class_weight",
     lambda now: remedy_ranks(now, 1)),
    ("08", "C=10: plain ranks rare labels better than class_weight",
     lambda now: remedy_ranks(now, 10)),
]  # fmt: skip
ON_TEXTS = [  # these choose their own features
    ("10", "characters beat words", lambda one, seed: characters_beat(one, seed, False)),
    ("10", "characters beat words with marks and short words",
     lambda one, seed: characters_beat(one, seed, True)),
]  # fmt: skip
ON_ENGLISH = [  # the encoder of lesson 5 read English only; its vectors take minutes
    ("05", "the encoder beats TF-IDF",
     lambda one, seed: with_encoder(one, seed, "encoder", "TF-IDF")),
    ("05", "the mean of TF-IDF and the encoder beats the encoder",
     lambda one, seed: with_encoder(one, seed, "both", "encoder")),
    ("05", "the mean of TF-IDF and the encoder beats TF-IDF",
     lambda one, seed: with_encoder(one, seed, "both", "TF-IDF")),
]  # fmt: skip


def summary(figures) -> tuple[float, float, float]:
    """Mean and 95 % interval for repeated random splits."""
    return tuple(metrics.over_splits(figures, SIZES[2] / SIZES[0]))


def rows_of(one: Set, wanted: list) -> list[dict]:
    splits = [split(one, seed) for seed in range(SPLITS)]
    tried = [
        (lesson, claim, [figure(now) for now in splits])
        for lesson, claim, figure in CLAIMS
        if lesson in wanted
    ]
    tried += [
        (lesson, claim, [figure(one, seed) for seed in range(SPLITS)])
        for lesson, claim, figure in ON_TEXTS
        if lesson in wanted
    ]
    few = one._replace(texts=one.texts[:ENGLISH_ROWS], y=one.y[:ENGLISH_ROWS])
    tried += [
        (lesson, claim, [figure(few, seed) for seed in range(SPLITS)])
        for lesson, claim, figure in ON_ENGLISH
        if lesson in wanted and one.name != "KOTE"
    ]
    found = []
    for lesson, claim, figures in tried:
        count = min(len(one.y), ENGLISH_ROWS if lesson == "05" else ROWS)
        possible = np.isfinite(figures).all()
        mean, low, high = summary(figures) if possible else [np.nan] * 3
        holds = "yes" if low > 0 else "no" if high < 0 else "not shown"
        holds = holds if possible else "impossible"
        found.append({"lesson": lesson, "claim": claim, "data": one.name, "rows": count,
                      "labels": one.y.shape[1], "figure": mean, "low": low, "high": high,
                      "holds": holds})  # fmt: skip
        print(f"{lesson} {one.name:11} {claim:60} {mean:+.3f} ({low:+.3f} to {high:+.3f}) {holds}",
              flush=True)  # fmt: skip
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("lessons", nargs="*")
    arguments = parser.parse_args()
    every = sorted({lesson for lesson, *_ in CLAIMS + ON_TEXTS + ON_ENGLISH})
    chosen = arguments.lessons or every
    warnings.filterwarnings("ignore", category=UserWarning)
    start = time.perf_counter()
    new = pd.DataFrame([row for one in read_sets(arguments.folder) for row in rows_of(one, chosen)])
    kept = pd.read_csv(STORED, dtype={"lesson": str}) if STORED.exists() else new[:0]
    table = pd.concat([kept[~kept["lesson"].isin(chosen)], new]).round(4)
    table.sort_values(["lesson", "claim", "data"]).to_csv(STORED, index=False)
    print(f"{time.perf_counter() - start:.0f} s")
