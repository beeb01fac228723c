"""Archives that strangers may drop beside those of ``tests.models.test_archive``: how each is made,
and the code it or its one file is refused with, or READ."""

from __future__ import annotations

import io
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.oddities import READ
from tests.zips import face, set_of_faces, write_zip, zipped

Maker = Callable[[Path], object]
NAME = "marah/1.png"


def made() -> dict[str, tuple[Maker, str]]:
    """Each by what it is: what writes it to a path, and the code."""
    whole = zipped(set_of_faces(1))
    cut: dict[str, tuple[Maker, str]] = {
        f"{tenth} tenths": (_bytes(whole[: len(whole) * tenth // 10]), "not_a_zip")
        for tenth in range(10)
    }
    names = {
        "an emoji": "marah/\N{GRINNING FACE}.png",
        "from right to left": "marah/\u202egnp.exe",
        "line breaks": "marah/a\r\nb.png",
        "250 bytes": f"marah/{'n' * 250}.png",
        "a drive": "C:/Windows/marah/1.png",
        "a share": "//host/share/marah/1.png",
        "up and up": "../" * 40 + "etc/marah/shadow.png",
        "a stream": "marah/1.png:hidden",
        "a device of Windows": "marah/CON.png",
        "spaces": "marah/   .png",
    }
    kinds = {"a device": 0o020644, "a pipe": 0o010644, "a socket": 0o140644}
    return {
        **cut,
        **{f"a name: {kind}": (_named(name), READ) for kind, name in names.items()},
        **{f"{kind} of Unix": (_of_kind(mode), READ) for kind, mode in kinds.items()},
        "100,000 entries": (_entries, "too_many"),
        "6,000 files": (_files, "too_many"),
        "files that overlap": (_overlapping, "too_large"),
        "AES": (_method(99), "member"),
        "Zstandard": (_method(93), "member"),
        "an unknown version": (_patched(b"PK\x01\x02", 6, b"\xff\xff"), "not_a_zip"),
        "offsets beyond the end": (_patched(b"PK\x01\x02", 42, b"\xff\xff\xff\x7f"), "member"),
        "another name inside": (_patched(b"PK\x03\x04", 30, b"x"), "member"),
        "another checksum": (_patched(b"PK\x01\x02", 16, b"\0\0\0\0"), "member"),
        "a directory elsewhere": (_patched(b"PK\x05\x06", 16, b"\xff\xff\xff\x7f"), "member"),
        "several disks": (_patched(b"PK\x05\x06", 4, b"\x09\0\x09\0"), READ),
        "64-bit sizes": (_zip64, READ),
        "a program before it": (_bytes(b"MZ" + bytes(5000) + _one()), READ),
        "a comment that is a zip": (_commented, READ),
        "text after it": (_bytes(_one() + b"text" * 10), READ),
        "the same name twice": (_twice, READ),
        "a zip in a zip in a zip": (_bytes(zipped({NAME: zipped({NAME: _one()})})), "nested"),
        "a tar": (_tar, "not_a_zip"),
        "gzip": (_bytes(b"\x1f\x8b\x08" + bytes(90)), "not_a_zip"),
        "7z": (_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(90)), "not_a_zip"),
        "RAR": (_bytes(b"Rar!\x1a\x07\x01\0" + bytes(90)), "not_a_zip"),
        "a photo called a zip": (_bytes(face("happy")), "not_a_zip"),
        "folders only": (lambda path: write_zip(path, {"marah/": b"", "a/b/": b""}), "no_photos"),
        "a bomb of 90 MB": (lambda path: write_zip(path, {NAME: bytes(90_000_000)}), "too_heavy"),
    }  # fmt: skip


def _one() -> bytes:
    return zipped({NAME: face("happy")})


def _files(path: Path) -> None:
    write_zip(path, {f"{number}.png": b"" for number in range(6000)})


def _bytes(content: bytes) -> Maker:
    return lambda path: path.write_bytes(content)


def _named(name: str) -> Maker:
    return lambda path: write_zip(path, {name: face("happy")})


def _of_kind(mode: int) -> Maker:
    """What Unix would unpack as something that is no file: here it is bytes like any other."""

    def make(path: Path) -> None:
        info = zipfile.ZipInfo(NAME)
        info.create_system, info.external_attr = 3, mode << 16
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(info, face("happy"))

    return make


def _patched(signature: bytes, offset: int, value: bytes) -> Maker:
    """A zip of one photo with these bytes behind the first such signature."""

    def make(path: Path) -> None:
        content = bytearray(_one())
        place = content.index(signature) + offset
        content[place : place + len(value)] = value
        path.write_bytes(content)

    return make


def _method(number: int) -> Maker:
    """A zip whose one photo says that it is packed in that way."""
    return _patched(b"PK\x01\x02", 10, struct.pack("<H", number))


def _entries(path: Path) -> None:
    """100,000 entries, as a directory has them, and nothing else."""
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a"
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 34464, 34464, 100_000 * len(entry), 0, 0)
    path.write_bytes(entry * 100_000 + end)


def _overlapping(path: Path) -> None:
    """Fifield's bomb in small: 4,000 entries that all unpack the same bytes."""
    write_zip(path, {"1.png": bytes(1_000_000)})
    content = path.read_bytes()
    place = content.index(b"PK\x01\x02")
    entry = content[place : content.index(b"PK\x05\x06")]
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 4000, 4000, 4000 * len(entry), place, 0)
    path.write_bytes(content[:place] + entry * 4000 + end)


def _zip64(path: Path) -> None:
    with (
        zipfile.ZipFile(path, "w") as archive,
        archive.open(NAME, "w", force_zip64=True) as member,
    ):
        member.write(face("happy"))


def _commented(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(NAME, face("happy"))
        archive.comment = b"PK is no beginning"


def _twice(path: Path) -> None:
    content = _one()
    place, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    entry = content[place:end]
    tail = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2, 2, 2 * len(entry), place, 0)
    path.write_bytes(content[:place] + entry * 2 + tail)


def _tar(path: Path) -> None:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        info = tarfile.TarInfo(f"..{os.sep}{NAME}")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"face"))
    path.write_bytes(content.getvalue())
