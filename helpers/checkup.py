"""Does this machine have what the lessons need? Lesson 0 asks."""

import contextlib
import os
import re
import shutil
import sys
from importlib import metadata
from pathlib import Path

from helpers import usable_cores

PYTHONS = ["3.11", "3.12", "3.13"]
REQUIREMENTS = Path(__file__).parent.parent / "requirements.txt"


def versions() -> None:
    """Print for Python and each pinned library: OK, other version, or missing with the line that
    mends it."""
    wanted = f"{', '.join(PYTHONS[:-1])} or {PYTHONS[-1]}"
    if "{}.{}".format(*sys.version_info) in PYTHONS:
        print(f"OK             Python {wanted}")
    else:
        print(f"other version  Python {sys.version.split()[0]}: install {wanted}; "
              "TensorFlow has no build for others")  # fmt: skip
    for name, pinned in pins().items():
        installed = _installed(name)
        # A build such as 2.13.0+cpu is the same version.
        if installed is None:
            print(f"missing        {name}: type  python -m pip install {name}=={pinned}")
        elif installed.split("+")[0] == pinned:
            print(f"OK             {name} {pinned}")
        else:
            print(f"other version  {name} {installed}: the lessons were tested with {pinned}")


def _installed(name: str) -> str | None:
    for build in (name, f"{name}-cpu"):  # as tensorflow-cpu
        with contextlib.suppress(metadata.PackageNotFoundError):
            return metadata.version(build)
    return None


def pins() -> dict[str, str]:
    """{library: version} from requirements.txt, the one place where versions stand."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    found = (re.match(r"([\w-]+)==([\w.]+)", line) for line in lines)
    # tensorflow-cpu is the smaller build of tensorflow, chosen by the kind of machine
    return {match[1].removesuffix("-cpu"): match[2] for match in found if match}


def machine() -> None:
    """Print whether there are a core, 2 GB of free memory and 1 GB of free disk."""
    _say(usable_cores() >= 1, "at least one core")
    memory = Path("/proc/meminfo")  # other systems than Linux do not tell
    if memory.exists():
        free = int(re.search(r"MemAvailable: *(\d+)", memory.read_text())[1]) * 1024
        _say(free > 2e9, "2 GB of free memory", "close other programs and other notebooks")
    _say(shutil.disk_usage(".").free > 1e9, "1 GB of free disk", "delete what you do not need")
    _say(os.access(".", os.W_OK), "this folder can be written to", "copy the notebooks elsewhere")


def _say(fine: bool, what: str, fix: str = "") -> None:
    print(f"OK       {what}" if fine else f"missing  {what}: {fix}")
