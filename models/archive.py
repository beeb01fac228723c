"""Photos in a zip, read one at a time into memory: nothing of it is ever unpacked to disk.

So a member's name is only ever a name: ``../../etc/passwd`` and symbolic links lead nowhere. What
a zip promises of its sizes is held against it while it is read; see MAX_PHOTOS and the bounds
beside it for what is refused before that.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from models.refusals import MAX_BYTES, too_heavy

MAX_PHOTOS = 5_000  # files in one zip, junk aside
MAX_ENTRIES = 20_000  # of the zip's directory, junk and folders too
MAX_EXPANDED = 1_000_000_000  # bytes of all members that would be read
MAX_RATIO = 100  # expanded to zipped bytes; photos hardly shrink. Small zips may: see RATIO_FLOOR
RATIO_FLOOR = 100_000_000  # expanded bytes, below which any ratio is harmless
BLOCK = 1 << 20  # bytes of the file that are looked through at once

SENTENCES = {
    "unreadable": "The zip could not be opened.",
    "not_a_zip": "The file is not a zip, or it is damaged.",
    "encrypted": "The zip is protected by a password.",
    "too_many": "The zip holds more than {most} files.",
    "too_large": "Unpacked, the zip would be far larger than photos are.",
    "no_photos": "The zip holds no files.",
    "nested": "This is an archive inside the zip; only photos in folders are read.",
    "member": "This file is damaged inside the zip, or packed in a way that is not read.",
}

# How archives begin: zip, RAR, 7z, gzip.
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_ENTRY = b"PK\x01\x02"  # begins each entry of a zip's directory
_ENCRYPTED = 0x1
# bzip2 and LZMA expand a few KB to gigabytes at once, deflate gives as many bytes as asked for.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_JUNK = {"__macosx", "thumbs.db", "desktop.ini"}
# What zipfile raises on bytes that are not what a zip's headers promise.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,  # impossible offsets; UnicodeDecodeError for names
    NotImplementedError,  # versions and methods zipfile does not know
    RuntimeError,
    OverflowError,
)


class ArchiveRefused(ValueError):
    """A zip, or one file in it, that cannot be read; ``code`` is a key of SENTENCES.

    The pages look up ``error.archive.<code>`` and fill in ``details``.
    """

    def __init__(self, code: str, **details: int) -> None:
        super().__init__(SENTENCES[code].format(**details))
        self.code = code
        self.details: dict[str, int] = details


@dataclass(frozen=True)
class Member:
    """One file in a zip; name: its path there, with forward slashes."""

    name: str
    info: zipfile.ZipInfo


class PhotoArchive:
    """A zip whose files can be read; to be closed, or used in a ``with``.

    ``members``: its files as the zip orders them, without folders, dotfiles and what macOS and
    Windows add. Raises ArchiveRefused.
    """

    def __init__(self, path: Path):
        if _entries(path) > MAX_ENTRIES:  # before zipfile makes an object of each
            raise ArchiveRefused("too_many", most=MAX_PHOTOS)
        try:
            self._zip = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise ArchiveRefused("not_a_zip") from error
        members = [Member(info.filename.replace("\\", "/"), info) for info in self._zip.infolist()]
        self.members = [member for member in members if _is_file(member)]
        try:
            _check(self.members, path.stat().st_size)
        except ArchiveRefused:
            self.close()
            raise

    def __enter__(self) -> PhotoArchive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._zip.close()

    def read(self, member: Member) -> bytes:
        """One file's bytes.

        Raises ArchiveRefused, "nested" or "member", and ImageRefused "too_heavy" for what is
        heavier than a photo may be: that is not read at all.
        """
        if member.info.compress_type not in _METHODS or stat.S_ISLNK(
            member.info.external_attr >> 16
        ):
            raise ArchiveRefused("member")
        promised = member.info.file_size
        if promised > MAX_BYTES:
            raise too_heavy(promised)
        try:
            with self._zip.open(member.info) as file:
                # Never read(): without a bound zipfile inflates all before it counts.
                data = file.read(promised + 1)
        except _BROKEN as error:
            raise ArchiveRefused("member") from error
        if len(data) != promised:
            raise ArchiveRefused("member")
        if data.startswith(_ARCHIVES):
            raise ArchiveRefused("nested")
        return data


def is_archive(path: Path, name: str) -> bool:
    """Whether an upload is taken for a zip: by how it begins, or by its name's ending."""
    try:
        with path.open("rb") as file:
            begins = file.read(4)
    except OSError:
        begins = b""
    return begins in _ARCHIVES[:2] or name.lower().endswith(".zip")


def folder_label(name: str, labels: Mapping[str, str]) -> str | None:
    """What the nearest folder on a path that is one of ``labels`` stands for; None without one.

    labels: by folder name, in lower case.
    """
    folders = reversed(PurePosixPath(name).parts[:-1])
    known = (labels.get(folder.strip().casefold()) for folder in folders)
    return next((label for label in known if label is not None), None)


def _entries(path: Path) -> int:
    """How many entries the zip's directory has at most, whatever its end says."""
    found, tail = 0, b""
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                found += (tail + block).count(_ENTRY)
                tail = block[-len(_ENTRY) + 1 :]
    except OSError as error:
        raise ArchiveRefused("unreadable") from error
    return found


def _is_file(member: Member) -> bool:
    """Whether a member is a file that a person put there."""
    parts = PurePosixPath(member.name).parts
    hidden = any(part.startswith(".") and part not in (".", "..") for part in parts)
    junk = any(part.casefold() in _JUNK for part in parts)
    return bool(parts) and not (member.name.endswith("/") or hidden or junk)


def _check(members: list[Member], zipped: int) -> None:
    """Refuse a zip by what its directory says. zipped: bytes of the file."""
    if not members:
        raise ArchiveRefused("no_photos")
    if len(members) > MAX_PHOTOS:
        raise ArchiveRefused("too_many", most=MAX_PHOTOS)
    if any(member.info.flag_bits & _ENCRYPTED for member in members):
        raise ArchiveRefused("encrypted")
    sizes = [member.info.file_size for member in members]
    expanded = sum(size for size in sizes if size <= MAX_BYTES)  # what is heavier is not read
    if expanded > MAX_EXPANDED or expanded > max(RATIO_FLOOR, MAX_RATIO * zipped):
        raise ArchiveRefused("too_large")
