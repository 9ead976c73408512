"""A reader's own table: read right, or refused in one sentence that names the way out.

Rows are counted from 0 below the header, as pandas does; lines from 1, as an editor does.
"""

import ast
import csv
import io
import json
import re
import tokenize
from collections import Counter
from itertools import chain, islice, pairwise
from pathlib import Path
from unicodedata import normalize

import pandas as pd

csv.field_size_limit(2**31 - 1)  # a long text is no error
NOTHING = {"", *r"nan none null n/a na #n/a <na> nat \n - -- ?".split()}
YES, NO = {"1", "1.0", "true", "yes", "y", "t"}, {"0", "0.0", "false", "no", "n", "f", *NOTHING}
PARTS = {"train": "train", "training": "train", "trn": "train", "test": "test", "testing": "test"}
PARTS |= dict.fromkeys("dev devel development val valid validation".split(), "dev")
SCORES = {"score", "prob", "probability", "confidence", "weight", "value"}
LIST = re.compile(
    r'"?[\[({]|(\w+\.)?(array|set|frozenset|list|tuple|dict|tensor|Index|Counter|OrderedDict)\('
)
FILES = {
    rb"PK\x03\x04": "an Excel workbook or a zip file: save the sheet as 'CSV UTF-8', or unpack it",
    rb"\xd0\xcf\x11\xe0": "an old Excel workbook: save the sheet as 'CSV UTF-8'",
    rb"PAR1|ARROW1|FEA1": "a Parquet or Arrow file: save it as JSON lines with pandas and pyarrow",
    rb"\x1f\x8b|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd|7z\xbc\xaf|Rar!": "compressed: unpack it first",
    rb"\x80[\x02-\x05]": "a pickle, which may run code when it is opened: ask for the table as CSV",
    rb"version https://git-lfs": "a Git LFS pointer, not the file itself: type git lfs pull",
    rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml)": "a web page, not a table: download the raw file",
}


def load(path: Path, text, labels, names, separator, encoding) -> tuple[pd.DataFrame, list[str]]:
    """What data.load_table returns, with a column split only if the file has one of its own; and
    the sentences to print."""
    one = isinstance(labels, (str, int))
    columns = [labels] if one else list(labels)
    table, where = read(path, [text, *columns], encoding), ""
    said = table.attrs.get("said", [])
    try:
        texts = _texts(column(table, text), text, said)
        if isinstance(text, int) and texts[0].lower() in ("text", "sentence", "comment", "content"):
            said.append(
                f"Is the first row, {texts[0]!r}, a header? Then give names, not positions."
            )
        names = None if names is None else _names(names)
        fields = [column(table, name) for name in columns]
        if one:
            where = f"column {labels!r}: "
            rows = _label_rows(fields[0], labels, names, separator, said)
        else:  # one dictionary {label: yes or no} for each row
            keys, where = list(names.values()) if names else columns, "label columns: "
            if len(keys) != len(columns) or not columns:
                raise ValueError(f"there are {len(columns)} columns, but {len(keys)} names.")
            _say_nothing(chain(*fields), "read as 0", said)
            fields = [dict(zip(keys, row, strict=True)) for row in zip(*fields, strict=True)]
            rows = _label_rows(fields, None, None, separator, said)
    except ValueError as error:
        raise ValueError(f"{path.name}: {where}{error}") from None
    result = pd.DataFrame({"text": texts, "labels": rows})
    if own := _own_parts(table, {text, *columns}, said):
        result["split"] = own
    kept = result[result["text"] != ""].reset_index(drop=True)
    start = (
        f"{path.name}: {len(result):,} rows read; {len(result) - len(kept):,} without text left "
        f"out; {int((kept['labels'].str.len() == 0).sum()):,} without a label kept."
    )
    return kept, [start, *_remarks(kept), *said]


# From bytes to a table of fields


def read(path: Path, wanted: list, encoding=None) -> pd.DataFrame:
    """The table as it stands in the file, nothing guessed about its fields. The columns in wanted,
    names or positions, tell which mark separates fields and where a JSON file has its records."""
    content = _content(path, encoding)
    begins_as_json = re.match(r'\s*(\{\s*"|\[\s*(\{|\[\s*"))', content)
    try:
        if (
            begins_as_json
            and isinstance(wanted[0], str)
            or path.suffix.lower() in (".json", ".jsonl", ".ndjson")
        ):
            table = _json_table(content, wanted[0])
        else:
            table = _csv_table(content, wanted, path.suffix.lower())
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path.name} cannot be read as a table: {error}.") from None
    if not len(table):
        raise ValueError(f"{path.name} has a header and no row.")
    return table


