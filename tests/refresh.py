"""Run lessons and store their outputs, always in the same way.

    python tests/refresh.py          every lesson
    python tests/refresh.py 03 07    these lessons

A lesson is written back only if every cell ran without an error and without stderr.
"""

import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"


def run(path: Path, folder: Path | None = None) -> nbformat.NotebookNode:
    """Execute a notebook in a fresh kernel, in its own folder, and return it."""
    notebook = nbformat.read(path, as_version=4)
    os.environ["TQDM_DISABLE"] = "1"  # a progress bar never compares equal
    NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        store_widget_state=False,
        resources={"metadata": {"path": str(folder or path.parent)}},
    ).execute()
    return notebook


def normalise(notebook: nbformat.NotebookNode) -> None:
    """Leave in the file what is the same after every run on every machine."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook.nbformat_minor = 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata = {
            key: value for key, value in cell.metadata.items() if key in ("tags", "slideshow")
        }
        if cell.cell_type != "code":
            continue
        cell.outputs = merge_streams(cell.outputs)
        for output in cell.outputs:
            if output.get("name") == "stderr":
                raise SystemExit(f"Cell {number} wrote to stderr:\n{output.text}")
            # The model behind a stored view is gone; the HTML or text beside it stays.
            output.get("data", {}).pop(WIDGET, None)


def merge_streams(outputs: list) -> list:
    """Join neighbouring pieces of the same stream: where they are cut is chance."""
    merged = []
    for output in outputs:
        same = merged and output.output_type == "stream" == merged[-1].output_type
        if same and output.name == merged[-1].name:
            merged[-1].text += output.text
        else:
            merged.append(output)
    return merged


def lessons(numbers: list[str]) -> list[Path]:
    """The notebooks with these two-digit numbers, or all of them."""
    paths = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    chosen = [path for path in paths if not numbers or path.name[:2] in numbers]
    if len(chosen) < len(set(numbers)):
        raise SystemExit(f"There are only the lessons {', '.join(p.name[:2] for p in paths)}.")
    return chosen


if __name__ == "__main__":
    for lesson in lessons(sys.argv[1:]):
        start = time.perf_counter()
        executed = run(lesson)
        normalise(executed)
        nbformat.write(executed, lesson)
        print(f"{lesson.name}: {time.perf_counter() - start:.0f} s")
