"""The walk of a face into a network, step by step: its input, and what its own first layers make
of it. Nothing is computed here that the network does not compute itself."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np

from models.images import to_input
from scenarios import Scenario

CHANNELS = 3  # of a picture; the first layer that makes more of them begins to look for features


@dataclass(frozen=True)
class Step:
    """What is handed on at one point.

    kind: "input" for what the network is given, else what the layer does: "rescale", "resize",
    "average", "grey", "bgr" or, for any other, "layer". name: of the layer, "" for the input.
    pixels: float32 (height, width, 3), the values of this face. low, high: what a black and a white
    picture become here, the ends of the values' range.
    """

    kind: str
    name: str
    pixels: np.ndarray
    low: float
    high: float

    @property
    def side(self) -> int:
        return int(self.pixels.shape[1])

    def picture(self) -> np.ndarray:
        """The values from ``low`` to ``high`` as uint8 0-255, channels as they stand."""
        shares = (self.pixels - self.low) / (self.high - self.low)
        return np.rint(255 * shares.clip(0, 1)).astype(np.uint8)


def walk(network: keras.Model, scenario: Scenario, crop: np.ndarray) -> list[Step]:
    """The network's input and each of its first layers that still hands on a picture.

    crop: uint8 RGB (height, width, 3), of any size.
    """
    ends = [np.full((1, 1, 3), value, dtype=np.uint8) for value in (0, 255)]
    batch = to_input([crop, *ends], scenario.input)  # (3, size, size, 3): face, black, white
    layers = picture_layers(network)
    named = [("input", ""), *((kind_of(layer), layer.name) for layer in layers)]
    probe = keras.Model(network.input, [network.input, *(layer.output for layer in layers)])
    outputs = probe(batch) if layers else [batch]
    return [
        Step(kind, name, pixels[0], float(pixels[1:].min()), float(pixels[1:].max()))
        for (kind, name), pixels in zip(named, map(np.asarray, outputs), strict=True)
    ]


def picture_layers(network: keras.Model) -> list[keras.layers.Layer]:
    """The first layers, as long as they learn nothing and hand on three channels."""
    found: list[keras.layers.Layer] = []
    for layer in network.layers[1:]:  # the first is the input
        shape = layer.output.shape
        if layer.trainable_weights or len(shape) != 4 or shape[-1] != CHANNELS:
            break
        found.append(layer)
    return found


def kind_of(layer: keras.layers.Layer) -> str:
    """What a layer does to a picture, read from the layer: see ``Step``."""
    for kind, cls in (
        ("rescale", keras.layers.Rescaling),
        ("resize", keras.layers.Resizing),
        ("average", keras.layers.AveragePooling2D),
    ):
        if isinstance(layer, cls):
            return kind
    if isinstance(layer, keras.layers.Conv2D) and layer.kernel_size == (1, 1):
        kernel = np.asarray(layer.kernel)[0, 0]  # (3 in, 3 out)
        if np.ptp(kernel, axis=1).max() == 0:
            return "grey"
        if np.array_equal(kernel, np.eye(CHANNELS)[::-1]):
            return "bgr"
    return "layer"
