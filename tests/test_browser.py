"""The lessons in JupyterLab, in a real browser and without a network: run, drag, type, answer."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import nbformat
import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support
from test_exercises import lesson_exercises

from helpers import metrics

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH"),
]

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
LESSONS = sorted(path.name for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
# Those that train for half a minute are looked at as they are stored; nbval runs them.
TRAINING = ("04", "05", "06", "08", "09", "10", "11")
FONTS = {  # widths must fit whatever fonts a machine has: text, code
    "DejaVu": ("DejaVu Sans", "DejaVu Sans Mono"),
    "Liberation": ("Liberation Sans", "Liberation Mono"),
}
TOKEN = "browser-test"
ELSEWHERE = re.compile(r"^(http|ws)s?://(?!(localhost|127\.0\.0\.1)[:/])")
MINUTE = 60_000  # playwright counts in milliseconds

PANEL = "globalThis.jupyterapp?.shell.currentWidget"
KERNEL_STATUS = f"{PANEL}?.context?.sessionContext.session?.kernel?.status"
CODE = f"[...{PANEL}.content.model.cells].filter(cell => cell.type === 'code')"
CLEARED = f"{CODE}.every(cell => cell.executionCount === null && cell.outputs.length === 0)"
# Nothing is waiting or running, and every code cell has a number or an error has stopped the run.
FINISHED = f"""{KERNEL_STATUS} === 'idle' && {CODE}.every(cell => cell.executionState === 'idle')
    && ({CODE}.every(cell => cell.executionCount !== null)
    || {CODE}.some(cell => cell.outputs.toJSON().some(output => output.output_type === 'error')))"""

# What cannot be read in a cell: wider than its place, or with less contrast than WCAG's 4.5 to 1.
# Code in the text is left to JupyterLab's own colours; a chart (svg) has its own white ground.
UNREADABLE = f"""number => {{
    const cell = {PANEL}.content.widgets[number].node, found = [];
    const ancestors = e => e ? [e, ...ancestors(e.parentElement)] : [];
    const rgba = color => color.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [[r, .2126], [g, .7152], [b, .0722]].reduce((sum, [v, weight]) =>
        sum + weight * (v <= 10 ? v / 3295 : ((v / 255 + .055) / 1.055) ** 2.4), 0);
    for (const e of cell.querySelectorAll('.jp-OutputArea-output, .jp-OutputArea-output *, '
                                          + '.jp-RenderedMarkdown, .jp-RenderedMarkdown *')) {{
        if (!e.getBoundingClientRect().width || e.closest('svg, mjx-container')) continue;
        const style = getComputedStyle(e);
        if (style.overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 2)
            found.push(`${{e.className || e.tagName}}: ${{e.scrollWidth}} in ${{e.clientWidth}}`);
        if (![...e.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
            || e.closest('pre code')) continue;
        const ground = ancestors(e).map(a => rgba(getComputedStyle(a).backgroundColor))
            .find(color => color.length === 3 || color[3] > .5) || [255, 255, 255];
        const [dark, bright] = [light(ground), light(rgba(style.color))].sort((a, b) => a - b);
        if ((bright + .05) / (dark + .05) < 4.5)
            found.push(`contrast: ${{e.textContent.slice(0, 60)}}`);
    }}
    return found; }}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a copy of the lessons, with no user's settings: address, copy, variables."""
    home = tmp_path_factory.mktemp("reader")
    copy = shutil.copytree(NOTEBOOKS, home / "notebooks")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    # Not what nbval_lessons.py and pytest set for tests, but what a reader's kernel gets.
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("TQDM_DISABLE", "LESSON_PROGRESS")
        and not name.startswith(("PYTEST_", "JUPYTER", "JPY_"))
    } | {
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
    }
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"),
        "--expose-app-in-browser",  # window.jupyterapp, with which the tests look at cells
        # By itself JupyterLab's server asks PyPI for a newer JupyterLab.
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        f"--ServerApp.port={address.rsplit(':', 1)[1]}",
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={copy}",
    ]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            end = time.monotonic() + 120
            while not answers(address):
                assert server.poll() is None and time.monotonic() < end, (home / "log").read_text()
                time.sleep(0.2)
            yield address, copy, environment
        finally:
            server.terminate()
            server.wait(30)


