"""Lesson 11 on other tables than the films, by its one line, and the folder that it hands over."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import nbformat
import numpy as np
import pandas as pd
import pytest
import refresh

import helpers
from helpers import data, metrics, thresholds

(LESSON,) = refresh.lessons(["11"])
CELLS = nbformat.read(LESSON, as_version=4).cells
LINE = re.compile(r"^table = .+$", re.M)
FOLDER = "folder = Path(temporary.name)"


def blocks():
    """The code that stands in the lesson's text."""
    text = "\n".join(cell.source for cell in CELLS if cell.cell_type == "markdown")
    return re.findall(r"^```python\n(.+?)^```", text, re.M | re.S)


def run_with(line, folder=None):
    """What every cell prints and shows, with another line for the table."""
    notebook = nbformat.read(LESSON, as_version=4)
    (first,) = [
        c for c in notebook.cells if c.cell_type == "code" and c.source.startswith("table =")
    ]
    first.source, times = LINE.subn(lambda match: line, first.source)
    assert times == 1
    if folder:
        (cell,) = [cell for cell in notebook.cells if FOLDER in cell.source]
        cell.source = cell.source.replace(FOLDER, f"folder = Path({str(folder)!r})")
    refresh.execute(notebook, LESSON.parent)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    return "\n".join(o.get("text") or o.data.get("text/plain", "") for o in outputs)


def films(rows, labels):
    """Films that have one of these labels, with these labels only."""
    table = data.load_films().rename(columns={"plot": "text", "genres": "labels"})
    table["labels"] = [[one for one in row if one in labels] for row in table["labels"]]
    return table[table["labels"].str.len() > 0].head(rows)[["text", "labels"]]


def test_one_line_names_the_data():
    code = [cell.source for cell in CELLS if cell.cell_type == "code"]
    assert code[1] == 'table = data.load_table("data/films.csv", text="plot", labels="genres")'
    assert sum(FOLDER in source for source in code) == 1


def test_a_group_is_read_as_the_lesson_says(tmp_path, capsys):
    table = films(30, ["Drama", "Comedy"]).assign(author=["Ann; B.", "Cy, D", "Eve"] * 10)
    table["labels"] = table["labels"].str.join("|")
    table.to_csv(tmp_path / "my.csv", index=False)
    names = {"data": data, "table": data.load_table(tmp_path / "my.csv", "text", "labels")}
    (block,) = [block for block in blocks() if "author" in block]
    exec(block.replace('"my.csv"', repr(str(tmp_path / "my.csv"))), names)
    assert list(names["table"]["group"]) == list(table["author"])


def test_a_file_is_embedded_in_pieces(tmp_path):
    """The block in the text, with an encoder that tells the length of a text."""
    texts = ["a", 'b "quoted"\nline', "nan", "", "five"]
    pd.DataFrame({"text": texts}).to_csv(tmp_path / "texts.csv")
    pieces = []

    def embed(some, *packaged):
        pieces.append(len(some))
        return np.array([[len(text)] * 384 for text in some], np.float32)

    names = {"pd": pd, "np": np, "helpers": helpers, "packaged": (),
             "bert": SimpleNamespace(embed=embed)}  # fmt: skip
    (block,) = [block for block in blocks() if "embed_file" in block]
    exec(block, names)
    names["embed_file"](tmp_path / "texts.csv", tmp_path / "vectors.npy", len(texts), piece=2)
    vectors = np.load(tmp_path / "vectors.npy")
    assert pieces == [2, 2, 1] and vectors.shape == (5, 384)
    assert vectors[:, 0].tolist() == [len(text) for text in texts]


def cell(part):
    """The one code cell that holds this."""
    (found,) = [c.source for c in CELLS if c.cell_type == "code" and part in c.source]
    return found


def split_by_the_lesson(table):
    """The lesson's step 2 on a table whose texts are made of letters: (train, dev, test)."""
    y = np.array([[row % 2, row % 3 == 0] for row in range(len(table))], int)
    signs = sorted(set("".join(table["text"])))
    counted = np.array([[text.count(sign) for sign in signs] for text in table["text"]], float)
    vectors = counted / np.linalg.norm(counted, axis=1, keepdims=True)
    names = {"np": np, "pd": pd, "data": data, "table": table, "y": y, "texts": table["text"],
             "labels": ["a", "b"], "vectors_of": lambda texts: vectors}  # fmt: skip
    exec(cell("def share_out"), names)
    exec(cell("splits = [parts]"), names)
    return names["splits"], vectors


def rows_without_a_twin(rows=320, parts=("train", "dev", "test")):
    texts = [chr(0x4E00 + row) * 3 for row in range(rows)]
    return pd.DataFrame({"text": texts, "split": [parts[row % len(parts)] for row in range(rows)]})


