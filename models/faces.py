"""Find the faces of a photo and cut each out framed as the training images are framed.

The detector is MTCNN (Zhang et al. 2016, "Joint Face Detection and Alignment using Multi-task
Cascaded Convolutional Networks", arXiv:1604.02878) from the package ``mtcnn``, whose weights come
inside its wheel (``models.cascade``). Crops are upright squares; heads that lean are not turned
straight.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass

import numpy as np
from PIL import Image

from models.cascade import Cascade

# From a detected box to a square framed as the datasets' images are. With g = sqrt(width x height)
# of the box, the square's side is FRAME_SIDE * g and its centre lies FRAME_RISE * g above the
# box's. Measured on 301 FER-2013 training images (43 a class) and 300 of MMA's colour (ExpW)
# training images (100 a class), enlarged to 144 px, with edges replicated by 57 px all around: one
# face with a score of at least 0.95 was found in 235 and 277 of them. Medians of
# (frame side / g, rise / g): FER-2013 (1.077, 0.000), ExpW (1.233, 0.059); sideways at most 0.012.
# One crop serves all models, so the constants lie half way. Median overlap (intersection over
# union) of square and true frame: 0.76 and 0.77; with each dataset's own constants 0.77 and 0.80.
FRAME_SIDE = 1.15
FRAME_RISE = 0.03

# Pixels; smaller pictures are taken for face crops and never searched. The datasets' have 48.
SEARCHED_SIDE = 64
# Pixels of the long side in which faces are searched for. MTCNN finds faces from 20 px on.
DETECTION_SIDE = 640
SHRINKING = Image.Resampling.HAMMING  # finds the faces that LANCZOS finds, in a third of its time
# The least score of a face. Of 144 ExpW faces pasted at 40-140 px into 24 scenes 138 scored 0.9
# or more, 136 scored 0.95; elsewhere in the scenes 6 false faces scored 0.8, 1 scored 0.9.
LEAST_SCORE = 0.9
# Of the short side, added all around in a second look: MTCNN misses faces that fill the picture.
MARGIN = 0.3
# A nearly square photo whose only face's square overlaps it this much (intersection over union)
# is itself a face crop. Of the faces found as told above 96 % (FER-2013) and 93 % (ExpW) reach it.
CROP_OVERLAP = 0.55
CROP_ASPECT = 1.1


@dataclass(frozen=True)
class Face:
    """One face of a photo, or the whole photo where no face was told apart in it.

    box: x, y, width, height in pixels of the upright photo, inside it. Where not ``detected``:
        the centred square that was taken.
    score: the detector's confidence, 0-1; 0.0 where not detected.
    detected: False where no face was found or the photo itself is a face crop.
    crop: uint8 RGB (height, width, 3), square; framed as the training images are.
    landmarks: (x, y) of left eye, right eye, nose, mouth's left and right corner, in pixels of the
        photo, left as the viewer sees it; () where not detected.
    """

    box: tuple[int, int, int, int]
    score: float
    detected: bool
    crop: np.ndarray
    landmarks: tuple[tuple[float, float], ...]


class FaceFinder:
    """MTCNN, loaded once. ``find`` may be called from several threads; they take turns."""

    def __init__(self) -> None:
        self._cascade = Cascade()
        self._lock = threading.Lock()

    def warm_up(self) -> None:
        """Run once on a made picture, so that the first photo does not wait for TensorFlow."""
        noise = np.random.default_rng(0).integers(0, 256, (160, 160, 3), dtype=np.uint8)
        self._detect(Image.fromarray(noise))

    def find(self, image: Image.Image) -> list[Face]:
        """The photo's faces, largest first; never empty.

        image: upright, as ``read_image`` returns it. Where no face is found, or the photo is
        itself a tight face crop, the one Face is the whole photo (if not square: its centred
        square, undistorted) with ``detected`` False. Pictures of at most 64 px are always taken
        whole, so that a dataset's 48x48 image reaches the networks pixel for pixel.
        """
        image = image if image.mode == "RGB" else image.convert("RGB")
        photo = np.asarray(image)  # (height, width, 3)
        height, width = photo.shape[:2]
        if max(width, height) <= SEARCHED_SIDE:
            return [_whole(photo)]
        rows = self._search(image)
        if len(rows) == 0 or (len(rows) == 1 and _is_face_crop(rows[0], width, height)):
            return [_whole(photo)]
        faces = [_face(photo, row) for row in rows]
        return sorted(faces, key=lambda face: face.box[2] * face.box[3], reverse=True)

    def _search(self, photo: Image.Image) -> np.ndarray:
        """Rows of x1, y1, x2, y2, score, 5 landmarks' x, their y, in pixels of the photo: (n, 15).

        Looks a second time with a margin of replicated edges where the first look finds nothing.
        """
        width, height = photo.size
        margin = round(MARGIN * min(width, height))
        for pad in (0, margin):
            wide = _widened(photo, pad)
            scale = min(1.0, DETECTION_SIDE / max(wide.size))
            size = (max(1, round(wide.width * scale)), max(1, round(wide.height * scale)))
            small = wide.resize(size, SHRINKING)
            rows = self._detect(small)
            positions = np.arange(15) != 4  # all columns but the score
            rows[:, positions] = rows[:, positions] / scale - pad
            rows = rows[[_lies_inside(row, width, height) for row in rows]]  # (n, 15) or fewer
            if len(rows):
                break
        return rows

    def _detect(self, picture: Image.Image) -> np.ndarray:
        """The detector's rows, (n, 15), for an RGB picture."""
        with self._lock:
            return self._cascade.detect(picture, LEAST_SCORE)


