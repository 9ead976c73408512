"""Load the films, the emotions, five small examples or your own table; split rows by labels."""

from pathlib import Path

import numpy as np
import pandas as pd

from helpers import tables

DATA = Path(__file__).parent.parent / "notebooks" / "data"
SPLITS = ("train", "dev", "test")


def five_films() -> pd.DataFrame:
    """The five films to follow by hand: plot (str), genres (list of str); numbered 1 to 5."""
    rows = [
        ("A man fights crime in a futuristic city.", ["Action", "Sci-Fi"]),
        ("A love story set in wartime.", ["Romance", "Drama"]),
        ("Aliens invade Earth and a war begins.", ["Action", "Sci-Fi", "War"]),
        ("A detective solves a complicated crime case.", ["Crime", "Mystery"]),
        ("A dramatic romance in the midst of a tragedy.", ["Drama", "Romance"]),
    ]
    return pd.DataFrame(rows, columns=["plot", "genres"], index=range(1, 6))


def load_films() -> pd.DataFrame:
    """The film plots of this series: columns plot (str), genres (list of str, the main one
    first) and split ("train", "dev" or "test"); one sentence if the file is missing or damaged."""
    return _load_own("films.csv", text="plot", labels="genres")


def load_emotions() -> pd.DataFrame:
    """The Korean sentences of this series: columns text (str, NFC), gloss (str, in English),
    emotions (list of str, 0 to 3 of eight) and split, as in load_films."""
    return _load_own("emotions_ko.csv", text="text", labels="emotions")


def _load_own(filename: str, text: str, labels: str) -> pd.DataFrame:
    table = tables.read(DATA / filename, [text, labels, "split"])
    lost = {text, labels, "split"} - set(table.columns) or table.attrs
    if lost or not set(table["split"]) <= set(SPLITS):
        has = f"{list(table.columns)} and {len(table)} rows: restore it, such as with git checkout"
        raise ValueError(f"{filename} is not the file that came with the lessons: it has {has}.")
    table[labels] = [row.split("|") if row else [] for row in table[labels]]
    return table


def load_table(path, text, labels, names=None, separator=None, encoding=None) -> pd.DataFrame:
    """Read your own table of texts and labels, however the labels are spelled.

    path       .csv, .tsv, .txt (fields between commas, tabs, semicolons or bars), .jsonl or .json
               (records, rows or columns); UTF-8 or UTF-16.
    text       the column of texts: its name, or its position (0, 1, …) in a table without a
               header line; inside a record "meta.text".
    labels     one column, named in the same way, whose fields are JSON, Python or NumPy lists,
               sets, ``a|b``, ``a; b``, ``a, b``, lines, ``<a><b>``, numbers, vectors of zeros and
               ones, records with a name, or dictionaries {label: true or false};
               or a list of several 0/1 columns, one for each label.
    names      of numbers, of places in a vector, of columns without a header: a list, a dictionary
               {number: name}, or a file with one name on each line.
    separator  what stands between labels, where it is another mark, such as " ".
    encoding   of a file that is in neither, such as "cp949".

    Returns a DataFrame with the columns text (str), labels (list of str) and split: the file's
    own, if a column says train, dev (or val) and test on every row; otherwise data.split's, with
    all copies of a text in one part (fewer than ten texts are all "train").
    Prints how many rows it read, left out (no text) and kept without a label (a valid answer in
    multi-label data), an example to check, and what looks odd.
    Raises FileNotFoundError for a missing file, ValueError for anything it cannot read for sure.
    """
    table, said = tables.load(Path(path), text, labels, names, separator, encoding)
    if "split" not in table and table["text"].nunique() < 10:
        said.append("Fewer than ten texts are no data set: all are train.")
    print(*said)
    return table if "split" in table else table.assign(split=_split_names(table))


