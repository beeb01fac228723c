"""Pictures on their way to a network: the one door for training, evaluation and the app."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from scenarios.contract import InputSpec


def to_native(face: Image.Image, spec: InputSpec) -> Image.Image:
    """A face crop of any size at the resolution of the training images, (native, native)."""
    if face.size == (spec.native, spec.native):
        return face
    return face.resize((spec.native, spec.native), Image.Resampling.LANCZOS)


def to_input(faces: Sequence[np.ndarray], spec: InputSpec) -> np.ndarray:
    """Faces as a network's input.

    faces: n arrays, uint8 RGB (height, width, 3) of any size. Returns float32 (n, size, size, 3),
    raw RGB 0-255. Each goes to ``native`` pixels first and is enlarged from there (bilinear).
    """
    batch = np.empty((len(faces), spec.size, spec.size, 3), dtype=np.float32)
    for row, face in zip(batch, faces, strict=True):
        image = to_native(Image.fromarray(face), spec)
        if spec.size != spec.native:
            image = image.resize((spec.size, spec.size), Image.Resampling.BILINEAR)
        row[:] = np.asarray(image)
    return batch
