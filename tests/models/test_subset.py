"""The command on toys: whole, killed and resumed, refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import subset as command
from models.images import to_input
from models.study.answers import write_answers
from models.study.datasets import load_split
from models.study.exam import answered, predict
from models.subset import subset
from models.train import describe_recipe, train
from models.weights import load_network, read_manifest
from scenarios import Scenario
from tests.toys import COLOURS, coloured, mma_pictures, store, toy_scenario, write_files

IMAGES, SEED = 13, 2
Command = Callable[[], dict[str, Any]]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MMA of toys, 8 images a class as FER-2013's are named, and a blue test image of ExpW."""
    pictures = mma_pictures(each=8)
    pictures["MMAFEDB/test/happy/12Exp3awe_man_9.jpg"] = coloured("sad", np.random.default_rng(9))
    return write_files(tmp_path_factory.mktemp("data"), pictures)


@pytest.fixture
def chosen(data: Path, tmp_path: Path) -> dict[str, Scenario]:
    """Two toys with a network that was trained on all images, and what it answers."""
    scenarios = {name: toy_scenario(name) for name in ("first", "second")}
    test = load_split(data, "mma", "test", tuple(COLOURS))
    for name, scenario in scenarios.items():
        network = store(scenario, tmp_path / "weights")
        recipe = json.loads(json.dumps(describe_recipe(scenario.recipe)))
        about = {"recipe": recipe, "history": [{"images": 24}]}
        (tmp_path / "weights" / f"{name}.training.json").write_text(json.dumps(about))
        sha256 = read_manifest(tmp_path / "weights")[name].sha256
        kept = {"mma/test": answered(test, predict(network, test, scenario))}
        write_answers(tmp_path / "results" / "answers", name, sha256, kept)
    return scenarios


@pytest.fixture
def run(chosen: dict[str, Scenario], data: Path, tmp_path: Path) -> Command:
    def called() -> dict[str, Any]:
        folders = (tmp_path / name for name in ("start", "runs", "weights", "results"))
        path = subset(chosen, IMAGES, data, *folders, seed=SEED)
        return json.loads(path.read_text("utf-8"))

    return called


def test_the_file_says_what_the_networks_answer(
    run: Command, chosen: dict[str, Scenario], data: Path, tmp_path: Path
) -> None:
    del chosen["second"]
    result = run()
    test = load_split(data, "mma", "test", tuple(COLOURS))
    drawn = load_split(data, "mma", "train", tuple(COLOURS)).drawn(IMAGES, SEED)

    assert (result["split"], result["n"], result["images"]) == ("test", 25, IMAGES)
    assert [model["scenario"] for model in result["models"]] == list(chosen)
    for model in result["models"]:
        folder = tmp_path / "runs" / "13-images" / "seed-2" / "weights"
        network = load_network(chosen[model["scenario"]], folder)
        said = network.predict(to_input(list(test.images), chosen["first"].input), verbose=0)
        right = float((said.argmax(axis=1) == test.labels).mean())
        everything = model["parts"]["all"]
        assert everything["subset"]["accuracy"]["value"] == pytest.approx(right)
        # The toys read colours without any training: just the blue "happy" is beyond them.
        assert everything["whole"]["accuracy"]["value"] == pytest.approx(24 / 25)
        assert everything["gain"]["accuracy"]["value"] == pytest.approx(24 / 25 - right)
        assert everything["whole"]["recall"]["happy"]["value"] == pytest.approx(8 / 9)
        assert [model["parts"][name]["n"] for name in ("fer2013", "expw")] == [24, 1]
        assert model["parts"]["expw"]["whole"]["accuracy"]["value"] == 0
        assert model["drawn"] == {
            "images": IMAGES,
            "of": 24,
            "by_class": {
                emotion: int((drawn.labels == number).sum())
                for number, emotion in enumerate(COLOURS)
            },
            "sha256": drawn.sha256(),
        }
        assert model["training"]["train_sha256"] == drawn.sha256()
        assert model["images_an_epoch"] == {"subset": 8, "whole": 24}, "what fills no batch waits"
        assert model["same_recipe"]


def test_killed_between_two_scenarios_it_goes_on(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def dying(scenario: Scenario, *arguments: Any, **options: Any) -> Path:
        begun.append(scenario.slug)
        if len(begun) == 2:
            raise KeyboardInterrupt
        return train(scenario, *arguments, **options)

    monkeypatch.setattr(command, "train", dying)
    with pytest.raises(KeyboardInterrupt):
        run()
    written = json.loads((tmp_path / "results" / "subset.json").read_text("utf-8"))
    assert [model["scenario"] for model in written["models"]] == ["first"]

    whole = run()
    assert whole["models"][0] == written["models"][0]
    assert [model["scenario"] for model in whole["models"]] == ["first", "second"]


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("results/answers/second.npz", "no answers of the second"),
        ("weights/second.training.json", r"no second\.training\.json"),
    ],
)
def test_with_nothing_to_compare_with_nothing_is_trained(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, said: str
) -> None:
    monkeypatch.setattr(command, "train", lambda *_, **__: pytest.fail("trained"))
    (tmp_path / missing).unlink()

    with pytest.raises(command.NotExaminedError, match=said):
        run()


def test_another_recipe_is_said_so(tmp_path: Path) -> None:
    for name, recipe in (("fewer", 1), ("whole", 2)):
        store(toy_scenario(), tmp_path / name)
        about = {"recipe": recipe, "history": [{"images": 8}]}
        (tmp_path / name / "toy.training.json").write_text(json.dumps(about))

    found = command.describe_trainings("toy", tmp_path / "fewer", tmp_path / "whole")
    assert found["same_recipe"] is False


def test_a_wrong_path_is_refused_in_a_sentence(tmp_path: Path) -> None:
    words = ["--data", str(tmp_path / "nowhere"), "--runs", str(tmp_path)]
    with pytest.raises(SystemExit, match=r"models\.subset: .*nowhere does not exist"):
        command.main(words)
