"""Read FER-2013 and MMA in the layouts people download them in.

FER-2013: Kaggle's folders (``train/<class>/*``, ``test/<class>/*``) or Kaggle's ``fer2013.csv``.
MMA: ``MMAFEDB/{train,valid,test}/<class>/*.jpg``. Either from a folder or from a zip, and one or
two folders deeper than the path given. Images come as uint8 RGB, 48x48.

Splits are called the same for both: "train", "valid" (every choice is made on it) and "test" (the
exam). FER-2013's PublicTest is "valid", its PrivateTest is "test".
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

NATIVE = 48  # pixels a side of every image in both datasets
SPLIT_NAMES = {
    "fer2013": {"train": "Training", "valid": "PublicTest", "test": "PrivateTest"},
    "mma": {"train": "train", "valid": "valid", "test": "test"},
}
FER_CSV_CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
IMAGE_SUFFIXES = {".png", ".jpg", ".jpeg"}

LOOKED_FOR = {
    "fer2013": "FER-2013: folders train/<class>/ and test/<class>/ whose test images are named "
    "PublicTest_* and PrivateTest_* (or fer2013.csv with the columns emotion, pixels, Usage)",
    "mma": "MMA: MMAFEDB/train/<class>/, MMAFEDB/valid/<class>/ and MMAFEDB/test/<class>/ "
    "with .jpg images",
}


class DatasetError(ValueError):
    """The path given holds no dataset in a layout this module knows."""


@dataclass(frozen=True)
class Split:
    """Labelled images: ``images`` uint8 (n, 48, 48, 3), ``labels`` int (n,) into ``classes``.

    ``names`` are the files' names, in the same order as the images.
    """

    dataset: str
    split: str
    classes: tuple[str, ...]
    images: np.ndarray
    labels: np.ndarray
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: np.ndarray) -> Split:
        """The images at these indices."""
        names = tuple(self.names[row] for row in rows)
        return replace(self, images=self.images[rows], labels=self.labels[rows], names=names)

    def drawn(self, number: int, seed: int) -> Split:
        """So many of the images (all, where there are fewer), by a draw of the seed alone."""
        return self.take(np.random.default_rng(seed).permutation(len(self))[:number])

    def hashes(self) -> list[str]:
        """One fingerprint of pixels for each image; equal images have equal fingerprints."""
        return [hashlib.sha256(image.tobytes()).hexdigest() for image in self.images]

    def sha256(self) -> str:
        """One fingerprint of all pixels and labels, whatever the layout they came in."""
        lines = sorted(
            f"{fingerprint} {self.classes[label]}"
            for fingerprint, label in zip(self.hashes(), self.labels, strict=True)
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def load_split(path: Path | str, dataset: str, split: str, classes: tuple[str, ...]) -> Split:
    """Read one split, keeping the images of ``classes``.

    path: a folder or a zip. dataset: "fer2013" or "mma". split: "train", "valid" or "test".
    Raises DatasetError, with a sentence that says what was looked for, where the path does not
    exist, holds another layout, lacks a class, or holds an image that cannot be read.
    """
    path = Path(path).resolve()
    if not path.exists():
        raise DatasetError(f"{path} does not exist. Looked for {LOOKED_FOR[dataset]}.")
    rows = []
    for name, label, image in _rows(path, dataset, split):
        if label in classes:
            rows.append((name, classes.index(label), image))
    missing = set(classes) - {classes[label] for _, label, _ in rows}
    if missing:
        raise DatasetError(
            f"{path} holds no {', '.join(sorted(missing))} images in the split {split!r}. "
            f"Looked for {LOOKED_FOR[dataset]}, in a folder or a zip."
        )
    rows.sort(key=lambda row: row[0])
    return Split(
        dataset=dataset,
        split=split,
        classes=classes,
        images=np.stack([image for _, _, image in rows]),
        labels=np.array([label for _, label, _ in rows]),
        names=tuple(name for name, _, _ in rows),
    )


def came_from_fer2013(split: Split) -> np.ndarray:
    """Which MMA images are FER-2013's (bool, (n,)): they are named like ``Happy.123.jpg``."""
    return np.array([bool(re.match(r"[A-Z][a-z]+\.\d", Path(name).name)) for name in split.names])


