"""Binder gets the same pins, and repo2docker understands the folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOT_ON_BINDER = {
    "jupyterlab",
    "nbval",
    "pytest",
    "pytest-xdist",
    "tensorflow",
}  # tensorflow: the CPU build only


def pins(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    found = (re.match(r"([\w-]+)==([\w.+]+)", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def test_binder_has_the_same_pins():
    wanted = pins(ROOT / "requirements.txt")
    wanted["torch"] += "+cpu"
    binder = pins(ROOT / "binder" / "requirements.txt")
    assert binder == {name: pin for name, pin in wanted.items() if name not in NOT_ON_BINDER}


def test_requirements_name_no_index_of_their_own():
    assert "://" not in (ROOT / "requirements.txt").read_text(encoding="utf-8")
    binder = (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8")
    assert re.findall(r"https?://\S+", binder) == ["https://download.pytorch.org/whl/cpu"]


def test_repo2docker_renders_the_dockerfile():
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(ROOT)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stderr
    dockerfile = result.stdout + result.stderr
    assert "binder/requirements.txt" in dockerfile
    assert "3.11" in dockerfile
    assert "binder/start" in dockerfile


def test_start_sets_threads_and_runs_what_it_is_given():
    start = ROOT / "binder" / "start"
    assert start.stat().st_mode & 0o111
    script = 'PATH="$(dirname "$1"):$PATH"; shift; "$@"'
    command = ["bash", "-c", script, "-", sys.executable, str(start), "printenv", "OMP_NUM_THREADS"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert int(result.stdout) >= 1, result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("system", ["linux", "windows", "aarch64-apple-darwin"])
def test_the_pins_can_be_installed(system, python):
    """uv looks for builds of every library for this system; PyTorch asks for macOS 14."""
    pytest.importorskip("uv", reason="uv is not installed")
    result = subprocess.run(
        [sys.executable, "-m", "uv", "pip", "compile", "-q", "--python-platform", system,
         "--python-version", python, "requirements.txt"],
        cwd=ROOT, env=os.environ | {"MACOSX_DEPLOYMENT_TARGET": "14.0"},
        capture_output=True, text=True,
    )  # fmt: skip
    if re.search("dns error|Failed to fetch|Could not connect", result.stderr):
        pytest.skip("no index of packages can be reached")
    assert result.returncode == 0, result.stderr[-1500:]