def _content(path: Path, encoding) -> str:
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path.name} in {path.parent}.")
    raw = path.read_bytes()
    for start, what in FILES.items():
        if re.match(start, raw, re.IGNORECASE):
            raise ValueError(f"{path.name} is {what}.")
    encoding = encoding or ("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    try:
        content = raw.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise ValueError(f"{path.name}: Python knows no encoding {encoding!r}.") from None
    except UnicodeDecodeError as error:
        line = raw[: error.start].rpartition(b"\n")[2] + raw[error.start :].partition(b"\n")[0]
        ways = [
            f"encoding={way!r} reads {line.decode(way, 'replace')[:30]!r}"
            for way in ("cp949", "cp1252")
        ]
        raise ValueError(
            f"{path.name} is not {encoding.upper()} (byte {error.start}): save it again as UTF-8 "
            f"(in Excel: 'CSV UTF-8'), or, if that reads right, give {' or '.join(ways)}."
        ) from None
    if "\0" in content:
        raise ValueError(f"{path.name} is not text, or it needs encoding='utf-16-le'.")
    return content


def _json_table(content: str, text) -> pd.DataFrame:
    values, place, between = [], 0, re.compile(r"[\s,]*")
    while (place := between.match(content, place).end()) < len(content):
        value, place = json.JSONDecoder().raw_decode(content, place)
        values.append(value)
    if len(values) == 1:
        values = values[0]
    elif all(
        isinstance(value, list) and value and isinstance(value[0], (list, dict)) for value in values
    ):
        values = sum(values, [])
    table = _records(values, str(text).split(".")[0])
    if table is None:
        raise ValueError(f"it has no records with a field {text!r}, but {str(values)[:90]}")
    return table


def _records(value, text: str) -> pd.DataFrame | None:
    """The table in a JSON value: records, rows, columns, or one of these under a key."""
    if isinstance(value, list):
        if value and all(isinstance(row, list) for row in value):
            header = value[0] if text in value[0] else None
            return pd.DataFrame(value[header is not None :], columns=header, dtype=object)
        fields = [set(row) for row in value if isinstance(row, dict)]
        fits = len(fields) == len(value) and text in set().union(*fields)
        return pd.DataFrame(value, dtype=object) if fits else None
    if not isinstance(value, dict):
        return None
    if {"columns", "data"} <= set(value):
        return pd.DataFrame(value["data"], columns=value["columns"], dtype=object)
    if text in value:
        columns = isinstance(value[text], (list, dict))
        return pd.DataFrame(value if columns else [value], dtype=object)
    if all(isinstance(row, dict) and isinstance(row.get(text), str) for row in value.values()):
        return pd.DataFrame(list(value.values()), dtype=object)
    found = {key: _records(item, text) for key, item in value.items()}
    found = {key: table for key, table in found.items() if table is not None}
    if len(found) > 1:  # such as train and test
        found = {key: table.assign(**{"split": key, **table}) for key, table in found.items()}
    return pd.concat(found.values()) if found else None


def _csv_table(content: str, wanted: list, suffix: str) -> pd.DataFrame:
    named = any(isinstance(name, str) for name in wanted)

    def fit(mark):
        rows = filter(None, csv.reader(io.StringIO(content, newline=""), delimiter=mark))
        rows = list(islice(rows, 200))
        if named:
            return sum(field.strip() in wanted for field in rows[0]), len(rows[0])
        width, count = Counter(map(len, rows)).most_common(1)[0]
        return count if width > max(wanted) else 0, 0

    if not content.strip():
        raise ValueError("it is empty")
    if given := re.match(r'"?sep=(.)"?\r?\n', content, re.IGNORECASE):
        mark, content = given[1], content[given.end() :]
    else:
        mark = max("\t,;|" if suffix == ".tsv" else ",;\t|", key=fit)
    ways = (_by_line, _quoted) if mark == "\t" or '"' not in content else (_quoted, _by_line)
    problems = []
    for spare in (0, 0.01):
        for way in ways:
            try:
                return _even(way(content, mark), named, spare)
            except ValueError as error:
                problems.append(error)
    raise problems[0]


def _quoted(content: str, mark: str) -> list:
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=mark, strict=True)
    try:
        return [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise ValueError(f"the quotes in line {reader.line_num} do not fit ({error})") from None


def _by_line(content: str, mark: str) -> list:
    """Quotes belong to the text, unless they stand around a whole field."""
    rows = [line.split(mark) for line in re.split(r"\r\n|\r|\n", content)]
    if '"' in content:
        whole = re.compile(r'"((?:[^"]|"")*)"')
        rows = [
            [m[1].replace('""', '"') if (m := whole.fullmatch(f.strip())) else f for f in row]
            for row in rows
        ]
    for line, row in enumerate(rows, 1):
        if mark != "\t" and any(f.strip()[:1] == '"' and f.count('"') % 2 for f in row):
            raise ValueError(f"a quote in line {line} is not closed")
    return list(enumerate(rows, 1))


def _even(rows: list, named: bool, spare: float) -> pd.DataFrame:
    """Every row has the fields of the header, or of most rows where there is no header. A share of
    other rows may be left out (The Movies Dataset has 6 in 45,000); attrs says so."""
    rows = [(line, row) for line, row in rows if len(row) > 1 or row and row[0].strip()]
    header = [field.strip() for field in rows.pop(0)[1]] if named else None
    while header and not header[-1]:
        header.pop()
    width = len(header) if named else Counter(len(row) for _, row in rows).most_common(1)[0][0]
    odd = [row for row in rows if len(row[1]) < width or "".join(row[1][width:]).strip()]
    if len(odd) > spare * len(rows):
        raise ValueError(
            f"line {odd[0][0]} has {len(odd[0][1])} fields and not {width}; a field that holds "
            f"the separator must stand in quotes"
        )
    lines = {line for line, _ in odd}
    rows = [row[:width] for line, row in rows if line not in lines]
    table = pd.DataFrame(rows, columns=header, dtype=object)
    if lines:
        left = f"{_many(len(lines), 'line')} with another number of fields left out"
        table.attrs["said"] = [f"{left}, the first is line {min(lines)}."]
    return table


def column(table: pd.DataFrame, name) -> list:
    """The fields of a column: its name, its position, or record.field inside a column."""
    places = [place for place, known in enumerate(table.columns) if known == name]
    if not places and isinstance(name, int) and 0 <= name < table.shape[1]:
        places = [name]
    if len(places) > 1:
        raise ValueError(f"{len(places)} columns are called {name!r}; rename all but one.")
    if places:
        return table.iloc[:, places[0]].tolist()
    record, _, field = str(name).rpartition(".")
    if record.split(".")[0] in table.columns:
        return [_inside(value, field) for value in column(table, record)]
    raise ValueError(
        f"There is no column {name!r}; it has {list(table.columns)[:20]} (without a header, give "
        "positions, such as text=0)."
    )


def _inside(value, field: str):
    value = _literal(value) if isinstance(value, str) else value
    if isinstance(value, list):
        return [_inside(item, field) for item in value]
    return value.get(field) if isinstance(value, dict) else None


def _texts(fields: list, name, said: list) -> list[str]:
    def words(field):
        return _literal(field) if isinstance(field, str) else field

    if all(isinstance(words(field), list) for field in fields):
        fields = [" ".join(map(str, words(field))) for field in fields]
        said.append(f"The lists in {name!r} are joined by spaces.")
    for row, field in enumerate(fields):
        if isinstance(field, (list, dict)):
            raise ValueError(
                f"column {name!r}: row {row}: {str(field)[:60]} is no text; of a record give the "
                f"field, such as text='{name}.{next(iter(field), 'en')}'."
            )
    texts = ["" if field is None or field != field else str(field).strip() for field in fields]
    _say_nothing(texts, "kept as a text", said)
    return texts


def _say_nothing(fields, meaning: str, said: list):
    words = Counter(field.strip() for field in fields if isinstance(field, str))
    words = {word: count for word, count in words.items() if word and word.lower() in NOTHING}
    said += [f"{word!r} is {meaning} ({_many(count, 'time')})." for word, count in words.items()]


def _own_parts(table: pd.DataFrame, used: set, said: list) -> list[str] | None:
    """The file's own train, dev and test, in a column of any name."""
    for place, name in enumerate(table.columns):
        called = re.search("split|subset|fold|partition|^set$|^part$", str(name).lower())
        words = table.iloc[:, place]
        if name in used or not (called or str(words.iloc[0]).strip().lower() in PARTS):
            continue
        words = words.astype(str).str.strip()
        parts = [PARTS.get(word) for word in words.str.lower()]
        if None not in parts and len(set(parts)) > 1:
            missing = {"train", "dev", "test"} - set(parts)
            said += [f"The file's own {name!r} has no {part}." for part in sorted(missing)]
            return parts
        held = ", ".join(map(repr, words.unique()[:4]))
        said.append(f"{name!r} is no split into train, dev and test: it holds {held[:60]}.")
    return None


def _remarks(kept: pd.DataFrame) -> list[str]:
    """How many labels, the most frequent one, and what looks odd."""
    counts = Counter(name for row in kept["labels"] for name in row)
    if not counts:
        return ["No row has a label."]
    top, most = counts.most_common(1)[0]
    said = [f"{_many(len(counts), 'label')}, most often {top!r} ({_many(most, 'row')})."]
    if most == len(kept) > 1:
        said.append(f"Every row has {top!r}.")
    if most == 1 < len(counts):
        said.append("Every label stands on one row only.")
    if set(map(str.lower, counts)) <= YES | NO:
        said.append("For a 0/1 column give a list, such as labels=['joy'].")
    said += [f"Is {name!r} a label?" for name in counts if name.lower() in NOTHING]
    alike = {}
    for name in counts:
        alike.setdefault("".join(normalize("NFC", name).casefold().split()), []).append(name)
    said += [f"Nearly the same: {names}." for names in alike.values() if len(names) > 1][:1]
    copies = kept.assign(set=kept["labels"].map(frozenset))
    copies = copies[copies.duplicated("text", keep=False)]
    if len(copies):
        groups = copies.groupby("text")
        stand = f"{_many(groups.ngroups, 'text')} stand{'s' * (groups.ngroups == 1)}"
        said.append(f"{stand} on {len(copies):,} rows.")
        differ = int((groups["set"].nunique() > 1).sum())
        said += [f"The labels of {_many(differ, 'such text')} differ."] * (differ > 0)
        if "split" in kept and (groups["split"].nunique() > 1).any():
            said.append("Such a text stands in two parts of the file's own split.")
    return said


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


# From fields to labels


def _label_rows(fields: list, name, names, separator, said: list) -> list[list[str]]:
    """Labels of every row, from fields that are text, numbers, lists or dictionaries."""

    def each(make, items):  # an error says in which row
        for row, item in enumerate(items):
            try:
                yield make(item)
            except ValueError as error:
                raise ValueError(f"row {row}: {error}") from None

    _say_nothing(fields, "read as no label", said)
    values = list(each(lambda field: _parsed(field, separator), fields))
    plain = [value for value in values if isinstance(value, str)]
    cut = _cutter(plain, separator, said)
    rows = list(each(lambda v: cut(v) if isinstance(v, str) else _items(v, name), values))
    placed = _places(rows, names, len(plain) < len(rows))
    if placed is None and names:
        placed = list(each(lambda row: [_named(item, names) for item in row if item], rows))
        if "0" in names and any(rows) and not any("0" in row for row in rows):
            said.append("No row has the number 0: are the numbers counted from 1?")
    return [list(dict.fromkeys(filter(None, row))) for row in placed or rows]


def _parsed(field, separator):
    """The list or dictionary that a field spells, or the field itself."""
    if not isinstance(field, str):
        return field
    field = field.strip()
    if field.lower() in NOTHING:
        return []
    value = _literal(field)
    if value is not None or separator or field[0] == '"' or not LIST.match(field):
        return field if value is None else value
    parts = re.split(r"[\n|;,]", field)  # a damaged list, or a name such as (un)fair
    odd = any(part.count(a) != part.count(b) for part in parts for a, b in ("[]", "()", "{}"))
    if odd or len(parts) == 1 and field[-1] in "])}" or re.match(r"""[\[({]\s*['"]""", field):
        raise ValueError(
            f"{field[:60]!r} is neither a JSON nor a Python list; mend it, or, if it is a name, "
            "give separator='|'."
        )
    return field


def _literal(field: str):
    """The list or dictionary that a field spells in JSON, Python or NumPy, or None."""
    if not LIST.match(field):
        return None
    try:
        value = json.loads(field)
    except ValueError:
        try:
            value = _value(ast.parse(_with_commas(field), mode="eval").body)
        except (KeyError, SyntaxError, ValueError, TypeError, tokenize.TokenError):
            return None
    if isinstance(value, str):  # JSON in a JSON string
        return _literal(value)
    return value if isinstance(value, (list, dict)) else None


def _with_commas(field: str) -> str:
    """NumPy writes ['Drama' 'War'] and [0 3]; Python would join the two strings without a word."""
    if not re.search(r"""['"\w.]\s+['"\w]|['"]['"]""", field):
        return field
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(field).readline) if t.string.strip()]
    kinds = (tokenize.STRING, tokenize.NUMBER, tokenize.NAME)
    commas = [a.type in kinds and b.type in kinds for a, b in pairwise(tokens)]
    return " ".join(t.string + "," * c for t, c in zip(tokens, [*commas, False], strict=True))


