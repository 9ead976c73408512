"""Small machines, no network, broken files, interrupted work: a result or a sentence, no loss."""

import os
import shutil
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from queue import Queue

import nbformat
import pytest
import refresh
import small_machine
from jupyter_client.utils import run_sync
from nbclient import NotebookClient

from helpers import data

LESSONS = refresh.lessons([])


def memory_limit():
    """2 GB in bytes, and no reason; or None and why this process cannot limit itself."""
    try:
        with small_machine.memory_group(small_machine.GIGABYTE):
            return 2 * small_machine.GIGABYTE, ""
    except PermissionError as error:
        return None, str(error)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores are set on Linux only")
def test_every_lesson_on_an_old_core_with_2_gb_and_no_network():
    """As many lessons at a time as there are cores: each has a core and 2 GB of its own. They print
    what is stored, on one thread and without the newer instructions of the processor."""
    memory, unlimited = memory_limit()
    machine = {"memory": memory, "network": False, "variables": small_machine.old_processor()}
    free = Queue()
    for core in os.sched_getaffinity(0):
        free.put(core)

    def run(path):
        core = free.get()
        try:
            return small_machine.run_lesson(path, cores={core}, **machine)
        finally:
            free.put(core)

    with ThreadPoolExecutor(free.qsize()) as pool:
        runs = {path.stem: pool.submit(run, path) for path in LESSONS}
    failures = [f"{name}: {run.exception()}" for name, run in runs.items() if run.exception()]
    failures += [
        text for run in runs.values() if not run.exception() for text in run.result()["differing"]
    ]
    assert not failures, "\n\n".join(failures)
    if unlimited:
        pytest.skip(f"all agree, but in as much memory as they liked: {unlimited}")


def test_the_network_is_really_refused(tmp_path):
    code = "import urllib.request as u; u.urlopen('http://example.com', timeout=5)"
    variables = small_machine.environment(tmp_path, network=False)
    result = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True)
    assert result.returncode and b"no network in this test" in result.stderr


@pytest.mark.slow
def test_too_little_memory_is_noticed():
    memory, unlimited = memory_limit()
    if unlimited:
        pytest.skip(unlimited)
    with pytest.raises(RuntimeError, match="did not run to its end"):
        small_machine.run_lesson(LESSONS[2], memory=memory // 16)


@pytest.mark.slow
@pytest.mark.parametrize("number", ["01", "02"])
def test_lesson_in_a_folder_that_cannot_be_written(number, tmp_path):
    copy = tmp_path / "notebooks"
    shutil.copytree(refresh.NOTEBOOKS, copy)
    for path in [copy, *copy.rglob("*")]:
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    # Root may write everywhere, unless it gives up that right.
    command = ("setpriv", "--bounding-set", "-dac_override") if os.geteuid() == 0 else ()
    if command and not shutil.which("setpriv"):
        pytest.skip("root without setpriv can write everywhere")
    assert subprocess.run([*command, "touch", str(copy / "new")], stderr=-3).returncode
    (path,) = copy.glob(f"{number}_*.ipynb")
    before = path.read_bytes()
    small_machine.run_lesson(path, command=command)
    assert path.read_bytes() == before


@pytest.fixture
def kernel():
    """A running kernel in the lessons' folder: kernel(source) executes a cell, returns its text."""
    notebook = nbformat.v4.new_notebook()
    resources = {"metadata": {"path": str(refresh.NOTEBOOKS)}}
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources,
                            allow_errors=True, interrupt_on_timeout=True)  # fmt: skip

    def run_cell(source):
        notebook.cells.append(nbformat.v4.new_code_cell(source))
        outputs = client.execute_cell(notebook.cells[-1], len(notebook.cells) - 1).outputs
        return "\n".join(o.get("text") or "\n".join(o.get("traceback", [])) for o in outputs)

    with client.setup_kernel():
        run_cell.client = client
        yield run_cell


def test_kernel_restarted_in_the_middle(kernel):
    setup = "from helpers.exercises import check, progress\nfrom helpers import data"
    answer = "check('0.1', [1, 0, 1])"
    kernel(setup)
    assert "correct" in kernel(answer) and "1 of" in kernel("progress()")
    run_sync(kernel.client.km.restart_kernel)(now=True)
    run_sync(kernel.client.kc.wait_for_ready)(timeout=60)
    assert "NameError" in kernel("progress()")  # Python's own sentence: run the setup cell first
    kernel(setup)
    assert "correct" in kernel(answer)


TRAIN = """
import os, signal, torch
from helpers import training
rows = torch.utils.data.TensorDataset(torch.rand(512, 8), torch.ones(512, 3))
model = torch.nn.Linear(8, 3)
before = model.weight.detach().clone()
epochs = []

def dev_metric(model):
    epochs.append(1)
    if len(epochs) == 3:
        os.kill(os.getpid(), signal.SIGINT)  # as the stop button does
    return 0.5

log = training.fit(model, torch.utils.data.DataLoader(rows, 16), dev_metric, epochs=10**6)
"""


def test_training_stopped_by_the_reader_keeps_the_model(kernel):
    assert "Stopped in epoch" in kernel(TRAIN)
    assert kernel("print(len(log) >= 2, torch.equal(model.weight, before))") == "True False\n"


@pytest.mark.slow
def test_keras_training_stopped_by_the_reader_keeps_the_model(kernel):
    kernel("import helpers, numpy as np\nwith helpers.quiet(): import keras")
    kernel("model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(3)])")
    kernel("import threading, os, signal\nbefore = model.get_weights()[0].copy()")
    kernel("model.compile('sgd', 'mse'); threading.Timer(6, os.kill, (os.getpid(), 2)).start()")
    stopped = kernel("model.fit(np.ones((512, 8)), np.ones((512, 3)), epochs=10**6, verbose=0)")
    assert "KeyboardInterrupt" in stopped
    assert kernel("print(np.array_equal(model.get_weights()[0], before))") == "False\n"


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: path.write_bytes(path.read_bytes()[:5000] + "é".encode("cp1252")),
        lambda path: path.write_bytes(b""),
    ],
    ids=["missing", "cut off", "cp1252", "empty"],
)
@pytest.mark.parametrize(
    "name, load", [("films.csv", data.load_films), ("emotions_ko.csv", data.load_emotions)]
)
def test_damaged_data_is_answered_in_a_sentence(damage, name, load, tmp_path, monkeypatch):
    monkeypatch.setattr(data, "DATA", tmp_path)
    shutil.copy(refresh.NOTEBOOKS / "data" / name, tmp_path)
    load()
    damage(tmp_path / name)
    with pytest.raises((ValueError, FileNotFoundError)) as caught:
        load()
    sentence = str(caught.value).strip()
    assert name in sentence and "\n" not in sentence, sentence
