"""Many photos at once: of each the largest face is cut out and every scenario asked, in chunks.

Between chunks the networks are free, so that one photo of somebody else waits for a few faces, not
for the whole set. Of a photo that was read only a small picture of its face stays in memory.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from PIL import Image

from models.archive import MAX_PHOTOS, ArchiveRefused, PhotoArchive, folder_label, is_archive
from models.compare import CRASHES, Answer, Engine
from models.faces import FaceFinder
from models.images import read_image
from models.refusals import ImageRefused

CHUNK = 8  # faces that are answered together
CHUNK_SECONDS = 2.0  # of reading and looking for faces, after which a chunk is full as well
THUMBNAIL_SIDE = 64  # pixels

# Beside models.refusals.SENTENCES and models.archive.SENTENCES, why a photo has no answer.
SENTENCES = {"search_failed": "The search for faces failed in this photo."}


@dataclass(frozen=True)
class Upload:
    """One file as it was dropped: where it lies, and its own name."""

    path: Path
    name: str


@dataclass(frozen=True)
class Source:
    """A photo that is still to be read.

    truth: the emotion its folder is named after. read: its bytes or its path; raises
    ArchiveRefused.
    """

    name: str
    truth: str | None
    read: Callable[[], bytes | Path]


@dataclass(frozen=True)
class Problem:
    """Why a photo was not read: ``error.<key>`` is its sentence, ``reason`` that in English."""

    key: str
    details: dict[str, Any]
    reason: str


@dataclass(frozen=True)
class Photo:
    """One photo that was read, or the reason why not.

    answers: of every scenario, in order; empty where there is a problem. thumbnail: its face, a
    JPEG of at most 64 pixels a side. found: faces in the photo; 0 where the picture was taken
    whole.
    """

    name: str
    truth: str | None
    answers: tuple[Answer, ...] = ()
    thumbnail: bytes = b""
    found: int = 0
    problem: Problem | None = None


def gather(uploads: Sequence[Upload], labels: Mapping[str, str], stack: ExitStack) -> list[Source]:
    """Every photo of the files dropped, those inside zips too.

    labels: emotions by what their folders are called. stack: keeps the zips open. A zip that
    cannot be read is a source that says so. Raises ArchiveRefused "too_many" where there are more
    than MAX_PHOTOS in all.
    """
    sources = []
    for upload in uploads:
        if not is_archive(upload.path, upload.name):
            truth = folder_label(upload.name, labels)
            sources.append(Source(upload.name, truth, partial(Path, upload.path)))
            continue
        try:
            archive = stack.enter_context(PhotoArchive(upload.path))
        except ArchiveRefused as refusal:
            sources.append(Source(upload.name, None, partial(_refuse, refusal)))
            continue
        for member in archive.members:
            name = member.name if len(uploads) == 1 else f"{upload.name}/{member.name}"
            truth = folder_label(member.name, labels)
            sources.append(Source(name, truth, partial(archive.read, member)))
    if len(sources) > MAX_PHOTOS:
        raise ArchiveRefused("too_many", most=MAX_PHOTOS)
    return sources


def read_many(
    engine: Engine, finder: FaceFinder, sources: Sequence[Source], stopped: Callable[[], bool]
) -> Iterator[list[Photo]]:
    """The photos in order, a chunk at a time, until ``stopped`` says so.

    What was begun before that is still answered.
    """
    chunk: list[tuple[Photo, np.ndarray | None]] = []
    began = time.monotonic()
    for source in sources:
        if stopped():
            break
        chunk.append(_read(finder, source))
        if len(chunk) == CHUNK or time.monotonic() - began > CHUNK_SECONDS:
            yield _answer(engine, chunk)
            chunk, began = [], time.monotonic()
    if chunk:
        yield _answer(engine, chunk)


def _read(finder: FaceFinder, source: Source) -> tuple[Photo, np.ndarray | None]:
    """A photo without answers and its largest face, uint8 RGB (side, side, 3)."""
    photo = Photo(source.name, source.truth)
    try:
        faces = finder.find(read_image(source.read()))
    except (ImageRefused, ArchiveRefused) as refusal:
        kind = "image" if isinstance(refusal, ImageRefused) else "archive"
        problem = Problem(f"{kind}.{refusal.code}", dict(refusal.details), str(refusal))
    except CRASHES:
        problem = Problem("photos.search_failed", {}, SENTENCES["search_failed"])
    else:
        found = len(faces) if faces[0].detected else 0
        crop = faces[0].crop
        return replace(photo, thumbnail=_thumbnail(crop), found=found), crop
    return replace(photo, problem=problem), None


def _answer(engine: Engine, chunk: Sequence[tuple[Photo, np.ndarray | None]]) -> list[Photo]:
    """The chunk's photos with every scenario's answers, all faces together."""
    rows = iter(engine.compare([crop for _, crop in chunk if crop is not None]))
    return [
        photo if crop is None else replace(photo, answers=tuple(next(rows)))
        for photo, crop in chunk
    ]


def _thumbnail(crop: np.ndarray) -> bytes:
    small = Image.fromarray(crop)
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    content = io.BytesIO()
    small.save(content, "JPEG", quality=85)
    return content.getvalue()


def _refuse(refusal: ArchiveRefused) -> NoReturn:
    raise refusal
