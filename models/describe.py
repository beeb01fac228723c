"""What a network is made of, counted from its layers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby

import keras

from models.gates import find_block


@dataclass(frozen=True)
class Segment:
    """Layers with weights, one after the other, on maps of one size, all trained or all frozen.

    first, last: names of the layers. shape: of the last one's output, without the batch.
    parameters: numbers in all weights. trainable: those among them that training changes by
    gradients; a norm's running mean and variance are none of these. multiplications:
    multiply-accumulate operations for one face.
    """

    first: str
    last: str
    shape: tuple[int, ...]
    parameters: int
    trainable: int
    multiplications: int


def segments(network: keras.Model) -> list[Segment]:
    """The network from input to output; layers without weights are left out."""
    weighted = [layer for layer in network.layers if layer.weights]
    found = []
    for _, group in groupby(weighted, key=_size_and_training):
        layers = list(group)
        found.append(
            Segment(
                layers[0].name,
                layers[-1].name,
                tuple(layers[-1].output.shape[1:]),
                sum(layer.count_params() for layer in layers),
                sum(
                    math.prod(weight.shape)
                    for layer in layers
                    for weight in layer.trainable_weights
                ),
                sum(multiplications(layer) for layer in layers),
            )
        )
    return found


def multiplications(layer: keras.layers.Layer) -> int:
    """Multiply-accumulate operations of one layer's kernels for one face.

    Each weight of a kernel is used once at each place of the output: (height x width) of a map,
    once without one. What has no kernel, such as a norm, is not counted.
    """
    kernels = [weight for weight in layer.weights if weight.name.endswith("kernel")]
    places = math.prod(layer.output.shape[1:-1])
    return places * sum(math.prod(kernel.shape) for kernel in kernels)


def _size_and_training(layer: keras.layers.Layer) -> tuple[tuple[int, ...], bool]:
    return tuple(layer.output.shape[1:-1]), bool(layer.trainable_weights)


@dataclass(frozen=True)
class SqueezeBlock:
    """A Squeeze-and-Excitation block: pixels a side of the map it weighs, channels, ratio r."""

    side: int
    channels: int
    ratio: int


def squeeze_block(network: keras.Model) -> SqueezeBlock | None:
    """The block that ``models.gates`` reads the gates of; None in a network without one."""
    block = find_block(network)
    if block is None:
        return None
    maps, gates = block
    _, side, _, channels = maps.shape
    narrowest = min(layer.output.shape[-1] for layer in keras.Model(maps, gates).layers)
    return SqueezeBlock(side, channels, channels // narrowest)
