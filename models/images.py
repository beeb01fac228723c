"""Pictures on their way to a network: reading an upload, and the one door to a network's input.

``read_image`` turns whatever a person uploads into an upright RGB picture or a refusal that can be
read. ``to_native`` and ``to_input`` are the door that training, evaluation and the app share.
"""

from __future__ import annotations

import functools
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFile

from models.refusals import (
    MAX_BYTES,
    MIN_SIDE,
    BoundedFile,
    ImageRefused,
    check_bytes,
    check_head,
    too_heavy,
    too_large,
)

if TYPE_CHECKING:
    from scenarios.contract import InputSpec

MAX_SIDE = 1600  # pixels; longer pictures are scaled down to it

# Formats that are decoded; EPS (which starts Ghostscript), PDF, PSD and the like never are.
FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "HEIF", "AVIF")

# How files of most of these formats begin.
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\0", b"MM\0*")
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis")

# What Pillow, its plugins and pillow-heif raise on bytes that are not what their header promises.
_DECODER_ERRORS = (
    OSError,  # the data end early or the codec gives up; UnidentifiedImageError is one
    SyntaxError,  # Pillow's word for a broken header or PNG chunk
    ValueError,  # impossible sizes and modes; pillow-heif's broken boxes
    TypeError,  # TIFF tags of the wrong kind
    IndexError,  # headers and palettes cut short
    KeyError,  # unknown modes and TIFF compressions
    AttributeError,  # TIFF files without the tags that describe the pixels
    EOFError,  # GIF and TIFF frames that are not there
    OverflowError,  # sizes and offsets beyond a C integer
    ZeroDivisionError,  # ratios with a denominator of zero
    AssertionError,  # palettes that are not there
    RuntimeError,  # codec failures in libheif and libavif; NotImplementedError is one
    struct.error,  # header fields cut short
    zlib.error,  # PNG and TIFF streams that do not inflate
)

