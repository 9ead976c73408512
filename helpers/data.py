"""Load the films, the emotions, five small examples or your own table; split rows by labels."""

import ast
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd

DATA = Path(__file__).parent.parent / "notebooks" / "data"
SPLITS = ("train", "dev", "test")


def five_films() -> pd.DataFrame:
    """The five films that can be followed by hand: columns plot (str) and genres (list of str),
    numbered 1 to 5."""
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
    first) and split ("train", "dev" or "test").

    Raises FileNotFoundError or ValueError, in one sentence, if the file is missing or damaged.
    """
    return _load_own("films.csv", text="plot", labels="genres")


def load_emotions() -> pd.DataFrame:
    """The Korean sentences of this series: columns text (str, NFC), gloss (str, in English),
    emotions (list of str, 0 to 3 of eight) and split ("train", "dev" or "test").

    Raises FileNotFoundError or ValueError, in one sentence, if the file is missing or damaged.
    """
    return _load_own("emotions_ko.csv", text="text", labels="emotions")


def _load_own(filename: str, text: str, labels: str) -> pd.DataFrame:
    table = _read(DATA / filename)
    missing = {text, labels, "split"} - set(table.columns)
    if missing or not set(table["split"]) <= set(SPLITS):
        raise ValueError(
            f"{filename} is not the file that came with the lessons (it has "
            f"the columns {list(table.columns)} and {len(table)} rows): restore it, for example "
            "with git checkout."
        )
    table[labels] = [row.split("|") if row else [] for row in table[labels]]
    return table


def load_table(path, text, labels, names=None) -> pd.DataFrame:
    """Read your own table of texts and labels, however the labels are spelled.

    path    .csv, .tsv, .txt (comma, tab or semicolon), .jsonl or .json; UTF-8, BOM or not.
    text    the column that holds the text: its name, or its position (0, 1, …) in a table
            without a header line.
    labels  one column, by name or position, whose fields are JSON lists, Python lists, ``a|b``,
            ``a; b``, ``a, b``, numbers, or dictionaries {label: true or false};
            or a list of several 0/1 columns, one for each label.
    names   for labels given as numbers: a list of names, or a file with one name on each line.

    Returns a DataFrame with the columns text (str), labels (list of str) and split, which is the
    file's own split column if it has one ("train", "dev", "test") and data.split's otherwise.
    Prints how many rows it read, how many without text it left out, and how many have no label
    (those are kept: no label is a valid answer in multi-label data).
    Raises FileNotFoundError for a missing file, ValueError for anything it cannot read.
    """
    columns = labels if isinstance(labels, list) else [labels]
    by_position = isinstance(text, int)
    table = _read(Path(path), header=None if by_position else 0)
    for column in [text, *columns]:
        if column not in table.columns:
            raise ValueError(
                f"There is no column {column!r} in {Path(path).name}; it has {list(table.columns)}."
            )
    if isinstance(labels, list):
        names_of_columns = [str(name) for name in labels]
        rows = [
            [name for name, on in zip(names_of_columns, row, strict=True) if on]
            for row in table[labels].map(_zero_or_one).to_numpy()
        ]
    else:
        rows = _parse_label_column(table[labels].tolist())
    if names is not None:
        rows = _numbers_to_names(rows, names)

    result = pd.DataFrame({"text": table[text].fillna("").astype(str).str.strip(), "labels": rows})
    if "split" in table.columns and set(table["split"]) <= set(SPLITS):
        result["split"] = table["split"]
    has_text = result["text"] != ""
    without_labels = int((result["labels"][has_text].str.len() == 0).sum())
    print(
        f"{Path(path).name}: {len(result):,} rows read; {int((~has_text).sum()):,} without text "
        f"left out; {without_labels:,} without a label kept."
    )
    result = result[has_text].reset_index(drop=True)
    if "split" not in result.columns:
        result["split"] = _split_names(result["labels"])
    return result


def split(y, sizes=(0.6, 0.2, 0.2), seed=0) -> tuple[np.ndarray, ...]:
    """Divide rows so that every part has about the same share of every label.

    y      0/1 matrix, shape (rows, labels); dense or SciPy sparse.
    sizes  the share of each part; they add up to 1.

    Returns one sorted array of row numbers (int64) for each size. The method is iterative
    stratification (Sechidis, Tsoumakas and Vlahavas, 2011), from the package
    iterative-stratification. Raises ValueError for y that is not a 0/1 matrix or sizes that do
    not add up to 1.
    """
    from iterstrat.ml_stratifiers import MultilabelStratifiedShuffleSplit

    y = np.asarray(y.todense()) if hasattr(y, "todense") else np.asarray(y)
    if y.ndim != 2 or not np.isin(y, (0, 1)).all():
        raise ValueError(f"y must be a 0/1 matrix (rows, labels), but it has shape {y.shape}.")
    if abs(sum(sizes) - 1) > 1e-9 or min(sizes) <= 0:
        raise ValueError(f"sizes must be positive and add up to 1, but they are {tuple(sizes)}.")
    rest, parts, left = np.arange(len(y)), [], 1.0
    for size in sizes[:-1]:
        cut = MultilabelStratifiedShuffleSplit(1, test_size=1 - size / left, random_state=seed)
        taken, remaining = next(cut.split(rest, y[rest]))
        parts.append(np.sort(rest[taken]))
        rest, left = np.sort(rest[remaining]), left - size
    return (*parts, rest)


def _split_names(labels) -> np.ndarray:
    from sklearn.preprocessing import MultiLabelBinarizer

    names = np.full(len(labels), "train", dtype=object)
    y = MultiLabelBinarizer().fit_transform(labels)
    if len(y) >= 10:  # fewer rows are an example, not a data set
        for name, rows in zip(SPLITS, split(y), strict=True):
            names[rows] = name
    return names


def _read(path: Path, header=0) -> pd.DataFrame:
    """The table as text, nothing guessed; one clear sentence when that is not possible."""
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path.name} in {path.parent}.")
    try:
        if path.suffix in (".jsonl", ".json"):
            return _read_json(path)
        delimiter = _delimiter(path)
        return pd.read_csv(
            path, sep=delimiter, header=header, dtype=str, keep_default_na=False,
            encoding="utf-8-sig",
        )  # fmt: skip
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path.name} is not UTF-8 (byte {error.start}): save it again as UTF-8."
        ) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, json.JSONDecodeError) as error:
        raise ValueError(f"{path.name} cannot be read as a table: {error}") from None


def _read_json(path: Path) -> pd.DataFrame:
    content = path.read_text(encoding="utf-8-sig")
    if content.lstrip().startswith("["):
        records = json.loads(content)
    else:
        records = [json.loads(line) for line in content.splitlines() if line.strip()]
    return pd.DataFrame(records)


def _delimiter(path: Path) -> str:
    if path.suffix == ".tsv":
        return "\t"
    with path.open(encoding="utf-8-sig") as file:
        first_line = file.readline()
    return max(",\t;", key=first_line.count)


def _zero_or_one(value) -> bool:
    spelling = str(value).strip().lower()
    if spelling in ("1", "1.0", "true", "yes"):
        return True
    if spelling in ("0", "0.0", "false", "no", "", "nan", "none"):
        return False
    raise ValueError(f"A label column must hold 0 and 1, but one field holds {value!r}.")


def _parse_label_column(fields: list) -> list[list[str]]:
    """Labels of every row. The separator is chosen once for the column, so that the comma in
    ``News, sport|Music`` stays part of a name."""
    plain = [field for field in fields if isinstance(field, str) and not _is_literal(field)]
    separator = next((mark for mark in "|;," if any(mark in field for field in plain)), None)
    rows = [_parse_labels(field, separator) for field in fields]
    return [list(dict.fromkeys(name for name in row if name)) for row in rows]


def _is_literal(field: str) -> bool:
    return field.strip()[:1] in ("[", "(", "{")


def _parse_labels(field, separator) -> list[str]:
    if isinstance(field, str) and _is_literal(field):
        field = _parse_literal(field.strip())
    if isinstance(field, dict):
        return [str(name).strip() for name, on in field.items() if _zero_or_one(on)]
    if isinstance(field, (list, tuple, set)):
        return [_label_name(item) for item in field]
    if field is None or field != field:  # None, NaN
        return []
    parts = str(field).split(separator) if separator else [str(field)]
    return [part.strip() for part in parts]


def _label_name(item) -> str:
    if isinstance(item, float) and item.is_integer():
        item = int(item)
    return str(item).strip()


def _parse_literal(field: str):
    # A NumPy array written to a file has no commas: ['Drama' 'War'] or [0 3].
    # Python would join the two strings into 'DramaWar' without a word.
    inside = field[1:-1]
    if field[0] == "[" and "," not in inside and len(inside.split()) > 1:
        quoted = re.findall(r"'([^']*)'|\"([^\"]*)\"", inside)
        if len(quoted) > 1:
            return [single or double for single, double in quoted]
        if not quoted:
            return inside.split()
    for parse in (json.loads, ast.literal_eval):
        try:
            return parse(field)
        except (ValueError, SyntaxError):
            continue
    raise ValueError(f"This label field is neither a JSON nor a Python list: {field[:80]!r}.")


def _numbers_to_names(rows: list[list[str]], names) -> list[list[str]]:
    if not isinstance(names, (list, tuple)):
        if not Path(names).exists():
            raise FileNotFoundError(f"There is no file of label names {names}.")
        lines = Path(names).read_text(encoding="utf-8-sig").splitlines()
        names = [line.strip() for line in lines if line.strip()]
    named = []
    for row_number, row in enumerate(rows):
        wrong = [item for item in row if not item.isdigit() or int(item) >= len(names)]
        if wrong:
            raise ValueError(
                f"Row {row_number} has the label {wrong[0]!r}, but names has {len(names)} names, "
                f"for the numbers 0 to {len(names) - 1}."
            )
        named.append([names[int(item)] for item in row])
    return named
