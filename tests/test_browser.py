"""The lessons in JupyterLab, in a real browser: run, drag, type, answer, solve."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH")

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
LESSONS = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
SETTINGS = {
    # Every cell in the page, not only those in sight, so that outputs can be counted.
    "@jupyterlab/notebook-extension": {"tracker": {"windowingMode": "none"}},
    "@jupyterlab/apputils-extension": {"notification": {"fetchNews": "false"}},
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a copy of the lessons: its address."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(NOTEBOOKS, folder / "notebooks")
    for extension, plugins in SETTINGS.items():
        (folder / "settings" / extension).mkdir(parents=True)
        for plugin, values in plugins.items():
            path = folder / "settings" / extension / f"{plugin}.jupyterlab-settings"
            path.write_text(json.dumps(values))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root",
               f"--port={port}", "--IdentityProvider.token=",
               f"--ServerApp.root_dir={folder / 'notebooks'}"]  # fmt: skip
    environment = os.environ | {
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api").close()
                break
            except OSError:
                time.sleep(0.5)
        yield address
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        options = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                   "--disable-background-networking", "--disable-component-update",
                   "--disable-sync"]  # fmt: skip
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=options)
        yield chromium
        chromium.close()


def open_lesson(browser, lab, name):
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(error.stack or str(error)))
    page.goto(f"{lab}/lab/workspaces/{name[:2]}-{time.time_ns()}/tree/{name}?reset")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
    page.get_by_text("| Idle").wait_for(timeout=60_000)
    page.wait_for_timeout(1000)
    return page


def run_all(page, name, seconds=300):
    """Run every cell from the menu and wait for the last one."""
    page.get_by_role("menuitem", name="Edit", exact=True).click()
    page.get_by_role("menuitem", name="Clear Outputs of All Cells", exact=True).click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    cells = nbformat.read(NOTEBOOKS / name, as_version=4).cells
    last = sum(cell.cell_type == "code" for cell in cells)
    page.wait_for_function(
        "last => [...document.querySelectorAll('.jp-InputPrompt')]"
        ".some(prompt => prompt.textContent.includes(`[${last}]`))",
        arg=last,
        timeout=seconds * 1000,
    )
    page.get_by_text("| Idle").wait_for(timeout=60_000)
    page.wait_for_timeout(500)


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_from_the_menu(browser, lab, name):
    page = open_lesson(browser, lab, name)
    run_all(page, name)
    assert page.locator(".jp-Notebook [data-mime-type$=stderr]").count() == 0
    assert page.locator(".jp-Notebook [data-mime-type$=error]").count() == 0
    assert page.errors == []
    page.close()


def test_score_slider_moves_without_the_kernel(browser, lab):
    page = open_lesson(browser, lab, "01_multiclass_vs_multilabel.ipynb")
    run_all(page, "01_multiclass_vs_multilabel.ipynb")
    slider = page.locator(".vega-bind input[type=range]")
    slider.wait_for()
    bars = page.locator(".jp-OutputArea-output .mark-rect path")
    before = [bar.get_attribute("d") for bar in bars.all()]
    page.evaluate("document.querySelectorAll('[data-status]').length")
    slider.evaluate("s => { s.value = 3; s.dispatchEvent(new Event('input')); }")
    page.wait_for_timeout(300)
    after = [bar.get_attribute("d") for bar in bars.all()]
    assert len(before) == len(after) == 6
    changed = [one != other for one, other in zip(before, after, strict=True)]
    assert sum(changed) == 4  # softmax: all three bars; sigmoid: only the one that was raised
    page.close()


def test_a_typed_plot_gets_genres_and_html_stays_text(browser, lab):
    name = "03_one_vs_rest_logistic_regression.ipynb"
    page = open_lesson(browser, lab, name)
    run_all(page, name)
    box = page.locator(".jp-OutputArea .widget-text input").last
    box.fill("<b>A robot</b> falls in love on a space station.")
    box.press("Enter")
    answer = page.locator(".jp-OutputArea .widget-html").last
    answer.get_by_text("<b>A robot</b>").wait_for()
    assert answer.locator("b").count() == 0
    assert answer.locator("tr").count() == 12
    assert "Romance" in " ".join(answer.locator("tr").all_inner_texts()[:3])
    page.close()


def test_quiz_answers_and_exercise_is_counted(browser, lab):
    name = "00_start_here.ipynb"
    page = open_lesson(browser, lab, name)
    run_all(page, name)
    options = page.locator(".MCButton")
    options.first.wait_for()
    options.nth(0).click()
    page.get_by_text("Guess first.").wait_for()
    options.nth(1).click()
    page.get_by_text("Right. The difference").wait_for()

    source = "".join(cell.source for cell in nbformat.read(NOTEBOOKS / name, as_version=4).cells)
    solution = re.search(r"```python\n(.*?)\n```", source, re.S)[1]
    cell = page.locator(".jp-CodeCell", has_text='check("0.1"').first
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(
        f'from helpers.exercises import check, progress\n{solution}\ncheck("0.1", row)\nprogress()'
    )
    page.keyboard.press("ControlOrMeta+Enter")
    page.get_by_text("0.1: correct.").wait_for()
    page.get_by_text("Lesson 0: 1 of 1 solved").wait_for()
    page.close()
