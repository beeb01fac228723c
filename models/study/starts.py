"""The published weights that training begins with, loaded into a scenario's layers by name.

VGG16: ImageNet (Oxford VGG, CC BY 4.0). MobileNetV2: ImageNet, its blocks 13-16 fine-tuned
afterwards on Stanford Dogs (MIT). VGG19: VGG16 with the missing convolutions as identities, which
compute exactly what VGG16 computes (Net2DeeperNet: Chen, Goodfellow & Shlens 2016).
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from scenarios import Scenario

FILES = {
    "vgg16": "vgg16_imagenet_notop.weights.h5",
    "vgg19_from_vgg16": "vgg16_imagenet_notop.weights.h5",
    "mobilenet_v2": "mobilenetv2_imagenet_notop.weights.h5",
}
DESCRIPTIONS = {
    "vgg16": "VGG16, ImageNet",
    "vgg19_from_vgg16": "VGG16, ImageNet, deepened to VGG19 by identity convolutions",
    "mobilenet_v2": "MobileNetV2, ImageNet, blocks 13-16 fine-tuned on Stanford Dogs",
    None: "random",
}


class StartError(ValueError):
    """The starting weights are not where they were looked for."""


def load_start(model: keras.Model, scenario: Scenario, folder: Path | str) -> set[str]:
    """Put the starting weights into ``model`` and return the names of the layers that got some.

    folder: where the files named in FILES lie. Raises StartError where one is missing. Returns an
    empty set for a scenario that begins at random.
    """
    start = scenario.recipe.start
    if start is None:
        return set()
    path = Path(folder) / FILES[start]
    if not path.exists():
        raise StartError(
            f"{path} is missing: {scenario.slug} begins with it. Name its folder with --start."
        )
    if start == "mobilenet_v2":
        source = keras.applications.MobileNetV2(
            include_top=False, weights=str(path), input_shape=(128, 128, 3)
        )
    else:
        source = keras.applications.VGG16(
            include_top=False, weights=str(path), input_shape=(48, 48, 3)
        )
    weights = {layer.name: layer.get_weights() for layer in source.layers if layer.weights}
    if start == "vgg19_from_vgg16":
        for block, channels in ((3, 256), (4, 512), (5, 512)):
            weights[f"block{block}_conv4"] = identity_convolution(channels)
    for name, values in weights.items():
        model.get_layer(name).set_weights(values)
    return set(weights)


def identity_convolution(channels: int) -> list[np.ndarray]:
    """Kernel (3, 3, channels, channels) and bias of a convolution that returns its input."""
    kernel = np.zeros((3, 3, channels, channels), dtype="float32")
    kernel[1, 1] = np.eye(channels)
    return [kernel, np.zeros(channels, dtype="float32")]
