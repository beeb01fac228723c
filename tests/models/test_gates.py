"""The gates read are the block's own."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from models.gates import read_gates
from scenarios import Scenario
from scenarios.layers import squeeze_excitation
from tests.toys import build_toy, toy_scenario

CROP = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)


def gated(channels: int = 8) -> keras.Model:
    """A network with one block whose gates are set by its biases alone."""
    inputs = keras.Input((16, 16, 3), name="rgb")
    x = layers.Conv2D(channels, 3, name="conv")(inputs)
    x = squeeze_excitation(x, 2, name="se")
    x = layers.GlobalAveragePooling2D()(x)
    network = keras.Model(inputs, layers.Dense(3, activation="softmax")(x))
    gate = network.get_layer("se_gate")
    gate.set_weights([np.zeros(gate.kernel.shape), np.linspace(3, -3, channels)])
    return network


def test_gates_and_maps_are_those_of_the_block() -> None:
    network, scenario = gated(), toy_scenario(size=16)

    found = read_gates(network, scenario, CROP)

    assert found is not None
    expected = 1 / (1 + np.exp(-np.linspace(3, -3, 8)))
    np.testing.assert_allclose(found.values, expected, rtol=1e-5)
    maps = keras.Model(network.input, network.get_layer("conv").output)
    given = np.asarray(maps(CROP[None].astype("float32")))[0]
    assert found.maps.shape == given.shape == (14, 14, 8)
    assert found.scenario == "toy"
    assert found.order() == list(range(8))


def test_a_network_without_a_block_has_no_gates() -> None:
    assert read_gates(build_toy(3, 16), toy_scenario(size=16), CROP) is None


@pytest.mark.parametrize(("slug", "channels"), [("vgg16_se", 512), ("mobilenet", None)])
def test_of_the_real_networks_the_proposal_has_gates(
    networks: dict[str, keras.Model],
    scenarios: dict[str, Scenario],
    slug: str,
    channels: int | None,
) -> None:
    found = read_gates(networks[slug], scenarios[slug], CROP)
    assert (None if found is None else len(found.values)) == channels
