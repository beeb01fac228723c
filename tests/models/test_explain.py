"""Heat maps lie where the evidence lies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from models import compare
from models.compare import Engine, Failure
from models.explain import HeatMap, heat_map
from scenarios import EMOTIONS
from scenarios.contract import InputSpec
from tests.toys import COLOURS, store, toy_scenario

SIZE = 16


def halves(left: str, right: str) -> np.ndarray:
    """A face, uint8 (SIZE, SIZE, 3), whose halves have the colours of two emotions."""
    crop = np.empty((SIZE, SIZE, 3), dtype=np.uint8)
    crop[:, : SIZE // 2], crop[:, SIZE // 2 :] = COLOURS[left], COLOURS[right]
    return crop


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    unscaled = InputSpec(SIZE, native=SIZE)
    toys = [
        replace(toy_scenario("three"), input=unscaled),
        replace(toy_scenario("seven", EMOTIONS), input=unscaled),
    ]
    for toy in toys:
        store(toy, tmp_path)
    loaded = Engine(tmp_path, {toy.slug: toy for toy in toys})
    loaded.load()
    return loaded


@pytest.mark.parametrize(("emotion", "side"), [("happy", 0), ("sad", 1)])
def test_the_map_is_hot_where_the_emotions_colour_is(
    engine: Engine, emotion: str, side: int
) -> None:
    network, scenario = engine.networks["three"], engine.scenarios["three"]

    found = heat_map(network, scenario, halves("happy", "sad"), emotion)

    means = found.cells.reshape(SIZE, 2, SIZE // 2).mean(axis=(0, 2))  # left, right
    assert means[side] > 3 * means[1 - side]
    assert found.cells.shape == (SIZE, SIZE)
    assert found.cells.dtype == np.float32
    assert (found.cells.min() >= 0, found.cells.max()) == (True, 1)


def test_places_of_opposite_meaning_do_not_cancel_out() -> None:
    """Averaged slopes, as Grad-CAM takes them, are zero here: its map would be empty."""
    inputs = keras.Input((SIZE, SIZE, 3), name="rgb")
    x = layers.Conv2D(1, 1, kernel_initializer="ones", name="conv")(inputs)
    x = layers.Flatten()(x)
    network = keras.Model(inputs, layers.Dense(3, activation="softmax")(x))
    left = np.zeros((SIZE, SIZE))
    left[:, : SIZE // 2], left[:, SIZE // 2 :] = 1, -1
    kernel = np.repeat(left.reshape(-1, 1), 3, axis=1)
    network.layers[-1].set_weights([kernel, np.zeros(3)])
    scenario = replace(toy_scenario(), input=InputSpec(SIZE, native=SIZE))

    found = heat_map(network, scenario, halves("happy", "happy"), "happy")

    assert found.cells[:, : SIZE // 2].min() == pytest.approx(1)
    assert found.cells[:, SIZE // 2 :].max() == 0


def test_frozen_layers_are_explained_too(engine: Engine) -> None:
    network, scenario = engine.networks["three"], engine.scenarios["three"]
    network.trainable = False
    found = heat_map(network, scenario, halves("happy", "sad"), "happy")
    assert found.cells[:, : SIZE // 2].max() == 1


def test_it_explains_the_score_before_the_softmax(engine: Engine) -> None:
    """A sure answer's probability hardly changes, its score does: the map must not vanish."""
    network, scenario = engine.networks["three"], engine.scenarios["three"]
    head = network.layers[-1]
    head.set_weights([200 * np.eye(3), np.zeros(3)])

    found = heat_map(network, scenario, halves("happy", "happy"), "happy")

    assert found.probability == 1
    assert found.cells.max() == 1


def test_nothing_that_speaks_for_an_emotion_is_an_empty_map(engine: Engine) -> None:
    network, scenario = engine.networks["three"], engine.scenarios["three"]
    network.layers[-1].set_weights([-np.eye(3), np.zeros(3)])
    found = heat_map(network, scenario, halves("happy", "sad"), "happy")
    assert not found.cells.any()


def said(engine: Engine, crop: np.ndarray, *slugs: str) -> list[compare.Answer]:
    """What these scenarios answer on one face."""
    (answers,) = engine.compare([crop], slugs)
    return answers


def test_each_scenario_explains_its_own_top_answer_or_the_emotion_asked(engine: Engine) -> None:
    crop = halves("sad", "sad")
    answers = said(engine, crop, "three")
    (found,), (answer,) = engine.explain(crop, answers), answers
    assert isinstance(found, HeatMap)
    assert isinstance(answer, compare.Prediction)
    assert (found.scenario, found.emotion) == ("three", "sad")
    assert found.probability == pytest.approx(answer.distribution["sad"], abs=1e-6)

    asked = engine.explain(crop, said(engine, crop, "three", "seven"), "happy")
    assert [(m.scenario, m.emotion) for m in asked if isinstance(m, HeatMap)] == [
        ("three", "happy"),
        ("seven", "happy"),
    ]
    with pytest.raises(ValueError, match="three does not know angry"):
        engine.explain(crop, answers, "angry")


def test_a_network_that_fails_costs_its_own_map(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(network: object, scenario: object, *rest: object) -> HeatMap:
        if scenario is engine.scenarios["seven"]:
            raise RuntimeError("no gradient")
        return heat_map(network, scenario, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(compare, "heat_map", failing)
    crop = halves("happy", "sad")
    three, seven = engine.explain(crop, said(engine, crop, "three", "seven"), "happy")
    assert isinstance(three, HeatMap)
    assert isinstance(seven, Failure)
    assert (seven.code, "no gradient" in seven.reason) == ("crashed", True)
