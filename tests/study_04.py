"""Compute what takes longer than lesson 04, once, and store it.

python tests/study_04.py films              rows of notebooks/data/studies/04.csv that are missing
python tests/study_04.py goemotions FOLDER  the same for 04_goemotions.csv
python tests/study_04.py films 5            the next five of them

FOLDER holds train.tsv, dev.tsv, test.tsv and labels.txt of GoEmotions (Demszky and others 2020,
Apache-2.0), public at github.com/monologg/GoEmotions-pytorch in data/original.

Delete a file to begin again. Every row holds its settings and its seed. A search row (step
"search") is measured on dev only. A test row (step "test") is trained with what the search chose.
"""

import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

import helpers
from helpers import data, metrics, training
from helpers.thresholds import best_thresholds

helpers.setup()

import torch  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.metrics import average_precision_score  # noqa: E402
from sklearn.multiclass import OneVsRestClassifier  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import MultiLabelBinarizer  # noqa: E402
from study import STUDIES, is_there, rounded, stored  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence  # noqa: E402
from torch.utils.data import DataLoader, Dataset  # noqa: E402

torch.set_num_threads(1)

# What lesson 04 shows in its cells ------------------------------------------------------------

PADDING, OOV = 0, 1


def split_words(text):
    return re.findall(r"[\w']+", text.lower())  # letters, digits and apostrophes


def build_vocabulary(texts, min_count=1):
    counts = Counter(word for text in texts for word in split_words(text))
    frequent = [word for word, count in counts.most_common() if count >= min_count]
    return {word: number for number, word in enumerate(frequent, start=2)}


def encode(text, vocabulary):
    return [vocabulary.get(word, OOV) for word in split_words(text)]


def pad(rows, width, side):
    padded = np.full((len(rows), width), PADDING)
    for number, row in enumerate(rows):
        row = row[:width]
        if side == "left":
            padded[number, width - len(row) :] = row
        else:
            padded[number, : len(row)] = row
    return padded


class FilmDataset(Dataset):
    def __init__(self, plots, y, vocabulary, width):
        rows = [encode(plot, vocabulary)[:width] for plot in plots]
        self.n_ids = len(vocabulary) + 2  # and two for padding and OOV
        self.ids = torch.tensor(pad(rows, width, "right"))
        self.lengths = torch.tensor([len(row) for row in rows])
        self.y = torch.tensor(y).float()

    def __len__(self):
        return len(self.y)

    def __getitem__(self, k):
        return self.ids[k], self.lengths[k], self.y[k]


class FilmGRU(nn.Module):
    def __init__(self, n_ids, n_labels):
        super().__init__()
        self.embedding = nn.Embedding(n_ids, 48, padding_idx=PADDING)
        self.gru = nn.GRU(48, 48, batch_first=True)
        self.linear = nn.Linear(48, n_labels)
        self.dropout = nn.Dropout(0.3)

    def read(self, ids, lengths):
        vectors = self.dropout(self.embedding(ids))
        # enforce_sorted=False: the rows may come in any order
        packed = pack_padded_sequence(vectors, lengths, batch_first=True, enforce_sorted=False)
        states, last_state = self.gru(packed)
        return pad_packed_sequence(states, batch_first=True)[0], last_state

    def summary(self, ids, lengths):
        _, last_state = self.read(ids, lengths)
        return last_state[-1]

    def forward(self, ids, lengths):
        return self.linear(self.dropout(self.summary(ids, lengths)))


class BothDirections(FilmGRU):
    def __init__(self, n_ids, n_labels):
        super().__init__(n_ids, n_labels)
        self.gru = nn.GRU(48, 48, batch_first=True, bidirectional=True)
        self.linear = nn.Linear(96, n_labels)

    def summary(self, ids, lengths):
        _, last_state = self.read(ids, lengths)
        return torch.cat([last_state[0], last_state[1]], dim=1)


class MeanOfStates(FilmGRU):
    def summary(self, ids, lengths):
        states, _ = self.read(ids, lengths)  # 0 at padding
        return states.sum(dim=1) / lengths[:, None]


