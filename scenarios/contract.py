"""What a scenario is: one frozen value that says everything about one network.

Nothing here reads or writes a file. A scenario module (``scenarios/<slug>.py``) holds one
``SCENARIO``; the commands and the pages find it by themselves (``scenarios.load_all``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import keras

# The order in which emotions stand everywhere: in columns, tables and output vectors.
EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")

Schedule: TypeAlias = keras.optimizers.schedules.LearningRateSchedule


@dataclass(frozen=True)
class InputSpec:
    """How a face becomes the array a network is fed with.

    A face crop is first brought to ``native`` pixels a side, the resolution of every training
    image, and from there to ``size``: a sharp photo is thus as coarse as what the network learnt
    from. The array is raw RGB, float32, 0-255, shape ``(size, size, 3)``.
    """

    size: int
    native: int = 48


@dataclass(frozen=True)
class Augmentation:
    """Random changes of a training image; each strength is a fraction, 0 leaves that change out.

    flip: mirror left-right at random. rotation: of a full turn, either way. shift: of width and
    height. zoom: of the size, either way. brightness and contrast: of the full range.
    grey: probability of losing colour. erase: probability of a blanked rectangle
    (Zhong et al. 2020, "Random Erasing Data Augmentation").
    """

    flip: bool = True
    rotation: float = 0.0
    shift: float = 0.0
    zoom: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    grey: float = 0.0
    erase: float = 0.0


@dataclass(frozen=True)
class Stage:
    """One stretch of training with one optimiser.

    head_only: train just the layers that have no starting weights (a warm-up). Otherwise every
    layer that ``build()`` leaves trainable is trained. cached_at: a layer up to which this stage
    trains nothing; what it makes of each image is computed once and kept. Such a stage
    takes ``versions`` of each image in turn, an epoch each: the image as it is, then augmented
    ones. Without ``cached_at`` every image is augmented anew in every epoch.
    optimizer: makes the optimiser from the learning-rate schedule (cosine decay to zero from
    ``learning_rate``). images: at most this many images an epoch; None sets no bound.
    """

    name: str
    epochs: int
    learning_rate: float
    optimizer: Callable[[Schedule], keras.optimizers.Optimizer]
    head_only: bool = False
    images: int | None = None
    cached_at: str | None = None
    versions: int = 1


@dataclass(frozen=True)
class Recipe:
    """How a scenario is trained.

    dataset: "fer2013" or "mma". start: "vgg16" or "mobilenet_v2", the published weights the base
    begins with; "vgg19_from_vgg16" deepens VGG16 to VGG19; None begins at random.
    class_weight_power: each class weighs (n / (classes * n_class)) ** power; 0 is no weighting, 1
    is "balanced". samples_per_class: draw as many images of each class, anew for every epoch, or
    once for a cached stage; None takes all images. choose_by: the validation figure by which the
    best epoch of the last stage is kept, "accuracy" or "balanced_accuracy".
    """

    dataset: str
    stages: tuple[Stage, ...]
    start: str | None = None
    batch_size: int = 64
    label_smoothing: float = 0.0
    augmentation: Augmentation | None = None
    class_weight_power: float = 0.0
    samples_per_class: int | None = None
    choose_by: str = "accuracy"


@dataclass(frozen=True)
class Scenario:
    """One network in the comparison.

    slug: the module's name. title, summary, hypothesis: keys into assets/text/*.json; a string
    that is no key is shown as it stands, so a new scenario needs no second file.
    emotions: in output order. build: returns a fresh, uncompiled ``keras.Model`` from raw RGB
    0-255 ``(N, size, size, 3)`` to softmax ``(N, len(emotions))``, with ``trainable`` set as the
    recipe trains it. heatmap_layer: the convolution whose activations the heat map explains; all
    that the answer rests on passes through it. order: columns stand by it, smallest first; one that
    names none comes last.
    """

    slug: str
    title: str
    summary: str
    hypothesis: str
    emotions: tuple[str, ...]
    input: InputSpec
    recipe: Recipe
    build: Callable[[], keras.Model]
    heatmap_layer: str
    order: int = 100
