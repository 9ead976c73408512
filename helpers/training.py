"""One training loop for the PyTorch lessons."""

import copy
import math

import pandas as pd
import torch
from torch import nn

import helpers


def fit(model, train_loader, dev_metric, epochs, optimizer=None, loss_function=None):
    """Train a model, keep the weights of its best epoch, return what happened in each epoch.

    model          an nn.Module; model(*inputs) returns scores (logits), shape (rows, labels).
    train_loader   yields batches (*inputs, y) of tensors, such as padded ids, their lengths and y;
                   they are moved to the device of the model.
    dev_metric     a function from the model to a number, higher is better, such as the micro F1
                   on the dev split. It is called after each epoch, in eval mode, without gradients.
    optimizer      by default AdamW (learning rate 1e-3); frozen parameters stay as they are.
    loss_function  called with (scores, y), by default nn.BCEWithLogitsLoss(): y is then float
                   (0.0 or 1.0) and has the shape of the scores.

    Returns a DataFrame with the columns epoch (from 1), loss (the mean over the training rows)
    and dev. The model ends in eval mode with the weights of the first epoch with the highest dev;
    that figure is chosen on dev, so report the test split. Ctrl-C (in a notebook: interrupt
    the kernel) stops the training, keeps the best epoch so far and prints which one it is.
    Raises ValueError for no epoch, no batch, a y that does not fit, or a dev metric of NaN.
    """
    if epochs < 1 or len(train_loader) == 0:
        raise ValueError(f"Nothing to train: epochs is {epochs} and train_loader has "
                         f"{len(train_loader)} batches; both must be at least 1.")  # fmt: skip
    optimizer = optimizer or torch.optim.AdamW(model.parameters())
    loss_function = loss_function or nn.BCEWithLogitsLoss()
    history, best, weights = [], None, None
    with helpers.bar(total=epochs * len(train_loader), unit="batch") as bar:
        try:
            for epoch in range(1, epochs + 1):
                loss = _train_epoch(model, train_loader, optimizer, loss_function, bar)
                dev = _measure(model, dev_metric)
                history.append({"epoch": epoch, "loss": loss, "dev": dev})
                if best is None or dev > best["dev"]:
                    best, weights = history[-1], copy.deepcopy(model.state_dict())
                bar.set_postfix_str(f"epoch {epoch}, loss {loss:.3f}, dev {dev:.3f}", refresh=False)
        except KeyboardInterrupt:
            kept = f"of epoch {best['epoch']} (dev {best['dev']:.3f})" if best else "as they are"
            print(f"Stopped in epoch {epoch}; the model keeps the weights {kept}.")
    if weights is not None:
        model.load_state_dict(weights)
    model.eval()
    return pd.DataFrame(history, columns=["epoch", "loss", "dev"])


def _train_epoch(model, train_loader, optimizer, loss_function, bar) -> float:
    model.train()
    device = next(model.parameters()).device
    total, rows = 0.0, 0
    for batch in train_loader:
        *inputs, y = (part.to(device) for part in batch)
        scores = model(*inputs)
        fits = y.shape == scores.shape and y.is_floating_point()
        if isinstance(loss_function, nn.BCEWithLogitsLoss) and not fits:
            raise ValueError(
                f"y has shape {tuple(y.shape)} and type {y.dtype}, but BCEWithLogitsLoss needs "
                f"the shape of the scores, {tuple(scores.shape)}, and floats: use y.float()."
            )
        loss = loss_function(scores, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total, rows = total + loss.item() * len(y), rows + len(y)
        bar.update()
    return total / rows


@torch.no_grad()
def _measure(model, dev_metric) -> float:
    model.eval()
    dev = float(dev_metric(model))
    if math.isnan(dev):
        raise ValueError("dev_metric returned NaN: it must return a number, higher is better.")
    return dev
