"""Emotion8 of lesson 10, as it is taught: loading, the first token, saving and loading again."""

import ast
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast, RobertaConfig, RobertaModel

from helpers import data, metrics
from helpers.thresholds import best_thresholds

LESSON = Path(__file__).parent.parent / "notebooks" / "10_korean_emotions.ipynb"
LABELS = ["joy", "anticipation", "trust", "surprise", "disgust", "fear", "anger", "sadness"]
TAUGHT = ("normalise", "Emotion8", "predict", "evaluate", "save", "load_saved")
TEXTS = ["오늘 정말 좋다 ㅋㅋ", "왜 이래!", "내일 비가 온대요"]


@pytest.fixture(scope="module")
def taught():
    """The definitions of the lesson's own cells, and the imports that they need."""
    names = {"np": np, "metrics": metrics, "best_thresholds": best_thresholds, "labels": LABELS}
    for cell in nbformat.read(LESSON, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        for node in ast.parse(cell.source).body:
            wanted = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name in TAUGHT
            if wanted or isinstance(node, (ast.Import, ast.ImportFrom)):
                exec(compile(ast.Module([node], []), str(LESSON.name), "exec"), names)
    assert set(TAUGHT) <= set(names)
    return names


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A RoBERTa of two layers with random weights, and its tokenizer, as published models are."""
    folder = tmp_path_factory.mktemp("roberta")
    characters = sorted(set("".join(data.load_emotions()["text"])) - {" "})
    tokens = ["<s>", "<pad>", "</s>", "<unk>", *characters]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split("", "isolated")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, cls_token="<s>", pad_token="<pad>", sep_token="</s>",
        unk_token="<unk>",
    ).save_pretrained(folder)  # fmt: skip
    torch.manual_seed(1)
    config = RobertaConfig(
        vocab_size=len(tokens), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=66, type_vocab_size=1, pad_token_id=1,
    )  # fmt: skip
    RobertaModel(config).save_pretrained(folder)
    return folder


@pytest.fixture
def model(taught, checkpoint):
    torch.manual_seed(0)
    return taught["Emotion8"](checkpoint).eval()


def test_every_weight_of_the_encoder_comes_from_the_folder(model, checkpoint):
    saved = load_file(checkpoint / "model.safetensors")
    loaded = model.encoder.state_dict()
    assert type(model.encoder) is RobertaModel and saved.keys() <= loaded.keys()
    for name, weight in saved.items():
        assert torch.equal(weight, loaded[name]), name
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}


def test_half_precision_weights_become_float32(taught, checkpoint, tmp_path):
    original = taught["Emotion8"](checkpoint)
    original.encoder.half().save_pretrained(tmp_path)
    original.tokenizer.save_pretrained(tmp_path)
    model = taught["Emotion8"](tmp_path)
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}
    assert taught["predict"](model, TEXTS).shape == (3, 8)


def test_the_tokenizer_is_the_folders_own(model):
    ids, mask = model.encode(["좋다", "좋다 ㅋㅋ"])
    tokens = model.tokenizer.convert_ids_to_tokens(ids[0])
    assert tokens == ["<s>", "좋", "다", "</s>", "<pad>", "<pad>"]
    assert mask.tolist() == [[1, 1, 1, 1, 0, 0], [1] * 6]


def test_long_texts_are_cut(model):
    assert model.encode(["가나다라 " * 100])[0].shape == (1, 64)
    assert model(*model.encode(["가나다라 " * 100])).shape == (1, 8)


def test_scores_are_the_head_on_the_first_token(model):
    ids, mask = model.encode(TEXTS)
    hidden = model.encoder(ids, attention_mask=mask).last_hidden_state
    expected = hidden[:, 0] @ model.head.weight.T + model.head.bias
    assert torch.allclose(model(ids, mask), expected, atol=1e-6)


def test_padding_does_not_change_the_scores(taught, model):
    together = taught["predict"](model, TEXTS)
    alone = np.vstack([taught["predict"](model, [text]) for text in TEXTS])
    assert together.shape == (3, 8) and (0 < together).all() and (together < 1).all()
    assert np.allclose(together, alone, atol=1e-5)


def test_predict_switches_dropout_off(taught, model):
    model.train()
    assert np.array_equal(taught["predict"](model, TEXTS), taught["predict"](model, TEXTS))


def test_the_number_of_labels_is_free(taught, checkpoint):
    model = taught["Emotion8"](checkpoint, n_labels=43)
    assert model(*model.encode(TEXTS)).shape == (3, 43)


def test_a_gradient_reaches_encoder_and_head(model):
    model(*model.encode(TEXTS)).sum().backward()
    assert model.head.weight.grad.abs().sum() > 0
    assert model.encoder.embeddings.word_embeddings.weight.grad.abs().sum() > 0


def test_evaluate_returns_micro_macro_and_cuts(taught, model):
    texts = data.load_emotions()["text"].head(40)
    y_true = np.eye(8, dtype=int)[np.arange(40) % 8]
    micro, macro, cuts = taught["evaluate"](model, texts, y_true)
    y_pred = taught["predict"](model, texts) >= cuts
    assert cuts.shape == (8,)
    assert micro == metrics.f1(y_true, y_pred) and macro == metrics.f1(y_true, y_pred, "macro")


@pytest.mark.parametrize("pool", ["first", "mean"])
def test_the_head_gets_the_first_token_or_the_mean_of_the_real_ones(taught, checkpoint, pool):
    model = taught["Emotion8"](checkpoint, pool=pool).eval()
    ids, mask = model.encode(["좋다", "좋다 ㅋㅋ"])
    hidden = model.encoder(ids, attention_mask=mask).last_hidden_state[0]
    pooled = hidden[0] if pool == "first" else hidden[:4].mean(dim=0)  # two of six are padding
    assert torch.allclose(model(ids, mask)[0], model.head(pooled), atol=1e-6)


def test_the_saved_characters_predict_the_same(taught, tmp_path):
    texts = data.load_emotions()["text"].head(60)
    y_true = np.eye(8, dtype=int)[np.arange(60) % 8]
    make = taught["TfidfVectorizer"]
    vectorizer = make(analyzer="char", ngram_range=(1, 3)).fit(texts.map(taught["normalise"]))
    one_label = taught["LogisticRegression"](solver="liblinear")
    model = taught["OneVsRestClassifier"](one_label).fit(vectorizer.transform(texts), y_true)
    expected = model.predict_proba(vectorizer.transform(texts.map(taught["normalise"])))
    taught["save"](tmp_path / "new", vectorizer, model, expected[0])
    loaded, numbers, labels = taught["load_saved"](tmp_path / "new")
    logits = loaded.transform(texts) @ numbers["weights"].T + numbers["biases"]
    assert np.allclose(1 / (1 + np.exp(-logits)), expected)
    assert labels == LABELS and np.array_equal(numbers["cuts"], expected[0])
    assert {path.suffix for path in (tmp_path / "new").iterdir()} == {".json", ".safetensors"}


def test_weights_that_are_no_safetensors_are_refused(taught, checkpoint, tmp_path):
    for path in checkpoint.iterdir():
        if path.suffix == ".json":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    torch.save(load_file(checkpoint / "model.safetensors"), tmp_path / "pytorch_model.bin")
    with pytest.raises(OSError, match="safetensors"):
        taught["Emotion8"](tmp_path)


def test_normalise(taught):
    normalise = taught["normalise"]
    assert normalise("\u1100\u1161\u11bc") == "강"
    assert normalise("대박ㅋㅋㅋㅋ ㅠㅠㅠ ㅋ 😊😊!!!") == "대박ㅋㅋ ㅠㅠ ㅋ 😊😊!!!"
    for text in data.load_emotions()["text"]:
        assert normalise(normalise(text)) == normalise(text)
        assert not re.search(r"([ㅋㅎㅠㅜ])\1\1", normalise(text))