def answers(address):
    try:
        return urlopen(f"{address}/api").status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        playwright.expect.set_options(timeout=MINUTE)
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def model():
    """The model of lesson 07 (its first two cells): the code for a page, and the names here.

    So the test computes from the same scores what the page must show.
    """
    (path,) = NOTEBOOKS.glob("07_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    code = "\n".join([cell.source for cell in cells if cell.cell_type == "code"][:2])
    code += """
def genre_scores(text):
    return dict(zip(labels, model.predict_proba(vectorizer.transform([text]))[0]))"""
    names = {}
    exec(code, names)
    return code, names


@contextmanager
def opened(browser, lab, name, *code):
    """A page with a notebook (a new one, if there is code for its cells) and an idle kernel.

    In the end the kernel is shut down, and the page must have asked for nothing elsewhere and
    have written no error to its console.
    """
    address, copy, _ = lab
    if code:
        cells = [nbformat.v4.new_code_cell(source) for source in code]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), copy / name)
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    context.set_default_timeout(MINUTE)
    page = context.new_page()
    page.to_kernel, outside, errors = [], [], []

    def refuse(route):
        outside.append(route.request.url)
        route.abort()

    def listen(websocket):
        if ELSEWHERE.match(websocket.url):
            outside.append(websocket.url)
        if "/api/kernels/" in websocket.url:
            websocket.on("framesent", lambda frame: page.to_kernel.append(frame))

    page.route(ELSEWHERE, refuse)
    page.on("websocket", listen)
    page.on("pageerror", lambda error: errors.append(error.stack or str(error)))
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    try:
        page.goto(f"{address}/lab/tree/{name}?reset&token={TOKEN}")
        page.wait_for_function(f"{KERNEL_STATUS} === 'idle'", timeout=2 * MINUTE)
        yield page
    finally:
        token = {"Authorization": f"token {TOKEN}"}
        for session in context.request.get(f"{address}/api/sessions", headers=token).json():
            context.request.delete(f"{address}/api/sessions/{session['id']}", headers=token)
        context.close()
    assert outside == []
    assert errors == []


def choose(page, menu, item):
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def run_all(page):
    """Run every cell from the menu, wait for the end, and look at every cell."""
    choose(page, "Edit", "Clear Outputs of All Cells")
    page.wait_for_function(CLEARED)
    choose(page, "Run", "Run All Cells")
    page.wait_for_function(FINISHED, timeout=10 * MINUTE, polling=200)
    for number in range(page.evaluate(f"{PANEL}.content.widgets.length")):
        show(page, number)
    page.wait_for_timeout(1000)  # to see what goes wrong a little later: the quiz waits 500 ms


def show(page, number):
    """Scroll to a cell. Those out of sight are not in the page, and their scripts do not run."""
    page.evaluate(
        f"number => {{ const {{content}} = {PANEL};"
        "content.activeCellIndex = number; content.scrollToItem(number); }",
        number,
    )
    page.wait_for_function(f"number => {PANEL}.content.widgets[number].isVisible", arg=number)


def unreadable(page):
    """What cannot be read in half the width of a laptop, in either theme and with either fonts."""
    page.set_viewport_size({"width": 683, "height": 900})
    page.evaluate("jupyterapp.shell.collapseLeft()")
    found = []
    for theme, fonts in zip(("Dark", "Light"), FONTS, strict=True):
        text, code = FONTS[fonts]
        page.add_style_tag(content=f":root {{ --jp-content-font-family: '{text}' !important; "
                           f"--jp-ui-font-family: '{text}' !important; "
                           f"--jp-code-font-family: '{code}' !important; }}")  # fmt: skip
        page.evaluate(
            "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })",
            f"JupyterLab {theme}",
        )
        is_light = str(theme == "Light").lower()
        page.wait_for_function(f"document.body.dataset.jpThemeLight === '{is_light}'")
        for number in range(page.evaluate(f"{PANEL}.content.widgets.length")):
            show(page, number)
            found += [(theme, fonts, number, what) for what in page.evaluate(UNREADABLE, number)]
    return found


