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
NETWORKS = {"norm_relu", "begin", "end", "plain_cnn", "small_xception", "small_resnet",
            "train_network"}  # fmt: skip
REMEDIES = {"known_labels_loss", "recolour", "scenes"}


def functions(code):
    return {n.name: ast.dump(n) for n in ast.parse(code).body if isinstance(n, ast.FunctionDef)}


def test_the_lesson_shows_what_the_study_ran():
    shown = functions("\n".join(CELLS))
    studied = functions((HERE / "study_06.py").read_text())
    assert NETWORKS | REMEDIES <= shown.keys()
    for name in NETWORKS | REMEDIES:
        assert shown[name] == studied[name], name


def test_the_studies_are_complete():
    import study_06 as study
    from study import STUDIES

    def seeds(table, *columns):
        return table.groupby(list(columns))["seed"].agg(sorted).map(tuple)

    tables = {path.stem: pd.read_csv(path) for path in STUDIES.glob("06*.csv")}
    table = tables["06"]
    assert (table["per_pair"] == study.PER_PAIR).all() and (table["size"] == study.SIZE).all()
    assert f"per_pair={study.PER_PAIR}, size={study.SIZE}" in "\n".join(CELLS)
    assert table.groupby("remedy")["epochs"].unique().map(list).to_dict() == {
        remedy: [epochs] for remedy, epochs in study.REMEDIES.items()
    }
    for found, count in [
        (seeds(table, "held_out", "remedy"), len(study.HELD_OUT) * len(study.REMEDIES)),
        (
            seeds(tables["06_networks"], "network", "rate"),
            len(study.NETWORKS) * len(study.RATES) + 1,
        ),
        (seeds(tables["06_heads"], "head", "held_out"), (len(study.HEADS) + 1) * 2),
        (seeds(tables["06_transfer"].query("photos < 1000"), "photos", "model"), 5),
    ]:
        assert len(found) == count and (found == study.SEEDS).all(), found
    photos = tables["06_photos"]
    whole = photos[photos["held_out"] == "nothing"]
    assert tuple(whole["seed"]) == study.SEEDS
    assert set(photos["held_out"]) == {"nothing", *study.HELD_OUT}


WITH_TORCH = """
import numpy as np, keras, sys
from keras import layers, ops
assert keras.backend.backend() == "torch"
exec(sys.stdin.read())
rng = np.random.default_rng(0)
images = rng.integers(0, 256, (48, 40, 40, 3), dtype=np.uint8)
y = np.eye(11, dtype=int)[np.arange(48) % 11]
pair = np.eye(6, dtype=int)[np.arange(48) % 6], np.eye(5, dtype=int)[np.arange(48) % 5]
ways = {
    plain_cnn: (((11,), "sigmoid"), *scenes(images, y, 48, rng), "binary_crossentropy"),
    small_xception: (((6, 5), "softmax"), images, np.hstack(pair), "mse"),
    small_resnet: (((11,), "sigmoid"), *recolour(images, y, rng), known_labels_loss),
}
for build, (head, x_new, y_new, loss) in ways.items():
    model = build(40, *head)
    before = model.predict(images, verbose=0)
    train_network(model, x_new, y_new, loss, epochs=2)
    after = model.predict(images, verbose=0)
    print(model.count_params() < 200_000, after.shape, bool(np.abs(after - before).max() > 0.01))
"""


@pytest.mark.slow
def test_the_model_cells_run_on_pytorch():
    trees = [node for cell in CELLS for node in ast.parse(cell).body]
    wanted = NETWORKS | REMEDIES
    kept = [n for n in trees if isinstance(n, ast.FunctionDef) and n.name in wanted]
    result = subprocess.run(
        [sys.executable, "-c", WITH_TORCH], input="\n".join(map(ast.unparse, kept)), text=True,
        capture_output=True, env=os.environ | {"KERAS_BACKEND": "torch"}, timeout=300,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-2000:]
    assert result.stdout.splitlines() == ["True (48, 11) True"] * 3, result.stdout


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
