"""Pictures of the lessons. Every picture is shown with a sentence for readers who cannot see it."""

import base64
import functools
import io

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib import font_manager, text
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, precision_recall_curve

# Okabe and Ito's palette: told apart with every common kind of colour blindness.
COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]


def new(title: str, xlabel: str = "", ylabel: str = "", width: float = 7, height: float = 3.5):
    """An empty figure and its axes, with a left-aligned title that states the conclusion."""
    figure, axes = plt.subplots(figsize=(width, height), layout="constrained")
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def show(figure: plt.Figure, alt: str) -> None:
    """Display the figure once, with ``alt`` as the text for screen readers, and close it."""
    _make_readable(figure)
    plt.close(figure)
    display(figure, metadata={"image/png": {"alt": alt}})


def _make_readable(figure) -> None:
    """Words in letters that the usual font lacks (기쁨): in an installed font that has them all, or
    else as numbers, with the words in a sentence. Never as empty boxes."""
    scales = [axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)]
    for axis in scales:
        axis.get_ticklabels()  # they are written when they are asked for
    parts = {part for part in figure.findobj(text.Text) if not part.get_text().isascii()}
    letters = {ord(letter) for part in parts for letter in part.get_text()} - {ord("\n")}
    missing = letters - _letters(font_manager.findfont(font_manager.FontProperties()))
    if not missing:
        return
    for font in sorted(font_manager.fontManager.ttflist, key=lambda font: font.name):
        if missing <= _letters(font.fname):
            for part in parts:
                part.set_fontfamily(["sans-serif", font.name])
            return
    strange = {part.get_text() for part in parts if missing & set(map(ord, part.get_text()))}
    numbers = {word: f"({number})" for number, word in enumerate(sorted(strange), start=1)}
    for axis in scales:
        names = [tick.get_text() for tick in axis.get_ticklabels()]
        if numbers.keys() & set(names):
            axis.set_ticks(axis.get_ticklocs(), [numbers.get(name, name) for name in names])
    for part in parts:
        part.set_text(numbers.get(part.get_text(), part.get_text()))
    print("No font of this machine has these letters, so the picture shows numbers:",
          ", ".join(f"{number} {word}" for word, number in numbers.items()) + ".",
          "A font such as Noto Sans CJK mends it.")  # fmt: skip


@functools.cache
def _letters(font: str) -> set[int]:
    return set(font_manager.get_font(font).get_charmap())


def bars(names, values, title: str, xlabel: str, alt: str) -> None:
    """Horizontal bars, the first name on top, each with its value written at the end."""
    figure, axes = new(title, xlabel, height=0.6 + 0.27 * len(names))
    drawn = axes.barh(list(names), list(values), color=COLORS[0])
    axes.bar_label(drawn, fmt="{:.3g}", padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    show(figure, alt)


def cooccurrence(y, labels, title: str, alt: str) -> None:
    """How often two labels stand on the same row: counts off the diagonal, label totals on it."""
    y = np.asarray(y)
    counts = y.T @ y
    shown = counts / counts.diagonal()[:, None]
    np.fill_diagonal(shown, 0)
    size = 1.5 + 0.5 * len(labels)
    figure, axes = new(title, width=size + 1, height=size * 0.75)
    axes.imshow(shown, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(counts):
        axes.text(column, row, value, ha="center", va="center", fontsize=8,
                  weight="bold" if row == column else "normal",
                  color="white" if shown[row, column] > 0.6 else "black")  # fmt: skip
    axes.set_xticks(range(len(labels)), labels, rotation=35, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    show(figure, alt)


def pr_curves(y_true, models: dict, title: str, alt: str) -> None:
    """Precision against recall at every cut, for each model, beside the share of positives.

    y_true  0/1, shape (rows,): one label, or a whole matrix as y_true.ravel() (micro).
    models  {name: y_score}, at most 7; scores of the same shape. The legend gives the average
            precision (AP).
    """
    figure, axes = new(title, "recall", "precision", width=5.5, height=4)
    for (name, y_score), color, marker in zip(models.items(), COLORS, MARKERS, strict=False):
        precision, recall, _ = precision_recall_curve(y_true, y_score)
        legend = f"{name} (AP {average_precision_score(y_true, y_score):.2f})"
        axes.plot(recall, precision, color=color, marker=marker, markevery=0.1, markersize=5,
                  drawstyle="steps-post", label=legend)  # fmt: skip
    share = np.mean(y_true)
    axes.axhline(share, color="#777777", linestyle="--", label=f"always yes ({share:.2f})")
    axes.set(xlim=(0, 1.02), ylim=(0, 1.04))
    axes.legend(frameon=False)
    show(figure, alt)


def reliability(y_true, models: dict, title: str, alt: str, bins: int = 10) -> None:
    """How often a yes was right among cells with about the same probability, for each model.

    y_true  0/1, shape (cells,): one label, or a whole matrix as y_true.ravel().
    models  {name: probabilities between 0 and 1}, at most 7, of the same shape.
    bins    the number of equally wide bins; empty ones are left out. The larger a marker, the more
            cells in its bin: a small marker away from the diagonal may be chance.
    """
    figure, axes = new(title, "mean probability in the bin", "share of positives", 5.5, 4)
    axes.plot([0, 1], [0, 1], color="#777777", linestyle="--", label="perfect")
    for (name, y_score), color, marker in zip(models.items(), COLORS, MARKERS, strict=False):
        share, probability = calibration_curve(y_true, y_score, n_bins=bins)
        inner_edges = np.linspace(0, 1, bins + 1)[1:-1]  # as calibration_curve cuts them
        cells = np.bincount(np.searchsorted(inner_edges, y_score))
        axes.plot(probability, share, color=color)
        axes.scatter(probability, share, 10 + 190 * np.sqrt(cells[cells > 0] / len(y_score)),
                     color=color, marker=marker, label=name)  # fmt: skip
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
    axes.legend(frameon=False)
    show(figure, alt)


def pictures(images, captions, title: str, alt: str, rows: int = 1) -> None:
    """Small pictures in rows, each with a caption. images: uint8 RGB, (n, size, size, 3)."""
    columns = len(images) // rows
    figure, axes = plt.subplots(rows, columns, figsize=(8, 0.4 + 9.6 * rows / columns),
                                squeeze=False, layout="constrained")  # fmt: skip
    for place, image, caption in zip(axes.flat, images, captions, strict=True):
        place.imshow(image)
        place.set_title(caption, fontsize=7)
        place.axis("off")
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    _make_readable(figure)
    file = io.BytesIO()  # as JPEG: a photo or a noisy drawing is many times larger as PNG
    figure.savefig(file, format="jpeg", dpi=75, pil_kwargs={"quality": 60})
    plt.close(figure)
    data = {"image/jpeg": base64.b64encode(file.getvalue()).decode(), "text/plain": alt}
    display(data, metadata={"image/jpeg": {"alt": alt}}, raw=True)
