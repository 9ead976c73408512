"""What the multi-label notebooks share. Start a lesson with ``helpers.setup()``."""

import contextlib
import logging
import math
import os
import random
import sys
from pathlib import Path


def setup(seed: int = 0) -> None:
    """Make a lesson repeatable and quiet: seeds, thread counts, fewer library messages.

    Call it before the heavy imports, which read thread counts. ``OMP_NUM_THREADS`` is kept if you
    set it yourself. Seeds ``random`` and NumPy, and PyTorch if it is already imported.
    """
    threads = os.environ.get("OMP_NUM_THREADS") or str(usable_cores())
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, threads)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # its sums differ between CPUs
    # A filter, because TensorFlow sets the level of its logger when it is imported.
    logging.getLogger("tensorflow").addFilter(lambda record: record.levelno >= logging.ERROR)
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # it warns after a fork

    import numpy

    random.seed(seed)
    numpy.random.seed(seed)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed)
        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))


def bar(steps=None, what: str | None = None, **options):
    """A progress bar over steps, shown after a second of work; none where TQDM_DISABLE is set."""
    from tqdm.auto import tqdm

    # The bar of a notebook does not read the variable by itself.
    return tqdm(steps, what, delay=1, disable=bool(os.environ.get("TQDM_DISABLE")), **options)


@contextlib.contextmanager
def quiet():
    """Throw away what C libraries write to the error stream inside this block, not exceptions.

    No environment variable stops what TensorFlow writes: ``with helpers.quiet(): import keras``.
    """
    sys.stderr.flush()
    stream = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(stream, 2)
        os.close(stream)


def usable_cores() -> int:
    """Cores that this process may really use: affinity, then the container's CPU quota.

    A Binder machine grants one and shows many: with a thread for each, it is many times slower.
    """
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:  # macOS and Windows
        cores = os.cpu_count() or 1
    return max(1, min(cores, math.ceil(_cpu_quota() or cores)))


def _cpu_quota() -> float | None:
    """CPUs granted by the control group (version 2, then 1); None where there is no limit."""
    root = Path("/sys/fs/cgroup")
    for files in (["cpu.max"], ["cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"]):
        try:
            quota, period = " ".join((root / file).read_text() for file in files).split()
        except (OSError, ValueError):
            continue
        return None if quota in ("max", "-1") else int(quota) / int(period)
    return None
