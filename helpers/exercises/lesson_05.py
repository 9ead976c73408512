"""What the exercises of lesson 5 must satisfy, and wrong turns with the sentence they get."""

import numpy as np

NOTHING = "The function returns nothing: end it with return."


def padding_share(function):
    share = function(np.array([[1, 1, 1, 1], [1, 1, 0, 0]]))
    if share is None:
        return NOTHING
    if np.shape(share) != ():
        return f"It must be one number for the whole batch, but its shape is {np.shape(share)}."
    if np.isclose(share, 0.75):
        return "That is the share of real tokens: padding is the rest."
    if np.isclose(share, 2):
        return "That is the number of padded places: divide it by the number of all places."
    if not np.isclose(share, 0.25):
        return f"2 of 8 places are padding, so it must be 0.25, but it is {share}."
    share = function(np.array([[1, 1, 1], [1, 0, 0], [1, 0, 0]]))
    if not np.isclose(share, 4 / 9):
        return f"With 4 padded places of 9 it must be 0.444, but it is {share}."


def max_of_tokens(function):
    hidden = np.array(
        [[[1.0, -4.0], [3.0, -2.0], [9.0, 9.0]], [[-1.0, 5.0], [0.0, 0.0], [0.0, 0.0]]]
    )
    mask = np.array([[1, 1, 0], [1, 0, 0]])
    original = hidden.copy()
    pooled = function(hidden, mask)
    if pooled is None:
        return NOTHING
    if np.shape(pooled) != (2, 2):
        return (
            "For 2 texts of 3 places and width 2 the shape must be (2, 2), but it is "
            f"{np.shape(pooled)}."
        )
    if not np.array_equal(hidden, original):
        return "The function changes the array that it was given: work on a copy."
    pooled = np.asarray(pooled)
    if np.allclose(pooled, [[9, 9], [0, 5]]):
        return "The padded places take part: use the mask."
    if np.allclose(pooled, [[3, 0], [0, 5]]):
        return "A padded place counts as 0, and 0 is larger than a negative value: use -np.inf."
    if np.allclose(pooled, [[2, -3], [-1, 5]]):
        return "That is the mean of the real tokens: the largest value was asked for."
    if not np.allclose(pooled, [[3, -2], [-1, 5]]):
        return f"For real tokens (1, -4) and (3, -2) it must give 3, -2, not {pooled[0].tolist()}."


def nearest(function):
    vectors = np.array([[9.0, 9.0], [1.0, 0.1], [0.0, 2.0], [0.5, 0.0], [-3.0, 0.0]])
    rows = function(np.array([2.0, 0.0]), vectors, 2)
    if rows is None:
        return NOTHING
    if np.shape(rows) != (2,):
        return f"For k=2 it must return two positions, but its shape is {np.shape(rows)}."
    rows = np.asarray(rows)
    if rows.dtype.kind != "i":
        return "Return positions of rows (whole numbers), not the cosines."
    if rows.tolist() == [0, 1]:
        return "A long vector wins by its length: divide each row by its length."
    if rows.tolist() == [4, 2]:
        return "Those are the farthest rows: argsort sorts upwards, so turn it around."
    if rows.tolist() == [1, 3]:
        return "The two rows are right, but the nearest must come first."
    if rows.tolist() != [3, 1]:
        return f"In a test table it must return [3, 1], but it returns {rows.tolist()}."


def independent(function):
    calls = []

    def good(texts):
        calls.append(list(texts))
        noise = 1e-7 * len(texts)  # rounding depends on the batch
        return np.array([[len(text), -len(text) + noise] for text in texts], dtype=float)

    def padded(texts):
        calls.append(list(texts))
        width = max(len(text) for text in texts)
        return np.array([[1.0, len(text) / width] for text in texts])

    answer = function(good, "short", ["a much longer text", "x"])
    if answer is None:
        return NOTHING
    if isinstance(answer, np.ndarray) and answer.shape:
        return f"Return one True or False, but it returns an array of shape {answer.shape}."
    if ["short"] not in calls:
        return "Embed the text alone as well: embed([text])."
    if not answer and any(call[0] != "short" for call in calls):
        return "Two different rows are compared: look where the text stands in its batch."
    if not answer:
        return "It calls a right embed wrong. Do rounding errors, below 0.00001, count as a change?"
    if function(padded, "short", ["a much longer text", "x"]):
        return "An embed that divides by the longest text must give False, but gives True."


CHECKS = {
    "5.1": padding_share,
    "5.2": max_of_tokens,
    "5.3": nearest,
    "5.4": independent,
}

# Code of a wrong answer, and a piece of the sentence that it must get.
WRONG = {
    "5.1": [
        ("lambda mask: mask.mean()", "padding is the rest"),
        ("lambda mask: (mask == 0).sum()", "divide it"),
        ("lambda mask: 1 - mask.mean(axis=1)", "whole batch"),
    ],
    "5.2": [
        ("lambda hidden, mask: hidden.max(axis=1)", "take part"),
        ("lambda hidden, mask: (hidden * mask[:, :, None]).max(axis=1)", "-np.inf"),
        ("lambda hidden, mask: hidden.max(axis=2)", "shape"),
        (
            "lambda hidden, mask: (hidden * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]",
            "mean of the real tokens",
        ),
    ],
    "5.3": [
        ("lambda query, vectors, k: (vectors @ query).argsort()[::-1][:k]", "by its length"),
        (
            "lambda query, vectors, k: "
            "(vectors @ query / np.linalg.norm(vectors, axis=1)).argsort()[:k]",
            "turn it around",
        ),
        (
            "lambda query, vectors, k: "
            "(vectors @ query / np.linalg.norm(vectors, axis=1)).argsort()[-k:]",
            "nearest must come first",
        ),
        (
            "lambda query, vectors, k: "
            "np.sort(vectors @ query / np.linalg.norm(vectors, axis=1))[::-1][:k]",
            "not the cosines",
        ),
    ],
    "5.4": [
        (
            "lambda embed, text, others: (embed([text])[0] == embed([text, *others])[0]).all()",
            "rounding",
        ),
        (
            "lambda embed, text, others: "
            "np.isclose(embed([text])[0], embed([text, *others])[0], atol=1e-5)",
            "one True or False",
        ),
        (
            "lambda embed, text, others: "
            "np.allclose(embed([text])[0], embed([*others, text])[0], atol=1e-5)",
            "Two different rows",
        ),
        ("lambda embed, text, others: True", "alone as well"),
        (
            "lambda embed, text, others: np.allclose(embed([text]), embed([text]), atol=1e-5)",
            "must give False",
        ),
    ],
}