def _value(node):
    """What a Python expression without a calculation stands for; lists for tuples, sets, arrays."""
    match node:
        case ast.Constant(value=str() | int() | float() | None):
            return node.value
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return [_value(item) for item in items]
        case ast.Dict(keys=keys, values=values):
            return {_value(key): _value(value) for key, value in zip(keys, values, strict=True)}
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.Call(args=items):
            return _value(items[0]) if items else []
        case ast.Name(id=word) | ast.Attribute(attr=word):
            return {"nan": None, "none": None, "null": None, "na": None, "nat": None,
                    "true": True, "false": False}[word.rstrip("_").lower()]  # fmt: skip
    raise ValueError("no plain value")


def _cutter(plain: list, separator, said: list):
    """How to cut the fields: at one mark for the whole column, so that the comma in
    ``News, sport|Music`` stays part of a name."""
    guess = plain and not separator
    if guess and all(re.fullmatch(r"(<[^<>\s][^<>\n]*>\s*)+", field) for field in plain):
        return lambda field: [part.strip() for part in re.findall(r"<([^<>]+)>", field)]
    if guess and all(re.fullmatch(r"[\d.\s]+", field) for field in plain):
        return str.split
    marked = [re.sub("&(amp|lt|gt|quot|#\\d+);", "", field) for field in plain]
    counts = {mark: sum(mark in field for field in marked) for mark in "\n|;,"}
    mark, most = separator or next(filter(counts.get, counts), None), max(counts, key=counts.get)
    if mark is None:
        names = set(plain)
        for name, sign in ((name, sign) for name in names for sign in "/&+ " if sign in name):
            if names & {part.strip() for part in name.split(sign)}:
                said.append(f"Is {name!r} one label? If not, give separator={sign!r}.")
                break
        return lambda field: [field]
    if guess and counts[mark] * 10 < counts[most]:
        raise ValueError(
            f"{_many(counts[mark], 'row')} with {mark!r} and {counts[most]:,} with {most!r}: say "
            f"what stands between labels, such as separator={most!r}."
        )
    said.append(f"Labels are cut at {mark!r}.")
    ends = " \t\r|;," if mark == "\n" else None
    return lambda field: [part.strip(ends) for part in field.split(mark)]


