"""What the reader drags, types into or answers. All of it works without a network."""

import html
import random
from pathlib import Path

import altair as alt
import ipywidgets as widgets
import pandas as pd
from IPython.display import display
from jupyterquiz import display_quiz

QUIZZES = Path(__file__).parent.parent / "notebooks" / "quizzes"


def quiz(lesson: int) -> None:
    """Show the quiz of a lesson. Every option answers with a reason when it is clicked."""
    path = QUIZZES / f"{lesson:02d}.json"
    if not path.exists():
        raise FileNotFoundError(f"There is no quiz {path.name} in {path.parent}.")
    state = random.getstate()
    random.seed(f"quiz {lesson}")  # display_quiz draws its HTML id from random
    try:
        display_quiz(str(path), shuffle_answers=False, max_width=720, colors=_QUIZ_COLORS)
    finally:
        random.setstate(state)


_QUIZ_COLORS = {
    "--jq-multiple-choice-bg": "#1f4e79",
    "--jq-many-choice-bg": "#1f4e79",
    "--jq-numeric-bg": "#1f4e79",
}


def try_it(predict, example: str) -> None:
    """A box to type a text into; what ``predict(text)`` answers appears below it.

    predict  a function from a text (str) to {label: score between 0 and 1}.
    example  the text that stands in the box at first.

    The answer follows when the reader presses Enter or leaves the box. An error in predict is
    shown as one line, and the text stays.
    """
    box = widgets.Text(
        value=example, description="Text:", continuous_update=False,
        layout=widgets.Layout(width="95%"),
    )  # fmt: skip
    answer = widgets.HTML(answer_html(predict, example))

    def update(change):
        answer.value = answer_html(predict, change["new"])

    box.observe(update, names="value")
    display(widgets.VBox([box, answer]))


def answer_html(predict, text: str) -> str:
    """The answer of try_it as HTML: the text, escaped, and a bar for each label, best first."""
    if not text.strip():
        return "<p>Type a text and press Enter.</p>"
    try:
        scores = predict(text)
    except Exception as error:  # the reader's own predict may do anything
        return f"<p>{html.escape(f'{type(error).__name__}: {error}')}</p>"
    rows = "".join(
        f"<tr><td style='text-align:left'>{html.escape(str(label))}</td><td>{score:.2f}</td>"
        f"<td style='text-align:left'><div style='background:#0072B2;height:0.8em;"
        f"width:{200 * float(score):.0f}px'></div></td></tr>"
        for label, score in sorted(scores.items(), key=lambda item: -item[1])
    )
    return f"<p><i>{html.escape(text)}</i></p><table>{rows}</table>"


def score_slider(labels, scores, moved: str) -> alt.JupyterChart:
    """Raise one score and see what softmax and sigmoid make of all of them.

    labels  names (labels,); scores  raw scores (logits) of one row (labels,); moved  the label
    whose score the slider sets, from -3 to 3. The browser computes both functions, no kernel.
    """
    start = float(dict(zip(labels, scores, strict=True))[moved])
    slider = alt.param(
        name="score", value=start,
        bind=alt.binding_range(min=-3, max=3, step=0.1, name=f"score of {moved}  "),
    )  # fmt: skip
    table = pd.DataFrame({"label": list(labels), "raw": [float(score) for score in scores]})
    chart = (
        alt.Chart(table)
        .transform_calculate(z=f"datum.label == '{moved}' ? score : datum.raw")
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
    alt.JupyterChart.enable_offline()
    return alt.JupyterChart(chart)
