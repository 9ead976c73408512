"""Pictures of the lessons. Every picture is shown with a sentence for readers who cannot see it."""

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.figure import Figure

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


def show(figure: Figure, alt: str) -> None:
    """Display the figure once, with ``alt`` as the text for screen readers, and close it."""
    plt.close(figure)
    display(figure, metadata={"image/png": {"alt": alt}})


def bars(names, values, title: str, xlabel: str, alt: str) -> None:
    """Horizontal bars, the first name on top, each with its value written at the end."""
    figure, axes = new(title, xlabel, height=0.6 + 0.27 * len(names))
    drawn = axes.barh(list(names), list(values), color=COLORS[0])
    axes.bar_label(drawn, fmt="{:.3g}", padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    show(figure, alt)


def label_matrix(y, columns, rows, title: str, alt: str) -> None:
    """A 0/1 matrix as a board: a filled cell is a 1. rows and columns are its tick labels."""
    y = np.asarray(y)
    figure, axes = new(title, width=1.5 + 0.62 * len(columns), height=1 + 0.34 * len(rows))
    axes.imshow(y, cmap="Blues", vmin=0, vmax=1.3, aspect="auto")
    for (row, column), value in np.ndenumerate(y):
        axes.text(column, row, int(value), ha="center", va="center",
                  color="white" if value else "#777777")  # fmt: skip
    _matrix_ticks(axes, columns, rows)
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
    _matrix_ticks(axes, labels, labels)
    show(figure, alt)


def _matrix_ticks(axes, columns, rows) -> None:
    axes.set_xticks(range(len(columns)), columns, rotation=35, ha="right")
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
