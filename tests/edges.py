"""Find the outputs that stand at an edge: run lessons with inputs disturbed by one in a million.

    python tests/edges.py            every lesson, three disturbances
    python tests/edges.py 03 07      these lessons

Another processor adds up in another order; its sums differ in the last digits. Here the TF-IDF
values, the sentence vectors and the first weights of every network are disturbed by more than
that. Lists the cells whose output then no longer agrees with the stored one (nbval_lessons.agree).
Such a cell is to print less digits, or to order ties by a rule. The exit status is their number.
"""

import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import nbformat
import refresh
from nbval_lessons import agree

import helpers

SEEDS = (1, 2, 3)
DISTURB = """
import sys
import numpy as _np
_random = _np.random.default_rng({seed})
_factor = lambda shape: 1 + 1e-6 * _random.standard_normal(shape)

def _disturb_result(owner, name, change):
    own = getattr(owner, name)
    setattr(owner, name, lambda *args, **more: change(own(*args, **more)))

def _sparse(matrix):
    matrix.data *= _factor(matrix.data.shape)
    return matrix

from sklearn.feature_extraction.text import TfidfVectorizer as _Tfidf
for _name in ("transform", "fit_transform"):
    _disturb_result(_Tfidf, _name, _sparse)

if {torch}:
    import torch as _torch
    from helpers import bert as _bert
    _disturb = lambda tensor: tensor * _torch.tensor(_factor(tuple(tensor.shape)), dtype=tensor.dtype)
    _disturb_result(_bert, "embed", lambda r: (_disturb(r[0]), r[1]) if isinstance(r, tuple) else _disturb(r))
    _begin = _torch.optim.Optimizer.__init__
    def _init(self, params, defaults):
        params = list(params)
        with _torch.no_grad():
            for group in params:
                for p in group["params"] if isinstance(group, dict) else [group]:
                    p.copy_(_disturb(p))
        _begin(self, params, defaults)
    _torch.optim.Optimizer.__init__ = _init

if {keras}:
    {backend}
    import helpers as _helpers
    with _helpers.quiet():
        import keras as _keras
    import warnings as _warnings
    _warnings.filterwarnings("ignore", message=".compile...was not called")  # ours is not Keras' own
    _compile = _keras.Model.compile
    def _disturbed_compile(self, *args, **more):
        self.set_weights([w * _factor(w.shape) for w in self.get_weights()])
        return _compile(self, *args, **more)
    _keras.Model.compile = _disturbed_compile
"""  # noqa: E501


def compared(notebook) -> list[tuple[int, list[str]]]:
    """(number, texts) of each code cell whose output the tests compare."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [
        (number, [o.get("text") or o.data.get("text/plain", "") for o in cell.outputs])
        for number, cell in enumerate(cells)
        if "nbval-ignore-output" not in cell.metadata.get("tags", [])
    ]


def differing(path, notebook) -> list[str]:
    """What the tests would find in this run of the lesson: one text for each cell."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = refresh.merge_streams(cell.outputs)
    return [
        f"{path.name}, cell {number}:\n  stored {old}\n  now    {new}"
        for (number, old), (_, new) in zip(
            compared(nbformat.read(path, as_version=4)), compared(notebook), strict=True
        )
        if len(old) != len(new) or not all(map(agree, old, new))
    ]


def changed_cells(path, seed: int) -> list[str]:
    """What differs in a run of this lesson with this disturbance; an error counts as a cell."""
    notebook = nbformat.read(path, as_version=4)
    source = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    backend = re.search(r"(?m)^import os\n+os.environ.*KERAS_BACKEND.*$", source)
    code = DISTURB.format(
        seed=seed, torch="torch" in source, keras="keras" in source,
        backend=re.sub(r"\n+", "; ", backend[0]) if backend else "",
    )  # fmt: skip
    setup = next(i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    notebook.cells.insert(setup + 1, nbformat.v4.new_code_cell(code))
    try:
        refresh.execute(notebook, path.parent)
    except Exception as error:  # an assert of the lesson, most likely
        return [f"{path.name}, disturbance {seed}: stopped\n{str(error)[-1500:]}"]
    del notebook.cells[setup + 1]
    return [f"disturbance {seed}: {text}" for text in differing(path, notebook)]


if __name__ == "__main__":
    at_once = helpers.usable_cores()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    jobs = [(path, seed) for path in refresh.lessons(sys.argv[1:]) for seed in SEEDS]
    with ThreadPoolExecutor(at_once) as pool:
        found = [
            line for lines in pool.map(lambda job: changed_cells(*job), jobs) for line in lines
        ]
    print("\n".join(found) or f"No compared cell differs in {len(jobs)} runs.")
    sys.exit(min(len(found), 100))