def _items(value, name) -> list[str]:
    """Label names, or numbers as text, in a list, a dictionary or one number."""
    if isinstance(value, dict):
        return _keys(value, name)
    if not isinstance(value, list):
        return [_spelled(value)]
    if any(isinstance(item, list) for item in value):
        raise ValueError(f"{str(value)[:60]} is a list of lists; make it one list of names.")
    value = [int(item) if isinstance(item, bool) else item for item in value]
    return [_record(item, name) if isinstance(item, dict) else _spelled(item) for item in value]


def _spelled(item) -> str:
    whole = isinstance(item, float) and item.is_integer()
    return "" if item is None or item != item else str(int(item) if whole else item).strip()


def _record(record: dict, name) -> str:
    """The name in a record such as {"id": 18, "name": "Drama"}."""
    lower = {str(key).lower(): item for key, item in record.items()}
    if SCORES & set(lower) or any(isinstance(item, (bool, float)) for item in lower.values()):
        raise ValueError(f"{str(record)[:60]} has a score; say from which score on it is a label.")
    if not any(item is not None for item in lower.values()):
        return ""
    strings = [key for key in lower if isinstance(lower[key], str)]
    keys = [key for key in ("name", "label") if key in lower] or strings or ["id"]
    if len(keys) != 1 or isinstance(lower.get(keys[0], []), (list, dict)):
        fields = ", ".join(map(str, record))
        raise ValueError(f"a record with the fields {fields}; name one: labels='{name}.{keys[0]}'.")
    return _spelled(lower[keys[0]])


