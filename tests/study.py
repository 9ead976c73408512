"""Compute what takes longer than a lesson, once, and store it.

python tests/study.py 06      all rows of notebooks/data/studies/06.csv that are not there yet
python tests/study.py 06 3    the next three of them

Delete the file to begin again. Every row holds its settings and its seed.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

import helpers
from helpers import apparel, data

STUDIES = Path(__file__).parent.parent / "notebooks" / "data" / "studies"

helpers.setup()
with helpers.quiet():
    import keras
from keras import layers, ops  # noqa: E402

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
    path = STUDIES / "06.csv"
    table = pd.read_csv(path) if path.exists() else pd.DataFrame()
    settings = {"network": "small_resnet", "per_pair": PER_PAIR, "size": SIZE}
    plan = [
        settings | {"held_out": pair, "remedy": remedy, "epochs": epochs, "seed": seed}
        for seed in (0, 1, 2)
        for pair in HELD_OUT
        for remedy, epochs in REMEDIES.items()
    ]
    done = table.to_dict("records")
    todo = [row for row in plan if not any(row.items() <= old.items() for old in done)]
    with tempfile.TemporaryDirectory() as folder:
        material = pictures(folder)
        for row in todo[:most]:
            figures = held_out_row(*material, row["held_out"], row["remedy"], row["seed"])
            done.append(row | {name: round(float(value), 4) for name, value in figures.items()})
            path.parent.mkdir(parents=True, exist_ok=True)
            pd.DataFrame(done).to_csv(path, index=False)
            print(done[-1], flush=True)


if __name__ == "__main__":
    {"06": study_06}[sys.argv[1]](int(sys.argv[2]) if len(sys.argv) > 2 else None)
