"""The ablation's rows change one thing each, and its figures are what can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import keras
import numpy as np
import pytest

from models.study.ablation import Budget, rows, spreads
from models.study.metrics import intervals
from models.train import describe_recipe
from scenarios import Scenario, load_all

BUDGET = Budget(images=100, warm_up=2, epochs=3)
NAMES = ["frozen", "unfrozen", "se", "augmentation", "class_weights", "label_smoothing"]


@pytest.fixture(scope="module")
def made() -> dict[str, Scenario]:
    return rows(load_all(), BUDGET)


def learns(network: keras.Model) -> set[str]:
    return {layer.name for layer in network.layers if layer.trainable and layer.weights}


def test_every_row_has_its_name_and_the_same_budget(made: dict[str, Scenario]) -> None:
    assert list(made) == NAMES
    for name, row in made.items():
        assert row.slug == name
        assert [stage.epochs for stage in row.recipe.stages] == [2, 3]


def test_a_row_changes_the_network_or_the_recipe_never_both(made: dict[str, Scenario]) -> None:
    def network(row: Scenario) -> tuple[list[str], set[str]]:
        built = row.build()
        return [layer.name for layer in built.layers], learns(built)

    networks = {name: network(row) for name, row in made.items()}
    frozen, unfrozen, se = (networks[name] for name in NAMES[:3])
    assert frozen[0] == unfrozen[0]
    convolutions = {f"block{block}_conv{number}" for block in (4, 5) for number in (1, 2, 3)}
    assert unfrozen[1] - frozen[1] == convolutions
    assert {name for name in se[0] if name not in unfrozen[0]} == {
        "se_squeeze", "se_reduce", "se_gate", "se_scale",
    }  # fmt: skip
    assert all(networks[name] == se for name in NAMES[3:])

    changed = []
    recipes = [describe_recipe(made[name].recipe) for name in NAMES]
    for recipe in recipes:
        for stage in recipe["stages"]:
            del stage["cached_at"]  # where features are kept changes no result
    for before, after in pairwise(recipes):
        changed.append({key for key in after if after[key] != before[key]})
    assert changed == [
        set(),
        set(),
        {"augmentation", "stages"},
        {"class_weight_power"},
        {"label_smoothing"},
    ]
    first, second = recipes[2]["stages"][1], recipes[3]["stages"][1]
    assert {key for key in first if first[key] != second[key]} == {"versions"}


def test_the_last_row_has_the_proposals_recipe(made: dict[str, Scenario]) -> None:
    last, proposal = made["label_smoothing"].recipe, load_all()["vgg16_se"].recipe
    assert replace(last, stages=()) == replace(proposal, stages=())


def probabilities(said: list[int]) -> np.ndarray:
    return np.eye(2)[said] * 0.8 + 0.1


LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1])


def test_one_training_has_the_interval_of_the_exam() -> None:
    given = probabilities([0, 0, 0, 1, 1, 1, 1, 1, 0, 0])  # 3 of 4 and 4 of 6 right
    found = spreads([given], LABELS, seed=0)["accuracy"].interval()
    other = intervals(np.array([[3, 1], [2, 4]]), seed=1)["accuracy"]
    assert found["value"] == pytest.approx(0.7) == other.value
    assert found["low"] == pytest.approx(other.low, abs=0.11)  # one image is 0.1
    assert found["high"] == pytest.approx(other.high, abs=0.11)


def test_several_trainings_are_averaged() -> None:
    all_right, all_wrong = probabilities(LABELS.tolist()), probabilities((1 - LABELS).tolist())
    found = spreads([all_right, all_wrong], LABELS, seed=0, resamples=50)
    assert found["accuracy"].interval() == {"value": 0.5, "low": 0.5, "high": 0.5}
    assert found["balanced_accuracy"].value == 0.5


def test_differences_are_paired() -> None:
    """A row that has one image more right gains 0, 0.1 or a few in each resample, never less."""
    one = probabilities([0, 0, 0, 1, 1, 1, 1, 1, 0, 0])
    two = probabilities([0, 0, 0, 0, 1, 1, 1, 1, 0, 0])
    first, second = (spreads([given], LABELS, seed=0)["accuracy"] for given in (one, two))
    gain = second.less(first)
    assert gain["value"] == pytest.approx(0.1)
    assert gain["low"] == 0
    assert 0.1 < gain["high"] <= 0.3 + 1e-9
