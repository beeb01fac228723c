"""Where a network looks: Grad-CAM (Selvaraju et al. 2017, "Visual Explanations from Deep Networks
via Gradient-based Localization")."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from models.images import to_input
from scenarios import Scenario


@dataclass(frozen=True)
class HeatMap:
    """How much each part of a face speaks for an emotion, in one network's eyes.

    cells: float32 (rows, columns) over the face, 0-1, its largest 1; all 0 where no part of the
    face speaks for the emotion. probability: 0-1, the network's answer for it on this face.
    """

    scenario: str
    emotion: str
    probability: float
    cells: np.ndarray


def heat_map(network: keras.Model, scenario: Scenario, crop: np.ndarray, emotion: str) -> HeatMap:
    """Grad-CAM of one emotion on one face: see ``heat_maps``.

    crop: uint8 RGB (height, width, 3). Raises ValueError for an emotion the scenario doesn't know,
    or where the last layer is not dense.
    """
    target = scenario.emotions.index(emotion)
    inputs = to_input([crop], scenario.input)  # (1, size, size, 3)
    maps, probabilities = heat_maps(network, scenario, inputs, np.array([target]))
    cells, most = maps[0], maps[0].max()
    return HeatMap(
        scenario.slug,
        emotion,
        float(probabilities[0, target]),
        cells / most if most > 0 else cells,
    )


def heat_maps(
    network: keras.Model, scenario: Scenario, inputs: np.ndarray, targets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Grad-CAM of each input for its target, at the scenario's ``heatmap_layer``.

    With A the layer's activations (rows, columns, channels) and y the emotion's score before the
    softmax: the mean of dy/dA over the map weighs each channel, and the map is the positive part of
    the weighted sum of channels (equations 1 and 2). inputs: float32 (n, size, size, 3), raw RGB.
    targets: int (n,), indices of the scenario's emotions. Returns the maps (n, rows, columns), at
    least 0, and the network's answers (n, emotions). Raises ValueError where the last layer is not
    dense.
    """
    head = network.layers[-1]
    if not isinstance(head, keras.layers.Dense):
        raise ValueError(f"{scenario.slug} does not end in a dense layer")
    layer = network.get_layer(scenario.heatmap_layer)
    probe = keras.Model(network.input, [layer.output, head.input, head.output])
    watched = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(watched)  # frozen layers would leave no trace on the tape otherwise
        activations, features, probabilities = probe(watched, training=False)
        scores = tf.matmul(features, head.kernel) + head.bias  # (n, emotions)
        score = tf.reduce_sum(tf.gather(scores, targets, batch_dims=1))  # each of its own input
    slopes = tape.gradient(score, activations)  # (n, rows, columns, channels)
    weights = tf.reduce_mean(slopes, axis=(1, 2), keepdims=True)  # (n, 1, 1, channels)
    maps = tf.nn.relu(tf.reduce_sum(weights * activations, axis=-1))  # (n, rows, columns)
    return maps.numpy(), probabilities.numpy()
