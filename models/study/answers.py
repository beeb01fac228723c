"""What each network answered on each exam image, kept so that tests between networks can be redone.

``assets/results/answers/<slug>.npz`` holds no image: distributions, true labels and a fingerprint
of each image's pixels, by which the same image is found in another network's answers.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Answers:
    """One network on one set of images.

    emotions: in the order of the columns. probabilities: float32 (n, emotions). labels: int (n,),
    indices of emotions. images: fingerprints, str (n,).
    """

    emotions: tuple[str, ...]
    probabilities: np.ndarray
    labels: np.ndarray
    images: np.ndarray

    def top(self) -> np.ndarray:
        """The most probable emotion's name for each image, str (n,)."""
        return np.array(self.emotions)[self.probabilities.argmax(axis=1)]

    def truth(self) -> np.ndarray:
        """The true emotion's name for each image, str (n,)."""
        return np.array(self.emotions)[self.labels]

    def restricted(self, emotions: tuple[str, ...]) -> Answers:
        """On the images of these emotions alone, as if there were no others to choose from."""
        columns = [self.emotions.index(emotion) for emotion in emotions]
        rows = np.isin(self.labels, columns)
        shares = self.probabilities[rows][:, columns]
        return Answers(
            emotions,
            shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-12),
            np.array([columns.index(label) for label in self.labels[rows]], dtype=int),
            self.images[rows],
        )


def fingerprint(sha256: str) -> str:
    """The part of an image's hash of pixels that is kept of it."""
    return sha256[:16]


def write_answers(folder: Path, slug: str, sha256: str, answers: dict[str, Answers]) -> Path:
    """Write all answers of one network, by the name of the set; sha256: of its weights."""
    arrays: dict[str, np.ndarray] = {"sha256": np.array(sha256)}
    for name, given in answers.items():
        arrays[f"{name}/emotions"] = np.array(given.emotions)
        arrays[f"{name}/probabilities"] = given.probabilities.astype(np.float32)
        arrays[f"{name}/labels"] = given.labels.astype(np.uint8)
        arrays[f"{name}/images"] = given.images
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{slug}.npz"
    temporary = folder / f"{slug}.part.npz"
    np.savez_compressed(temporary, allow_pickle=False, **arrays)
    os.replace(temporary, path)
    return path


def read_answers(folder: Path, slug: str, sha256: str) -> dict[str, Answers]:
    """All answers of one network by the name of the set; none where they are of other weights."""
    path = folder / f"{slug}.npz"
    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as arrays:
        if str(arrays["sha256"]) != sha256:
            return {}
        names = {key.rpartition("/")[0] for key in arrays.files if "/" in key}
        return {
            name: Answers(
                tuple(arrays[f"{name}/emotions"].tolist()),
                arrays[f"{name}/probabilities"],
                arrays[f"{name}/labels"].astype(int),
                arrays[f"{name}/images"],
            )
            for name in names
        }
