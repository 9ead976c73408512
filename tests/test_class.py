"""Two learners run a lesson at the same moment on a JupyterHub of this machine (class_hub.py)."""

import shutil

import class_hub
import pytest
import refresh

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("configurable-http-proxy") is None,
        reason="no proxy: npm install -g configurable-http-proxy",
    ),
]


def test_two_learners_at_once():
    pytest.importorskip("jupyterhub")
    (lesson,) = refresh.lessons(["02"])
    assert class_hub.class_run(lesson, 2).startswith("| 2 | ")  # a failed cell raises
