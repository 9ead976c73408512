"""What the reader drags, types into or answers. All of it works without a network."""

import base64
import html
import io
import json
import random
import re
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pandas as pd
from IPython.display import HTML, Javascript, display
from IPython.utils.capture import capture_output
from jupyterquiz import display_quiz
from PIL import Image

from helpers import apparel
from helpers._checks import probabilities, zero_one

RUN = "It works when the cell is run; after a notebook was closed, when it is run again."
QUIZZES = Path(__file__).parent.parent / "notebooks" / "quizzes"


def quiz(lesson: int) -> None:
    """Show the quiz of a lesson. Every option answers with a reason when it is clicked."""
    path = QUIZZES / f"{lesson:02d}.json"
    if not path.exists():
        raise FileNotFoundError(f"There is no quiz {path.name} in {path.parent}.")
    state = random.getstate()
    random.seed(f"quiz {lesson}")  # display_quiz draws its HTML id from random
    try:
        with capture_output() as captured:
            display_quiz(str(path), shuffle_answers=False, max_width=720, colors=_QUIZ_COLORS)
    finally:
        random.setstate(state)
    page, script = (output.data for output in captured.outputs)
    place = re.search(r'id="(\w+)"', page["text/html"])[1]
    code = script["application/javascript"].replace(
        # The script of a saved output may still wait for its place when the cell is run again.
        "function try_show() {",
        f"function try_show() {{\n  if (document.querySelector('#{place} .Quiz')) return;\n"
        f"  document.querySelector('#{place} > p')?.remove();",
    )
    # Where no script runs (GitHub, a notebook that is not trusted) this line stays.
    later = f"<p>{RUN} Its questions and answers stand in quizzes/{path.name}.</p>"
    display(HTML(page["text/html"] + later))
    # Quizzes hold no formulas. In JupyterLab the script would load another MathJax from the net.
    display(Javascript("const MathJax = undefined;\n" + code))


_QUIZ_COLORS = {
    "--jq-multiple-choice-bg": "#1f4e79",
    "--jq-many-choice-bg": "#1f4e79",
    "--jq-numeric-bg": "#1f4e79",
    "--jq-correct-color": "#00865f",  # both readable on white and on black
    "--jq-incorrect-color": "#d04a00",
}


def try_it(predict, example: str) -> None:
    """A box to type a text into; what ``predict(text)`` answers appears below it.

    predict takes a text (str) and gives {label: score between 0 and 1}; example stands in the box
    at first. The answer follows when the reader presses Enter or leaves the box. An error in
    predict is shown as one line, and the text stays.
    """
    box = widgets.Text(example, description="Text:", continuous_update=False,
                       layout=widgets.Layout(width="95%"))  # fmt: skip
    answer = widgets.HTML(answer_html(predict, example))

    def update(change):
        answer.value = answer_html(predict, change["new"])

    box.observe(update, names="value")
    _show(widgets.VBox([box, answer]), "A box to type a text into.", answer.value)


def answer_html(predict, text: str) -> str:
    """The answer of try_it as HTML: the text, escaped, and a bar for each label, best first."""
    if not text.strip():
        return "<p>Type a text and press Enter.</p>"
    return f"<p><i>{html.escape(text)}</i></p>{_bars(predict, text)}"


def _bars(predict, given) -> str:
    """A bar for each label of predict(given), best first; or its error in one line."""
    row = (
        "<tr><td style='text-align:left'>{}</td><td>{:.2f}</td><td style='text-align:left'>"
        "<div style='background:#0072B2;height:0.8em;width:{:.0f}px'></div></td></tr>"
    )
    try:
        best_first = sorted(predict(given).items(), key=lambda item: -item[1])
        rows = [row.format(html.escape(str(k)), v, 200 * float(v)) for k, v in best_first]
    except Exception as error:  # the reader's own predict may do anything
        return f"<p>{html.escape(f'{type(error).__name__}: {error}')}</p>"
    return f"<table>{''.join(rows)}</table>"


