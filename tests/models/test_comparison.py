"""The comparison file, from answers made by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import comparison
from models.study.answers import Answers, write_answers
from models.weights import read_manifest
from scenarios import Scenario
from tests.toys import COLOURS, store, toy_scenario

THREE = tuple(COLOURS)
TRUTH = np.array([0] * 6 + [1] * 6 + [2] * 8)
IMAGES = np.array([f"image{number}" for number in range(20)])


def answers(wrong: range, emotions: tuple[str, ...] = THREE) -> Answers:
    """Right on all of the 20 images but those of ``wrong``, which get the next emotion."""
    said = TRUTH.copy()
    said[wrong] = (said[wrong] + 1) % 3
    shares = 0.1 + 0.7 * np.eye(len(emotions))[said]
    return Answers(emotions, shares.astype(np.float32), TRUTH, IMAGES)


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> dict[str, Scenario]:
    toys = {name: toy_scenario(name) for name in ("one", "two", "three")}
    monkeypatch.setattr(comparison, "load_all", lambda: toys)
    return toys


@pytest.fixture
def folders(toys: dict[str, Scenario], tmp_path: Path) -> tuple[Path, Path]:
    """Weights of three toys, answers of two."""
    weights, results = tmp_path / "weights", tmp_path / "results"
    for toy in toys.values():
        store(toy, weights)
    manifest = read_manifest(weights)
    kept = {"one": answers(range(2)), "two": answers(range(1, 9))}
    for slug, given in kept.items():
        write_answers(results / "answers", slug, manifest[slug].sha256, {"mma/test": given})
    return weights, results


def run(folders: tuple[Path, Path]) -> dict[str, Any]:
    weights, results = folders
    comparison.main(["--models", str(weights), "--results", str(results)])
    return json.loads((results / "comparison.json").read_text("utf-8"))


def test_pairs_by_hand(folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    result = run(folders)
    assert list(result["sets"]) == ["mma/test"]
    found = result["sets"]["mma/test"]
    assert found["n"] == 20
    assert found["accuracy"] == {"one": 0.9, "two": 0.6}
    (pair,) = found["pairs"]
    assert (pair["first"], pair["second"]) == ("one", "two")
    assert (pair["only_first_right"], pair["only_second_right"]) == (7, 1)
    assert pair["mcnemar_p"] == pytest.approx(2 * (1 + 8) / 256)
    assert pair["holm_p"] == pair["mcnemar_p"]
    assert pair["difference"]["value"] == pytest.approx(0.3)
    assert pair["difference"]["low"] < 0.3 < pair["difference"]["high"]
    assert 0 < pair["kappa"] < 1
    assert result["not_measured"] == ["three"]
    said = capsys.readouterr().out
    assert "mma/test (n = 20): one less two +30.0 points" in said
    assert "without answers of these weights: three" in said


def test_several_pairs_are_corrected_for_their_number(folders: tuple[Path, Path]) -> None:
    weights, results = folders
    sha256 = read_manifest(weights)["three"].sha256
    write_answers(results / "answers", "three", sha256, {"mma/test": answers(range(0))})
    pairs = run(folders)["sets"]["mma/test"]["pairs"]
    assert [(pair["first"], pair["second"]) for pair in pairs] == [
        ("one", "two"), ("one", "three"), ("two", "three"),
    ]  # fmt: skip
    smallest = min(pairs, key=lambda pair: pair["mcnemar_p"])
    assert smallest["holm_p"] == pytest.approx(3 * smallest["mcnemar_p"])


def test_answers_of_other_weights_do_not_count(folders: tuple[Path, Path]) -> None:
    _, results = folders
    write_answers(results / "answers", "two", "00" * 32, {"mma/test": answers(range(0))})
    result = run(folders)
    assert result["sets"] == {}
    assert result["not_measured"] == ["two", "three"]


def test_other_images_are_refused() -> None:
    one = answers(range(0))
    other = replace(one, images=IMAGES[::-1])
    with pytest.raises(ValueError, match="one, two did not answer the same images"):
        comparison.compare_all({"one": one, "two": other}, seed=0)


def test_restriction_leaves_the_choice_among_what_all_know() -> None:
    seven = ("angry", "disgust", "fear", "happy")
    shares = np.array([[0.5, 0.3, 0.1, 0.1], [0.2, 0.1, 0.1, 0.6], [0.1, 0.2, 0.7, 0.0]])
    given = Answers(seven, shares, np.array([1, 3, 2]), np.array(["a", "b", "c"]))
    three = given.restricted(("disgust", "happy"))
    assert three.images.tolist() == ["a", "b"]
    assert three.truth().tolist() == three.top().tolist() == ["disgust", "happy"]
    np.testing.assert_allclose(three.probabilities, [[0.75, 0.25], [1 / 7, 6 / 7]])