def search_word(name: str) -> str | None:
    """The word that ExpW searched an image with: "awe" for ``12Exp3awe_man_9.jpg``."""
    found = re.match(r"\d+Exp\d([A-Za-z]+)", Path(name).name)
    return found and found[1]


def datasets_at(path: Path, split: str) -> list[str]:
    """Those datasets that have images of a split below a path, judged by names: no file is read.

    Raises DatasetError for a path that does not exist or is neither a folder nor a zip.
    """
    path = path.resolve()
    if not path.exists():
        raise DatasetError(f"{path} does not exist.")
    found: set[str] = set()
    for parts, _ in _files(path):
        if parts[-1] == "fer2013.csv":
            found.add("fer2013")
        found.update(name for name in SPLIT_NAMES if _is_image_of(parts, path, name, split))
        if len(found) == len(SPLIT_NAMES):
            break
    return [name for name in SPLIT_NAMES if name in found]


def _rows(path: Path, dataset: str, split: str) -> Iterator[tuple[str, str, np.ndarray]]:
    """Every image of a split as (name, class, pixels), from folders or from fer2013.csv."""
    for parts, read in _files(path):
        if dataset == "fer2013" and parts[-1] == "fer2013.csv":
            yield from _csv_rows(read(), SPLIT_NAMES[dataset][split])
        elif _is_image_of(parts, path, dataset, split):
            yield "/".join(parts[-3:]), parts[-2], _pixels(read(), "/".join(parts))


def _is_image_of(parts: tuple[str, ...], path: Path, dataset: str, split: str) -> bool:
    """Whether a file is an image of that split, by its path's parts below ``path``."""
    wanted = SPLIT_NAMES[dataset][split]
    if len(parts) < 3 or os.path.splitext(parts[-1])[1].lower() not in IMAGE_SUFFIXES:
        return False
    if dataset == "mma":
        return parts[-3] == wanted and "MMAFEDB" in (*parts, path.name)
    folder = "train" if split == "train" else "test"
    return parts[-3] == folder and parts[-1].startswith(wanted) and "MMAFEDB" not in parts


def _files(path: Path) -> Iterator[tuple[tuple[str, ...], Callable[[], bytes]]]:
    """Every file below a folder, or in a zip, as (parts of its path, how to read it)."""
    if path.is_dir():
        for folder, _, names in os.walk(path):
            above = (path.name, *Path(folder).relative_to(path).parts)
            for name in names:
                yield (*above, name), partial(_content, folder, name)
        return
    if path.suffix == ".csv":
        yield ("fer2013.csv",), path.read_bytes
        return
    if not zipfile.is_zipfile(path):
        raise DatasetError(f"{path} is neither a folder nor a zip nor a .csv file.")
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith("/") and not name.startswith("__MACOSX/"):
                yield tuple(name.split("/")), partial(archive.read, name)


def _content(folder: str, name: str) -> bytes:
    return Path(folder, name).read_bytes()


def _csv_rows(content: bytes, usage: str) -> Iterator[tuple[str, str, np.ndarray]]:
    """Rows of Kaggle's fer2013.csv: emotion 0-6, 48*48 grey values in words, Usage."""
    csv.field_size_limit(1 << 20)
    for number, row in enumerate(csv.DictReader(io.StringIO(content.decode("utf-8-sig")))):
        if row["Usage"] != usage:
            continue
        grey = np.array(row["pixels"].split(), dtype=np.uint8).reshape(NATIVE, NATIVE)
        image = np.repeat(grey[..., None], 3, axis=-1)
        yield f"{usage}_{number:05d}", FER_CSV_CLASSES[int(row["emotion"])], image


def _pixels(content: bytes, name: str) -> np.ndarray:
    """One image file as uint8 RGB (48, 48, 3)."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            rgb = np.asarray(image.convert("RGB"))
    except OSError as error:
        raise DatasetError(f"{name} cannot be read as an image: {error}") from error
    if rgb.shape != (NATIVE, NATIVE, 3):
        raise DatasetError(f"{name} is {rgb.shape[1]}x{rgb.shape[0]}, expected {NATIVE}x{NATIVE}.")
    return rgb
