"""Uploads of every kind are read right or refused with a reason; nothing else escapes."""

from __future__ import annotations

import contextlib
import io
import random
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.images import MAX_SIDE, read_image
from models.refusals import MAX_PIXELS_WHOLE, SENTENCES, ImageRefused
from tests import pictures

GOOD_COLOUR = pictures.good_colour()
GOOD_GREY = pictures.good_grey()
BAD = pictures.bad()
TOLERANCE = 12  # grey levels; lossy formats and CMYK move flat colours by a few


@pytest.mark.parametrize("kind", GOOD_COLOUR)
def test_odd_picture_reads_as_what_a_person_sees(kind: str) -> None:
    picture = read_image(GOOD_COLOUR[kind])
    assert (picture.mode, picture.size) == ("RGB", pictures.SIZE)
    expected = [pictures.RED, pictures.GREEN, pictures.BLUE, pictures.WHITE]
    difference = np.subtract(pictures.corners(picture), expected)
    assert np.abs(difference).max() <= TOLERANCE, pictures.corners(picture)


@pytest.mark.parametrize("kind", GOOD_GREY)
def test_grey_keeps_its_levels(kind: str) -> None:
    data, expected = GOOD_GREY[kind]
    picture = read_image(data)
    assert picture.mode == "RGB"
    found = pictures.corners(picture)
    assert all(red == green == blue for red, green, blue in found)
    assert [level for level, _, _ in found] == pytest.approx(expected, abs=2)


@pytest.mark.parametrize("kind", BAD)
def test_bad_file_is_refused_with_its_reason(kind: str) -> None:
    data, code = BAD[kind]
    with pytest.raises(ImageRefused) as refusal:
        read_image(data)
    assert refusal.value.code == code
    assert str(refusal.value) == SENTENCES[code].format(**refusal.value.details)


def test_path_is_read_whatever_its_ending(tmp_path: Path) -> None:
    path = tmp_path / "photo.txt"
    path.write_bytes(pictures.encode(pictures.asymmetric(), "PNG"))
    for source in (path, str(path)):
        assert pictures.corners(read_image(source))[0] == pictures.RED


@pytest.mark.parametrize("path", ["nowhere.jpg", ".", "null\0byte.jpg"])
def test_path_that_cannot_be_opened_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(ImageRefused) as refusal:
        read_image(str(tmp_path / path))
    assert refusal.value.code == "unreadable"


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("PNG", "P")])
@pytest.mark.parametrize("orientation", [1, 6])
def test_large_picture_is_scaled_down_undistorted(kind: str, mode: str, orientation: int) -> None:
    large = pictures.asymmetric((2400, 1800)).convert(mode)
    picture = read_image(pictures.oriented(orientation, kind, large))
    assert picture.size == (MAX_SIDE, MAX_SIDE * 3 // 4)
    expected = [pictures.RED, pictures.GREEN, pictures.BLUE, pictures.WHITE]
    assert np.abs(np.subtract(pictures.corners(picture), expected)).max() <= TOLERANCE


def test_48_megapixels_of_a_phone_are_read() -> None:
    photo = Image.new("RGB", (8064, 6048), pictures.BLUE)
    assert photo.width * photo.height < MAX_PIXELS_WHOLE
    assert read_image(pictures.encode(photo, "JPEG")).size == (1600, 1200)


@pytest.mark.parametrize("side", [16, 48, 1600])
def test_sizes_between_the_limits_keep_every_pixel(side: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (side, side, 3), dtype=np.uint8)
    data = pictures.encode(Image.fromarray(pixels), "PNG")
    np.testing.assert_array_equal(np.asarray(read_image(data)), pixels)


def test_refusal_by_size_comes_before_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import PngImagePlugin

    def load(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", load)
    with pytest.raises(ImageRefused, match="100 megapixels"):
        read_image(BAD["10001 x 10000"][0])


KINDS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "HEIF", "AVIF")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")
def test_no_damage_lets_another_exception_escape(kind: str) -> None:
    """Files cut anywhere and files with a few bytes overwritten: a picture or a refusal."""
    whole = pictures.oriented(6, kind)
    dice = random.Random(kind)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 3, 12))):
            data[dice.randrange(min(len(data), 600))] = dice.randrange(256)
        cut = whole[: dice.randrange(1, len(whole))]
        for damaged in (bytes(data), cut):
            with contextlib.suppress(ImageRefused):
                assert read_image(damaged).mode == "RGB"


def test_good_files_raise_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind, data in GOOD_COLOUR.items():
            if "broken" not in kind:
                read_image(data)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright_size_is_the_uploads_own(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = io.BytesIO()
    Image.new("RGB", (3000, 2000)).save(content, "JPEG", exif=exif)

    picture = read_image(content.getvalue())

    upright = (2000, 3000) if orientation >= 5 else (3000, 2000)
    assert picture.info["upright_size"] == upright
    assert max(picture.size) == MAX_SIDE
