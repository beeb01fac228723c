"""Faces are found, ordered and cut out as the training images are; crops pass untouched."""

from __future__ import annotations

import gc
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import joblib
import numpy as np
import pytest
from mtcnn import MTCNN
from PIL import Image

from models.cascade import WEIGHTS
from models.faces import DETECTION_SIDE, SHRINKING, FaceFinder, bounded, cut, framed_square
from models.images import read_image
from tests import pictures

EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
COLLINS, HOPPER, BOTH = (
    EXAMPLES / name for name in ("collins.jpg", "hopper.jpg", "collins-and-hopper.jpg")
)

# Where the measured medians (see models/faces.py) put the landmarks in a framed crop, as shares of
# its side. Left eye, right eye and the mouth's corners are the same in both datasets to 0.01.
EYES = ((0.33, 0.41), (0.68, 0.41))
MOUTH_Y = 0.78
FRAMING_TOLERANCE = 0.07  # heads differ; a crop 1.3 times too wide moves an eye by 0.05 or more


@pytest.fixture(scope="module")
def finder() -> FaceFinder:
    return FaceFinder()


@pytest.fixture(scope="module")
def hopper() -> Image.Image:
    return read_image(HOPPER)


def noise(width: int, height: int, seed: int = 0) -> Image.Image:
    dice = np.random.default_rng(seed)
    return Image.fromarray(dice.integers(0, 256, (height, width, 3), dtype=np.uint8))


