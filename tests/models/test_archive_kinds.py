"""Odd archives, as the page for one's own test set reads them, and a zip of odd photos."""

from __future__ import annotations

import zipfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from models.archive import ArchiveRefused
from models.images import read_image
from models.photos import Upload, gather
from models.refusals import ImageRefused
from tests.odd_zips import made
from tests.oddities import READ, foreign, many_frames, odd_exif, odd_profiles

LABELS = {"marah": "angry"}
KINDS = made()


def outcomes(path: Path) -> set[str]:
    """READ, or why not, of every photo that a dropped file holds."""
    found = set()
    with ExitStack() as stack:
        for source in gather([Upload(path, "set.zip")], LABELS, stack):
            try:
                read_image(source.read())
                found.add(READ)
            except (ArchiveRefused, ImageRefused) as refusal:
                found.add(refusal.code)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_read_or_refused_for_its_reason(kind: str, tmp_path: Path) -> None:
    make, code = KINDS[kind]
    path = tmp_path / "set.zip"
    make(path)
    assert outcomes(path) == {code}
    assert [file.name for file in tmp_path.iterdir()] == ["set.zip"], "nothing is unpacked"


@pytest.mark.filterwarnings("ignore")
def test_a_zip_of_odd_photos_is_read_to_its_end(tmp_path: Path) -> None:
    files = foreign() | many_frames() | odd_exif() | odd_profiles()
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number, (data, _) in enumerate(files.values()):
            archive.writestr(f"marah/{number}.png", data)

    expected = {code for _, code in files.values()}
    assert outcomes(path) == expected | {"nested"}, "a gzip among them is an archive in one"
