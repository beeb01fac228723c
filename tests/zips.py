"""Zips made in memory for the tests: a good set of coloured faces, and what strangers may send."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tests.toys import coloured, encoded

FOLDERS = {"disgust": "Jijik", "happy": "HAPPY", "sad": "sedih"}  # either language, any case


def face(emotion: str, seed: int = 0) -> bytes:
    """A PNG of 48 px in the colour that toys take for that emotion."""
    return encoded(coloured(emotion, np.random.default_rng(seed)), ".png")


def write_zip(path: Path, members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def set_of_faces(each: int = 2) -> dict[str, bytes]:
    """Kaggle's layout, ``test/<class>/``, with so many faces of each of the toys' three classes."""
    return {
        f"test/{folder}/{number}.png": face(emotion, 10 * place + number)
        for place, (emotion, folder) in enumerate(FOLDERS.items())
        for number in range(each)
    }


def zipped(members: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    """A member that Unix would unpack as a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def lock(path: Path) -> None:
    """Mark every member as encrypted, in the directory and before the data."""
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 1)
    path.write_bytes(content)


def promise(path: Path, size: int) -> None:
    """Let the directory promise that every member unpacks to ``size`` bytes."""
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<I", content, at + 24, size)
        at = content.find(b"PK\x01\x02", at + 1)
    path.write_bytes(content)