def framed_square(box: tuple[float, float, float, float]) -> tuple[int, int, int]:
    """The square (left, top, side) around a detected box x1, y1, x2, y2, framed as in training.

    It may reach beyond the photo: see ``bounded``.
    """
    x1, y1, x2, y2 = box
    size = math.sqrt(max(x2 - x1, 1.0) * max(y2 - y1, 1.0))
    side = max(1, round(FRAME_SIDE * size))
    left = round((x1 + x2 - side) / 2)
    top = round((y1 + y2 - side) / 2 - FRAME_RISE * size)
    return left, top, side


def bounded(square: tuple[int, int, int], width: int, height: int) -> tuple[int, int, int]:
    """The square (left, top, side) with no more made-up surroundings than a photo needs.

    A face at the photo's edge keeps its frame. A photo tighter than the frame bounds the square to
    its long side, and a square that spans the photo is moved until the photo lies inside it.
    """
    left, top, old = square
    side = min(old, max(width, height))
    left, top = left + (old - side) // 2, top + (old - side) // 2
    if side >= width:
        left = min(max(left, width - side), 0)
    if side >= height:
        top = min(max(top, height - side), 0)
    return left, top, side


def cut_square(face: Face, width: int, height: int) -> tuple[int, int, int]:
    """Where in a photo of that size a face was cut out: left, top and side, true to a pixel.

    It may reach beyond the photo.
    """
    if not face.detected:
        left, top, side, _ = face.box
        return left, top, side
    x, y, wide, high = face.box
    return bounded(framed_square((x, y, x + wide, y + high)), width, height)


def cut(photo: np.ndarray, left: int, top: int, side: int) -> np.ndarray:
    """That square of the photo as its own array, (side, side, 3); edge pixels are repeated
    where it reaches beyond the photo.
    """
    height, width = photo.shape[:2]
    rows = np.arange(top, top + side).clip(0, height - 1)
    columns = np.arange(left, left + side).clip(0, width - 1)
    return photo[rows[:, None], columns[None, :]]


def _widened(photo: Image.Image, pad: int) -> Image.Image:
    """The photo with its edges replicated by ``pad`` pixels all around."""
    if not pad:
        return photo
    return Image.fromarray(np.pad(np.asarray(photo), ((pad, pad), (pad, pad), (0, 0)), mode="edge"))


def _face(photo: np.ndarray, row: np.ndarray) -> Face:
    """A detector's row, (15,), as a Face."""
    height, width = photo.shape[:2]
    x1, y1, x2, y2 = (float(value) for value in row[:4])
    left, right = (min(max(round(x), 0), width) for x in (x1, x2))
    top, bottom = (min(max(round(y), 0), height) for y in (y1, y2))
    return Face(
        box=(left, top, right - left, bottom - top),
        score=float(row[4]),
        detected=True,
        crop=cut(photo, *bounded(framed_square((x1, y1, x2, y2)), width, height)),
        landmarks=tuple((float(x), float(y)) for x, y in zip(row[5:10], row[10:15], strict=True)),
    )


def _whole(photo: np.ndarray) -> Face:
    """The whole photo, or its centred square, as the one Face."""
    left, top, side = _centred_square(photo.shape[1], photo.shape[0])
    crop = cut(photo, left, top, side)
    return Face((left, top, side, side), score=0.0, detected=False, crop=crop, landmarks=())


def _centred_square(width: int, height: int) -> tuple[int, int, int]:
    side = min(width, height)
    return (width - side) // 2, (height - side) // 2, side


def _lies_inside(row: np.ndarray, width: int, height: int) -> bool:
    """Whether the box's centre lies in the photo: none is found in replicated edges alone."""
    x, y = (row[0] + row[2]) / 2, (row[1] + row[3]) / 2
    return bool(0 <= x < width and 0 <= y < height)


def _is_face_crop(row: np.ndarray, width: int, height: int) -> bool:
    """Whether a photo with this one face is nearly square and framed about as the datasets are, or
    tighter.
    """
    if max(width, height) > CROP_ASPECT * min(width, height):
        return False
    framed = framed_square((row[0], row[1], row[2], row[3]))
    left, top, side = bounded(framed, width, height)
    x, y, short = _centred_square(width, height)
    shared_width = max(0, min(left + side, x + short) - max(left, x))
    shared_height = max(0, min(top + side, y + short) - max(top, y))
    shared = shared_width * shared_height
    return shared >= CROP_OVERLAP * (side * side + short * short - shared)
