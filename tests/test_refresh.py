"""The talk that the slide metadata give, and the copy of the lessons for handing out."""

import base64
import io
import re
import subprocess
import sys

import nbformat
import numpy as np
import pytest
import refresh
from bs4 import BeautifulSoup
from nbconvert import SlidesExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image, ImageChops

from helpers import checkup

PATHS = refresh.lessons([])
SOLUTION = re.compile(r"<summary>Solution</summary>\s*```python\n(.*?)```", re.S)


def sources(notebook, kind):
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def solutions(notebook):
    return [code for source in sources(notebook, "markdown") for code in SOLUTION.findall(source)]


@pytest.fixture(scope="module")
def talk():
    notebook = nbformat.read(refresh.lessons(["03"])[0], as_version=4)
    html, _ = SlidesExporter().from_notebook_node(notebook)
    return notebook, BeautifulSoup(html, "html.parser").select(".slides > section")


def test_a_picture_with_fewer_colors_looks_the_same():
    shades = np.linspace(0, 255, 200 * 300 * 3).reshape(200, 300, 3).astype(np.uint8)
    pictures = [Image.fromarray(shades).convert("RGBA")]
    for _ in range(2):
        file = io.BytesIO()
        pictures[-1].save(file, "PNG")
        code = refresh.fewer_colors(base64.b64encode(file.getvalue()).decode())
        pictures.append(Image.open(io.BytesIO(base64.b64decode(code))))
    before, after, again = (picture.convert("RGB") for picture in pictures)
    assert np.asarray(ImageChops.difference(before, after)).mean() < 2
    assert again == after


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_stored_pictures_went_through_refresh(path):
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            png = output.get("data", {}).get("image/png")
            assert png is None or refresh.fewer_colors(png) == png


def test_slide_types_of_a_small_lesson():
    picture = new_output("display_data", data={"image/png": "", "text/plain": "<Figure>"})
    cells = [
        (new_markdown_cell("# 3 · Title"), "slide"),
        (new_markdown_cell("| You will be able to |\n|---|"), "-"),
        (new_code_cell("import helpers\n\nhelpers.setup()"), "skip"),
        (new_markdown_cell("## Look at the data"), "slide"),
        (new_code_cell("films = data.load_films()"), "-"),
        (new_markdown_cell("A remark. **Predict:** what comes out?"), "fragment"),
        (new_code_cell("print(1)"), "subslide"),
        (new_code_cell("plots.bars(films)", outputs=[picture]), "-"),
        (new_markdown_cell("A long remark. " * 100), "subslide"),
        (new_markdown_cell("The end of a section.\n\n## 1 · Ask"), "slide"),
        (new_markdown_cell("## Exercises\n\n**3.1** Write it."), "slide"),
        (new_code_cell('answer = ...\n\ncheck("3.1", answer)'), "skip"),
        (new_markdown_cell("<details><summary>Hint</summary>\n\nLook up.\n</details>"), "skip"),
        (new_code_cell("progress()"), "skip"),
        (new_markdown_cell("## Quiz"), "skip"),
        (new_code_cell("explore.quiz(3)"), "skip"),
        (new_markdown_cell("## What you can do now"), "slide"),
    ]
    notebook = new_notebook(cells=[cell for cell, _ in cells])
    refresh.slides(notebook)
    found = [cell.metadata.slideshow.slide_type for cell in notebook.cells]
    assert found == [kind for _, kind in cells]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_stored_slide_types_are_those_of_the_rule(path):
    notebook = nbformat.read(path, as_version=4)
    stored = [cell.metadata.get("slideshow") for cell in notebook.cells]
    refresh.slides(notebook)
    assert stored == [cell.metadata.slideshow for cell in notebook.cells]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_what_is_to_be_predicted_is_not_seen_on_the_same_slide(path):
    asked = False
    for cell in nbformat.read(path, as_version=4).cells:
        kind = cell.metadata.slideshow.slide_type
        if cell.cell_type == "markdown":
            asked = (asked and kind in ("-", "fragment")) or "**Predict" in cell.source
        elif kind != "skip":
            assert not asked or kind == "subslide", cell.source
            asked = False