def split(y, sizes=(0.6, 0.2, 0.2), seed=0) -> tuple[np.ndarray, ...]:
    """Divide rows so that every part has about the same share of every label.

    y      0/1 matrix, shape (rows, labels); dense or SciPy sparse.
    sizes  the share of each part; they add up to 1.

    Returns one sorted array of row numbers for each size, none of them empty, by iterative
    stratification (Sechidis, Tsoumakas and Vlahavas, 2011). It prints a sentence at its limits:
    - Its time grows with rows x labels² (2,000 rows x 1,000 labels: 4 s). Beyond 4 billion it
      shares out the most frequent labels only; chance does the rest.
    - If a part is empty, or off by more than a tenth of all rows (and 4 rows), it shares out only
      labels with a row for every part; if that is not enough either, chance draws the rows.
    Raises ValueError for y that is no 0/1 matrix, sizes that do not add up to 1, or too few rows.
    """
    y = y.toarray() if hasattr(y, "toarray") else np.asarray(y)
    if y.ndim != 2 or not np.isin(y, (0, 1)).all():
        raise ValueError(f"y must be a 0/1 matrix (rows, labels), but it has shape {y.shape}.")
    if abs(sum(sizes) - 1) > 1e-9 or min(sizes) <= 0:
        raise ValueError(f"sizes must be positive and add up to 1, but they are {tuple(sizes)}.")
    if len(y) < len(sizes):
        raise ValueError(f"{len(y)} rows cannot fill {len(sizes)} parts.")
    y, rows = y.astype(bool), y.sum(axis=0)
    most = int((4e9 / len(y)) ** 0.5)
    frequent = np.sort(np.argsort(-rows, kind="stable")[:most])
    if len(frequent) < len(rows):
        print(f"split: of {len(rows):,} labels the {most:,} most frequent are shared out evenly.")
    shared = frequent[rows[frequent] * min(sizes) >= 1]
    for columns in (frequent, shared):
        if parts := _stratify(y[:, columns], sizes, seed):
            return parts
        print(f"split: {len(y)} rows are too few to share out {len(columns)} labels evenly.")
    first = np.arange(1, len(sizes))  # by chance, with a row in each part
    ends = np.maximum.accumulate(np.round(np.cumsum(sizes)[:-1] * len(y)) - first)
    ends = (ends.clip(0, len(y) - len(sizes)) + first).astype(int)
    order = np.random.default_rng(seed).permutation(len(y))
    return tuple(np.sort(part) for part in np.split(order, ends))


def _stratify(y, sizes, seed):
    """Iterative stratification, or None if a part is empty or more than 10 points off its size."""
    from iterstrat.ml_stratifiers import MultilabelStratifiedShuffleSplit

    y = np.pad(y, ((0, 0), (0, max(0, 2 - y.shape[1]))))  # the package wants two labels or more
    rest, parts, left = np.arange(len(y)), [], 1.0
    try:
        for size in sizes[:-1]:
            cut = MultilabelStratifiedShuffleSplit(1, test_size=1 - size / left, random_state=seed)
            taken, remaining = next(cut.split(rest, y[rest]))
            parts.append(np.sort(rest[taken]))
            rest, left = np.sort(rest[remaining]), left - size
    except ValueError:  # nothing is left to cut
        return None
    parts.append(rest)
    off = [abs(len(part) - size * len(y)) for part, size in zip(parts, sizes, strict=True)]
    return tuple(parts) if all(map(len, parts)) and max(off) <= max(4, 0.1 * len(y)) else None


def _split_names(table) -> list[str]:
    """A part for each row; all copies of a text count as one row with all of their labels."""
    from sklearn.preprocessing import MultiLabelBinarizer

    labels = {}
    for text, row in zip(table["text"], table["labels"], strict=True):
        labels[text] = labels.get(text, []) + row
    part = dict.fromkeys(labels, "train")
    if len(labels) >= 10:  # fewer are an example, not a data set
        y = MultiLabelBinarizer(sparse_output=True).fit_transform(labels.values())
        for name, rows in zip(SPLITS, split(y.astype(bool)), strict=True):
            part |= dict.fromkeys(np.array(list(labels), dtype=object)[rows], name)
    return [part[text] for text in table["text"]]
