"""What the frozen part of a network makes of the images, computed once and kept in files.

A stage that trains no layer up to some point would compute that part anew in every epoch, and for
VGG16's first three blocks that is more than a third of the work. So it is computed once for each of
a number of augmented versions of every image, and the epochs take the versions in turn.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.lib.format import open_memmap

from models.images import to_input
from models.study.batches import augmenter
from models.study.machine import predict
from scenarios.contract import Augmentation, InputSpec


class Features:
    """Features of ``images``, uint8 (n, 48, 48, 3), at the output of ``base``.

    versions: how many there are: the images as they are, then augmented ones. A version is computed
    when first asked for and kept in ``folder``, float16 (n, height, width, channels), under a name
    made of all that it depends on: a resumed run finds it, and so does another training in the same
    folder that begins alike. seed: what the augmentation is drawn with.
    """

    def __init__(
        self,
        base: keras.Model,
        images: np.ndarray,
        spec: InputSpec,
        folder: Path,
        augmentation: Augmentation | None = None,
        versions: int = 1,
        seed: int = 0,
    ):
        self.base, self.images, self.spec, self.folder = base, images, spec, folder
        self.augmentation, self.versions, self.seed = augmentation, versions, seed

    def of_epoch(self, epoch: int) -> np.ndarray:
        """The version that an epoch, counted from zero, trains on; read-only."""
        version = epoch % self.versions
        path = self.folder / f"{self._key(version)}.npy"
        if not path.exists():
            self._compute(version, path)
        return np.load(path, mmap_mode="r")

    def _key(self, version: int) -> str:
        """Hash of all that a version is made of; names of layers are no part of it."""
        does = [
            {**layer.get_config(), "name": type(layer).__name__, "trainable": None}
            for layer in self.base.layers
        ]
        facts: list[Any] = [does, asdict(self.spec)]
        if version and self.augmentation:
            facts += [asdict(self.augmentation), self.seed, version]
        key = hashlib.sha256(json.dumps(facts, default=str).encode())
        for values in (self.images, *self.base.get_weights()):
            key.update(np.ascontiguousarray(values).data)
        return key.hexdigest()[:16]

    def _compute(self, version: int, path: Path) -> None:
        count = len(self.images)
        print(f"computing the frozen part's features of {count} images ({path.name})", flush=True)
        keras.utils.set_random_seed(self.seed + version)
        change = augmenter(self.augmentation if version else None)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        kept = open_memmap(unfinished, "w+", np.float16, (count, *self.base.output.shape[1:]))
        for first in range(0, count, 256):
            pictures = to_input(list(self.images[first : first + 256]), self.spec)
            changed = keras.ops.convert_to_numpy(change(pictures, training=True))
            kept[first : first + 256] = predict(self.base, changed, batch=64)
        kept.flush()
        del kept  # Windows renames no file that is still mapped
        os.replace(unfinished, path)