def pick_picture(predict, pictures, names) -> None:
    """Choose one of the pictures, or upload one; what ``predict(picture)`` answers appears below.

    predict takes uint8 RGB of shape (size, size, 3) and gives {label: score from 0 to 1}; pictures
    are uint8, (n, size, size, 3), and an uploaded file of any kind is brought to this size; names
    (n,) stand in the list. A file that is no picture, or an error in predict, is told in one line.
    """
    options = [(f"{number}: {name}", number) for number, name in enumerate(names)]
    choice = widgets.Dropdown(options=options, description="Picture:")
    upload = widgets.FileUpload(accept="image/*", description="Your own")
    answer = widgets.HTML(picture_html(predict, pictures[0]))

    def uploaded(change):
        for file in change["new"]:
            try:
                picture = apparel.read(io.BytesIO(file["content"]), pictures.shape[1])
            except Exception:  # a damaged file can raise nearly anything
                answer.value = f"<p>{html.escape(file['name'])} cannot be read as a picture.</p>"
            else:
                answer.value = picture_html(predict, picture)

    def chosen(change):
        answer.value = picture_html(predict, pictures[change["new"]])

    upload.observe(uploaded, names="value")
    choice.observe(chosen, names="value")
    box = widgets.VBox([widgets.HBox([choice, upload]), answer])
    _show(box, "A list of pictures, and a button to upload one.", answer.value)


def picture_html(predict, picture) -> str:
    """The answer of pick_picture as HTML: the picture, and a bar for each label, best first."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    code = base64.b64encode(file.getvalue()).decode()
    image = f"<img src='data:image/png;base64,{code}' width='120' alt='the picture'>"
    return image + _bars(predict, picture)


def score_slider(labels, scores, moved: str) -> None:
    """Raise one score and see what softmax and sigmoid make of all of them.

    labels  names (labels,); scores  raw scores (logits) of one row (labels,); moved  the label
    whose score the slider sets, from -3 to 3. The browser computes both functions, no kernel.
    """
    import altair as alt  # here: most lessons draw no chart, and it takes 28 MB

    start = float(dict(zip(labels, scores, strict=True))[moved])
    slider = _slider("score", start, min=-3, max=3, step=0.1, text=f"score of {moved}  ")
    table = pd.DataFrame({"label": list(labels), "raw": [float(score) for score in scores]})
    chart = (
        alt.Chart(table)
        .transform_calculate(z=f"datum.label == {json.dumps(moved)} ? score : datum.raw")
        .transform_calculate(power="exp(datum.z)", sigmoid="1 / (1 + exp(-datum.z))")
        .transform_joinaggregate(total="sum(power)")
        .transform_calculate(softmax="datum.power / datum.total")
        .transform_fold(["softmax", "sigmoid"], as_=["function", "probability"])
        .mark_bar()
        .encode(
            x=alt.X("probability:Q", scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("label:N", sort=None, title=None),
            color=alt.Color("function:N", legend=None, scale=alt.Scale(
                domain=["softmax", "sigmoid"], range=["#D55E00", "#0072B2"])),
            column=alt.Column("function:N", title=None, sort=["softmax", "sigmoid"]),
            tooltip=["label:N", alt.Tooltip("probability:Q", format=".3f")],
        )
        .properties(width=240, height=24 * len(table))
        .add_params(slider)
    )  # fmt: skip
    _show_chart(chart, f"A slider for the score of {moved}, beside what softmax and sigmoid give.")


def threshold_explorer(y_true, y_score, labels) -> None:
    """A slider sets one cut for all labels; precision, recall and F1 follow, in the browser.

    y_true   0/1 matrix, shape (rows, labels).
    y_score  probabilities from 0 to 1, same shape; at or above the cut is a yes.
    labels   the names, one for each column.

    Shown for each label and overall, micro and macro, as in metrics.panel. The browser gets the
    figures at the cuts 0, 0.01 … 1, not the scores; without a kernel there is a table at 0.5.
    Raises ValueError for a wrong shape, or scores that are NaN or outside 0 to 1.
    """
    counts = threshold_counts(y_true, y_score, labels)
    table = threshold_table(counts, 0.5).to_html(float_format="{:.3f}".format)
    _show_chart(threshold_chart(counts), "A slider for the cut, beside precision, recall and F1.",
                f"<p>At a cut of 0.5:</p>{table}")  # fmt: skip


MICRO, MACRO = "all labels: micro", "all labels: macro"


def threshold_counts(y_true, y_score, labels) -> list[dict]:
    """What the explorer is computed from: for each label, and for all of them together, the
    true positives (tp) and false positives (fp) at each of the 101 cuts."""
    y_true = zero_one(y_true, "y_true")
    y_score = probabilities(y_score, y_true, "y_score")
    if not len(labels) == len(set(labels)) == y_true.shape[1]:
        raise ValueError(f"labels must hold {y_true.shape[1]} different names, one for each column "
                         f"of y_true, but it is {labels!r}.")  # fmt: skip
    # In the type of y_score, as in y_score >= 0.3: 0.3 as float32 and as float64 are not equal.
    cuts = np.arange(101) / 100
    cuts = cuts.astype(y_score.dtype) if y_score.dtype.kind == "f" else cuts

    def reached(scores):
        return len(scores) - np.searchsorted(np.sort(scores), cuts)

    rows = []
    for name, true, score in zip(labels, y_true.T == 1, y_score.T, strict=True):
        rows.append({"label": str(name), "positives": int(true.sum()),
                     "tp": reached(score[true]), "fp": reached(score[~true])})  # fmt: skip
    keys = ("positives", "tp", "fp")
    return [*rows, {"label": MICRO} | {key: sum(row[key] for row in rows) for key in keys}]


def threshold_table(counts: list[dict], cut: float) -> pd.DataFrame:
    """The explorer's figures at a cut that is a multiple of 0.01, from the same counts."""
    step = round(cut * 100)
    figures = [(row["tp"][step], row["fp"][step], row["positives"]) for row in counts]
    hits, wrong, positives = np.transpose(figures)
    table = pd.DataFrame(
        {
            "precision": hits / np.maximum(hits + wrong, 1),
            "recall": hits / np.maximum(positives, 1),
            "F1": 2 * hits / np.maximum(hits + wrong + positives, 1),
        },
        index=pd.Index([row["label"] for row in counts], name="label"),
    )
    table.loc[MACRO] = table.iloc[:-1].mean()
    return table


