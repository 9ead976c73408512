"""What the multi-label notebooks share. Start a lesson with ``helpers.setup()``."""

import contextlib
import logging
import math
import os
import random
import sys
from pathlib import Path

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def setup(seed: int = 0) -> None:
    """Make a lesson repeatable and quiet: seeds, thread counts, fewer library messages.

    Call it before the heavy imports: thread counts in the environment are read when a
    library is loaded. A count that you set yourself (``OMP_NUM_THREADS``) is kept.
    Seeds ``random`` and NumPy, and PyTorch if it is already imported. Prints nothing.
    """
    threads = os.environ.get("OMP_NUM_THREADS") or str(usable_cores())
    for variable in THREAD_VARIABLES:
        os.environ.setdefault(variable, threads)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # its sums differ between CPUs
    logging.getLogger("tensorflow").addFilter(_is_error)  # it sets its own level when imported
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # it warns after a fork

    import numpy

    random.seed(seed)
    numpy.random.seed(seed)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(seed)
        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))


def _is_error(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR


def no_bars() -> bool:
    """True where TQDM_DISABLE is set: the progress bar of a notebook does not ask by itself."""
    return bool(os.environ.get("TQDM_DISABLE"))


@contextlib.contextmanager
def quiet():
    """Throw away what C libraries write to the error stream inside this block.

    TensorFlow writes lines when it is imported that no environment variable stops. So import it
    with ``with helpers.quiet(): import keras``. Exceptions still come through.
    """
    sys.stderr.flush()
    stream = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(stream, 2)
        os.close(stream)


def usable_cores() -> int:
    """Cores that this process may really use: affinity, then the container's CPU quota.

    A Binder machine shows many cores and grants one. With a thread for each core that
    it shows, a small network runs many times slower.
    """
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:  # macOS and Windows
        cores = os.cpu_count() or 1
    quota = _cpu_quota()
    return max(1, min(cores, math.ceil(quota))) if quota else max(1, cores)


def _cpu_quota() -> float | None:
    """CPUs granted by the control group (version 2, then 1); None where there is no limit."""
    root = Path("/sys/fs/cgroup")
    try:
        quota, period = (root / "cpu.max").read_text().split()
    except (OSError, ValueError):
        try:
            quota = (root / "cpu/cpu.cfs_quota_us").read_text().strip()
            period = (root / "cpu/cpu.cfs_period_us").read_text().strip()
        except OSError:
            return None
    if quota in ("max", "-1"):
        return None
    return int(quota) / int(period)