_UPRIGHT = {  # EXIF orientation -> what makes the picture upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = (5, 6, 7, 8)  # orientations whose stored width is the upright height
_ORIENTATION_TAG = 0x0112


def read_image(source: bytes | str | Path) -> Image.Image:
    """An upload as an upright picture: mode RGB, 8 bits, long side at most ``MAX_SIDE`` pixels.

    source: the file's bytes or its path; the name's ending plays no part. EXIF orientation is
    applied, transparency flattened on white, 16-bit and float pixels scaled to 8 bits; of an
    animation the first frame is taken. Colour profiles are ignored. ``info["upright_size"]`` of
    the picture is the upload's own upright width and height, before it was scaled down;
    ``info["orientation"]`` is the EXIF orientation it was stored in, 1 where it was upright.

    Raises ImageRefused, and for bytes nothing else.
    """
    data = _read_bytes(source)
    check_bytes(data)
    known = _is_picture(data)  # a file that is known and cannot be read is damaged, not foreign
    file = BoundedFile(data)
    try:
        with Image.open(file, formats=_formats()) as image:
            known = True
            check_head(image, data)
            return _decode(image)
    except ImageRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise too_large() from error
    except _DECODER_ERRORS as error:
        code = "too_slow" if file.spent else "truncated" if known else "not_an_image"
        raise ImageRefused(code) from error


def _decode(image: ImageFile.ImageFile) -> Image.Image:
    """The opened file as ``read_image`` promises it; raises ImageRefused and decoders' errors."""
    width, height = image.size
    if image.format in ("JPEG", "MPO"):
        image.draft(None, (2 * MAX_SIDE, 2 * MAX_SIDE))  # decodes a large photo at 1/2, 1/4, 1/8
    image.load()
    # Smaller first, where the mode can be interpolated: a large picture is then copied less.
    whole = _shrink(image) if image.mode in ("RGB", "RGBA", "L", "LA", "CMYK") else image
    picture = _shrink(_to_rgb(whole))
    if min(picture.size) < MIN_SIDE:
        raise ImageRefused("too_narrow", width=width, height=height)
    orientation = _orientation(image)
    if orientation in _UPRIGHT:
        picture = picture.transpose(_UPRIGHT[orientation])
    picture.info = {
        "upright_size": (height, width) if orientation in _SIDEWAYS else (width, height),
        "orientation": orientation if orientation in _UPRIGHT else 1,
    }
    return picture


def as_stored(picture: Image.Image) -> Image.Image:
    """An upright picture of ``read_image`` turned back to how its file stores it."""
    back = {6: 8, 8: 6}  # every other turn undoes itself
    orientation = picture.info["orientation"]
    return picture.transpose(_UPRIGHT[back.get(orientation, orientation)])


def _read_bytes(source: bytes | str | Path) -> bytes:
    """The file's bytes; raises ImageRefused for one that is missing, empty or too heavy."""
    if isinstance(source, (str, Path)):
        try:
            size = Path(source).stat().st_size
            data = Path(source).read_bytes() if size <= MAX_BYTES else b""
        except (OSError, ValueError) as error:  # ValueError: a null byte in the name
            raise ImageRefused("unreadable") from error
    else:
        size, data = len(source), bytes(source)
    if size > MAX_BYTES:
        raise too_heavy(size)
    if not data:
        raise ImageRefused("empty")
    return data


@functools.cache
def _formats() -> tuple[str, ...]:
    """Those of ``FORMATS`` this installation reads. The first call registers HEIF with Pillow."""
    import pillow_heif
    from PIL import PngImagePlugin

    pillow_heif.register_heif_opener()
    Image.init()
    # A whole picture is not damaged because a program left a long text in it.
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY
    return tuple(name for name in FORMATS if name in Image.OPEN)


def _is_picture(data: bytes) -> bool:
    """Whether the bytes begin as one of the formats read here."""
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    heif = data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS
    return data.startswith(_SIGNATURES) or webp or heif


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1-8; 1 (upright) where there is none or the EXIF data are broken."""
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except _DECODER_ERRORS:
        return 1
    return value if isinstance(value, int) else 1


def _shrink(image: Image.Image, how: Image.Resampling = Image.Resampling.LANCZOS) -> Image.Image:
    """The picture with a long side of at most ``MAX_SIDE``; smaller ones as they are."""
    if max(image.size) <= MAX_SIDE:
        return image
    scale = MAX_SIDE / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if image.mode in ("RGBA", "LA"):  # for these resize ignores its reducing_gap
        image = image.reduce(max(1, int(1 / (3 * scale))))
    return image.resize(size, how, reducing_gap=3.0)


def _to_rgb(image: Image.Image) -> Image.Image:
    """Any of Pillow's modes as 8-bit RGB; transparent pixels show white behind them."""
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        image = _to_eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits or float as mode L.

    The scale is the narrowest that holds every pixel: 0-1 (float only), 0-255 (float only),
    0-65535 (not float); where none does, the pixels' own range.
    """
    small = _shrink(image.convert("F"), Image.Resampling.BOX)  # BOX stays within the range
    pixels = np.nan_to_num(np.asarray(small)).astype(np.float64)  # (height, width)
    low, high = float(pixels.min()), float(pixels.max())
    tops = (1.0, 255.0) if image.mode == "F" else (65535.0,)
    top = next((top for top in tops if low >= 0.0 and high <= top), None)
    if top is None:
        pixels, top = pixels - low, max(high - low, 1e-9)
    return Image.fromarray(np.rint(pixels * (255.0 / top)).clip(0, 255).astype(np.uint8))


def to_native(face: Image.Image, spec: InputSpec) -> Image.Image:
    """A face crop of any size at the resolution of the training images, (native, native)."""
    if face.size == (spec.native, spec.native):
        return face
    return face.resize((spec.native, spec.native), Image.Resampling.LANCZOS)


def to_input(faces: Sequence[np.ndarray], spec: InputSpec) -> np.ndarray:
    """Faces as a network's input.

    faces: n arrays, uint8 RGB (height, width, 3) of any size. Returns float32 (n, size, size, 3),
    raw RGB 0-255. Each goes to ``native`` pixels first and is enlarged from there (bilinear).
    """
    batch = np.empty((len(faces), spec.size, spec.size, 3), dtype=np.float32)
    for row, face in zip(batch, faces, strict=True):
        image = to_native(Image.fromarray(face), spec)
        if spec.size != spec.native:
            image = image.resize((spec.size, spec.size), Image.Resampling.BILINEAR)
        row[:] = np.asarray(image)
    return batch