class MaxOfStates(FilmGRU):
    def summary(self, ids, lengths):
        states, _ = self.read(ids, lengths)
        padding = torch.arange(states.shape[1]) >= lengths[:, None]
        return states.masked_fill(padding[:, :, None], -1).amax(dim=1)  # -1: below every state


class NoGRU(FilmGRU):
    def summary(self, ids, lengths):
        vectors = self.dropout(self.embedding(ids))  # 0 at padding
        return vectors.sum(dim=1) / lengths[:, None]


@torch.no_grad()  # no gradients: we only ask for scores
def scores(network, dataset):
    network.eval()  # eval: dropout is off
    return torch.sigmoid(network(dataset.ids, dataset.lengths)).numpy()


def mean_ap(network, dataset):
    return average_precision_score(dataset.y.numpy(), scores(network, dataset))


def train_network(kind, train_set, dev_set, rate, epochs, seed, batch_size=64):
    torch.manual_seed(seed)
    network = kind(train_set.n_ids, train_set.y.shape[1])
    loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate)
    history = training.fit(network, loader, lambda n: mean_ap(n, dev_set), epochs, optimizer)
    return network, history


def best_cut(y_true, y_score):  # lesson 3: one cut for all labels
    return best_thresholds(y_true.reshape(-1, 1), y_score.reshape(-1, 1))[0]


def shuffle_words(plots):
    random = np.random.default_rng(0)
    return [" ".join(random.permutation(split_words(plot))) for plot in plots]


# The two plans --------------------------------------------------------------------------------

NETWORKS = {
    "no GRU": NoGRU,
    "GRU, last state": FilmGRU,
    "GRU, both directions": BothDirections,
    "GRU, mean of states": MeanOfStates,
    "GRU, max of states": MaxOfStates,
}
SHUFFLED = ", shuffled words"
FILMS = [
    "TF-IDF, words", "TF-IDF, words and pairs", "TF-IDF, the networks' words", *NETWORKS,
    "GRU, last state" + SHUFFLED, "GRU, mean of states" + SHUFFLED,
]  # fmt: skip
COMMENTS = {
    1000: ["TF-IDF, words and pairs", "no GRU", "GRU, last state", "GRU, mean of states"],
    3000: ["TF-IDF, words and pairs", "no GRU", "GRU, last state", "GRU, mean of states"],
    10_000: ["TF-IDF, words and pairs", "no GRU", "GRU, last state"],  # the mean was behind on dev
    40_000: ["TF-IDF, words and pairs", "no GRU", "GRU, last state"],
}
RATES = [0.003, 0.01, 0.03]  # without a GRU the last was best on the films, so 0.1 is tried too
CS = [1, 10, 100, 1000]


def films():
    """{part: (texts, y)} of the lesson's films."""
    table = data.load_films()
    binarizer = MultiLabelBinarizer().fit(table["genres"])
    parts = table.groupby("split")
    return {k: (list(p["plot"]), binarizer.transform(p["genres"])) for k, p in parts}


def comments(folder, rows):
    """{part: (texts, y)} of GoEmotions, 40 words a text; train: so many rows in a random order."""
    parts = {}
    for part in ("train", "dev", "test"):
        table = pd.read_csv(Path(folder) / f"{part}.tsv", sep="\t", header=None, quoting=3)
        if part == "train":
            table = table.sample(len(table), random_state=0)[:rows]
        marks = [[int(number) for number in str(cell).split(",")] for cell in table[1]]
        y = MultiLabelBinarizer(classes=range(28)).fit_transform(marks)
        words = [split_words(text)[:40] or ["nothing"] for text in table[0]]
        parts[part] = [" ".join(text) for text in words], y
    return parts


def read_unpacked(network, ids, lengths):
    """The states and last state of FilmGRU.read (to rounding), half as long on one core.

    A GRU that reads forwards gives the same states before the padding, packed or not.
    """
    ids = ids[:, : lengths.max()]
    states, _ = network.gru(network.dropout(network.embedding(ids)))
    padding = torch.arange(ids.shape[1]) >= lengths[:, None]
    last_state = states[torch.arange(len(ids)), lengths - 1]
    return states.masked_fill(padding[:, :, None], 0), last_state[None]


