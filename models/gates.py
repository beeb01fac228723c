"""The gates of a Squeeze-and-Excitation block on one face (Hu et al. 2018)."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np

from models.images import to_input
from scenarios import Scenario


@dataclass(frozen=True)
class Gates:
    """What a block lets through of each channel.

    values: float32 (channels,), 0-1: 1 hands a channel on as it is, 0 silences it. maps: float32
    (rows, columns, channels), the channels as they reach the gates.
    """

    scenario: str
    values: np.ndarray
    maps: np.ndarray

    def order(self) -> list[int]:
        """The channels by their gates, the most open first."""
        return [int(channel) for channel in np.argsort(-self.values, kind="stable")]


def find_block(network: keras.Model) -> tuple[keras.KerasTensor, keras.KerasTensor] | None:
    """The last such block's maps (N, rows, columns, C) and gates (N, 1, 1, C); None without one.

    It is known by its product: a Multiply layer of maps and one number a channel.
    """
    for layer in reversed(network.layers):
        if isinstance(layer, keras.layers.Multiply) and len(layer.input) == 2:
            maps, gates = sorted(layer.input, key=lambda tensor: tensor.shape[1] == 1)
            if len(maps.shape) == 4 and gates.shape[1:] == (1, 1, maps.shape[-1]):
                return maps, gates
    return None


def read_gates(network: keras.Model, scenario: Scenario, crop: np.ndarray) -> Gates | None:
    """The gates on a face, uint8 RGB (height, width, 3); None where the network has no block."""
    block = find_block(network)
    if block is None:
        return None
    probe = keras.Model(network.input, list(block))
    maps, values = probe(to_input([crop], scenario.input))
    return Gates(scenario.slug, np.asarray(values).ravel(), np.asarray(maps)[0])
