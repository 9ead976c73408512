"""Lesson 4: its functions are the study's, and the study is complete."""

import ast
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import refresh

HERE = Path(__file__).parent
(LESSON,) = refresh.lessons(["04"])
CELLS = [c.source for c in nbformat.read(LESSON, as_version=4).cells if c.cell_type == "code"]
SHARED = {
    "split_words", "build_vocabulary", "encode", "pad", "FilmDataset", "FilmGRU", "MeanOfStates",
    "MaxOfStates", "NoGRU", "scores", "mean_ap", "train_network", "shuffle_words",
}  # fmt: skip
ENDS_LATE = {  # one seed or more was best in its last epoch, as the lesson says
    (0, "GRU, last state"), (0, "GRU, mean of states, shuffled words"),
    (3000, "GRU, last state"), (3000, "GRU, mean of states"), (10_000, "GRU, last state"),
    (40_000, "GRU, last state"),
}  # fmt: skip


def definitions(code):
    kinds = ast.FunctionDef, ast.ClassDef
    return {n.name: ast.dump(n) for n in ast.parse(code).body if isinstance(n, kinds)}


def test_the_lesson_shows_what_the_study_ran():
    shown = definitions("\n".join(CELLS))
    studied = definitions((HERE / "study_04.py").read_text(encoding="utf-8"))
    assert SHARED <= shown.keys()
    for name in SHARED:
        assert shown[name] == studied[name], name


@pytest.mark.parametrize("name", ["04", "04_goemotions"])
def test_the_study_is_complete(name):
    import study_04 as study

    table = pd.read_csv(study.STUDIES / f"{name}.csv").to_dict("records")
    models = {0: study.FILMS} if name == "04" else study.COMMENTS
    for rows, names in models.items():
        for model in names:
            settings, epochs, batch, seeds = study.settings_of(model, rows, table)
            found = [row for row in table if row["model"] == model and row["rows"] == rows]
            found = [row for row in found if row["step"] != "longer"]
            assert all((row["epochs"], row["batch"]) == (epochs, batch) for row in found)
            searched = [row for row in found if row["step"] == "search"]
            (final,) = [row for row in found if row["step"] == "test"]
            assert sorted(row["setting"] for row in searched) == sorted(settings)
            best = max(searched, key=lambda row: row["dev_map"])
            assert final["setting"] == best["setting"] and final["seeds"] == seeds
            assert final["last_best_epoch"] < epochs or (rows, model) in ENDS_LATE or not epochs


def test_twice_as_many_epochs_bring_no_gain():
    """Where one seed was best in its last epoch, as the lesson says of the last state."""
    table = pd.read_csv(HERE.parent / "notebooks" / "data" / "studies" / "04.csv")
    last_state = table[table["model"] == "GRU, last state"].set_index("step")
    twice, final = last_state.loc["longer"], last_state.loc["test"]
    assert twice["epochs"] == 2 * final["epochs"] and twice["setting"] == final["setting"]
    assert twice["dev_map"] < final["dev_map_max"] and twice["last_best_epoch"] < twice["epochs"]


def test_the_fast_reading_of_the_study_is_that_of_the_lesson():
    import study_04 as study
    import torch

    ids, lengths = torch.randint(1, 50, (64, 30)), torch.randint(1, 26, (64,))
    ids[torch.arange(30) >= lengths[:, None]] = study.PADDING
    for kind in (study.FilmGRU, study.MeanOfStates, study.MaxOfStates):
        network = kind(50, 5).eval()
        fast = study.read_unpacked(network, ids, lengths)
        for one, other in zip(network.read(ids, lengths), fast, strict=True):
            assert torch.allclose(one, other, atol=1e-5)