class Task:
    """One training set with its dev and test: {part: (texts, y)}; a model's first name is TF-IDF
    or a network of the lesson; setting is C or the learning rate."""

    def __init__(self, parts, width=None):
        self.parts, plots = parts, parts["train"][0]
        self.width = width or max(len(split_words(plot)) for plot in plots)
        self.vocabulary = build_vocabulary(plots, min_count=2)
        self.known = {}

    def run(self, model, setting, seed, epochs, batch_size):
        """The trained model as (best epoch, a function from a part to scores)."""
        key = model, setting, seed
        if key not in self.known:
            tfidf = model.startswith("TF-IDF")
            found = self.tfidf(model, setting) if tfidf else self.network(*key, epochs, batch_size)
            self.known[key] = found
        return self.known[key]

    def tfidf(self, model, C):
        words = {"ngram_range": (1, 2)} if "pairs" in model else {}
        if "networks" in model:
            words = {"vocabulary": list(self.vocabulary), "tokenizer": split_words}
            words["token_pattern"] = None
        logistic = OneVsRestClassifier(LogisticRegression(C=C, solver="liblinear"))
        fitted = make_pipeline(TfidfVectorizer(**words), logistic).fit(*self.parts["train"])
        return 0, lambda part: fitted.predict_proba(self.parts[part][0])

    def network(self, model, rate, seed, epochs, batch_size):
        sets = {}
        for part, (plots, y) in self.parts.items():
            plots = shuffle_words(plots) if SHUFFLED in model else plots
            sets[part] = FilmDataset(plots, y, self.vocabulary, self.width)
        kind = NETWORKS[model.removesuffix(SHUFFLED)]
        if kind is not BothDirections:
            kind = type(kind.__name__, (kind,), {"read": read_unpacked})
        train_set, dev_set = sets["train"], sets["dev"]
        network, log = train_network(kind, train_set, dev_set, rate, epochs, seed, batch_size)
        return log["dev"].idxmax() + 1, lambda part: scores(network, sets[part])


def mean_over_seeds(metric, labels):
    """metric for scores of several seeds side by side, shape (rows, seeds * labels)."""

    def mean(y_true, y):
        return np.mean([metric(y_true, y[:, k : k + labels]) for k in range(0, y.shape[1], labels)])

    return mean


def fast_map(y_true, y_score):
    """The mean of average_precision_score for scores without ties, over labels with a positive."""
    hits = np.take_along_axis(y_true, np.argsort(-y_score, axis=0), axis=0)
    precision = hits.cumsum(axis=0) / np.arange(1, len(hits) + 1)[:, None]
    present = hits.any(axis=0)
    return ((precision * hits).sum(axis=0)[present] / hits.sum(axis=0)[present]).mean()


def search(task, row):
    best_epoch, score_of = task.run(row["model"], row["setting"], 0, row["epochs"], row["batch"])
    dev_map = average_precision_score(task.parts["dev"][1], score_of("dev"))
    return {"seeds": 1, "last_best_epoch": best_epoch, "dev_map": dev_map}


def final(task, row, rival, draws):
    """Figures on test with the chosen setting; gaps to the rival (row, scores), with intervals."""
    y = {part: task.parts[part][1] for part in ("dev", "test")}
    found = {"map": [], "f1": [], "dev": [], "epoch": []}
    side_by_side = {"map": [], "f1": []}
    for seed in range(row["seeds"]):
        epoch, score_of = task.run(row["model"], row["setting"], seed, row["epochs"], row["batch"])
        dev, test = score_of("dev"), score_of("test")
        y_pred = test >= best_cut(y["dev"], dev)
        side_by_side["map"].append(test)
        side_by_side["f1"].append(y_pred.astype(int))
        found["dev"].append(average_precision_score(y["dev"], dev))
        found["map"].append(average_precision_score(y["test"], test))
        found["f1"].append(metrics.f1(y["test"], y_pred))
        found["epoch"].append(epoch)
    figures = {"last_best_epoch": max(found["epoch"])}
    for name in ("dev", "map", "f1"):
        title = {"dev": "dev_map", "map": "test_map", "f1": "test_f1"}[name]
        figures[title] = np.mean(found[name])
        figures[title + "_min"], figures[title + "_max"] = min(found[name]), max(found[name])
    wide = {name: np.hstack(parts) for name, parts in side_by_side.items()}
    for name, metric in {"map": fast_map, "f1": metrics.f1}.items():
        if rival:
            mean = mean_over_seeds(metric, y["test"].shape[1])
            gap = metrics.difference(y["test"], wide[name], rival[name], mean, n=draws)
            for end, value in zip(("", "_low", "_high"), gap, strict=True):
                figures[f"{name}_gap{end}"] = value
    return figures, wide


