"""A reader's table is read right, or refused in one sentence: never a silent wrong label."""

# ruff: noqa: E501  (a table and what it must give stand on one line)

import importlib.util
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from helpers import data, tables

ONE = {"text": "text", "labels": "l"}
TWO = {"text": "text", "labels": ["joy", "anger"]}
XYZ = ONE | {"names": ["x", "y", "z"]}


def load(folder, content, options=ONE, name="t.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return data.load_table(path, **options)


def pairs(table):
    return list(zip(table["text"], table["labels"], strict=True))


def rows_of(labels):
    return "text,l\n" + "".join(f"t{k},{label}\n" for k, label in enumerate(labels))


# (kind, file, content, options, labels of the rows a, b, c, …)
READ = [
    # A: records
    ("A", "t.csv", "text,l\na,\"[{'id': 1, 'name': 'Drama'}, {'id': 2, 'name': 'War'}]\"\nb,[]\n", ONE, ["Drama War", ""]),
    ("A", "t.csv", "text,l\na,\"[{'iso': 'en', 'name': 'English'}]\"\nb,\"{'id': 3, 'name': 'War'}\"\n", ONE, ["English", "War"]),
    ("A", "t.csv", 'text,l\na,"[{""genre"": ""War""}]"\nb,"[{""genre"": null}]"\n', ONE, ["War", ""]),
    ("C", "t.csv", 'text,l\na,"[1, 0, 1]"\nb,[nan]\nc,[]\n', XYZ, ["x z", "", ""]),
    ("A", "t.tsv", 'm1\ta\t"{""/x/1"": ""Drama"", ""/x/2"": ""War""}"\nm2\tb\t{}\n', {"text": 1, "labels": 2}, ["Drama War", ""]),
    ("A", "t.tsv", 'm1\ta\t{"/x/1": "Drama", "/x/2": "War"}\nm2\tb\t{}\n', {"text": 1, "labels": 2}, ["Drama War", ""]),
    ("A", "t.json", '{"text":"a","meta":{"l":["x","y"],"fine":3}}\n{"text":"b","meta":{"l":["x"]}}\n', {"text": "text", "labels": "meta.l"}, ["x y", "x"]),
    ("A", "t.json", '[{"doc":{"text":"a"},"l":[{"id":"q1","tag":"x"},{"id":"q2","tag":"y"}]}]', {"text": "doc.text", "labels": "l.tag"}, ["x y"]),
    ("A", "t.txt", '{"/x/1": "War"}\ta\n{}\tb\n', {"text": 1, "labels": 0}, ["War", ""]),
    # B: separators and spellings of lists
    ("B", "t.csv", "text,l\na,<python><c++>\nb,<python>\n", ONE, ["python c++", "python"]),
    ("B", "t.csv", "text,l\na,|python|c++|\nb,|python|\n", ONE, ["python c++", "python"]),
    ("B", "t.csv", 'text,l\na,"Drama\nWar"\nb,War\n', ONE, ["Drama War", "War"]),
    ("B", "t.csv", 'text,l\na,"Drama,\r\nWar"\nb,War\n', ONE, ["Drama War", "War"]),
    ("B", "t.csv", "text,l\na,\"array(['Drama', 'War'], dtype=object)\"\nb,\"array([], dtype=object)\"\n", ONE, ["Drama War", ""]),
    ("B", "t.csv", "text,l\na,\"[np.str_('Drama'), np.str_('War')]\"\nb,\"frozenset({'War'})\"\n", ONE, ["Drama War", "War"]),
    ("B", "t.csv", "text,l\na,\"['Drama'\n 'War' \"\"it's\"\"]\"\nb,set()\n", ONE, ["Drama War it's", ""]),
    ("B", "t.csv", "text,l\na,\"{'Drama', 'War'}\"\nb,set()\n", ONE, ["Drama War", ""]),
    ("B", "t.csv", "text,l\na,clear primary\nb,primary\n", ONE | {"separator": " "}, ["clear primary", "primary"]),
    ("B", "t.csv", "text,l\na,x / y\nb,y\n", ONE | {"separator": "/"}, ["x y", "y"]),
    ("B", "t.csv", 'text,l\na,"""[\\""x\\"", \\""y\\""]"""\nb,[]\n', ONE, ["x y", ""]),
    ("B", "t.csv", "text,l\na,(un)fair|[x]\nb,[x]|y\n", ONE, ["(un)fair [x]", "[x] y"]),
    # C: vectors
    ("C", "t.csv", 'text,l\na,"[1, 0, 1]"\nb,"[0, 0, 0]"\nc,"[0, 1, 0]"\n', XYZ, ["x z", "", "y"]),
    ("C", "t.csv", "text,l\na,1 0 1\nb,0 0 0\nc,0 1 0\n", XYZ, ["x z", "", "y"]),
    ("C", "t.csv", "text,l\na,[1. 0. 1.]\nb,[0. 0. 0.]\nc,[0. 1. 0.]\n", XYZ, ["x z", "", "y"]),
    ("C", "t.csv", "text,l\na,101\nb,000\nc,010\n", XYZ, ["x z", "", "y"]),
    ("C", "t.csv", 'text,l\na,"1,0,1"\nb,"0,0,0"\nc,"0,1,0"\n', XYZ, ["x z", "", "y"]),
    ("C", "t.json", '[{"text":"a","l":[true,false]},{"text":"b","l":[false,true]}]', ONE | {"names": ["x", "y"]}, ["x", "y"]),
    # D: label columns
    ("D", "t.csv", "text,joy,anger\na,Y,N\nb,N,Y\n", TWO, ["joy", "anger"]),
    ("D", "t.csv", "text,joy,anger\na,TRUE,no\nb,f,t\n", TWO, ["joy", "anger"]),
    ("D", "t.csv", "a,1,0\nb,0,1\n", {"text": 0, "labels": [1, 2], "names": ["joy", "anger"]}, ["joy", "anger"]),
    ("D", "t.csv", "text,name,label\na,1,0\nb,1,1\n", {"text": "text", "labels": ["name", "label"]}, ["name", "name label"]),
    # E: words for nothing
    ("E", "t.csv", "text,l\na,Drama\nb,nan\nc,None\n", ONE, ["Drama", "", ""]),
    ("E", "t.csv", "text,l\na,[nan]\nb,N/A\nc,-\nd,null\ne,<NA>\nf,Drama|War\n", ONE, ["", "", "", "", "", "Drama War"]),
    ("E", "t.csv", 'text,l\na,"[\'Drama\', nan]"\nb,[None]\nc,[null]\n', ONE, ["Drama", "", ""]),
    ("E", "t.csv", 'text,l\na,"[""None"", ""N/A""]"\n', ONE, ["None N/A"]),
    ("E", "t.jsonl", '{"text":"a","l":["Drama"]}\n{"text":"b","l":[null]}\n{"text":"c","l":NaN}\n{"text":"d"}\n', ONE, ["Drama", "", "", ""]),
    # F: texts
    ("F", "t.json", '[{"text":["a"],"l":["x"]},{"text":["b"],"l":[]}]', ONE, ["x", ""]),
    # G: encodings
    ("G", "t.csv", "text,l\na,기쁨\n".encode("cp949"), ONE | {"encoding": "cp949"}, ["기쁨"]),
    ("G", "t.csv", "text\tl\r\na\t기쁨\r\n".encode("utf-16"), ONE, ["기쁨"]),
    ("G", "t.csv", "text,l\na,기쁨\n".encode("utf-16-le"), ONE | {"encoding": "utf-16-le"}, ["기쁨"]),
    ("G", "t.json", '[{"text":"a","l":["기쁨"]}]'.encode("utf-8-sig"), ONE, ["기쁨"]),
    # H: JSON of other shapes
    ("H", "t.json", '{"data":[{"text":"a","l":["A"]}],"version":1}', ONE, ["A"]),
    ("H", "t.json", '{"result":{"rows":[{"text":"a","l":["A"]}]},"n":[1]}', ONE, ["A"]),
    ("H", "t.json", '[{"text":"a","l":["A"]}]\n[{"text":"b","l":["B"]}]\n', ONE, ["A", "B"]),
    ("H", "t.json", '{"text":"a",\n"l":["A"]}{"text":"b","l":["B"]},\n{"text":"c","l":[]}', ONE, ["A", "B", ""]),
    ("H", "t.json", '{"p1":{"text":"a","l":["A"]},"p2":{"text":"b","l":["B"]}}', ONE, ["A", "B"]),
    ("H", "t.json", '{"text":["a","b"],"l":[["A"],["B","C"]]}', ONE, ["A", "B C"]),
    ("H", "t.json", '{"text":{"0":"a","1":"b"},"l":{"0":["A"],"1":{"B":true,"C":false}}}', ONE, ["A", "B"]),
    ("H", "t.json", '[["text","l"],["a",["A"]],["b",["B"]]]', ONE, ["A", "B"]),
    ("H", "t.jsonl", '["a",["A"]]\n["b",["B"]]\n', {"text": 0, "labels": 1}, ["A", "B"]),
    ("H", "t.json", '{"text":"a","l":["x","y"]}', ONE, ["x y"]),
    ("H", "t.csv", '{"text":"a","l":["x","y"]}\n', ONE, ["x y"]),
    # I: dialects
    ("I", "t.csv", "text,l\na,A,\nb,B,\n", ONE, ["A", "B"]),
    ("I", "t.csv", "text,l,\na,A,\nb,B\n", ONE, ["A", "B"]),
    ("I", "t.csv", "text|l\na|A;B\nb|A\n", ONE, ["A B", "A"]),
    ("I", "t.txt", "id; text ; l\n1;a;A,B\n\n2;b;A\n", ONE, ["A B", "A"]),
    ("I", "t.csv", "sep=;\ntext;l\na;A\n", ONE, ["A"]),
    ("I", "t.csv", '"sep=\t"\r\ntext\tl\r\na\tA\r\n', ONE, ["A"]),
    ("I", "t.csv", "\ufefftext,l\r\na,A\r\n", ONE, ["A"]),
    # J: numbers and names
    ("J", "t.csv", 'text,l\na,"1,2"\nb,2\n', ONE | {"names": {1: "x", 2: "y"}}, ["x y", "y"]),
    ("J", "t.csv", "text,l\na,1.0\nb,0.0\nc,\n", XYZ, ["y", "x", ""]),
    ("J", "t.csv", "text,l\na,0 2\nb,1\n", XYZ, ["x z", "y"]),
    ("J", "t.jsonl", '{"text":"a","l":2}\n{"text":"b","l":null}\n{"text":"c","l":0}\n', XYZ, ["z", "", "x"]),
]  # fmt: skip


@pytest.mark.parametrize("kind, name, content, options, labels", READ)
def test_tables_that_are_read(tmp_path, kind, name, content, options, labels):
    table = load(tmp_path, content, options, name)
    assert pairs(table) == list(zip("abcdef", map(str.split, labels), strict=False))


QUOTES = 'text\tl\n"Well" he said\tA\n"open\tB\nmid\tC\nclose"\tD\nlast\tA\n'


@pytest.mark.parametrize(
    "name, content, texts",
    [
        ("t.tsv", QUOTES, ['"Well" he said', '"open', "mid", 'close"', "last"]),
        ("t.csv", 'text,l\n"Well" he said,A\n"it, ""so""",B\n', None),
        ("t.csv", 'text,l\n"Well" he said,"A"\n5" pipe,B\n', ['"Well" he said', '5" pipe']),
        ("t.tsv", 'text\tl\n"two\nlines"\tA\n"tab\t""in"""\tB\n', ["two\nlines", 'tab\t"in"']),
    ],
)
def test_quotes_that_belong_to_the_text(tmp_path, name, content, texts):
    if texts is None:
        with pytest.raises(ValueError, match="quotes in line 2 do not fit"):
            load(tmp_path, content, name=name)
    else:
        table = load(tmp_path, content, name=name)
        assert table["text"].tolist() == texts
        assert set(map(len, table["labels"].explode())) == {1}


def archive():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("xl/workbook.xml", "<x/>")
    return file.getvalue()


REFUSED = [
    ("A", "t.json", '{"text":"a","meta":{"l":["x","y"],"fine":3}}', {"text": "text", "labels": "meta"}, r"column 'meta': row 0: .* l, fine .* labels='meta.l'"),
    ("A", "t.csv", "text,l\na,\"{'genre': 'War', 'country': 'US'}\"\n", ONE, "column 'l': row 0: .*genre, country"),
    ("A", "t.csv", "text,l\na,\"[{'iso': 'en', 'long': 'English'}]\"\n", ONE, "fields iso, long"),
    ("A", "t.csv", "text,l\nz,{}\na,\"{'NORM': 100.0, 'SR': 0.0}\"\nb,\"{'SR': 50.0}\"\n", ONE, "column 'l': row 1: 'NORM' .* from which share, score or count"),
    ("A", "t.csv", "text,l\na,\"[{'label': 'joy', 'score': 0.98}]\"\n", ONE, "from which share, score or count"),
    ("A", "t.csv", "text,l\na,\"[['joy', 1]]\"\n", ONE, "list of lists"),
    ("B", "t.csv", "text,l\n" + 'a,"x,y"\n' * 30 + "b,x;y\n", ONE, "say what stands between labels"),
    ("B", "t.csv", "text,l\na,\"['x', 'y' ... 'z']\"\n", ONE, "neither a JSON nor a Python list"),
    ("A", "t.csv", 'text,l\na,"OrderedDict([(\'joy\', 1), (\'anger\', 0)])"\n', ONE, "list of lists"),
    ("A", "t.csv", 'text,l\na,"Counter({\'joy\': 2})"\n', ONE, "'joy' must hold 0 and 1"),
    ("A", "t.json", '[{"text":"a","l":[{"joy":1},{"anger":0}]}]', ONE, "the fields joy"),
    ("D", "t.csv", "text,joy\na,0.67\nb,0\n", {"text": "text", "labels": "joy"}, r"holds \['0.67'\]; say from which share"),
    ("B", "t.csv", 'text,l\na,"[Drama, War]"\n', ONE, "neither a JSON nor a Python list"),
    ("C", "t.csv", 'text,l\na,"[1, 0, 1]"\nb,"[0, 0, 0]"\n', ONE, "every row is 3 zeros and ones; give names"),
    ("C", "t.csv", 'text,l\na,"[1, 0, 1, 1]"\nb,"[0, 0, 0, 0]"\n', XYZ, "4 zeros and ones; give names for the 4"),
    ("C", "t.csv", 'text,l\na,"[0.9, 0.1, 0.0]"\nb,"[0, 0, 0]"\n', XYZ, "holds .*0.9.*; say from which share"),
    ("C", "t.csv", 'text,l\na,"[0, 1]"\nb,"[0, 1]"\n', ONE | {"names": ["x", "y"]}, "every row is 2 zeros and ones"),
    ("D", "t.csv", "text,joy,anger\nz,1,0\na,0.67,0\nb,0.33,1\n", TWO, r"row 1: 'joy' must hold 0 and 1, .*'0.67'.*table\['joy'\] >= 0.5"),
    ("D", "t.csv", "text,joy,anger\na,3,0\n", TWO, "share, score or count"),
    ("D", "t.csv", "text,joy,anger\na,1,-1\nb,0,1\n", TWO, "row 0: 'anger' .*-1 often means not known"),
    ("D", "t.csv", "text,joy,anger\na,Drama|War,0\n", TWO, "labels='joy'"),
    ("D", "t.csv", "text,joy,anger\na,1,0\n", TWO | {"names": ["x"]}, "2 columns, but 1 names"),
    ("F", "t.json", '[{"text":{"en":"a"},"l":["x"]}]', ONE, "'text': row 0: .* no text.*text.en"),
    ("G", "t.csv", "text,l\n좋아요,기쁨\n".encode("cp949"), ONE, "encoding='cp949' reads '좋아요,기쁨'"),
    ("G", "t.csv", "text,l\ncafé,A\n".encode("latin-1"), ONE, "encoding='cp1252' reads 'café,A'"),
    ("G", "t.csv", "text,l\na,A\n".encode("utf-16-le"), ONE, "utf-16-le"),
    ("G", "t.csv", "text,l\na,A\n", ONE | {"encoding": "utf-9"}, "no encoding 'utf-9'"),
    ("G", "t.xlsx", archive(), ONE, "Excel workbook .*CSV UTF-8"),
    ("G", "t.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", ONE, "old Excel workbook"),
    ("G", "t.parquet", b"PAR1\x15\x04PAR1", ONE, "Parquet"),
    ("G", "t.csv.gz", b"\x1f\x8b\x08\x00", ONE, "unpack it"),
    ("G", "t.pkl", b"\x80\x04\x95", ONE, "pickle"),
    ("G", "t.json", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n", ONE, "Git LFS pointer"),
    ("G", "t.csv", "\n<!DOCTYPE html><html></html>", ONE, "web page"),
    ("H", "t.json", '{"columns":["text","l"],"data":[["a",["A"]]]}', ONE, "no columns are called 'text'"),
    ("H", "t.json", '{"data":[{"text":"a","l":["A"]}],"about":{"text":"x"}}', ONE, "no records with a field 'text'"),
    ("H", "t.json", '{"a":[{"text":"a","l":["A"]}],"b":[{"text":"b","l":["B"]}]}', ONE, "a, b all hold records"),
    ("A", "t.csv", "text,l\na,\"dict(joy=1, anger=0)\"\n", ONE, "neither a JSON nor a Python list"),
    ("A", "t.csv", "text,l\na,\"{'x1': 'no', 'x2': 'maybe'}\"\n", ONE, "'x2' must hold 0 and 1"),
    ("C", "t.csv", 'text,l\na,"[1, 0, nan]"\n', XYZ, "row holds .*; say from which"),
    ("H", "t.json", '{"a nice film": ["A"]}', ONE, "no records with a field 'text'"),
    ("H", "t.json", '[{"text":"a","l":["A"]}\n', ONE, "cannot be read as a table"),
    ("H", "t.json", '{"text":["a","b"],"l":[["A"]]}', ONE, "cannot be read as a table"),
    ("I", "t.csv", "text,l\n", ONE, "a header and no row"),
    ("I", "t.csv", "  \n", ONE, "it is empty"),
    ("I", "t.csv", "text,l\na,A\nWell, yes,B\n", ONE, "line 3 has 3 fields and not 2"),
    ("I", "t.csv", "text,l\na,A\nb\n", ONE, "line 3 has 1 field"),
    ("I", "t.tsv", "a\tA\nb\tB\nc\tx\tC\n", {"text": 0, "labels": 1}, "line 3 has 3 fields"),
    ("I", "t.csv", 'text,l\na,"A\nb,B\n', ONE, "the quotes in line 3 do not fit"),
    ("I", "t.csv", "text,l,l\na,A,B\n", ONE, "2 columns are called 'l'"),
    ("I", "t.csv", "a,A\nb,B\n", ONE, "no columns are called 'text'.*positions"),
    ("J", "t.csv", "text,l\na,3\n", XYZ, "label '3', but names has 3 names.*counted from 1"),
    ("J", "t.csv", "text,l\na,²\n", XYZ, "label '²'"),
    ("J", "t.csv", "text,l\na,1\n", ONE | {"names": ["x", "x"]}, "one name twice"),
]  # fmt: skip


@pytest.mark.parametrize("kind, name, content, options, sentence", REFUSED)
def test_tables_that_are_refused_in_one_sentence(tmp_path, kind, name, content, options, sentence):
    with pytest.raises(ValueError, match=sentence) as error:
        load(tmp_path, content, options, name)
    assert "\n" not in str(error.value) and str(error.value).endswith(".")


@pytest.mark.parametrize(
    "content, options, sentence",
    [
        ("text,l\na,clear primary\nb,primary\nc,x\n", ONE, "3 labels, most often 'clear primary' (1 row)."),
        ("text,l\na,clear primary\nb,primary\n", ONE, "Is 'clear primary' one label? If not, give separator=' '."),
        ("text,l\na,x/y\nb,y\n", ONE, "separator='/'"),
        ("text,l\na,A;B\nb,B\n", ONE, "2 labels, most often 'B' (2 rows). Every row has 'B'. Labels are cut at ';'."),
        ("text,l\na,Drama\nb,nan\nc,nan\n", ONE, "'nan' is read as no label (2 times)."),
        ('text,l\na,"[""nan""]"\n', ONE, "Is 'nan' a label?"),
        ("text,l\na,\n", ONE, "No row has a label. Fewer than ten texts are no data set: all are train."),
        ("text,l\na,A\n", {"text": 0, "labels": 1}, "Is the first row, 'text', a header?"),
        ('text,l\na,"Arts &amp; Crafts"\n', ONE, "1 label, most often 'Arts &amp; Crafts'"),
        ("text,l\na,0\nb,1\n", ONE, "labels=['joy']"),
        ("text,l\na,Drama\na,War\nb,War\n", ONE, "1 text stands on 2 rows. The labels of 1 such text differ."),
        ("text,l\na,A\na,A\nb,A\nb,A\nb,A\n", ONE, "2 texts stand on 5 rows."),
        ("text,l\nN/A,A\nb,A\n", ONE, "'N/A' is kept as a text (1 time)."),
        ("text,joy,anger\na,1,nan\nb,,1\n", TWO, "'nan' is read as no label (1 time)."),
        ('text,l\na,"1,2"\nb,2\nc,1\n', XYZ, "No row has the number 0: are the numbers counted from 1?"),
        ("text,l,fold\na,A,1\nb,B,2\n", ONE, "'fold' is no split into train, dev and test"),
        ("text,l,split\na,A,train\nb,B,train\n", ONE, "'split' is no split"),
        ("text,l,Set\na,A,Train\nb,B,TEST\n", ONE, "The file's own 'Set' has no dev."),
        ("text,l,Set\na,A,Train\na,B,TEST\n", ONE, "two parts of the file's own split"),
        ("text,l\na,x\nb,y|z\n", ONE, "For example, 'b' has ['y', 'z']."),
    ],
)  # fmt: skip
def test_what_looks_odd_is_said(tmp_path, capsys, content, options, sentence):
    load(tmp_path, content, options)
    said = capsys.readouterr().out
    assert sentence in said


@pytest.mark.parametrize(
    "content",
    ["x\ny\nz\n", "0\tx\n1\ty\n2\tz\n", '["x", "y", "z"]', '{"0":"x","1":"y","2":"z"}', '{"x":0,"y":1,"z":2}'],
)  # fmt: skip
def test_files_of_names(tmp_path, content):
    names = tmp_path / "names.txt"
    names.write_text(content)
    table = load(tmp_path, 'text,l\na,"0,2"\nb,1\n', ONE | {"names": names})
    assert table["labels"].tolist() == [["x", "z"], ["y"]]
    for content in ("x\n\nz\n", "id,name\n0,x\n1,y\n", '["x", "y"', ""):
        names.write_text(content)
        with pytest.raises(ValueError, match="names.txt.*an empty one"):
            load(tmp_path, "text,l\na,1\n", ONE | {"names": names})


SHARED = Path(__file__).parents[2] / "shared" / "cases" / "tables.py"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared cases are not part of a clone")
def test_the_shared_cases(tmp_path, capsys):
    spec = importlib.util.spec_from_file_location("cases", SHARED)
    cases = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(cases)
    for _, case, name, content, options, right in cases.CASES:
        try:
            table = load(tmp_path, content, options, name)
        except ValueError as error:
            assert isinstance(right, str) and name in str(error), (case, error)
        else:
            if isinstance(right, list):
                assert list(map(list, pairs(table))) == right, case
            else:
                assert name in capsys.readouterr().out, case


def test_the_movies_dataset_has_rows_in_two_pieces(tmp_path, capsys):
    records = "[{'id': 18, 'name': 'Drama'}, {'id': 35, 'name': 'Comedy'}]"
    rows = [f'False,"{records}",{k},"A plot, number {k}"' for k in range(300)]
    rows[250] = 'False,"[]",250\n - Written by N.,0.06'
    table = load(
        tmp_path,
        "\n".join(["adult,genres,id,overview", *rows]),
        {"text": "overview", "labels": "genres"},
    )
    assert len(table) == 299 and table["labels"].tolist() == [["Drama", "Comedy"]] * 299
    assert (
        "2 lines with another number of fields left out, the first is line 252."
        in capsys.readouterr().out
    )


def test_cmu_keeps_plots_and_genres_in_two_files(tmp_path):
    (tmp_path / "plots.txt").write_text('1\tA "plot", it is.\n2\tOnce more.\n')
    (tmp_path / "films.tsv").write_text(
        '2\t/m/2\tB\t{"/m/hsx": "War"}\n1\t/m/1\tA\t{"/m/01": "Drama", "/m/2": "War film"}\n'
    )
    tab = {"sep": "\t", "header": None, "quoting": 3}
    plots = pd.read_csv(tmp_path / "plots.txt", names=["id", "plot"], **tab)
    films = pd.read_csv(
        tmp_path / "films.tsv", usecols=[0, 3], names=["id", "a", "b", "genres"], **tab
    )
    plots.merge(films).to_csv(tmp_path / "movies.csv", index=False)
    table = data.load_table(tmp_path / "movies.csv", text="plot", labels="genres")
    assert pairs(table) == [('A "plot", it is.', ["Drama", "War film"]), ("Once more.", ["War"])]


def test_jigsaw_has_a_column_for_each_label(tmp_path):
    content = (
        'id,comment_text,toxic,severe_toxic,threat\nx,"""You"",\nhe said",1,0,1\ny,Thanks,0,0,0\n'
    )
    options = {"text": "comment_text", "labels": ["toxic", "severe_toxic", "threat"]}
    assert load(tmp_path, content, options)["labels"].tolist() == [["toxic", "threat"], []]


# No label is lost or invented: any names, in every spelling, read back equal.

LETTERS = "ab ,'\"/&()<>éß기쁨화남;|-_.#:+=!?1"
NAME = st.text(LETTERS, min_size=1, max_size=8).map(str.strip)
NAME = NAME.filter(lambda name: any(letter.isalnum() for letter in name))
WORDS = {"nan", "none", "null", "n/a", "na", "-", "--", "?", ""}
SPELLINGS = {
    "json": json.dumps,
    "korean json": lambda row: json.dumps(row, ensure_ascii=False),
    "list": repr,
    "tuple": lambda row: repr(tuple(row)),
    "set": lambda row: repr(set(row)),
    "frozenset": lambda row: repr(frozenset(row)),
    "array": lambda row: repr(np.array(row, dtype=object)),
    "numpy 2": lambda row: repr([np.str_(name) for name in row]),
    "numpy": lambda row: str(np.array(row, dtype=object)),
    "records": lambda row: repr([{"id": k, "name": name} for k, name in enumerate(row)]),
    "ids": lambda row: json.dumps({f"/m/{k}": name for k, name in enumerate(row)}),
    "flags": lambda row: json.dumps({name: True for name in row} | {"never": False}),
    **{mark: mark.join for mark in ("|", "; ", ", ", "\n")},
    "tags": lambda row: "".join(f"<{name}>" for name in row),
}


@st.composite
def label_rows(draw, bans=""):
    names = draw(
        st.lists(NAME.filter(lambda n: not set(n) & set(bans)), min_size=1, max_size=5, unique=True)
    )
    names = [name for name in names if name != "never" and name.lower() not in WORDS]
    assume(names)
    return names, draw(st.lists(st.lists(st.sampled_from(names), unique=True), min_size=1, max_size=6))  # fmt: skip


def back(folder, fields, options=ONE, name="t.csv"):
    path = folder / name
    frame = pd.DataFrame({"text": [f"text {k}" for k in range(len(fields))], "l": fields})
    if name.endswith("csv"):
        frame.to_csv(path, index=False)
    elif name.endswith("tsv"):
        frame.to_csv(path, index=False, sep="\t")
    else:
        frame.to_json(path, orient="records", lines=True, force_ascii=False)
    return data.load_table(path, **options)["labels"].tolist()


quick = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(drawn=st.data())
@quick
def test_names_read_back_equal(tmp_path, spelling, drawn):
    marks = {"|": "\n|", "; ": "\n|;", ", ": "\n|;,", "\n": "\n|;,", "tags": "<>"}
    names, rows = drawn.draw(label_rows(marks.get(spelling, "")))
    if spelling in marks:  # a bracket may begin a list
        assume(len(names) > 1 or not set(names[0]) & set("|;,"))  # the mark must occur
        assume(not any(name[0] in "[({" for name in names))
        assume(not all(name[0] == "<" and name[-1] == ">" for name in names))
        assume(any(not name.replace(".", "").replace(" ", "").isdigit() for name in names))
        rows = [names[:2], *rows] if len(names) > 1 else rows  # the mark occurs
    fields = [SPELLINGS[spelling](row) for row in rows]
    suffix = drawn.draw(st.sampled_from(["csv", "tsv"]))
    if spelling == "ids":  # where the value is a number or a yes, the key is the label
        assume(
            not any(n.lower() in tables.YES | tables.NO or tables.NUMBER.match(n)[0] for n in names)
        )
    order = set if "set" in spelling else list
    got = back(tmp_path, fields, name=f"t.{suffix}")
    assert list(map(order, got)) == list(map(order, rows))


@given(drawn=label_rows())
@quick
def test_columns_vectors_numbers_and_json_lines_read_back_equal(tmp_path, drawn):
    names, rows = drawn
    rows.append([])
    assert back(tmp_path, rows, name="t.jsonl") == rows
    inside = [[name for name in names if name in row] for row in rows]
    vectors = [[int(name in row) for name in names] for row in rows]
    if len(names) > 2:
        options = ONE | {"names": names}
        assert back(tmp_path, list(map(str, vectors)), options) == inside
        assert back(tmp_path, [str(np.array(vector)) for vector in vectors], options) == inside
    if len(names) > 3 or any(0 < len(row) < len(names) for row in rows):
        numbers = [",".join(str(names.index(name)) for name in row) for row in rows]
        assert back(tmp_path, numbers, ONE | {"names": names}) == rows
        names_by_number = dict(enumerate(names, 1))
        numbers = [" ".join(str(names.index(name) + 1) for name in row) for row in rows]
        assert back(tmp_path, numbers, ONE | {"names": names_by_number}) == rows
    frame = pd.DataFrame(vectors, columns=names)
    assume("the text" not in names)
    frame["the text"] = [f"text {k}" for k in range(len(rows))]
    frame.to_csv(tmp_path / "c.csv", index=False)
    table = data.load_table(tmp_path / "c.csv", text="the text", labels=names)
    assert table["labels"].tolist() == inside


# The split that load_table and data.split make


def test_the_files_own_parts(tmp_path):
    parts = ["Train", "TRAINING", "val", "Validation", "test"]
    rows = "".join(f"t{k},A,{parts[k % 5]}\n" for k in range(20))
    for name in ("split", "Set", "subset", "구분"):
        table = load(tmp_path, f"text,l,{name}\n{rows}")
        assert table["split"].tolist() == ["train", "train", "dev", "dev", "test"] * 4
    both = '{"train":[{"text":"a","l":["A"]}],"validation":[{"text":"b","l":[]}]}'
    assert load(tmp_path, both, name="t.json")["split"].tolist() == ["train", "dev"]


def test_copies_of_a_text_stay_in_one_part(tmp_path):
    rows = [f"t{k % 23},{'A|B' if k % 3 else 'B'}" for k in range(60)]
    table = load(tmp_path, "text,l\n" + "\n".join(rows))
    assert (table.groupby("text")["split"].nunique() == 1).all()
    assert set(table["split"]) == {"train", "dev", "test"}


SMALL = {
    "one column": np.arange(12)[:, None] % 2,
    "no label": np.zeros((12, 3), int),
    "no column": np.zeros((12, 0), int),
    "always the same": np.ones((12, 2), int),
    "one always": np.ones((12, 1), int),
    "each label once": np.eye(12, dtype=int),
    "25 labels on 40 rows": np.eye(25, dtype=int)[np.arange(40) % 25],
    "3 rows": np.eye(3, dtype=int),
    "4 rows": np.ones((4, 1), int),
    "one rare": np.eye(100, 1, dtype=int),
}


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("sizes", [(0.6, 0.2, 0.2), (0.5, 0.5), (0.98, 0.01, 0.01)])
def test_split_of_small_and_odd_data(name, sizes):
    parts = data.split(SMALL[name], sizes)
    n = len(SMALL[name])
    assert sorted(np.concatenate(parts)) == list(range(n))
    assert all(len(part) for part in parts)
    if min(sizes) * n >= 2:
        assert [len(part) / n for part in parts] == pytest.approx(sizes, abs=4.1 / n)


def test_split_refuses_fewer_rows_than_parts():
    with pytest.raises(ValueError, match="2 rows cannot fill 3 parts"):
        data.split(np.ones((2, 1)))


def test_split_of_many_labels_is_fast_and_says_so(capsys):
    y = np.random.default_rng(0).random((600, 3000)) < 0.005
    parts = data.split(y)
    assert [len(part) / 600 for part in parts] == pytest.approx([0.6, 0.2, 0.2], abs=0.05)
    assert "most frequent" in capsys.readouterr().out