def type_and_run(page, number, source):
    """Replace what stands in a cell and run it with Shift+Enter."""
    show(page, number)
    page.locator(".jp-Notebook-cell.jp-mod-active .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)
    count = f"{PANEL}.content.model.cells.get({number}).executionCount"
    before = page.evaluate(count)
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(f"{count} > {before}")
    page.wait_for_function(FINISHED)


def saved(page, path):
    """The notebook as the reader's file has it after saving."""
    page.evaluate("void jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function(f"!{PANEL}.content.model.dirty")
    return nbformat.read(path, as_version=4)


def texts(cell, *kinds):
    """What a code cell printed ("stdout", "stderr"), or its errors ("error")."""
    return [
        output.get("text") or "\n".join(output["traceback"])
        for output in cell.outputs
        if output.output_type in kinds or output.get("name") in kinds
    ]


@pytest.mark.parametrize("name", [name for name in LESSONS if name.startswith(TRAINING)])
def test_a_stored_lesson_can_be_read(browser, lab, name):
    trust = [sys.executable, "-m", "jupyter", "trust", str(lab[1] / name)]
    subprocess.run(trust, check=True, capture_output=True, env=lab[2])
    with opened(browser, lab, name) as page:
        assert unreadable(page) == []


@pytest.mark.parametrize("name", [name for name in LESSONS if not name.startswith(TRAINING)])
def test_a_lesson_runs_from_the_menu_and_can_be_read(browser, lab, name):
    with opened(browser, lab, name) as page:
        run_all(page)
        cells = saved(page, lab[1] / name).cells
        assert unreadable(page) == []
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert [text for cell in code for text in texts(cell, "error", "stderr")] == []
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


def expected_figures(y_true, y_score, cut):
    """Rows: each label, micro, macro; columns: precision, recall, F1. Micro, macro F1: panel's."""
    each, micro, macro = (
        precision_recall_fscore_support(y_true, y_score >= cut, average=average, zero_division=0)
        for average in (None, "micro", "macro")
    )
    panel = metrics.panel(y_true, {"model": y_score}, threshold=cut).loc["model"]
    micro, macro = [*micro[:2], panel["micro F1"]], [*macro[:2], panel["macro F1"]]
    return np.vstack([np.transpose(each[:3]), micro, macro])


def test_the_explorer_moves_without_the_kernel_and_its_figures_are_right(browser, lab, model):
    setup, names = model
    y_true, y_score, labels = names["y_dev"], names["score_dev"], names["labels"]

    def drag():
        box = slider.bounding_box()
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + box["width"] * 0.5, middle)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.7, middle, steps=5)
        page.mouse.up()

    def shut_down_and_set():
        choose(page, "Kernel", "Shut Down Kernel")
        page.wait_for_function(f"{KERNEL_STATUS} === undefined")
        slider.fill("0.08")

    code = "explore.threshold_explorer(y_dev, score_dev, labels)"
    with opened(browser, lab, "explorer.ipynb", setup, code) as page:
        run_all(page)
        slider = page.locator(".vega-bind input[type=range]")
        slider.wait_for()
        chart = page.locator(".jp-OutputArea-output svg.marks")
        rows = chart.locator(".role-axis-label text").all_text_contents()
        assert [row for row in rows if row in labels] == labels
        page.to_kernel.clear()
        cuts, bars = {slider.input_value()}, {chart.locator(".mark-rect").first.inner_html()}
        for move in (drag, lambda: slider.fill("0.3"), shut_down_and_set):
            move()
            expected = expected_figures(y_true, y_score, float(slider.input_value()))
            for _ in range(100):  # until the browser has drawn them
                written = re.findall(r">(\d\.\d{3})<", chart.inner_html())
                figures = np.array(written, dtype=float).reshape(3, len(labels) + 2).T
                if np.allclose(figures, expected, rtol=0, atol=0.0005 + 1e-9):
                    break
                page.wait_for_timeout(100)
            np.testing.assert_allclose(figures, expected, rtol=0, atol=0.0005 + 1e-9)
            cuts.add(slider.input_value())
            bars.add(chart.locator(".mark-rect").first.inner_html())
        assert len(cuts) == len(bars) == 4
        assert page.to_kernel == []


