"""Starting weights reach the layers they are meant for, and compute what they computed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from models.study.starts import DESCRIPTIONS, FILES, StartError, identity_convolution, load_start
from scenarios import Scenario


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    """One raw RGB picture, float32 (1, 128, 128, 3)."""
    return np.random.default_rng(0).uniform(0, 255, (1, 128, 128, 3)).astype("float32")


def features(network: keras.Model, layer: str, pictures: np.ndarray) -> np.ndarray:
    return np.asarray(keras.Model(network.input, network.get_layer(layer).output)(pictures))


def test_deepened_vgg19_computes_what_vgg16_computes(
    random_vgg16: Path, scenarios: dict[str, Scenario], pictures: np.ndarray
) -> None:
    vgg19 = scenarios["vgg19"].build()
    started = load_start(vgg19, scenarios["vgg19"], random_vgg16)
    vgg16 = keras.applications.VGG16(
        include_top=False, weights=str(random_vgg16 / FILES["vgg16"]), input_shape=(128, 128, 3)
    )
    expected = np.asarray(vgg16(keras.applications.vgg16.preprocess_input(pictures.copy())))
    found = features(vgg19, "block5_pool", pictures)
    assert expected.max() > 0
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4 * expected.max())
    assert {"block3_conv4", "block4_conv4", "block5_conv4"} <= started
    assert len(started) == 16
    assert not started & {"head_dense", "probabilities"}


def test_identity_convolution_returns_its_input() -> None:
    kernel, bias = identity_convolution(4)
    layer = keras.layers.Conv2D(4, 3, padding="same", activation="relu")
    layer.build((None, 5, 5, 4))
    layer.set_weights([kernel, bias])
    x = np.random.default_rng(0).uniform(size=(1, 5, 5, 4)).astype("float32")
    np.testing.assert_allclose(np.asarray(layer(x)), x, atol=1e-6)


def test_vgg16_base_takes_the_files_weights_and_leaves_the_head(
    random_vgg16: Path, scenarios: dict[str, Scenario]
) -> None:
    network = scenarios["vgg16_frozen"].build()
    head = network.get_layer("head_dense").get_weights()[0]
    started = load_start(network, scenarios["vgg16_frozen"], random_vgg16)
    source = keras.applications.VGG16(
        include_top=False, weights=str(random_vgg16 / FILES["vgg16"]), input_shape=(48, 48, 3)
    )
    convolutions = [layer for layer in source.layers if layer.weights]
    assert started == {layer.name for layer in convolutions}
    for layer in convolutions:
        np.testing.assert_array_equal(
            network.get_layer(layer.name).get_weights()[0], layer.get_weights()[0]
        )
    np.testing.assert_array_equal(network.get_layer("head_dense").get_weights()[0], head)


def test_mobilenet_base_takes_the_files_weights(
    tmp_path: Path, scenarios: dict[str, Scenario], pictures: np.ndarray
) -> None:
    source = keras.applications.MobileNetV2(
        include_top=False, weights=None, input_shape=(128, 128, 3)
    )
    source.save_weights(tmp_path / FILES["mobilenet_v2"])
    network = scenarios["mobilenet"].build()
    load_start(network, scenarios["mobilenet"], tmp_path)
    expected = np.asarray(source(keras.applications.mobilenet_v2.preprocess_input(pictures.copy())))
    found = features(network, "out_relu", pictures)
    np.testing.assert_allclose(found, expected, atol=1e-4 * expected.max())


def test_missing_file_is_named_with_the_option_that_finds_it(
    tmp_path: Path, scenarios: dict[str, Scenario], networks: dict[str, keras.Model]
) -> None:
    with pytest.raises(StartError, match=r"vgg16_imagenet_notop\S+ is missing.*--start"):
        load_start(networks["vgg16_se"], scenarios["vgg16_se"], tmp_path)


def test_random_start_needs_no_file(
    tmp_path: Path, scenarios: dict[str, Scenario], networks: dict[str, keras.Model]
) -> None:
    random = scenarios["base_cnn"]
    random = replace(random, recipe=replace(random.recipe, start=None))
    assert load_start(networks["base_cnn"], random, tmp_path) == set()


def test_every_start_is_described() -> None:
    assert set(DESCRIPTIONS) == {*FILES, None}


def test_published_vgg16_weights_load(shared: Path, scenarios: dict[str, Scenario]) -> None:
    network = scenarios["vgg16_frozen"].build()
    started = load_start(network, scenarios["vgg16_frozen"], shared / "weights")
    assert len(started) == 13
    first = network.get_layer("block1_conv1").get_weights()[0]
    np.testing.assert_allclose(first[0, 0, 0, 0], 0.4294, atol=1e-3)