def test_no_near_copy_stands_in_two_parts():
    """Not even one that is hidden behind a nearer copy, with a group column, or in dev and test."""
    table = rows_without_a_twin()
    twins = table.head(30).assign(text=table["text"].head(30) + table["text"].str[0].head(30))
    twins["split"] = ["test", "dev", "train"] * 10
    table = pd.concat([table, table.head(30), twins], ignore_index=True)
    for one in (table, table.assign(group=np.arange(len(table)) // 2)):
        ((train, dev, test),), vectors = split_by_the_lesson(one)
        for a, b in ((train, dev), (train, test), (dev, test)):
            assert (vectors[a] @ vectors[b].T).max() < 0.9
            if "group" in one:
                assert not set(one["group"][a]) & set(one["group"][b])


def test_a_file_without_a_train_part_is_split_anew():
    for parts in (["test"], ["dev", "test"]):
        (split,), _ = split_by_the_lesson(rows_without_a_twin(parts=parts))
        assert [len(part) for part in split] == pytest.approx([192, 64, 64], abs=6)


def test_few_groups_give_a_sentence():
    table = rows_without_a_twin(40)
    with pytest.raises(AssertionError, match="Fewer than five groups of rows cannot be split"):
        split_by_the_lesson(table.assign(group=np.arange(40) // 10))
    splits, _ = split_by_the_lesson(table.assign(group=np.arange(40) // 8))
    assert len(splits) == 10 and all(len(part) for split in splits for part in split)


def test_different_tags_stay_apart(capsys):
    names = {}
    exec(cell("def one_spelling").split("if len(table)")[0], names)
    tags = ["Sci-Fi", "Sci-Fi", "sci fi", "SciFi", "sci_fi.", "C", "C++", "C#", "R&B", "RB",
            "1.0", "10", "का", "की", "के"]  # fmt: skip
    read = names["one_spelling"](pd.Series([[tag] for tag in tags]), tell=True).explode()
    assert list(read) == ["Sci-Fi"] * 5 + tags[5:]
    assert "read as one label: {'sci fi': 'Sci-Fi'" in capsys.readouterr().out


@pytest.mark.parametrize("shrink", [1, 1e-4, 1e-6])
def test_a_common_cut_for_rare_labels(shrink):
    """300 labels, one a row. The cuts tried differ by 7 % of the yes: that costs little."""
    names = {"np": np, "metrics": metrics, "thresholds": thresholds, "metric": "micro"}
    exec(cell("def common_cut"), names)
    random = np.random.default_rng(0)
    y = np.eye(300, dtype=int)[random.integers(0, 300, 1000)]
    y_score = shrink / (1 + np.exp(-random.normal(5 * y - 6, 1)))
    best = thresholds.best_thresholds(y.reshape(-1, 1), y_score.reshape(-1, 1))[0]
    reached, possible = (metrics.f1(y, y_score >= cut, "micro")
                         for cut in (names["common_cut"](y, y_score), best))  # fmt: skip
    assert reached > possible - 0.02


@pytest.mark.slow
def test_fits_on_a_cluster_are_the_same(tmp_path):
    """The block with Dask, in a script: its workers start anew."""
    pytest.importorskip("dask.distributed")
    code = [cell.source for cell in CELLS if cell.cell_type == "code"]
    kept = [source for source in code if "def one_label" in source or "Model = named" in source]
    (block,) = [block for block in blocks() if "dask" in block]
    start = """
        import numpy as np
        from helpers import data
        from sklearn.preprocessing import MultiLabelBinarizer
        films = data.load_films()
        texts, train = films["plot"].to_numpy(object), np.arange(200)
        y = MultiLabelBinarizer().fit_transform(films["genres"])
    """
    lesson = [*start.splitlines(), *"\n".join(kept).splitlines(),
              'words = [train_on(train, "words", 10, y)]', *block.splitlines()]  # fmt: skip
    script = "if __name__ == '__main__':\n" + "\n".join(f"    {line.strip()}" if line in
              start.splitlines() else f"    {line}" for line in lesson)  # fmt: skip
    (tmp_path / "lesson.py").write_text(script)
    result = subprocess.run(
        [sys.executable, "lesson.py"], cwd=tmp_path, capture_output=True, text=True, timeout=300,
        env=os.environ | {"DASK_DISTRIBUTED__DASHBOARD__LINK": "", "MPLBACKEND": "agg"},
    )  # fmt: skip
    assert "same weights: True" in result.stdout, result.stderr[-2000:]


@pytest.fixture(scope="module")
def handed_over(tmp_path_factory):
    """A run on 40 rows with three labels, from JSONL: (what it printed, the folder)."""
    folder = tmp_path_factory.mktemp("lesson11")
    file = folder / "forty.jsonl"
    films(40, ["Drama", "Comedy", "Action"]).to_json(file, orient="records", lines=True)
    line = f'table = data.load_table({str(file)!r}, text="text", labels="labels")'
    return run_with(line, folder / "model"), folder / "model"


@pytest.mark.slow
def test_forty_rows(handed_over):
    printed, _ = handed_over
    assert "10 split(s)" in printed and "3 labels" in printed
    assert "ten texts, new process: True" in printed and "up to 200 of test, here: True" in printed


NEW_PROCESS = """
import json, sys
import predict
print(json.dumps(predict.predict(json.load(sys.stdin))))
"""


@pytest.mark.slow
def test_the_folder_works_without_the_notebook(handed_over):
    _, folder = handed_over
    texts = [*films(9, ["Drama", "Comedy", "Action"])["text"], "  decomposed: cafe\u0301 \n line"]
    result = subprocess.run([sys.executable, "-c", NEW_PROCESS], cwd=folder, text=True,
                            input=json.dumps(texts), capture_output=True)  # fmt: skip
    assert result.returncode == 0, result.stderr[-2000:]
    said = json.loads(result.stdout)
    predict = module(folder)
    assert said == predict.predict(texts) == [predict.predict([text])[0] for text in texts]
    assert {label for row in said for label in row} <= {"Drama", "Comedy", "Action"}
    assert "pickle" not in (folder / "predict.py").read_text(encoding="utf-8")


def module(folder):
    spec = importlib.util.spec_from_file_location("handed_over_predict", folder / "predict.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.mark.slow
def test_a_changed_byte_is_refused(handed_over):
    _, folder = handed_over
    predict = module(folder)
    files = [*json.loads((folder / "sums.json").read_text("utf-8")), "sums.json"]
    assert sorted(files) == ["arrays.safetensors", "card.md", "predict.py", "settings.json",
                             "sums.json"]  # fmt: skip
    for name in files:
        right = (folder / name).read_bytes()
        for place in np.linspace(0, len(right) - 1, 12).astype(int):
            changed = bytearray(right)
            changed[place] ^= 1
            (folder / name).write_bytes(changed)
            try:
                with pytest.raises((ValueError, OSError)):
                    predict.read_folder(folder)
            finally:
                (folder / name).write_bytes(right)
    predict.read_folder(folder)


@pytest.mark.slow
def test_a_single_label(tmp_path):
    table = films(120, data.load_films()["genres"].explode().unique())
    table = pd.DataFrame({"text": table["text"], "drama": ["Drama" in r for r in table["labels"]]})
    table.to_csv(tmp_path / "one.tsv", sep="\t", index=False)
    line = f'table = data.load_table({str(tmp_path / "one.tsv")!r}, text="text", labels=["drama"])'
    printed = run_with(line)
    assert "1 labels" in printed and "up to 200 of test, here: True" in printed


def many_labels(rows=1300, labels=300):
    """Texts of made-up words; a label has a word of its own, which is there four times of five."""
    random = np.random.default_rng(0)
    for _ in range(rows):
        tags = random.choice(labels, 3, replace=False)
        signs = [f"sign{tag}" for tag in tags if random.random() < 0.8]
        words = [*signs, *(f"word{word}" for word in random.integers(0, 2000, 12))]
        yield {"text": " ".join(random.permutation(words)), "tags": [f"tag {tag}" for tag in tags]}


@pytest.mark.slow
def test_three_hundred_labels(tmp_path):
    file = tmp_path / "many.json"
    file.write_text(json.dumps(list(many_labels())), encoding="utf-8")
    printed = run_with(f'table = data.load_table({str(file)!r}, text="text", labels="tags")')
    assert re.search(r"^(29\d|300) labels; left out", printed, re.M)
    assert "up to 200 of test, here: True" in printed


@pytest.mark.slow
def test_a_table_without_labels_gives_a_sentence_and_the_films(tmp_path):
    films(30, ["Drama"])[["text"]].assign(tags="").to_csv(tmp_path / "none.csv", index=False)
    file = str(tmp_path / "none.csv")
    printed = run_with(f'table = data.load_table({file!r}, text="text", labels="tags")')
    assert "nothing to learn. The films stand in" in printed and "12 labels" in printed


@pytest.mark.slow
def test_another_script_with_groups_and_two_parts(tmp_path):
    """Korean in UTF-16 with semicolons, no dev: no encoder model, a sentence, groups together."""
    table = data.load_emotions()[["text", "emotions"]].head(400)
    table["emotions"] = table["emotions"].str.join("|")
    table["split"] = ["test" if row % 5 == 0 else "train" for row in range(len(table))]
    table.to_csv(tmp_path / "korean.txt", sep=";", index=False, encoding="utf-16")
    load = f'data.load_table({str(tmp_path / "korean.txt")!r}, text="text", labels="emotions")'
    printed = run_with(f"table = {load}")
    assert "The packaged encoder reads English" in printed and "zero-shot  " not in printed
    assert re.search(r"1 split\(s\); train 2\d\d, dev \d\d, test 80 rows", printed)
    printed = run_with(f"table = (t := {load}).assign(group=np.arange(len(t)) // 2)")
    assert "1 split(s)" in printed and "up to 200 of test, here: True" in printed
