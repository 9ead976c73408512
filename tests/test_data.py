"""load_table reads what real files hold; split keeps shares; bad files get a sentence."""

import json

import numpy as np
import pandas as pd
import pytest

from helpers import data

LABELS = [["Drama", "War"], ["Comedy"], []]


def write(path, content, encoding="utf-8"):
    path.write_bytes(content.encode(encoding))
    return path


@pytest.mark.parametrize(
    "fields",
    [
        ['["Drama", "War"]', '["Comedy"]', "[]"],
        ["['Drama', 'War']", "['Comedy']", "[]"],
        ["('Drama', 'War')", "('Comedy',)", "()"],
        ["['Drama' 'War']", "['Comedy']", "[]"],
        ["Drama|War", "Comedy", ""],
        ["Drama, War", "Comedy", ""],
        [" Drama ;War", "Comedy ", ""],
        ["Drama|War|Drama", "Comedy", ""],
    ],
)
def test_spellings_of_labels(tmp_path, fields):
    path = tmp_path / "films.csv"
    pd.DataFrame({"plot": list("abc"), "genres": fields}).to_csv(path, index=False)
    assert data.load_table(path, text="plot", labels="genres")["labels"].tolist() == LABELS


def test_a_comma_stays_in_a_name_when_bars_separate(tmp_path):
    path = write(tmp_path / "t.tsv", 'text\tl\na\tNews, sport|Music\nb\t"News, sport"\n')
    labels = data.load_table(path, text="text", labels="l")["labels"].tolist()
    assert labels == [["News, sport", "Music"], ["News, sport"]]


@pytest.mark.parametrize(
    "fields", [["1,2", "0", ""], ["[1, 2]", "[0]", "[]"], ["[1 2]", "[0]", "[]"]]
)
@pytest.mark.parametrize("as_file", [True, False])
def test_numbers_with_names(tmp_path, fields, as_file):
    path = tmp_path / "t.csv"
    pd.DataFrame({"text": list("abc"), "l": fields}).to_csv(path, index=False)
    names = ["Comedy", "Drama", "War"]
    if as_file:
        names = write(tmp_path / "names.txt", "Comedy\nDrama\nWar\n")
    table = data.load_table(path, text="text", labels="l", names=names)
    assert table["labels"].tolist() == LABELS


def test_numbers_without_names_stay_numbers(tmp_path):
    path = write(tmp_path / "t.csv", 'text,l\na,"1,2"\nb,0\n')
    assert data.load_table(path, text="text", labels="l")["labels"].tolist() == [["1", "2"], ["0"]]


def test_columns_by_position_in_a_table_without_a_header(tmp_path):
    path = write(tmp_path / "t.tsv", "id1\tgood\t0,2\nid2\tbad\t1\n")
    table = data.load_table(path, text=1, labels=2, names=["joy", "anger", "trust"])
    assert table["text"].tolist() == ["good", "bad"]
    assert table["labels"].tolist() == [["joy", "trust"], ["anger"]]


@pytest.mark.parametrize("yes, no", [("1", "0"), ("1.0", "0.0"), ("True", "False"), ("1", "")])
def test_one_column_for_each_label(tmp_path, yes, no):
    path = write(tmp_path / "t.csv", f"text,joy,anger\na,{yes},{no}\nb,{no},{no}\nc,{yes},{yes}\n")
    table = data.load_table(path, text="text", labels=["joy", "anger"])
    assert table["labels"].tolist() == [["joy"], [], ["joy", "anger"]]


def test_json_lines_with_lists_and_dictionaries(tmp_path):
    rows = [
        {"text": "a", "l": {"joy": "True", "anger": "False"}},
        {"text": "b", "l": {"joy": False, "anger": True}},
        {"text": "c", "l": ["anger", "joy"]},
    ]
    lines = "\n".join(json.dumps(row) for row in rows)
    table = data.load_table(write(tmp_path / "t.jsonl", lines), text="text", labels="l")
    assert table["labels"].tolist() == [["joy"], ["anger"], ["anger", "joy"]]
    table = data.load_table(write(tmp_path / "t.json", json.dumps(rows)), text="text", labels="l")
    assert len(table) == 3


def test_bom_quotes_tabs_and_line_breaks_inside_fields(tmp_path):
    content = 'text,l\n"He said ""no"",\nand\tleft.",Drama\n'
    path = write(tmp_path / "t.csv", content, "utf-8-sig")
    table = data.load_table(path, text="text", labels="l")
    assert table["text"].tolist() == ['He said "no",\nand\tleft.']
    assert table["labels"].tolist() == [["Drama"]]


