"""A reader's own table: read right, or refused in one sentence that names the way out.

Rows are counted from 0 below the header, as pandas does; lines from 1, as an editor does.
"""

import ast
import csv
import io
import json
import re
from collections import Counter
from contextlib import suppress
from itertools import chain, islice, product
from pathlib import Path

import pandas as pd

csv.field_size_limit(2**31 - 1)  # a long text is no error
NOTHING = {"", *r"nan none null n/a na #n/a <na> nat \n - -- ?".split()}
YES, NO = {"1", "1.0", "true", "yes", "y", "t"}, {"0", "0.0", "false", "no", "n", "f", *NOTHING}
PARTS = {"train": "train", "training": "train", "trn": "train", "test": "test", "testing": "test"}
PARTS |= dict.fromkeys("dev devel development val valid validation".split(), "dev")
SCORES = {"score", "prob", "probability", "confidence", "weight", "value"}
FROM = "say from which share, score or count on it is a label, such as table['joy'] >= 0.5"
WORDS = dict.fromkeys("nan none null na nat".split()) | {"true": True, "false": False}
NUMBER = re.compile(r"(True|False|-?\d*\.?\d+(e[-+]?\d+)?)?")
CALL = "(array|(frozen)?set|list|tuple|tensor|Index|(default|Ordered)?[dD]ict|Counter)"
LIST = re.compile(rf'"?[\[({{]|([\w.]+\.)?{CALL}\(')
TOKEN = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[\w.]+\(?)(\s*(?=['"])|\s+(?=\w))?""")
QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"\s*')
FILES = {
    rb"PK\x03\x04|\xd0\xcf\x11\xe0": "a new or old Excel workbook (or zip): save it as 'CSV UTF-8'",
    rb"PAR1|ARROW1|FEA1|\x80[\x02-\x05]": "a Parquet or Arrow file or a pickle: ask for it as CSV",
    rb"\x1f\x8b|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd|7z\xbc\xaf|Rar!": "compressed: unpack it first",
    rb"version https://git-lfs": "a Git LFS pointer, not the file itself: type git lfs pull",
    rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml)": "a web page, not a table: download the raw file",
}


def load(path: Path, text, labels, names, separator, encoding) -> tuple[pd.DataFrame, list[str]]:
    """What data.load_table returns, with a column split only if the file has one of its own; and
    the sentences to print."""
    one = isinstance(labels, (str, int))
    columns = [labels] if one else list(labels or [])
    names = None if names is None else _names(names)
    table, where = read(path, [text, *columns], encoding), f"column {text!r}"
    said = table.attrs.get("said", [])
    try:
        texts = _texts(column(table, text), text, said)
        where = f"column {labels!r}" if one else "label columns"
        fields = [column(table, name) for name in columns]
        _say_nothing(chain(*fields), "read as no label", said)
        if one:
            rows = _label_rows(fields[0], labels, names, separator, said)
        else:
            keys = list(names.values()) if names else columns
            if len(keys) != len(columns) or not columns:
                raise ValueError(f"there are {len(columns)} columns, but {len(keys)} names.")
            rows = _flag_rows(zip(*fields, strict=True), keys)
    except ValueError as error:
        raise ValueError(f"{path.name}: {where}: {error}") from None
    result = pd.DataFrame({"text": texts, "labels": rows})
    if own := _own_parts(table, {text, *columns}, said):
        result["split"] = own
    kept = result[result["text"] != ""].reset_index(drop=True)
    left = f"{path.name}: {len(result):,} rows read; {len(result) - len(kept):,} without text left"
    start = f"{left} out; {sum(not row for row in kept['labels']):,} without a label kept."
    return kept, [start, *_remarks(kept), *said]


# From bytes to a table of fields


def read(path: Path, wanted: list, encoding=None) -> pd.DataFrame:
    """The table as it stands in the file, nothing guessed about its fields. The columns in wanted,
    names or positions, tell which mark separates fields and where a JSON file has its records."""
    content, suffix = _content(path, encoding), path.suffix.lower()
    begins_as_json = re.match(r'\s*(\{\s*"|\[\s*(\{|\[\s*"))', content)
    is_json = begins_as_json and isinstance(wanted[0], str)
    make = _json_table if is_json or suffix in (".json", ".jsonl", ".ndjson") else _csv_table
    try:
        table = make(content, wanted, suffix)
        if not len(table):
            raise ValueError("it has a header and no row")
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path.name} cannot be read as a table: {error}.") from None
    return table


def _content(path: Path, encoding=None) -> str:
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
        reads = {way: line.decode(way, "replace")[:30] for way in ("cp949", "cp1252")}
        ways = " or ".join(f"encoding={way!r} reads {start!r}" for way, start in reads.items())
        way = f"save it again as UTF-8 ('CSV UTF-8' in Excel), or, if that reads right, give {ways}"
        raise ValueError(f"{path.name} is not {encoding.upper()}: {way}.") from None
    if "\0" in content:
        raise ValueError(f"{path.name} is not text, or it needs encoding='utf-16-le'.")
    return content


def _json_table(content: str, wanted: list, suffix: str) -> pd.DataFrame:
    values, place, between = [], 0, re.compile(r"[\s,]*")
    while (place := between.match(content, place).end()) < len(content):
        value, place = json.JSONDecoder().raw_decode(content, place)
        values.append(value)
    if len(values) == 1:
        values = values[0]
    elif all(isinstance(value, list) and isinstance([*value, 0][0], dict) for value in values):
        values = sum(values, [])
    table = _records(values, str(wanted[0]).split(".")[0])
    if table is None:
        raise ValueError(f"it has no records with a field {wanted[0]!r}, but {str(values)[:90]}")
    return table


def _records(value, text: str) -> pd.DataFrame | None:
    """The table in a JSON value: records, rows, columns, or one of these under a key."""
    if isinstance(value, list):
        if value and all(isinstance(row, list) for row in value):
            header = value[0] if text in value[0] else None
            return pd.DataFrame(value[header is not None :], columns=header, dtype=object)
        known = all(isinstance(row, dict) for row in value) and any(text in row for row in value)
        return pd.DataFrame(value, dtype=object) if known else None
    if not isinstance(value, dict):
        return None
    if text in value:
        one = not isinstance(value[text], (list, dict))
        return pd.DataFrame([value] if one else value, dtype=object)
    if any(isinstance(row, dict) and isinstance(row.get(text), str) for row in value.values()):
        return _records(list(value.values()), text)
    found = {key: _records(item, text) for key, item in value.items()}
    found = {key: table for key, table in found.items() if table is not None}
    if len(found) > 1:  # train and test
        if not set(found) <= set(PARTS):
            raise ValueError(f"{', '.join(found)[:90]} all hold records; save one of them alone")
        found = {key: table.assign(**{"split": key, **table}) for key, table in found.items()}
    return pd.concat(found.values()) if found else None


def _csv_table(content: str, wanted: list, suffix: str) -> pd.DataFrame:
    if not content.strip():
        raise ValueError("it is empty")
    positions = [name for name in wanted if isinstance(name, int)]

    def fit(mark):  # how many wanted names the first row has, then how many rows have one width
        rows = csv.reader(io.StringIO(content, newline=""), delimiter=mark)
        rows = list(islice(filter(None, rows), 200))
        width, count = Counter(map(len, rows)).most_common(1)[0]
        found = sum(field.strip() in wanted for field in rows[0])
        return found, count if width > max(positions, default=1) else 0

    if given := re.match(r'"?sep=(.)"?\r?\n', content, re.IGNORECASE):
        mark, content = given[1], content[given.end() :]
    else:
        mark = max("\t,;|" if suffix == ".tsv" else ",;\t|", key=fit)
    problems = []
    for spare, quoting in product((0, 0.01), (csv.QUOTE_NONE, csv.QUOTE_MINIMAL)):
        try:
            rows = _rows(content, mark, quoting)
            return _even(rows, named=len(positions) < len(wanted), spare=spare)
        except ValueError as error:
            problems.append(error)
    raise problems[mark != "\t"]


def _rows(content: str, mark: str, quoting: int) -> dict[int, list[str]]:
    """Fields by line. Where quotes do not count, they are only taken off a whole field."""
    lines, rows = io.StringIO(content, newline=""), {}
    reader = csv.reader(lines, delimiter=mark, strict=True, quoting=quoting)
    try:
        for row in reader:
            if quoting == csv.QUOTE_NONE and '"' in content:
                row = [m[1].replace('""', '"') if (m := QUOTED.fullmatch(f)) else f for f in row]
                if mark != "\t" and any(f.strip()[:1] == '"' and f.count('"') % 2 for f in row):
                    raise csv.Error("one is not closed")
            rows[reader.line_num] = row
    except csv.Error as error:
        raise ValueError(f"the quotes in line {reader.line_num} do not fit ({error})") from None
    return rows


def _even(rows: dict, named: bool, spare: float) -> pd.DataFrame:
    """Every row has the fields of the header, or of most rows where there is no header. A share of
    other rows may be left out (The Movies Dataset has 6 in 45,000); attrs says so."""
    rows = {line: row for line, row in rows.items() if len(row) > 1 or "".join(row).strip()}
    header = [field.strip() for field in rows.pop(min(rows))] if named else None
    while header and not header[-1]:
        header.pop()
    width = len(header) if named else Counter(map(len, rows.values())).most_common(1)[0][0]
    odd = {i: row for i, row in rows.items() if len(row) < width or "".join(row[width:]).strip()}
    first = min(odd, default=None)
    if len(odd) > spare * len(rows):
        has = f"line {first} has {len(odd[first])} fields and not {width}"
        raise ValueError(f"{has}; a field that holds the separator must stand in quotes")
    even = [row[:width] for line, row in rows.items() if line not in odd]
    table = pd.DataFrame(even, columns=header, dtype=object)
    if odd:
        left = f"{_many(len(odd), 'line')} with another number of fields left out"
        table.attrs["said"] = [f"{left}, the first is line {first}."]
    return table


def column(table: pd.DataFrame, name) -> list:
    """The fields of a column: its name, its position, or record.field inside a column."""
    places = [place for place, known in enumerate(table.columns) if known == name]
    if len(places) == 1:
        return table.iloc[:, places[0]].tolist()
    record, _, field = str(name).rpartition(".")
    if not places and record.split(".")[0] in table.columns:
        return [_inside(value, field) for value in column(table, record)]
    has = f"{len(places) or 'no'} columns are called {name!r} in {list(table.columns)[:20]}"
    raise ValueError(f"{has}; rename one, or, without a header, give positions, such as text=0.")


def _inside(value, field: str):
    value = _literal(value)
    if isinstance(value, list):
        return [_inside(item, field) for item in value]
    return value.get(field) if isinstance(value, dict) else None


def _texts(fields: list, name, said: list) -> list[str]:
    lists = [_literal(field) for field in fields]
    if all(isinstance(words, list) and set(map(type, words)) <= {str} for words in lists):
        fields = list(map(" ".join, lists))
        said.append(f"The lists in {name!r} are joined by spaces.")
    texts = _each(_spelled, fields)
    if isinstance(name, int) and texts[0].lower() in ("text", "sentence", "comment", "content"):
        said.append(f"Is the first row, {texts[0]!r}, a header? Then give names, not positions.")
    _say_nothing(texts, "kept as a text", said)
    return texts


def _each(make, items) -> list:
    """make(item) for every item; an error says in which row."""
    made = []
    for item in items:
        try:
            made.append(make(item))
        except ValueError as error:
            raise ValueError(f"row {len(made)}: {error}") from None
    return made


def _spelled(item) -> str:
    """A text, a name, or a number as text."""
    if item is None or item != item:  # NaN
        return ""
    if not isinstance(item, (str, int, float)):
        what = f"{str(item)[:60]} is no text and no name"
        raise ValueError(f"{what}; mend a list of lists; of a record give one field: 'text.en'.")
    return str(int(item) if isinstance(item, float) and item.is_integer() else item).strip()


def _say_nothing(fields, meaning: str, said: list):
    words = Counter(field.strip() for field in fields if isinstance(field, str))
    words = {word: count for word, count in words.items() if word and word.lower() in NOTHING}
    said += [f"{word!r} is {meaning} ({_many(count, 'time')})." for word, count in words.items()]


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _own_parts(table: pd.DataFrame, used: set, said: list) -> list[str] | None:
    """The file's own train, dev and test, in a column of any name."""
    for place, name in enumerate(table.columns):
        called = re.search("split|subset|fold|partition|^set$|^part$", str(name).lower())
        words = table.iloc[:, place].map(str).str.strip()
        parts = words.str.lower().map(PARTS)
        if name in used or not called and parts.isna()[0:1].all():
            continue
        if parts.notna().all() and parts.nunique() > 1:
            missing = sorted(set(PARTS.values()) - set(parts))
            said += [f"The file's own {name!r} has no {part}." for part in missing]
            return parts.tolist()
        held = ", ".join(map(repr, words.unique()[:4]))[:60]
        said.append(f"{name!r} is no split into train, dev and test: it holds {held}.")


def _remarks(kept: pd.DataFrame) -> list[str]:
    """A row to look at, how many labels, the most frequent one, and what looks odd."""
    counts = Counter(chain(*kept["labels"]))
    if not counts:
        return ["No row has a label."]
    top, most = counts.most_common(1)[0]
    row = kept.loc[kept["labels"].str.len().idxmax()]
    copies = kept[kept.duplicated("text", keep=False)]
    groups = copies.assign(labels=copies["labels"].map(frozenset)).groupby("text")
    differ = int((groups["labels"].nunique() > 1).sum())
    stand = f"{_many(len(groups), 'text')} stand{'s' * (len(groups) == 1)} on {len(copies):,} rows."
    apart = "split" in kept and (groups["split"].nunique() > 1).any()
    flags = {name.lower() for name in counts} <= YES | NO
    remarks = {
        f"For example, {row['text'][:40]!r} has {row['labels'][:5]}.": True,
        f"{_many(len(counts), 'label')}, most often {top!r} ({_many(most, 'row')}).": True,
        f"Every row has {top!r}.": most == len(kept) > 1,
        "For a 0/1 column give a list, such as labels=['joy'].": flags,
        **{f"Is {name!r} a label?": name.lower() in NOTHING for name in counts},
        stand: len(copies),
        f"The labels of {_many(differ, 'such text')} differ.": differ,
        "Such a text stands in two parts of the file's own split.": apart,
    }
    return [sentence for sentence, holds in remarks.items() if holds]


# From fields to labels


def _label_rows(fields: list, name, names, separator, said: list) -> list[list[str]]:
    """Labels of every row, from fields that are text, numbers, lists or dictionaries."""
    values = _each(lambda field: _parsed(field, separator), fields)
    plain = [value for value in values if isinstance(value, str)]
    cut = _cutter(plain, separator, said)
    rows = _each(lambda v: cut(v) if isinstance(v, str) else _labels(v, name), values)
    if _are_places(rows, names, len(plain) < len(rows)):
        rows = _flag_rows(rows, names.values())
    elif names:
        rows = _each(lambda row: [_named(item, names) for item in row if item], rows)
        if "0" in names and any(rows) and not any(names["0"] in row for row in rows):
            said.append("No row has the number 0: are the numbers counted from 1?")
    return [list(dict.fromkeys(filter(None, row))) for row in rows]


def _flag_rows(rows, names) -> list[list[str]]:
    """Labels of every row that has a yes or no for each name; an empty row has none."""
    return _each(lambda row: _labels(dict(zip(names, row, strict=False)), None), rows)


def _parsed(field, separator):
    """The list or dictionary that a field spells, or the field itself."""
    field = field.strip() if isinstance(field, str) else field
    value = [] if str(field).lower() in NOTHING else _literal(field)
    if not isinstance(value, str) or separator or value[0] == '"' or not LIST.match(value):
        return value
    parts = re.split(r"[\n|;,]", field)  # a damaged list, or a name such as (un)fair
    odd = any(part.count(a) != part.count(b) for part in parts for a, b in ("[]", "()", "{}"))
    if odd or len(parts) == 1 and field[-1] in "])}" or re.match(r"""[\[({]\s*['"]""", field):
        ways = "mend it, or, if it is a name, give separator='|'"
        raise ValueError(f"{field[:60]!r} is neither a JSON nor a Python list; {ways}.")
    return field


def _literal(field):
    """The list or dictionary that a field spells in JSON, Python or NumPy, or the field itself."""
    if not isinstance(field, str) or not LIST.match(field):
        return field
    for parse in (json.loads, _python):
        with suppress(SyntaxError, ValueError, TypeError):
            value = parse(field)
            value = _literal(value) if isinstance(value, str) else value  # JSON in a JSON string
            return value if isinstance(value, (list, dict)) else field
    return field


def _python(field: str):
    """['a', 'b'], ['a' 'b'], array([nan, 'a'], dtype=object), {'a'} (a set, which has no order)."""

    def plain(found):
        token, apart = found.groups()
        if token[-1] == "(":  # the name of a function
            return "("
        word = token.rpartition(".")[2].rstrip("_").lower()
        return str(WORDS.get(word, token)) + "," * (apart is not None)  # Python joins 'a' 'b'

    field = re.sub(r",\s*dtype=[^()]*\)$", ")", field)
    value = ast.literal_eval(TOKEN.sub(plain, field))
    value = sorted(value, key=str) if isinstance(value, set) else value
    return list(value) if isinstance(value, tuple) else value


def _cutter(plain: list, separator, said: list):
    """How to cut the fields: at one mark for the whole column, so that the comma in
    ``News, sport|Music`` stays part of a name."""

    def every(pattern):
        return plain and not separator and all(re.fullmatch(pattern, field) for field in plain)

    if every(r"(<[^<>\s][^<>\n]*>\s*)+"):
        return lambda field: [part.strip() for part in re.findall(r"<([^<>]+)>", field)]
    if every("[01]{3,}") and min(plain)[0] == "0":
        return list  # 0101
    if every(r"[\d.\s]+"):
        return str.split
    marked = [re.sub("&(amp|lt|gt|quot|#\\d+);", "", field) for field in plain]
    counts = {mark: sum(mark in field for field in marked) for mark in "\n|;,"}
    mark, most = separator or next(filter(counts.get, counts), None), max(counts, key=counts.get)
    if mark is None:
        names = set(plain)
        for name, sign in product(sorted(names), "/&+ "):
            if sign in name and names & {part.strip() for part in name.split(sign)}:
                said.append(f"Is {name!r} one label? If not, give separator={sign!r}.")
                break
        return lambda field: [field]
    if not separator and counts[mark] * 10 < counts[most]:
        few = f"{_many(counts[mark], 'row')} with {mark!r} and {counts[most]:,} with {most!r}"
        raise ValueError(f"{few}: say what stands between labels, such as separator={most!r}.")
    said.append(f"Labels are cut at {mark!r}.")
    ends = " \t\r|;," if mark == "\n" else None
    return lambda field: [part.strip(ends) for part in field.split(mark)]


def _labels(value, name, inside=False) -> list[str]:
    """Labels in a list, in {label: yes or no}, in {"/m/02": "Drama"}, or in a record such as
    {"id": 18, "name": "Drama"}, which may stand inside a list."""
    if isinstance(value, list) and not inside:
        return [label for item in value for label in _labels(item, name, inside=True)]
    if not isinstance(value, dict):
        return [_spelled(value)]
    words = {key: str(item).strip().lower() for key, item in value.items()}
    odd = [key for key, word in words.items() if word not in YES | NO]
    if not inside and not odd:
        return [_spelled(key) for key, word in words.items() if word in YES]
    texts = [key for key, item in value.items() if isinstance(item, str)]
    named = [key for key in texts if str(key).lower() in ("name", "label")] or texts * inside
    scores = [k for k in value if str(k).lower() in SCORES or isinstance(value[k], (float, bool))]
    if name is not None and len(named) == 1 and not scores:
        return [value[named[0]].strip()]
    ids = all(re.search(r"[\d/]", str(key)) and not NUMBER.fullmatch(words[key]) for key in odd)
    if name is not None and not inside and ids and len(texts) == len(odd) == len(value):
        return [item.strip() for item in value.values()]
    if all(item is None for item in value.values()):
        return []
    key, field = [*scores, *odd, *value][0], [*texts, *value][0]
    what = f"{key!r} must hold 0 and 1, but it holds {str(value[key])[:40]!r}: {FROM}"
    way = f"labels={field if name is None else f'{name}.{field}'!r}"
    fields = f"if one of the fields {', '.join(map(str, value))[:90]} holds names, give {way}"
    raise ValueError(f"{what}; -1 often means not known, so leave these rows out; or, {fields}.")


def _are_places(rows: list, names, lists: bool) -> bool:
    """Whether rows are vectors, a zero or one for each name, and not numbers of labels."""
    full = [row for row in rows if any(row)]
    width, items = len(full[0]) if full else 0, set(chain(*full))
    if any(len(row) != width for row in full) or not all(map(NUMBER.fullmatch, items)):
        return False
    twice = any(len(set(row)) < width for row in full)  # numbers of labels do not occur twice
    bits = width > 1 and items <= {"0", "1", "0.0", "1.0", "True", "False"}
    either = bits and (len(names) == 2 if names else lists)  # [0, 1]: two numbers or two places
    sure = twice or lists and len(set(map(tuple, full))) > 1
    if (twice or either) and bits and sure and names and len(names) == width:
        return True
    odd = width > 1 and any(item[:1] in ("", "-") for item in items)  # not known
    if twice or either or odd or any(re.fullmatch(r"0?\.0*[1-9]\d*|.*e-\d+", i) for i in items):
        ways = f"give names for the {width} places, or a column for each label"
        bits = f"every row is {width} zeros and ones; {ways}" if bits else ""
        raise ValueError(f"{bits or f'a row holds {full[0]}; {FROM}'}.")
    return False


def _named(item: str, names: dict) -> str:
    if item.removesuffix(".0") not in names:
        known = f"names has {len(names)} names, for the numbers {', '.join(names)[:40]}"
        raise ValueError(f"it has the label {item!r}, but {known}; counted from 1: {{1: 'joy'}}.")
    return names[item.removesuffix(".0")]


def _names(names) -> dict[str, str]:
    """Names by number (as text), from a list, a dictionary or a file."""
    known = names
    if isinstance(names, (str, Path)):
        content = _content(Path(names)).strip()
        known = [line.strip() for line in content.splitlines()]
        numbered = [re.fullmatch(r"(\d+)[\s,:;.]+(.+)", line) for line in known]
        if any(numbered):  # all of them, or the first line is a heading
            known = dict(line.groups() for line in numbered) if all(numbered) else []
        elif content[:1] in ("[", "{"):
            known = [] if isinstance(_literal(content), str) else _literal(content)
    known = known if isinstance(known, dict) else dict(enumerate(known))
    if all(isinstance(number, int) for number in known.values()):  # {"joy": 0}
        known = {number: name for name, number in known.items()}
    known = {str(number): str(name).strip() for number, name in known.items()}
    if len(set(known.values()) - {""}) < max(len(known), 1):
        why = "is not read, is empty, or holds one name twice, or an empty one"
        raise ValueError(f"names={str(names)[-60:]!r} {why}.")
    return known
