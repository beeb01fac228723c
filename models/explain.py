"""Where a network looks: HiResCAM (Draelos & Carin 2020, "Use HiResCAM instead of Grad-CAM for
faithful explanations of convolutional neural networks", arXiv:2011.08891).

Grad-CAM (Selvaraju et al. 2017) averages the slopes over the map before it weighs the activations.
Where the head averages the map as well, as MobileNet's does, both give the same map. Where it
flattens the map, places of opposite meaning cancel out: of 300 faces of the validation splits
base_cnn's Grad-CAM was empty on 14 %, HiResCAM's on none. Rank correlation of the map with how much
the score falls where a patch of 16 of 48 px is covered (25 places; mean of 150 faces, for vgg19 of
60), Grad-CAM's and HiResCAM's: vgg16_frozen 0.18, 0.21; vgg16_se 0.33, 0.36; base_cnn 0.02, 0.34;
vgg19 0.10, 0.20; mobilenet 0.31, 0.31.
"""

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
    """HiResCAM of one emotion at the scenario's ``heatmap_layer``.

    With A the layer's activations (rows, columns, channels) and y the emotion's score before the
    softmax: the map is the positive part of dy/dA * A, summed over the channels (equation 3). crop:
    uint8 RGB (height, width, 3). Raises ValueError for an emotion the scenario doesn't know, or
    where the last layer is not dense.
    """
    target = scenario.emotions.index(emotion)
    head = network.layers[-1]
    if not isinstance(head, keras.layers.Dense):
        raise ValueError(f"{scenario.slug} does not end in a dense layer")
    layer = network.get_layer(scenario.heatmap_layer)
    probe = keras.Model(network.input, [layer.output, head.input, head.output])
    inputs = tf.constant(to_input([crop], scenario.input))  # (1, size, size, 3)
    with tf.GradientTape() as tape:
        tape.watch(inputs)  # frozen layers would leave no trace on the tape otherwise
        activations, features, probabilities = probe(inputs, training=False)
        score = (tf.matmul(features, head.kernel) + head.bias)[0, target]
    slopes = tape.gradient(score, activations)  # (1, rows, columns, channels)
    cells = tf.nn.relu(tf.reduce_sum(slopes * activations, axis=-1))[0].numpy()  # (rows, columns)
    most = cells.max()
    return HeatMap(
        scenario.slug,
        emotion,
        float(probabilities[0, target]),
        cells / most if most > 0 else cells,
    )
