"""What stands in the page when nothing runs, and what the browser computes when it does."""

import io
import json
import re
from datetime import datetime

import altair as alt
import ipywidgets
import numpy as np
import pytest
import vl_convert
from PIL import Image
from sklearn.metrics import precision_recall_fscore_support

from helpers import explore, metrics

WIDGET = "application/vnd.jupyter.widget-view+json"
LABELS = ["Drama", "Sci-Fi", "R&B <b>", "it's"]


@pytest.fixture
def shown(monkeypatch):
    """The bundles that explore displays."""
    bundles = []
    monkeypatch.setattr(explore, "display", lambda data, metadata, raw: bundles.append(data))
    return bundles


def example(dtype=np.float64):
    """Scores in steps of 0.05, so many lie exactly on a cut; a label without positives."""
    random = np.random.default_rng(0)
    y_true = (random.random((150, 4)) < [0.4, 0.2, 0.0, 0.05]).astype(int)
    y_score = np.clip(0.3 * y_true + random.random(y_true.shape) * 0.8, 0, 1)
    return y_true, (np.round(y_score * 20) / 20).astype(dtype)


def expected_figures(y_true, y_score, cut):
    """Rows as in the explorer: each label, micro, macro; columns precision, recall, F1."""
    y_pred = (y_score >= cut).astype(int)
    each, micro, macro = (
        np.array(precision_recall_fscore_support(y_true, y_pred, average=a, zero_division=0)[:3])
        for a in (None, "micro", "macro")
    )
    return np.vstack([each.T.astype(float), micro.astype(float), macro.astype(float)])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("cut", [0.0, 0.3, 0.57, 0.7, 1.0])
def test_the_table_from_the_counts_equals_scikit_learn_and_the_panel(cut, dtype):
    y_true, y_score = example(dtype)
    table = explore.threshold_table(explore.threshold_counts(y_true, y_score, LABELS), cut)
    assert table.index.tolist() == [*LABELS, explore.MICRO, explore.MACRO]
    np.testing.assert_allclose(table, expected_figures(y_true, y_score, cut), atol=1e-12)
    panel = metrics.panel(y_true, {"mine": y_score}, threshold=cut).loc["mine"]
    for name, row in (("micro F1", explore.MICRO), ("macro F1", explore.MACRO)):
        assert table.loc[row, "F1"] == pytest.approx(panel[name], abs=1e-12)


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.85])
def test_vega_draws_the_same_figures(cut):
    """The chart itself, drawn by Vega with the slider at the cut: every number it writes."""
    y_true, y_score = example()
    spec = explore.threshold_chart(explore.threshold_counts(y_true, y_score, LABELS)).to_dict()
    assert spec["params"][0]["bind"]["input"] == "range"
    spec["params"][0]["value"] = cut
    svg = vl_convert.vegalite_to_svg(spec)
    written = [float(number) for number in re.findall(r">(\d\.\d{3})<", svg)]
    columns = np.array(written).reshape(3, len(LABELS) + 2)  # precision, recall, F1
    np.testing.assert_allclose(
        columns.T, expected_figures(y_true, y_score, cut), rtol=0, atol=0.0005 + 1e-9
    )


def test_the_explorer_sends_figures_and_stores_a_table(shown):
    random = np.random.default_rng(0)
    y_true = (random.random((20_000, 12)) < 0.1).astype(int)
    labels = [f"label {number}" for number in range(12)]
    counts = explore.threshold_counts(y_true, random.random(y_true.shape), labels)
    assert len(json.dumps(explore.threshold_chart(counts).to_dict())) < 30_000

    y_true, y_score = example()
    assert explore.threshold_explorer(y_true, y_score, LABELS) is None
    assert explore.threshold_explorer(y_true, y_score, LABELS) is None
    stored = [{kind: text for kind, text in data.items() if kind != WIDGET} for data in shown]
    assert stored[0] == stored[1]  # no address, no random part
    assert set(stored[0]) == {"text/plain", "text/html"}
    table, plan = stored[0]["text/html"].split('<script type="application/json"')
    assert len(table) < 4000 and len(plan) < 30_000
    drawn = json.loads(plan.partition(">")[2].removesuffix("</script>"))
    assert drawn["params"][0]["name"] == "cut"  # what a page with Vega draws
    assert "R&amp;B &lt;b&gt;" in stored[0]["text/html"] and "<b>" not in stored[0]["text/html"]
    figures = re.findall(r"<td>(\d\.\d{3})</td>", stored[0]["text/html"])
    expected = expected_figures(y_true, y_score, 0.5).ravel()
    np.testing.assert_allclose([float(figure) for figure in figures], expected, atol=0.0005 + 1e-9)


