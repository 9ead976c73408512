import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier

import helpers
from helpers import apparel


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return apparel.draw(tmp_path_factory.mktemp("drawn"), per_pair=12, size=32)


def noise(shape=(50, 40, 3)):
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def save(path, colour="red", mode="RGB", size=(400, 500), **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).convert(mode).save(path, **options)
    return path


def test_drawn_set_has_the_24_pairs_of_the_public_set(drawn):
    images, pairs, y, labels = apparel.load(drawn, size=32)
    assert images.shape == (288, 32, 32, 3) and images.dtype == np.uint8
    assert len(set(pairs)) == 24 and "green_dress" not in pairs
    assert labels == apparel.COLOURS + apparel.GARMENTS and y.shape == (288, 11)
    assert (y[:, :6].sum(axis=1) == 1).all() and (y[:, 6:].sum(axis=1) == 1).all()
    assert pairs[0] == "black_dress" and y[0].tolist() == [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]


def test_drawing_again_gives_the_same_pictures_and_replaces_the_old(drawn, tmp_path):
    first = apparel.load(apparel.draw(tmp_path, per_pair=2, size=32), size=32)[0]
    fewer = apparel.load(apparel.draw(tmp_path, per_pair=1, size=32), size=32)[0]
    other = apparel.load(apparel.draw(tmp_path, per_pair=1, size=32, seed=1), size=32)[0]
    many, pairs, _, _ = apparel.load(drawn, size=32)
    assert len(fewer) == 24 and np.array_equal(first[::2], fewer)
    assert not np.array_equal(fewer, other)
    assert np.array_equal(first, np.concatenate([many[pairs == p][:2] for p in np.unique(pairs)]))


def test_colours_look_like_their_names(drawn):
    images, pairs, y, _ = apparel.load(drawn, size=32)
    centre = images[:, 10:22, 10:22].reshape(len(images), -1, 3).mean(axis=1)
    mean = {name: centre[y[:, i] == 1].mean(axis=0) for i, name in enumerate(apparel.COLOURS)}
    assert mean["black"].mean() < min(mean[name].mean() for name in apparel.COLOURS[1:])
    assert mean["white"].mean() > max(mean[name].mean() for name in apparel.COLOURS[:-1])
    for channel, name in enumerate(["red", "green", "blue"]):
        assert mean[name].argmax() == channel


def test_mean_colour_is_not_enough(drawn):
    images, _, y, _ = apparel.load(drawn, size=32)
    colour = images.mean(axis=(1, 2)) / 255
    model = OneVsRestClassifier(LogisticRegression(C=100)).fit(colour[::2], y[::2])
    scores = model.predict_proba(colour[1::2])
    best = max(
        f1_score(y[1::2], scores >= cut, average="micro") for cut in np.linspace(0.1, 0.6, 11)
    )
    assert 0.25 < best < 0.7


def test_draw_leaves_a_folder_with_other_files_alone(tmp_path):
    photo = save(tmp_path / "black_dress" / "mine.jpg")
    with pytest.raises(ValueError, match="mine.jpg"):
        apparel.draw(tmp_path, per_pair=1)
    assert photo.exists()
    with pytest.raises(ValueError, match="per_pair is 0"):
        apparel.draw(tmp_path / "new", per_pair=0)


def test_names_in_any_order_flat_and_nested(tmp_path):
    save(tmp_path / "black_dress" / "a.jpg")
    save(tmp_path / "photos" / "dress_black" / "b.JPG")
    save(tmp_path / "photos" / "Shoes-white red" / "c.png")
    (tmp_path / "black_dress" / "notes.txt").write_text("no picture")
    (tmp_path / "black_dress" / "._a.jpg").write_text("no picture")
    _, pairs, y, labels = apparel.load(tmp_path, size=8)
    assert pairs.tolist() == ["black_dress", "black_dress", "red_white_shoes"]
    assert {labels[i] for i in np.flatnonzero(y[2])} == {"red", "white", "shoes"}


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB", "YCbCr"])
def test_jpeg_of_every_mode_keeps_its_colour(tmp_path, mode):
    colour = "#808080" if mode == "L" else "#c83232"
    path = save(tmp_path / "red_shirt" / "a.jpg", colour, mode, quality=95)
    expected = [128] * 3 if mode == "L" else [200, 50, 50]
    pixels = apparel.read(path, 16)
    assert pixels.shape == (16, 16, 3) and np.abs(pixels.astype(int) - expected).max() <= 3


def test_transparent_becomes_white(tmp_path):
    pixels = np.zeros((40, 40, 4), dtype=np.uint8)
    pixels[:20] = (200, 0, 0, 255)  # below: black, but transparent
    picture = Image.fromarray(pixels)
    picture.save(tmp_path / "rgba.png")
    picture.convert("LA").save(tmp_path / "la.png")
    picture.quantize(4).save(tmp_path / "palette.png")
    for name in ("rgba", "la", "palette"):
        shown = apparel.read(tmp_path / f"{name}.png", 8)
        assert (shown[-1] == 255).all() and (shown[0] < 255).any(), name