def _keys(value: dict, name) -> list[str]:
    """The labels in {label: yes or no}, {id: name} or one record."""
    words = {key: str(item).strip().lower() for key, item in value.items()}
    key = next((key for key, word in words.items() if word not in YES and word not in NO), None)
    if key is None:
        return [_spelled(key) for key, word in words.items() if word in YES]
    if name is not None and {"name", "label"} & set(value):
        return [_record(value, name)]
    if name is not None and all(
        re.search(r"[\d/]", str(k)) and str(v) == v for k, v in value.items()
    ):
        return [item.strip() for item in value.values()]
    way = f"name a column or field that holds names, such as labels='{name or key}'"
    if name is not None:
        way = f"of the fields {', '.join(map(str, value))} name one, such as labels='{name}.{key}'"
    if re.fullmatch(r"-?\d*[.,]?\d+(e-?\d+)?", words[key]):
        way = f"say from which share, score or count on it is one, such as table[{key!r}] >= 0.5"
    if words[key][0] == "-":
        way = "-1 often means not known, so leave these rows out, or write 0"
    raise ValueError(f"{key!r} must hold 0 and 1, but it holds {str(value[key])[:40]!r}; {way}.")


def _places(rows: list, names, lists: bool):
    """Labels of rows that are vectors of zeros and ones; None where they are something else."""
    full = [row for row in rows if any(row)]
    if all(len(row) == 1 and re.fullmatch("[01]{3,}", row[0]) for row in full):
        if any(row[0][0] == "0" for row in full):  # 0101
            rows = [list("".join(row)) for row in rows]
            full = [row for row in rows if row]
    width = len(full[0]) if full else 0
    number = re.compile(r"-?[\d.]*(e-?\d+)?")
    if any(len(row) != width or not all(map(number.fullmatch, row)) for row in full):
        return None
    twice = any(len(set(row)) < width for row in full)
    odd = [item for row in full for item in row if item not in ("0", "1", "0.0", "1.0")]
    shares = any(re.fullmatch(r"0?\.\d*[1-9]\d*", item) for item in odd)
    if shares or odd and width > 1 and (twice or "-" in odd[0]):
        raise ValueError(
            f"it holds {odd[0] or 'nan'}; say from which score or count on it is a label."
        )
    one = width == 1 and lists and names and len(names) == 1 and ["1"] in full
    if odd or width < 2 and not one:
        return None
    if not twice and not one and (not lists or names and len(names) != 2):
        return None
    if not names or len(names) != width:
        raise ValueError(f"every row is {width} zeros and ones; give names for the {width} places.")
    if not twice and len(set(map(tuple, full))) == 1 and not one:
        raise ValueError(f"{full[0]} is two numbers or two places; use a column for each label.")
    each = [zip(names.values(), row, strict=False) for row in rows]  # an empty row is shorter
    return [[name for name, item in row if item[:1] == "1"] for row in each]


