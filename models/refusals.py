"""What a stranger's photo may cost in bytes, pixels and time, and how one that costs more is
refused.

A small file can ask for much: 14,000 x 14,000 pixels fit in 24 KB, a JPEG may repeat its scans and
a PNG its chunks without end. All of it is bounded before or while a decoder works.
"""

from __future__ import annotations

import io

from PIL import Image, ImageFile

MAX_BYTES = 30_000_000  # bytes of a file
MAX_PIXELS = 100_000_000  # width x height in the header, checked before anything is decoded
# Of what Pillow cannot decode at a fraction of its size. 50-megapixel phones make 8192 x 6144.
MAX_PIXELS_WHOLE = 52_000_000
MAX_PIXELS_WEBP = 25_000_000  # its decoder takes 16 bytes a pixel
MIN_SIDE = 16  # pixels; the datasets' faces are 48
# Pixels x scans of a progressive JPEG: each scan walks over every pixel. Cameras write some ten.
MAX_SCANNED = 5_000_000_000
MAX_EXIF_BLOCKS = 100  # Pillow joins a JPEG's EXIF blocks by copying all of it for each
# How often a file may be read from. Pillow reads a small part at a time where Python decodes, and
# parts are what a hostile file has most of; 30 MB of PNG in chunks of 1 KB are read 200,000 times.
MAX_READS = 300_000

SENTENCES = {
    "empty": "The file is empty.",
    "unreadable": "The file could not be opened.",
    "too_heavy": "The file has {megabytes} MB; the most that is read is {max_megabytes} MB.",
    "not_an_image": "The file is not a picture in a format that can be read: JPEG, PNG, WebP, "
    "HEIC, AVIF, GIF, BMP, TIFF or PPM.",
    "truncated": "The picture is incomplete or damaged.",
    "too_large": "The picture is too large; of its kind at most {max_megapixels} megapixels are "
    "read.",
    "too_small": "The picture has {width} x {height} pixels; each side needs at least {min_side}.",
    "too_narrow": "The picture is a strip of {width} x {height} pixels, too narrow for a face.",
    "too_slow": "The picture's file has so many parts that reading it would take too long. Save it "
    "again as a plain JPEG or PNG.",
}


class ImageRefused(ValueError):
    """A file that cannot be taken, and why.

    ``code`` is a key of ``SENTENCES`` (and, as ``error.image.<code>``, of the pages' texts);
    ``details`` fill the placeholders of its sentence. ``str()`` gives the sentence in English.
    """

    def __init__(self, code: str, **details: int | str) -> None:
        super().__init__(SENTENCES[code].format(**details))
        self.code = code
        self.details: dict[str, int | str] = details


class BoundedFile(io.BytesIO):
    """A file in memory that can be read from MAX_READS times.

    ``spent`` says whether that was too few: some decoders take the refusal for a broken file.
    """

    spent = False

    def __init__(self, data: bytes):
        super().__init__(data)
        self._left = MAX_READS

    def read(self, size: int | None = -1, /) -> bytes:
        self._left -= 1
        if self._left < 0:
            self.spent = True
            raise ImageRefused("too_slow")
        return super().read(size)


def too_heavy(size: int) -> ImageRefused:
    """The refusal of a file of so many bytes."""
    return ImageRefused(
        "too_heavy", megabytes=-(-size // 1_000_000), max_megabytes=MAX_BYTES // 1_000_000
    )


def too_large(most: int = MAX_PIXELS) -> ImageRefused:
    """The refusal of a picture of more than so many pixels."""
    return ImageRefused("too_large", max_megapixels=most // 1_000_000)


def check_head(image: ImageFile.ImageFile, data: bytes) -> None:
    """Refuse by what the opened file says of itself, before any pixel is decoded."""
    width, height = image.size
    most = _most_pixels(image)
    if width * height > most:
        raise too_large(most)
    if min(width, height) < MIN_SIDE:
        raise ImageRefused("too_small", width=width, height=height, min_side=MIN_SIDE)
    if _is_progressive(image) and width * height * data.count(b"\xff\xda") > MAX_SCANNED:
        raise ImageRefused("too_slow")


def check_bytes(data: bytes) -> None:
    """Refuse what would keep Pillow busy before it knows what the file is."""
    if data.startswith(b"\xff\xd8") and data.count(b"Exif\0\0") > MAX_EXIF_BLOCKS:
        raise ImageRefused("too_slow")


def _most_pixels(image: Image.Image) -> int:
    """How many pixels a file of this kind may have."""
    if image.format == "WEBP":
        return MAX_PIXELS_WEBP
    halved = image.format in ("JPEG", "MPO") and not _is_progressive(image)
    return MAX_PIXELS if halved else MAX_PIXELS_WHOLE


def _is_progressive(image: Image.Image) -> bool:
    """Whether the file is a JPEG whose decoder keeps every coefficient, 2 bytes each."""
    return "progressive" in image.info
