"""What a network is trained on, epoch by epoch: which images, how changed, how weighted."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers, ops

from models.images import to_input
from models.study.machine import devices
from scenarios.contract import Augmentation, InputSpec


class Batches(keras.utils.PyDataset):
    """Batches of one epoch, drawn anew by ``redraw``: (inputs, one-hot labels, sample weights).

    inputs: uint8 images (n, 48, 48, 3) where ``spec`` is given, else features as they are. size:
    of a batch. per_class: as in ``draw_equally``. limit: at most this many images an epoch. The
    draw depends on ``seed`` and the epoch alone, so a resumed run sees what a whole one would.
    The last images of a draw that fill no batch wait for another epoch: every batch has one shape,
    which compiled backends need, and which several devices can share.
    """

    def __init__(
        self,
        inputs: np.ndarray,
        labels: np.ndarray,
        weights: np.ndarray,
        classes: int,
        size: int,
        seed: list[int],
        *,
        per_class: int | None = None,
        limit: int | None = None,
        spec: InputSpec | None = None,
    ):
        super().__init__(workers=2 if spec else 1)
        self.inputs, self.labels, self.weights = inputs, labels, weights
        self.classes, self.seed, self.spec = classes, seed, spec
        self.per_class, self.limit = per_class, limit
        self.redraw(0)
        self.size = min(size, len(self.chosen)) // devices() * devices()

    def redraw(self, epoch: int) -> None:
        """Draw and shuffle the images of an epoch."""
        rng = np.random.default_rng([*self.seed, epoch])
        self.chosen = draw_equally(self.labels, self.per_class, rng)[: self.limit]

    def __len__(self) -> int:
        return len(self.chosen) // self.size

    def __getitem__(self, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rows = self.chosen[number * self.size : (number + 1) * self.size]
        inputs = self.inputs[rows]
        if self.spec:
            inputs = to_input(inputs, self.spec)
        one_hot = np.eye(self.classes, dtype="float32")[self.labels[rows]]  # (batch, classes)
        return inputs.astype("float32"), one_hot, self.weights[rows]


def draw_equally(labels: np.ndarray, per_class: int | None, rng: np.random.Generator) -> np.ndarray:
    """Shuffled indices of ``per_class`` images of each class, or of all images for None.

    No class gives more than the rarest has, so all give the same number.
    """
    if per_class is None:
        return rng.permutation(len(labels))
    counts = np.bincount(labels)
    number = min(per_class, counts[counts > 0].min())
    drawn = [
        rng.permutation(np.flatnonzero(labels == label))[:number]
        for label in np.flatnonzero(counts)
    ]
    return rng.permutation(np.concatenate(drawn))


def sample_weights(labels: np.ndarray, power: float) -> np.ndarray:
    """Weight of each image, float32 (n,): (n / (classes * n_class)) ** power, mean 1."""
    counts = np.bincount(labels)
    by_class = (len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1))) ** power
    weights = by_class[labels]
    return (weights / weights.mean()).astype("float32")


class RandomAffine(layers.Layer):
    """Mirror, turn, zoom and shift pictures (N, side, side, 3) at random, in one resampling.

    One after the other, Keras' own layers would resample three times and leave a 48 px face so
    blurred that the network trains on what it is never asked about. Small pictures are therefore
    sampled from a fourfold bicubic enlargement: bilinear sampling, or averaging, halves the energy
    of their Laplacian. What comes in from outside repeats the border.
    """

    def __init__(self, change: Augmentation):
        super().__init__(dtype="float32", trainable=False)
        self.change = change
        self.seed = keras.random.SeedGenerator()

    def call(self, pictures: keras.KerasTensor, training: bool = False) -> keras.KerasTensor:
        if not training:
            return pictures
        number, side = ops.shape(pictures)[0], pictures.shape[1]
        factor = 4 if side < 96 else 1
        large = ops.image.resize(pictures, (side * factor,) * 2, interpolation="bicubic")
        moved = ops.image.affine_transform(
            large,
            self._draw(number, side * factor, factor),
            interpolation="bilinear",
            fill_mode="nearest",
        )
        return ops.clip(moved[:, ::factor, ::factor], 0, 255)

    def _draw(self, number: int, side: int, step: int) -> keras.KerasTensor:
        """Rows (number, 8) of ``affine_transform``: where each target pixel is taken from.

        step: the first of so many target pixels is kept, and is taken from the middle of them all.
        """

        def between(bound: float) -> keras.KerasTensor:
            return keras.random.uniform((number,), -bound, bound, seed=self.seed)

        change, centre = self.change, (side - 1) / 2
        mirror = ops.sign(between(1.0)) if change.flip else ops.ones((number,))
        scale = 1 + between(change.zoom)
        angle = between(2 * np.pi * change.rotation)
        cos, sin = scale * ops.cos(angle), scale * ops.sin(angle)
        left, top = centre + between(side * change.shift), centre + between(side * change.shift)
        across, down = cos * mirror, sin * mirror
        target = centre - (step - 1) / 2
        nothing = ops.zeros((number,))
        return ops.stack(
            [
                across,
                -sin,
                left - (across - sin) * target,
                down,
                cos,
                top - (down + cos) * target,
                nothing,
                nothing,
            ],
            axis=1,
        )


def augmenter(change: Augmentation | None) -> keras.Sequential:
    """Augmentation as layers for raw RGB 0-255 pictures; they act in training only."""
    steps: list[keras.layers.Layer] = [layers.Identity(dtype="float32")]
    if change:
        options = {"dtype": "float32"}
        steps.append(RandomAffine(change))
        if change.brightness:
            steps.append(
                layers.RandomBrightness(change.brightness, value_range=(0, 255), **options)
            )
        if change.contrast:
            steps.append(layers.RandomContrast(change.contrast, value_range=(0, 255), **options))
        if change.grey:
            steps.append(layers.RandomGrayscale(change.grey, **options))
        if change.erase:
            steps.append(layers.RandomErasing(change.erase, value_range=(0, 255), **options))
    return keras.Sequential(steps, name="augmentation")
