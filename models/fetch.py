"""One file from the Hub over HTTP, going on where a download was killed.

``huggingface_hub`` 2 gives each download a temporary file of its own, which nothing finds again
after a kill. Here the part that came is called after what it will be, beside the cache's blobs; a
whole one becomes the blob, and the library then only links it under the file's name.
"""

from __future__ import annotations

import errno
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from huggingface_hub import HfFileMetadata

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
PIECE = 1 << 20  # bytes that are written at once; a kill costs what came since
BLOB = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")  # how the cache names blobs
STEPS = 4  # how often it is told how far a download is


class Part(io.BufferedRandom):
    """A file that grows to ``size`` bytes, and says so in the terminal at each quarter."""

    def __init__(self, path: Path, name: str, size: int):
        path.touch()
        super().__init__(io.FileIO(path, "r+"))
        self.label, self.size = name, max(size, 1)
        self.told = self.seek(0, io.SEEK_END) * STEPS // self.size

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]
        count = super().write(piece)
        self.flush()
        quarters = self.tell() * STEPS // self.size
        if self.told < quarters < STEPS:
            print(f"{self.label}: {100 * quarters // STEPS} %", flush=True)
        self.told = max(self.told, quarters)
        return count


def into_cache(
    folder: Path, url: str, metadata: HfFileMetadata, name: str, size: int, afresh: bool
) -> None:
    """Bring the file into the cache as a blob, if its blob is not there.

    folder: the repository's in the cache. url: where the Hub has the file; metadata: what it says
    of it. afresh: what is there of it is no good. Raises the library's errors, and OSError where
    the disk is in the way. Waits while another process fetches the same file.
    """
    from filelock import FileLock
    from huggingface_hub import constants
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers, disable_progress_bars

    etag = metadata.etag or ""
    if not BLOB.fullmatch(etag):
        return  # no name for a blob: the library fetches it whole
    blob = folder / "blobs" / etag
    blob.parent.mkdir(parents=True, exist_ok=True)
    path = blob.with_name(f"{etag}.part")
    with FileLock(path.with_suffix(".part.lock")):
        if afresh:
            blob.unlink(missing_ok=True)
        if blob.exists():
            return
        here = path.stat().st_size if path.exists() else 0
        if here > size:
            path.unlink()
        elif here:
            print(f"{name}: {here / 1e6:.1f} MB of it are already here.", flush=True)
        headers = build_hf_headers()
        if urlsplit(url).netloc != urlsplit(metadata.location).netloc:
            headers.pop("authorization", None)  # for the Hub, not for who keeps its files
        disable_progress_bars("huggingface_hub.http_get")
        constants.DOWNLOAD_CHUNK_SIZE = PIECE
        try:
            with Part(path, name, size) as part:
                http_get(
                    metadata.location,
                    part,
                    resume_size=part.tell(),
                    headers=headers,
                    expected_size=size,
                )
        except OSError as error:
            if error.errno in NO_ROOM:
                path.unlink(missing_ok=True)
            raise
        path.replace(blob)
