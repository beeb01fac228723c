"""The walk of a photo, from a file to the answers of every scenario on every face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from models.compare import Answer, Engine
from models.faces import Face, FaceFinder
from models.images import read_image
from models.refusals import ImageRefused

MOST_FACES = 16  # the largest are read; a school photo would keep everybody waiting


@dataclass(frozen=True)
class Reading:
    """What was read in one photo: its faces, largest first, and the answers on each.

    found: how many faces there are; those beyond MOST_FACES were left unread.
    """

    photo: Image.Image
    found: int
    faces: tuple[Face, ...]
    answers: tuple[tuple[Answer, ...], ...]


def path_of(payload: Any) -> str | None:
    """An uploaded file where it lies, as it is; in the place of a component's ``preprocess``."""
    return payload.path if payload else None


def read_photo(
    engine: Engine, finder: FaceFinder, path: str | Path, slugs: Sequence[str] | None = None
) -> Reading:
    """Read one photo. Raises models.refusals.ImageRefused where it cannot be used."""
    photo = read_image(path)
    found = finder.find(photo)
    faces = found[:MOST_FACES]
    answers = engine.compare([face.crop for face in faces], slugs)
    return Reading(photo, len(found), tuple(faces), tuple(tuple(row) for row in answers))


def read_again(
    finder: FaceFinder, path: str | Path | None, number: int | None
) -> tuple[Image.Image, Face] | None:
    """A photo that was answered, and its face of that number, from one, as ``read_photo`` orders
    them (the first where none was chosen); None where the photo was swept away since.
    """
    if path is None:
        return None
    try:
        photo = read_image(path)
    except ImageRefused:
        return None
    faces = finder.find(photo)[:MOST_FACES]
    place = (number or 1) - 1
    return (photo, faces[place]) if place < len(faces) else None
