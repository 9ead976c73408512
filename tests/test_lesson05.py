"""Lesson 5: its functions are the study's, the study is complete, and the two loops do the same."""

import ast
import copy
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
import refresh

HERE = Path(__file__).parent
(LESSON,) = refresh.lessons(["05"])
CELLS = [c.source for c in nbformat.read(LESSON, as_version=4).cells if c.cell_type == "code"]
SHOWN = {"best_cut", "mean_of_tokens", "LastLayers", "below", "tuned_scores", "f1_on", "fine_tune",
         "classifier_of", "as_rows", "compute_metrics", "train_with_trainer"}  # fmt: skip


def definitions(code):
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {n.name: ast.dump(n) for n in ast.parse(code).body if isinstance(n, kinds)}


def test_the_lesson_shows_what_the_study_ran():
    shown = definitions("\n".join(CELLS))
    studied = definitions((HERE / "study_05.py").read_text(encoding="utf-8"))
    for name in SHOWN:
        assert shown[name] == studied[name], name


@pytest.fixture(scope="module")
def study():
    import study_05

    return study_05


def test_the_study_is_complete(study):
    table = pd.read_csv(study.STUDY)
    stored = set(table[study.SETTINGS].itertuples(index=False, name=None))
    assert stored == set(study.PLAN) and len(table) == len(stored)
    search = table[(table["films"] == 674) & (table["seed"] == 0)]
    for _, rows in search[search["layers"] == 2].groupby("route"):
        assert rows.loc[rows["dev"].idxmax(), "rate"] == 3e-4  # chosen on dev, inside the search


def test_the_stored_scores_are_those_of_the_chosen_rows(study):
    table = pd.read_csv(study.STUDY)
    chosen = table.query("route == 'loop' and layers == 2 and rate == 0.0003 and films == 674")
    stored = np.load(study.STUDY.with_name("05_scores.npz"))
    for row in chosen.itertuples():
        cut = study.best_cut(stored["dev"][row.seed])
        found = study.metrics.f1(study.y_test, stored["test"][row.seed] >= cut)
        assert abs(found - row.micro) < 0.002


def test_trainer_and_the_loop_train_the_same_network_alike(study, monkeypatch):
    """The same first weights and order, one rate, no clipping, no dropout: the same scores."""
    torch, nn = study.torch, study.nn
    monkeypatch.setattr(study, "dev", study.dev[:8])
    monkeypatch.setattr(study, "y_dev", study.y_dev[:8])
    chances = ("hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout")
    torch.manual_seed(0)
    by_trainer = study.classifier_of(2, **dict.fromkeys(chances, 0.0))
    by_loop = copy.deepcopy(by_trainer)
    films, y = study.train[:24], study.y_train[:24]
    plain = {"lr_scheduler_type": "constant", "max_grad_norm": 0}
    plain["train_sampling_strategy"] = "sequential"
    study.train_with_trainer(by_trainer, study.as_rows(films, y), 3e-4, 1, 0, **plain)

    class Logits(nn.Module):
        def __init__(self):
            super().__init__()
            self.classifier = by_loop

        def forward(self, ids, mask):
            return self.classifier(ids, attention_mask=mask).logits

    inputs = study.tokenizer(films["plot"].tolist(), padding=True, return_tensors="pt")
    ids, mask = inputs["input_ids"], inputs["attention_mask"]
    rows = study.TensorDataset(ids, mask, torch.tensor(y).float())
    optimizer = torch.optim.AdamW(by_loop.parameters(), lr=3e-4, weight_decay=0.0)
    loader = study.DataLoader(rows, batch_size=8)
    study.training.fit(Logits(), loader, lambda net: 0.0, 1, optimizer)
    with torch.no_grad():
        nets = by_trainer.eval(), by_loop.eval()
        first, second = (net(ids, attention_mask=mask).logits for net in nets)
    assert torch.allclose(first, second, atol=1e-4) and first.std() > 0.01