def test_talk_of_lesson_03_has_a_slide_for_each_heading(talk):
    notebook, found = talk
    headings = re.findall(r"^##? (.+)$", "\n".join(sources(notebook, "markdown")), re.M)
    headings.remove("Quiz")
    assert [section.find(["h1", "h2"]).get_text().strip("¶") for section in found] == headings
    assert len(found) == 14
    subslides = [len(section.find_all("section", recursive=False)) for section in found]
    assert 30 <= sum(subslides) <= 55 and max(subslides) <= 8


def test_talk_of_lesson_03_holds_no_solution(talk):
    notebook, found = talk
    said = "\n".join(section.get_text() for section in found)
    assert "def count_cells" in said  # the code is there
    assert len(solutions(notebook)) == 3
    for code in solutions(notebook):
        assert code.strip() not in said
    for unwanted in ("Solution", "Hint", "not attempted", "helpers.setup()"):
        assert unwanted not in said


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class") / "lessons"
    hand_out(folder, 0)
    return folder


def hand_out(folder, returncode):
    command = [sys.executable, refresh.__file__, "--student", str(folder)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == returncode, result.stderr
    return result.stderr


def test_copy_has_the_data_and_the_quizzes(copy):
    for original in refresh.NOTEBOOKS.glob("[dq]*/**/[!.]*.*"):
        name = original.relative_to(refresh.NOTEBOOKS)
        assert (copy / name).read_bytes() == original.read_bytes()
    assert (copy / "data" / "films.csv").exists() and (copy / "quizzes" / "03.json").exists()
    assert not (copy / "TEACHING.md").exists()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_copy_has_the_exercises_and_no_solution(copy, path):
    original, handed = (nbformat.read(p, as_version=4) for p in (path, copy / path.name))
    nbformat.validate(handed)
    assert sources(handed, "code") == sources(original, "code")
    assert all(not cell.outputs for cell in handed.cells if cell.cell_type == "code")
    assert all(cell.get("execution_count") is None for cell in handed.cells)
    before, after = ("\n\n".join(sources(n, "markdown")) for n in (original, handed))
    assert solutions(original) and not solutions(handed)
    for code in solutions(original):
        assert code.strip() not in after
    assert "olution<" not in after and "olutions are folded" not in after
    for kept in ("<summary>Hint</summary>", "**Predict", "##"):
        assert after.count(kept) == before.count(kept)
    assert after.count("<details>") == after.count("</details>") == after.count(">Hint<")
    for target in re.findall(r"\]\(([^)\s:]+)\)", after):
        assert (copy / target.split("#")[0]).exists(), target


def test_copy_of_lesson_02_runs_to_its_end(copy):
    handed = copy / refresh.lessons(["02"])[0].name
    cells = [cell for cell in refresh.run(handed).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    said = "".join(output.get("text", "") for cell in cells for output in cell.outputs)
    assert said.count("not attempted yet") == 4


@pytest.mark.parametrize("name", ["notes.txt", ".hidden"])
def test_a_folder_that_is_not_empty_is_refused(tmp_path, name):
    (tmp_path / name).write_text("mine")
    sentence = hand_out(tmp_path, 1)
    assert sentence.count("\n") == 1 and "is not an empty folder" in sentence
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert "is not an empty folder" in hand_out(tmp_path / name, 1)


def test_an_empty_folder_is_filled(tmp_path):
    assert hand_out(tmp_path, 0) == ""
    assert len(list(tmp_path.glob("*.ipynb"))) == len(PATHS)


def test_the_copy_for_colab_begins_with_the_readmes_cell(tmp_path):
    paths = refresh.lessons(["01", "02"])
    refresh.for_colab(paths, tmp_path / "out")
    for path in paths:
        (first, *rest) = nbformat.read(tmp_path / "out" / path.name, as_version=4).cells
        assert first.source == refresh.colab_cell()
        assert rest == nbformat.read(path, as_version=4).cells
    with pytest.raises(SystemExit, match="is not an empty folder"):
        refresh.for_colab(paths, tmp_path / "out")


def test_colab_gets_the_pinned_versions_and_keeps_its_own_numpy():
    pins = checkup.pins()
    (install,) = re.findall(r"^%pip install (.+)$", refresh.colab_cell(), re.M)
    assert "--no-deps" in install
    named = dict(word.split("==") for word in install.split() if "==" in word)
    assert named and not {"numpy", "pandas", "torch"} & set(named)
    assert all(pins[name] == version for name, version in named.items())
