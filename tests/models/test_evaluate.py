"""The exam's file holds what can be worked out by hand, and refusals are sentences."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import evaluate
from models.study.answers import read_answers
from models.study.datasets import load_split
from scenarios import Scenario
from tests.toys import COLOURS, coloured, mma_pictures, store, toy_scenario, write_files

THREE = tuple(COLOURS)


@pytest.fixture
def toys() -> dict[str, Scenario]:
    """One scenario on each dataset."""
    on_mma = toy_scenario("on_mma")
    on_fer = toy_scenario("on_fer")
    on_fer = replace(on_fer, recipe=replace(on_fer.recipe, dataset="fer2013"))
    return {"on_mma": on_mma, "on_fer": on_fer}


@pytest.fixture
def weights(toys: dict[str, Scenario], tmp_path: Path) -> Path:
    """Networks that answer the emotion whose colour a picture has."""
    for toy in toys.values():
        store(toy, tmp_path / "weights")
    return tmp_path / "weights"


@pytest.fixture
def mma(tmp_path: Path) -> Path:
    """MMA whose test split is: disgust 4, all red; happy 8, of which 5 green, 1 blue, 2 red; sad 2.

    The two red ones are ExpW's; Happy.0 and Disgust.0 also occur in train.
    """
    rng = np.random.default_rng(5)
    pictures = mma_pictures(each=4)
    test = "MMAFEDB/test"
    extra = ("happy/Happy.4.jpg", "happy/Happy.5.jpg")
    pictures |= {f"{test}/{name}": coloured("happy", rng) for name in extra}
    pictures[f"{test}/happy/Happy.3.jpg"] = coloured("sad", rng)
    for number in (1, 2):
        pictures[f"{test}/happy/{number}Exp3amazed_actor_{number}.jpg"] = coloured("disgust", rng)
    for name in ("happy/Happy.0.jpg", "disgust/Disgust.0.jpg"):
        pictures[f"{test}/{name}"] = pictures[f"MMAFEDB/train/{name}"]
    for number in (2, 3):
        del pictures[f"{test}/sad/Sad.{number}.jpg"]
    return write_files(tmp_path / "mma", pictures)


@pytest.fixture
def fer(tmp_path: Path) -> Path:
    """FER-2013's layout, two pictures a class and split, all in their colour."""
    rng = np.random.default_rng(6)
    splits = (("train", "Training"), ("test", "PublicTest"), ("test", "PrivateTest"))
    pictures = {
        f"{folder}/{emotion}/{usage}_{number}.png": coloured(emotion, rng)
        for folder, usage in splits
        for emotion in THREE
        for number in range(2)
    }
    return write_files(tmp_path / "fer", pictures)


