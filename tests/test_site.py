"""The reading site: built without a network, every page opens whole and asks no other host."""

import functools
import html.parser
import http.server
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
import small_machine
from test_browser import CHROMIUM, ELSEWHERE, browser, playwright  # noqa: F401  (a fixture)

pytest.importorskip("myst_nb", reason=".site/requirements.txt is not installed")
pytest.importorskip("sphinx_book_theme", reason=".site/requirements.txt is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH"),
]

ROOT = Path(__file__).parent.parent
PAGES = ["index", *(f"notebooks/{path.stem}" for path in ROOT.glob("notebooks/[0-9]*.ipynb")),
         "notebooks/TEACHING", "notebooks/data/DATA"]  # fmt: skip
SCREENS = [(1280, "light"), (1280, "dark"), (400, "light"), (400, "dark")]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site, built for a repository and a hub."""
    out, home = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("home")
    names = {"SITE_REPOSITORY": "someone/lessons", "SITE_HUB": "https://hub.example"}
    subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-c", ".site", ".", str(out)],
        cwd=ROOT, env=small_machine.environment(home, network=False) | names, check=True,
    )  # fmt: skip
    return out


@pytest.fixture(scope="module")
def address(site):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Page(html.parser.HTMLParser):
    """The addresses that a page leads to, its names, its pictures."""

    def __init__(self, path):
        super().__init__()
        self.links, self.names, self.pictures = [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.names.add(found.get("id"))
        if tag == "img":
            self.pictures.append(found)
        for key in ("href", "src"):
            if found.get(key):
                self.links.append(found[key])


read = functools.cache(Page)  # many links lead into the same page


def test_no_link_is_broken_and_every_picture_has_a_text(site):
    for path in [*site.glob("*.html"), *site.glob("notebooks/**/*.html")]:
        page = read(path)
        for link in page.links:
            target, name = urldefrag(link)
            if re.match(r"\w+:|//", target):
                continue
            file = path.parent / unquote(target.partition("?")[0]) if target else path
            assert file.exists(), f"{path.name}: {link}"
            if name and file.suffix == ".html":
                assert unquote(name) in read(file.resolve()).names, f"{path.name}: {link}"
        for picture in page.pictures:
            assert len(picture.get("alt") or "") > 3, f"{path.name}: {picture}"
            assert not re.fullmatch(r".*\.(png|jpe?g)", picture["alt"]), f"{path.name}: {picture}"


def test_formulas_need_no_script(site):
    page = (site / "notebooks" / "01_multiclass_vs_multilabel.html").read_text(encoding="utf-8")
    assert page.count("<math") >= 2 and "$p_k" not in page


@pytest.mark.parametrize("width, scheme", SCREENS)
def test_every_page_opens_whole_and_asks_no_other_host(browser, address, width, scheme):  # noqa: F811
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, outside, errors, sizes = context.new_page(), [], [], {}
    page.route(ELSEWHERE, lambda route: (outside.append(route.request.url), route.abort()))
    page.on("pageerror", lambda error: errors.append(error.stack or str(error)))
    page.on("response", lambda answer: sizes.update({answer.url: answer}))
    for name in PAGES:
        sizes.clear()
        page.goto(f"{address}/{name}.html", wait_until="load")
        page.wait_for_timeout(300)
        assert not outside and not errors, (name, outside, errors)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        assert sum(len(answer.body()) for answer in sizes.values() if answer.ok) < 1_500_000, name
    context.close()


def test_the_explorer_moves_without_a_kernel(browser, address):  # noqa: F811
    page = browser.new_page()
    page.goto(f"{address}/notebooks/07_metrics_and_thresholds.html")
    stored = (
        page.locator("table", has_text="all labels: micro").first.locator("td").all_inner_texts()
    )
    page.locator("script.vega-lite").first.evaluate("plan => plan.parentElement.scrollIntoView()")
    chart = page.locator(".vega-embed").first
    playwright.expect(chart.locator("svg")).to_be_visible()

    def drawn():
        texts = chart.locator("svg text").all_text_contents()
        return sorted(text for text in texts if re.fullmatch(r"\d\.\d{3}", text))

    assert drawn() == sorted(stored)  # the table at 0.5 is what the chart begins with
    chart.locator("input[type=range]").fill("0.2")
    page.wait_for_timeout(500)
    assert len(drawn()) == len(stored) and drawn() != sorted(stored)
    page.close()


def test_a_quiz_answers(browser, address):  # noqa: F811
    question = json.loads((ROOT / "notebooks/quizzes/03.json").read_text(encoding="utf-8"))[0]
    page = browser.new_page()
    page.goto(f"{address}/notebooks/03_one_vs_rest_logistic_regression.html")
    shown = page.locator(".Quiz").first
    playwright.expect(shown).to_be_visible()
    playwright.expect(page.get_by_text("stand in quizzes/03.json")).to_have_count(0)
    for option in question["answers"]:
        shown.get_by_text(option["answer"], exact=True).click()
        playwright.expect(shown.locator(".Feedback")).to_have_text(option["feedback"])
    page.close()


def test_solutions_are_folded_and_the_next_lesson_is_one_click_away(browser, address):  # noqa: F811
    page = browser.new_page()
    page.goto(f"{address}/notebooks/02_multilabel_binarizer.html")
    solution = page.locator("details", has=page.get_by_text("Solution", exact=True)).first
    playwright.expect(solution.locator("pre").first).to_be_hidden()
    solution.locator("summary").click()
    playwright.expect(solution.locator("pre").first).to_be_visible()
    page.locator(".next-page, a.right-next").first.click()
    playwright.expect(page).to_have_title(re.compile("^3 · "))
    page.close()


def test_launch_links_name_the_repository(site):
    links = Page(site / "notebooks" / "03_one_vs_rest_logistic_regression.html").links
    for start in ("https://mybinder.org/v2/gh/someone/lessons/main",
                  "https://colab.research.google.com/github/someone/lessons/blob/main/notebooks/03_",
                  "https://hub.example/hub/user-redirect/git-pull"):  # fmt: skip
        assert any(link.startswith(start) for link in links), start
    assert "OWNER/REPO" not in (site / "index.html").read_text(encoding="utf-8")
    assert not os.environ.get("SITE_REPOSITORY")
