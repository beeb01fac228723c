"""More files that people send, beside those of ``tests.pictures``: each with the code it must be
refused with, or READ.

What is hostile here is small: it costs a decoder time or memory, not the line.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from itertools import chain

import numpy as np
from PIL import Image

from tests.pictures import asymmetric, bomb, chunk, encode

READ = "read"
Files = dict[str, tuple[bytes, str]]
SIZE = (160, 120)


def everything() -> Files:
    """All of them, by what they are."""
    makers: tuple[Callable[[], Files], ...] = (
        cut, foreign, many_frames, odd_depths, odd_exif, odd_profiles, odd_sizes, endless
    )  # fmt: skip
    return dict(chain.from_iterable(make().items() for make in makers))


def cut() -> Files:
    """Each format cut at each tenth. Most of what has all its pixels may be read."""
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (60, 80, 3), np.uint8))
    kinds = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "HEIF", "AVIF")
    return {
        f"{tenth} tenths of a {kind}": (data[: len(data) * tenth // 10], "truncated")
        for kind in kinds
        for data in (encode(noise, kind),)
        for tenth in range(1, 10)
    }


def foreign() -> Files:
    """Files of other kinds, whatever their names say."""
    picture, no = asymmetric(SIZE), "not_an_image"
    html = b"<html><body>502 Bad Gateway</body></html>"
    psd = b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 99, 99, 8, 3)
    others = {
        kind: (encode(picture, kind), no)
        for kind in ("JPEG2000", "ICO", "ICNS", "TGA", "PCX", "SGI", "DDS", "IM", "QOI", "PDF")
    }
    return others | {
        "one byte of a JPEG": (b"\xff", no),
        "a mark of UTF-8 and text": (b"\xef\xbb\xbfteks", no),
        "UTF-16": ("halo ".encode("utf-16") * 50, no),
        "a page instead of a photo": (html, no),
        "JSON": (b'{"photo": null}', no),
        "SVG with a script": (b'<?xml version="1.0"?><svg><script>alert(1)</script></svg>', no),
        "SVG, compressed": (b"\x1f\x8b\x08" + bytes(60), no),
        "PSD": (psd + bytes(500), no),
        "DICOM": (bytes(128) + b"DICM" + bytes(900), no),
        "MOV": (struct.pack(">I", 20) + b"ftypqt  " + bytes(900), no),
        "WebM": (b"\x1a\x45\xdf\xa3" + bytes(900), no),
        "a program": (b"\x7fELF" + bytes(900), no),
        "a raw photo (CR3)": (struct.pack(">I", 24) + b"ftypcrx " + bytes(900), no),
        "a link of Windows": (b"[InternetShortcut]\r\nURL=file:///etc/passwd\r\n", no),
        "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n", no),
        "a PNG after a blank line": (b"\n" + encode(picture, "PNG"), no),
        "a JPEG's end alone": (b"\xff\xd9", no),
    }


def many_frames() -> Files:
    """Animations and pages: the first is read."""
    picture, other = asymmetric(SIZE), Image.new("RGB", SIZE)
    frames = {"save_all": True, "append_images": [other] * 30}
    kinds = ("GIF", "WEBP", "PNG", "TIFF", "AVIF", "MPO")
    return {f"{kind} of 31": (encode(picture, kind, **frames), READ) for kind in kinds}


def odd_depths() -> Files:
    """Modes, depths and compressions beyond those of ``pictures.good_grey``."""
    picture = asymmetric(SIZE)
    line = picture.convert("1")
    tiffs = {"tiff_jpeg": picture, "packbits": picture, "tiff_adobe_deflate": picture}
    faxes = {"group3": line, "group4": line}
    return {
        **{
            f"TIFF, {how}": (encode(what, "TIFF", compression=how), READ)
            for how, what in (tiffs | faxes).items()
        },
        "TIFF, big": (encode(picture, "TIFF", big_tiff=True), READ),
        "TIFF in LAB": (encode(Image.new("LAB", SIZE, (128, 128, 128)), "TIFF"), READ),
        "TIFF of doubtful floats": (encode(_floats(), "TIFF"), READ),
        "1-bit BMP": (encode(line, "BMP"), READ),
        "palette BMP": (encode(picture.convert("P"), "BMP"), READ),
        "48-bit PNG": (_png(SIZE, 16, 2), READ),
        "64-bit PNG": (_png(SIZE, 16, 6), READ),
        "2-bit PNG": (_png(SIZE, 2, 0), READ),
        "palette PNG without a palette": (_png(SIZE, 8, 3), "truncated"),
        "PFM": (b"Pf 40 30 -1.0\n" + np.zeros(1200, "<f4").tobytes(), READ),
        "PGM in words": (b"P2 20 20 9\n" + b"1 " * 400, READ),
        "PNM of depth 100": (b"P6 20 20 100\n" + bytes(1200), READ),
    }


def odd_exif() -> Files:
    """EXIF data that are odd, huge or broken: the photo is read."""
    files = {f"EXIF orientation {n}": (_with_exif({0x0112: n}), READ) for n in (0, 9, 255, 65535)}
    nan = struct.pack("<II", 0, 0)  # 0/0, as some phones write for what they do not know
    ifd = struct.pack("<HHHII", 1, 0x0112, 5, 1, 26) + bytes(4) + nan
    in_words = struct.pack("<HHHI4s", 1, 0x0112, 2, 4, b"top\0") + bytes(4)
    head = b"Exif\0\0II*\0\x08\0\0\0"
    loop = head + struct.pack("<HHHII", 1, 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    picture = asymmetric(SIZE)
    broken = {"not a number": head + ifd, "in words": head + in_words, "in a circle": loop}
    return {
        **files,
        **{f"EXIF, {name}": (encode(picture, "JPEG", exif=e), READ) for name, e in broken.items()},
        "EXIF of 60 KB": (_with_exif({0x010E: "x" * 60_000}), READ),
        "EXIF in a PNG, broken": (_in_png(b"eXIf", b"MM\0*\0\0\0\x08\xff\xff"), READ),
        "many EXIF blocks": (_after_soi(b"\xff\xe1\0\x0aExif\0\0ab" * 200), "too_slow"),
    }


def odd_profiles() -> Files:
    """Colour profiles and texts that are broken or large."""
    picture, long = asymmetric(SIZE), zlib.compress(bytes(3_000_000))
    inflating = zlib.compress(bytes(70_000_000), 1)
    return {
        "ICC, broken": (encode(picture, "JPEG", icc_profile=b"no profile" * 20), READ),
        "ICC in a PNG, broken": (_in_png(b"iCCP", b"icc\0\0" + b"no stream"), READ),
        "ICC that inflates": (_in_png(b"iCCP", b"icc\0\0" + inflating), "truncated"),
        "PNG with a long text": (_in_png(b"tEXt", b"a\0" + b"b" * 2_000_000), READ),
        "PNG with a long packed text": (_in_png(b"zTXt", b"a\0\0" + long), READ),
        "PNG with endless texts": (_in_png(b"zTXt", b"a\0\0" + long, 40), "truncated"),
        "comment of 60 KB": (_after_soi(b"\xff\xfe\xff\xfe" + b"c" * 65532), READ),
        "XMP that is no XML": (
            _after_soi(b"\xff\xe1\0\x30http://ns.adobe.com/xap/1.0/\0" + b"<" * 17),
            READ,
        ),
    }


def odd_sizes() -> Files:
    """Pictures too large, too small or too thin, and headers that promise what is not there."""
    head = struct.pack(">IIBBBBB", 0, 50, 8, 2, 0, 0, 0)
    gif = encode(asymmetric(SIZE), "GIF")
    webp = bytearray(encode(asymmetric(SIZE), "WEBP", lossless=True))
    flags = int.from_bytes(webp[21:25], "little") >> 28
    webp[21:25] = struct.pack("<I", 5099 | 5099 << 14 | flags << 28)
    tiff = encode(Image.new("1", (7300, 7300)), "TIFF", compression="group4")
    return {
        "1 x 10000": (encode(asymmetric((1, 10_000)), "PNG"), "too_small"),
        "10000 x 1": (encode(asymmetric((10_000, 1)), "PNG"), "too_small"),
        "65500 x 16": (encode(asymmetric((65_500, 16)), "JPEG"), "too_narrow"),
        "16 x 65535": (encode(asymmetric((16, 65_535)), "PNG"), "too_narrow"),
        "2 x 2": (encode(asymmetric((2, 2)), "GIF"), "too_small"),
        "53 megapixels": (bomb(7300, 7300), "too_large"),
        "26 megapixels of WebP": (bytes(webp), "too_large"),
        "53 megapixels of TIFF": (tiff, "too_large"),
        "53 megapixels of GIF": (
            gif[:6] + struct.pack("<HH", 7300, 7300) + gif[10:],
            "too_large",
        ),
        "a width of 0": (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head), "truncated"),
        "a TIFF's loop": (b"II*\0\x08\0\0\0" + struct.pack("<HI", 0, 8), "truncated"),
        "4 billion pixels a side": (_bmp(2**31 - 1, 2**31 - 1), "too_large"),
        "a BMP upside down": (_bmp(20, -20) + bytes(1200), READ),
        "a BMP of -1": (_bmp(-1, 20) + bytes(1200), "too_large"),
    }


def endless() -> Files:
    """Files of very many parts, each of which a decoder looks at."""
    end = chunk(b"IEND", b"")
    png = encode(asymmetric(SIZE), "PNG")
    runs = b"\1\5" * (900 * 900)
    rle = struct.pack("<IiiHHIIiiII", 40, 900, 900, 1, 8, 1, len(runs), 0, 0, 256, 0)
    start = 14 + len(rle) + 1024
    bmp = b"BM" + struct.pack("<IHHI", start + len(runs), 0, 0, start) + rle + bytes(1024) + runs
    return {
        "a PNG of empty chunks": (_in_png(b"abCd", b"", 400_000), "too_slow"),
        "a JPEG of empty comments": (_after_soi(b"\xff\xfe\0\2" * 400_000), "too_slow"),
        "a JPEG of 5000 scans": (_scans(2000, 5000), "too_slow"),
        "a JPEG of 10 scans": (_scans(2000, 10), READ),
        "a BMP of single pixels": (bmp, "too_slow"),
        "a PNM of depth 100, large": (b"P5 900 900 100\n" + bytes(810_000), "too_slow"),
        "a PNG twice": (png + png, READ),
        "a PNG that ends at once": (png[:33] + end, "truncated"),
    }


def _floats() -> Image.Image:
    grey = np.linspace(-1, 2, SIZE[0] * SIZE[1], dtype=np.float32).reshape(SIZE[::-1])
    grey[0, :4] = [np.nan, np.inf, -np.inf, 1e38]
    return Image.fromarray(grey)


def _with_exif(tags: dict[int, int | str]) -> bytes:
    exif = Image.Exif()
    exif.update(tags)
    return encode(asymmetric(SIZE), "JPEG", exif=exif.tobytes())


def _png(size: tuple[int, int], depth: int, colour: int) -> bytes:
    """A black PNG; colour: 0 grey, 2 RGB, 3 palette, 6 RGBA."""
    width, height = size
    bits = depth * {0: 1, 2: 3, 3: 1, 6: 4}[colour]
    packer, row = zlib.compressobj(9), bytes(1 + (width * bits + 7) // 8)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _in_png(name: bytes, body: bytes, times: int = 1) -> bytes:
    """A good PNG with that chunk, so many times, before its pixels."""
    png = encode(asymmetric(SIZE), "PNG")
    place = png.index(b"IDAT") - 4
    return png[:place] + chunk(name, body) * times + png[place:]


def _after_soi(segments: bytes) -> bytes:
    """A good JPEG with these segments at its beginning."""
    jpeg = encode(asymmetric(SIZE), "JPEG")
    return jpeg[:2] + segments + jpeg[2:]


def _bmp(width: int, height: int) -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + head


def _scans(side: int, scans: int) -> bytes:
    """A progressive grey JPEG that goes over all its pixels so many times, in few bytes each."""
    blocks = -((-side // 8) ** 2)
    head = struct.pack(">HBHHB", 11, 8, side, side, 1) + b"\1\x11\0"
    one_code = bytes([1] + [0] * 15)
    tables = (
        b"\xff\xdb\0\x43\0" + bytes([1] * 64) + b"\xff\xc2" + head
        + b"\xff\xc4\0\x14\0" + one_code + b"\0" + b"\xff\xc4\0\x14\x10" + one_code + b"\xe0"
    )  # fmt: skip
    first = b"\xff\xda\0\x08\1\1\0\0\0\0" + bytes(abs(blocks) // 8 + 1)
    bits = ("0" + "1" * 14) * -(-abs(blocks) // 32767)  # "so many blocks hold nothing more"
    bits += "1" * (-len(bits) % 8)
    runs = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    return (
        b"\xff\xd8" + tables + first + (b"\xff\xda\0\x08\1\1\0\1\x3f\0" + runs) * scans
        + b"\xff\xd9"
    )  # fmt: skip
