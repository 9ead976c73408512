"""Many small networks trained at once, one for each fold, in one batched model.

A small network spends most of its time on the cost of each call. With a fold axis in front of
every array, one call serves all networks. Each still learns what it would learn alone.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from helpers._checks import whole, zero_one

BATCH_SIZE = 32  # the default of Keras' fit
LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7  # the defaults of Keras' Adam
SEED_STEP = 1_000_003  # between the seeds of two folds; so runs with seeds 0, 1, 2 … share none


def fit_predict(x, y, folds, hidden=20, epochs=100, seed=0) -> list[np.ndarray]:
    """Train one network for each fold, all at once, and predict the fold's test rows.

    x       numbers (rows, features), any float or int dtype; no NaN.
    y       0/1 matrix (rows, labels).
    folds   pairs (train, test) of row numbers, as ``RepeatedKFold(...).split(x)`` gives them;
            they may differ in size.
    hidden  units of the hidden layer, or of each layer, such as (20, 20); () is no hidden layer:
            logistic regression.
    seed    fold i draws weights and batches from its own generator: ``fit_predict(x, y,
            [folds[i]], seed=seed + SEED_STEP * i)`` trains the same network alone.

    Returns one array of probabilities for each fold, shape (test rows, labels), float64.
    The scheme is that of a Keras model with Dense(units, "relu", kernel_initializer="he_uniform")
    layers and Dense(labels, "sigmoid"), with binary cross-entropy, Adam and the defaults of fit:
    batches of 32, shuffled in each epoch, the last one smaller. Random numbers are not those of
    Keras; in float64 results hardly depend on the machine. Raises ValueError for other arguments.
    """
    x, y = _check_x(x), zero_one(y, "y")
    if len(x) != len(y):
        raise ValueError(f"x and y must have the same rows, but x has {len(x)} and y {len(y)}.")
    folds = [_check_fold(fold, f"folds[{i}]", len(x)) for i, fold in enumerate(folds)]
    if not folds:
        raise ValueError("folds is empty, but it must hold at least one pair (train, test).")
    hidden = hidden if isinstance(hidden, Sequence) else [hidden]
    for units in hidden:
        whole(units, "hidden (each layer)", least=1)
    whole(epochs, "epochs", least=1)
    whole(seed, "seed", least=0)
    sizes = [x.shape[1], *hidden, y.shape[1]]

    generators = [np.random.default_rng(seed + SEED_STEP * i) for i in range(len(folds))]
    parameters = np.stack([_initial_parameters(sizes, generator) for generator in generators])
    parameters = torch.from_numpy(parameters).requires_grad_()
    x, y = torch.from_numpy(x), torch.from_numpy(y).double()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # threads that share work this small wait for each other, mostly
    try:
        _train(parameters, sizes, x, y, [train for train, _ in folds], generators, epochs)
    finally:
        torch.set_num_threads(threads)
    with torch.no_grad():
        return [
            _logits(parameters[i : i + 1], sizes, x[test][None])[0].sigmoid().numpy()
            for i, (_, test) in enumerate(folds)
        ]


def _initial_parameters(sizes, generator) -> np.ndarray:
    """All weights and biases of one network in one row: he_uniform (He et al., 2015) before a
    relu, glorot_uniform (Glorot and Bengio, 2010) before the sigmoid, zero biases."""
    parts = []
    for layer, (fan_in, fan_out) in enumerate(pairwise(sizes), start=2):
        limit = np.sqrt(6 / (fan_in + fan_out if layer == len(sizes) else fan_in))
        parts += [generator.uniform(-limit, limit, fan_in * fan_out), np.zeros(fan_out)]
    return np.concatenate(parts)


def _logits(parameters, sizes, x) -> torch.Tensor:
    """Raw scores of every network: parameters (folds, P), x (folds, rows, features)."""
    layers = list(pairwise(sizes))
    parts = parameters.split([n for a, b in layers for n in (a * b, b)], dim=1)
    for layer, shape in enumerate(layers):
        weight, bias = parts[2 * layer].unflatten(1, shape), parts[2 * layer + 1].unsqueeze(1)
        x = torch.baddbmm(bias, x.relu() if layer else x, weight)
    return x


def _train(parameters, sizes, x, y, trains, generators, epochs) -> None:
    """Change parameters (folds, P) in place. The formula of a step is Adam's as Keras writes it
    (Kingma and Ba, 2015, end of section 2), each fold with its own count of steps."""
    rows = torch.tensor([len(train) for train in trains])
    longest = int(rows.max())
    order = torch.zeros(len(trains), longest, dtype=torch.long)  # row 0 pads; it has no weight
    mean, square = torch.zeros_like(parameters), torch.zeros_like(parameters)
    steps = torch.zeros(len(trains), 1, dtype=torch.float64)
    for _ in range(epochs):
        for i, (train, generator) in enumerate(zip(trains, generators, strict=True)):
            order[i, : len(train)] = torch.from_numpy(generator.permutation(train))
        for start in range(0, longest, BATCH_SIZE):
            batch = order[:, start : start + BATCH_SIZE]
            real = (torch.arange(start, start + batch.shape[1]) < rows[:, None]).double()
            in_batch = real.sum(dim=1, keepdim=True)
            weight = real / in_batch.clamp(min=1) / y.shape[1]
            # The sum over folds keeps them apart: no weight of a fold is in another fold's loss.
            loss = binary_cross_entropy_with_logits(
                _logits(parameters, sizes, x[batch]), y[batch], weight[..., None], reduction="sum"
            )
            (gradient,) = torch.autograd.grad(loss, parameters)

            # A fold that has no rows left stands still: momentum alone would still move it.
            active = (in_batch > 0).double()
            steps = steps + active
            mean.lerp_(gradient, (1 - BETA_1) * active)
            square.lerp_(gradient.square_(), (1 - BETA_2) * active)
            rate = LEARNING_RATE * (1 - BETA_2**steps).sqrt() / (1 - BETA_1**steps)
            with torch.no_grad():  # in place: fresh arrays of this size cost more than the sums
                update = square.sqrt().add_(EPSILON).reciprocal_().mul_(mean).mul_(active * rate)
                parameters.sub_(update)


def _check_x(x) -> np.ndarray:
    try:
        values = np.array(x, dtype=np.float64, order="C")  # a copy: torch warns of read-only ones
    except (TypeError, ValueError):
        raise ValueError(f"x must be a matrix of numbers, but it is {type(x).__name__}.") from None
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"x must have shape (rows, features), but its shape is {values.shape}.")
    wrong = np.argwhere(~np.isfinite(values)).tolist()
    if wrong:
        raise ValueError(f"x must hold finite numbers, but {len(wrong)} of its values are NaN or "
                         f"infinite, the first at [row, column] {wrong[0]}.")  # fmt: skip
    return values


def _check_fold(fold, name: str, rows: int) -> list[np.ndarray]:
    """The train and the test rows as int64 arrays, if they are row numbers of x."""
    parts = [np.asarray(part) for part in fold]
    if len(parts) != 2 or parts[0].size == 0:
        raise ValueError(f"{name} must be a pair (train, test) with at least one train row.")
    for part, numbers in zip(("train", "test"), parts, strict=True):
        if numbers.ndim != 1 or (numbers.size and numbers.dtype.kind not in "iu"):
            raise ValueError(f"the {part} rows of {name} must be whole numbers in one dimension, "
                             f"but they are {numbers.dtype}, shape {numbers.shape}.")  # fmt: skip
        wrong = numbers[(numbers < 0) | (numbers >= rows)]
        if wrong.size:
            raise ValueError(f"the {part} rows of {name} must lie between 0 and {rows - 1}, but "
                             f"one is {wrong[0]}.")  # fmt: skip
    return [numbers.astype(np.int64) for numbers in parts]
