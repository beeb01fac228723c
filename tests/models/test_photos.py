"""Many photos: all are read, each bad one says why, and memory holds their faces only."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models import photos
from models.agreement import top
from models.archive import ArchiveRefused
from models.compare import Engine, Failure, Prediction
from models.faces import Face, FaceFinder
from models.photos import CHUNK, Photo, Upload, gather, read_many
from models.refusals import MAX_BYTES
from tests import zips
from tests.toys import COLOURS, store, toy_scenario

LABELS = {"jijik": "disgust", "happy": "happy", "sedih": "sad"}


class WholePictures(FaceFinder):
    """A finder without a detector: each picture is its one face, or so many as asked for."""

    def __init__(self, faces: int = 0):
        self.faces = faces

    def find(self, image: Image.Image) -> list[Face]:
        side = min(image.size)
        crop = np.asarray(image)[:side, :side]
        return [
            Face((0, 0, side, side), 0.99, bool(self.faces), crop, ())
            for _ in range(self.faces or 1)
        ]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Two toys, one of which was never stored."""
    folder = tmp_path_factory.mktemp("weights")
    toys = [toy_scenario("toy"), toy_scenario("absent")]
    store(toys[0], folder)
    loaded = Engine(folder, {toy.slug: toy for toy in toys})
    loaded.load()
    return loaded


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def test_a_zip_in_folders_is_read_with_its_truth(
    engine: Engine, stack: ExitStack, tmp_path: Path
) -> None:
    members = zips.set_of_faces(CHUNK)
    path = zips.write_zip(tmp_path / "set.zip", members)

    sources = gather([Upload(path, "set.zip")], LABELS, stack)
    chunks = list(read_many(engine, WholePictures(), sources, lambda: False))

    assert [len(chunk) for chunk in chunks] == [CHUNK] * 3
    read = [photo for chunk in chunks for photo in chunk]
    assert [photo.name for photo in read] == list(members)
    assert [photo.truth for photo in read] == [e for e in COLOURS for _ in range(CHUNK)]
    for photo in read:
        answer, failure = photo.answers
        assert isinstance(answer, Prediction)
        assert top(answer.distribution) == photo.truth
        assert isinstance(failure, Failure)
        assert (photo.problem, photo.found) == (None, 0)


