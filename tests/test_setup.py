"""setup() and the check of lesson 0; `import helpers` stays light."""

import subprocess
import sys

import pytest

import helpers
from helpers import checkup

HEAVY = ("torch", "tensorflow", "transformers", "matplotlib", "sklearn", "pandas", "numpy")


def test_import_helpers_pulls_in_nothing_heavy():
    code = f"import sys, helpers; print([name for name in {HEAVY} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]", result.stderr


def test_setup_is_silent_and_repeatable():
    code = (
        "import os, helpers; helpers.setup(3); import random, numpy; a = random.random(), "
        "numpy.random.rand(); helpers.setup(3); assert a == (random.random(), numpy.random.rand());"
        "assert int(os.environ['OMP_NUM_THREADS']) == 7"
    )
    environment = {"OMP_NUM_THREADS": "7", "PATH": ""}  # the reader's own choice is kept
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "quota, shown, usable", [(None, 8, 8), (0.5, 8, 1), (1.0, 8, 1), (1.5, 8, 2), (16.0, 8, 8)]
)
def test_usable_cores_follow_the_quota(monkeypatch, quota, shown, usable):
    monkeypatch.setattr(helpers.os, "sched_getaffinity", lambda _: set(range(shown)), raising=False)
    monkeypatch.setattr(helpers, "_cpu_quota", lambda: quota)
    assert helpers.usable_cores() == usable


@pytest.mark.parametrize(
    "files, quota",
    [
        ({"cpu.max": "100000 100000\n"}, 1.0),
        ({"cpu.max": "max 100000\n"}, None),
        ({"cpu/cpu.cfs_quota_us": "50000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 0.5),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, None),
        ({}, None),
    ],
)
def test_quota_is_read_from_either_version_of_control_groups(tmp_path, monkeypatch, files, quota):
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.setattr(helpers, "Path", lambda _: tmp_path)
    assert helpers._cpu_quota() == quota


def test_versions_names_what_is_missing(monkeypatch, capsys):
    monkeypatch.setattr(
        checkup, "pins", lambda: {"pandas": "0.1", "no-such-library": "1.0", "pip": None}
    )
    monkeypatch.setattr(checkup, "_installed", {"pandas": "0.2"}.get)
    checkup.versions()
    said = capsys.readouterr().out
    assert "other version  pandas 0.2: the lessons were tested with 0.1" in said
    assert "missing        no-such-library: type  python -m pip install no-such-library" in said


def test_every_pinned_library_is_here_in_its_version(capsys):
    checkup.versions()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + len(checkup.pins()) >= 15
    assert all(line.startswith("OK ") for line in lines)


def test_versions_names_a_python_that_does_not_do(monkeypatch, capsys):
    monkeypatch.setattr(checkup.sys, "version_info", (3, 14, 0))
    checkup.versions()
    assert "install 3.11, 3.12 or 3.13" in capsys.readouterr().out.splitlines()[0]
