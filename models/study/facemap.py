"""Where eyes and mouth are in a dataset's 48-pixel face, as masks over its pixels.

Masks are bool (48, 48); points are (x, y) in pixels of the image.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from models.faces import FaceFinder
from models.study.datasets import NATIVE

# A dataset's face fills its picture, which the detector misses: enlarged threefold, with its edges
# repeated all around, it was found in 235 of 301 FER-2013 training images (models/faces.py).
ENLARGED, MARGIN = 3, 57
LEAST_SCORE = 0.95

# Half axes of the ellipses, as shares of the distance between the eyes; the mouth's width is
# added to its own. Drawn by eye on training images, before anything was measured with them.
EYE_AXES = (0.38, 0.26)
MOUTH_AXES = (0.12, 0.30)


@dataclass(frozen=True)
class FaceMap:
    """One face's regions. elsewhere: a patch of the mouth's shape that touches neither eyes nor
    mouth, as far as there is room: what covering as much of anything costs."""

    eyes: np.ndarray
    mouth: np.ndarray
    elsewhere: np.ndarray

    def regions(self) -> dict[str, np.ndarray]:
        """The masks by name."""
        return {"eyes": self.eyes, "mouth": self.mouth, "elsewhere": self.elsewhere}


def find_landmarks(finder: FaceFinder, image: np.ndarray) -> np.ndarray | None:
    """Left eye, right eye, nose, mouth's left and right corner, (5, 2); None where unsure.

    image: uint8 RGB (48, 48, 3).
    """
    side = NATIVE * ENLARGED
    large = np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC))
    wide = np.pad(large, ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0)), mode="edge")
    faces = finder.find(Image.fromarray(wide))
    if len(faces) != 1 or not faces[0].detected or faces[0].score < LEAST_SCORE:
        return None
    points = (np.array(faces[0].landmarks) + 0.5 - MARGIN) / ENLARGED - 0.5
    inside = (points > -0.5).all() and (points < NATIVE - 0.5).all()
    return points if inside else None


def face_map(landmarks: np.ndarray, rng: np.random.Generator) -> FaceMap:
    """The regions of a face with these landmarks, (5, 2); rng draws the patch elsewhere."""
    left_eye, right_eye, _, left_corner, right_corner = landmarks
    apart = float(np.linalg.norm(right_eye - left_eye))
    eye_axes = (EYE_AXES[0] * apart, EYE_AXES[1] * apart)
    eyes = _ellipse(left_eye, eye_axes) | _ellipse(right_eye, eye_axes)
    width = float(np.linalg.norm(right_corner - left_corner))
    mouth_axes = (width / 2 + MOUTH_AXES[0] * apart, MOUTH_AXES[1] * apart)
    mouth = _ellipse((left_corner + right_corner) / 2, mouth_axes)
    drawn = [
        _ellipse(rng.uniform(mouth_axes, NATIVE - 1 - np.array(mouth_axes)), mouth_axes)
        for _ in range(100)
    ]
    touched = [int((patch & (eyes | mouth)).sum()) for patch in drawn]
    return FaceMap(eyes, mouth, drawn[int(np.argmin(touched))])


def _ellipse(centre: np.ndarray, axes: tuple[float, float]) -> np.ndarray:
    """An upright ellipse; axes: half width and half height in pixels."""
    y, x = np.mgrid[:NATIVE, :NATIVE]
    return ((x - centre[0]) / axes[0]) ** 2 + ((y - centre[1]) / axes[1]) ** 2 <= 1


def covered(images: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Images, uint8 (n, 48, 48, 3), with a mask's pixels, bool (n, 48, 48), at the image's mean."""
    means = images.mean(axis=(1, 2), keepdims=True).round().astype(np.uint8)  # (n, 1, 1, 3)
    return np.where(masks[..., None], means, images)


def energy_shares(cells: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Share of each heat map, (n, rows, columns), that lies in its mask, (n, 48, 48): (n,), 0-1.

    The map is enlarged bilinearly to the image. Not a number where the map is empty.
    """
    shares = np.full(len(cells), np.nan)
    for index, (map_, mask) in enumerate(zip(cells, masks, strict=True)):
        whole = Image.fromarray(map_.astype(np.float32))
        heat = np.asarray(whole.resize((NATIVE, NATIVE), Image.Resampling.BILINEAR))
        if heat.sum() > 0:
            shares[index] = heat[mask].sum() / heat.sum()
    return shares
