"""The comparison of outputs finds a changed output, and a clean copy passes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("changed", [False, True])
def test_a_changed_output_is_found(tmp_path, changed):
    lesson = tmp_path / "00_start_here.ipynb"
    shutil.copy(ROOT / "notebooks" / lesson.name, lesson)
    if changed:
        notebook = nbformat.read(lesson, as_version=4)
        outputs = [cell.outputs[0] for cell in notebook.cells if cell.get("outputs")]
        texts = [output for output in outputs if "not attempted" in output.get("text", "")]
        texts[0].text = texts[0].text.replace("not attempted", "correct")
        nbformat.write(notebook, lesson)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull,
               "--nbval", "--nbval-current-env", "--nbval-sanitize-with",
               str(ROOT / "tests" / "nbval_sanitize.cfg"), str(lesson)]  # fmt: skip
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert result.returncode == (1 if changed else 0), result.stdout
    assert ("1 failed" in result.stdout) is changed