def test_a_chart_is_built_offline(shown):
    explore.threshold_explorer(*example(), LABELS)
    model_id = shown[0][WIDGET]["model_id"]
    chart = ipywidgets.widgets.widget._instances[model_id]
    assert isinstance(chart, alt.JupyterChart) and alt.JupyterChart._is_offline
    assert not re.search(r"""import[^;]{0,200}from\s*["']https?:""", chart._esm)
    assert len(chart._esm) > 500_000  # the chart library itself
    assert "cut" in chart.params.trait_values()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda y, s, names: (y[:, 0], s, names), "y_true must be a 0/1 matrix"),
        (lambda y, s, names: (y, s[1:], names), "y_score has shape"),
        (lambda y, s, names: (y, s * np.nan, names), "y_score must hold finite numbers"),
        (
            lambda y, s, names: (y, s * 3 - 1, names),
            "y_score must hold scores between 0 and 1",
        ),
        (lambda y, s, names: (y, s, names[1:]), "labels must hold 4 different names"),
        (lambda y, s, names: (y, s, ["one"] * 4), "labels must hold 4 different names"),
    ],
)
def test_the_explorer_refuses_what_does_not_fit(change, sentence, shown):
    with pytest.raises(ValueError, match=sentence):
        explore.threshold_explorer(*change(*example(), LABELS))
    assert not shown


def test_score_slider_displays_itself_with_a_sentence(shown):
    assert explore.score_slider(["it's", "War"], [1.0, 2.0], moved="it's") is None
    assert set(shown[0]) == {WIDGET, "text/plain", "text/html"}
    assert "it's" in shown[0]["text/plain"] and "0x" not in shown[0]["text/plain"]
    chart = ipywidgets.widgets.widget._instances[shown[0][WIDGET]["model_id"]]
    spec = json.loads(json.dumps(chart.spec))
    spec["params"][0]["value"] = 0.5  # moved from 1.0
    svg = vl_convert.vegalite_to_svg(spec)  # a quote in a label does not break a formula
    written = re.findall(r"probability: ([\d.]+); label: ", svg)
    raw = np.array([0.5, 2.0])
    expected = [*(np.exp(raw) / np.exp(raw).sum()), *(1 / (1 + np.exp(-raw)))]
    np.testing.assert_allclose([float(number) for number in written], expected, rtol=1e-6)


TYPED = '<script>alert("x")</script> & more'


def test_typed_text_labels_and_errors_are_escaped():
    answer = explore.answer_html(lambda text: {"<i>War</i>": 0.25, "Drama": 0.5}, TYPED)
    assert "<script" not in answer and "<i>War" not in answer
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; more" in answer
    assert answer.index("Drama") < answer.index("War")

    def fails(text):
        raise KeyError(text)

    answer = explore.answer_html(fails, TYPED)
    assert "KeyError" in answer and "<script" not in answer
    assert "Type a text" in explore.answer_html(fails, "   ")


def test_try_it_answers_what_is_typed_and_stores_the_example(shown):
    def predict(text):
        return {"Drama": len(text) / 100}

    explore.try_it(predict, "a <b>film</b>")
    assert shown[0]["text/html"] == explore.answer_html(predict, "a <b>film</b>")
    assert "0x" not in shown[0]["text/plain"]
    box, answer = ipywidgets.widgets.widget._instances[shown[0][WIDGET]["model_id"]].children
    box.value = TYPED
    assert answer.value == explore.answer_html(predict, TYPED)


def file_bytes(size=(30, 20)):
    file = io.BytesIO()
    Image.new("RGB", size, "#c83232").save(file, "JPEG")
    return file.getvalue()


def uploaded(content, name="mine.jpg"):
    file = {"name": name, "type": "image/jpeg", "size": len(content), "content": content}
    return (file | {"last_modified": datetime.now()},)


@pytest.fixture
def picker(monkeypatch):
    """The parts of pick_picture over three plain pictures: the list, the button, the answer."""
    boxes = []
    monkeypatch.setattr(explore, "_show", lambda box, *_: boxes.append(box))
    pictures = np.stack([np.full((8, 8, 3), value, dtype=np.uint8) for value in (0, 100, 200)])
    explore.pick_picture(lambda p: {"red": p[..., 0].mean() / 255}, pictures, ["a", "b", "c"])
    (row, answer) = boxes[0].children
    return *row.children, answer


def test_a_chosen_and_an_uploaded_picture_get_their_scores(picker):
    choice, upload, answer = picker
    assert "0.00" in answer.value and "data:image/png;base64," in answer.value
    choice.value = 2
    assert "0.78" in answer.value
    assert explore.apparel.read(io.BytesIO(file_bytes()), 8).shape == (8, 8, 3)
    upload.value = uploaded(file_bytes())
    assert "0.78" in answer.value and "<b>" not in answer.value


def test_a_file_that_is_no_picture_gets_a_sentence_with_its_name_escaped(picker):
    _, upload, answer = picker
    upload.value = uploaded(b"no picture", "<b>x.jpg")
    assert answer.value == "<p>&lt;b&gt;x.jpg cannot be read as a picture.</p>"


def test_an_error_in_predict_is_shown_below_the_picture():
    def predict(picture):
        raise ValueError("5 < 6")

    shown = explore.picture_html(predict, np.zeros((4, 4, 3), np.uint8))
    assert shown.startswith("<img") and "ValueError: 5 &lt; 6" in shown
