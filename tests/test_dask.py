"""Lesson 11's optional cell: One-vs-Rest on a Dask cluster gives the same predictions."""

import os
import subprocess
import sys

import nbformat
import pytest
import refresh

pytest.importorskip("dask.distributed")
# A script starts the cluster's workers anew, so it needs this guard; a notebook does not.
SCRIPT = "if __name__ == '__main__':\n"


@pytest.mark.slow
def test_the_optional_cell_gives_the_same_predictions(tmp_path):
    (path,) = refresh.lessons(["11"])
    cells = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    number = next(i for i, source in enumerate(cells) if source.startswith("use_dask = False"))
    lesson = "\n".join([*cells[:number], cells[number].replace("False", "True", 1)])
    indented = "\n".join(f"    {line}" for line in lesson.splitlines())
    (tmp_path / "lesson.py").write_text(SCRIPT + indented)
    result = subprocess.run(
        [sys.executable, "lesson.py"], cwd=tmp_path, capture_output=True, text=True, timeout=300,
        env=os.environ | {"DASK_DISTRIBUTED__DASHBOARD__LINK": "", "MPLBACKEND": "agg"},
    )  # fmt: skip
    assert "same predictions: True" in result.stdout, result.stderr[-2000:]
