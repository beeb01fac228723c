"""Model cards say what the results files hold, in a form the Hub reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import ModelCard

from models import cards, evaluate
from scenarios import Scenario
from tests.toys import mma_pictures, store, toy_scenario, write_files

TRAINING = {
    "start": "random",
    "images": {"train": 24, "valid": 12},
    "recipe": {
        "stages": [
            {
                "name": "training",
                "epochs": 2,
                "optimizer": "AdamW",
                "weight_decay": 0.01,
                "learning_rate": 0.001,
                "augmentation": {"flip": True, "zoom": 0.2},
            }
        ],
        "batch_size": 8,
        "label_smoothing": 0.1,
        "class_weight_power": 0.0,
        "samples_per_class": None,
        "augmentation": {"flip": True, "rotation": 0.05, "shift": 0.0},
        "choose_by": "balanced_accuracy",
    },
    "history": [
        {"stage": "training", "score": 0.41},
        {"stage": "training", "score": 0.62},
    ],
    "seed": 7,
    "precision": "float32",
    "hardware": "an abacus",
}


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Scenario:
    toy = toy_scenario()
    for module in (cards, evaluate):
        monkeypatch.setattr(module, "load_all", lambda: {"toy": toy})
    return toy


@pytest.fixture
def folders(toy: Scenario, tmp_path: Path) -> tuple[Path, Path]:
    """Weights with a training record, and the results of examining them."""
    data = write_files(tmp_path / "mma", mma_pictures(each=4))
    weights, results = tmp_path / "weights", tmp_path / "results"
    store(toy, weights)
    (weights / "toy.training.json").write_text(json.dumps(TRAINING))
    words = ["toy", "--data", data, "--models", weights, "--output", results]
    evaluate.main([str(word) for word in words])
    return weights, results


def run(folders: tuple[Path, Path], *words: str) -> None:
    weights, results = folders
    cards.main(["--models", str(weights), "--results", str(results), *words])


def test_the_hub_reads_the_figures(folders: tuple[Path, Path]) -> None:
    run(folders)
    text = (folders[0] / "toy.md").read_text("utf-8")
    result = json.loads((folders[1] / "toy.json").read_text("utf-8"))
    data: Any = ModelCard(text).data
    assert (data.library_name, data.pipeline_tag) == ("keras", "image-classification")
    assert data.model_name == "toy"
    found = {entry.metric_name: entry for entry in data.eval_results}
    for metric, name in (
        ("accuracy", "Accuracy"),
        ("balanced_accuracy", "Balanced accuracy"),
        ("macro_f1", "Macro-F1"),
    ):
        assert found[name].metric_value == pytest.approx(result[metric]["value"], abs=1e-4)
        assert found[name].dataset_split == "test"


def test_the_card_says_what_a_person_asks(folders: tuple[Path, Path]) -> None:
    run(folders)
    text = (folders[0] / "toy.md").read_text("utf-8")
    result = json.loads((folders[1] / "toy.json").read_text("utf-8"))
    for words in (
        "| training | 2 | AdamW, weight decay 0.01 | 0.001 | 0.620 |",
        "24 training images",
        "- augmentation: flip, rotation 0.05",
        "- augmentation in training instead: flip, zoom 0.2",
        "- hardware: an abacus",
        "| MMA Facial Expression test | 12 | 100.0% (100.0% to 100.0%) |",
        "| those of FER-2013 | 12 |",
        f"SHA-256 `{result['weights']['sha256']}`",
        "| sad | 1.000 | 1.000 | 1.000 | 4 |",
        f"Brier score {result['calibration']['raw']['brier']:.3f}",
    ):
        assert words in text
    assert "those of ExpW" not in text  # there are none among the toy's


def test_weakness_is_named_from_the_confusion_matrix() -> None:
    figures = {"recall": 0.9, "precision": 0.8, "f1": 0.85, "support": 10}
    result = {
        "emotions": ["disgust", "happy", "sad"],
        "per_class": {"disgust": figures, "happy": figures, "sad": {**figures, "recall": 0.2}},
        "confusion_matrix": [[9, 1, 0], [1, 9, 0], [3, 5, 2]],
    }
    text = cards.classes(result)
    assert "worst at sad: it finds 20% of these images and takes 50% of them for happy" in text


def test_check_notices_an_outdated_card(folders: tuple[Path, Path]) -> None:
    with pytest.raises(SystemExit, match="outdated"):
        run(folders, "--check")
    run(folders)
    run(folders, "--check")


def test_no_card_for_figures_of_other_weights(folders: tuple[Path, Path]) -> None:
    path = folders[1] / "toy.json"
    result = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**result, "weights": {**result["weights"], "sha256": "00" * 32}}))
    assert cards.cards(*folders) == {}


def test_committed_cards_are_those_the_files_give() -> None:
    cards.main(["--check"])
