"""Counting a network's layers."""

from __future__ import annotations

import math

import keras
import pytest
from keras import layers

from models.describe import Segment, SqueezeBlock, multiplications, segments, squeeze_block
from scenarios import Scenario
from scenarios.layers import squeeze_excitation


@pytest.fixture
def network() -> keras.Model:
    """8 x 8 pixels, a frozen convolution and its pooling, a trained one, and a head."""
    inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, padding="same", name="frozen", trainable=False)(inputs)
    x = layers.MaxPooling2D(2)(x)  # (4, 4, 4)
    x = layers.Conv2D(5, 3, padding="same", use_bias=False, name="conv")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.Flatten()(x)  # (80,)
    return keras.Model(inputs, layers.Dense(2, name="head")(x))


def test_layers_are_put_together_by_size_and_by_whether_they_learn(network: keras.Model) -> None:
    assert segments(network) == [
        Segment("frozen", "frozen", (8, 8, 4), 9 * 3 * 4 + 4, 0, 64 * 9 * 3 * 4),
        Segment("conv", "norm", (4, 4, 5), 9 * 4 * 5 + 4 * 5, 9 * 4 * 5 + 2 * 5, 16 * 9 * 4 * 5),
        Segment("head", "head", (2,), 80 * 2 + 2, 80 * 2 + 2, 80 * 2),
    ]


def test_a_depthwise_convolution_mixes_no_channels() -> None:
    layer = layers.DepthwiseConv2D(3, strides=2, padding="same")
    layer(keras.Input((8, 8, 6)))
    assert multiplications(layer) == 4 * 4 * 9 * 6


def test_nothing_of_a_real_network_is_left_out(scenarios: dict[str, Scenario]) -> None:
    network = scenarios["vgg16_se"].build()

    found = segments(network)

    assert sum(segment.parameters for segment in found) == network.count_params()
    trainable = sum(math.prod(weight.shape) for weight in network.trainable_weights)
    assert sum(segment.trainable for segment in found) == trainable
    trained = [segment.first for segment in found if segment.trainable]
    assert trained == ["block4_conv1", "block5_conv1", "se_reduce", "head_norm"]
    assert squeeze_block(network) == SqueezeBlock(side=4, channels=512, ratio=16)
    assert squeeze_block(scenarios["vgg16_frozen"].build()) is None


def test_a_squeeze_block_is_known_by_what_it_does() -> None:
    inputs = keras.Input((6, 6, 8))
    block = squeeze_excitation(inputs, 4, name="any")
    renamed = keras.models.clone_model(
        keras.Model(inputs, layers.GlobalAveragePooling2D()(block)),
        clone_function=lambda layer: type(layer).from_config(
            {**layer.get_config(), "name": f"other_{layer.name[::-1]}"}
        ),
    )
    assert squeeze_block(renamed) == SqueezeBlock(side=6, channels=8, ratio=4)