def test_only_a_small_face_is_kept(engine: Engine, stack: ExitStack, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    Image.effect_noise((1500, 1200), 90).convert("RGB").save(path)

    sources = gather([Upload(path, "photo.jpg")], LABELS, stack)
    ((photo,),) = read_many(engine, WholePictures(3), sources, lambda: False)

    assert photo.found == 3
    assert Image.open(io.BytesIO(photo.thumbnail)).size == (64, 64)
    assert len(photo.thumbnail) < 6_000


def test_memory_does_not_grow_with_the_photos(
    engine: Engine, stack: ExitStack, tmp_path: Path
) -> None:
    path = tmp_path / "photo.png"
    Image.effect_noise((800, 800), 90).convert("RGB").save(path)
    sources = gather([Upload(path, "photo.png")] * 40, LABELS, stack)
    kept: list[Photo] = []
    sizes = []
    tracemalloc.start()
    for chunk in read_many(engine, WholePictures(), sources, lambda: False):
        kept += chunk
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()

    assert len(kept) == 40
    assert sizes[-1] - sizes[0] < 800 * 800 * 3, "less than one of the 32 photos in between"


def test_a_bad_file_says_why_and_the_others_are_read(
    engine: Engine, stack: ExitStack, tmp_path: Path
) -> None:
    good = zips.face("happy")
    path = zips.write_zip(
        tmp_path / "set.zip",
        {
            "happy/text.png": b"no picture",
            "happy/half.png": good[:200],
            "happy/empty.png": b"",
            "happy/heavy.bmp": bytes(MAX_BYTES + 1),
            "happy/more.zip": zips.zipped({"happy/1.png": good}),
            "happy/good.png": good,
        },
    )
    sources = gather([Upload(path, "set.zip")], LABELS, stack)
    (read,) = read_many(engine, WholePictures(), sources, lambda: False)

    assert [photo.problem.key if photo.problem else "" for photo in read] == [
        "image.not_an_image",
        "image.truncated",
        "image.empty",
        "image.too_heavy",
        "archive.nested",
        "",
    ]
    assert [len(photo.answers) for photo in read] == [0, 0, 0, 0, 0, 2]
    assert {photo.truth for photo in read} == {"happy"}


def test_photos_and_zips_may_be_mixed_and_a_broken_zip_is_a_row(
    engine: Engine, stack: ExitStack, tmp_path: Path
) -> None:
    photo = tmp_path / "hash"
    photo.write_bytes(zips.face("sad"))
    uploads = [
        Upload(photo, "me.png"),
        Upload(zips.write_zip(tmp_path / "one", {"Happy/1.png": zips.face("happy")}), "one.zip"),
        Upload(zips.write_zip(tmp_path / "two", {"1.png": zips.face("happy")}), "two.zip"),
        Upload(photo, "broken.zip"),
        Upload(tmp_path / "swept away", "gone.png"),
    ]

    sources = gather(uploads, LABELS, stack)
    (read,) = read_many(engine, WholePictures(), sources, lambda: False)

    assert [(photo.name, photo.truth) for photo in read] == [
        ("me.png", None),
        ("one.zip/Happy/1.png", "happy"),
        ("two.zip/1.png", None),
        ("broken.zip", None),
        ("gone.png", None),
    ]
    assert [photo.problem.key for photo in read if photo.problem] == [
        "archive.not_a_zip",
        "image.unreadable",
    ]


def test_more_photos_than_a_test_takes_are_refused(
    stack: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "MAX_PHOTOS", 3)
    path = zips.write_zip(tmp_path / "set.zip", {"1.png": b"", "2.png": b""})

    with pytest.raises(ArchiveRefused) as refused:
        gather([Upload(path, "set.zip")] * 2, LABELS, stack)
    assert (refused.value.code, refused.value.details) == ("too_many", {"most": 3})


def test_stopping_keeps_what_was_done(engine: Engine, stack: ExitStack, tmp_path: Path) -> None:
    path = zips.write_zip(tmp_path / "set.zip", zips.set_of_faces(CHUNK))
    sources = gather([Upload(path, "set.zip")], LABELS, stack)
    asked = 0

    def stopped() -> bool:
        nonlocal asked
        asked += 1
        return asked > CHUNK + 3

    chunks = list(read_many(engine, WholePictures(), sources, stopped))

    assert [len(chunk) for chunk in chunks] == [CHUNK, 3]
    assert all(photo.answers for chunk in chunks for photo in chunk)


def test_slow_photos_come_in_smaller_chunks(
    engine: Engine, stack: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "CHUNK_SECONDS", 0.0)
    path = zips.write_zip(tmp_path / "set.zip", zips.set_of_faces(1))
    sources = gather([Upload(path, "set.zip")], LABELS, stack)

    chunks = list(read_many(engine, WholePictures(), sources, lambda: False))

    assert [len(chunk) for chunk in chunks] == [1, 1, 1]


def test_a_crash_in_the_search_costs_one_photo(
    engine: Engine, stack: ExitStack, tmp_path: Path
) -> None:
    class Crashing(WholePictures):
        def find(self, image: Image.Image) -> list[Face]:
            if image.getpixel((0, 0)) == (0, 0, 0):
                raise ValueError("attempt to get argmax of an empty sequence")
            return super().find(image)

    black = io.BytesIO()
    Image.new("RGB", (48, 48)).save(black, "PNG")
    members = {"happy/1.png": black.getvalue(), "happy/2.png": zips.face("happy")}
    path = zips.write_zip(tmp_path / "set.zip", members)
    sources = gather([Upload(path, "set.zip")], LABELS, stack)

    (read,) = read_many(engine, Crashing(), sources, lambda: False)

    assert read[0].problem is not None
    assert read[0].problem.key == "photos.search_failed"
    assert len(read[1].answers) == 2


def test_all_faces_of_a_chunk_run_together(
    engine: Engine, stack: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    compare = engine.compare

    def watched(crops: Sequence[np.ndarray]) -> object:
        asked.append(len(crops))
        return compare(crops)

    monkeypatch.setattr(engine, "compare", watched)
    members = zips.set_of_faces(1) | {"happy/bad.png": b""}
    path = zips.write_zip(tmp_path / "set.zip", members)
    list(
        read_many(
            engine,
            WholePictures(),
            gather([Upload(path, "set.zip")], LABELS, stack),
            lambda: False,
        )
    )

    assert asked == [3]
