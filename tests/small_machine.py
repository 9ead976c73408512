"""Run lessons as on a small machine: one core, 2 GB of memory, no network.

    python tests/small_machine.py 03 06

prints the seconds and the peak memory of each lesson's kernel. The limit on memory needs the right
to make a control group (root, or a delegated group).
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import edges
import nbformat
import numpy as np
import refresh

GIGABYTE = 2**30
GROUPS = Path("/sys/fs/cgroup")
# Python reads this at every start; what is not on this machine cannot be reached.
NO_NETWORK = """
import socket

_connect, _find = socket.socket.connect, socket.getaddrinfo

def connect(self, address):
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "localhost", "::1"):
        raise OSError(f"no network in this test: {address}")
    return _connect(self, address)

def find(host, *rest, **more):
    if host not in (None, "", "127.0.0.1", "localhost", "::1", "0.0.0.0"):
        raise socket.gaierror(f"no network in this test: {host}")
    return _find(host, *rest, **more)

socket.socket.connect, socket.getaddrinfo = connect, find
"""
OLD_PROCESSOR = {  # no library takes a newer instruction
    "OMP_NUM_THREADS": "1",
    "ATEN_CPU_CAPABILITY": "default",  # PyTorch; avx2 lies between
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "MKL_CBWR": "COMPATIBLE",
    "OPENBLAS_CORETYPE": "Haswell",
}
PEAK = "import resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


@contextmanager
def memory_group(limit: int):
    """A control group (version 2, else 1) that may use ``limit`` bytes; PermissionError if not
    allowed. Yields the file that a process number is written to."""
    second = (GROUPS / "cgroup.controllers").exists()
    group = (GROUPS if second else GROUPS / "memory") / f"lesson-{uuid.uuid4().hex}"
    try:
        group.mkdir()
        (group / ("memory.max" if second else "memory.limit_in_bytes")).write_text(str(limit))
    except OSError as error:
        if group.exists():
            group.rmdir()
        raise PermissionError(f"No control group can be made here: {error}") from None
    try:
        yield group / "cgroup.procs"
    finally:
        for _ in range(50):  # the last process may still be on its way out
            try:
                group.rmdir()
                break
            except OSError:
                time.sleep(0.1)


def old_processor() -> dict:
    """OLD_PROCESSOR, and NumPy without AVX-512 (it warns of a name that this processor lacks)."""
    found = np.show_config("dicts")["SIMD Extensions"].get("found", [])
    newer = [name for name in found if "AVX512" in name or name == "X86_V4"]
    return OLD_PROCESSOR | {"NPY_DISABLE_CPU_FEATURES": " ".join(newer)}


def environment(home: Path, network: bool) -> dict:
    """The variables of a new user with an empty home folder; without a network if asked."""
    kept = ("PATH", "LANG", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
    variables = {name: os.environ[name] for name in kept if name in os.environ}
    if not network:
        (home / "sitecustomize.py").write_text(NO_NETWORK)
        variables["PYTHONPATH"] = str(home)
    return variables | {"HOME": str(home), "TMPDIR": str(home)}


def run_lesson(path, cores=None, memory=None, network=True, command=(), variables=()) -> dict:
    """Execute a lesson in a process of its own; {"seconds": …, "megabytes": peak of the kernel,
    "differing": what does not agree with the stored outputs, see edges.py}.

    cores    numbers of the cores that it may use.
    memory   bytes for all its processes together.
    command  what the process is started with, such as ("setpriv", "--bounding-set", …).
    variables  more of its environment, such as old_processor().
    Raises RuntimeError with the end of what it wrote if a cell fails or the memory is not enough.
    """
    with tempfile.TemporaryDirectory() as home:
        start = time.perf_counter()
        process = subprocess.Popen(
            [*command, sys.executable, __file__, "--inside", str(path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, env=environment(Path(home), network) | dict(variables), cwd=home,
        )  # fmt: skip
        if cores:
            os.sched_setaffinity(process.pid, cores)
        if memory:
            with memory_group(memory) as group:
                group.write_text(str(process.pid))
                output, _ = process.communicate("go\n")  # it waits until it is in the group
        else:
            output, _ = process.communicate("go\n")
        seconds = time.perf_counter() - start
    if process.returncode:
        raise RuntimeError(f"{Path(path).name} did not run to its end:\n{output[-3000:]}")
    return {"seconds": seconds} | json.loads(output.splitlines()[-1])


def inside(path: Path) -> None:
    """What the process does: run every cell, then ask the kernel for its peak memory."""
    input()
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(PEAK))
    refresh.execute(notebook, path.parent)
    peak = int(notebook.cells.pop().outputs[0].text)
    found = edges.differing(path, notebook)
    print("\n" + json.dumps({"megabytes": peak / 1024, "differing": found}))


if __name__ == "__main__":
    if sys.argv[1] == "--inside":
        inside(Path(sys.argv[2]))
    else:
        for lesson in refresh.lessons(sys.argv[1:]):
            figures = run_lesson(lesson, cores={0}, memory=2 * GIGABYTE, network=False)
            print(f"{lesson.name}: {figures['seconds']:.0f} s, {figures['megabytes']:.0f} MB")
