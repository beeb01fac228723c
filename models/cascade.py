"""MTCNN's three networks one after the other, as compiled calls.

Zhang et al. 2016, "Joint Face Detection and Alignment using Multi-task Cascaded Convolutional
Networks", arXiv:1604.02878. Networks, weights and constants are those of the package ``mtcnn``,
and so are the boxes, to a pixel; its own loop spent most of its time between the networks.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from PIL import Image

from models.runtime import Call, compiled

WEIGHTS = ("pnet.lz4", "rnet.lz4", "onet.lz4")  # in the wheel of mtcnn, pickled

# The package's constants. Pixels: the smallest face, and the window of the first network, which
# it shifts by STRIDE. The picture is searched at sizes that shrink by SHRINK.
SMALLEST, WINDOW, STRIDE, SHRINK = 20, 12, 2, 0.709
PATCHES = (24, 48)  # pixels a side of what the second and the third network see
LEAST_SCORES = (0.6, 0.7)  # of the first and the second network
# The most that two boxes may overlap: of one size of the picture, of all sizes, of the second
# network (intersection over union), of the third (over the smaller box).
OVERLAPS = (0.5, 0.7, 0.7, 0.7)

# Patches at a time: always as many, since each new number costs the runtime some preparation.
BATCHES = (64, 16)
GAP = 127.5  # grey between the pictures on a canvas, which the networks see as 0
APART = 2  # pixels between them; a window never reaches from one into the next
ROUND = 64  # pixels that a canvas's sides are multiples of


class Cascade:
    """The networks, loaded once. Calls must not overlap."""

    def __init__(self) -> None:
        import lz4.frame
        import mtcnn
        from mtcnn.stages import StageONet, StagePNet, StageRNet

        # By bare names mtcnn would first look in the working directory, and unpickle what it finds.
        weights = Path(mtcnn.__file__).resolve().parent / "assets" / "weights"
        networks = []
        with tempfile.TemporaryDirectory() as folder:
            for stage, name in zip((StagePNet, StageRNet, StageONet), WEIGHTS, strict=True):
                # Given the compressed file, on Python 3.13 mtcnn leaves complaints in the terminal.
                plain = Path(folder, name).with_suffix(".pickle")
                plain.write_bytes(lz4.frame.decompress((weights / name).read_bytes()))
                networks.append(stage(weights=str(plain)).model)
        first, second, third = networks

        def on_pixels(network: Any, sides: tuple[int | None, int | None]) -> Call:
            """``network`` on pictures, float32 RGB 0-255 (n, height, width, 3)."""
            pictures = tf.TensorSpec([None, *sides, 3], tf.float32)
            return compiled(lambda pixels: network((pixels - GAP) / 128), pictures)

        self._first = on_pixels(first, (None, None))
        self._second = in_batches(on_pixels(second, (PATCHES[0], PATCHES[0])), BATCHES[0])
        self._third = in_batches(on_pixels(third, (PATCHES[1], PATCHES[1])), BATCHES[1])

    def detect(self, image: Image.Image, least_score: float) -> np.ndarray:
        """Rows of x1, y1, x2, y2, score, 5 landmarks' x, their y, in pixels: (n, 15).

        image: RGB. least_score: 0-1, of the third network.
        """
        picture = np.asarray(image)[None]  # (1, height, width, 3)
        boxes = self._propose(picture)
        boxes = self._refine(picture, boxes) if len(boxes) else boxes
        if not len(boxes):
            return np.empty((0, 15))
        moves, landmarks, sure = self._third(patches(picture, boxes, PATCHES[1]))
        scores = sure[:, 1]
        sides = boxes[:, 2:] - boxes[:, :2] + 1  # (n, 2)
        xs = sides[:, :1] * landmarks[:, :5] + boxes[:, :1] - 1
        ys = sides[:, 1:] * landmarks[:, 5:] + boxes[:, 1:2] - 1
        rows = np.concatenate([_moved(boxes, moves), scores[:, None], xs, ys], axis=1)  # (n, 15)
        rows = rows[scores > least_score]
        return rows[apart(rows[:, :4], rows[:, 4], OVERLAPS[3], of_smaller=True)]

    def _propose(self, picture: np.ndarray) -> np.ndarray:
        """The first network's boxes, square, at all sizes: (n, 4).

        All sizes of the picture lie on one canvas: one call, and canvases of few shapes, where each
        new shape costs the runtime some preparation.
        """
        placed, (width, height) = layout(*picture.shape[2:0:-1])
        if not placed:  # narrower than the first network's window
            return np.empty((0, 4))
        canvas = np.full((1, height, width, 3), GAP, np.float32)
        whole = tf.constant(picture)
        for place in placed:
            rows, columns = (
                np.s_[place.y : place.y + place.height],
                np.s_[place.x : place.x + place.width],
            )
            size = (place.height, place.width)
            canvas[:, rows, columns] = tf.raw_ops.ResizeArea(images=whole, size=size)
            # Where a side is odd, a window looks one pixel beyond it.
            canvas[:, rows.stop, columns] = canvas[:, rows.stop - 1, columns]
            canvas[:, rows, columns.stop] = canvas[:, rows, columns.stop - 1]
        moves, sure = self._first(canvas)
        boxes, scores = [np.empty((0, 4))], [np.empty(0)]
        for place in placed:
            found, of_found = _windows(place, moves[0], sure[0, :, :, 1])
            kept = apart(found, of_found, OVERLAPS[0])
            boxes.append(found[kept])
            scores.append(of_found[kept])
        return _kept(np.concatenate(boxes), np.concatenate(scores), OVERLAPS[1])

    def _refine(self, picture: np.ndarray, boxes: np.ndarray) -> np.ndarray:
        """Those boxes that the second network keeps, moved by it and square: (n, 4)."""
        moves, sure = self._second(patches(picture, boxes, PATCHES[0]))
        sound = sure[:, 1] > LEAST_SCORES[1]
        return _kept(_moved(boxes, moves)[sound], sure[sound, 1], OVERLAPS[2])


@dataclass(frozen=True)
class Place:
    """Where the picture lies on the canvas at one scale: pixels from its left and top, and size."""

    scale: float
    width: int
    height: int
    x: int
    y: int


def layout(width: int, height: int) -> tuple[list[Place], tuple[int, int]]:
    """The sizes in which a picture is searched, beside and below each other, and the canvas.

    Each goes into the first column with room for it. The canvas is (width, height).
    """
    number = round(-(np.log(min(width, height) / WINDOW) / np.log(SHRINK) + 1))
    placed: list[Place] = []
    columns: list[list[int]] = []  # left edge, width, height filled so far
    bottom, right = 0, 0
    for scale in WINDOW / SMALLEST * SHRINK ** np.arange(max(number, 0)):
        size = int(width * scale), int(height * scale)
        bottom = bottom or size[1]  # the first is the largest
        for column in columns:
            if column[1] >= size[0] and column[2] + size[1] <= bottom:
                break
        else:
            column = [right, size[0], 0]
            columns.append(column)
            right = _up(right + size[0] + APART, STRIDE)
        placed.append(Place(float(scale), *size, column[0], column[2]))
        column[2] = _up(column[2] + size[1] + APART, STRIDE)
    return placed, (_up(right, ROUND), _up(bottom + APART, ROUND))


def apart(
    boxes: np.ndarray, scores: np.ndarray, most: float, of_smaller: bool = False
) -> np.ndarray:
    """Which boxes (n, 4) no box of a higher score overlaps by more than ``most``: indices, best
    first. The overlap is intersection over union, or over the smaller box.
    """
    order = np.argsort(scores)[::-1]
    x1, y1, x2, y2 = boxes[order].T
    width = np.minimum(x2[:, None], x2) - np.maximum(x1[:, None], x1)  # (n, n)
    height = np.minimum(y2[:, None], y2) - np.maximum(y1[:, None], y1)
    shared = width.clip(0) * height.clip(0)
    area = (x2 - x1) * (y2 - y1)
    whole = np.minimum(area[:, None], area) if of_smaller else area[:, None] + area - shared
    return order[~np.triu(shared > most * whole, k=1).any(axis=0)]


def _windows(place: Place, moves: np.ndarray, sure: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first network's boxes and scores at one place, in pixels of the picture.

    moves (rows, columns, 4), sure (rows, columns): of the whole canvas, a step every STRIDE pixels.
    """
    high, wide = (-(-(side - 2) // 2) - 4 for side in (place.height, place.width))
    top, left = place.y // STRIDE, place.x // STRIDE
    here = np.s_[top : top + high, left : left + wide]
    rows, columns = np.nonzero(sure[here] > LEAST_SCORES[0])
    corners = STRIDE * np.stack([columns, rows, columns, rows], axis=1)
    boxes = corners + (1, 1, WINDOW, WINDOW) + (WINDOW - 1) * moves[here][rows, columns]
    return boxes / place.scale, sure[here][rows, columns]


def in_batches(call: Call, size: int) -> Call:
    """``call`` on any number of pictures, ``size`` at a time; the last are filled up with grey."""

    def batched(pictures: np.ndarray) -> list[np.ndarray]:
        number = len(pictures)
        filled = np.full((_up(number, size), *pictures.shape[1:]), GAP, np.float32)
        filled[:number] = pictures
        outputs = [call(filled[start : start + size]) for start in range(0, len(filled), size)]
        return [np.concatenate(pieces)[:number] for pieces in zip(*outputs, strict=True)]

    return batched


def patches(picture: np.ndarray, boxes: np.ndarray, side: int) -> np.ndarray:
    """What lies in each box (n, 4) of a picture, uint8 (1, height, width, 3), as the package cuts
    it: float32 (n, side, side, 3), grey beyond the picture's edges.
    """
    height, width = picture.shape[1:3]
    shares = boxes[:, [1, 0, 3, 2]] / (height, width, height, width)
    first = np.zeros(len(boxes), np.int32)
    size = (side, side)
    return tf.image.crop_and_resize(picture, shares, first, size, extrapolation_value=GAP).numpy()


def _kept(boxes: np.ndarray, scores: np.ndarray, most: float) -> np.ndarray:
    """The boxes that lie apart, made square around their middles."""
    kept = apart(boxes, scores, most)
    low, high = boxes[kept, :2], boxes[kept, 2:]
    half = (high - low).max(axis=1, keepdims=True) / 2  # (n, 1)
    middle = (low + high) / 2
    return np.concatenate([middle - half, middle + half], axis=1)


def _moved(boxes: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """The boxes (n, 4) with each edge moved by a share of its side."""
    sides = boxes[:, 2:] - boxes[:, :2] + 1
    return boxes + moves * np.tile(sides, 2)


def _up(length: int, step: int) -> int:
    """The next multiple of ``step``."""
    return -(-length // step) * step
