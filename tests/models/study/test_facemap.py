"""Masks lie on eyes and mouth, and shares of energy are what can be counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.faces import FaceFinder
from models.study.facemap import covered, energy_shares, face_map, find_landmarks

EXAMPLES = Path(__file__).resolve().parents[3] / "assets" / "examples"
LANDMARKS = np.array([[15, 18], [33, 18], [24, 27], [17, 37], [31, 37]], dtype=float)


def test_masks_lie_where_the_landmarks_are() -> None:
    found = face_map(LANDMARKS, np.random.default_rng(0))
    assert found.eyes[18, 15]
    assert found.eyes[18, 33]
    assert not found.eyes[18, 24]  # between the eyes
    assert found.mouth[37, 17:32].all()
    assert not found.mouth[27].any()  # the nose
    assert not (found.eyes & found.mouth).any()
    assert not (found.elsewhere & (found.eyes | found.mouth)).any()
    assert found.elsewhere.sum() == pytest.approx(found.mouth.sum(), rel=0.1)


def test_covering_puts_the_mean_on_the_mask_alone() -> None:
    image = np.zeros((48, 48, 3), dtype=np.uint8)
    image[24:] = 100
    mask = np.zeros((48, 48), dtype=bool)
    mask[:10] = True
    (found,) = covered(image[None], mask[None])
    assert (found[:10] == 50).all()
    assert (found[10:] == image[10:]).all()


def test_shares_of_energy() -> None:
    cells = np.array([[[0, 0], [1, 1]], [[1, 1], [1, 1]], [[0, 0], [0, 0]]], dtype=np.float32)
    lower = np.zeros((3, 48, 48), dtype=bool)
    lower[:, 24:] = True
    shares = energy_shares(cells, lower)
    assert shares[0] > 0.8
    assert shares[1] == pytest.approx(0.5)
    assert np.isnan(shares[2])


def test_landmarks_of_a_face_as_small_as_the_datasets() -> None:
    """The portrait's face, cut as training images are, gives the landmarks found in the photo."""
    finder = FaceFinder()
    with Image.open(EXAMPLES / "collins.jpg") as opened:
        face = finder.find(opened.convert("RGB"))[0]
    small = np.asarray(Image.fromarray(face.crop).resize((48, 48), Image.Resampling.LANCZOS))
    found = find_landmarks(finder, small)
    assert found is not None
    eyes, mouth = found[:2], found[3:]
    assert (np.abs(eyes[:, 1] - eyes[::-1, 1]) < 5).all()  # level
    assert eyes[0, 0] < found[2, 0] < eyes[1, 0]  # the nose between them
    assert (mouth[:, 1] > found[2, 1]).all()
    side = face.crop.shape[0] / 48
    left, right = np.array(face.landmarks[:2])
    apart = np.linalg.norm(right - left) / side
    assert np.linalg.norm(eyes[1] - eyes[0]) == pytest.approx(apart, rel=0.15)


def test_nothing_is_found_in_noise() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (48, 48, 3), dtype=np.uint8)
    assert find_landmarks(FaceFinder(), noise) is None
