"""Every lesson, compared, as if on an older processor: one thread, and no library takes a newer
instruction. What no setting shows, tests/edges.py looks for."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
OLD_PROCESSOR = {
    "OMP_NUM_THREADS": "1",
    "ATEN_CPU_CAPABILITY": "default",  # PyTorch; avx2 lies between
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "MKL_CBWR": "COMPATIBLE",
    "OPENBLAS_CORETYPE": "Haswell",
}


def newer_features() -> str:
    """What NumPy would use here of AVX-512; it warns of a name that the processor does not have."""
    found = np.show_config("dicts")["SIMD Extensions"].get("found", [])
    return " ".join(name for name in found if "AVX512" in name or name == "X86_V4")


@pytest.mark.slow
def test_lessons_agree_on_an_old_processor():
    variables = OLD_PROCESSOR | {"NPY_DISABLE_CPU_FEATURES": newer_features()}
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "notebooks"],
        cwd=ROOT, env=os.environ | variables, capture_output=True, text=True,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-5000:]
