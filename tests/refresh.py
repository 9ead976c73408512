"""Run lessons and store their outputs, always in the same way.

    python tests/refresh.py          every lesson
    python tests/refresh.py 03 07    these lessons
    python tests/refresh.py --student OUT    write a copy for handing out; runs nothing

A lesson is written back only if every cell ran without an error and without stderr.
The copy has no solutions and no outputs; data and quizzes come with it.
"""

import argparse
import base64
import io
import os
import re
import shutil
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
QUIET = {  # neither a progress bar nor what a reader has solved compares equal
    "TQDM_DISABLE": "1",
    "LESSON_PROGRESS": os.devnull,
}
HEADING = re.compile(r"\A# .+|^## (.+)$", re.M)
NOT_IN_A_TALK = re.compile(
    r"^import helpers$|^check\(|^progress\(|^explore\.quiz\(|<details>", re.M
)
SLIDE_HEIGHT = 620  # pixels of nbconvert's 700; the rest is margin
SOLUTION = re.compile(r"<details><summary>Solution</summary>.*?</details>", re.S)


def run(path: Path) -> nbformat.NotebookNode:
    """Execute a notebook in a fresh kernel, in its own folder, and return it."""
    notebook = nbformat.read(path, as_version=4)
    execute(notebook, path.parent)
    return notebook


def execute(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Run every cell in a fresh kernel that stands in the folder."""
    os.environ |= QUIET
    NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    ).execute()


def normalise(notebook: nbformat.NotebookNode) -> None:
    """Leave in the file what is the same after every run on every machine."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook.nbformat_minor = 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata = {key: value for key, value in cell.metadata.items() if key == "tags"}
        if cell.cell_type != "code":
            continue
        cell.outputs = merge_streams(cell.outputs)
        for output in cell.outputs:
            if output.get("name") == "stderr":
                raise SystemExit(f"Cell {number} wrote to stderr:\n{output.text}")
            # The model behind a stored view is gone; the HTML or text beside it stays.
            content = output.get("data", {})
            content.pop(WIDGET, None)
            if "image/png" in content:
                content["image/png"] = fewer_colors(content["image/png"])
    slides(notebook)


def fewer_colors(png: str) -> str:
    """The picture (base64) with 128 colours: it looks the same in about a third of the bytes."""
    picture = Image.open(io.BytesIO(base64.b64decode(png)))
    if picture.mode == "P":
        return png
    file = io.BytesIO()
    picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def slides(notebook: nbformat.NotebookNode) -> None:
    """Give every cell its place in a talk (``jupyter nbconvert --to slides``).

    A heading starts a slide. What no longer fits goes on a subslide, and so does the code whose
    output is to be predicted. A remark on an output comes with a click. Setup, quiz, solutions
    and all exercises but the first are skipped.
    """
    filled, predicting, skipping, after_code = 0, False, False, False
    for cell in notebook.cells:
        is_text = cell.cell_type == "markdown"
        heading = HEADING.search(cell.source) if is_text else None
        if heading:
            skipping = heading[1] == "Quiz"
        if skipping or NOT_IN_A_TALK.search(cell.source):
            kind = "skip"
        elif heading:
            kind, filled = "slide", height(cell)
        elif not is_text and predicting or filled + height(cell) > SLIDE_HEIGHT:
            kind, filled = "subslide", height(cell)
        else:
            kind, filled = "fragment" if is_text and after_code else "-", filled + height(cell)
        cell.metadata["slideshow"] = {"slide_type": kind}
        skipping = skipping or bool(heading and heading[1] == "Exercises")
        predicting = is_text and (predicting or "**Predict" in cell.source)
        after_code = not is_text


def height(cell) -> int:
    """About how many of the 700 pixels of nbconvert's slides a cell fills, as seen in Chromium."""
    lines = cell.source.splitlines()
    if cell.cell_type == "markdown":
        return sum(text_height(line) for line in lines)
    pixels = 32 + 23 * len(lines)
    for output in cell.outputs:
        content = output.get("data", {})
        text = output.get("text") or content.get("text/plain", "")
        rows = content.get("text/html", "").count("<tr")
        if "image/png" in content or "image/jpeg" in content:
            pixels += 410
        else:
            pixels += 45 + 42 * rows if rows else 15 + 23 * wrapped(text, 72)
    return pixels


def text_height(line: str) -> int:
    if line.startswith("|"):
        return 16 + 26 * max(wrapped(field, 32) for field in line.split("|"))
    if line.startswith("#"):
        return 130 if line.startswith("# ") else 60
    return 26 * wrapped(line, 82) if line else 20


def wrapped(text: str, width: int) -> int:
    """The number of lines that a text takes up at this width."""
    return sum(1 + len(line) // width for line in text.splitlines())


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


def student(notebook: nbformat.NotebookNode) -> None:
    """Take out the solutions and the outputs. Hints, stubs and checks stay."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            cell.source = SOLUTION.sub("", cell.source).rstrip()
            cell.source = cell.source.replace("Hints and solutions", "Hints")


def hand_out(paths: list[Path], folder: Path) -> None:
    """Write the students' copy of these lessons, with data and quizzes, into a new folder."""
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise SystemExit(f"{folder} exists and is not an empty folder: give the name of a new one.")
    for name in ("data", "quizzes"):
        shutil.copytree(NOTEBOOKS / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        student(notebook)
        nbformat.write(notebook, folder / path.name)
        print(f"{folder / path.name}")


def lessons(numbers: list[str]) -> list[Path]:
    """The notebooks with these two-digit numbers, or all of them."""
    paths = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    chosen = [path for path in paths if not numbers or path.name[:2] in numbers]
    if len(chosen) < len(set(numbers)):
        raise SystemExit(f"There are only the lessons {', '.join(p.name[:2] for p in paths)}.")
    return chosen


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", nargs="*", help="for example 03 07; without them, every lesson")
    parser.add_argument("--student", metavar="OUT", type=Path, help="write a copy for handing out")
    arguments = parser.parse_args()
    chosen = lessons(arguments.numbers)
    if arguments.student:
        hand_out(chosen, arguments.student)
        raise SystemExit
    for lesson in chosen:
        start = time.perf_counter()
        executed = run(lesson)
        normalise(executed)
        nbformat.write(executed, lesson)
        print(f"{lesson.name}: {time.perf_counter() - start:.0f} s")
