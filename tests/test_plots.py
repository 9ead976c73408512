"""Pictures with words in any letters: drawn, or told, and never as boxes."""

import warnings

import pytest
from matplotlib import font_manager

from helpers import plots

KOREAN = ["기쁨", "슬픔", "joy – fear"]


@pytest.fixture
def drawn(monkeypatch):
    """The figures that are shown; a letter without a glyph is an error."""
    figures = []

    def display(figure, **more):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            figure.draw_without_rendering()
        figures.append(figure)

    monkeypatch.setattr(plots, "display", display)
    return figures


def only(monkeypatch, wanted):
    fonts = [font for font in font_manager.fontManager.ttflist if wanted(font)]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", fonts)


def names(figure):
    return [tick.get_text() for tick in figure.axes[0].get_yticklabels()]


def test_korean_names_are_drawn_in_a_font_that_has_them(drawn, monkeypatch, capsys):
    fonts = font_manager.fontManager.ttflist
    if not any(ord("쁨") in plots._letters(font.fname) for font in fonts):
        pytest.skip("no font with Hangul on this machine")
    plots.bars(KOREAN, [1, 2, 3], "title", "x", "alt")
    plots.cooccurrence([[1, 0, 1], [0, 1, 0]], KOREAN, "title", "alt")
    assert names(drawn[0]) == KOREAN and capsys.readouterr().out == ""


def test_without_such_a_font_names_become_numbers_that_are_explained(drawn, monkeypatch, capsys):
    only(monkeypatch, lambda font: font.name.startswith("DejaVu"))
    plots.bars(KOREAN, [1, 2, 3], "title", "x", "alt")
    assert names(drawn[0]) == ["(1)", "(2)", "joy – fear"]
    assert "(1) 기쁨, (2) 슬픔." in capsys.readouterr().out


def test_usual_letters_stay_as_they_are(drawn, capsys):
    plots.bars(["joy", "naïve · é"], [1, 2], "title – with a dash", "x", "alt")
    assert names(drawn[0]) == ["joy", "naïve · é"] and capsys.readouterr().out == ""
