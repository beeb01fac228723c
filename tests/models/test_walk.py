"""The steps shown are the ones the network takes."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from models.images import to_input
from models.walk import picture_layers, walk
from scenarios import Scenario
from scenarios.layers import IMAGENET_MEAN_BGR, LUMA
from tests.toys import build_toy, toy_scenario

CROP = np.random.default_rng(0).integers(0, 256, (90, 90, 3), dtype=np.uint8)
KINDS = {
    "vgg16_frozen": ["input", "grey", "resize"],
    "vgg16_se": ["input", "grey", "resize"],
    "base_cnn": ["input", "rescale", "average"],
    "vgg19": ["input", "bgr"],
    "mobilenet": ["input", "rescale"],
}


@pytest.mark.parametrize("slug", KINDS)
def test_each_network_walks_its_own_way(
    networks: dict[str, keras.Model], scenarios: dict[str, Scenario], slug: str
) -> None:
    network, scenario = networks[slug], scenarios[slug]

    steps = walk(network, scenario, CROP)

    assert [step.kind for step in steps] == KINDS[slug]
    given = to_input([CROP], scenario.input)
    np.testing.assert_array_equal(steps[0].pixels, given[0])
    first = next(layer for layer in network.layers if layer.output.shape[-1] > 3)
    received = np.asarray(keras.Model(network.input, first.input)(given))[0]
    np.testing.assert_allclose(steps[-1].pixels, received, atol=1e-4)


def test_the_range_is_what_black_and_white_become(
    networks: dict[str, keras.Model], scenarios: dict[str, Scenario]
) -> None:
    blue, _, red = IMAGENET_MEAN_BGR
    steps = {slug: walk(networks[slug], scenarios[slug], CROP) for slug in KINDS}
    last = {slug: (each[-1].low, each[-1].high) for slug, each in steps.items()}
    assert last["base_cnn"] == (0, 1)
    assert last["mobilenet"] == (-1, 1)
    assert last["vgg19"] == pytest.approx((-red, 255 - blue), abs=1e-3)
    for each in steps.values():
        assert (each[0].low, each[0].high) == (0, 255)
        for step in each:
            assert step.pixels.min() >= step.low - 1e-4
            assert step.pixels.max() <= step.high + 1e-4


def test_grey_is_luma_in_every_channel(
    networks: dict[str, keras.Model], scenarios: dict[str, Scenario]
) -> None:
    given, grey, _ = walk(networks["vgg16_se"], scenarios["vgg16_se"], CROP)
    expected = (given.pixels @ LUMA)[..., None] - IMAGENET_MEAN_BGR
    np.testing.assert_allclose(grey.pixels, expected, atol=1e-3)


def test_the_picture_of_a_step_runs_from_black_to_white() -> None:
    scenario = toy_scenario(size=16)
    white = np.full((20, 20, 3), 255, dtype=np.uint8)
    for crop, level in ((white, 255), (white * 0, 0)):
        for step in walk(build_toy(3, 16), scenario, crop):
            assert (step.picture() == level).all()


def test_a_layer_that_learns_is_no_step_even_with_three_channels() -> None:
    assert [layer.name for layer in picture_layers(build_toy(3, 16))] == ["to_unit"]
