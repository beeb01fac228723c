"""Pictures made in memory for the tests: odd ones that must be read and bad ones that must not.

The asymmetric picture is white with a red top left, a green top right and a blue bottom left
quarter, so that every turn and mirroring of it differs.
"""

from __future__ import annotations

import functools
import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image

SIZE = (96, 64)  # width, height of the asymmetric picture
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
ORIENTATION_TAG = 0x0112

# EXIF orientation -> how the stored picture must be turned to look as the asymmetric one does
# once a reader has applied that orientation. (The inverse of what the reader does.)
_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def asymmetric(size: tuple[int, int] = SIZE) -> Image.Image:
    """Red top left, green top right, blue bottom left, white bottom right; mode RGB."""
    width, height = size
    picture = Image.new("RGB", size, WHITE)
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    return picture


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    """The colours in the middle of the four quarters, read line by line."""
    width, height = picture.size
    array = np.asarray(picture)
    return [
        tuple(int(value) for value in array[y, x])
        for y in (height // 4, 3 * height // 4)
        for x in (width // 4, 3 * width // 4)
    ]


def encode(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of a file of that kind, a name Pillow knows ("PNG", "HEIF", ...)."""
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def oriented(
    orientation: int, kind: str = "JPEG", picture: Image.Image | None = None, **options: Any
) -> bytes:
    """A file stored turned, whose EXIF orientation makes it the (asymmetric) picture again."""
    turn = _STORED[orientation]
    picture = picture or asymmetric()
    stored = picture if turn is None else picture.transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    return encode(stored, kind, exif=exif.tobytes(), **options)


def chunk(name: bytes, body: bytes) -> bytes:
    """One chunk of a PNG, with its length and checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@functools.cache
def bomb(width: int, height: int) -> bytes:
    """A valid black 1-bit PNG of that many pixels: 196 megapixels are some 24 KB."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer, row = zlib.compressobj(9), b"\0" * (1 + (width + 7) // 8)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _animated(kind: str) -> bytes:
    second = Image.new("RGB", SIZE, (0, 0, 0))
    return encode(asymmetric(), kind, save_all=True, append_images=[second], duration=100)


def _palette_with_transparency() -> bytes:
    """The white quarter is transparent palette entry 3, whose own colour is black."""
    picture = asymmetric().convert("P", palette=Image.Palette.ADAPTIVE, colors=4)
    white = int(np.asarray(picture)[-1, -1])
    palette = picture.getpalette() or []
    palette[3 * white : 3 * white + 3] = [0, 0, 0]
    picture.putpalette(palette)
    return encode(picture, "PNG", transparency=white)


def _transparent(mode: str) -> Image.Image:
    """The white quarter fully transparent over black; mode "RGBA" or "LA"."""
    picture = asymmetric().convert(mode)
    width, height = SIZE
    clear = (0, 0, 0, 0) if mode == "RGBA" else (0, 0)
    picture.paste(clear, (width // 2, height // 2, width, height))
    return picture


def sixteen_bits() -> Image.Image:
    """Grey in four quarters, 16 bits: 0, 85, 170 and 255 times 257; mode I;16."""
    width, height = SIZE
    grey = np.zeros((height, width), dtype=np.uint16)  # (height, width)
    grey[: height // 2, width // 2 :] = 85 * 257
    grey[height // 2 :, : width // 2] = 170 * 257
    grey[height // 2 :, width // 2 :] = 65535
    return Image.fromarray(grey)


def _grey_levels(scale: float) -> Image.Image:
    """The same four quarters as float pixels from 0 to ``scale``; mode F."""
    return Image.fromarray((np.asarray(sixteen_bits()) / 65535.0 * scale).astype(np.float32))


def good_colour() -> dict[str, bytes]:
    """Files that must read as the asymmetric picture, by what is odd about them."""
    picture = asymmetric()
    return {
        **{f"EXIF orientation {n}": oriented(n, quality=95, subsampling=0) for n in range(1, 9)},
        "EXIF orientation 6 in a PNG": oriented(6, "PNG"),
        "EXIF orientation 8 in a WebP": oriented(8, "WEBP", lossless=True),
        "EXIF orientation 6 in a HEIC": oriented(6, "HEIF", quality=100),
        "EXIF orientation 6 in an AVIF": oriented(6, "AVIF", quality=95),
        "EXIF orientation 6 in a TIFF": oriented(6, "TIFF"),
        "EXIF data that are broken": encode(picture, "JPEG", quality=95, exif=b"Exif\0\0MM\0*\0"),
        "EXIF orientation 9": _with_orientation(9),
        "PNG": encode(picture, "PNG"),
        "progressive JPEG": encode(picture, "JPEG", progressive=True, quality=95),
        "CMYK JPEG": encode(picture.convert("CMYK"), "JPEG", quality=95),
        "CMYK TIFF": encode(picture.convert("CMYK"), "TIFF"),
        "two pictures in one JPEG (MPO)": _animated("MPO"),
        "BMP": encode(picture, "BMP"),
        "PPM": encode(picture, "PPM"),
        "TIFF, LZW": encode(picture, "TIFF", compression="tiff_lzw"),
        "WebP": encode(picture, "WEBP", lossless=True),
        "HEIC": encode(picture, "HEIF", quality=100),
        "AVIF": encode(picture, "AVIF", quality=95),
        "GIF": encode(picture, "GIF"),
        "animated GIF": _animated("GIF"),
        "animated WebP": _animated("WEBP"),
        "animated PNG": _animated("PNG"),
        "palette PNG": encode(picture.convert("P", colors=4), "PNG"),
        "palette PNG, one colour transparent": _palette_with_transparency(),
        "transparent PNG": encode(_transparent("RGBA"), "PNG"),
        "transparent WebP": encode(_transparent("RGBA"), "WEBP", lossless=True),
        "garbage after the end": encode(picture, "PNG") + b"trailing" * 50,
    }


def _with_orientation(value: int) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = value
    return encode(asymmetric(), "JPEG", quality=95, exif=exif.tobytes())


def good_grey() -> dict[str, tuple[bytes, list[int]]]:
    """Files without colour, and the grey level (0-255) each quarter must have."""
    steps, ends = [0, 85, 170, 255], [0, 0, 255, 255]
    eight = Image.fromarray((np.asarray(sixteen_bits()) // 257).astype(np.uint8))
    return {
        "16-bit PNG": (encode(sixteen_bits(), "PNG"), steps),
        "16-bit TIFF": (encode(sixteen_bits(), "TIFF"), steps),
        "16-bit PGM": (encode(sixteen_bits(), "PPM"), steps),
        "32-bit TIFF": (encode(sixteen_bits().convert("I"), "TIFF"), steps),
        "float TIFF, 0-1": (encode(_grey_levels(1.0), "TIFF"), steps),
        "float TIFF, 0-255": (encode(_grey_levels(255.0), "TIFF"), steps),
        "float TIFF, 0-5000": (encode(_grey_levels(5000.0), "TIFF"), steps),
        "8-bit grey PNG": (encode(eight, "PNG"), steps),
        "grey JPEG": (encode(eight, "JPEG", quality=95), steps),
        "1-bit PNG": (encode(eight.point(lambda v: 255 * (v > 127)).convert("1"), "PNG"), ends),
        "grey and transparent PNG": (encode(_transparent("LA"), "PNG"), [76, 150, 29, 255]),
    }


def _half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def bad() -> dict[str, tuple[bytes, str]]:
    """Files that must be refused, and with which code."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 96, 3), dtype=np.uint8))
    whole = {kind: encode(noise, kind) for kind in ("JPEG", "PNG", "GIF", "TIFF", "BMP", "PPM")}
    more = {kind: encode(noise, kind) for kind in ("WEBP", "HEIF", "AVIF")}
    broken = bytearray(whole["PNG"])
    broken[60:90] = bytes(30)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><rect/></svg>'
    return {
        "empty": (b"", "empty"),
        **{f"half a {kind}": (_half(data), "truncated") for kind, data in (whole | more).items()},
        "a JPEG's first 20 bytes": (whole["JPEG"][:20], "truncated"),
        "a PNG's signature": (whole["PNG"][:8], "truncated"),
        "a PNG with a broken stream": (bytes(broken), "truncated"),
        "text": (b"Bukan foto, hanya tulisan.\n" * 40, "not_an_image"),
        "one byte": (b"\0", "not_an_image"),
        "zeros": (bytes(5000), "not_an_image"),
        "SVG": (svg, "not_an_image"),
        "PDF": (encode(asymmetric(), "PDF"), "not_an_image"),
        "EPS": (encode(asymmetric(), "EPS"), "not_an_image"),
        "ICO": (encode(asymmetric(), "ICO"), "not_an_image"),
        "MP4": (struct.pack(">I", 24) + b"ftypisom" + bytes(800), "not_an_image"),
        "HTML": (b"<!doctype html><title>404</title>", "not_an_image"),
        "ZIP": (b"PK\x03\x04" + bytes(100), "not_an_image"),
        "1 x 1": (encode(asymmetric((1, 1)), "PNG"), "too_small"),
        "15 x 300": (encode(asymmetric((15, 300)), "PNG"), "too_small"),
        "4000 x 20": (encode(asymmetric((4000, 20)), "PNG"), "too_narrow"),
        "14000 x 14000": (bomb(14000, 14000), "too_large"),
        "10001 x 10000": (bomb(10001, 10000), "too_large"),
        "31 MB": (whole["PNG"] + bytes(31_000_000), "too_heavy"),
    }