@pytest.fixture(autouse=True)
def results(tmp_path: Path, toys: dict[str, Scenario], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The toys stand for all scenarios, and a folder for assets/results."""
    monkeypatch.setattr(evaluate, "load_all", lambda: toys)
    monkeypatch.setattr(evaluate, "RESULTS", tmp_path / "results")
    return tmp_path / "results"


def read(path: Path) -> dict[str, Any]:
    """A result as JSON's own rules allow it, without NaN."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{path} holds {constant}")

    return json.loads(path.read_text("utf-8"), parse_constant=refuse)


def files(folder: Path) -> list[str]:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(found)


def run(*words: object) -> None:
    evaluate.main([str(word) for word in words])


def test_figures_by_hand(mma: Path, weights: Path, results: Path) -> None:
    run("on_mma", "--data", mma, "--models", weights)
    result = read(results / "on_mma.json")
    assert files(results) == ["answers/on_mma.npz", "on_mma.json"]
    assert (result["scenario"], result["dataset"], result["split"]) == ("on_mma", "mma", "test")
    assert result["n"] == 14
    assert result["emotions"] == ["disgust", "happy", "sad"]
    assert result["confusion_matrix"] == [[4, 0, 0], [2, 5, 1], [0, 0, 2]]
    assert result["accuracy"]["value"] == pytest.approx(11 / 14)
    assert result["balanced_accuracy"]["value"] == pytest.approx((1 + 5 / 8 + 1) / 3)
    assert result["macro_f1"]["value"] == pytest.approx((8 / 10 + 10 / 13 + 4 / 5) / 3)
    happy = {"precision": 1, "recall": 5 / 8, "f1": 10 / 13, "support": 8}
    assert result["per_class"]["happy"] == pytest.approx(happy)
    assert result["per_class"]["disgust"]["precision"] == pytest.approx(4 / 6)
    assert result["majority_baseline"] == {"emotion": "happy", "accuracy": pytest.approx(8 / 14)}
    for name in ("accuracy", "balanced_accuracy", "macro_f1"):
        figure = result[name]
        assert 0 < figure["low"] < figure["value"] < figure["high"] <= 1


def test_parts_of_the_exam_by_hand(mma: Path, weights: Path, results: Path) -> None:
    run("on_mma", "--data", mma, "--models", weights)
    result = read(results / "on_mma.json")
    clean = result["without_duplicates"]
    assert (clean["removed"], clean["n"]) == (2, 12)
    assert clean["confusion_matrix"] == [[3, 0, 0], [2, 4, 1], [0, 0, 2]]
    assert clean["accuracy"]["value"] == pytest.approx(9 / 12)
    grey, colour = result["by_source"]["fer2013"], result["by_source"]["expw"]
    assert (grey["n"], colour["n"]) == (12, 2)
    assert grey["accuracy"]["value"] == pytest.approx(11 / 12)
    assert colour["accuracy"]["value"] == 0
    valid = result["validation"]
    assert (valid["split"], valid["n"], valid["accuracy"]["value"]) == ("valid", 12, 1)
    assert set(valid) == {"split", "n", "accuracy", "balanced_accuracy"}


def test_answers_are_kept_for_each_image(mma: Path, weights: Path, results: Path) -> None:
    run("on_mma", "--data", mma, "--models", weights)
    sha256 = read(results / "on_mma.json")["weights"]["sha256"]
    kept = read_answers(results / "answers", "on_mma", sha256)
    assert set(kept) == {"mma/test", "mma/valid"}
    split = load_split(mma, "mma", "test", THREE)
    answers = kept["mma/test"]
    assert answers.emotions == THREE
    np.testing.assert_array_equal(answers.labels, split.labels)
    assert (answers.top() == answers.truth()).sum() == 11
    assert answers.images.tolist() == [name[:16] for name in split.hashes()]
    assert read_answers(results / "answers", "on_mma", "00" * 32) == {}


def test_every_scenario_answers_the_shared_images(
    mma: Path, fer: Path, weights: Path, results: Path
) -> None:
    run("--data", mma, "--data", fer, "--models", weights)
    for slug in ("on_mma", "on_fer"):
        result = read(results / f"{slug}.json")
        assert result["shared_exam"]["split"] == "PrivateTest"
        assert result["shared_exam"]["n"] == 6
        assert result["shared_exam"]["accuracy"]["value"] == 1
        sha256 = result["weights"]["sha256"]
        assert len(read_answers(results / "answers", slug, sha256)["fer2013/shared"].labels) == 6


def test_calibration_is_measured_on_the_exam_and_fitted_on_validation(
    mma: Path, weights: Path, results: Path
) -> None:
    run("on_mma", "--data", mma, "--models", weights)
    found = read(results / "on_mma.json")["calibration"]
    assert found["fitted_on"] == "valid"
    assert sum(row["n"] for row in found["raw"]["bins"]) == 14
    assert found["temperature"] < 1  # all of valid is right, so it may be surer
    assert found["scaled"]["gap"] > found["raw"]["gap"]
    run("on_mma", "--data", mma, "--models", weights, "--exam-only")
    result = read(results / "on_mma.json")
    assert set(result["calibration"]) == {"raw"}
    assert "validation" not in result
    assert result["command"].endswith("--exam-only")


def test_result_says_what_was_measured_and_where(mma: Path, weights: Path, results: Path) -> None:
    (weights / "on_mma.training.json").write_text('{"start": "random"}')
    run("on_mma", "--data", mma, "--models", weights)
    result = read(results / "on_mma.json")
    manifest = json.loads((weights / "manifest.json").read_text("utf-8"))["models"]["on_mma"]
    assert result["weights"] == {name: manifest[name] for name in ("file", "bytes", "sha256")}
    assert result["training"] == {"start": "random"}
    assert result["dataset_sha256"] == load_split(mma, "mma", "test", THREE).sha256()
    assert result["command"] == "python -m models.evaluate on_mma --data PATH"
    assert {"python", "keras", "numpy"} < set(result["versions"])
    assert result["date"].endswith("+00:00")
    assert result["hardware"]
    assert result["seed"] == 0


def test_fer_is_examined_on_its_private_test(fer: Path, weights: Path, results: Path) -> None:
    run("on_fer", "--data", fer, "--models", weights)
    result = read(results / "on_fer.json")
    assert (result["split"], result["n"]) == ("PrivateTest", 6)
    assert result["validation"]["split"] == "PublicTest"
    assert result["training"] is None
    assert "by_source" not in result


def test_all_scenarios_are_examined_wherever_their_data_lies(
    mma: Path, fer: Path, weights: Path, results: Path
) -> None:
    run("--data", mma, "--data", fer, "--models", weights)
    names = ["answers/on_fer.npz", "answers/on_mma.npz", "on_fer.json", "on_mma.json"]
    assert files(results) == names


def test_missing_data_is_a_sentence_and_the_others_go_on(
    fer: Path, weights: Path, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        run("--data", fer, "--models", weights)
    assert stopped.value.code == 1
    assert "models.evaluate: on_mma: " in (said := capsys.readouterr().err)
    assert "Looked for MMA: MMAFEDB/train" in said
    assert files(results) == ["answers/on_fer.npz", "on_fer.json"]


def test_damaged_weights_are_a_sentence_and_leave_no_result(
    mma: Path, fer: Path, weights: Path, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (weights / "on_mma.keras").open("ab") as file:
        file.write(b"x")
    with pytest.raises(SystemExit):
        run("--data", mma, "--data", fer, "--models", weights)
    assert "on_mma.keras has" in capsys.readouterr().err
    assert files(results) == ["answers/on_fer.npz", "on_fer.json"]


def test_rehearsal_is_no_result(
    mma: Path, weights: Path, results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("on_mma", "--data", mma, "--models", weights, "--limit", 6)
    with pytest.raises(SystemExit):
        run(*words)
    assert "name another folder with --output" in capsys.readouterr().err
    run(*words, "--output", tmp_path / "elsewhere")
    result = read(tmp_path / "elsewhere" / "on_mma.json")
    assert result["n"] == 6
    assert result["command"].endswith("--limit 6")
    assert not results.exists()


def test_unknown_scenario_is_refused_with_the_known(
    mma: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run("on_mars", "--data", mma)
    assert "no scenario is called on_mars; there are on_mma, on_fer" in capsys.readouterr().err


def test_nothing_left_without_duplicates_is_said_as_none() -> None:
    assert evaluate.figures(np.empty((0, 3)), np.empty(0, dtype=int), THREE, seed=0) == {"n": 0}
