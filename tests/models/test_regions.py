"""Where toys look: their emotion is the colour of one region, so covering it costs everything."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import regions as command
from models.study.datasets import Split
from models.study.facemap import face_map
from scenarios import Scenario
from tests.models.study.test_facemap import LANDMARKS
from tests.toys import COLOURS, store, toy_scenario

CLASSES = tuple(COLOURS)


def mouths(labels: list[int]) -> np.ndarray:
    """Black faces whose mouth has the colour of their class, uint8 (n, 48, 48, 3)."""
    images = np.zeros((len(labels), 48, 48, 3), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[face_map(LANDMARKS, np.random.default_rng(0)).mouth] = COLOURS[CLASSES[label]]
    return images


@pytest.fixture
def toys() -> dict[str, Scenario]:
    return {slug: toy_scenario(slug, size=48) for slug in ("vgg16_frozen", "vgg16_se")}


@pytest.fixture
def run(
    toys: dict[str, Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], dict[str, Any]]:
    labels = [0, 1, 2, 0, 1, 2]
    split = Split(
        "fer2013", "test", CLASSES, mouths(labels), np.array(labels),
        tuple(f"PrivateTest_{number}" for number in range(6)),
    )  # fmt: skip
    for toy in toys.values():
        store(toy, tmp_path / "weights")
    monkeypatch.setattr(command, "load_all", lambda: toys)
    monkeypatch.setattr(command, "load_split", lambda *_: split)
    monkeypatch.setattr(command, "FaceFinder", lambda: None)
    # One face is not found.
    found = [None, *[LANDMARKS] * 5]
    monkeypatch.setattr(command, "find_landmarks", lambda *_: found.pop())

    def measured() -> dict[str, Any]:
        command.main(
            ["--data", "-", "--models", str(tmp_path / "weights"), "--output", str(tmp_path)]
        )
        return json.loads((tmp_path / "regions.json").read_text("utf-8"))

    return measured


def test_a_network_that_reads_mouths(run: Callable[[], dict[str, Any]]) -> None:
    result = run()
    assert (result["n"], result["asked"], result["networks"]) == (5, 6, "served")
    assert [model["name"] for model in result["models"]] == ["frozen", "with_se"]
    for model in result["models"]:
        energy = {region: share["value"] for region, share in model["energy"].items()}
        assert energy["mouth"] == pytest.approx(1, abs=0.01)
        assert energy["eyes"] == pytest.approx(0, abs=0.01)
        assert model["accuracy"]["value"] == 1
        assert model["covered"]["eyes"]["loss"] == {"value": 0, "low": 0, "high": 0}
    area = result["regions"]
    assert 0 < area["mouth"]["share_of_area"] < 0.2
    for row in result["differences"]:  # the same network twice
        assert (row["a"], row["b"]) == ("frozen", "with_se")
        assert row["energy"]["value"] == row["loss"]["value"] == 0


def test_covering_what_it_reads_costs(
    run: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A patch of the mean would keep the toy's colour, so this cover is black."""

    def blank(images: np.ndarray, masks: np.ndarray) -> np.ndarray:
        return np.where(masks[..., None], np.uint8(0), images)

    monkeypatch.setattr(command, "covered", blank)
    for model in run()["models"]:
        assert model["covered"]["mouth"]["loss"]["value"] > 0.5
        assert model["covered"]["eyes"]["loss"]["value"] == 0


def test_a_wrong_path_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"models\.regions: .*nowhere does not exist"):
        command.main(["--data", str(tmp_path / "nowhere")])