def threshold_chart(counts: list[dict]):
    """The explorer as a chart: the slider picks among the figures of threshold_table."""
    import altair as alt

    tables = [threshold_table(counts, step / 100) for step in range(101)]
    thousandths = np.round(1000 * np.array(tables)).astype(int)  # (cuts, labels, measures)
    labels, measures = tables[0].index, list(tables[0])
    rows = [
        {"label": label, "measure": measure, "all": label in (MICRO, MACRO),
         "at": thousandths[:, i, j].tolist()}
        for i, label in enumerate(labels) for j, measure in enumerate(measures)
    ]  # fmt: skip
    base = alt.Chart().encode(
        x=alt.X("figure:Q", title=None, scale=alt.Scale(domain=[0, 1.2]),
                axis=alt.Axis(values=[0, 0.5, 1])),
        y=alt.Y("label:N", sort=None, title=None),
    )  # fmt: skip
    bars = base.mark_bar().encode(
        color=alt.condition("datum.all", alt.value("#D55E00"), alt.value("#0072B2"))
    )
    numbers = base.mark_text(align="left", dx=3).encode(text=alt.Text("figure:Q", format=".3f"))
    return (
        alt.layer(bars, numbers, data=alt.InlineData(values=rows))
        .properties(width=118, height=20 * len(labels))
        .facet(column=alt.Column("measure:N", title=None, sort=measures))
        .add_params(_slider("cut", 0.5, min=0, max=1, step=0.01, text="cut  "))
        .transform_calculate(figure="datum.at[round(100 * cut)] / 1000")
    )


def _slider(name: str, value: float, text: str, **limits):
    import altair as alt

    return alt.param(name=name, value=value, bind=alt.binding_range(name=text, **limits))


def _show_chart(chart, sentence: str, table: str | None = None) -> None:
    import altair as alt

    alt.JupyterChart.enable_offline()
    options = {"renderer": "svg", "actions": False}  # SVG: text that a screen reader can read
    widget = alt.JupyterChart(chart, embed_options=options)
    widget._params = {}  # or the browser tells the kernel every move; without one that is an error
    # A page that brings Vega draws the chart from this (.site/charts.js); elsewhere it is not seen.
    plan = chart.to_json(indent=None).replace("<", r"\u003c")
    _show(widget, sentence, f"{table or f'<p>{sentence} {RUN}</p>'}"
          f'<script type="application/json" class="vega-lite">{plan}</script>')  # fmt: skip


def _show(widget, sentence: str, static: str | None = None) -> None:
    """Display a widget. A page without a kernel shows ``static`` (HTML) or the sentence instead.

    By itself a widget's text holds an address, or its whole chart, and differs in every run.
    """
    # Not widget._repr_mimebundle_(): ipywidgets 7, which Colab has, knows no such method.
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    data = {
        "application/vnd.jupyter.widget-view+json": view,
        "text/plain": f"{sentence} {RUN}",
    }
    if static is not None:
        data["text/html"] = static
    display(data, raw=True)