class Planted:
    """Runs code when it is unpickled: it makes a folder."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


# On Python 3.13 the package's own loading leaves files that complain when they are collected.
LEAVES_FILES = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@LEAVES_FILES
def test_weights_in_the_working_directory_are_never_unpickled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in WEIGHTS:
        joblib.dump(Planted(tmp_path / f"ran-{name}"), tmp_path / name)
    monkeypatch.chdir(tmp_path)

    FaceFinder()

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(WEIGHTS)
    with pytest.raises(TypeError, match="NoneType"):
        MTCNN()  # as the package comes
    assert (tmp_path / "ran-pnet.lz4").is_dir(), "the plant is one"
    gc.collect()


# The middle of each face, largest face first, read off the pictures by eye.
@pytest.mark.parametrize(
    ("photo", "middles"),
    [(COLLINS, [(224, 118)]), (HOPPER, [(265, 220)]), (BOTH, [(668, 217), (202, 150)])],
)
def test_faces_are_found_inside_the_photo_largest_first(
    finder: FaceFinder, photo: Path, middles: list[tuple[int, int]]
) -> None:
    image = read_image(photo)
    faces = finder.find(image)
    assert len(faces) == len(middles)
    for face, middle in zip(faces, middles, strict=True):
        x, y, width, height = face.box
        assert (x + width / 2, y + height / 2) == pytest.approx(middle, abs=12)
        assert face.detected
        assert 0.9 <= face.score <= 1.0
        assert 0 <= x < x + width <= image.width
        assert 0 <= y < y + height <= image.height
        side = face.crop.shape[0]
        assert (face.crop.shape, face.crop.dtype) == ((side, side, 3), np.uint8)
        assert len(face.landmarks) == 5
        assert all(x <= left <= x + width for left, _ in face.landmarks)
        assert all(y <= top <= y + height for _, top in face.landmarks)


@LEAVES_FILES
def test_boxes_are_those_of_the_package_as_it_comes(finder: FaceFinder) -> None:
    """All sizes on one canvas, and patches in batches, change nothing."""
    photo = read_image(BOTH)
    scale = min(1.0, DETECTION_SIDE / max(photo.size))
    small = photo.resize((round(photo.width * scale), round(photo.height * scale)), SHRINKING)
    plain = MTCNN(device="CPU:0").detect_faces(np.asarray(small), fit_to_image=False)
    expected = sorted([edge / scale for edge in face["box"]] for face in plain)

    found = sorted(list(face.box) for face in finder.find(photo))

    assert len(found) == len(expected) == 2
    np.testing.assert_allclose(found, expected, atol=1.01)  # ours are whole pixels
    gc.collect()


@pytest.mark.parametrize("photo", [COLLINS, HOPPER, BOTH])
def test_crops_are_framed_as_the_training_images(finder: FaceFinder, photo: Path) -> None:
    for face in finder.find(read_image(photo)):
        x, y, width, height = face.box
        left, top, side = framed_square((x, y, x + width, y + height))
        places = [((px - left) / side, (py - top) / side) for px, py in face.landmarks]
        for place, expected in zip(places[:2], EYES, strict=True):
            assert place == pytest.approx(expected, abs=FRAMING_TOLERANCE)
        assert (places[3][1] + places[4][1]) / 2 == pytest.approx(MOUTH_Y, abs=FRAMING_TOLERANCE)
        assert face.crop.shape[0] == pytest.approx(side, abs=2)


def test_crop_shows_the_pixels_of_its_square(finder: FaceFinder, hopper: Image.Image) -> None:
    face = finder.find(hopper)[0]
    side = face.crop.shape[0]
    photo = np.asarray(hopper)
    windows = np.lib.stride_tricks.sliding_window_view(photo[:, :, 0], (side, side))
    places = np.argwhere(windows[:, :, 0, 0] == face.crop[0, 0, 0])
    assert any(np.array_equal(photo[y : y + side, x : x + side], face.crop) for y, x in places)


@pytest.mark.parametrize("side", [16, 48, 64])
@pytest.mark.parametrize("content", ["noise", "tight", "loose"])
def test_small_crop_passes_pixel_for_pixel(
    finder: FaceFinder, hopper: Image.Image, side: int, content: str
) -> None:
    frames = {"tight": (150, 100, 380, 330), "loose": (90, 40, 430, 380)}
    image = noise(side, side)
    if content in frames:
        image = hopper.crop(frames[content]).resize((side, side))
    (face,) = finder.find(image)
    assert not face.detected
    assert (face.box, face.score, face.landmarks) == ((0, 0, side, side), 0.0, ())
    np.testing.assert_array_equal(face.crop, np.asarray(image))


@pytest.mark.parametrize("side", [96, 240, 840])
def test_enlarged_face_crop_is_taken_whole(
    finder: FaceFinder, hopper: Image.Image, side: int
) -> None:
    image = hopper.crop((150, 100, 380, 330)).resize((side, side))
    (face,) = finder.find(image)
    assert not face.detected
    np.testing.assert_array_equal(face.crop, np.asarray(image))


@pytest.mark.parametrize(
    ("size", "box"),
    [
        ((300, 300), (0, 0, 300, 300)),
        ((400, 300), (50, 0, 300, 300)),
        ((300, 401), (0, 50, 300, 300)),
        ((1600, 16), (792, 0, 16, 16)),
        ((2000, 1), (999, 0, 1, 1)),
        ((65, 20), (22, 0, 20, 20)),
        ((100, 23), (38, 0, 23, 23)),
    ],
)
@pytest.mark.parametrize("content", ["noise", "grey"])
def test_without_a_face_the_centred_square_is_taken(
    finder: FaceFinder, size: tuple[int, int], box: tuple[int, int, int, int], content: str
) -> None:
    image = noise(*size) if content == "noise" else Image.new("RGB", size, "grey")
    (face,) = finder.find(image)
    assert (face.detected, face.score, face.box, face.landmarks) == (False, 0.0, box, ())
    x, y, width, height = box
    expected = np.asarray(image)[y : y + height, x : x + width]
    np.testing.assert_array_equal(face.crop, expected)


# Two crops of the face that are tighter than the training images: as in a selfie. MTCNN finds the
# second one only with a margin around it. The nose lies at (268, 237) of the portrait.
@pytest.mark.parametrize("frame", [(180, 112, 350, 330), (200, 140, 330, 300)])
def test_face_that_fills_a_portrait_is_found(
    finder: FaceFinder, hopper: Image.Image, frame: tuple[int, int, int, int]
) -> None:
    image = hopper.crop(frame)
    (face,) = finder.find(image)
    assert face.detected
    assert face.landmarks[2] == pytest.approx((268 - frame[0], 237 - frame[1]), abs=10)
    side = image.height
    beside = (side - image.width) // 2
    assert face.crop.shape == (side, side, 3)  # no larger than the photo's long side
    middle = face.crop[:, beside : beside + image.width]
    assert np.abs(middle.mean(axis=(0, 1)) - np.asarray(image).mean(axis=(0, 1))).max() < 8


@pytest.mark.parametrize(
    ("square", "size", "expected"),
    [
        ((10, 20, 50), (200, 100), (10, 20, 50)),  # inside
        ((-30, 70, 50), (200, 100), (-30, 70, 50)),  # at an edge
        ((-40, -90, 240), (100, 100), (0, 0, 100)),  # a square photo, tighter than the frame
        ((-70, -60, 240), (100, 120), (-10, 0, 120)),  # a portrait, tighter than the frame
        ((40, -30, 150), (400, 100), (40, -30, 150)),  # a strip
        ((40, 20, 150), (400, 100), (40, 0, 150)),
    ],
)
def test_frame_is_bounded_by_a_tight_photo(
    square: tuple[int, int, int], size: tuple[int, int], expected: tuple[int, int, int]
) -> None:
    assert bounded(square, *size) == expected


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_turned_phone_photo_is_found_upright(
    finder: FaceFinder, hopper: Image.Image, orientation: int
) -> None:
    (upright,) = finder.find(hopper)
    stored = pictures.oriented(orientation, "PNG", hopper)
    (face,) = finder.find(read_image(stored))
    assert face.box == upright.box
    np.testing.assert_array_equal(face.crop, upright.crop)


def test_large_photo_gives_a_crop_of_its_own_resolution(
    finder: FaceFinder, hopper: Image.Image
) -> None:
    (small,) = finder.find(hopper)
    (large,) = finder.find(hopper.resize((hopper.width * 2, hopper.height * 2)))
    assert large.crop.shape[0] == pytest.approx(2 * small.crop.shape[0], rel=0.05)
    assert large.box == pytest.approx([2 * value for value in small.box], abs=30)


@pytest.mark.parametrize("mode", ["L", "RGBA"])
def test_other_modes_give_rgb_crops(finder: FaceFinder, hopper: Image.Image, mode: str) -> None:
    (face,) = finder.find(hopper.convert(mode))
    assert face.detected
    assert face.crop.shape[2] == 3


def test_edges_are_repeated_beyond_the_photo() -> None:
    photo = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    crop = cut(photo, left=-1, top=-1, side=4)
    expected = np.pad(photo, ((1, 1), (1, 1), (0, 0)), mode="edge")
    np.testing.assert_array_equal(crop, expected)


@pytest.mark.parametrize("box", [(100.0, 100.0, 200.0, 230.0), (-20.5, 3.0, 30.0, 80.0)])
def test_framed_square_grows_with_the_box(box: tuple[float, float, float, float]) -> None:
    left, top, side = framed_square(box)
    doubled = framed_square((2 * box[0], 2 * box[1], 2 * box[2], 2 * box[3]))
    assert doubled == pytest.approx((2 * left, 2 * top, 2 * side), abs=2)
    assert left + side / 2 == pytest.approx((box[0] + box[2]) / 2, abs=1)


def test_threads_get_what_one_caller_gets(finder: FaceFinder) -> None:
    photos = [read_image(path) for path in (COLLINS, HOPPER, BOTH)]
    alone = [[face.box for face in finder.find(photo)] for photo in photos]
    together: dict[int, list[tuple[int, int, int, int]]] = {}

    def search(place: int) -> None:
        together[place] = [face.box for face in finder.find(photos[place])]

    threads = [threading.Thread(target=search, args=(place,)) for place in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[place] for place in range(3)] == alone


def test_examples_name_their_source_and_licence() -> None:
    entries = json.loads((EXAMPLES / "SOURCES.json").read_text(encoding="utf-8"))
    assert {entry["file"] for entry in entries} == {path.name for path in EXAMPLES.glob("*.jpg")}
    for entry in entries:
        assert set(entry) == {"file", "title", "source", "licence"}
        assert all(entry.values())
