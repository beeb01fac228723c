"""The command on toys: whole, killed and resumed, refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import ablate as command
from models.ablate import ablate
from models.study.ablation import Budget
from models.study.datasets import load_split
from models.train import train
from models.weights import load_network
from scenarios import Scenario
from tests.toys import COLOURS, coloured, toy_scenario, write_files

BUDGET = Budget(images=9, warm_up=2, epochs=3)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """FER-2013's layout with four coloured pictures of three classes in each split."""
    rng = np.random.default_rng(0)
    pictures = {
        f"{folder}/{emotion}/{usage}_{number}.png": coloured(emotion, rng)
        for folder, usage in (
            ("train", "Training"), ("test", "PublicTest"), ("test", "PrivateTest"),
        )
        for emotion in COLOURS
        for number in range(4)
    }  # fmt: skip
    return write_files(tmp_path_factory.mktemp("data"), pictures)


@pytest.fixture
def chosen() -> dict[str, Scenario]:
    toys = {name: toy_scenario(name) for name in ("frozen", "unfrozen")}
    return {
        name: replace(toy, recipe=replace(toy.recipe, dataset="fer2013"))
        for name, toy in toys.items()
    }


def run(chosen: dict[str, Scenario], data: Path, folder: Path, seeds: list[int]) -> dict[str, Any]:
    path = ablate(chosen, BUDGET, data, folder, folder / "runs", folder / "results", seeds=seeds)
    return json.loads(path.read_text("utf-8"))


def test_the_file_says_what_the_networks_answer(
    chosen: dict[str, Scenario], data: Path, tmp_path: Path
) -> None:
    result = run(chosen, data, tmp_path, [3, 4])
    test = load_split(data, "fer2013", "test", tuple(COLOURS))

    assert (result["split"], result["n"], result["seeds"]) == ("PrivateTest", 12, [3, 4])
    assert [row["name"] for row in result["rows"]] == list(chosen)
    for row in result["rows"]:
        folder = tmp_path / "runs" / BUDGET.folder
        rights = []
        for seed in (3, 4):
            network = load_network(chosen[row["name"]], folder / f"seed-{seed}" / "weights")
            images = np.stack([image[::3, ::3] for image in test.images])  # evenly coloured
            said = network.predict(images.astype("float32"), verbose=0).argmax(axis=1)
            rights.append(float((said == test.labels).mean()))
        assert row["per_seed"] == pytest.approx(rights)
        assert row["accuracy"]["value"] == pytest.approx(np.mean(rights))
        assert row["deviation"] == pytest.approx(np.std(rights, ddof=1))
        assert len(row["history"][0]) == 5
    assert "gain" not in result["rows"][0]
    assert "gain" in result["rows"][1]


def test_killed_between_two_rows_it_goes_on(
    chosen: dict[str, Scenario], data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def dying(row: Scenario, *arguments: Any, **options: Any) -> Path:
        begun.append(row.slug)
        if len(begun) == 2:
            raise KeyboardInterrupt
        return train(row, *arguments, **options)

    monkeypatch.setattr(command, "train", dying)
    with pytest.raises(KeyboardInterrupt):
        run(chosen, data, tmp_path, [0])
    written = json.loads((tmp_path / "results" / "ablation.json").read_text("utf-8"))
    assert [row["name"] for row in written["rows"]] == ["frozen"]

    whole = run(chosen, data, tmp_path, [0])
    assert whole["rows"][0] == written["rows"][0]
    assert [row["name"] for row in whole["rows"]] == ["frozen", "unfrozen"]


def test_a_wrong_path_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"models\.ablate: .*nowhere does not exist"):
        command.main(["--data", str(tmp_path / "nowhere")])