def test_rows_without_text_or_labels_are_counted(tmp_path, capsys):
    path = write(tmp_path / "t.csv", "text,l\na,Drama\n,War\n  ,War\nb,\n")
    table = data.load_table(path, text="text", labels="l")
    assert table["text"].tolist() == ["a", "b"]
    said = capsys.readouterr().out
    start = "t.csv: 4 rows read; 2 without text left out; 1 without a label kept."
    assert said.startswith(start + " For example, 'a' has ['Drama']. 1 label, most often 'Drama'")


def test_a_table_gets_a_split_or_keeps_its_own(tmp_path):
    rows = "".join(f"text {k},{'A|B' if k % 3 else 'B'}\n" for k in range(60))
    table = data.load_table(write(tmp_path / "t.csv", "text,l\n" + rows), text="text", labels="l")
    assert table["split"].value_counts().to_dict() == {"train": 36, "dev": 12, "test": 12}
    path = write(tmp_path / "own.csv", "text,l,split\na,A,test\nb,B,train\n")
    table = data.load_table(path, text="text", labels="l")
    assert table["split"].tolist() == ["test", "train"]


@pytest.mark.parametrize(
    "content, options, sentence",
    [
        ("text,l\na,A\n", {"labels": "genre"}, "no columns are called 'genre'"),
        ("text,l\na,7\n", {"names": ["x"]}, "has the label '7', but names has 1 names"),
        ("text,l\na,[A\n", {}, "neither a JSON nor a Python list"),
        ("text,l\na,maybe\n", {"labels": ["l"]}, "must hold 0 and 1"),
        ("", {}, "cannot be read as a table"),
        ('text,l\n"a', {}, "cannot be read as a table"),
    ],
)
def test_a_bad_table_gets_a_sentence(tmp_path, content, options, sentence):
    path = write(tmp_path / "t.csv", content)
    with pytest.raises(ValueError, match=sentence.replace("[", r"\[")):
        data.load_table(path, **{"text": "text", "labels": "l"} | options)


def test_a_bad_encoding_and_a_missing_file_get_a_sentence(tmp_path):
    path = write(tmp_path / "t.csv", "text,l\ncafé,A\n", "latin-1")
    with pytest.raises(ValueError, match="is not UTF-8: save it again as UTF-8"):
        data.load_table(path, text="text", labels="l")
    with pytest.raises(FileNotFoundError, match="There is no file none.csv"):
        data.load_table(tmp_path / "none.csv", text="text", labels="l")
    with pytest.raises(FileNotFoundError, match="There is no file none.txt"):
        data.load_table(write(tmp_path / "u.csv", "text,l\na,0\n"), "text", "l", names="none.txt")
    with pytest.raises(ValueError, match="broken.jsonl cannot be read"):
        data.load_table(write(tmp_path / "broken.jsonl", '{"text": '), text="text", labels="l")


@pytest.mark.parametrize("content", ["plot,genres\na,Drama\n", "plot,genres,split\na,Drama,tr"])
def test_damaged_films_get_a_sentence(tmp_path, monkeypatch, content):
    write(tmp_path / "films.csv", content)
    monkeypatch.setattr(data, "DATA", tmp_path)
    with pytest.raises(ValueError, match="films.csv is not the file that came with the lessons"):
        data.load_films()


def test_split_is_disjoint_complete_and_repeatable():
    y = (np.random.default_rng(0).random((500, 6)) < [0.5, 0.3, 0.2, 0.1, 0.06, 0.04]).astype(int)
    parts = data.split(y, sizes=(0.5, 0.3, 0.2), seed=3)
    assert sorted(np.concatenate(parts)) == list(range(500))
    assert [len(part) / 500 for part in parts] == pytest.approx([0.5, 0.3, 0.2], abs=0.03)
    for part, again in zip(parts, data.split(y, sizes=(0.5, 0.3, 0.2), seed=3), strict=True):
        assert (part == again).all()
        assert np.abs(y[part].mean(axis=0) - y.mean(axis=0)).max() < 0.02


def test_split_refuses_bad_input():
    with pytest.raises(ValueError, match="0/1 matrix"):
        data.split(np.array([0, 1, 1]))
    with pytest.raises(ValueError, match="add up to 1"):
        data.split(np.ones((4, 1)), sizes=(0.5, 0.2))