PLAN = {0: (100, 64, 3), 1000: (40, 64, 3), 3000: (30, 128, 3), 10_000: (24, 256, 3)}
PLAN[40_000] = (8, 256, 2)  # epochs, rows of a batch, seeds


def settings_of(model, rows, done):
    """What is searched for a model at a size, and how it is trained: epochs, batch, seeds."""
    if model.startswith("TF-IDF"):
        return (CS[:3] if rows else CS), 0, 0, 1
    epochs, batch, seeds = PLAN[rows]
    if model == "no GRU":  # its epochs are short, and it needs more of them
        epochs *= 4 if 0 < rows < 10_000 else 2
    rates = [*RATES, 0.1] if model == "no GRU" else RATES
    if rows == 10_000:  # the lowest was far behind at 1,000 and 3,000
        rates = rates[1:]
    plain = model.removesuffix(SHUFFLED)
    if plain != model or rows == 40_000:  # the rate of the same network in order, or at 10,000
        known = {"step": "test", "model": plain, "rows": 0 if plain != model else 10_000}
        rates = [old["setting"] for old in done if known.items() <= old.items()]
    return rates, epochs, batch, seeds


def add(path, done, row, figures):
    done.append(row | rounded(figures))
    pd.DataFrame(done).to_csv(path, index=False)
    print(done[-1], flush=True)


def complete(name, rows, task, models, most, draws):
    """Add the rows that are missing, at most so many; return how many more may be added.

    rows is 0 for the films. For each model the search comes first, then the test.
    """
    path, rival = STUDIES / f"{name}.csv", None
    for model in models:
        done = stored(path)
        settings, epochs, batch, seeds = settings_of(model, rows, done)
        row = {"rows": rows, "model": model, "epochs": epochs, "batch": batch}
        plan = [row | {"step": "search", "setting": setting} for setting in settings]
        for wanted in [*plan, row | {"step": "test", "seeds": seeds}]:
            missing = not is_there(wanted, done)
            if wanted["step"] == "test":
                searched = [old for old in done for w in plan if w.items() <= old.items()]
                best = max(searched, key=lambda old: old["dev_map"])
                wanted["setting"] = best["setting"]
            if missing and most == 0:
                return 0
            if wanted["step"] == "search" and missing:
                figures = search(task, wanted)
            elif missing or rival is None and wanted["step"] == "test":
                figures, wide = final(task, wanted, rival, draws)
                rival = rival or wide
            if missing:
                add(path, done, wanted, figures)
                most -= 1
        task.known.clear()
    return most


def longer(name, rows, task, model, most):
    """One more row on dev, step "longer": the chosen rate, seed 0, twice as many epochs."""
    path = STUDIES / f"{name}.csv"
    done = stored(path)
    wanted = {"rows": rows, "model": model, "step": "test"}
    (row,) = [old for old in done if wanted.items() <= old.items()]
    row = {name: row[name] for name in ("rows", "model", "epochs", "batch", "setting")}
    row |= {"epochs": 2 * row["epochs"], "step": "longer"}
    if most > 0 and not is_there(row, done):
        add(path, done, row, search(task, row))


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    most = int(rest.pop()) if rest and rest[-1].isdigit() else 10_000
    if what == "films":
        task = Task(films())
        most = complete("04", 0, task, FILMS, most, 1000)
        longer("04", 0, task, "GRU, last state", most)
    else:
        for rows in list(COMMENTS):
            task = Task(comments(rest[0], rows))
            most = complete("04_goemotions", rows, task, COMMENTS[rows], most, 200)
