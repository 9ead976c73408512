"""The loop against a loop by hand, the epoch it keeps, and how it stops."""

import copy
import os
import signal
import time

import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence
from torch.utils.data import DataLoader, TensorDataset

from helpers.training import fit


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def data(rows=40, batch_size=16, seed=1):
    """Two labels that two of six numbers decide; 40 rows make batches of 16, 16 and 8."""
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(rows, 6, generator=generator)
    y = (X[:, :2] > 0).float()
    return DataLoader(TensorDataset(X, y), batch_size=batch_size, shuffle=False)


def scripted(values, seen=None):
    """A dev metric that returns these values in turn (or raises one) and copies the weights."""
    values = iter(values)

    def dev_metric(model):
        if seen is not None:
            seen.append(copy.deepcopy(model.state_dict()))
        value = next(values)
        if isinstance(value, BaseException):
            raise value
        return value

    return dev_metric


def same_weights(model, state):
    return all(torch.equal(value, state[key]) for key, value in model.state_dict().items())


def test_history_and_weights_equal_a_loop_by_hand():
    model, loader = nn.Linear(6, 2), data()
    by_hand = copy.deepcopy(model)
    history = fit(model, loader, scripted([0.1, 0.2, 0.3]), epochs=3)

    optimizer = torch.optim.AdamW(by_hand.parameters())
    losses = []
    for _ in range(3):
        total = 0.0
        for X, y in loader:
            loss = nn.functional.binary_cross_entropy_with_logits(by_hand(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
        losses.append(total / 40)  # the last batch has 8 rows: a mean of batch means is wrong
    expected = pd.DataFrame({"epoch": [1, 2, 3], "loss": losses, "dev": [0.1, 0.2, 0.3]})
    pd.testing.assert_frame_equal(history, expected)
    assert same_weights(model, by_hand.state_dict())


def test_it_learns():
    model, loader = nn.Linear(6, 2), data(400)
    X_dev, y_dev = data(200, seed=2).dataset.tensors
    history = fit(
        model, loader, lambda m: ((m(X_dev) > 0) == y_dev.bool()).float().mean(), 30,
        optimizer=torch.optim.AdamW(model.parameters(), lr=0.05),
    )  # fmt: skip
    assert history["loss"].iloc[-1] < 0.2 < 0.4 < history["loss"].iloc[0]
    assert history["dev"].max() > 0.95
    assert ((model(X_dev) > 0) == y_dev.bool()).float().mean() == pytest.approx(
        history["dev"].max()
    )


@pytest.mark.parametrize(
    ("values", "best"),
    [([0.1, 0.5, 0.3], 1), ([0.5, 0.5, 0.5], 0), ([0.1, 0.2, 0.3], 2), ([-3, -1, -2], 1)],
    ids=["middle", "ties take the first", "last", "negative"],
)
def test_the_best_epoch_is_restored(values, best):
    model, seen = nn.Sequential(nn.Linear(6, 4), nn.BatchNorm1d(4), nn.Linear(4, 2)), []
    history = fit(model, data(), scripted(values, seen), epochs=3)
    assert len(seen) == 3 and not same_weights(model, seen[best - 1])
    assert same_weights(model, seen[best])  # buffers of batch norm too
    assert history["dev"].idxmax() == best
    assert not model.training


def test_ctrl_c_keeps_the_best_so_far(capsys):
    model, seen = nn.Linear(6, 2), []
    dev_metric = scripted([0.4, 0.6, 0.5, KeyboardInterrupt(), 0.9], seen)
    history = fit(model, data(), dev_metric, epochs=9)
    assert len(seen) == 4 and list(history["epoch"]) == [1, 2, 3]
    assert same_weights(model, seen[1]) and not model.training
    output = capsys.readouterr()
    assert output.out == "Stopped in epoch 4; the model keeps the weights of epoch 2 (dev 0.600).\n"
    assert output.err == ""


def test_ctrl_c_in_the_first_epoch(capsys):
    history = fit(nn.Linear(6, 2), data(), scripted([KeyboardInterrupt()]), epochs=3)
    assert history.empty and list(history.columns) == ["epoch", "loss", "dev"]
    assert "epoch 1; the model keeps the weights as they are." in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="a signal to oneself ends the process on Windows")
def test_a_real_interrupt_in_the_middle_of_an_epoch(capsys):
    class Interrupted(nn.Linear):
        calls = 0

        def forward(self, X):
            Interrupted.calls += 1
            if Interrupted.calls == 5:  # the second batch of the second epoch
                signal.raise_signal(signal.SIGINT)  # kill may reach another thread, and later
            return super().forward(X)

    model, seen = Interrupted(6, 2), []
    # What a shell starts with & ignores Ctrl-C, and so do all its children.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        history = fit(model, data(), scripted([0.4, 0.5], seen), epochs=2)
    finally:
        signal.signal(signal.SIGINT, before)
    assert list(history["epoch"]) == [1] and same_weights(model, seen[0])
    assert "epoch 2; the model keeps the weights of epoch 1" in capsys.readouterr().out


def test_the_dev_metric_runs_in_eval_mode_without_gradients():
    modes = []

    def dev_metric(model):
        modes.append((model.training, torch.is_grad_enabled()))
        return 0.0

    fit(nn.Linear(6, 2), data(), dev_metric, epochs=2)
    assert modes == [(False, False)] * 2 and torch.is_grad_enabled()


def test_dropout_is_on_while_training():
    class Recorder(nn.Linear):
        modes = []

        def forward(self, X):
            Recorder.modes.append(self.training)
            return super().forward(X)

    fit(Recorder(6, 2), data(), lambda model: 0.0, epochs=2)
    assert Recorder.modes == [True] * 6


def test_batches_with_packed_lengths():
    class Reader(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(9, 8, padding_idx=0)
            self.gru = nn.GRU(8, 16, batch_first=True)
            self.linear = nn.Linear(16, 2)

        def forward(self, ids, lengths):
            words = pack_padded_sequence(
                self.embedding(ids), lengths, batch_first=True, enforce_sorted=False
            )
            return self.linear(self.gru(words)[1][-1])

    lengths = torch.randint(1, 6, (60,))
    ids = torch.randint(1, 9, (60, 5)) * (torch.arange(5) < lengths[:, None])
    y = torch.stack([(ids == 3).any(dim=1), (ids == 4).any(dim=1)], dim=1).float()
    loader = DataLoader(TensorDataset(ids, lengths, y), batch_size=20, shuffle=True)
    model = Reader()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02)
    history = fit(model, loader, lambda m: 0.0, 40, optimizer=optimizer)
    assert history["loss"].iloc[-1] < 0.2 < history["loss"].iloc[0]


def test_batches_with_an_attention_mask_and_another_loss():
    class Mean(nn.Linear):
        def forward(self, hidden, mask):
            mask = mask[:, :, None]
            return super().forward((hidden * mask).sum(dim=1) / mask.sum(dim=1))

    hidden, mask = torch.randn(30, 4, 6), torch.ones(30, 4, dtype=torch.long)
    mask[::2, 2:] = 0
    y = torch.randint(0, 3, (30,))  # three classes, one each: another loss, integers
    loader = DataLoader(TensorDataset(hidden, mask, y), batch_size=10)
    history = fit(Mean(6, 3), loader, lambda m: 0.0, 2, loss_function=nn.CrossEntropyLoss())
    assert history["loss"].iloc[1] < history["loss"].iloc[0]


def test_frozen_parameters_stay():
    model = nn.Sequential(nn.Linear(6, 4), nn.Linear(4, 2))
    model[0].requires_grad_(False)
    before = copy.deepcopy(model.state_dict())
    fit(model, data(), lambda m: 0.0, epochs=1)
    assert torch.equal(model[0].weight, before["0.weight"])
    assert not torch.equal(model[1].weight, before["1.weight"])


@pytest.mark.parametrize("change", [lambda y: y.long(), lambda y: y[:, 0]], ids=["int", "shape"])
def test_y_that_does_not_fit(change):
    X, y = data().dataset.tensors
    loader = DataLoader(TensorDataset(X, change(y)), batch_size=8)
    with pytest.raises(ValueError, match=r"^y has shape \(8,.*scores, \(8, 2\).*y\.float\(\)\.$"):
        fit(nn.Linear(6, 2), loader, lambda m: 0.0, epochs=1)


def test_other_bad_input():
    with pytest.raises(ValueError, match="epochs is 0 and train_loader has 3 batches"):
        fit(nn.Linear(6, 2), data(), lambda m: 0.0, epochs=0)
    with pytest.raises(ValueError, match="train_loader has 0 batches"):
        fit(nn.Linear(6, 2), [], lambda m: 0.0, epochs=1)
    with pytest.raises(ValueError, match="dev_metric returned NaN"):
        fit(nn.Linear(6, 2), data(), lambda m: float("nan"), epochs=1)


def test_a_progress_bar_only_when_it_takes_time(monkeypatch, capsys):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    fit(nn.Linear(6, 2), data(), lambda m: 0.5, epochs=3)
    assert capsys.readouterr().err == ""

    fit(nn.Linear(6, 2), data(), lambda m: time.sleep(0.45) or 0.5, epochs=4)
    error = capsys.readouterr().err
    assert "12/12" in error and "dev 0.500" in error
