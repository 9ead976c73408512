"""Lesson 6: its functions are the study's, and run with PyTorch and on a folder of photos."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
import refresh
from PIL import Image

from helpers import apparel

HERE = Path(__file__).parent
(LESSON,) = refresh.lessons(["06"])
CELLS = [c.source for c in nbformat.read(LESSON, as_version=4).cells if c.cell_type == "code"]
NETWORKS = {"norm_relu", "begin", "end", "small_xception", "small_resnet", "train_network"}
REMEDIES = {"known_labels_loss", "recolour", "shuffle_tiles"}


def functions(code):
    return {n.name: ast.dump(n) for n in ast.parse(code).body if isinstance(n, ast.FunctionDef)}


def test_the_lesson_shows_what_the_study_ran():
    shown = functions("\n".join(CELLS))
    studied = functions((HERE / "study.py").read_text())
    assert NETWORKS | REMEDIES <= shown.keys()
    for name in NETWORKS | REMEDIES:
        assert shown[name] == studied[name], name


def test_the_study_is_complete():
    import study

    table = pd.read_csv(study.STUDIES / "06.csv")
    assert (table["per_pair"] == study.PER_PAIR).all() and (table["size"] == study.SIZE).all()
    for pair in study.HELD_OUT:
        for remedy, epochs in study.REMEDIES.items():
            rows = table[(table["held_out"] == pair) & (table["remedy"] == remedy)]
            assert sorted(rows["seed"]) == [0, 1, 2] and (rows["epochs"] == epochs).all()
    assert f"per_pair={study.PER_PAIR}, size={study.SIZE}" in "\n".join(CELLS)


WITH_TORCH = """
import numpy as np, keras, sys
from keras import layers, ops
from functools import partial
assert keras.backend.backend() == "torch"
exec(sys.stdin.read())
images = np.random.default_rng(0).integers(0, 256, (48, 40, 40, 3), dtype=np.uint8)
y = np.eye(11, dtype=int)[np.arange(48) % 11]
for build in (small_xception, small_resnet):
    model = build(40)
    before = model.predict(images, verbose=0)
    change = {"small_xception": recolour, "small_resnet": shuffle_tiles}[build.__name__]
    x_new, y_new = change(images, y, np.random.default_rng(0))
    train_network(model, x_new, y_new, known_labels_loss, epochs=2)
    after = model.predict(images, verbose=0)
    print(model.count_params() < 200_000, after.shape, bool(np.abs(after - before).max() > 0.01))
print(full_size("ResNet50V2", 40)(images[:2]).shape[1])
"""


@pytest.mark.slow
def test_the_model_cells_run_on_pytorch():
    trees = [node for cell in CELLS for node in ast.parse(cell).body]
    wanted = NETWORKS | REMEDIES | {"full_size"}
    kept = [n for n in trees if isinstance(n, ast.FunctionDef) and n.name in wanted]
    result = subprocess.run(
        [sys.executable, "-c", WITH_TORCH], input="\n".join(map(ast.unparse, kept)), text=True,
        capture_output=True, env=os.environ | {"KERAS_BACKEND": "torch"}, timeout=300,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-2000:]
    said = result.stdout.splitlines()  # full_size may add that there is no network
    assert said[:2] == ["True (48, 11) True"] * 2 and said[-1] == "11", result.stdout


def photos(folder):
    """The drawings as JPEG files of many sizes and kinds, nested, and three that are broken."""
    drawn = apparel.draw(folder / "drawn", per_pair=80, size=40)
    random = np.random.default_rng(0)
    for number, path in enumerate(sorted(drawn.glob("*/*.png"))):
        new = folder / "photos" / "set" / path.parent.name / f"{number}.jpg"
        new.parent.mkdir(parents=True, exist_ok=True)
        picture = Image.open(path).resize(tuple(random.integers(60, 300, 2)))
        mode = "CMYK" if number % 50 == 1 else "L" if number % 50 == 2 else "RGB"
        picture.convert(mode).save(new, quality=92)
        if number in (5, 500, 1500):
            new.write_bytes(new.read_bytes()[:100] if number == 5 else b"no picture")
    return folder / "photos"


@pytest.mark.slow
def test_the_lesson_runs_on_a_folder_of_photos(tmp_path):
    notebook = nbformat.read(LESSON, as_version=4)
    line = "folder, SIZE = apparel.draw(drawings.name, per_pair=80, size=40), 40"
    changed = [cell for cell in notebook.cells if cell.source.count(line)]
    assert len(changed) == 1
    changed[0].source = changed[0].source.replace(
        line, f"folder, SIZE = {str(photos(tmp_path))!r}, 40"
    )
    refresh.execute(notebook, LESSON.parent)
    printed = "".join(output.get("text", "") for output in changed[0].outputs)
    assert "Left out files that cannot be read (3)" in printed and "(1917, 40, 40, 3)" in printed
