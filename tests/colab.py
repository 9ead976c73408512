"""Run lessons with the versions of libraries that Google Colab has: does every cell still run?

    python tests/colab.py          every lesson
    python tests/colab.py 03 07    these lessons

Makes the environment build/colab with uv (python -m pip install uv), which also brings Python 3.12.
Outputs are not compared: older libraries print otherwise. The exit status is the number of lessons
that stop.
"""

import os
import re
import subprocess
import sys
import time

import refresh

ROOT = refresh.NOTEBOOKS.parent
FOLDER = ROOT / "build" / "colab"
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
COLAB = """numpy==2.1.3 pandas==2.2.3 scikit-learn==1.6.1 matplotlib==3.10.0 altair==5.5.0
    ipywidgets==7.7.1 tensorflow==2.20.0 torch==2.11.0 transformers tqdm pillow""".split()
# What the README's cell installs there, and what runs a notebook here.
MISSING = re.search(r"%pip install -q --no-deps (.+)", refresh.colab_cell())[1].split()
MORE = [*MISSING, "nbclient", "nbformat", "ipykernel"]
RUN = """
import sys, nbformat, refresh
path, = refresh.lessons([sys.argv[1]])
refresh.execute(nbformat.read(path, as_version=4), path.parent)
"""


def environment() -> None:
    if not PYTHON.exists():
        uv = [sys.executable, "-m", "uv"]  # python -m pip install uv
        subprocess.run([*uv, "venv", "--python", "3.12", FOLDER], check=True)
        subprocess.run([*uv, "pip", "install", "-q", "--python", PYTHON, *COLAB, *MORE], check=True)


def runs(number: str) -> bool:
    start = time.perf_counter()
    variables = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    result = subprocess.run(
        [PYTHON, "-c", RUN, number], env=variables, capture_output=True, text=True
    )
    said = "runs" if result.returncode == 0 else "STOPS\n" + result.stderr[-1500:]
    print(f"{number}: {said} ({time.perf_counter() - start:.0f} s)", flush=True)
    return result.returncode == 0


if __name__ == "__main__":
    environment()
    numbers = [path.name[:2] for path in refresh.lessons(sys.argv[1:])]
    sys.exit(sum(not runs(number) for number in numbers))