def test_16_bit_grey_and_turned_photos(tmp_path):
    Image.fromarray(np.full((30, 30), 32768, dtype=np.uint16)).save(tmp_path / "deep.png")
    assert np.abs(apparel.read(tmp_path / "deep.png", 8).astype(int) - 128).max() <= 1
    pixels = np.zeros((64, 64, 3), dtype=np.uint8)
    pixels[:, :32] = 255  # white on the left; orientation 6 turns it to the top
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(pixels).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    shown = apparel.read(tmp_path / "turned.jpg", 8)
    assert shown[0].mean() > 240 and shown[-1].mean() < 15


def test_reduced_decoding_agrees_with_full_decoding(tmp_path):
    smooth = Image.fromarray(noise((8, 6, 3))).resize((600, 800), Image.Resampling.BICUBIC)
    smooth.save(tmp_path / "a.jpg", quality=95)
    full = Image.open(tmp_path / "a.jpg").resize((48, 48), Image.Resampling.BILINEAR)
    difference = apparel.read(tmp_path / "a.jpg", 48).astype(int) - np.asarray(full).astype(int)
    assert np.abs(difference).mean() < 1.5


def test_unreadable_files_are_named_and_the_rest_is_loaded(tmp_path, capsys):
    good = save(tmp_path / "blue_pants" / "good.jpg")
    (good.parent / "empty.jpg").write_bytes(b"")
    (good.parent / "page.png").write_text("<html>not found</html>")
    Image.fromarray(noise((300, 300, 3))).save(good.parent / "cut.jpg")
    whole = (good.parent / "cut.jpg").read_bytes()
    (good.parent / "cut.jpg").write_bytes(whole[: len(whole) // 3])
    save(tmp_path / "yellow_hat" / "a.jpg")
    images, pairs, y, _ = apparel.load(tmp_path, size=8)
    assert len(images) == len(y) == 1 and pairs.tolist() == ["blue_pants"]
    assert np.abs(images[0].astype(int) - [254, 0, 0]).max() <= 3
    files, folders = capsys.readouterr().out.splitlines()
    assert all(name in files for name in ("empty.jpg", "page.png", "cut.jpg"))
    assert "good.jpg" not in files and "yellow_hat" in folders


def test_limit_takes_an_even_sample(drawn, tmp_path):
    _, pairs, _, _ = apparel.load(drawn, size=8, limit=60)
    counts = np.unique(pairs, return_counts=True)[1]
    assert len(pairs) == 60 and len(counts) == 24 and set(counts) == {2, 3}
    for number in range(6):
        save(tmp_path / "black_dress" / f"{number}.png")
    save(tmp_path / "red_shoes" / "0.png")
    assert len(apparel.load(tmp_path, size=8, limit=5)[0]) == 5
    assert apparel.load(tmp_path, size=8, limit=2)[1].tolist() == ["black_dress", "red_shoes"]
    assert len(apparel.load(tmp_path, size=8, limit=1000)[0]) == 7


def test_bad_input_gets_a_clear_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder"):
        apparel.load(tmp_path / "missing")
    save(tmp_path / "yellow_hat" / "a.jpg")
    with pytest.raises(ValueError, match="black_dress"):
        apparel.load(tmp_path)
    with pytest.raises(ValueError, match="limit is 0"):
        apparel.load(tmp_path, limit=0)


def test_quiet_drops_the_error_stream_and_gives_it_back(capfd):
    with helpers.quiet():
        os.write(2, b"from C")
    os.write(2, b"after")
    with pytest.raises(ZeroDivisionError), helpers.quiet():
        os.write(2, b"from C")
        1 / 0  # noqa: B018
    os.write(2, b" all")
    assert capfd.readouterr().err == "after all"


def test_quiet_silences_tensorflow():
    code = """
import helpers
helpers.setup()
with helpers.quiet():
    import keras
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
model.compile("sgd", "mse")
model.fit(keras.ops.ones((4, 3)), keras.ops.ones((4, 2)), verbose=0)
"""
    environment = {
        name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"
    }
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout == done.stderr == ""


def test_the_pairs_that_the_public_set_lacks_can_be_drawn(tmp_path):
    drawn = apparel.draw(tmp_path, per_pair=2, size=16, pairs=apparel.ABSENT)
    images, pairs, y, _ = apparel.load(drawn, size=16)
    assert sorted(set(pairs)) == sorted(apparel.ABSENT) and len(images) == 12
    assert not set(apparel.ABSENT) & set(apparel.PAIRS) and (y.sum(axis=1) == 2).all()