def test_a_typed_plot_gets_genres_and_html_stays_text(browser, lab, model):
    setup, names = model
    typed = names["dev"]["plot"].iloc[0]
    scores = sorted(names["genre_scores"](typed).items(), key=lambda item: -item[1])
    code = 'explore.try_it(genre_scores, "A detective falls in love.")'
    with opened(browser, lab, "typed.ipynb", setup, code) as page:
        run_all(page)
        box = page.locator(".jp-OutputArea .widget-text input")
        answer = page.locator(".jp-OutputArea .widget-html-content")
        box.fill(typed)
        box.press("Enter")
        playwright.expect(answer.locator("i")).to_have_text(typed)
        rows = answer.locator("tr").all_inner_texts()
        assert [row.split() for row in rows] == [[name, f"{score:.2f}"] for name, score in scores]
        html = '<b>HTML</b> <img src=x onerror="window.harm = true">'
        box.fill(html)
        box.press("Enter")
        playwright.expect(answer.locator("i")).to_have_text(html)
        assert answer.locator("b, img").count() == 0
        assert page.evaluate("window.harm") is None


def questions_in(page):
    return page.locator(".jp-OutputArea .Quiz")


def test_a_quiz_gives_the_reason_for_every_answer(browser, lab):
    questions = json.loads((NOTEBOOKS / "quizzes" / "03.json").read_text())
    code = "from helpers import explore\n\nexplore.quiz(3)"
    with opened(browser, lab, "quiz.ipynb", code) as page:
        run_all(page)
        shown = questions_in(page)
        playwright.expect(shown).to_have_count(len(questions))
        for number, question in enumerate(questions):
            feedback = shown.nth(number).locator(".Feedback")
            for option in sorted(question["answers"], key=lambda option: option["correct"]):
                shown.nth(number).get_by_text(option["answer"], exact=True).click()
                playwright.expect(feedback).to_have_text(option["feedback"])
                kind = "correct" if option["correct"] else "incorrect"
                playwright.expect(feedback).to_have_class(f"Feedback {kind}")
        saved(page, lab[1] / "quiz.ipynb")
    with opened(browser, lab, "quiz.ipynb") as page:  # the saved quiz must not stand beside the new
        playwright.expect(questions_in(page)).to_have_count(len(questions))
        page.to_kernel.clear()
        choose(page, "Run", "Run All Cells")
        for _ in range(300):
            if "execute_request" in str(page.to_kernel):
                break
            page.wait_for_timeout(100)
        assert "execute_request" in str(page.to_kernel)
        page.wait_for_function(FINISHED)
        page.wait_for_timeout(1500)  # the quiz waits up to a second for its place
        playwright.expect(questions_in(page)).to_have_count(len(questions))


def test_a_solution_typed_into_its_exercise_is_right_and_counted(browser, lab):
    lesson = NOTEBOOKS / "02_multilabel_binarizer.ipynb"
    path = lab[1] / "solved.ipynb"  # a copy that no other test has run and saved
    shutil.copy(lesson, path)
    with opened(browser, lab, path.name) as page:
        run_all(page)
        exercises = lesson_exercises(lesson)[1]
        sources = [cell.source for cell in nbformat.read(path, as_version=4).cells]
        for name, answer, cell, solution, _ in exercises:
            code = f'{solution.strip()}\n\ncheck("{name}", {answer})'
            type_and_run(page, sources.index(cell.source), code)
        type_and_run(page, sources.index("progress()"), "progress()")
        cells = saved(page, path).cells
    for name, _, cell, *_ in exercises:
        assert texts(cells[sources.index(cell.source)], "stdout") == [f"{name}: correct.\n"]
    names = [name for name, *_ in exercises]
    assert texts(cells[sources.index("progress()")], "stdout") == [
        f"Lesson 2: {len(names)} of {len(names)} solved ({', '.join(names)}).\n"
    ]