def _named(item: str, names: dict) -> str:
    if item.removesuffix(".0") not in names:
        first, *_, last = [*names, *names]
        raise ValueError(
            f"it has the label {item!r}, but names has {len(names)} names, for the numbers {first} "
            f"to {last}; for numbers counted from 1 give {{1: 'joy', 2: 'anger'}}."
        )
    return names[item.removesuffix(".0")]


def _names(names) -> dict[str, str]:
    """Names by number (as text), from a list, a dictionary or a file."""
    if isinstance(names, (str, Path)):
        if not Path(names).is_file():
            raise FileNotFoundError(f"There is no file of label names {names}.")
        content = _content(Path(names), None).strip()
        lines = [line.strip() for line in content.splitlines()]
        numbered = [re.fullmatch(r"(\d+)\s*[\t,:;]\s*(.+)", line) for line in lines]
        names = dict(found.groups() for found in numbered) if all(numbered) else lines
        names = json.loads(content) if content[:1] in ("[", "{") else names
    names = names if isinstance(names, dict) else dict(enumerate(names))
    if names and all(isinstance(number, int) for number in names.values()):  # {"joy": 0}
        names = {number: name for name, number in names.items()}
    names = {str(number): str(name).strip() for number, name in names.items()}
    if len(set(names.values()) - {""}) < max(len(names), 1):
        raise ValueError("names is empty, or holds one name twice, or an empty one.")
    return names
