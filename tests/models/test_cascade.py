"""The cascade's own arithmetic; that its boxes are the package's is held in test_faces."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from mtcnn.utils.bboxes import smart_nms_from_bboxes
from mtcnn.utils.images import build_scale_pyramid

from models.cascade import APART, GAP, SHRINK, SMALLEST, apart, in_batches, layout, patches


@pytest.mark.parametrize("size", [(640, 640), (640, 427), (300, 640), (65, 64), (640, 20)])
def test_sizes_lie_apart_on_the_canvas(size: tuple[int, int]) -> None:
    placed, (width, height) = layout(*size)
    expected = build_scale_pyramid(*size, min_face_size=SMALLEST, scale_factor=SHRINK)
    np.testing.assert_allclose([place.scale for place in placed], expected)
    for place in placed:
        assert (place.width, place.height) == tuple(int(side * place.scale) for side in size)
        assert place.x % 2 == place.y % 2 == 0, "the first network steps by two pixels"
        assert place.x + place.width + 1 <= width
        assert place.y + place.height + 1 <= height
    for one, other in combinations(placed, 2):
        beside = one.x + one.width + APART <= other.x or other.x + other.width + APART <= one.x
        below = one.y + one.height + APART <= other.y or other.y + other.height + APART <= one.y
        assert beside or below


@pytest.mark.parametrize(("method", "of_smaller"), [("union", False), ("min", True)])
def test_overlapping_boxes_go_as_in_the_package(method: str, of_smaller: bool) -> None:
    rng = np.random.default_rng(0)
    corners, sides = rng.uniform(0, 100, (200, 2)), rng.uniform(5, 60, (200, 2))
    boxes, scores = np.concatenate([corners, corners + sides], axis=1), rng.uniform(size=200)
    rows = np.concatenate([np.zeros((200, 1)), boxes, scores[:, None]], axis=1)
    expected = smart_nms_from_bboxes(rows, threshold=0.5, method=method)
    kept = apart(boxes, scores, 0.5, of_smaller)
    assert 10 < len(kept) < 190
    np.testing.assert_array_equal(boxes[kept], expected[:, 1:5])
    assert len(apart(np.empty((0, 4)), np.empty(0), 0.5)) == 0


def test_batches_are_all_of_one_size_and_give_what_one_call_gives() -> None:
    sizes = []

    def call(pictures: np.ndarray) -> list[np.ndarray]:
        sizes.append(len(pictures))
        return [pictures.sum(axis=(1, 2, 3)), pictures[:, 0]]

    pictures = np.random.default_rng(0).uniform(0, 255, (7, 4, 4, 3)).astype(np.float32)
    total, row = in_batches(call, 3)(pictures)
    np.testing.assert_allclose(total, pictures.sum(axis=(1, 2, 3)), rtol=1e-6)
    np.testing.assert_array_equal(row, pictures[:, 0])
    assert sizes == [3, 3, 3]


def test_patches_are_grey_beyond_the_picture() -> None:
    picture = np.full((1, 40, 60, 3), 200, np.uint8)
    inside, beyond = patches(picture, np.array([[5, 5, 20, 20], [-50, -50, -10, -10]]), side=8)
    np.testing.assert_allclose(inside, 200)
    np.testing.assert_allclose(beyond, GAP)
